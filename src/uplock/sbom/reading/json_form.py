"""JSON of unknown origin (RFC 8259), strictly: no key twice, no NaN, no half characters, bounded in every way.

The parser of the standard library only notes that something is wrong; where it is wrong is looked for afterwards, so
that good documents pay nothing for it.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from itertools import chain
from typing import Any

from uplock.sbom.reading.bounds import MAX_DEPTH, MAX_DIGITS, MAX_VALUES, refuse, refuse_whole
from uplock.sbom.reading.json_faults import first_fault

_HALF = re.compile(r"\\u[dD][89a-fA-F]")
"""What may be half of a surrogate pair."""


def read_json(text: str) -> Any:
    """Return the document as plain objects.

    Raises :class:`InputError` with line and column if it is no JSON, repeats a key in one object, holds ``NaN``, a
    number that is too long or too large, or half a surrogate pair, or is deeper or longer than the bounds.
    """
    if sum(map(text.count, ",[{")) > MAX_VALUES:
        refuse_whole(f"holds more than {MAX_VALUES} values")
    parser = _Parser()
    try:
        tree = json.loads(
            text,
            object_pairs_hook=parser.members,
            parse_constant=parser.constant,
            parse_int=parser.integer,
            parse_float=parser.real,
        )
    except json.JSONDecodeError as error:
        refuse(f"is not JSON: {_said(error.msg)}", text, error.pos)
    except RecursionError:
        _refuse_fault(text)
        refuse_whole("is nested too deep")
    if parser.faulty or _HALF.search(text) or _is_deep(tree):
        _refuse_fault(text)
    return tree


def _refuse_fault(text: str) -> None:
    fault = first_fault(text)
    if fault is not None:
        refuse(fault.message, text, fault.offset)


class _Parser:
    """What is made of the pieces. A piece that is not acceptable is replaced and noted."""

    def __init__(self) -> None:
        self.faulty = False

    def members(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(pairs)
        if len(made) != len(pairs):
            self.faulty = True
        return made

    def constant(self, _name: str) -> None:
        self.faulty = True

    def integer(self, digits: str) -> int:
        if len(digits) <= MAX_DIGITS:
            return int(digits)
        self.faulty = True
        return 0

    def real(self, digits: str) -> float:
        if len(digits) <= MAX_DIGITS and math.isfinite(number := float(digits)):
            return number
        self.faulty = True
        return 0.0


def _is_deep(tree: Any) -> bool:
    """Whether objects and arrays are nested deeper than the bound, level by level: no recursion."""
    level = [tree]
    for _ in range(MAX_DEPTH):
        level = [*chain.from_iterable(map(_nested, level))]
        if not level:
            return False
    return True


def _nested(node: Any) -> Iterator[Any]:
    inside = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    return (each for each in inside if isinstance(each, (dict, list)))


def _said(message: str) -> str:
    """Return the parser's words as the rest of a sentence."""
    return (message[:1].lower() + message[1:]).removesuffix(" at")
