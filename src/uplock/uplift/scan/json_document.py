"""JSON with lines, and with what editors and templates of clouds put into it: comments, and commas behind the last.

The grammar that there is for tree-sitter has comments but no trailing commas, and reads on behind an error; the module
of the standard library has no lines. Twelve tokens are read here instead. What is no JSON otherwise is refused, and so
is a key that stands twice in a table: programs differ in which one counts.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import NoReturn

from uplock.errors import InputError
from uplock.uplift.scan.tree import Mapping, Node, Plain, Scalar, Sequence

MAX_DEPTH = 100
"""Levels of nesting."""
MAX_NODES = 400_000
"""Values and keys of a file."""
MAX_NUMBER = 400
"""Characters of a number."""

_TOKEN = re.compile(
    r"""(?P<blank>[ \t\r\n]++|//[^\n]*+|/\*.*?\*/)
    |(?P<mark>[{}\[\],:])
    |(?P<string>"(?:[^"\\]|\\.)*+")
    |(?P<word>[^\s{}\[\],:"/]++)""",
    re.DOTALL | re.VERBOSE,
)
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?P<broken>(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?)")
_WORDS: dict[str, Plain] = {"true": True, "false": False, "null": None}
_END = ("", "", 0)


def parse_json(text: str) -> Node | None:
    """Return the document, ``None`` for a file with nothing but blanks and comments.

    Raises :class:`InputError` with the line for what is no JSON, keys that stand twice, and what is beyond the bounds.
    """
    reader = _Reader(text)
    return reader.document()


class _Reader:
    """The tokens of one file, looked at one at a time."""

    def __init__(self, text: str) -> None:
        self._tokens = _tokens(text)
        self._count = 0
        self._last = 1 + text.rstrip().count("\n")
        self._token = next(self._tokens, _END)

    def document(self) -> Node | None:
        if self._token is _END:
            return None
        found = self._value(0)
        if self._token is not _END:
            self._refuse("goes on behind its end")
        return found

    def _value(self, depth: int) -> Node:
        kind, text, line = self._token
        self._count += 1
        if depth > MAX_DEPTH:
            self._refuse(f"nests deeper than {MAX_DEPTH} levels")
        if self._count > MAX_NODES:
            self._refuse(f"has more than {MAX_NODES} values")
        if kind == "mark" and text == "{":
            return self._table(depth)
        if kind == "mark" and text == "[":
            return self._list(depth)
        if kind == "string":
            return self._string()
        if kind != "word":
            self._refuse("a value is missing")
        self._take()
        return Scalar(text=text, value=_plain(text, line), line=line)

    def _table(self, depth: int) -> Mapping:
        line = self._take()
        entries: dict[str, tuple[Scalar, Node]] = {}
        while not self._closes("}"):
            if self._token[0] != "string":
                self._refuse("a key is missing")
            key = self._string()
            if key.text in entries:
                _refuse(key.line, f"the key {key.text[:80]!r} stands twice")
            self._expect(":")
            entries[key.text] = (key, self._value(depth + 1))
            self._divided("}")
        self._take()
        return Mapping(entries=tuple(entries.values()), line=line)

    def _list(self, depth: int) -> Sequence:
        line = self._take()
        items: list[Node] = []
        while not self._closes("]"):
            items.append(self._value(depth + 1))
            self._divided("]")
        self._take()
        return Sequence(items=tuple(items), line=line)

    def _string(self) -> Scalar:
        _, text, line = self._token
        self._take()
        try:
            # Line breaks in strings are what templates of Azure have.
            value = str(json.loads(text, strict=False)) if "\\" in text else text[1:-1]
            value.encode()
        except ValueError as error:  # an escape that is none, and half of a character
            raise InputError(
                f"line {line}: no JSON: a string that is none", remedy="Correct the file, or leave it out of the scan."
            ) from error
        return Scalar(text=value, value=value, line=line, quoted=True)

    def _take(self) -> int:
        line = self._token[2]
        self._token = next(self._tokens, _END)
        return line

    def _closes(self, mark: str) -> bool:
        return self._token[:2] == ("mark", mark)

    def _expect(self, mark: str) -> None:
        if not self._closes(mark):
            self._refuse(f"{mark!r} is missing")
        self._take()

    def _divided(self, closing: str) -> None:
        if not self._closes(closing):
            self._expect(",")

    def _refuse(self, why: str) -> NoReturn:
        _refuse(self._token[2] or self._last, why)


def _tokens(text: str) -> Iterator[tuple[str, str, int]]:
    """Yield kind, text and line of what is neither blank nor comment."""
    place, line = 0, 1
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None:
            _refuse(line, "a comment or a string is not closed, or a sign stands alone")
        kind, found = str(match.lastgroup), match[0]
        if kind != "blank":
            yield kind, found, line
        line += found.count("\n")
        place = match.end()


def _plain(text: str, line: int) -> Plain:
    """Return the value of a word: a number, or one of three."""
    if text in _WORDS:
        return _WORDS[text]
    match = _NUMBER.fullmatch(text) if len(text) <= MAX_NUMBER else None
    if match is None:
        _refuse(line, f"{text[:80]!r} is no value")
    return float(text) if match["broken"] else int(text)


def _refuse(line: int, why: str) -> NoReturn:
    raise InputError(f"line {line}: no JSON: {why}", remedy="Correct the file, or leave it out of the scan.")
