"""Dockerfiles as instructions with lines, by the rules of BuildKit (``frontend/dockerfile/parser``).

The grammar that there is for tree-sitter (tree-sitter-dockerfile 0.2.0) takes ``ARG`` with two names for an error, and
has neither the escape directive nor the ends of documents within instructions; and a tree of what stands there would
not say yet what a line means. So lines are read as BuildKit reads them: directives at the top, continuations with
comments and empty lines between them, and documents (heredocs) that only ``RUN``, ``COPY`` and ``ADD`` have.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from uplock.errors import InputError

MAX_INSTRUCTIONS = 20_000
"""Instructions of a file."""

NAMES: Final = frozenset(
    "ADD ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL MAINTAINER ONBUILD RUN SHELL STOPSIGNAL USER VOLUME"
    " WORKDIR".split()
)

_REMEDY = "Correct the file, or leave it out of the scan."
_DIRECTIVE = re.compile(r"#\s*(?P<name>syntax|escape|check)\s*=\s*(?P<value>\S.*?)\s*", re.IGNORECASE)
_INSTRUCTION = re.compile(r"(?P<name>[A-Za-z]+)(?:\s+(?P<rest>.*))?", re.DOTALL)
_HEREDOC = re.compile(r"\d*<<(?P<dash>-?)\s*(?P<word>[^<\s][^<]*)")
_BLANKS = " \t\v\f\r"


@dataclass(frozen=True, slots=True, kw_only=True)
class Instruction:
    """One instruction: its name in capitals, the rest with continuations joined, and the line that it begins on."""

    name: str
    rest: str
    line: int
    escape: str = "\\"
    """The character that the file escapes with."""


def instructions(text: str) -> Iterator[Instruction]:
    """Yield the instructions of a file. Raises :class:`InputError` with the line for what is none, and for a document
    without an end."""
    lines = text.split("\n")
    escape, strict = _directives(lines)
    place = count = 0
    while place < len(lines):
        begin = place + 1
        whole, place = _joined(lines, place, escape)
        if not whole.strip():
            continue
        match = _INSTRUCTION.fullmatch(whole.strip())
        name = match["name"].upper() if match is not None else ""
        count += 1
        if match is None or (strict and name not in NAMES):
            raise InputError(f"line {begin}: {whole.strip()[:40]!r} is no instruction of a Dockerfile", remedy=_REMEDY)
        if count > MAX_INSTRUCTIONS:
            raise InputError(f"line {begin}: has more than {MAX_INSTRUCTIONS} instructions", remedy=_REMEDY)
        rest = match["rest"] or ""
        for word, dash in _documents(name, rest, escape):
            place = _behind(lines, place, word, dash=dash, begin=begin)
        yield Instruction(name=name, rest=rest, line=begin, escape=escape)


def words(rest: str, escape: str = "\\") -> list[str]:
    """Return the words of an instruction, with their quotes and escapes: blanks within quotes divide nothing."""
    found: list[str] = []
    word, quote, place = "", "", 0
    while place < len(rest):
        char = rest[place]
        place += 1
        if char == escape and quote != "'" and place < len(rest):
            word += char + rest[place]
            place += 1
        elif not quote and char.isspace():
            found, word = ([*found, word] if word else found), ""
        else:
            quote = "" if char == quote else char if not quote and char in "'\"" else quote
            word += char
    return [*found, word] if word else found


def _directives(lines: list[str]) -> tuple[str, bool]:
    """Return the escape character, and whether the file is of the usual syntax: directives precede all else."""
    escape, strict, seen = "\\", True, set()
    for number, line in enumerate(lines, 1):
        match = _DIRECTIVE.fullmatch(line.strip())
        if match is None:
            break
        name, value = match["name"].lower(), match["value"]
        if name in seen:
            raise InputError(f"line {number}: the directive {name} stands twice", remedy=_REMEDY)
        seen.add(name)
        if name == "escape":
            if value not in {"\\", "`"}:
                raise InputError(f"line {number}: {value[:20]!r} escapes nothing", remedy=_REMEDY)
            escape = value
        elif name == "syntax":
            strict = "docker/dockerfile" in value
    return escape, strict


def _joined(lines: list[str], place: int, escape: str) -> tuple[str, int]:
    """Return an instruction on one line, and the place behind it. Comments within it are none of it."""
    parts: list[str] = []
    first = True
    while place < len(lines):
        line = lines[place].rstrip("\r")
        place += 1
        stripped = line.lstrip()
        if stripped.startswith("#") or (not first and not stripped):
            if first:
                return "", place
            continue
        first = False
        continued = line.rstrip(" \t")
        # An escape character that is escaped itself continues nothing.
        if not continued.endswith(escape) or continued.endswith(2 * escape):
            parts.append(line)
            break
        parts.append(continued[: -len(escape)])
    return "".join(parts), place


def _documents(name: str, rest: str, escape: str) -> Iterator[tuple[str, bool]]:
    """Yield the end marks of the documents of an instruction, and whether tabs may stand before them."""
    if name == "ONBUILD":
        match = _INSTRUCTION.fullmatch(rest.strip())
        name, rest = (match["name"].upper(), match["rest"] or "") if match is not None else ("", "")
    if name not in {"RUN", "COPY", "ADD"} or "<<" not in rest or _is_list(rest):
        return
    for word in words(re.sub(r"<<(-?)[ \t\r]+", r"<<\1", rest), "\\"):
        match = _HEREDOC.fullmatch(word)
        if match is not None:
            yield re.sub(r"[\"']", "", match["word"]).replace("\\", ""), bool(match["dash"])
    del escape  # documents know the backslash alone


def _is_list(rest: str) -> bool:
    if not rest.lstrip().startswith("["):
        return False
    try:
        return isinstance(json.loads(rest), list)
    except (ValueError, RecursionError):
        return False


def _behind(lines: list[str], place: int, word: str, *, dash: bool, begin: int) -> int:
    for number in range(place, len(lines)):
        line = lines[number].rstrip("\r")
        if (line.lstrip("\t") if dash else line) == word:
            return number + 1
    raise InputError(f"line {begin}: the document {word[:40]!r} has no end", remedy=_REMEDY)
