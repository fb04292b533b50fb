"""The native parts of an interpreter as components inside it, as it said itself when it was asked."""

from __future__ import annotations

from collections.abc import Mapping

from uplock.model.interpreter_parts import InterpreterPart, InterpreterParts
from uplock.sbom.clean import Cleaner
from uplock.sbom.identifier import purl, within
from uplock.sbom.parts import Component, Identity, Method, Occurrence

_CPES: Mapping[str, str] = {
    "bzip2": "bzip:bzip2",
    "expat": "libexpat_project:libexpat",
    "libffi": "libffi_project:libffi",
    "libressl": "openbsd:libressl",
    "openssl": "openssl:openssl",
    "sqlite": "sqlite:sqlite",
    "xz": "tukaani:xz",
    "zlib": "zlib:zlib",
    "zstd": "facebook:zstandard",
}
"""Vendor and product in the CPE dictionary, of projects whose own numbers the versions are."""

_CONFIDENCE = {True: "0.9", False: "0.5"}
"""Of a library that says its version, and of one that is known by the module that needs it: estimates, fixed."""


def part_components(ref: str, parts: InterpreterParts, clean: Cleaner) -> tuple[Component, ...]:
    """Return the libraries inside the interpreter ``ref``, by name. What is absent, or failed, is no component."""
    present = (part for part in parts.parts if part.state == "present")
    return tuple(_component(ref, part, clean) for part in sorted(present, key=lambda part: part.name))


def _component(ref: str, part: InterpreterPart, clean: Cleaner) -> Component:
    name = clean.name("library", part.name)
    version = clean.line("library version", part.version)
    vendor = _CPES.get(name)
    return Component(
        ref=within(ref, name, version),
        type="library",
        name=name,
        version=version,
        external=True,
        purl=purl("generic", name, version),
        cpe=f"cpe:2.3:a:{vendor}:{version}:*:*:*:*:*:*:*" if vendor and version else None,
        identity=Identity(
            field="version" if version else "name",
            concluded=version or name,
            confidence=_CONFIDENCE[version is not None],
            methods=(
                Method(
                    technique="dynamic-analysis",
                    confidence=_CONFIDENCE[version is not None],
                    value=clean.line("evidence", _evidence(part)) or part.module,
                ),
            ),
        ),
        occurrences=(
            Occurrence(
                location=clean.member("native file", part.file or part.module),
                context=clean.line("native file", _context(part)) or part.module,
            ),
        ),
    )


def _evidence(part: InterpreterPart) -> str:
    """Return what was asked, and the very answer."""
    told = f"import {part.module}" if part.said is None else f"{part.module}: {part.source} = {part.said}"
    compiled = part.compiled if part.compiled != part.version else None
    return f"{told}; compiled with {compiled}" if compiled else told


def _context(part: InterpreterPart) -> str:
    """Return how the library comes to the module, as far as the system says."""
    module = "built into the interpreter" if part.place == "built-in" else f"module {part.module}"
    match part.linkage:
        case "shared":
            return f"{module}; shared library {part.library}" if part.library else f"{module}; shared library"
        case "within":
            return f"{module}; linked statically"
        case None:
            return module
