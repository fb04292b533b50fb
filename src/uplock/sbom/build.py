"""Building an SBOM: one target of a generation becomes one CycloneDX 1.7 document, JSON, facts only.

A pure function of the subject: no clock, no host, no randomness. 1.7 because it is the first version that can say
``isExternal``: the interpreter and the libraries of the system are needed, and are not delivered.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from uplock.linkage.providers import Linkage
from uplock.model.identity import TrustedRoot
from uplock.model.lock import Lock
from uplock.model.platform import GlibcLinux, Platform
from uplock.model.results import ArtifactResults
from uplock.model.value import encode
from uplock.sbom.bom import Bom
from uplock.sbom.clean import Cleaner, in_utc
from uplock.sbom.document import render
from uplock.sbom.graph import dangling, edges, requirements
from uplock.sbom.identifier import purl
from uplock.sbom.interpreter import interpreter_component
from uplock.sbom.package import package_component
from uplock.sbom.parts import Component, Hash, Property, Reference
from uplock.sbom.sections.values import Composition, Sections
from uplock.sbom.subject import SbomSubject
from uplock.sbom.system import system_components
from uplock.sbom.vocabulary import REPRODUCIBLE, Term


def build_sbom(subject: SbomSubject) -> bytes:
    """Return the document: indented JSON with sorted keys and a final newline; equal subjects give equal bytes."""
    lock = subject.lock
    results = _results(subject)
    asked = requirements(lock)
    provided = _provided(lock, results)
    packages = {
        each.name: package_component(each, results.get(each.name), asked[each.name], provided[each.name])
        for each in lock.packages
    }
    root = _root(subject)
    interpreter = interpreter_component(lock.target.interpreter, subject.baseline, subject.lifecycles)
    system = _system(results, provided)
    missing = dangling(lock)
    return render(
        Bom(
            timestamp=in_utc(subject.timestamp),
            generator=_generator(subject),
            root=root,
            components=(interpreter, *packages.values(), *system),
            edges={
                root.ref: (interpreter.ref, *(packages[name].ref for name in asked if asked[name] != "transitive")),
                interpreter.ref: (),
                **edges(lock, packages, provided),
                **{each.ref: () for each in system},
            },
            references=(_lock_reference(subject),),
            properties=_properties(subject, missing),
            sections=Sections(
                compositions=(
                    *(() if missing else (Composition(aggregate="complete", dependencies=(root.ref,)),)),
                    *(
                        Composition(aggregate="incomplete", assemblies=(packages[each.name].ref,))
                        for each in lock.packages
                        if each.is_sdist or packages[each.name].occurrences or packages[each.name].components
                    ),
                )
            ),
        )
    )


def _results(subject: SbomSubject) -> dict[str, ArtifactResults]:
    """Return the results of the locked files by package, whatever the order in which they were given."""
    found = {each.sha256: each for each in sorted(subject.artifacts, key=encode)}
    return {each.name: found[each.artifact.sha256] for each in subject.lock.packages if each.artifact.sha256 in found}


def _provided(lock: Lock, results: Mapping[str, ArtifactResults]) -> dict[str, dict[str, str | None]]:
    """Return every name that each package needs from outside, with the package that brings it, if one does."""
    linkage = Linkage.of(lock, results)
    found: dict[str, dict[str, str | None]] = {}
    for each in lock.packages:
        system = results[each.name].native.system if each.name in results else ()
        brought = {need.soname: need.provider for need in linkage.of_package(each.name)}
        found[each.name] = {soname: brought.get(soname) for soname in system}
    return found


def _system(
    results: Mapping[str, ArtifactResults], provided: Mapping[str, Mapping[str, str | None]]
) -> tuple[Component, ...]:
    return system_components(
        (soname, results[name].native)
        for name, needs in provided.items()
        for soname, package in needs.items()
        if package is None
    )


def _root(subject: SbomSubject) -> Component:
    """Return the project. Its purl is generic: in no index is it known to be the project of that name."""
    clean = Cleaner()
    name = clean.name("project name", subject.project_name)
    version = clean.line("project version", subject.project_version)
    return Component(
        ref=f"project:{name}",
        type="application",
        name=name,
        version=version,
        purl=purl("generic", name, version),
        properties=clean.notes,
    )


def _generator(subject: SbomSubject) -> Component:
    version = subject.generator_version
    return Component(ref=f"tool:uplock@{version}", type="application", name="uplock", version=version)


def _lock_reference(subject: SbomSubject) -> Reference:
    """Return the lock file that holds the same target, by its place relative to that of the document."""
    return Reference(
        type="build-meta",
        url=f"../locks/pylock.{subject.lock.target.name}.toml",
        comment="PEP 751",
        hashes=(Hash(algorithm="SHA-256", content=subject.pylock_sha256),),
    )


def _properties(subject: SbomSubject, missing: tuple[str, ...]) -> tuple[Property, ...]:
    """Return what holds for the whole document; ``missing`` are dependencies that the lock names and does not hold."""
    clean, lock = Cleaner(), subject.lock
    stated = (
        Term.TARGET.of(lock.target.name),
        Term.PLATFORM.of(lock.target.platform.name),
        *_glibc(lock.target.platform),
        Term.LOCK_CUTOFF.of(in_utc(lock.exclude_newer).isoformat()),
        Term.LOCK_INPUTS.of(lock.inputs),
        Term.LOCK_VIEW.of(lock.view),
        *clean.facts(Term.LOCK_RESOLVER, lock.resolver or "unknown"),
        *(fact for name in missing for fact in clean.facts(Term.LOCK_MISSING, name)),
        *_trusted_root(subject.trusted_root),
    )
    return (Property(name=REPRODUCIBLE, value="true"), *stated, *clean.notes)


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
