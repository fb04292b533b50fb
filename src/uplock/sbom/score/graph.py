"""Points about how components hang together, and about what the document does not know."""

from __future__ import annotations

from uplock.sbom.checking.walk import items, spelled, texts
from uplock.sbom.score.document import Document, Part, nodes, strings, text_of
from uplock.sbom.score.native import is_native
from uplock.sbom.score.point import Answer, Given, Point, each_of

_AGGREGATES = frozenset(
    {
        "complete",
        "incomplete",
        "incomplete_first_party_only",
        "incomplete_first_party_proprietary_only",
        "incomplete_first_party_opensource_only",
        "incomplete_third_party_only",
        "incomplete_third_party_proprietary_only",
        "incomplete_third_party_opensource_only",
        "unknown",
    }
)
"""All but ``not_specified``, which says nothing."""


def _nodes(document: Document, _: Given) -> Answer:
    """Every component has a node, also one that needs nothing, and what a node needs is there."""
    known = {each.ref for each in (document.subject, *document.parts)}
    found: list[tuple[str | Part, bool | None]] = [(each, each.ref in document.edges) for each in document.parts]
    for place, node in items(None, document.tree, "dependencies"):
        stated = (((place, "ref"), text_of(node, "ref")), *texts(place, node, "dependsOn"))
        found += [(spelled(at), False) for at, ref in stated if ref not in known]
    return each_of(found, nothing="components")


def _reached(document: Document, _: Given) -> Answer:
    near: set[str] = set()
    ahead = [document.subject.ref] if document.subject.ref else []
    while ahead:
        ref = ahead.pop()
        if ref not in near:
            near.add(ref)
            ahead += document.edges.get(ref, ())
    return each_of(((each, each.ref in near) for each in document.parts), nothing="components")


def _compositions(document: Document, _: Given) -> Answer:
    """The needs or contents of the project, and the contents of each wheel with native code, have an aggregate."""
    contents: set[str] = set()
    needs: set[str] = set()
    for node in nodes(document.tree, "compositions"):
        if node.get("aggregate") in _AGGREGATES:
            contents.update(strings(node, "assemblies"))
            needs.update(strings(node, "dependencies"))
    root = (document.subject, document.subject.ref in needs | contents)
    wheels = ((each, each.ref in contents) for each in document.packages if is_native(each))
    return each_of([root, *wheels], nothing="components")


POINTS = (
    Point(
        number=21,
        title="Every component has a node in the graph, and every reference in it leads somewhere",
        standards=("NTIA", "CISA", "BSI"),
        path="$.dependencies",
        remedy="Give each component a node, also one that needs nothing.",
        check=_nodes,
    ),
    Point(
        number=22,
        title="Every component is reached from what the document is about",
        standards=("SCVS",),
        path="$.dependencies",
        remedy="Say who needs the components that nobody leads to.",
        check=_reached,
    ),
    Point(
        number=24,
        title="It is said how complete the project and each wheel with native code are",
        standards=("BSI", "CISA"),
        path="$.compositions[*].aggregate",
        remedy="Give a composition for the project and for the contents of each wheel with native code.",
        check=_compositions,
    ),
)
