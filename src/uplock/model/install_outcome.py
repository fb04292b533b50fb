"""What ``uplock install`` answers."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from uplock.model.digest import Sha256
from uplock.model.finding import Finding, Status
from uplock.model.value import Value


class InstallResult(Value, frozen=True, kw_only=True):
    """An environment that was installed and switched in, or why it was not."""

    project: str
    target: str
    status: Status
    """Today's verdict of the target, whatever its role: who installs it deploys it."""
    why: str
    as_of: datetime
    generation: Sha256 | None = None
    """The recorded generation that it was judged by; ``None`` where the lock was judged without one."""
    evidence: Literal["recorded", "gathered"]
    """Whether attestation outcomes are those of the generation, or were found out now."""
    findings: tuple[Finding, ...] = ()
    """Errors, those that are waived included."""
    installed: bool
    into: str = ""
    """The link, as it was named."""
    place: str = ""
    """Where it leads."""
    previous: str | None = None
    """Where it led before."""
    digest: Sha256 | None = None
    """Content digest of what was installed, hashed from disk."""
    packages: int = 0
    python: str = ""
    """Full version of the interpreter, and :attr:`program`, where it is."""
    program: str = ""
    other_patch: bool = False
    """Whether it is another patch release than the locked one."""
    installer: str = ""
    removed: tuple[str, ...] = ()
    """Older environments that were deleted."""
