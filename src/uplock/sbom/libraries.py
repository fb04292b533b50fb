"""The native files of a wheel and the libraries found in them, as occurrences and components.

Every native file stands exactly once: with the library that it is, else with the wheel. Such an occurrence has any
context but :data:`STATIC` (a library linked into the file occurs there as well) and :data:`SHARED` (another library
that is the same file). A universal file is one file for several processors.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from uplock.model import native as model
from uplock.model.native import NativeLibrary, NativeMember, NativeProfile
from uplock.sbom.clean import NAME_LIMIT, Cleaner
from uplock.sbom.filetype import bsi_properties
from uplock.sbom.identifier import purl, within
from uplock.sbom.merged import CONFIDENCE, untaken
from uplock.sbom.parts import (
    Component,
    Hash,
    Identity,
    License,
    Method,
    Occurrence,
    Organization,
    Property,
    Reference,
    SpdxExpression,
    SpdxId,
    Technique,
)
from uplock.sbom.spdx import is_spdx_expression, is_spdx_id

STATIC = "linked statically"
SHARED = "part of this file"

_METHODS: Mapping[model.Method, tuple[Technique, str]] = {
    "crates": ("manifest-analysis", "0.9"),
    "string": ("binary-analysis", "0.9"),
    "constant": ("binary-analysis", "0.9"),
    "symbol": ("binary-analysis", "0.9"),
    "build-path": ("binary-analysis", "0.7"),
    "sbom": ("manifest-analysis", CONFIDENCE),
    "header": ("source-code-analysis", "0.7"),
    "file-name": ("filename", "0.7"),
    "soname": ("filename", "0.5"),
}
"""Our methods as CycloneDX techniques, with a confidence: an estimate, fixed, so that equal evidence counts equal."""

_NAME_FIELDS = {"elf": "SONAME", "mach-o": "install name", "pe": "DLL name"}

Key = tuple[bool, str, str]
"""Whether it is a crate, name, version or nothing: what makes libraries one component."""


class NativeFiles:
    """The native files of one wheel: what is known of each, where it stands, and which library it is."""

    def __init__(self, profile: NativeProfile, clean: Cleaner) -> None:
        """Grouped once, so that all questions are answered in constant time."""
        self._clean = clean
        self._slices: dict[str, list[NativeMember]] = {}
        for each in profile.members:
            self._slices.setdefault(each.path, []).append(each)
        self.libraries: dict[Key, list[NativeLibrary]] = {}
        for library in profile.libraries:
            version = clean.line("library version", library.version)
            key = (library.is_crate, clean.name("library", library.project), version or "")
            self.libraries.setdefault(key, []).append(library)
        self.owners: dict[str, Key] = {}
        """Files that are a library of their own, by path, with the first library that each of them is."""
        for key in sorted(self.libraries):
            for library in self.libraries[key]:
                if library.linkage == "bundled":
                    for member in library.members:
                        self.owners.setdefault(member.path, key)
        self._places = _places((*self._slices, *self.owners), clean)

    def objects(self) -> tuple[Occurrence, ...]:
        """Return the files that are no library of their own."""
        return tuple(
            Occurrence(location=self._places[path], context=self._facts(path))
            for path in self._slices
            if path not in self.owners
        )

    def refs(self, wheel: str) -> dict[Key, str]:
        """Return the references of the libraries inside a wheel, sorted, Rust crates last."""
        taken: dict[str, int] = {}
        return {
            key: untaken(within(wheel, f"cargo:{key[1]}" if key[0] else key[1], key[2]), taken)
            for key in sorted(self.libraries)
        }

    def components(self, wheel: str) -> tuple[Component, ...]:
        """Return the libraries inside a wheel, one component for each name and version."""
        return tuple(self._component(ref, key) for key, ref in self.refs(wheel).items())

    def _component(self, ref: str, key: Key) -> Component:
        crate, name, version = key
        found = self.libraries[key]
        file = self._only_file(found)
        native = file is not None and file[0] in self._slices
        return Component(
            ref=ref,
            type="library",
            name=name,
            version=version or None,
            purl=purl("cargo" if crate else "generic", name, version),
            cpe=None if crate else found[0].cpe,
            hashes=(Hash(algorithm="SHA-256", content=file[1]),) if file is not None and native else (),
            licenses=_licenses(found, self._clean),
            supplier=_supplier(found, self._clean),
            references=_references(found, self._clean),
            properties=_file_properties(file),
            identity=_identity(name, version, found, self._clean),
            occurrences=self._occurrences(key),
        )

    def _only_file(self, found: Iterable[NativeLibrary]) -> tuple[str, str] | None:
        """Return path and digest of a library that is exactly one file; of others there is none."""
        files = {(member.path, member.sha256) for library in found for member in library.members}
        if len(files) > 1 or any(library.linkage == "static" for library in found):
            return None
        return files.pop()

    def _occurrences(self, key: Key) -> tuple[Occurrence, ...]:
        """Return where a library was found: once for each file, whatever the number of anchors in it."""
        contexts: dict[str, str] = {}
        for library in self.libraries[key]:
            for member in library.members:
                if self.owners.get(member.path) == key:
                    facts = self._facts(member.path)
                    contexts[member.path] = f"grafted; {facts}" if facts else "grafted"
                else:
                    contexts[member.path] = STATIC if library.linkage == "static" else SHARED
        return tuple(Occurrence(location=self._place(path), context=context) for path, context in contexts.items())

    def _place(self, path: str) -> str:
        place = self._places.get(path)
        return self._clean.member("native file", path) if place is None else place

    def _facts(self, path: str) -> str:
        """Return what is known about a native file, on one line; nothing of one that was not read."""
        slices = self._slices.get(path)
        if slices is None:
            return ""
        native = slices[0]
        machines = dict.fromkeys(f"{each.arch} {each.bits}-bit" for each in slices)
        facts = [native.role, ", ".join(machines), f"sha256:{native.sha256}", f"{native.size} bytes"]
        if native.soname:
            facts.append(f"{_NAME_FIELDS[native.format]} {native.soname}")
        facts += [f"{family} {version}" for family, version in sorted(native.symbol_floors.items())]
        facts += dict.fromkeys(f"minimum {each.minimum_os}" for each in slices if each.minimum_os)
        if native.abi:
            facts.append(f"ABI {native.abi}")
        return self._clean.line("native file", "; ".join(facts)) or native.role


def _places(paths: Iterable[str], clean: Cleaner) -> dict[str, str]:
    """Return for each path where it stands: cleaned, and different for different paths."""
    places: dict[str, str] = {}
    taken: dict[str, int] = {}
    for path in dict.fromkeys(paths):
        place = clean.member("native file", path)
        places[path] = untaken(place, taken)
        if places[path] != place:
            clean.note("native file", "numbered, for its path looks like another one")
    return places


def _identity(name: str, version: str, found: Iterable[NativeLibrary], clean: Cleaner) -> Identity:
    methods: dict[Method, None] = {}
    for library in found:
        technique, confidence = _METHODS[library.method]
        for member in library.members:
            said = clean.line("evidence", member.evidence)
            evidence = library.method if said is None else clean.member("evidence", said)
            methods[Method(technique=technique, confidence=confidence, value=evidence)] = None
    return Identity(
        field="version" if version else "name",
        concluded=version or name,
        confidence=max(each.confidence for each in methods),
        methods=tuple(methods),
    )


def _licenses(found: Sequence[NativeLibrary], clean: Cleaner) -> tuple[License, ...]:
    """Return the license that the table of libraries knows: concluded, for no file of the wheel says it."""
    text = next((each.license for each in found if each.license), None)
    if text is None:
        return ()
    if is_spdx_id(text):
        return (SpdxId(id=text, acknowledgement="concluded"),)
    if is_spdx_expression(text):
        return (SpdxExpression(expression=text, acknowledgement="concluded"),)
    clean.note("license of a library", "not valid SPDX, left out")
    return ()


def _homepage(found: Iterable[NativeLibrary], clean: Cleaner) -> str | None:
    text = next((each.homepage for each in found if each.homepage), None)
    return None if text is None else clean.url("homepage", text)


def _supplier(found: Sequence[NativeLibrary], clean: Cleaner) -> Organization | None:
    name = clean.line("supplier", next((each.supplier for each in found if each.supplier), None), NAME_LIMIT)
    homepage = _homepage(found, clean)
    if name is None and homepage is None:
        return None
    return Organization(name=name, urls=() if homepage is None else (homepage,))


def _references(found: Sequence[NativeLibrary], clean: Cleaner) -> tuple[Reference, ...]:
    homepage = _homepage(found, clean)
    return () if homepage is None else (Reference(type="website", url=homepage),)


def _file_properties(file: tuple[str, str] | None) -> tuple[Property, ...]:
    return () if file is None else bsi_properties(file[0])
