"""What ``uplock scan`` found."""

from __future__ import annotations

from datetime import datetime

from uplock.model.declaration import Declaration
from uplock.model.finding import Finding
from uplock.model.value import Value


class UnreadFile(Value, frozen=True, kw_only=True):
    """A file that should declare interpreters and could not be read."""

    path: str
    line: int
    """1 where no line is known."""
    message: str


class ScanResult(Value, frozen=True, kw_only=True):
    """All declarations below some folders, by path and line, with what is to be said of them."""

    name: str
    as_of: datetime
    files: int
    """Files that were looked into."""
    declarations: tuple[Declaration, ...]
    unread: tuple[UnreadFile, ...]
    findings: tuple[Finding, ...]
