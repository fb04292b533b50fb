"""Waivers as their owners see them: how each stands on a day, and how one is written."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from uplock.errors import UsageError
from uplock.files import create
from uplock.lockfile.waivers import SUFFIX, read_waiver, write_waiver
from uplock.model.policy_outcome import WaiveResult, WaiversResult
from uplock.model.waiver import Standing, Waiver, WaiverFile
from uplock.policy.lifecycle import in_utc, utc_day
from uplock.policy.registry import statements
from uplock.policy.waivers.standing import standings
from uplock.workflow.project import Project
from uplock.workflow.waiver_files import FOLDER, MAX_FILES


def waivers(project: Project, as_of: datetime) -> WaiversResult:
    """Return every waiver file of the project as it stands on a day."""
    return WaiversResult(
        project=project.name,
        as_of=in_utc(as_of),
        waivers=_standings(project, project.waivers, as_of, project.service),
    )


def waive(project: Project, waiver: Waiver, as_of: datetime) -> WaiveResult:
    """Write a waiver, and only one that is in order; that it ends soon is a note.

    Raises :class:`UsageError` with everything for which it would cover nothing, by the rules that judge it later (those
    of the service that it is for), or if there is a file of that name; then nothing is written.
    """
    path = f"{FOLDER}/{waiver.id}{SUFFIX}"
    place = project.root / path
    try:
        text = write_waiver(waiver)
    except UnicodeEncodeError as error:
        raise UsageError("not every argument is text in UTF-8", remedy="Correct the arguments.") from error
    file = read_waiver(path, text)
    remedy = "Correct what is named; nothing was written."
    if file.waiver is None:
        raise UsageError("; ".join(file.defects), context=path, remedy=remedy)
    others = tuple(each for each in project.waivers if each.path != path)
    _check_folder(others)
    service = file.waiver.scope.service or project.service
    standing = _of(path, _standings(project, (*others, file), as_of, service))
    if standing.state in {"refused", "expired", "superseded"}:
        words = "; ".join(sentence for _, sentence in standing.misuse) or f"it would be {standing.state} at once"
        raise UsageError(words, context=path, remedy=remedy)
    if not create(place, text):
        raise UsageError("there is such a file", context=path, remedy="Name another --id, and supersede the old one.")
    here = _of(path, _standings(project, (*others, file), as_of, project.service))
    return WaiveResult(path=path, waiver=file.waiver, text=text.decode(), notes=tuple(_notes(here, others)))


def _standings(project: Project, files: tuple[WaiverFile, ...], as_of: datetime, service: str) -> tuple[Standing, ...]:
    return standings(files, service=service, statements=statements(), policy=project.policy, day=utc_day(as_of))


def _check_folder(others: tuple[WaiverFile, ...]) -> None:
    """Raise :class:`UsageError` if there is no folder to write to, or one file more would make all unread."""
    whole = next((each.defects[0] for each in others if each.path == FOLDER), None)
    full = "there are as many waivers as are read" if len(others) >= MAX_FILES else None
    if whole or full:
        raise UsageError(whole or full or "", context=FOLDER, remedy="Make it a folder of few files, and try again.")


def _of(path: str, known: Iterable[Standing]) -> Standing:
    return next(each for each in known if each.file.path == path)


def _notes(standing: Standing, others: Iterable[WaiverFile]) -> Iterable[str]:
    """Yield what is not wrong and may surprise."""
    waiver = standing.file.waiver
    if waiver is None:
        return
    yield from (sentence for _, sentence in standing.misuse)  # that it ends soon: with anything else it is not written
    if standing.state == "elsewhere":
        yield f"it is for the service {waiver.scope.service}, which is not this project"
    if standing.state == "not-yet":
        yield f"it is not in force before {waiver.approved_at}"
    known = {each.waiver.id for each in others if each.waiver is not None}
    for other in waiver.supersedes:
        if other not in known:
            yield f"there is no waiver {other} to supersede"
