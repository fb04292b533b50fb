"""TOML with lines: the standard library says whether it is TOML and what values mean, the syntax tree where."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

from uplock.errors import InputError
from uplock.uplift.scan.syntax_tree import line_of, parse, text_of
from uplock.uplift.scan.tree import Mapping, Node, Plain, Scalar, Sequence

if TYPE_CHECKING:
    from tree_sitter import Node as SyntaxNode

_REMEDY = "Correct the file, or leave it out of the scan."


class _Table:
    """A table in the making."""

    def __init__(self, line: int) -> None:
        self.line = line
        self.keys: dict[str, Scalar] = {}
        self.values: dict[str, Node | _Table | list[_Table]] = {}

    def below(self, keys: list[Scalar]) -> _Table:
        """Return the table at a path of keys, made where it is not there; of a list of tables the last one."""
        found = self
        for key in keys:
            found.keys.setdefault(key.text, key)
            value = found.values.setdefault(key.text, _Table(key.line))
            value = value[-1] if isinstance(value, list) else value
            if not isinstance(value, _Table):
                raise InputError(f"line {key.line}: {key.text[:80]!r} is a value and a table", remedy=_REMEDY)
            found = value
        return found

    def frozen(self) -> Mapping:
        entries = []
        for name, value in self.values.items():
            node: Node
            match value:
                case _Table():
                    node = value.frozen()
                case list():
                    node = Sequence(items=tuple(each.frozen() for each in value), line=value[0].line)
                case _:
                    node = value
            entries.append((self.keys[name], node))
        return Mapping(entries=tuple(entries), line=self.line)


def parse_toml(text: str) -> Mapping:
    """Return a document. Raises :class:`InputError` with the line for what is no TOML, and for depth."""
    try:
        tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise InputError(f"no TOML: {error}", remedy=_REMEDY) from error
    root = parse("toml", text)
    top = _Table(1)
    for node in root.named_children:
        match node.type:
            case "pair":
                _set(top, node)
            case "table" | "table_array_element":
                _fill(top, node)
            case _:
                pass
    return top.frozen()


def _fill(top: _Table, node: SyntaxNode) -> None:
    keys = _keys(node.named_children[0])
    if node.type == "table":
        table = top.below(keys)
    else:
        parent, last = top.below(keys[:-1]), keys[-1]
        parent.keys.setdefault(last.text, last)
        rows = parent.values.setdefault(last.text, [])
        if not isinstance(rows, list):
            raise InputError(f"line {last.line}: {last.text[:80]!r} is a value and a table", remedy=_REMEDY)
        table = _Table(last.line)
        rows.append(table)
    for child in node.named_children[1:]:
        if child.type == "pair":
            _set(table, child)


def _set(table: _Table, node: SyntaxNode) -> None:
    keys, value = _keys(node.named_children[0]), node.named_children[1]
    place = table.below(keys[:-1])
    place.keys.setdefault(keys[-1].text, keys[-1])
    place.values[keys[-1].text] = _value(value)


def _keys(node: SyntaxNode) -> list[Scalar]:
    if node.type == "dotted_key":
        return [key for child in node.named_children for key in _keys(child)]
    text = text_of(node)
    name = str(_literal(text)) if node.type == "quoted_key" else text
    return [Scalar(text=name, value=name, line=line_of(node))]


def _value(node: SyntaxNode) -> Node:
    match node.type:
        case "array":
            items = tuple(_value(child) for child in node.named_children if child.type != "comment")
            return Sequence(items=items, line=line_of(node))
        case "inline_table":
            table = _Table(line_of(node))
            for child in node.named_children:
                if child.type == "pair":
                    _set(table, child)
            return table.frozen()
        case "string":
            value = str(_literal(text_of(node)))
            return Scalar(text=value, value=value, line=line_of(node), quoted=True)
        case _:
            text = text_of(node)
            found = _literal(text)
            plain: Plain = found if isinstance(found, str | int | float | bool) else text
            return Scalar(text=text, value=plain, line=line_of(node))


def _literal(text: str) -> object:
    """Return what a literal means; the whole was TOML, so this is."""
    return tomllib.loads(f"x = {text}\n")["x"]
