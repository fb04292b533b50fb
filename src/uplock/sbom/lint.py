"""What no schema can say about a document: that its references hold together and that it leaks nothing.

Works on a JSON tree that the official schema has accepted, in time that grows with its size.
"""

from __future__ import annotations

from collections.abc import Iterator

from uplock.sbom.checking.graph import graph_defects
from uplock.sbom.checking.leaks import LEAK_KEYS, leak_defects
from uplock.sbom.checking.package_url import purl_defects
from uplock.sbom.checking.references import REFERENCE_KEYS, References
from uplock.sbom.checking.walk import Located, Tree, components, items, members, objects, spelled, texts

_KEYS = LEAK_KEYS | REFERENCE_KEYS | {"bom-ref"}


def lint_document(tree: Tree) -> Iterator[str]:
    """Yield the defects of a document, each as ``place: what is wrong``, in a fixed order.

    A component may have neither version nor range: what is unknown stays unknown. It may not have both.
    """
    references = References(tree)
    using = []
    for place, node in objects(tree, _KEYS):
        if "bom-ref" in node:
            yield from references.given(place, node)
        if not REFERENCE_KEYS.isdisjoint(node):
            using.append((place, node))
        yield from leak_defects(place, node)
    for place, node in using:
        yield from references.used(place, node)
    inside = [*components(tree)]
    yield from graph_defects(tree, inside)
    for place, component in inside:
        yield from purl_defects(place, component)
        yield from _version_defects((place, component))
    yield from _undated(tree)


def _version_defects(component: Located) -> Iterator[str]:
    """A range of versions is what something outside must have, in the place of the version that it has."""
    place, node = component
    if "versionRange" not in node:
        return
    if node.get("isExternal") is not True:
        yield f"{spelled((place, 'versionRange'))}: stands at a component that is not external"
    if "version" in node:
        yield f"{spelled((place, 'versionRange'))}: stands beside a version"


def _undated(tree: Tree) -> Iterator[str]:
    """Evidence that a claim rests on says when it was made."""
    declarations = members(tree, "declarations")
    place = (None, "declarations")
    carrying = {ref for at, claim in items(place, declarations, "claims") for _, ref in texts(at, claim, "evidence")}
    for at, evidence in items(place, declarations, "evidence"):
        if "created" not in evidence and evidence.get("bom-ref") in carrying:
            yield f"{spelled(at)}: is what a claim rests on, without the time when it was made"
