"""What resolvers have in common that are executed: the question as files, and answers as text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from uplock.errors import ResolutionError, ToolError
from uplock.model.target import Target
from uplock.ports import Pin, Question, Resolution

TIME_LIMIT = 900
"""Seconds that one resolution may take."""

TOO_SLOW = "Narrow the requirements: an unbounded one makes the resolver try very many versions."
"""What to do about a resolver that does not come to an end."""

REQUIREMENTS = "requirements.in"
CONSTRAINTS = "constraints.in"
ANSWER = "answer.txt"
"""Versions in an existing output file are preferred; so it holds those to keep before a resolver writes its answer."""

MAX_WORDS = 8000
"""Characters of an explanation that are kept."""

_PIN = re.compile(
    r"(?P<name>[A-Za-z0-9._-]+)(?:\[[^\]]*\])?={2,3}(?P<version>[^\s;]+)"
    r"(?:\s*;\s*[^#]*?)?(?:\s+#\s+via\s+(?P<via>.+))?\Z"
)
_EXTRAS = re.compile(r"\[[^\]]*\]")
_DRAWING = re.compile(r"[\u00d7\u2500-\u257f\u25b6]")
"""What uv draws its explanations with: a multiplication sign, box lines, an arrow head."""


def write_question(place: Path, question: Question) -> None:
    """Write requirements, constraints and the versions to keep into a new folder."""
    write_lines(place / REQUIREMENTS, question.requirements)
    write_lines(place / CONSTRAINTS, question.constraints)
    write_lines(place / ANSWER, (f"{name}=={version}" for name, version in question.preferred))


def write_lines(path: Path, lines: Iterable[str]) -> None:
    """Write one line for each text."""
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8", newline="\n")


def read_answer(place: Path, tool: str) -> Resolution:
    """Read the answer that a resolver wrote. Raises :class:`ToolError` if there is none, or it is unreadable."""
    try:
        text = (place / ANSWER).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ToolError("left no answer", context=tool, remedy=f"Install {tool} again.") from error
    return Resolution(pins=parse_pins(text, tool))


def parse_pins(output: str, tool: str) -> tuple[Pin, ...]:
    """Parse lines ``name==version ; marker  # via a, b, -r requirements.in`` into pins, sorted by name.

    Names are normalized (PEP 503), versions too (PEP 440); a marker was true, and says nothing more. What needs itself
    through an extra is no edge. Raises :class:`ToolError` on anything else.
    """
    from packaging.utils import canonicalize_name
    from packaging.version import InvalidVersion, Version

    pins = []
    for line in output.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        match = _PIN.match(line.strip())
        try:
            version = None if match is None else str(Version(match["version"]))
        except InvalidVersion:
            version = None
        if match is None or version is None:
            raise ToolError(
                f"unexpected line in the answer: {line[:120]!r}",
                context=tool,
                remedy=f"Install the version of {tool} that uplock asks for.",
            )
        name = str(canonicalize_name(match["name"]))
        via = [part.strip() for part in _EXTRAS.sub("", match["via"] or "").split(",") if part.strip()]
        needed_by = {str(canonicalize_name(part)) for part in via if not part.startswith("-")} - {name}
        direct = f"-r {REQUIREMENTS}" in via
        pins.append(Pin(name=name, version=version, needed_by=tuple(sorted(needed_by)), direct=direct))
    return tuple(sorted(pins, key=lambda pin: pin.name))


def failure(words: str, code: int, target: Target, tool: str, *, unsolved: bool) -> ResolutionError | ToolError:
    """Return the error for a resolver that gave no answer: ``unsolved`` if it says that there is none."""
    if unsolved:
        return ResolutionError(
            f"no set of versions fits CPython {target.interpreter.version} on {target.platform.name}: {words}",
            context=target.name,
            remedy="Relax the requirement that is named, move the cut-off with --upgrade, or drop this target.",
        )
    return ToolError(
        f"resolving failed (exit {code}): {words}",
        context=f"{target.name}: {tool}",
        remedy="See the resolver's words above.",
    )


def explanation(words: str, index_url: str) -> str:
    """Return a resolver's words on one line, without marks of the terminal and without the loopback address."""
    words = re.sub(r"\x1b\[[0-9;]*m", "", words).replace(index_url, "the index: ")
    words = re.sub(r"http://127\.0\.0\.1:\d+\S*", "the index", words)
    words = re.sub(r" at 0x[0-9a-fA-F]+", "", words)  # of objects in memory: another one each time
    text = " ".join(_DRAWING.sub(" ", words).split())
    return text[:MAX_WORDS] or "no explanation given"
