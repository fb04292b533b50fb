"""What rules see of one target: typed values, and what is missing among them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from uplock.model.content import Contested
from uplock.model.identity import KnownPublisher, TrustedRoot
from uplock.model.lifecycle import LatestPatch, Lifecycle
from uplock.model.lock import Agreement, Lock, MissingLock, Shadowed
from uplock.model.rehearsal import Rehearsed
from uplock.model.results import ArtifactResults
from uplock.model.target import Target
from uplock.model.value import Value
from uplock.policy.lifecycle import find


class Gap(Value, frozen=True, kw_only=True):
    """Something that rules would have needed and that is not there: without it no verdict can be ``pass``."""

    about: str
    message: str
    remedy: str


class Subject(Value, frozen=True, kw_only=True):
    """One target of a generation, with everything that is known about it.

    Either ``lock`` is there, or ``missing`` says why not; ``artifacts`` are the results about the locked files.
    """

    target: Target
    role: Literal["baseline", "target"]
    deployed: bool
    """Whether this interpreter runs in production: then it gates, even as the baseline."""
    lock: Lock | None
    missing: MissingLock | None
    artifacts: tuple[ArtifactResults, ...]
    lifecycles: tuple[Lifecycle, ...]
    latest_patches: tuple[LatestPatch, ...] = ()
    """The newest known release of every CPython line."""
    runs_on: tuple[Lifecycle, ...] = ()
    """What the project says that this target is deployed on: distributions and managed runtimes."""
    unknown_bases: tuple[str, ...] = ()
    """The same as far as the lifecycle table has no row for it."""
    agreement: Agreement | None = None
    """What a second resolver said of this target, if it was asked."""
    shadowed: tuple[Shadowed, ...] = ()
    """Packages of this lock whose names several indexes have."""
    contested: tuple[Contested, ...] = ()
    """Packages of this lock that bring different bytes for the same paths."""
    contradictions: tuple[tuple[str, str], ...] = ()
    """Package and sentence: where the lock and the metadata of its wheels differ."""

    known: tuple[KnownPublisher, ...] = ()
    """Publishers of packages that are known from before."""
    trusted_root: TrustedRoot | None = None
    """What attestations were verified under."""
    rehearsed: Rehearsed | None = None
    """The newest rehearsal of the generation; ``None`` where nobody looked for one."""

    @property
    def lifecycle(self) -> Lifecycle | None:
        """The row of the target's CPython line, if the table has one."""
        return find(self.lifecycles, "cpython", self.target.interpreter.minor)

    def gaps(self) -> Iterator[Gap]:
        """Yield what is missing to judge this target, so that not knowing is never mistaken for nothing wrong."""
        if self.lifecycle is None:
            line = self.target.interpreter.minor
            yield Gap(
                about=f"CPython {line}",
                message=f"the lifecycle table has no row for CPython {line}, so its end of life was not judged",
                remedy="Upgrade uplock to a version whose lifecycle table has this line.",
            )
        for base in self.unknown_bases:
            yield Gap(
                about=base,
                message=f"the lifecycle table has no row for {base}, so its end of support was not judged",
                remedy="Name something else in runs-on, or upgrade uplock to a version whose table has it.",
            )
        if self.lock is None:
            if self.missing is None:
                yield Gap(
                    about=self.target.name,
                    message="there is neither a lock for this target nor a reason why there is none",
                    remedy="Lock this target again.",
                )
            return
        known = {results.sha256 for results in self.artifacts}
        for package in self.lock.packages:
            if package.artifact.sha256 not in known:
                yield Gap(
                    about=package.artifact.filename,
                    message=f"nothing is known about the locked artifact of {package.name}",
                    remedy="Run again, so that the artifact is fetched and inspected.",
                )
