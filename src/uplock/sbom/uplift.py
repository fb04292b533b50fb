"""The uplift as a document of its own: both interpreters, and what changed between their locks.

Packages whose very file stayed are not listed: the documents of the targets, which it names by BOM-Link and digest,
have them. CycloneDX has no field for a change; as for the interpreter, the ancestor is what was there before.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Literal

from uplock.model.about import About
from uplock.model.digest import Sha256
from uplock.model.lifecycle import Lifecycle
from uplock.model.lock import Lock, LockedPackage
from uplock.model.results import ArtifactResults
from uplock.model.value import Value, changed
from uplock.sbom.bom import Bom
from uplock.sbom.clean import Cleaner, in_utc
from uplock.sbom.interpreter import interpreter_component
from uplock.sbom.package import bare_package
from uplock.sbom.parts import Component, Hash, Property, Reference, Specification
from uplock.sbom.project import made_by, project_component, tool_component
from uplock.sbom.sections.values import Composition, Sections
from uplock.sbom.spelling.render import render
from uplock.sbom.vocabulary import REPRODUCIBLE, Term

Change = Literal["added", "removed", "upgraded", "downgraded", "other file"]


class DescribedLock(Value, frozen=True, kw_only=True):
    """One lock, and the document that describes it."""

    lock: Lock
    link: str
    """BOM-Link (``urn:cdx:SERIAL/VERSION``)."""
    path: str
    """Of the document in JSON, relative to that of the uplift: both forms of the uplift name the same."""
    sha256: Sha256


class UpliftSubject(Value, frozen=True, kw_only=True):
    """The uplift of one generation. Equal subjects give equal bytes."""

    project_name: str
    project_version: str | None
    about: About | None
    before: tuple[DescribedLock, ...]
    """The interpreter being left, on each platform."""
    after: tuple[DescribedLock, ...]
    artifacts: tuple[ArtifactResults, ...]
    lifecycles: tuple[Lifecycle, ...]
    timestamp: datetime
    generator_version: str


def build_uplift(
    subject: UpliftSubject, *, spec: Specification = "1.7", form: Literal["json", "xml"] = "json"
) -> bytes:
    """Return the document. Locks of platforms that the interpreter being left was not locked for are not compared."""
    clean = Cleaner()
    root = project_component(subject.project_name, subject.project_version, subject.about)
    interpreters = _interpreters(subject)
    packages = _packages(subject)
    makers = made_by(subject.about, clean)
    components = (*interpreters, *packages)
    return render(
        Bom(
            timestamp=in_utc(subject.timestamp),
            generator=tool_component(subject.generator_version),
            root=root,
            authors=makers.authors,
            manufacturer=makers.manufacturer,
            supplier=makers.supplier,
            components=components,
            edges={root.ref: tuple(each.ref for each in components), **{each.ref: () for each in components}},
            references=tuple(_references(subject)),
            properties=(
                Property(name=REPRODUCIBLE, value="true"),
                *(
                    Term.UPLIFT_PAIR.of(f"{old.lock.target.name} -> {new.lock.target.name}")
                    for old, new in _pairs(subject)
                ),
                *clean.notes,
            ),
            sections=Sections(compositions=(Composition(aggregate="incomplete", assemblies=(root.ref,)),)),
        ),
        spec=spec,
        form=form,
    )


def _pairs(subject: UpliftSubject) -> Iterator[tuple[DescribedLock, DescribedLock]]:
    for old in subject.before:
        for new in subject.after:
            if old.lock.target.platform == new.lock.target.platform:
                yield old, new


def _interpreters(subject: UpliftSubject) -> tuple[Component, ...]:
    """Return the interpreter being left and those that take over, each once."""
    left = {each.lock.target.interpreter.version: each.lock.target.interpreter for each in subject.before}
    found = {
        version: interpreter_component(interpreter, None, subject.lifecycles) for version, interpreter in left.items()
    }
    baseline = next(iter(left.values()), None)
    for each in subject.after:
        interpreter = each.lock.target.interpreter
        found.setdefault(interpreter.version, interpreter_component(interpreter, baseline, subject.lifecycles))
    return tuple(found[version] for version in sorted(found))


def _packages(subject: UpliftSubject) -> tuple[Component, ...]:
    """Return what changed: the new file with the old one as its ancestor; what is gone is there as ``excluded``."""
    results = {each.sha256: each for each in subject.artifacts}
    found: dict[str, Component] = {}
    for old, new in _pairs(subject):
        before = {each.name: each for each in old.lock.packages}
        after = {each.name: each for each in new.lock.packages}
        for name in sorted(before.keys() | after.keys()):
            one, other = before.get(name), after.get(name)
            if one is not None and other is not None and one.artifact.sha256 == other.artifact.sha256:
                continue
            change = Term.UPLIFT_CHANGE.of(f"{old.lock.target.name} -> {new.lock.target.name}: {_change(one, other)}")
            component = _component(one, other, results)
            known = found.get(component.ref, component)
            found[component.ref] = changed(known, properties=(*known.properties, change))
    return tuple(found[ref] for ref in sorted(found))


def _component(
    old: LockedPackage | None, new: LockedPackage | None, results: dict[Sha256, ArtifactResults]
) -> Component:
    if new is None:
        assert old is not None  # noqa: S101 - one of the two locks has the package
        return changed(_bare(old, results), scope="excluded")
    component = _bare(new, results)
    return component if old is None else changed(component, ancestor=_ancestor(component.ref, old, results))


def _ancestor(ref: str, package: LockedPackage, results: dict[Sha256, ArtifactResults]) -> Component:
    """Return what was there before, under a reference of its own: one file may have several successors."""
    return changed(_bare(package, results), ref=f"{ref}#ancestor")


def _bare(package: LockedPackage, results: dict[Sha256, ArtifactResults]) -> Component:
    component = bare_package(package)
    found = results.get(package.artifact.sha256)
    if found is None:
        return component
    return changed(component, hashes=(*component.hashes, Hash(algorithm="SHA-512", content=found.sha512)))


def _change(old: LockedPackage | None, new: LockedPackage | None) -> str:
    """Return what happened to a package, in words."""
    from packaging.version import Version

    if old is None or new is None:
        return f"added {new.version}" if new is not None else f"removed {old.version}" if old is not None else ""
    if old.version == new.version:
        return f"other file of {new.version}"
    word: Change = "upgraded" if Version(old.version) < Version(new.version) else "downgraded"
    return f"{word} {old.version} -> {new.version}"


def _references(subject: UpliftSubject) -> Iterator[Reference]:
    for each in (*subject.before, *subject.after):
        hashes = (Hash(algorithm="SHA-256", content=each.sha256),)
        yield Reference(type="bom", url=each.link, comment=each.lock.target.name)
        yield Reference(type="bom", url=each.path, comment=each.lock.target.name, hashes=hashes)
