"""Rehearsing: the ten statements in order, each tried only when what it needs holds, and the record of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple, Protocol

from uplock import __version__
from uplock.errors import ArchiveError, IntegrityError
from uplock.model.digest import Sha256, digest_of
from uplock.model.rehearsal import TITLES, Rehearsal, RehearsalResult, Rehearsed, RehearsedStatement
from uplock.model.value import changed
from uplock.ports import Archive, Event, OnEvent, Verifier
from uplock.workflow.project import Project
from uplock.workflow.recall import Recalled
from uplock.workflow.rehearsing.attested import outcomes_hold
from uplock.workflow.rehearsing.ends import Ends, ends_of, locks_hold, sources_hold
from uplock.workflow.rehearsing.found import Found, fails
from uplock.workflow.rehearsing.installs import Installs
from uplock.workflow.rehearsing.judged import judged, verdicts_hold
from uplock.workflow.rehearsing.kept_bytes import bytes_hold
from uplock.workflow.workbench import Workbench

NEEDS: dict[int, tuple[int, ...]] = {4: (1,), 5: (1, 2, 3, 4), 6: (5,), 7: (5,), 8: (2,), 9: (1,)}
"""What must hold before a statement can be tried; the record (10) needs all others."""


class Proofs(Protocol):
    """Where rehearsals are kept."""

    def keep_rehearsal(
        self, rehearsal: Rehearsal, subjects: tuple[tuple[str, Sha256], ...], *, passed: bool
    ) -> tuple[Sha256, Sha256 | None]:
        """Keep a rehearsal and its verification summary, and return their digests, read back."""

    def newest_rehearsal(self, content: Sha256) -> Rehearsed:
        """Return what is known of the newest rehearsal of a generation that says ``content``."""


class Means(NamedTuple):
    """The adapters and values of a rehearsal."""

    archive: Archive
    proofs: Proofs
    bench: Workbench
    verifier: Callable[[bytes], Verifier]
    """Makes a verifier for a trusted root."""
    as_of: datetime
    now: datetime
    on_event: OnEvent


def rehearse(project: Project, wanted: Recalled, head: Recalled, means: Means) -> RehearsalResult:
    """Decide whether one can go back to ``wanted``; ``head`` is the other end, and may be the same generation.

    Raises :class:`ArchiveError` and :class:`IntegrityError` only if the generations themselves cannot be read.
    """
    ends = ends_of(wanted, head, means.bench)
    installs = Installs(
        ends,
        project=project.service,
        bench=means.bench,
        archive=means.archive,
        exclusions=project.config.import_exclusions,
        now=means.now,
        on_event=means.on_event,
    )
    verdicts = judged(project, (wanted, head), means.as_of)
    shown = verdicts_hold(ends, verdicts)[1] if ends.all else ()
    tries: dict[int, Callable[[], Found]] = {
        1: lambda: locks_hold(project.root, wanted, head, ends, means.archive),
        2: lambda: bytes_hold(wanted, means.archive, means.on_event),
        3: lambda: sources_hold(wanted, ends),
        4: installs.interpreters,
        5: installs.installed,
        6: installs.imported,
        7: installs.round_trip,
        8: lambda: outcomes_hold(wanted, means.archive, means.verifier, project.policy, means.on_event),
        9: lambda: verdicts_hold(ends, verdicts)[0],
    }
    statements = _tried(tries, means.on_event)
    rehearsal = Rehearsal(
        ready=False,
        project=project.service,
        generation=wanted.id,
        content=digest_of(wanted.content),
        head=head.id,
        old=tuple(each.name for each in ends.old),
        new=tuple(each.name for each in ends.new),
        statements=statements,
        proofs=installs.proofs,
        verdicts=shown,
        policy=digest_of(project.policy),
        as_of=means.as_of,
        made_at=means.now,
        made_by=f"uplock {__version__}",
    )
    return _recorded(rehearsal, ends, means.proofs)


def _tried(tries: dict[int, Callable[[], Found]], on_event: OnEvent) -> tuple[RehearsedStatement, ...]:
    found: list[RehearsedStatement] = []
    for number, attempt in tries.items():
        on_event(Event(stage="rehearse", message=TITLES[number - 1], done=number - 1, total=len(TITLES)))
        missing = tuple(each for each in NEEDS.get(number, ()) if not found[each - 1].holds)
        found.append(_not_tried(number, missing) if missing else _statement(number, attempt()))
    return tuple(found)


def _statement(number: int, found: Found) -> RehearsedStatement:
    return RehearsedStatement(number=number, title=TITLES[number - 1], holds=found.holds, detail=found.detail)


def _not_tried(number: int, missing: tuple[int, ...]) -> RehearsedStatement:
    what = f"statement {missing[0]}" if len(missing) == 1 else f"statements {', '.join(map(str, missing))}"
    return RehearsedStatement(
        number=number, title=TITLES[number - 1], holds=None, detail=f"not tried: needs {what}", needs=missing
    )


def _recorded(rehearsal: Rehearsal, ends: Ends, proofs: Proofs) -> RehearsalResult:
    """Return the result with statement 10. What did not come out ready is kept as well, as what it is."""
    last = len(TITLES)
    missing = tuple(each.number for each in rehearsal.statements if not each.holds)
    day = rehearsal.as_of.date()
    other = "" if day == rehearsal.made_at.date() else f"; judged for {day}, so uplock check does not count it"
    kept = Found(holds=True, detail=f"kept in the archive{other}")
    closing = _not_tried(last, missing) if missing else _statement(last, kept)
    whole = changed(rehearsal, ready=not missing, statements=(*rehearsal.statements, closing))
    subjects = tuple(
        (f"locks/{name}", digest)
        for end in ends.all
        for name, digest in (
            (f"pylock.{end.name}.toml", end.entry.pylock),
            (f"requirements.{end.name}.txt", end.entry.requirements),
        )
    )
    passed = bool(whole.statements[8].holds)
    try:
        record, summary = proofs.keep_rehearsal(whole, subjects, passed=passed)
    except (ArchiveError, IntegrityError) as error:
        lost = closing if missing else _statement(last, fails(f"the proof cannot be kept: {error}"))
        whole = changed(whole, ready=False, statements=(*rehearsal.statements, lost))
        return RehearsalResult(ready=False, statements=whole.statements, rehearsal=whole)
    return RehearsalResult(
        ready=whole.ready, statements=whole.statements, rehearsal=whole, record=record, summary=summary
    )
