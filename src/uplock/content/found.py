"""What was read of a directory, so that it can be compared without reading any more."""

from __future__ import annotations

from uplock.content.scheme import Layout
from uplock.content.tree import Listing
from uplock.model.digest import Sha256
from uplock.model.value import Value


class Found(Value, frozen=True, kw_only=True):
    """One directory, as far as comparing it needs. Paths are relative to it."""

    layout: Layout
    listing: Listing
    hashes: dict[str, Sha256]
    """Of files as they are, where the size was the expected one."""
    texts: dict[str, bytes]
    """Scripts that an installer writes or rewrites, and its notes: whole, and only those within their bounds."""
    interpreters: frozenset[str]
    """What scripts may start: paths that lead to the locked interpreter, ``./NAME`` for one beside the script."""
    scaffold: frozenset[str] = frozenset()
    """Files and links that belong to the environment itself (``pyvenv.cfg``, ``bin/activate``): judged already."""
