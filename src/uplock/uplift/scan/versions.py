"""Which minors a text means: versions in all their spellings, and specifiers of every tool as PEP 440."""

from __future__ import annotations

import re
from collections.abc import Iterable

from uplock.errors import InputError

MAX_TEXT = 300
"""Characters of a specifier that are looked at: nobody writes longer ones."""
MAX_MINOR = 99
"""Highest minor of Python 3 that a specifier is asked about."""

_VERSION = re.compile(
    r"(?i)(?P<name>cpython|python|pypy|graalpy|py|cp)?[-_ @:]?v?"
    r"(?P<major>[23])(?:\.(?P<minor>\d{1,2})|(?P<glued>(?<=3)\d{1,2}|(?<=py2)7|(?<=cp2)7|(?<=python2)7))"
    r"(?:\.(?:\d+|x|\*))?(?:(?:a|b|rc)\d+)?(?:[-_+].*|t|d)?"
)
_BARE = re.compile(r"(?P<major>[23])(?:\.[x*])?")
_CARET = re.compile(r"\^\s*(?P<version>\d+(?:\.\d+)*)")
_TILDE = re.compile(r"~\s*(?P<version>\d+(?:\.\d+)*)")
_SINGLE = re.compile(r"=?\s*(?P<major>\d+)\.(?P<minor>\d+)(?P<rest>\.(?:\d+|\*|x))?")

Read = tuple[tuple[str, ...] | None, str | None]
"""Exact minors, or ``None``; and the specifier in the form of PEP 440 where there is one."""


def read_version(text: str) -> tuple[str, ...]:
    """Return the minor that a version names, in any spelling (``3.9.18``, ``py39``, ``python3.9-slim``), or nothing."""
    match = _VERSION.fullmatch(text.strip()[:MAX_TEXT])
    if match is None:
        return ()
    minor = match["minor"] or match["glued"]
    return (f"{match['major']}.{int(minor)}",)


def implementation_of(text: str) -> str:
    """Return the implementation that a version is prefixed with: ``cpython`` where it is none that is known."""
    lowered = text.strip().lower()
    if lowered.startswith("pp3"):  # the tag of wheels
        return "pypy"
    return next((name for name in ("pypy", "graalpy") if lowered.startswith(name)), "cpython")


def read_specifier(text: str) -> Read:
    """Return what a specifier means, in the spelling of PEP 440, Poetry, npm or conda.

    ``>=3.9,<3.10`` and ``==3.9.*`` admit one minor alone: they are exact. A bare version is exact as well. ``*`` and
    nothing admit all. Raises :class:`InputError` for what is no specifier.
    """
    stripped = text.strip()[:MAX_TEXT]
    if stripped in {"", "*"}:
        return None, ">=0"
    if _BARE.fullmatch(stripped):
        major = int(stripped[0])
        return None, f">={major},<{major + 1}"
    parts = [_part(part) for group in stripped.split("||") for part in _split(group)]
    if "||" in stripped:  # alternatives have no form in PEP 440: only their exact minors are told
        found = [read_specifier(group) for group in stripped.split("||")]
        exact = [each for each, _ in found if each is not None]
        return (
            (sorted_minors(minor for each in exact for minor in each), None)
            if len(exact) == len(found)
            else _both(found)
        )
    specifier = ",".join(parts)
    return exact_minors(specifier), specifier


def _both(found: list[Read]) -> Read:
    return None, " || ".join(specifier or "" for _, specifier in found)


def _split(group: str) -> list[str]:
    """Return the clauses of a specifier; npm and conda divide them by blanks as well."""
    spaced = re.sub(r"([<>=!~^]+)\s+", r"\1", group.strip())
    return [part for part in re.split(r"[,\s]+", spaced) if part]


def _part(clause: str) -> str:
    """Return one clause in the form of PEP 440."""
    if match := _CARET.fullmatch(clause):
        parts = [int(part) for part in match["version"].split(".")]
        # The first number that is not 0 may not change (semver); of Python that is the major one.
        top = f"{parts[0] + 1}" if parts[0] else f"0.{(parts[1] if len(parts) > 1 else 0) + 1}"
        return f">={match['version']},<{top}"
    if match := _TILDE.fullmatch(clause):
        parts = [int(part) for part in match["version"].split(".")]
        top = f"{parts[0]}.{parts[1] + 1}" if len(parts) > 1 else f"{parts[0] + 1}"
        return f">={match['version']},<{top}"
    if match := _SINGLE.fullmatch(clause):
        rest = match["rest"] or ".*"
        return f"=={match['major']}.{match['minor']}{rest.replace('x', '*')}"
    return clause


def exact_minors(specifier: str) -> tuple[str, ...] | None:
    """Return the one minor that a specifier admits, ``None`` if it admits several, or none.

    Raises :class:`InputError` for what is no specifier (PEP 440).
    """
    found = admitted(specifier, (f"3.{number}" for number in range(MAX_MINOR + 1)))
    return found if len(found) == 1 else None


def admitted(specifier: str, minors: Iterable[str]) -> tuple[str, ...]:
    """Return those of ``minors`` of which a specifier admits some release. Raises :class:`InputError`."""
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    found: list[str] = []
    wanted = tuple(minors)
    for group in specifier.split("||"):
        try:
            parsed = SpecifierSet(group.strip())
        except (InvalidSpecifier, ValueError) as error:
            raise InputError(
                f"{specifier[:80]!r} is no version specifier", remedy="Write it as >=3.9,<3.13."
            ) from error
        patches = {0, 1, 99, *_patches(group)}
        found += [
            minor for minor in wanted if any(parsed.contains(f"{minor}.{patch}", prereleases=True) for patch in patches)
        ]
    return sorted_minors(found)


def _patches(specifier: str) -> set[int]:
    """Return the patches that a specifier may be about, and their neighbours."""
    named = {int(match) for match in re.findall(r"\d+\.\d+\.(\d{1,4})", specifier)}
    return {each for patch in named for each in (patch - 1, patch, patch + 1) if each >= 0}


def sorted_minors(minors: Iterable[str]) -> tuple[str, ...]:
    """Return minors ascending by number, each once: 3.9 before 3.10."""
    return tuple(sorted(set(minors), key=lambda minor: tuple(int(part) for part in minor.split("."))))
