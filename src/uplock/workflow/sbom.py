"""Writing the SBOMs of the newest generation again, from the archive alone."""

from __future__ import annotations

from datetime import datetime

from uplock.files import replace_all
from uplock.model.digest import sha256_of
from uplock.model.outcome import OutputFile, SbomResult
from uplock.ports import Archive, OnEvent
from uplock.workflow.describe import Described, describe
from uplock.workflow.project import Project
from uplock.workflow.recall import Recalled, recall


def write_sboms(project: Project, archive: Archive, timestamp: datetime | None, on_event: OnEvent) -> SbomResult:
    """Describe every target of the newest generation; same generation, same bytes."""
    recalled = recall(archive)
    files = describe(_described(project, recalled, timestamp), recalled.subjects(project), on_event)
    replace_all({project.root / path: data for path, data in files.items()})
    return SbomResult(
        project=project.name,
        generation=recalled.id,
        files=tuple(OutputFile(path=path, sha256=sha256_of(data)) for path, data in sorted(files.items())),
    )


def _described(project: Project, recalled: Recalled, timestamp: datetime | None) -> Described:
    roles = {each.target: each.role for each in recalled.content.locks}
    baseline = next((lock for lock in recalled.locks if roles[lock.target.name] == "baseline"), None)
    return Described.of(
        project,
        baseline,
        {each.target: each.pylock for each in recalled.content.locks},
        timestamp or max(lock.exclude_newer for lock in recalled.locks),
    )
