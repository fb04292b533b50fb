"""One positioned tree for every format that nests: what YAML, TOML, JSON and HCL readers parse into."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

Plain = str | int | float | bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scalar:
    """A leaf. ``text`` is what stands in the file without quotes and escapes; ``value`` what the format makes of it.

    They differ where a format has numbers: YAML's unquoted ``3.10`` has the value ``3.1``.
    """

    text: str
    value: Plain
    line: int
    quoted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Sequence:
    """A list; ``line`` is where it begins."""

    items: tuple[Node, ...]
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapping:
    """A table, in the order of the file. Keys are unique: readers refuse what the format refuses."""

    entries: tuple[tuple[Scalar, Node], ...]
    line: int

    def get(self, key: str) -> Node | None:
        """Return the node under a key, ``None`` if there is none."""
        return next((node for name, node in self.entries if name.text == key), None)


Node = Scalar | Sequence | Mapping


def at(node: Node | None, *path: str) -> Node | None:
    """Return the node at a path of keys below ``node``, ``None`` where there is no such table or key."""
    for key in path:
        if not isinstance(node, Mapping):
            return None
        node = node.get(key)
    return node


def leaves(node: Node | None) -> Iterator[Scalar]:
    """Yield the scalars of a scalar or of a list, however its lists nest; nothing of tables."""
    match node:
        case Scalar():
            yield node
        case Sequence():
            for item in node.items:
                yield from leaves(item)
        case _:
            return
