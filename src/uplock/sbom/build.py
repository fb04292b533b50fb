"""Building an SBOM: one target of a generation becomes one CycloneDX document, facts only.

A pure function of the subject: no clock, no host, no randomness.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from uplock.linkage.providers import Linkage
from uplock.model.identity import TrustedRoot
from uplock.model.platform import GlibcLinux, Platform
from uplock.model.results import ArtifactResults
from uplock.model.value import encode
from uplock.sbom.asked import Requests
from uplock.sbom.bom import Bom
from uplock.sbom.clean import Cleaner, in_utc
from uplock.sbom.completeness import compositions
from uplock.sbom.graph import dangling, dependencies, requirements
from uplock.sbom.interpreter import interpreter_component
from uplock.sbom.package import package_component
from uplock.sbom.parts import Hash, Property, Reference, Specification
from uplock.sbom.project import made_by, project_component, tool_component
from uplock.sbom.sections.declarations import declarations
from uplock.sbom.sections.formulation import formula
from uplock.sbom.sections.values import Sections
from uplock.sbom.sections.waivers import unread_waivers
from uplock.sbom.spelling.render import render
from uplock.sbom.subject import SbomSubject
from uplock.sbom.system import external_libraries
from uplock.sbom.vocabulary import REPRODUCIBLE, Term


def build_sbom(subject: SbomSubject, *, spec: Specification = "1.7", form: Literal["json", "xml"] = "json") -> bytes:
    """Return the document; equal subjects give equal bytes."""
    return render(bom_of(subject), spec=spec, form=form)


def bom_of(subject: SbomSubject) -> Bom:
    """Return what the document says."""
    lock, clean = subject.lock, Cleaner()
    results = _results(subject)
    requests, asked = Requests(lock, subject.asked, results), requirements(lock)
    linkage = Linkage.of(lock, results)
    needs = {each.name: linkage.of_package(each.name) for each in lock.packages}
    packages = {
        each.name: package_component(each, results.get(each.name), requests, asked[each.name], needs[each.name])
        for each in lock.packages
    }
    root = project_component(subject.project_name, subject.project_version, subject.about)
    interpreter = interpreter_component(lock.target.interpreter, subject.baseline, subject.lifecycles, subject.parts)
    system = external_libraries(needs, results)
    makers = made_by(subject.about, clean)
    generator = tool_component(subject.generator_version)
    lock_file = _lock_file(subject)
    declared = declarations(subject, root=root, interpreter=interpreter, packages=packages, clean=clean)
    return Bom(
        timestamp=in_utc(subject.timestamp),
        generator=generator,
        root=root,
        authors=makers.authors,
        manufacturer=makers.manufacturer,
        supplier=makers.supplier,
        components=(interpreter, *packages.values(), *system),
        edges={
            root.ref: (interpreter.ref, *(packages[name].ref for name in asked if asked[name] != "transitive")),
            interpreter.ref: tuple(each.ref for each in interpreter.components),
            **{each.ref: () for each in interpreter.components},
            **dependencies(lock, packages, results, needs),
            **{each.ref: () for each in system},
        },
        references=(lock_file, *_baseline_link(subject)),
        properties=(*_properties(subject, clean), *clean.notes),
        sections=Sections(
            compositions=compositions(lock, root.ref, packages, results),
            declarations=declared,
            formula=formula(subject, generator, lock_file),
        ),
    )


def _results(subject: SbomSubject) -> dict[str, ArtifactResults]:
    """Return the results of the locked files by package, whatever the order in which they were given."""
    found = {each.sha256: each for each in sorted(subject.artifacts, key=encode)}
    return {each.name: found[each.artifact.sha256] for each in subject.lock.packages if each.artifact.sha256 in found}


def _lock_file(subject: SbomSubject) -> Reference:
    """Return the lock file of the same target, by its place relative to that of the document."""
    return Reference(
        type="build-meta",
        url=f"../locks/pylock.{subject.lock.target.name}.toml",
        comment="PEP 751",
        hashes=(Hash(algorithm="SHA-256", content=subject.pylock_sha256),),
    )


def _baseline_link(subject: SbomSubject) -> Iterator[Reference]:
    """Yield the document of the interpreter being left, by BOM-Link."""
    if subject.baseline_bom is not None and subject.baseline is not None:
        yield Reference(type="bom", url=subject.baseline_bom, comment=f"uplift from Python {subject.baseline.version}")


def _properties(subject: SbomSubject, clean: Cleaner) -> Iterator[Property]:
    """Yield what holds for the whole document."""
    lock = subject.lock
    yield Property(name=REPRODUCIBLE, value="true")
    yield Term.TARGET.of(lock.target.name)
    yield Term.PLATFORM.of(lock.target.platform.name)
    yield from _glibc(lock.target.platform)
    yield Term.LOCK_CUTOFF.of(in_utc(lock.exclude_newer).isoformat())
    yield Term.LOCK_INPUTS.of(lock.inputs)
    yield Term.LOCK_VIEW.of(lock.view)
    yield from clean.facts(Term.LOCK_RESOLVER, lock.resolver or "unknown")
    if subject.agreement is not None:
        yield from clean.facts(
            Term.LOCK_CROSS_CHECK, f"{subject.agreement.resolver} {subject.agreement.outcome}".strip()
        )
    for name in dangling(lock):
        yield from clean.facts(Term.LOCK_MISSING, name)
    for line in subject.overrides:
        yield from clean.facts(Term.LOCK_OVERRIDDEN, line)
    for name in subject.excludes:
        yield from clean.facts(Term.LOCK_EXCLUDED, name)
    yield from unread_waivers(subject, clean)
    if subject.content is not None:
        yield Term.ENVIRONMENT.of(subject.content)
    yield from _trusted_root(subject.trusted_root)


def _trusted_root(root: TrustedRoot | None) -> Iterator[Property]:
    if root is not None:
        yield Term.TRUSTED_ROOT.of(root.sha256)
        if root.dated is not None:
            yield Term.TRUSTED_ROOT_DATED.of(root.dated.isoformat())
        if root.tuf_version is not None:
            yield Term.TRUSTED_ROOT_TUF.of(str(root.tuf_version))


def _glibc(platform: Platform) -> tuple[Property, ...]:
    """Return the glibc that the platform offers, if it has any."""
    if isinstance(platform, GlibcLinux):
        return (Term.PLATFORM_GLIBC.of(".".join(map(str, platform.glibc))),)
    return ()
