"""Writing the SBOMs of the newest generation again, from the archive alone."""

from __future__ import annotations

from datetime import datetime

from uplock.model.digest import sha256_of
from uplock.model.outcome import OutputFile, SbomResult
from uplock.ports import Archive, OnEvent
from uplock.workflow.describe import describe, shared_facts
from uplock.workflow.project import Project
from uplock.workflow.recall import recall
from uplock.workflow.replacement import replace_together


def write_sboms(project: Project, archive: Archive, timestamp: datetime | None, on_event: OnEvent) -> SbomResult:
    """Describe every target of the newest generation; same generation, same bytes."""
    recalled = recall(project.root, archive)
    moment = timestamp or max(lock.exclude_newer for lock in recalled.locks)
    files = describe(shared_facts(recalled.content, recalled.locks, moment), recalled.subjects(project), on_event)
    replace_together(project.root, files)
    return SbomResult(
        project=project.name,
        generation=recalled.id,
        files=tuple(OutputFile(path=path, sha256=sha256_of(data)) for path, data in sorted(files.items())),
    )
