"""Locks that other tools wrote, as far as uplock takes them over: which version of which package holds where."""

from __future__ import annotations

from typing import Literal

from uplock.model.digest import Sha256
from uplock.model.value import Value

Kind = Literal["uv.lock", "pylock", "requirements", "poetry.lock"]


class ForeignPin(Value, frozen=True, kw_only=True):
    """One version of one package. A name can be pinned several times, under markers that exclude each other."""

    name: str
    """Normalized (PEP 503)."""
    version: str
    """As normalized by the version scheme (PEP 440)."""
    marker: str | None = None
    """Marker (PEP 508) under which the pin holds; ``None``: always."""
    hashes: tuple[Sha256, ...] = ()
    """Every SHA-256 that is listed, of whichever file; sorted."""
    files: tuple[str, ...] = ()
    """File names, if the lock lists them; sorted."""
    node: str | None = None
    """What :attr:`ForeignLock.edges` call it; ``None``: it holds whoever needs it."""


class ForeignEdge(Value, frozen=True, kw_only=True):
    """One node of a lock's graph needs another where a marker holds. The node with the empty name is the project."""

    parent: str
    child: str
    marker: str | None = None


class ForeignLock(Value, frozen=True, kw_only=True):
    """A lock of another tool, for every interpreter and platform that it answers for."""

    kind: Kind
    pins: tuple[ForeignPin, ...]
    requires_python: str | None = None
    """Versions of Python that it answers for (PEP 440); ``None``: the lock does not say."""
    environments: tuple[str, ...] = ()
    """Markers, one of which must hold; none: the lock does not say."""
    extras: tuple[str, ...] = ()
    """Normalized extras that markers may ask for: all of them are wanted."""
    groups: tuple[str, ...] = ()
    """Dependency groups that markers may ask for: all of them are wanted."""
    edges: tuple[ForeignEdge, ...] = ()
    """Who needs whom, where the lock's markers do not say it all (uv.lock)."""
    notes: tuple[str, ...] = ()
    """What was not taken over and why, one sentence each, without credentials and paths."""
