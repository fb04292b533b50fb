"""YAML with lines: documents as positioned trees, without constructing anything. The only door to PyYAML.

Scalars carry what stands in the file and what YAML makes of it: an unquoted ``3.10`` is the number 3.1. Tags of others
(``!Ref``, ``!reference``) are passed over: what they stand on is read as it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from uplock.errors import InputError
from uplock.uplift.scan.tree import Mapping, Node, Plain, Scalar, Sequence

if TYPE_CHECKING:
    import yaml

MAX_DEPTH = 100
"""Levels of nesting."""
MAX_NODES = 400_000
"""Nodes of a file with every alias written out: what a few lines of anchors can multiply is bounded by this."""

_MERGE = "tag:yaml.org,2002:merge"
_REMEDY = "Correct the file, or leave it out of the scan."


def parse(text: str) -> tuple[Node, ...]:
    """Return the documents of a file; an empty one is none.

    Raises :class:`InputError` with the line for what is no YAML, keys that stand twice, cycles, and what nests or
    multiplies beyond the bounds.
    """
    import yaml

    loader = _loader()(text)
    reader = _Reader()
    found: list[Node] = []
    try:
        _bounded(text)
        while loader.check_node():
            node = loader.get_node()
            if node is not None:
                found.append(reader.read(node, 0))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = f"line {mark.line + 1}: " if mark is not None else ""
        raise InputError(f"{line}no YAML: {error.problem or error.context}", remedy=_REMEDY) from error
    except (yaml.YAMLError, ValueError, RecursionError, OverflowError) as error:
        raise InputError(f"no YAML: {' '.join(str(error).split())[:200]}", remedy=_REMEDY) from error
    finally:
        loader.dispose()
    return tuple(found)


def _loader() -> Any:
    """Return the loader in C where PyYAML has it: it composes nodes ten times as fast."""
    import yaml

    return getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _bounded(text: str) -> None:
    """Raise :class:`InputError` for depth before anything is composed: composing goes down one call for each level."""
    import yaml

    depth = 0
    for count, event in enumerate(yaml.parse(text, Loader=_loader())):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > MAX_DEPTH or count > MAX_NODES:
            what = f"nests deeper than {MAX_DEPTH} levels" if depth > MAX_DEPTH else f"has more than {MAX_NODES} nodes"
            line = 0 if event.start_mark is None else event.start_mark.line + 1
            raise InputError(f"line {line}: {what}", remedy=_REMEDY)


class _Reader:
    """Turns composed nodes into the tree, each alias anew, and counts."""

    def __init__(self) -> None:
        self._count = 0
        self._open: set[int] = set()

    def read(self, node: yaml.Node, depth: int) -> Node:
        import yaml

        line = node.start_mark.line + 1
        self._count += 1
        if self._count > MAX_NODES or depth > MAX_DEPTH:
            raise InputError(f"line {line}: aliases multiply beyond {MAX_NODES} nodes", remedy=_REMEDY)
        if isinstance(node, yaml.ScalarNode):
            return _scalar(node)
        if id(node) in self._open:
            raise InputError(f"line {line}: a value contains itself", remedy=_REMEDY)
        self._open.add(id(node))
        try:
            if isinstance(node, yaml.SequenceNode):
                return Sequence(items=tuple(self.read(each, depth + 1) for each in node.value), line=line)
            assert isinstance(node, yaml.MappingNode)  # noqa: S101 - there is no fourth kind of node
            return self._mapping(node, depth, line)
        finally:
            self._open.discard(id(node))

    def _mapping(self, node: yaml.MappingNode, depth: int, line: int) -> Mapping:
        own: dict[str, tuple[Scalar, Node]] = {}
        merged: list[tuple[Scalar, Node]] = []
        for key, value in node.value:
            read = self.read(value, depth + 1)
            name = self.read(key, depth + 1)
            if key.tag == _MERGE:
                tables = read.items if isinstance(read, Sequence) else (read,)
                merged += [entry for each in tables if isinstance(each, Mapping) for entry in each.entries]
            elif isinstance(name, Scalar):
                if name.text in own:
                    raise InputError(f"line {name.line}: the key {name.text[:80]!r} stands twice", remedy=_REMEDY)
                own[name.text] = (name, read)
        for name, read in merged:
            own.setdefault(name.text, (name, read))
        return Mapping(entries=tuple(own.values()), line=line)


def _scalar(node: yaml.ScalarNode) -> Scalar:
    """Return a leaf; of the numbers of YAML those matter that a version can be mistaken for."""
    text, value = str(node.value), None
    kind = node.tag.rpartition(":")[2]
    plain: Plain = text
    if kind == "null":
        plain = None
    elif kind == "bool":
        plain = text.lower() in {"true", "yes", "on", "y"}
    elif kind in {"int", "float"} and not node.style:
        value = _number(text)
        plain = text if value is None else value
    return Scalar(text=text, value=plain, line=node.start_mark.line + 1, quoted=node.style in {"'", '"'})


def _number(text: str) -> int | float | None:
    for kind in (int, float):
        try:
            return kind(text.replace("_", ""))
        except (ValueError, OverflowError):
            continue
    return None
