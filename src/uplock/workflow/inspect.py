"""Inspecting one wheel that lies on disk."""

from __future__ import annotations

from pathlib import Path

from uplock.errors import InputError
from uplock.files import digest_file, reason
from uplock.inspect.profile import inspect_wheel
from uplock.model.outcome import InspectResult


def inspect_file(path: Path) -> InspectResult:
    """Return what the wheel at ``path`` contains. Raises :class:`InputError` with the member that is wrong."""
    try:
        with path.open("rb") as stream:
            contents = inspect_wheel(stream, path.name)
            size = stream.seek(0, 2)
    except OSError as error:
        raise InputError(reason(error), context=str(path), remedy="Name a wheel that can be read.") from error
    digest = digest_file(path)
    if digest is None:
        raise InputError("went away while it was read", context=str(path), remedy="Run again.")
    return InspectResult(
        filename=path.name, sha256=digest, size=size, metadata=contents.metadata, native=contents.native
    )
