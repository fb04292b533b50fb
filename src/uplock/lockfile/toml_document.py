"""Parsing TOML 1.0 that someone else wrote, within bounds: the standard parser has none of its own."""

from __future__ import annotations

import re
import tomllib
from typing import Any

MAX_BYTES = 16 * 1024 * 1024
MAX_KEY_PARTS = 64
"""Most parts of a dotted key: the parser needs memory in the square of them."""

_PART = r"""(?:[A-Za-z0-9_-]++|"(?:[^"\\\n]|\\.)*+"|'[^'\n]*+')"""
_DOT = r"[ \t]*+\.[ \t]*+"
_TOKEN = re.compile(
    rf"""
      \#[^\n]*+
    | \"\"\"(?:[^"\\]|\\.|"{{1,2}}(?!"))*+(?:"{{3,5}}|\Z)
    | '''(?:[^']|'{{1,2}}(?!'))*+(?:'{{3,5}}|\Z)
    | (?P<deep>{_PART}(?:{_DOT}{_PART}){{{MAX_KEY_PARTS}}}+)
    | {_PART}(?:{_DOT}{_PART})*+
    | ["'][^\n]*+
    """,
    re.VERBOSE | re.DOTALL,
)
"""Comments, strings and dotted keys, each taken whole, so that the time is linear and no string looks like a key.

The last alternative is a string that does not end on its line: no parser gets beyond it.
"""


def parse_toml(raw: bytes) -> dict[str, Any]:
    """Return the document. Raises :class:`ValueError` with the line, for the caller to say which file it is."""
    if len(raw) > MAX_BYTES:
        raise ValueError(f"larger than {MAX_BYTES} bytes")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise ValueError(f"not UTF-8 (at line {line})") from error
    for token in _TOKEN.finditer(text):
        if token["deep"]:
            line = text.count("\n", 0, token.start()) + 1
            raise ValueError(f"a dotted key has more than {MAX_KEY_PARTS} parts (at line {line})")
    try:
        return tomllib.loads(text)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
