"""The objects of a document with their places, each place spelled only when somebody asks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Tree = Mapping[str, Any]
Place = tuple[Any, str | int] | None
"""The place of what holds it, and its key or index there; ``None`` is the document."""
Located = tuple[Place, Tree]

_SHOWN = 160
_LONG = 400


def spelled(place: Place) -> str:
    """Return a place as in ``components[3].purl``; of one that is very deep, its beginning and its end."""
    parts: list[str] = []
    while place is not None:
        place, key = place
        parts.append(f"[{key}]" if isinstance(key, int) else f".{key}")
    whole = "".join(reversed(parts)).removeprefix(".") or "document"
    return whole if len(whole) <= _LONG else f"{whole[: _LONG // 2]}...{whole[-_LONG // 2 :]}"


def shown(text: object) -> str:
    """Return a text of the document for a message, bounded."""
    whole = str(text)
    return whole if len(whole) <= _SHOWN else f"{whole[:_SHOWN]}..."


def objects(tree: Tree, keys: frozenset[str]) -> Iterator[Located]:
    """Yield every object at any depth that has one of ``keys``, in the order of the document.

    Arrays directly in arrays, of which CycloneDX has none, are not looked into; nor are hashes, which hold no text.
    """
    ahead: list[Located] = [(None, tree)]
    while ahead:
        place, node = ahead.pop()
        if not keys.isdisjoint(node):
            yield place, node
        inside: list[Located] = []
        for key, value in node.items():
            if isinstance(value, dict):
                inside.append(((place, key), value))
            elif isinstance(value, list) and key != "hashes":
                at = (place, key)
                inside += [((at, index), each) for index, each in enumerate(value) if isinstance(each, dict)]
        if inside:
            inside.reverse()
            ahead += inside


def components(tree: Tree) -> Iterator[Located]:
    """Yield the subject of the document and every component at any depth; ancestors and tools are no part of it."""
    ahead: list[Located] = []
    root = members(tree, "metadata").get("component")
    if isinstance(root, dict):
        ahead.append((((None, "metadata"), "component"), root))
    yield from _inside(ahead)
    yield from _inside(list(reversed([*items(None, tree, "components")])))


def _inside(ahead: list[Located]) -> Iterator[Located]:
    while ahead:
        place, component = ahead.pop()
        yield place, component
        ahead.extend(reversed([*items(place, component, "components")]))


def items(place: Place, node: Tree, key: str) -> Iterator[Located]:
    """Yield the objects of the array at ``key``."""
    array = node.get(key)
    if isinstance(array, list):
        for index, each in enumerate(array):
            if isinstance(each, dict):
                yield ((place, key), index), each


def texts(place: Place, node: Tree, key: str) -> Iterator[tuple[Place, str]]:
    """Yield the strings of the array at ``key``."""
    array = node.get(key)
    if isinstance(array, list):
        for index, each in enumerate(array):
            if isinstance(each, str):
                yield ((place, key), index), each


def members(node: Tree, key: str) -> Tree:
    """Return the object at ``key``, empty if there is none."""
    inside = node.get(key)
    return inside if isinstance(inside, dict) else {}
