"""Writing the SBOMs of a generation, from the archive alone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from uplock.errors import UsageError
from uplock.model.digest import sha256_of
from uplock.model.outcome import OutputFile, SbomResult
from uplock.ports import OnEvent
from uplock.workflow.describe import SBOMS, UPLIFT, Described, describe, outdated, shared_facts
from uplock.workflow.named_output import write_named
from uplock.workflow.project import Project
from uplock.workflow.recall import Recalled
from uplock.workflow.replacement import replace_together


def described(
    project: Project, recalled: Recalled, timestamp: datetime | None, written: Described, on_event: OnEvent
) -> Mapping[str, bytes]:
    """Return the documents of a generation by path; same generation, same bytes.

    Raises :class:`UsageError` for a name that no document of it has.
    """
    moment = timestamp or max(lock.exclude_newer for lock in recalled.locks)
    known = sorted(lock.target.name for lock in recalled.locks)
    if unknown := sorted(set(written.names) - {*known, UPLIFT}):
        raise UsageError(
            f"the generation has no target {unknown[0]!r}",
            context="--target",
            remedy=f"Name one of {', '.join(known)}, or {UPLIFT}.",
        )
    files = describe(shared_facts(recalled.content, moment), recalled.subjects(project), on_event, written)
    if not files:
        raise UsageError(
            "the generation leaves no interpreter for another one: it has no document of an uplift",
            context=f"--target {UPLIFT}",
            remedy="Name a target.",
        )
    return files


def replace_sboms(project: Project, recalled: Recalled, files: Mapping[str, bytes]) -> SbomResult:
    """Write documents to their places in the project."""
    replace_together(project.root, files, remove=outdated(project.root, files))
    return _result(project, recalled, files)


def export_sboms(project: Project, recalled: Recalled, files: Mapping[str, bytes], output: Path) -> SbomResult:
    """Write documents to a folder, or the only one to a file.

    Raises :class:`UsageError` for several documents and no folder, :class:`~uplock.errors.ArchiveError` if something
    cannot be written.
    """
    if output.is_dir():
        placed = {str(output / path.removeprefix(f"{SBOMS}/")): data for path, data in files.items()}
    elif len(files) == 1:
        placed = {str(output): next(iter(files.values()))}
    else:
        raise UsageError(
            f"{len(files)} documents do not go into one file",
            context=f"--output {output}",
            remedy="Name a folder that exists, or one document with --target.",
        )
    for path, data in placed.items():
        write_named(Path(path), data)
    return _result(project, recalled, placed)


def _result(project: Project, recalled: Recalled, files: Mapping[str, bytes]) -> SbomResult:
    return SbomResult(
        project=project.name,
        generation=recalled.id,
        files=tuple(OutputFile(path=path, sha256=sha256_of(data)) for path, data in sorted(files.items())),
    )
