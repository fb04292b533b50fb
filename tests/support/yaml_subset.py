"""The part of YAML that our recipes and hooks are written in; everything else is refused, so that it stays plain.

Block mappings and sequences, plain and quoted scalars on one line, literal blocks (``|``), comments on lines of their
own or behind a scalar. Every scalar is text.
"""

from __future__ import annotations

import re
from typing import NamedTuple

Node = str | list["Node"] | dict[str, "Node"]

_KEY = re.compile(r"(?P<key>[A-Za-z_][A-Za-z0-9_-]*):(?: +(?P<rest>\S.*))?")
_SINGLE = re.compile(r"'((?:[^']|'')*)'")
_PLAIN = re.compile(r"[A-Za-z0-9$./(-](?:(?!: | #)[^\t])*")


class _Line(NamedTuple):
    number: int
    indent: int
    text: str


def read_yaml(text: str) -> Node:
    """Return mappings, lists and texts. Raises ``ValueError`` with the line of what is not of this subset."""
    lines = [
        _Line(number, len(line) - len(line.lstrip(" ")), line.strip(" "))
        for number, line in enumerate(text.split("\n"), 1)
        if line.strip(" ") and not line.lstrip(" ").startswith("#")
    ]
    node, left = _node(lines)
    if left:
        raise _refused(left[0])
    return node


def _node(lines: list[_Line]) -> tuple[Node, list[_Line]]:
    if not lines:
        raise ValueError("nothing is here")
    return (_list if lines[0].text.startswith("- ") else _mapping)(lines, lines[0].indent)


def _list(lines: list[_Line], indent: int) -> tuple[Node, list[_Line]]:
    found: list[Node] = []
    while lines and lines[0].indent == indent and lines[0].text.startswith("- "):
        first = lines[0]
        inner = first._replace(indent=indent + 2, text=first.text.removeprefix("- "))
        if _KEY.fullmatch(inner.text):
            node, lines = _mapping([inner, *lines[1:]], indent + 2)
        else:
            node, lines = _scalar(inner), lines[1:]
        found.append(node)
    return found, lines


def _mapping(lines: list[_Line], indent: int) -> tuple[Node, list[_Line]]:
    found: dict[str, Node] = {}
    while lines and lines[0].indent == indent and not lines[0].text.startswith("- "):
        first, lines = lines[0], lines[1:]
        match = _KEY.fullmatch(first.text)
        if match is None or match["key"] in found:
            raise _refused(first)
        node: Node = ""
        if match["rest"] == "|":
            block = _deeper(lines, indent)
            node, lines = "\n".join(line.text for line in block), lines[len(block) :]
        elif match["rest"] is not None:
            node = _scalar(first._replace(text=match["rest"]))
        elif _deeper(lines, indent):
            node, lines = _node(lines)
        found[match["key"]] = node
    if lines and lines[0].indent > indent:
        raise _refused(lines[0])
    return found, lines


def _deeper(lines: list[_Line], indent: int) -> list[_Line]:
    end = next((place for place, line in enumerate(lines) if line.indent <= indent), len(lines))
    return lines[:end]


def _scalar(line: _Line) -> str:
    text = re.sub(r" +# .*", "", line.text)
    if match := _SINGLE.fullmatch(text):
        return match[1].replace("''", "'")
    if _PLAIN.fullmatch(text):
        return text
    raise _refused(line)


def _refused(line: _Line) -> ValueError:
    return ValueError(f"line {line.number}: {line.text}")
