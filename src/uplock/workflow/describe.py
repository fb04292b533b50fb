"""Describing: one valid SBOM per target, from facts that a generation holds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from uplock import __version__
from uplock.errors import Error
from uplock.model.digest import Sha256
from uplock.model.lock import Lock
from uplock.model.target import Interpreter
from uplock.model.value import Value
from uplock.policy.subject import Subject
from uplock.ports import Event, OnEvent
from uplock.workflow.project import Project

SBOMS = "sboms"


class Described(Value, frozen=True, kw_only=True):
    """What every SBOM of a project shares."""

    project_name: str
    project_version: str | None
    baseline: Interpreter | None
    baseline_lock: Lock | None
    timestamp: datetime
    pylocks: dict[str, Sha256]
    """Target to digest of its PEP 751 file."""

    @classmethod
    def of(
        cls, project: Project, baseline_lock: Lock | None, pylocks: dict[str, Sha256], timestamp: datetime
    ) -> Described:
        """Collect it from a project, the lock of the interpreter being left, and the digests of all locks."""
        baseline = project.baseline
        return cls(
            project_name=project.name,
            project_version=project.config.project_version,
            baseline=None if baseline is None else baseline.target.interpreter,
            baseline_lock=baseline_lock,
            timestamp=timestamp,
            pylocks=pylocks,
        )


def sbom_path(target: str) -> str:
    """Return where the SBOM of a target stands, below the project."""
    return f"{SBOMS}/{target}.cdx.json"


def describe(shared: Described, subjects: Iterable[Subject], on_event: OnEvent) -> Mapping[str, bytes]:
    """Return the SBOMs by path, each checked against the official schema; targets without a lock have none."""
    from uplock.sbom.build import build_sbom
    from uplock.sbom.subject import SbomSubject
    from uplock.sbom.validate import validate_sbom

    files = {}
    for subject in subjects:
        if subject.lock is None:
            continue
        name = subject.target.name
        on_event(Event(stage="sbom", message=name))
        document = build_sbom(
            SbomSubject(
                project_name=shared.project_name,
                project_version=shared.project_version,
                lock=subject.lock,
                artifacts=subject.artifacts,
                baseline=shared.baseline,
                lifecycles=subject.lifecycles,
                timestamp=shared.timestamp,
                pylock_sha256=shared.pylocks[name],
                generator_version=__version__,
                baseline_lock=shared.baseline_lock,
            )
        )
        if defects := validate_sbom(document):
            raise Error(
                f"the document would not be valid: {'; '.join(defects[:5])}",
                context=sbom_path(name),
                remedy="Report it with the locks that led to it; nothing was written.",
            )
        files[sbom_path(name)] = document
    return files
