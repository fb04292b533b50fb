"""The dependency graph names every component, and the subject of the document leads to all of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from uplock.sbom.checking.walk import Located, Place, Tree, items, members, shown, spelled, texts


def graph_defects(tree: Tree, inside: Sequence[Located]) -> Iterator[str]:
    """Yield components without a reference, a node or a way to them, and nodes that stand twice."""
    known: dict[str, Place] = {}
    for place, component in inside:
        ref = component.get("bom-ref")
        if isinstance(ref, str):
            known.setdefault(ref, place)
        else:
            yield f"{spelled(place)}: {shown(component.get('name', ''))} has no bom-ref"
    edges: dict[str, list[str]] = {}
    for place, node in items(None, tree, "dependencies"):
        ref = str(node.get("ref"))
        if ref in edges:
            yield f"{spelled(place)}: {shown(ref)} has a node already"
        edges.setdefault(ref, []).extend(each for _, each in texts(place, node, "dependsOn"))
    if known and not edges:
        yield "dependencies: there are none, so nothing is said about what needs what"
        return
    for ref, place in known.items():
        if ref not in edges:
            yield f"{spelled(place)}: {shown(ref)} has no node in dependencies"
    yield from _unreached(tree, known, edges)


def _unreached(tree: Tree, known: dict[str, Place], edges: dict[str, list[str]]) -> Iterator[str]:
    root = members(members(tree, "metadata"), "component").get("bom-ref")
    if not isinstance(root, str):
        if known:
            yield "metadata.component: there is none with a bom-ref, so nothing says where the graph begins"
        return
    near: set[str] = set()
    ahead = [root]
    while ahead:
        ref = ahead.pop()
        if ref not in near:
            near.add(ref)
            ahead.extend(edges.get(ref, ()))
    for ref, place in known.items():
        if ref not in near:
            yield f"{spelled(place)}: {shown(ref)} is out of the reach of {shown(root)}"
