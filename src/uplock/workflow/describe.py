"""Describing: one valid SBOM per target, from facts that a generation holds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from uplock import __version__
from uplock.errors import Error
from uplock.model.digest import Sha256
from uplock.model.generation import GenerationContent
from uplock.model.lock import Lock
from uplock.model.target import Interpreter
from uplock.model.value import Value
from uplock.policy.subject import Subject
from uplock.ports import Event, OnEvent
from uplock.workflow.judge import verdict_path
from uplock.workflow.locks import lock_paths

SBOMS = "sboms"


class SbomFacts(Value, frozen=True, kw_only=True):
    """What every SBOM of a generation shares."""

    project_name: str
    project_version: str | None
    baseline: Interpreter | None
    baseline_lock: Lock | None
    timestamp: datetime
    pylocks: dict[str, Sha256]
    """Target to digest of its PEP 751 file."""


def shared_facts(content: GenerationContent, locks: Iterable[Lock], timestamp: datetime) -> SbomFacts:
    """Collect it from a generation alone; the project as it is today has no say."""
    roles = {each.target: each.role for each in content.locks}
    return SbomFacts(
        project_name=content.project,
        project_version=content.version,
        baseline=None if content.baseline is None else Interpreter(version=content.baseline),
        baseline_lock=next((lock for lock in locks if roles[lock.target.name] == "baseline"), None),
        timestamp=timestamp,
        pylocks={each.target: each.pylock for each in content.locks},
    )


def sbom_path(target: str) -> str:
    """Return where the SBOM of a target stands, below the project."""
    return f"{SBOMS}/{target}.cdx.json"


def target_paths(target: str) -> tuple[str, ...]:
    """Return every file that a run may write for a target, below the project."""
    return (*lock_paths(target), sbom_path(target), verdict_path(target))


def describe(shared: SbomFacts, subjects: Iterable[Subject], on_event: OnEvent) -> Mapping[str, bytes]:
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
                trusted_root=subject.trusted_root,
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
