"""Inspecting wheels that lie on disk."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path

from uplock.errors import InputError
from uplock.files import digest_stream, open_regular, reason
from uplock.inspect.profile import WheelContents, inspect_wheel
from uplock.model.inspect_outcome import InspectFolderResult, InspectResult, Unread
from uplock.model.value import fields_of


def contents_in(path: Path, filename: str | None = None) -> WheelContents:
    """Return what the wheel at ``path`` contains; ``filename`` if the file is called otherwise than the wheel.

    Raises :class:`InputError` with the member that is wrong.
    """
    with _opened(path) as stream:
        return inspect_wheel(stream, filename or path.name)


def inspect_file(path: Path) -> InspectResult:
    """Return what the wheel at ``path`` contains, with its digest. Raises as :func:`contents_in`."""
    with _opened(path) as stream:
        contents = inspect_wheel(stream, path.name)
        size = stream.seek(0, io.SEEK_END)
        stream.seek(0)
        digest = digest_stream(stream)
    return InspectResult(
        filename=path.name, sha256=digest, size=size, metadata=contents.metadata, **fields_of(contents.native)
    )


def inspect_folder(path: Path) -> InspectFolderResult:
    """Return what all wheels in a directory contain; of those that are no wheels in spite of their names, why."""
    try:
        files = sorted(each for each in path.iterdir() if each.name.endswith(".whl"))
    except OSError as error:
        raise InputError(reason(error), context=str(path), remedy="Name a directory that can be read.") from error
    wheels, unread = [], []
    for file in files:
        try:
            wheels.append(inspect_file(file))
        except InputError as error:
            unread.append(Unread(filename=file.name, reason=str(error)))
    return InspectFolderResult(wheels=tuple(wheels), unread=tuple(unread))


@contextmanager
def _opened(path: Path) -> Iterator[BufferedReader]:
    try:
        with open_regular(path) as stream:
            yield stream
    except OSError as error:
        raise InputError(reason(error), context=str(path), remedy="Name a wheel that can be read.") from error
