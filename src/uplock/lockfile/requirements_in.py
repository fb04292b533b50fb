"""Reading requirements.in: requirement lines, ``-r`` and ``-c`` includes, comments, continuations; nothing else."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator

from uplock.errors import ConfigError
from uplock.lockfile.requirement import canonical

MAX_DEPTH = 16
MAX_LINES = 50_000
MAX_FILES = 1000

_INCLUDE = re.compile(r"(?:-r|--requirement|-c|--constraint)(?:\s+|=)(?P<path>\S.*)|-[rc](?P<glued>[^\s-].*)")
_COMMENT = re.compile(r"(?:^|\s)#.*$")
_PATH = re.compile(r"[^/]{1,100}(?:/[^/]{1,100}){0,9}")
_OPTION = re.compile(r"--[A-Za-z-]{1,60}|-[A-Za-z]?")

Read = Callable[[str], bytes | None]


def read_requirements_in(path: str, read: Read, defects: list[str]) -> tuple[list[str], list[str]] | None:
    """Return requirement and constraint lines in canonical form, or ``None`` if there is no file at ``path``.

    ``path`` is relative to the project, with ``/``. Defects are noted as ``requirements.in:12: …``. Raises
    :class:`ConfigError` for a file that is not UTF-8 or too long.
    """
    raw = read(path)
    if raw is None:
        return None
    walk = _Walk(read, defects)
    walk.file(path, raw, constraint=False, trail=(path,))
    return walk.lines[False], walk.lines[True]


class _Walk:
    """The state of one walk over a file and what it includes; every file is taken once in each role."""

    def __init__(self, read: Read, defects: list[str]) -> None:
        self.read = read
        self.defects = defects
        self.lines: dict[bool, list[str]] = {False: [], True: []}
        self.done: set[tuple[str, bool]] = set()

    def file(self, path: str, raw: bytes, *, constraint: bool, trail: tuple[str, ...]) -> None:
        self.done.add((path, constraint))
        for number, line in logical_lines(path, raw):
            place = f"{path}:{number}"
            if line.startswith("-"):
                self.option(line, place, constraint=constraint, trail=trail)
            elif (text := canonical(line, place, self.defects)) is not None:
                self.lines[constraint].append(text)

    def option(self, line: str, place: str, *, constraint: bool, trail: tuple[str, ...]) -> None:
        """Follow an include; note a defect for every other option, without its value: it may carry credentials."""
        match = _INCLUDE.fullmatch(line)
        if match is None:
            option = _OPTION.match(line)
            editable = ": an editable install has no hash" if line.startswith(("-e", "--editable")) else ""
            self.defects.append(f"{place}: {option[0] if option else '-'} is not allowed here{editable}")
            return
        as_constraint = line.startswith(("-c", "--constraint"))
        if constraint and not as_constraint:
            self.defects.append(f"{place}: a constraints file cannot include requirements")
            return
        if (path := self.included(match["path"] or match["glued"], place, trail)) is None:
            return
        if (path, as_constraint) in self.done:
            return
        raw = self.read(path) if len(self.done) < MAX_FILES else None
        if raw is None:
            self.defects.append(f"{place}: {path} is not there, or one of too many files")
        else:
            self.file(path, raw, constraint=as_constraint, trail=(*trail, path))

    def included(self, name: str, place: str, trail: tuple[str, ...]) -> str | None:
        """Return the path of an include below the project, or note why there is none."""
        if "://" in name:
            self.defects.append(f"{place}: a URL cannot be included")
            return None
        path = posixpath.normpath(posixpath.join(posixpath.dirname(trail[-1]), name))
        if path.startswith(("../", "/")) or path == "..":
            self.defects.append(f"{place}: {path[:80]!r} is outside the project")
        elif not path.isprintable() or not _PATH.fullmatch(path):
            self.defects.append(f"{place}: not a usable path")
        elif path in trail:
            self.defects.append(f"{place}: includes itself: {' -> '.join((*trail, path))}")
        elif len(trail) >= MAX_DEPTH:
            self.defects.append(f"{place}: more than {MAX_DEPTH} includes deep")
        else:
            return path
        return None


def logical_lines(path: str, raw: bytes) -> Iterator[tuple[int, str]]:
    """Yield line number and text without comments, continuations joined, blank lines left out.

    Lines end where pip ends them. Raises :class:`ConfigError` if the file is not UTF-8 or too long.
    """
    try:
        physical = raw.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        at = raw.count(b"\n", 0, error.start) + 1
        raise ConfigError("not UTF-8 text", context=f"{path}:{at}", remedy="Save the file as UTF-8.") from error
    if len(physical) > MAX_LINES:
        raise ConfigError(f"more than {MAX_LINES} lines", context=path, remedy="Give a smaller file.")
    held: list[str] = []
    began = 0
    for number, line in enumerate(physical, start=1):
        began = began or number
        comment = line.lstrip().startswith("#")
        if line.endswith("\\") and not comment and number < len(physical):
            held.append(line[:-1])
            continue
        held.append(f" {line}" if comment else line)
        if text := _COMMENT.sub("", "".join(held)).strip():
            yield began, text
        held, began = [], 0
