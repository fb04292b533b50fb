"""Variables in texts, by the rules of shells: as Dockerfiles have them, and as compose files do.

The rules of Dockerfiles are BuildKit's (``frontend/dockerfile/shell``): quotes, the escape character, and ``$V``,
``${V}``, ``${V:-W}``, ``${V-W}``, ``:+``, ``+``, ``:?``, ``?``, ``#``, ``##``, ``%``, ``%%``, ``/P/R``, ``//P/R``, with
words that hold variables themselves. Compose has no quotes, none of the patterns, and ``$$`` for a dollar.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, Literal, NoReturn

from uplock.errors import InputError

UNKNOWN: Final = "\0"
"""Stands in a text for what nobody knows the value of. No file that is read holds it."""
MAX_LENGTH = 4096
"""Characters of a result; a longer one is not known: nothing that names an interpreter is as long."""
MAX_DEPTH = 20
"""Levels of variables within the words of others."""
MAX_STARS = 3
"""Wildcards of one pattern: matching takes as many nested passes over the value."""

_NAME = re.compile(r"[0-9]+|[A-Za-z_][A-Za-z0-9_]*")
_SPECIAL = "@*#?-$!"

Dialect = Literal["dockerfile", "compose"]


def substituted(
    text: str, values: Mapping[str, str], *, dialect: Dialect = "dockerfile", escape: str = "\\"
) -> str:
    """Return a text with its variables put in, those without a value as :data:`UNKNOWN`.

    Raises :class:`InputError`, without a line, for what is no text with variables: an open quote or brace.
    """
    if dialect == "compose":
        escape = ""
    found = _Words(text, values, dialect, escape).until("", 0)
    return found if len(found) <= MAX_LENGTH else UNKNOWN


def legible(text: str) -> str:
    """Return a text with unknown parts such that no reader of versions takes a number at their edge for a whole one.

    What is unknown at the very beginning is a prefix (the address of a registry) and goes; behind a dot it stands for
    one part of a version, as ``x`` does: ``3.9.x`` is known well enough.
    """
    known = text.lstrip(UNKNOWN)
    return re.sub(r"(?<=\.)\0+(?![\w.])", "x", known).replace(UNKNOWN, "?")


class _Words:
    """A text that is read once, from its beginning to its end."""

    def __init__(self, text: str, values: Mapping[str, str], dialect: Dialect, escape: str) -> None:
        self._text = text
        self._values = values
        self._shell = dialect == "dockerfile"
        self._escape = escape
        self._place = 0

    def until(self, stop: str, depth: int, *, raw: bool = False) -> str:
        """Return what there is up to ``stop`` (or to the end); ``raw`` keeps escape characters, for patterns."""
        if depth > MAX_DEPTH:
            self._refuse("nests deeper than anybody writes")
        parts: list[str] = []
        while self._place < len(self._text):
            char = self._next()
            if char == stop:
                return "".join(parts)
            if char == "$":
                parts.append(self._dollar(depth))
            elif self._shell and char in "'\"":
                parts.append(self._quoted(char, depth))
            elif char == self._escape and self._place < len(self._text):
                parts.append((char if raw else "") + self._next())
            elif char != self._escape:
                parts.append(char)
        if stop:
            self._refuse(f"{stop!r} is missing")
        return "".join(parts)

    def _quoted(self, quote: str, depth: int) -> str:
        parts: list[str] = []
        while self._place < len(self._text):
            char = self._next()
            if char == quote:
                return "".join(parts)
            if quote == '"' and char == "$":
                parts.append(self._dollar(depth))
            elif quote == '"' and char == self._escape and self._peek() in {'"', "$", self._escape}:
                parts.append(self._next())
            else:
                parts.append(char)
        self._refuse("a quote is not closed")

    def _dollar(self, depth: int) -> str:
        if self._peek() != "{":
            name = self._name()
            if name == "$" and not self._shell:
                return "$"
            return self._value(name) if name else "$"
        self._next()
        if self._peek() in {"{", "}", ":", ""}:
            self._refuse("a variable has no name")
        name, mark = self._name(), self._next()
        if mark == "}" and name:
            return self._value(name)
        if mark == ":" and self._peek() in {"-", "+", "?"}:
            return self._chosen(name, self._next(), depth, empty_is_unset=True)
        if mark in {"-", "+", "?"}:
            return self._chosen(name, mark, depth, empty_is_unset=False)
        if self._shell and mark in {"#", "%"}:
            return self._trimmed(name, mark, depth)
        if self._shell and mark == "/":
            return self._replaced(name, depth)
        self._refuse("a variable is not closed, or has an unknown modifier")

    def _chosen(self, name: str, operator: str, depth: int, *, empty_is_unset: bool) -> str:
        word = self.until("}", depth + 1)
        value = self._values.get(name)
        unset = value is None or (empty_is_unset and not value)
        if operator == "-":
            return word if unset or value is None else value
        if operator == "+":
            return "" if unset else word
        return UNKNOWN if unset or value is None else value  # ``?`` ends a build; here nobody has set it yet

    def _trimmed(self, name: str, side: str, depth: int) -> str:
        pattern = self.until("}", depth + 1, raw=True)
        greedy = pattern.startswith(side)
        tokens, value = _tokens(pattern[1:] if greedy else pattern), self._value(name)
        if tokens is None or UNKNOWN in value:
            return UNKNOWN
        # The shortest end of a text is the shortest beginning of it, read backwards.
        backwards = side == "%"
        text = value[::-1] if backwards else value
        match = _compiled(tokens[::-1] if backwards else tokens, greedy=greedy).match(text)
        rest = text[match.end() :] if match else text
        return rest[::-1] if backwards else rest

    def _replaced(self, name: str, depth: int) -> str:
        every = self._peek() == "/"
        if every:
            self._next()
        tokens = _tokens(self.until("/", depth + 1, raw=True))
        word, value = self.until("}", depth + 1), self._value(name)
        if tokens is None or UNKNOWN in value or len(value) * len(word) > MAX_LENGTH * 64:
            return UNKNOWN
        return _compiled(tokens, greedy=True).sub(lambda _: word, value, count=0 if every else 1)

    def _value(self, name: str) -> str:
        return self._values.get(name, UNKNOWN)

    def _name(self) -> str:
        match = _NAME.match(self._text, self._place)
        if match is None:
            return self._next() if self._peek() and self._peek() in _SPECIAL else ""
        self._place = match.end()
        return match[0]

    def _peek(self) -> str:
        return self._text[self._place : self._place + 1]

    def _next(self) -> str:
        char = self._peek()
        self._place += 1
        return char

    def _refuse(self, why: str) -> NoReturn:
        raise InputError(f"{self._text[:80]!r}: {why}", remedy="Correct the file, or leave it out of the scan.")


def _tokens(pattern: str) -> list[str] | None:
    """Return the parts of a pattern as regular expressions; ``None`` for one that is none, or takes too long."""
    found = re.findall(r"\\.|[^\\]", pattern, re.DOTALL)
    if len("".join(found)) != len(pattern) or found.count("*") > MAX_STARS:
        return None
    return [{"*": ".*", "?": "."}.get(part) or re.escape(part[-1]) for part in found]


def _compiled(tokens: list[str], *, greedy: bool) -> re.Pattern[str]:
    return re.compile("".join(".*?" if token == ".*" and not greedy else token for token in tokens))
