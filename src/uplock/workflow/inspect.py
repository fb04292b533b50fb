"""Inspecting wheels that lie on disk."""

from __future__ import annotations

import io
from io import BufferedReader
from pathlib import Path

from uplock.errors import InputError
from uplock.files import digest_stream, open_regular, reason
from uplock.inspect.profile import inspect_wheel
from uplock.model.inspect_outcome import InspectFolderResult, InspectResult, Unread
from uplock.model.value import fields_of


def inspect_file(path: Path) -> InspectResult:
    """Return what the wheel at ``path`` contains. Raises :class:`InputError` with the member that is wrong."""
    try:
        with open_regular(path) as stream:
            return _inspected(stream, path.name)
    except OSError as error:
        raise InputError(reason(error), context=str(path), remedy="Name a wheel that can be read.") from error


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


def _inspected(stream: BufferedReader, filename: str) -> InspectResult:
    contents = inspect_wheel(stream, filename)
    size = stream.seek(0, io.SEEK_END)
    stream.seek(0)
    return InspectResult(
        filename=filename,
        sha256=digest_stream(stream),
        size=size,
        metadata=contents.metadata,
        **fields_of(contents.native),
    )
