"""A directory as it was found: names, sizes and links, by path relative to it."""

from __future__ import annotations

from uplock.model.value import Value


class Listing(Value, frozen=True, kw_only=True):
    """Everything in a directory but directories that hold something.

    Names that are no UTF-8 hold surrogates (PEP 383).
    """

    files: dict[str, int]
    """Regular files and their sizes in bytes."""
    links: dict[str, str]
    """Symbolic links, and what they hold."""
    others: tuple[str, ...] = ()
    """Devices, sockets and pipes."""
    folders: tuple[str, ...] = ()
    """Directories in which there is nothing."""


def shown(path: str) -> str:
    """Return a path as text that can be written and shown: control characters and what is no UTF-8 are escaped."""
    text = path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    return "".join(character if character.isprintable() else ascii(character)[1:-1] for character in text)
