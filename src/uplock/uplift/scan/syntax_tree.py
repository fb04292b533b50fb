"""Syntax trees with lines, of TOML and HCL. The only door to tree-sitter and its grammars.

A grammar reads on behind an error; here the first one ends it. Nothing of a tree is trusted beyond types, texts and
lines.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Literal

from uplock.errors import InputError

if TYPE_CHECKING:
    from tree_sitter import Node, Parser

MAX_DEPTH = 150
"""Levels of a tree: those of the text, and several for each in the grammar."""

_REMEDY = "Correct the file, or leave it out of the scan."


@functools.cache
def _parser(language: Literal["toml", "hcl"]) -> Parser:
    from tree_sitter import Language, Parser

    if language == "toml":
        import tree_sitter_toml

        return Parser(Language(tree_sitter_toml.language()))
    import tree_sitter_hcl

    return Parser(Language(tree_sitter_hcl.language()))


def parse(language: Literal["toml", "hcl"], text: str) -> Node:
    """Return the root of a text's tree. Raises :class:`InputError` with the line of the first error, and for depth."""
    tree = _parser(language).parse(text.encode("utf-8", "replace"))
    root = tree.root_node
    if root.has_error:
        raise InputError(f"line {_error_line(root)}: no {language.upper()}", remedy=_REMEDY)
    _check_depth(root)
    return root


def text_of(node: Node) -> str:
    """Return the text that a node stands for."""
    return (node.text or b"").decode("utf-8", "replace")


def line_of(node: Node) -> int:
    """Return the line that a node begins on, from 1."""
    return node.start_point[0] + 1


def _error_line(root: Node) -> int:
    front = [root]
    while front:
        node = front.pop()
        if node.is_error or node.is_missing:
            return line_of(node)
        front += [each for each in reversed(node.children) if each.has_error or each.is_missing]
    return line_of(root)


def _check_depth(root: Node) -> None:
    level, depth = [root], 0
    while level:
        depth += 1
        if depth > MAX_DEPTH:
            raise InputError(f"line {line_of(level[0])}: nests deeper than anybody writes", remedy=_REMEDY)
        level = [child for node in level for child in node.named_children]
