"""Wheels that were built here from source distributions, since no index has one (PEP 517)."""

from __future__ import annotations

from typing import Literal

from uplock.model.digest import Sha256
from uplock.model.value import Value


class BuildSystem(Value, frozen=True, kw_only=True):
    """``[build-system]`` of a source distribution (PEP 518, PEP 517), with the standard's defaults filled in."""

    requires: tuple[str, ...]
    """Requirements as they stand there."""
    backend: str
    """``module`` or ``module:object.path``."""
    backend_path: tuple[str, ...] = ()
    """Folders below the top of the source tree that the backend is imported from; ``.`` is the top itself."""


class BuildRequirement(Value, frozen=True, kw_only=True):
    """One wheel of the environment that something was built in; ``name`` is normalized (PEP 503)."""

    name: str
    version: str
    filename: str
    sha256: Sha256


class BuiltWheel(Value, frozen=True, kw_only=True):
    """A wheel that was built here, and what it was built from: enough to build it again."""

    target: str
    python: str
    """Full version of the interpreter that it was built with: the target's."""
    package: str
    """Normalized name."""
    version: str
    sdist: str
    """File name of the source distribution."""
    sdist_sha256: Sha256
    wheel: str
    """File name of the wheel."""
    wheel_sha256: Sha256
    wheel_size: int
    """In bytes."""
    frontend: str
    """Name and version of what called the backend."""
    requirements: tuple[BuildRequirement, ...] = ()
    """Every wheel of the build environment, sorted by name."""
    requires_dist: tuple[str, ...] = ()
    """What the wheel needs, as its metadata says: the source distribution may have said otherwise, or nothing."""
    reproducible: bool | None = None
    """Whether building it again elsewhere gave equal bytes; ``None`` as long as nobody tried."""
    differing: tuple[str, ...] = ()
    """Members of the wheel that differed then, sorted: the first hundred."""


class MemberDifference(Value, frozen=True, kw_only=True):
    """One member in which two wheels of the same package differ."""

    path: str
    kind: Literal["changed", "only-first", "only-second", "attributes"]
    """``attributes``: equal bytes, another mode, time or compression."""
    first: Sha256 | None = None
    second: Sha256 | None = None


class Rebuilt(Value, frozen=True, kw_only=True):
    """What building a wheel again came to. Without any difference in members, the archives themselves differ."""

    equal: bool
    sha256: Sha256
    """Digest of the second wheel."""
    filename: str
    differences: tuple[MemberDifference, ...] = ()
    """Sorted by path: the first hundred."""
    omitted: int = 0
    """Differences beyond those, which are counted and not listed."""
