"""SPDX 2.2 and 2.3 JSON, as far as it names packages."""

from __future__ import annotations

from collections.abc import Iterator

from uplock.errors import InputError
from uplock.inspect.boundedjson import Object, list_in, objects_in, text_in
from uplock.inspect.declaration import UNKNOWN, Declaration, Scopes, assembled, distinct, hashes_of
from uplock.model.native_sbom import DeclaredComponent, Scope

_VERSION = "SPDX-2."
_KINDS = frozenset({"Organization", "Person"})

_OF: dict[str, Scope] = {
    "DEPENDENCY_OF": "required",
    "RUNTIME_DEPENDENCY_OF": "required",
    "CONTAINED_BY": "required",
    "OPTIONAL_COMPONENT_OF": "optional",
    "OPTIONAL_DEPENDENCY_OF": "optional",
    "BUILD_DEPENDENCY_OF": "excluded",
    "BUILD_TOOL_OF": "excluded",
    "DEV_DEPENDENCY_OF": "excluded",
    "DEV_TOOL_OF": "excluded",
    "TEST_DEPENDENCY_OF": "excluded",
    "TEST_TOOL_OF": "excluded",
    "TEST_OF": "excluded",
    "PROVIDED_DEPENDENCY_OF": "excluded",
    "ANCESTOR_OF": "excluded",
}
"""What a relationship says about the package that it begins with (SPDX 2.3, clause 11)."""
_ON: dict[str, Scope] = {
    "CONTAINS": "required",
    "DEPENDS_ON": "required",
    "STATIC_LINK": "required",
    "DYNAMIC_LINK": "required",
    "DESCENDANT_OF": "excluded",
}
"""What a relationship says about the package that it ends with."""


def read_spdx(document: Object, source: str) -> Declaration:
    """Return what a document says. Raises :class:`InputError` if it does not keep to the format."""
    version = text_in(document, "spdxVersion") or ""
    if version not in {f"{_VERSION}2", f"{_VERSION}3"}:
        raise InputError(f"is {version!a}, and SPDX-2.2 and SPDX-2.3 are read")
    scopes = Scopes()
    described = _relate(document, scopes)
    return assembled(
        version=version.removeprefix("SPDX-"),
        packages=(_package(raw, source) for raw in objects_in(document, "packages")),
        scopes=scopes,
        described=described,
    )


def _relate(document: Object, scopes: Scopes) -> set[str]:
    """Take in all relationships; return the references of what the document describes."""
    described = {ref for ref in list_in(document, "documentDescribes") if isinstance(ref, str)}
    for raw in objects_in(document, "relationships"):
        kind = text_in(raw, "relationshipType")
        begin, end = text_in(raw, "spdxElementId"), text_in(raw, "relatedSpdxElement")
        if kind is None or begin is None or end is None:
            raise InputError("has an incomplete relationship")
        if kind == "DESCRIBES":
            described.add(end)
        elif kind in _OF:
            scopes.add(begin, _OF[kind])
        elif kind in _ON:
            scopes.add(end, _ON[kind])
    return described


def _package(raw: Object, source: str) -> DeclaredComponent:
    name, ref = text_in(raw, "name"), text_in(raw, "SPDXID")
    if name is None or ref is None:
        raise InputError("has a package without a name or SPDXID")
    version = text_in(raw, "versionInfo")
    return DeclaredComponent(
        name=name,
        version=None if version in UNKNOWN else version,
        purl=next(_purls(raw), None),
        type=(text_in(raw, "primaryPackagePurpose") or "unspecified").lower(),
        scope="required",
        source=source,
        refs=(ref,),
        hashes=hashes_of(objects_in(raw, "checksums"), "algorithm", "checksumValue"),
        licenses=distinct([text_in(raw, "licenseDeclared")]) or distinct([text_in(raw, "licenseConcluded")]),
        supplier=_supplier(raw),
    )


def _supplier(raw: Object) -> str | None:
    """Return supplier or originator, without kind and e-mail address (SPDX 2.3, clauses 7.5 and 7.6)."""
    for role in ("supplier", "originator"):
        kind, _, named = (text_in(raw, role) or "").partition(":")
        name = named.rpartition("(")[0] if named.rstrip().endswith(")") else named
        if kind in _KINDS and name.strip():
            return name.strip()
    return None


def _purls(raw: Object) -> Iterator[str]:
    for reference in objects_in(raw, "externalRefs"):
        purl = text_in(reference, "referenceLocator")
        if text_in(reference, "referenceType") == "purl" and purl is not None:
            yield purl
