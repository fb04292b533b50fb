"""Native code inside wheels: the files, and the libraries found in them.

Every native file of a wheel stands once among the occurrences: with the library that it is, else with the wheel. A
library linked into another file occurs in that file as well. A universal file is one file for several processors.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from uplock.model import native as model
from uplock.model.native import NativeLibrary, NativeMember, NativeProfile
from uplock.sbom.clean import Cleaner
from uplock.sbom.identifier import purl, within
from uplock.sbom.parts import Component, Hash, Identity, Method, Occurrence, Technique

_METHODS: Mapping[model.Method, tuple[Technique, str]] = {
    "crates": ("manifest-analysis", "0.9"),
    "string": ("binary-analysis", "0.9"),
    "constant": ("binary-analysis", "0.9"),
    "symbol": ("binary-analysis", "0.9"),
    "build-path": ("binary-analysis", "0.7"),
    "sbom": ("manifest-analysis", "0.7"),
    "header": ("source-code-analysis", "0.7"),
    "file-name": ("filename", "0.7"),
    "soname": ("filename", "0.5"),
}
"""Our methods as CycloneDX techniques, with a confidence: an estimate, fixed, so that equal evidence counts equal."""

_NAME_FIELDS = {"elf": "SONAME", "mach-o": "install name", "pe": "DLL name"}


def library_components(ref: str, profile: NativeProfile, clean: Cleaner) -> tuple[Component, ...]:
    """Return the libraries inside the wheel ``ref``, Rust crates last, one component for each name and version."""
    grouped: dict[tuple[bool, str, str], list[NativeLibrary]] = {}
    for library in profile.libraries:
        version = clean.line("library version", library.version)
        key = (library.is_crate, clean.name("library", library.project), version or "")
        grouped.setdefault(key, []).append(library)
    members = _by_path(profile)
    return tuple(
        Component(
            ref=within(ref, f"cargo:{name}" if crate else name, version),
            type="library",
            name=name,
            version=version or None,
            purl=purl("cargo" if crate else "generic", name, version),
            cpe=None if crate else found[0].cpe,
            hashes=_hashes(found, members),
            identity=_identity(name, version, found, clean),
            occurrences=_occurrences(found, members, clean),
        )
        for (crate, name, version), found in sorted(grouped.items())
    )


def object_occurrences(profile: NativeProfile, clean: Cleaner) -> tuple[Occurrence, ...]:
    """Return the native files of a wheel that are no library of their own."""
    grafted = {each.path for library in profile.libraries if library.linkage == "bundled" for each in library.members}
    return tuple(
        Occurrence(location=clean.member("native file", path), context=_file_facts(slices, clean))
        for path, slices in _by_path(profile).items()
        if path not in grafted
    )


def _by_path(profile: NativeProfile) -> dict[str, tuple[NativeMember, ...]]:
    """Return what is known about each file: of a universal file, about each of its slices."""
    found: dict[str, tuple[NativeMember, ...]] = {}
    for each in profile.members:
        found[each.path] = (*found.get(each.path, ()), each)
    return found


def _identity(name: str, version: str, found: Iterable[NativeLibrary], clean: Cleaner) -> Identity:
    methods = []
    for library in found:
        technique, confidence = _METHODS[library.method]
        for member in library.members:
            evidence = clean.line("evidence", member.evidence) or library.method
            methods.append(Method(technique=technique, confidence=confidence, value=evidence))
    return Identity(
        field="version" if version else "name",
        concluded=version or name,
        confidence=max(each.confidence for each in methods),
        methods=tuple(methods),
    )


def _hashes(found: Collection[NativeLibrary], members: Mapping[str, tuple[NativeMember, ...]]) -> tuple[Hash, ...]:
    """Return the digest of a library that is exactly one file; of one in several files or within others none exists."""
    files = {(member.path, member.sha256) for library in found for member in library.members}
    if len(files) > 1 or any(library.linkage == "static" for library in found):
        return ()
    ((path, sha256),) = files
    return (Hash(algorithm="SHA-256", content=sha256),) if path in members else ()


def _occurrences(
    found: Iterable[NativeLibrary], members: Mapping[str, tuple[NativeMember, ...]], clean: Cleaner
) -> tuple[Occurrence, ...]:
    """Return where a library was found: once for each file, whatever the number of anchors in it."""
    contexts: dict[str, str] = {}
    for library, member in ((each, member) for each in found for member in each.members):
        native = members.get(member.path)
        if library.linkage == "static":
            context = "linked statically"
        else:
            context = "grafted" if native is None else f"grafted; {_file_facts(native, clean)}"
        place = clean.member("native file", member.path)
        contexts[place] = min(context, contexts.get(place, context))
    return tuple(Occurrence(location=place, context=context) for place, context in contexts.items())


def _file_facts(slices: tuple[NativeMember, ...], clean: Cleaner) -> str:
    """Return what is known about a native file, on one line."""
    native = slices[0]
    machines = [f"{each.arch} {each.bits}-bit" for each in slices]
    facts = [native.role, ", ".join(machines), f"sha256:{native.sha256}", f"{native.size} bytes"]
    if native.soname:
        facts.append(f"{_NAME_FIELDS[native.format]} {native.soname}")
    facts += [f"{family} {version}" for family, version in sorted(native.symbol_floors.items())]
    facts += dict.fromkeys(f"minimum {each.minimum_os}" for each in slices if each.minimum_os)
    if native.abi:
        facts.append(f"ABI {native.abi}")
    return clean.line("native file", "; ".join(facts)) or native.role
