"""What no schema can say about a document: that its references hold together and that it leaks nothing.

Works on a JSON tree that the official schema has accepted.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote

from uplock.sbom.clean import SECRET_QUERY

_PURL = re.compile(r"pkg:(?P<type>[a-z0-9.+-]+)/(?:[^@?#]*/)?(?P<name>[^/@?#]+)(?:@(?P<version>[^?#]*))?(?:[?#].*)?\Z")
_MACHINE = re.compile(r"file:|/|\\|[A-Za-z]:[/\\]|~[/\\]", re.IGNORECASE)
"""What begins a place on one machine; relative references and URLs of other schemes begin otherwise."""
_USER = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*@")
_PLACES = frozenset({"bom-ref", "location", "url"})

Tree = Mapping[str, Any]


def lint_document(tree: Tree) -> Iterator[str]:
    """Yield the defects of a document, each as ``place: what is wrong``, in a fixed order."""
    inside = list(_components(tree))
    yield from _references(tree, inside)
    for component in inside:
        yield from _purl(component)
    yield from _leaks(tree)


def _components(tree: Tree) -> Iterator[Tree]:
    """Yield the project and every component at any depth; ancestors and tools are no part of it."""
    ahead = [*reversed(tree.get("components", []))]
    if "component" in tree.get("metadata", {}):
        ahead.append(tree["metadata"]["component"])
    while ahead:
        component = ahead.pop()
        yield component
        ahead.extend(reversed(component.get("components", [])))


def _references(tree: Tree, inside: list[Tree]) -> Iterator[str]:
    """Every reference is unique and leads somewhere, every component is a node that the project leads to."""
    yield from (f"{_label(each)}: no bom-ref" for each in inside if "bom-ref" not in each)
    counted = Counter(_refs(tree))
    yield from (f"bom-ref {ref}: given {count} times" for ref, count in sorted(counted.items()) if count > 1)
    known = {each["bom-ref"] for each in inside if "bom-ref" in each}
    nodes = Counter(each["ref"] for each in tree.get("dependencies", []))
    yield from (f"dependencies: {ref} has {count} nodes" for ref, count in sorted(nodes.items()) if count > 1)
    edges = {each["ref"]: each.get("dependsOn", []) for each in tree.get("dependencies", [])}
    named = {*edges, *(ref for needs in edges.values() for ref in needs)}
    yield from (f"dependencies: {ref} is no component" for ref in sorted(named - known))
    for composition in tree.get("compositions", []):
        targets = {*composition.get("assemblies", []), *composition.get("dependencies", [])}
        yield from (f"compositions: {ref} is no component" for ref in sorted(targets - known))
    yield from (f"dependencies: no node for {ref}" for ref in sorted(known - edges.keys()))
    yield from (f"dependencies: {ref} is out of the project's reach" for ref in sorted(known - _reach(tree, edges)))


def _reach(tree: Tree, edges: Mapping[str, list[str]]) -> set[str]:
    ahead = [tree.get("metadata", {}).get("component", {}).get("bom-ref")]
    near: set[str] = set()
    while ahead:
        ref = ahead.pop()
        if ref is not None and ref not in near:
            near.add(ref)
            ahead.extend(edges.get(ref, []))
    return near


def _refs(tree: Any) -> Iterator[str]:
    """Yield every ``bom-ref`` anywhere: they share one name space."""
    ahead = [tree]
    while ahead:
        node = ahead.pop()
        if isinstance(node, dict):
            if isinstance(ref := node.get("bom-ref"), str):
                yield ref
            ahead.extend(node.values())
        elif isinstance(node, list):
            ahead.extend(node)


def _purl(component: Tree) -> Iterator[str]:
    """A package URL names the same thing as its component."""
    if "purl" not in component:
        return
    match = _PURL.match(component["purl"])
    if match is None:
        yield f"{_label(component)}: {component['purl']} is no package URL"
        return
    python = match["type"] == "pypi"
    if _folded(unquote(match["name"]), python=python) != _folded(component["name"], python=python):
        yield f"{_label(component)}: {component['purl']} has another name"
    if unquote(match["version"] or "") != component.get("version", ""):
        yield f"{_label(component)}: {component['purl']} has another version"


def _folded(name: str, *, python: bool) -> str:
    return re.sub(r"[-_.]+", "-", name).lower() if python else name


def _leaks(tree: Tree) -> Iterator[str]:
    """No reference or location names a place on a machine, no URL carries a credential."""
    ahead: list[tuple[str, str, Any]] = [("", "", tree)]
    while ahead:
        place, name, node = ahead.pop()
        if isinstance(node, list):
            ahead.extend((f"{place}[{index}]", name, each) for index, each in reversed([*enumerate(node)]))
        elif isinstance(node, dict):
            ahead.extend((f"{place}.{key}".lstrip("."), key, value) for key, value in reversed(node.items()))
        elif isinstance(node, str) and name in _PLACES:
            yield from _leak(node, place, name)


def _leak(text: str, place: str, name: str) -> Iterator[str]:
    if _MACHINE.match(text):
        yield f"{place}: names a place on one machine"
    if name == "url" and (_USER.match(text) or SECRET_QUERY.search(text)):
        yield f"{place}: may carry a credential"


def _label(component: Tree) -> str:
    return str(component.get("bom-ref", component["name"]))
