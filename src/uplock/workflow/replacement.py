"""Replacing the files of a project together, so that after a crash the next command finds all old ones or all new.

A rename replaces one file; several take several. So a journal says first what is to become of which file; then the new
files are written beside the old, then renamed, and the journal is deleted. A command that finds a journal settles it:
if nothing was replaced yet, it deletes what was written; else it replaces the rest.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Literal

from uplock.errors import InputError, IntegrityError
from uplock.files import digest_file, is_content, open_regular, uninterrupted, write_error, write_new
from uplock.model.digest import Sha256, sha256_of
from uplock.model.value import Value, decode, encode

JOURNAL = "locks/.uplock-journal.json"
FORMAT = 1
MAX_JOURNAL = 4 * 1024 * 1024
"""Bytes."""
_UNFINISHED = "locks/.uplock-journal.tmp"
_PATH = re.compile(r"(?:locks|locks/uplift|sboms|verdicts)/[A-Za-z0-9][A-Za-z0-9._+-]{0,200}")

Settled = Literal["nothing", "finished", "undone", "left"]
"""What was done about an interrupted replacement: there was none; the rest of the new files was put in place; the old
ones stay; or nothing, since a file is neither the old nor the new one: then somebody has taken it in hand."""


class Change(Value, frozen=True, kw_only=True):
    """What is to become of one file: its path below the project, and its digests; ``None`` means that there is none."""

    path: str
    before: Sha256 | None
    after: Sha256 | None


class Journal(Value, frozen=True, kw_only=True):
    """A replacement that was begun. The new file of the n-th change stands beside the old as ``.uplock-<n>.tmp``."""

    format: int = FORMAT
    changes: tuple[Change, ...]


def replace_together(root: Path, contents: Mapping[str, bytes], remove: Iterable[str] = ()) -> None:
    """Replace files of a project, by their paths below it, and delete ``remove``; equal files are left untouched.

    Only ``locks/``, ``sboms/`` and ``verdicts/`` have such files. Raises :class:`~uplock.errors.ArchiveError` if
    something cannot be written: then all is as it was, or :func:`settle` finishes it once it can be written again.
    The caller holds the archive, so that nobody else settles meanwhile.
    """
    settle(root)
    journal = Journal(changes=tuple(_changes(root, contents, remove)))
    if not journal.changes:
        return
    try:
        for folder in sorted({Path(path).parent for path in (JOURNAL, *contents)}):
            _make(root / folder)
        _begin(root, journal)
        for number, change in enumerate(journal.changes):
            if change.after is not None:
                write_new(_temporary(root, number, change), contents[change.path])
    except BaseException:
        with suppress(OSError):
            _drop(root, journal)
        raise
    with uninterrupted():
        _finish(root, journal)


def settle(root: Path) -> Settled:
    """Bring an interrupted replacement to its end, or undo it if nothing was replaced yet.

    Raises :class:`IntegrityError` for a journal that no uplock wrote, :class:`~uplock.errors.ArchiveError` if something
    cannot be written.
    """
    journal = _read(root)
    if journal is None:
        _sweep(root)
        return "nothing"
    states = {change.path: _state(root, change) for change in journal.changes}
    if "new" in states.values() and "other" not in states.values() and _complete(root, journal, states):
        with uninterrupted():
            _finish(root, journal)
        return "finished"
    try:
        _drop(root, journal)
    except OSError as error:
        raise write_error(root / JOURNAL, error) from error
    return "undone" if set(states.values()) == {"old"} else "left"


def _sweep(root: Path) -> None:
    """Delete a journal that was not even begun."""
    try:
        (root / _UNFINISHED).unlink(missing_ok=True)
    except NotADirectoryError:
        return
    except OSError as error:
        raise write_error(root / _UNFINISHED, error) from error


def _changes(root: Path, contents: Mapping[str, bytes], remove: Iterable[str]) -> Iterable[Change]:
    for path, data in contents.items():
        if not is_content(root / path, data):
            yield Change(path=_checked(path), before=digest_file(root / path), after=sha256_of(data))
    for path in remove:
        before = digest_file(root / path)
        if before is not None and path not in contents:
            yield Change(path=_checked(path), before=before, after=None)


def _checked(path: str) -> str:
    if not _PATH.fullmatch(path):
        raise IntegrityError(
            f"{path[:80]!r} is no file that uplock writes", context=JOURNAL, remedy="Delete the journal and run again."
        )
    return path


def _read(root: Path) -> Journal | None:
    try:
        with open_regular(root / JOURNAL, os.O_NOFOLLOW) as stream:
            raw = stream.read(MAX_JOURNAL + 1)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise write_error(root / JOURNAL, error) from error
    try:
        journal = decode(raw, Journal)
    except InputError as error:
        raise _foreign(str(error)) from error
    if journal.format != FORMAT or len(raw) > MAX_JOURNAL:
        raise _foreign(f"format {journal.format}")
    for change in journal.changes:
        _checked(change.path)
    return journal


def _foreign(detail: str) -> IntegrityError:
    return IntegrityError(
        f"the journal of an interrupted uplock cannot be read: {detail}",
        context=JOURNAL,
        remedy="Restore locks/ from version control, and delete the journal.",
    )


def _state(root: Path, change: Change) -> Literal["old", "new", "other"]:
    digest = digest_file(root / change.path)
    if digest == change.after:
        return "new"
    return "old" if digest == change.before else "other"


def _complete(root: Path, journal: Journal, states: Mapping[str, str]) -> bool:
    """Whether every new file that is not in place yet stands whole beside the old one."""
    return all(
        change.after is None or states[change.path] == "new" or _written(root, number, change) == change.after
        for number, change in enumerate(journal.changes)
    )


def _written(root: Path, number: int, change: Change) -> Sha256 | None:
    return digest_file(_temporary(root, number, change))


def _temporary(root: Path, number: int, change: Change) -> Path:
    return (root / change.path).with_name(f".uplock-{number}.tmp")


def _begin(root: Path, journal: Journal) -> None:
    write_new(root / _UNFINISHED, encode(journal) + b"\n")
    try:
        os.replace(root / _UNFINISHED, root / JOURNAL)
        _to_disk((root / JOURNAL).parent)
    except OSError as error:
        raise write_error(root / JOURNAL, error) from error


def _finish(root: Path, journal: Journal) -> None:
    """Put every new file in place, delete what goes, and forget the journal: again as often as it takes."""
    folders = {(root / change.path).parent for change in journal.changes}
    for number, change in enumerate(journal.changes):
        path = root / change.path
        try:
            if change.after is None:
                path.unlink(missing_ok=True)
            elif digest_file(path) != change.after:
                os.replace(_temporary(root, number, change), path)
            else:
                _temporary(root, number, change).unlink(missing_ok=True)
        except OSError as error:
            raise write_error(path, error) from error
    try:
        for folder in sorted(folders):
            _to_disk(folder)
        (root / JOURNAL).unlink(missing_ok=True)
    except OSError as error:
        raise write_error(root / JOURNAL, error) from error


def _drop(root: Path, journal: Journal) -> None:
    """Delete what was written and not put in place, and last the journal."""
    for number, change in enumerate(journal.changes):
        _temporary(root, number, change).unlink(missing_ok=True)
    (root / _UNFINISHED).unlink(missing_ok=True)
    (root / JOURNAL).unlink(missing_ok=True)


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise write_error(folder, error) from error


def _to_disk(folder: Path) -> None:
    """Wait until the names in a folder are on disk."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
