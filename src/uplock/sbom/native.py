"""Native code inside wheels: the files, and the libraries found in them.

Every native file of a wheel stands once among the occurrences: with the library that it is, else with the wheel. A
library linked into another file occurs in that file as well. A universal file is one file for several processors.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from uplock.model.results import NativeLibrary, NativeObject, NativeProfile
from uplock.sbom.clean import Cleaner
from uplock.sbom.identifier import purl, within
from uplock.sbom.parts import Component, Hash, Identity, Method, Occurrence, Technique

_METHODS: Mapping[str, tuple[Technique, str]] = {
    "string": ("binary-analysis", "0.9"),
    "file-name": ("filename", "0.7"),
    "soname": ("filename", "0.5"),
}
"""Our methods as CycloneDX techniques, with a confidence: an estimate, fixed, so that equal evidence counts equal."""

_NAME_FIELDS = {"elf": "SONAME", "mach-o": "install name", "pe": "DLL name"}


def library_components(ref: str, profile: NativeProfile, clean: Cleaner) -> tuple[Component, ...]:
    """Return the libraries inside the wheel ``ref``, one component for each name and version."""
    grouped: dict[tuple[str, str], list[NativeLibrary]] = {}
    for library in profile.libraries:
        version = clean.line("library version", library.version)
        grouped.setdefault((clean.name("library", library.name), version or ""), []).append(library)
    objects = _by_path(profile)
    return tuple(
        Component(
            ref=within(ref, name, version),
            type="library",
            name=name,
            version=version or None,
            purl=purl("generic", name, version),
            hashes=_hashes(found, objects),
            identity=_identity(name, version, found, clean),
            occurrences=_occurrences(found, objects, clean),
        )
        for (name, version), found in sorted(grouped.items())
    )


def object_occurrences(profile: NativeProfile, clean: Cleaner) -> tuple[Occurrence, ...]:
    """Return the native files of a wheel that are no library of their own."""
    grafted = {each.path for each in profile.libraries if not each.static}
    return tuple(
        Occurrence(location=clean.member("native file", path), context=_file_facts(slices, clean))
        for path, slices in _by_path(profile).items()
        if path not in grafted
    )


def _by_path(profile: NativeProfile) -> dict[str, tuple[NativeObject, ...]]:
    """Return what is known about each file: of a universal file, about each of its slices."""
    found: dict[str, tuple[NativeObject, ...]] = {}
    for each in profile.objects:
        found[each.path] = (*found.get(each.path, ()), each)
    return found


def _identity(name: str, version: str, found: Iterable[NativeLibrary], clean: Cleaner) -> Identity:
    methods = []
    for library in found:
        technique, confidence = _METHODS[library.method]
        evidence = clean.line("evidence", library.evidence) or library.method
        methods.append(Method(technique=technique, confidence=confidence, value=evidence))
    return Identity(
        field="version" if version else "name",
        concluded=version or name,
        confidence=max(each.confidence for each in methods),
        methods=tuple(methods),
    )


def _hashes(found: Collection[NativeLibrary], objects: Mapping[str, tuple[NativeObject, ...]]) -> tuple[Hash, ...]:
    """Return the digest of a library that is exactly one file; of one in several files or within others none exists."""
    files = {library.path for library in found}
    native = objects.get(min(files))
    if len(files) > 1 or native is None or any(library.static for library in found):
        return ()
    return (Hash(algorithm="SHA-256", content=native[0].sha256),)


def _occurrences(
    found: Iterable[NativeLibrary], objects: Mapping[str, tuple[NativeObject, ...]], clean: Cleaner
) -> tuple[Occurrence, ...]:
    """Return where a library was found: once for each file, whatever the number of anchors in it."""
    contexts: dict[str, str] = {}
    for library in found:
        native = objects.get(library.path)
        if library.static:
            context = "linked statically"
        else:
            context = "grafted" if native is None else f"grafted; {_file_facts(native, clean)}"
        place = clean.member("native file", library.path)
        contexts[place] = min(context, contexts.get(place, context))
    return tuple(Occurrence(location=place, context=context) for place, context in contexts.items())


def _file_facts(slices: tuple[NativeObject, ...], clean: Cleaner) -> str:
    """Return what is known about a native file, on one line."""
    native = slices[0]
    machines = [f"{each.machine} {each.bits}-bit" for each in slices]
    facts = [native.role, ", ".join(machines), f"sha256:{native.sha256}", f"{native.size} bytes"]
    if native.soname:
        facts.append(f"{_NAME_FIELDS[native.format]} {native.soname}")
    facts += [
        f"{label} {version}"
        for label, version in (("glibc", native.glibc), ("GLIBCXX", native.glibcxx), ("CXXABI", native.cxxabi))
        if version
    ]
    facts += dict.fromkeys(f"minimum {each.minimum_os}" for each in slices if each.minimum_os)
    if native.stable_abi:
        facts.append("stable ABI")
    return clean.line("native file", "; ".join(facts)) or native.role
