"""Errors: "could not decide".

An error names the place (``context``, prefixed while it unwinds) and one remedy. Bad news that *was* decided is a
:class:`~uplock.model.finding.Finding`, never an error. The subclass says who must act, and with it the exit code;
foreign exceptions are wrapped at the door where they enter.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar


class Error(Exception):
    """Base of every error that uplock raises on purpose.

    ``message`` is one sentence without the place, ``context`` the place as a dotted path or file name
    (``locks/pylock.py312-linux-x86_64.toml: packages[3].wheels[0]``), ``remedy`` one imperative sentence.
    """

    exit_code: ClassVar[int] = 3
    kind: ClassVar[str] = "internal"

    def __init__(self, message: str, *, context: str = "", remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.context = context
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.context}: {self.message}" if self.context else self.message

    def prefix(self, place: str) -> None:
        """Put ``place`` in front of the context; a following ``[3]`` or ``.name`` joins without a space."""
        if not self.context:
            self.context = place
        elif self.context[0] in "[.":
            self.context = place + self.context
        else:
            self.context = f"{place}: {self.context}"


class UsageError(Error):
    """The command line is wrong: the caller must change the call."""

    exit_code = 2
    kind = "usage"


class ConfigError(Error):
    """The configuration or a project file is wrong: its author must change it. All defects of one file at once."""

    exit_code = 2
    kind = "configuration"


class InputError(Error):
    """Something we were given to read (a wheel, a lock, an index page) is malformed or over a bound."""

    exit_code = 3
    kind = "input"


class ResolutionError(Error):
    """The resolver found no solution: the requirements must change."""

    exit_code = 3
    kind = "resolution"


class UnaskableError(Error):
    """A resolver cannot be asked for this target on this machine: nothing was resolved."""

    exit_code = 3
    kind = "tool"


class ToolError(Error):
    """A program that we run is missing, failed or timed out."""

    exit_code = 3
    kind = "tool"


class NetworkError(Error):
    """The index could not be reached or answered with an error; trying again later may help."""

    exit_code = 3
    kind = "network"


class IntegrityError(Error):
    """Bytes contradict a digest that we pinned or stored. Never retried, never downgraded."""

    exit_code = 4
    kind = "integrity"


class ArchiveError(Error):
    """The archive or a file of ours cannot be read or written: disk, permissions, a concurrent run."""

    exit_code = 3
    kind = "archive"


@contextmanager
def located(place: str) -> Iterator[None]:
    """Prefix ``place`` to the context of every :class:`Error` that passes."""
    try:
        yield
    except Error as error:
        error.prefix(place)
        raise
