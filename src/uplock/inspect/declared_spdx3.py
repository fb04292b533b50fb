"""SPDX 3.0 in its JSON-LD form, as far as it names packages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from uplock.errors import InputError
from uplock.inspect.boundedjson import Object, list_in, objects_in, text_in
from uplock.inspect.declaration import Declaration, Scopes, assembled, distinct, hashes_of
from uplock.model.native_sbom import DeclaredComponent, Scope

_CONTEXT = re.compile(r"https://spdx\.org/rdf/(3\.0(?:\.\d{1,3})?)/spdx-context\.jsonld\Z")
_PACKAGE = "software_Package"
_RELATIONSHIPS = frozenset({"Relationship", "LifecycleScopedRelationship"})
_COLLECTIONS = frozenset({"SpdxDocument", "Bom", "software_Sbom"})
_PURLS = frozenset({"packageUrl", "purl"})

_ON: dict[str, Scope] = {
    "contains": "required",
    "dependsOn": "required",
    "hasStaticLink": "required",
    "hasDynamicLink": "required",
    "hasOptionalComponent": "optional",
    "hasOptionalDependency": "optional",
    "hasProvidedDependency": "excluded",
    "hasTest": "excluded",
    "usesTool": "excluded",
    "descendantOf": "excluded",
}
"""What a relationship says about the packages that it ends with (SPDX 3.0, RelationshipType)."""
_ELSEWHERE = frozenset({"build", "development", "test", "design"})
"""Phases of life whose dependencies are no part of what is shipped (LifecycleScopeType)."""


_LICENSING = ("hasDeclaredLicense", "hasConcludedLicense")
"""The relationships that tell licenses; the first that is there counts."""
_LISTED = "https://spdx.org/licenses/"
_UNKNOWN = ("/Licensing/NoAssertion", "/Licensing/None")
"""Ends of the individuals that tell no license (SPDX 3.0, expandedlicensing)."""


class _Told:
    """What other elements say about packages: their licenses, and the names of those who supply them."""

    def __init__(self, elements: Iterable[Object]) -> None:
        self._texts: dict[str, str] = {}
        self._licenses: dict[tuple[str, str], list[str]] = {}
        for element in elements:
            ref, kind = text_in(element, "spdxId") or "", text_in(element, "relationshipType")
            if kind in _LICENSING:
                told = self._licenses.setdefault((kind, text_in(element, "from") or ""), [])
                told += _refs(element, "to")
            elif (
                text := text_in(element, "simplelicensing_licenseExpression") or text_in(element, "name")
            ) is not None:
                self._texts[ref] = text

    def licenses(self, ref: str) -> tuple[str, ...]:
        """Return the licenses of a package, declared ones before concluded ones."""
        told = (distinct(map(self._license, self._licenses.get((kind, ref), ()))) for kind in _LICENSING)
        return next((texts for texts in told if texts), ())

    def supplier(self, raw: Object) -> str | None:
        """Return the one who supplied a package, else the only one who made it."""
        refs = [text_in(raw, "suppliedBy")] if isinstance(raw.get("suppliedBy"), str) else []
        names = [self._texts.get(ref) for ref in refs or _refs(raw, "originatedBy") if ref is not None]
        return names[0] if len(names) == 1 else None

    def _license(self, ref: str) -> str | None:
        if ref.endswith(_UNKNOWN):
            return None
        return ref.removeprefix(_LISTED) if ref.startswith(_LISTED) else self._texts.get(ref)


def is_spdx3(document: Object) -> bool:
    """Whether a document says that it is SPDX 3.0 (its ``@context``)."""
    return _version(document) is not None


def read_spdx3(document: Object, source: str) -> Declaration:
    """Return what a document says. Raises :class:`InputError` if it does not keep to the format."""
    elements = tuple(objects_in(document, "@graph")) or (document,)
    scopes, roots = Scopes(), set[str]()
    for element in elements:
        kind = text_in(element, "type")
        if kind in _RELATIONSHIPS:
            _relate(element, scopes)
        elif kind in _COLLECTIONS:
            roots.update(_refs(element, "rootElement"))
    told = _Told(elements)
    packages = (element for element in elements if text_in(element, "type") == _PACKAGE)
    return assembled(
        version=_version(document) or "3.0",
        packages=(_package(raw, source, told) for raw in packages),
        scopes=scopes,
        described=roots,
    )


def _version(document: Object) -> str | None:
    context = document.get("@context")
    candidates = context if isinstance(context, list) else [context]
    matches = (_CONTEXT.match(each) for each in candidates if isinstance(each, str))
    return next((match[1] for match in matches if match), None)


def _relate(element: Object, scopes: Scopes) -> None:
    kind, phase = text_in(element, "relationshipType"), text_in(element, "scope")
    if kind is None:
        raise InputError("has an incomplete relationship")
    if kind == "ancestorOf":
        scopes.add(text_in(element, "from") or "", "excluded")
    elif kind in _ON:
        for ref in _refs(element, "to"):
            scopes.add(ref, "excluded" if phase in _ELSEWHERE else _ON[kind])


def _refs(element: Object, key: str) -> Iterator[str]:
    """Yield the references at ``key``; elements written in place are told by their own."""
    for value in list_in(element, key):
        ref = text_in(value, "spdxId") if isinstance(value, dict) else value
        if isinstance(ref, str):
            yield ref


def _package(raw: Object, source: str, told: _Told) -> DeclaredComponent:
    name, ref = text_in(raw, "name"), text_in(raw, "spdxId")
    if name is None or ref is None:
        raise InputError("has a package without a name or spdxId")
    return DeclaredComponent(
        name=name,
        version=text_in(raw, "software_packageVersion"),
        purl=text_in(raw, "software_packageUrl") or next(_purls(raw), None),
        type=(text_in(raw, "software_primaryPurpose") or "unspecified").lower(),
        scope="required",
        source=source,
        refs=(ref,),
        hashes=hashes_of(objects_in(raw, "verifiedUsing"), "algorithm", "hashValue"),
        licenses=told.licenses(ref),
        supplier=told.supplier(raw),
    )


def _purls(raw: Object) -> Iterator[str]:
    for identifier in objects_in(raw, "externalIdentifier"):
        purl = text_in(identifier, "identifier")
        if text_in(identifier, "externalIdentifierType") in _PURLS and purl is not None:
            yield purl
