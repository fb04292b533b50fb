"""A whole document, ready to be compared. The tree that it was read from is not needed afterwards."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from uplock.errors import InputError
from uplock.model.value import Value
from uplock.sbom.checking.walk import Tree, components, items, members, texts
from uplock.sbom.difference.facts import hashes_of, properties_of, text_of
from uplock.sbom.difference.part import Claims, Part, part_of

_LEFT_OUT = (
    "annotations",
    "citations",
    "compositions",
    "formulation",
    "services",
    "signature",
    "vulnerabilities",
)
"""Sections that are not compared."""
MAX_COMPONENTS = 200_000
"""At any depth, ten times as many as anything real has."""
_MAX_SAID = 300
"""Characters of evidence, which any number of claims may repeat."""


class Document(Value, frozen=True, kw_only=True):
    """What is compared of a document; neither time nor serial number is."""

    subject: Part | None
    parts: tuple[Part, ...]
    metadata: Mapping[str, tuple[str, ...]]
    needs: Mapping[str, frozenset[str]]
    """References by the reference that needs them; of what is not there, nothing is said."""
    left_out: tuple[str, ...]

    @property
    def size(self) -> int:
        """Number of components at any depth, without the subject."""
        ahead, found = [*self.parts, *(self.subject.parts if self.subject else ())], 0
        while ahead:
            found += 1
            ahead += ahead.pop().parts
        return found


def document_of(tree: Tree) -> Document:
    """Return what is compared of a document in the shape of the JSON form, valid or not.

    Raises :class:`InputError` for more components than ``MAX_COMPONENTS``.
    """
    if sum(1 for _ in components(tree)) > MAX_COMPONENTS:
        raise InputError(f"holds more than {MAX_COMPONENTS} components", remedy="Give a smaller document.")
    claims = _claims(tree)
    root = members(tree, "metadata").get("component")
    return Document(
        subject=part_of(root, claims) if isinstance(root, dict) else None,
        parts=tuple(part_of(each, claims) for _, each in items(None, tree, "components")),
        metadata=_gathered(_metadata(tree)),
        needs=_needs(tree),
        left_out=tuple(each for each in _LEFT_OUT if tree.get(each)),
    )


def _gathered(said: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, set[str]] = {}
    for fact, value in said:
        if value:
            found.setdefault(fact, set()).add(value)
    return {fact: tuple(sorted(values)) for fact, values in found.items()}


def _claims(tree: Tree) -> Claims:
    """Return what ``declarations`` claim of components, and what is set against it or makes up for it."""
    declarations = members(tree, "declarations")
    evidence = {
        text_of(each, "bom-ref"): text_of(each, "description") for _, each in items(None, declarations, "evidence")
    }
    said = []
    for _, claim in items(None, declarations, "claims"):
        target, predicate = text_of(claim, "target"), text_of(claim, "predicate")
        said.append((target, predicate))
        for key, word in (("counterEvidence", "against it"), ("mitigationStrategies", "mitigated")):
            said += [(target, f"{word}: {evidence.get(ref, ref)[:_MAX_SAID]}") for _, ref in texts(None, claim, key)]
    return _gathered(said)


def _needs(tree: Tree) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for _, node in items(None, tree, "dependencies"):
        if ref := text_of(node, "ref"):
            found.setdefault(ref, set()).update(each for _, each in texts(None, node, "dependsOn"))
    return {ref: frozenset(refs) for ref, refs in found.items()}


def _metadata(tree: Tree) -> Iterator[tuple[str, str]]:
    metadata = members(tree, "metadata")
    for name, value in properties_of(metadata):
        yield (name if ":" in name else f"property {name}"), value
    yield from (("tools", each) for each in _tools(metadata.get("tools")))
    for _, each in items(None, metadata, "lifecycles"):
        yield "lifecycles", text_of(each, "phase") or text_of(each, "name")
    for _, each in items(None, metadata, "authors"):
        yield "authors", " ".join(filter(None, (text_of(each, "name"), text_of(each, "email"))))
    for key, fact in (("manufacturer", "manufacturer"), ("manufacture", "manufacturer"), ("supplier", "supplier")):
        yield fact, text_of(members(metadata, key), "name")
    for _, each in items(None, tree, "externalReferences"):
        if each.get("type") == "build-meta":
            yield "build-meta", " ".join((text_of(each, "url"), *sorted(hashes_of(each))))


def _tools(tools: Any) -> Iterator[str]:
    """Yield tools with their versions: an array until 1.4, since 1.5 also components and services."""
    if isinstance(tools, dict):
        ahead = [*items(None, tools, "components"), *items(None, tools, "services")]
    else:
        ahead = [*items(None, {"tools": tools}, "tools")]
    for _, each in ahead:
        yield " ".join(filter(None, (text_of(each, "name"), text_of(each, "version"))))
