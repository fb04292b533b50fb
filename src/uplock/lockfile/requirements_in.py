"""Reading requirements.in: requirement lines, ``-r`` and ``-c`` includes, comments, continuations; nothing else."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator

from uplock.errors import ConfigError
from uplock.lockfile.requirement import canonical

MAX_DEPTH = 16
MAX_LINES = 50_000

_INCLUDE = re.compile(r"(?:-r|--requirement|-c|--constraint)(?:\s+|=)(?P<path>\S.*)|-[rc](?P<glued>[^\s-].*)")
_COMMENT = re.compile(r"(?:^|\s+)#.*$")
_VARIABLE = re.compile(r"\$\{[A-Z0-9_]+\}")

Read = Callable[[str], bytes | None]


def read_requirements_in(path: str, read: Read, defects: list[str]) -> tuple[list[str], list[str]] | None:
    """Return requirement and constraint lines in canonical form, or ``None`` if there is no file at ``path``.

    ``path`` is relative to the project, with ``/``. Defects are noted as ``requirements.in:12: …``.
    """
    if read(path) is None:
        return None
    requirements: list[str] = []
    constraints: list[str] = []
    _read_into(path, (requirements, constraints), constraint=False, trail=(), read=read, defects=defects)
    return requirements, constraints


def _read_into(  # noqa: PLR0913 - the state of one recursive walk
    path: str,
    lines: tuple[list[str], list[str]],
    *,
    constraint: bool,
    trail: tuple[str, ...],
    read: Read,
    defects: list[str],
) -> None:
    raw = read(path)
    if raw is None:
        defects.append(f"{path}: is not there")
        return
    for number, line in logical_lines(path, raw):
        place = f"{path}:{number}"
        if _VARIABLE.search(line):
            defects.append(f"{place}: environment variables are not expanded: what is locked must be in the file")
        elif line.startswith("-"):
            _include(line, place, path, lines, constraint=constraint, trail=trail, read=read, defects=defects)
        else:
            text = canonical(line, place, defects)
            if text is not None:
                lines[constraint].append(text)


def _include(  # noqa: PLR0913 - as above
    line: str,
    place: str,
    path: str,
    lines: tuple[list[str], list[str]],
    *,
    constraint: bool,
    trail: tuple[str, ...],
    read: Read,
    defects: list[str],
) -> None:
    match = _INCLUDE.fullmatch(line)
    if match is None:
        option = re.split(r"[\s=]", line, maxsplit=1)[0]
        defects.append(f"{place}: {option} is not allowed here")
        return
    included = posixpath.normpath(posixpath.join(posixpath.dirname(path), match["path"] or match["glued"]))
    if included.startswith(("../", "/")) or included == "..":
        defects.append(f"{place}: {included} is outside the project")
    elif included in (*trail, path) or len(trail) >= MAX_DEPTH:
        defects.append(f"{place}: includes itself, or too deep: {' -> '.join((*trail, path, included))}")
    else:
        as_constraint = constraint or line.startswith(("-c", "--constraint"))
        _read_into(included, lines, constraint=as_constraint, trail=(*trail, path), read=read, defects=defects)


def logical_lines(path: str, raw: bytes) -> Iterator[tuple[int, str]]:
    """Yield line number and text without comments, continuations joined, blank lines left out.

    Raises :class:`ConfigError` if the file is not UTF-8 or too long.
    """
    try:
        physical = raw.decode("utf-8").splitlines()
    except UnicodeDecodeError as error:
        raise ConfigError("not UTF-8 text", context=path, remedy="Save the file as UTF-8.") from error
    if len(physical) > MAX_LINES:
        raise ConfigError(f"more than {MAX_LINES} lines", context=path, remedy="Give a smaller file.")
    held, began = "", 0
    for number, line in enumerate(physical, start=1):
        began = began or number
        if line.endswith("\\") and not line.lstrip().startswith("#"):
            held += line[:-1]
            continue
        text = _COMMENT.sub("", held + line).strip()
        if text:
            yield began, text
        held, began = "", 0
    if text := _COMMENT.sub("", held).strip():
        yield began, text
