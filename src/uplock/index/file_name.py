"""Names of projects and of their files: which file of an index belongs to which project (PEP 503, 427, 625)."""

from __future__ import annotations

import re

_NAME_RUNS = re.compile(r"[-_.]+")
_WHEEL = re.compile(
    r"(?P<name>[A-Za-z0-9._]+)-(?P<version>[A-Za-z0-9._!+]+)(?:-\d[A-Za-z0-9._]*)?"
    r"-[A-Za-z0-9._]+-[A-Za-z0-9._]+-[A-Za-z0-9._]+\.whl\Z"
)
_SDIST = re.compile(r"(?P<stem>[A-Za-z0-9._!+-]+)\.(?:tar\.gz|zip)\Z")
_MAX_FILENAME = 255


def normalized(name: str) -> str:
    """Return a project name as PEP 503 normalizes it."""
    return _NAME_RUNS.sub("-", name).lower()


def readings(filename: str) -> list[tuple[str, str]]:
    """Return every pair of project and version, as written, that a plain name of a wheel or sdist may stand for.

    A wheel's name has one reading; an sdist's has one for each dash, since old names have dashes of their own.
    """
    if len(filename) > _MAX_FILENAME or filename.startswith("."):
        return []
    if wheel := _WHEEL.match(filename):
        return [(wheel["name"], wheel["version"].replace("_", "-"))]
    if sdist := _SDIST.match(filename):
        stem: str = sdist["stem"]
        return [(stem[:cut], stem[cut + 1 :]) for cut, char in enumerate(stem) if char == "-"]
    return []


class FilesOf:
    """Tells the files of one project; remembers what it has seen, since thousands of names share few versions."""

    def __init__(self, name: str) -> None:
        """``name`` is normalized."""
        self._name = name
        self._known: dict[tuple[str, str], bool] = {}

    def __call__(self, filename: str) -> bool:
        """Whether this is a plain name of a wheel or sdist of the project."""
        for reading in readings(filename):
            if reading not in self._known:
                self._known[reading] = normalized(reading[0]) == self._name and is_version(reading[1])
            if self._known[reading]:
                return True
        return False


def is_version(text: str) -> bool:
    """Whether ``text`` is a version (PEP 440)."""
    from packaging.version import InvalidVersion, Version

    try:
        Version(text)
    except InvalidVersion:
        return False
    return True
