"""What readers of declarations are given: the text of one file, and the other files of its repository by path."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from uplock.model.declaration import Declared

MAX_FILE = 8 * 1024 * 1024
"""Bytes of one file that are read; larger ones are told, and not read."""


def no_other(path: str) -> None:
    """Return nothing: there is one file alone."""
    del path


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One file. ``path`` is POSIX below the repository's folder, ``text`` without a byte order mark.

    ``other`` returns the text of another file of the repository by such a path, ``None`` if there is none: for
    declarations that point at a file (``python-version-file``).
    """

    path: str
    text: str
    other: Callable[[str], str | None] = no_other

    @property
    def name(self) -> str:
        """The last part of the path."""
        return self.path.rpartition("/")[2]

    @property
    def folder(self) -> str:
        """The path without its last part and the slash before it; empty at the top."""
        return self.path.rpartition("/")[0]


Reader = Callable[[Source], Iterator[Declared]]
"""Yields the declarations of a file in the order of their lines.

Raises :class:`~uplock.errors.InputError`, with the line in its message, for text that is not of the format.
"""
