"""The kept table of licenses (``licenses.toml``, which explains its fields): what names and classifiers mean."""

from __future__ import annotations

import functools
import re

from uplock.model.digest import sha256_of
from uplock.model.value import Value, convert

MAX_BODY = 16_384
"""Characters of words of the longest text that is compared with whole licenses."""

_NOT_WORD = re.compile(r"[^a-z0-9+]+")
_IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+-]*")
_OPERATORS = frozenset({"AND", "OR", "WITH"})
_PLACE = re.compile(r"(\{holder\}|\{item\})")
_PLACES = {"{holder}": r"(?: [a-z0-9+]+){1,16}?", "{item}": r"(?: (?:[0-9]{1,2}|[a-z]|https?))?"}
"""What varies between copies of one license text, as patterns for words with a space before each."""
_NOTICE = re.compile(
    r"(?!.*\b(?:licen[cs]|permi|subject|except|prohibit|restrict|commercial|provided))"
    r"\W*(?:copyright|\(c\)|©|all rights reserved)",
    re.IGNORECASE,
)
"""A copyright notice, which must not be a condition as well."""


class Row(Value, frozen=True, kw_only=True):
    """What some spellings mean: one license, or any of several that they do not tell apart."""

    license: str = ""
    any: tuple[str, ...] = ()
    why: str = ""
    names: tuple[str, ...] = ()
    classifiers: tuple[str, ...] = ()
    bodies: tuple[str, ...] = ()
    digests: tuple[str, ...] = ()
    until: str = ""
    endings: tuple[str, ...] = ()


class LicenseTable(Value, frozen=True, kw_only=True):
    """The whole table."""

    prefix: str
    pointers: tuple[str, ...]
    licenses: tuple[Row, ...]


class Meaning(Value, frozen=True, kw_only=True):
    """What words mean: ``license`` if they are certain to mean one, and all that they admit."""

    license: str | None
    admitted: frozenset[str]

    def admits(self, expression: str) -> bool:
        """Whether the words can be said of something under ``expression``."""
        return not self.admitted.isdisjoint(identifiers(expression))


NOTHING = Meaning(license=None, admitted=frozenset())
"""Of words that name no license of the SPDX list."""


@functools.cache
def license_table() -> LicenseTable:
    """Return the table that is part of this package."""
    import tomllib
    from importlib.resources import files

    return convert(tomllib.loads((files(__package__) / "licenses.toml").read_text("utf-8")), LicenseTable)


def words(text: str) -> str:
    """Return the words of a text: lower case, without punctuation other than ``+``, one space between them."""
    return " ".join(_NOT_WORD.sub(" ", text.lower()).split())


def identifiers(expression: str) -> frozenset[str]:
    """Return the licenses that an SPDX expression names."""
    return frozenset(each for each in _IDENTIFIER.findall(expression) if each not in _OPERATORS)


def named(text: str) -> Meaning | None:
    """Return what a short text means, or ``None`` if no row has this spelling."""
    return _names().get(words(text))


def classified(classifier: str) -> Meaning | None:
    """Return what a license classifier means; ``None`` if it is only the heading of others."""
    return _classifiers().get(classifier.strip(), NOTHING) if classifier.count("::") > 1 else _alone(classifier)


def is_pointer(text: str) -> bool:
    """Whether a text only says where the license stands, as ``see LICENSE`` does."""
    return words(text) in _pointers()


def recognized(text: str) -> str | None:
    """Return the license whose whole text this is, behind nothing but its title and copyright notices.

    Compared are the words, all of them (SPDX license list matching guidelines: case, white space, punctuation and
    copyright notices do not matter); only the holders' names may vary where the license has a place for them.
    """
    lines = [line.strip(" \t|*#=-_") for line in text.splitlines()]
    start = 0
    titles = set[str]()
    while start < len(lines) and (heading := _heading(lines[start])) is not None:
        titles |= heading
        start += 1
    body = words(" ".join(lines[start:]))
    found = _body(body) if 0 < len(body) <= MAX_BODY else None
    return found if found is not None and titles <= {found} else None


def _heading(line: str) -> frozenset[str] | None:
    """Return the licenses that a line above a text names; ``None`` if the line is part of the text."""
    if not words(line) or _NOTICE.match(line):
        return frozenset()
    meaning = named(line.removeprefix("License:"))
    return None if meaning is None or meaning.license is None else frozenset({meaning.license})


def _body(body: str) -> str | None:
    return next((text.license for text in _texts() if text.is_whole(body)), None)


def _alone(classifier: str) -> Meaning | None:
    return None if classifier.strip() == "License :: OSI Approved" else _classifiers().get(classifier.strip(), NOTHING)


def _meaning(row: Row) -> Meaning:
    return Meaning(license=row.license or None, admitted=identifiers(row.license) | frozenset(row.any))


@functools.cache
def _names() -> dict[str, Meaning]:
    return {words(name): _meaning(row) for row in license_table().licenses for name in row.names}


@functools.cache
def _classifiers() -> dict[str, Meaning]:
    table = license_table()
    return {f"{table.prefix}{name}": _meaning(row) for row in table.licenses for name in row.classifiers}


@functools.cache
def _pointers() -> frozenset[str]:
    return frozenset(words(each) for each in license_table().pointers)


class _Text:
    """How the whole text of one license is recognized."""

    def __init__(self, row: Row) -> None:
        self.license = row.license
        self._short = _pattern(row.bodies)
        self._digests = frozenset(row.digests)
        self._until = words(row.until)
        self._endings = _pattern(row.endings)

    def is_whole(self, body: str) -> bool:
        """Whether these are all the words of the license."""
        if self._short.fullmatch(f" {body}"):
            return True
        start, end, rest = body.partition(self._until) if self._digests else (body, "", "")
        return sha256_of(f"{start}{end}".encode()) in self._digests and bool(self._endings.fullmatch(rest.rstrip()))


@functools.cache
def _texts() -> tuple[_Text, ...]:
    return tuple(_Text(row) for row in license_table().licenses if row.bodies or row.digests)


def _pattern(templates: tuple[str, ...]) -> re.Pattern[str]:
    """Return a pattern for words, with a space before each."""
    return re.compile("|".join(f"(?:{_spelled(each)})" for each in templates) or "(?!)")


def _spelled(template: str) -> str:
    parts = (
        _PLACES.get(part) or "".join(f" {re.escape(word)}" for word in words(part).split())
        for part in _PLACE.split(template)
    )
    return "".join(parts)
