"""Dockerfiles as instructions with lines, and the substitution of their arguments.

The grammar that there is for tree-sitter (tree-sitter-dockerfile 0.2.0) takes the port of a registry for a tag and
``ARG`` with two names for an error, and gives only what stands there. So what BuildKit does with lines is done here:
the escape directive, continuations, comments between them, and documents in the instruction (heredocs).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from uplock.errors import InputError

MAX_VALUE = 4096
"""Characters that a value with its arguments put in may have."""

_DIRECTIVE = re.compile(r"#\s*(?P<name>[A-Za-z]+)\s*=\s*(?P<value>.*)")
_INSTRUCTION = re.compile(r"\s*(?P<name>[A-Za-z]+)(?:\s+(?P<rest>.*))?", re.DOTALL)
_HEREDOC = re.compile(r"<<(?P<dash>-?)(?P<quote>[\"']?)(?P<word>[A-Za-z_]\w*)(?P=quote)")
_VARIABLE = re.compile(
    r"\$(?:(?P<name>[A-Za-z_]\w*)|\{(?P<braced>[A-Za-z_]\w*)(?:(?P<operator>:[-+?]|[-+])(?P<word>[^{}]*))?\})"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Instruction:
    """One instruction: its name in capitals, the rest of it on one line, and the line that it begins on."""

    name: str
    rest: str
    line: int


def instructions(text: str) -> Iterator[Instruction]:
    """Yield the instructions of a file. Raises :class:`InputError` with the line for what is none."""
    lines = text.splitlines()
    escape, place = _escape(lines), 0
    while place < len(lines):
        begin = place
        line, place = lines[place], place + 1
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        parts = []
        while line.rstrip().endswith(escape):
            parts.append(line.rstrip()[: -len(escape)])
            while place < len(lines) and (not lines[place].strip() or lines[place].lstrip().startswith("#")):
                place += 1
            if place == len(lines):
                line = ""
                break
            line, place = lines[place], place + 1
        whole = " ".join([*parts, line])
        match = _INSTRUCTION.fullmatch(whole)
        if match is None:
            raise InputError(f"line {begin + 1}: no instruction of a Dockerfile", remedy="Leave it out of the scan.")
        name = match["name"].upper()
        if name in {"RUN", "COPY", "ADD"}:
            for heredoc in _HEREDOC.finditer(whole):
                place = _behind(lines, place, heredoc["word"], dash=bool(heredoc["dash"]))
        yield Instruction(name=name, rest=(match["rest"] or "").strip(), line=begin + 1)


def _escape(lines: list[str]) -> str:
    """Return the character of continuations: directives stand before anything else."""
    for line in lines:
        match = _DIRECTIVE.fullmatch(line.strip())
        if match is None:
            break
        if match["name"].lower() == "escape" and match["value"].strip() == "`":
            return "`"
    return "\\"


def _behind(lines: list[str], place: int, word: str, *, dash: bool) -> int:
    while place < len(lines):
        line = lines[place].lstrip("\t") if dash else lines[place]
        place += 1
        if line == word:
            break
    return place


def substituted(text: str, values: Mapping[str, str]) -> str | None:
    """Return a text with its arguments put in, ``None`` if one of them has no value.

    Raises :class:`InputError` for a value that is longer than any reference.
    """
    unknown = False

    def value(match: re.Match[str]) -> str:
        nonlocal unknown
        known = values.get(match["name"] or match["braced"])
        operator, word = match["operator"] or "", match["word"] or ""
        if operator.endswith("-"):
            return known if known or (known is not None and operator == "-") else word
        if operator.endswith("+"):
            return word if known else ""
        unknown = unknown or known is None
        return known or ""

    found = _VARIABLE.sub(value, text)
    if len(found) > MAX_VALUE:
        raise InputError(f"a value has more than {MAX_VALUE} characters", remedy="Leave it out of the scan.")
    return None if unknown else found


def arguments(rest: str) -> dict[str, str | None]:
    """Return the names that an ``ARG`` declares, with their defaults."""
    found: dict[str, str | None] = {}
    for word in re.findall(r"(?:[^\s\"']|\"[^\"]*\"|'[^']*')+", rest):
        name, equals, value = word.partition("=")
        found[name] = re.sub(r"[\"']", "", value) if equals else None
    return found
