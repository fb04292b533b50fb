"""Where something is wrong in a JSON text whose syntax is right: the first place of what the parser let pass."""

from __future__ import annotations

import json
import math
import re

from uplock.model.value import Value
from uplock.sbom.reading.bounds import MAX_DEPTH, MAX_DIGITS

_TOKEN = re.compile(r'("(?:[^"\\]++|\\.)*+")|([\[\]{},:])|([^\s"\[\]{},:]++)', re.DOTALL)
_SHOWN = 60


class Fault(Value, frozen=True, kw_only=True):
    """What is wrong, and at which character from 0."""

    message: str
    offset: int


class _Level:
    """An object or array that the scan is inside of: where in it the scan is, and the keys so far."""

    def __init__(self, *, is_object: bool) -> None:
        self.is_object = is_object
        self.keys: set[str] = set()
        self.at: str | int = "" if is_object else 0
        self.at_key = is_object


def first_fault(text: str) -> Fault | None:
    """Return the first key that is repeated, half character, number out of bounds or level too deep, if there is one.

    ``text`` must be what a JSON parser accepts; up to the first level that is too deep is enough.
    """
    levels: list[_Level] = []
    for token in _TOKEN.finditer(text):
        string, mark, plain = token.groups()
        fault = None
        if mark is not None:
            _move(levels, mark)
            fault = f"is nested deeper than {MAX_DEPTH} levels" if len(levels) > MAX_DEPTH else None
        elif plain is not None:
            fault = _number(plain)
        elif (value := json.loads(string)).isascii() or _is_whole(value):
            fault = _key(levels[-1], value) if levels and levels[-1].at_key else None
        else:
            fault = "holds half a surrogate pair, which is no character"
        if fault is not None:
            place = _place(levels)
            return Fault(message=f"{place} {fault}" if place else fault, offset=token.start())
    return None


def _move(levels: list[_Level], mark: str) -> None:
    match mark:
        case "{" | "[":
            levels.append(_Level(is_object=mark == "{"))
        case "}" | "]":
            levels.pop()
        case ",":
            level = levels[-1]
            level.at_key = level.is_object
            if isinstance(level.at, int):
                level.at += 1
        case _:
            levels[-1].at_key = False


def _key(level: _Level, key: str) -> str | None:
    if key in level.keys:
        level.at = ""
        return f"repeats the key {json.dumps(key[:_SHOWN], ensure_ascii=False)}"
    level.keys.add(key)
    level.at = key
    return None


def _number(digits: str) -> str | None:
    if digits in {"true", "false", "null"}:
        return None
    if digits.lstrip("-") in {"NaN", "Infinity"}:
        return f"is {digits}, which is not JSON"
    if len(digits) > MAX_DIGITS:
        return f"is a number of more than {MAX_DIGITS} characters"
    return None if math.isfinite(float(digits)) else f"is {digits}, which is no number that can be kept"


def _is_whole(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _place(levels: list[_Level]) -> str:
    """Return the place as in ``components[3].name``, bounded: the innermost parts of a deep one."""
    parts = [f"[{each.at}]" if isinstance(each.at, int) else f".{each.at[:_SHOWN]}" for each in levels[-8:]]
    return "".join(part for part in parts if part != ".").removeprefix(".")
