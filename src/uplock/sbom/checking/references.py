"""Every reference of a document leads to exactly one thing in it; links into other documents are not followed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

from uplock.sbom.checking.walk import Place, Tree, shown, spelled, texts

_ONE = frozenset(
    {
        "algorithmRef",
        "assessor",
        "asserter",
        "attributedTo",
        "parent",
        "process",
        "ref",
        "requirement",
        "signatureAlgorithmRef",
        "subjectPublicKeyRef",
        "target",
    }
)
"""Members that are a reference if they are a string."""
_MANY = frozenset(
    {
        "assemblies",
        "claims",
        "counterClaims",
        "counterEvidence",
        "cryptoRefArray",
        "dependencies",
        "dependsOn",
        "evidence",
        "members",
        "mitigationStrategies",
        "patentRefs",
        "provides",
        "requirements",
        "subjects",
        "tools",
        "vulnerabilities",
    }
)
"""Members whose items are references where they are strings."""
REFERENCE_KEYS = _ONE | _MANY | {"url"}
"""Members that use a reference."""
_LINK = "urn:cdx:"


class References:
    """The references that a document gives to its own parts."""

    def __init__(self, tree: Tree) -> None:
        self._first: dict[str, Place] = {}
        self._own = _own_link(tree)
        self._whole = bool(tree.get("components"))

    def given(self, place: Place, node: Tree) -> Iterator[str]:
        """Take the reference of one object; yield that it stands for something else already."""
        ref = node.get("bom-ref")
        if isinstance(ref, str) and (first := self._first.setdefault(ref, place)) is not place:
            yield f"{spelled((place, 'bom-ref'))}: {shown(ref)} is the bom-ref of {spelled(first)} as well"

    def used(self, place: Place, node: Tree) -> Iterator[str]:
        """Yield the references in one object that lead to nothing; all that are given must have been taken before."""
        for at, ref in _used(place, node, whole=self._whole):
            if ref not in self._first and (inside := _inside(ref, self._own)) is not None and inside not in self._first:
                yield f"{spelled(at)}: {shown(ref)} is the bom-ref of nothing"


def _used(place: Place, node: Tree, *, whole: bool) -> Iterator[tuple[Place, str]]:
    """Yield the references in one object. What a document without components says of others need not be in it."""
    for key, value in node.items():
        if key in _MANY:
            yield from texts(place, node, key)
        elif key in _ONE and isinstance(value, str) and (whole or not _is_affected(place)):
            yield (place, key), value
    url = node.get("url")
    if isinstance(url, str) and url.startswith(_LINK):
        yield (place, "url"), url


def _is_affected(place: Place) -> bool:
    """Whether an object says what a vulnerability affects."""
    return place is not None and place[0] is not None and place[0][1] == "affects"


def _own_link(tree: Tree) -> str:
    """Return the BOM-Link of the document itself, or an empty text if it has no serial number."""
    serial: Any = tree.get("serialNumber")
    if not isinstance(serial, str):
        return ""
    return f"{_LINK}{serial.removeprefix('urn:uuid:').lower()}/{tree.get('version', 1)}"


def _inside(ref: str, own: str) -> str | None:
    """Return what a reference names in this document, or ``None`` if it leads elsewhere or to the document itself."""
    if not ref.startswith(_LINK):
        return ref
    link, _, fragment = ref.partition("#")
    return unquote(fragment) if fragment and link.lower() == own else None
