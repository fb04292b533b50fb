"""Walking positioned trees: tables with their paths of keys."""

from __future__ import annotations

from collections.abc import Iterator

from uplock.uplift.scan.tree import Mapping, Node, Scalar, Sequence


def tables(node: Node | None) -> Iterator[Mapping]:
    """Yield every table of a tree, outer ones first."""
    match node:
        case Mapping():
            yield node
            for _, value in node.entries:
                yield from tables(value)
        case Sequence():
            for item in node.items:
                yield from tables(item)
        case _:
            return


def entries(node: Node | None) -> Iterator[tuple[str, Node]]:
    """Yield key and value of a table; nothing of anything else."""
    if isinstance(node, Mapping):
        for key, value in node.entries:
            yield key.text, value


def items(node: Node | None) -> tuple[Node, ...]:
    """Return the items of a list; a single value is a list of one."""
    if node is None:
        return ()
    return node.items if isinstance(node, Sequence) else (node,)


def text(node: Node | None) -> str:
    """Return the text of a scalar, empty for anything else."""
    return node.text if isinstance(node, Scalar) else ""
