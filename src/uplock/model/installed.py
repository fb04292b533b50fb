"""What came of making an environment, and of importing what is in it."""

from __future__ import annotations

from typing import Literal

from uplock.model.value import Value


class Installed(Value, frozen=True, kw_only=True):
    """What made an environment (``pip 24.2``, ``uv 0.13.9``), and how it was cut off from the network, if it was."""

    installer: str
    isolation: str | None = None
    """``network namespace``, ``user and network namespace`` or ``seccomp``."""


class ImportExclusion(Value, frozen=True, kw_only=True):
    """A package whose modules are not imported, and why: shown wherever the imports are counted."""

    package: str
    reason: str


class ImportFailure(Value, frozen=True, kw_only=True):
    """A top-level module that could not be imported; ``detail`` is the last line of what the interpreter said."""

    package: str
    module: str
    kind: Literal["raised", "timed-out", "killed"]
    detail: str


class TracedFailure(Value, frozen=True, kw_only=True):
    """A failure with the files of its frames below ``site-packages``, that of its cause last, innermost at the end."""

    failure: ImportFailure
    frames: tuple[str, ...] = ()


class ImportTrace(Value, frozen=True, kw_only=True):
    """What came of importing: failures, and the files below ``site-packages`` that were loaded, sorted."""

    failures: tuple[TracedFailure, ...]
    loaded: tuple[str, ...]


class ImportCheck(Value, frozen=True, kw_only=True):
    """The top-level modules of an environment, imported in processes of their own, without a network."""

    packages: int
    modules: int
    """Modules that were imported, or should have been."""
    failures: tuple[ImportFailure, ...] = ()
    excluded: tuple[ImportExclusion, ...] = ()
