"""Checking: a generation judged for a day, without gathering again."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from uplock.model.digest import Sha256, digest_of
from uplock.model.finding import Verdict
from uplock.model.outcome import CheckResult
from uplock.model.rehearsal import Rehearsed
from uplock.model.value import Value, changed, encode_pretty
from uplock.policy.evaluate import EvaluationInput, evaluate
from uplock.ports import Archive
from uplock.workflow.judge import evaluation_input, overall, project_findings, summarize, verdict_path
from uplock.workflow.locate import Locator
from uplock.workflow.project import Project
from uplock.workflow.recall import Recalled, recall, recall_one


class Question(Value, frozen=True, kw_only=True):
    """What is to be judged: ``generation`` is an id or the beginning of one, ``None`` for the newest."""

    as_of: datetime
    generation: str | None = None
    recorded_waivers: bool = False
    """Judge with the waivers that the generation recorded, for the service as it was called then."""


class Checked(Value, frozen=True, kw_only=True):
    """The answer with what it was made of."""

    result: CheckResult
    verdicts: tuple[Verdict, ...]
    locate: Locator

    def files(self) -> dict[str, bytes]:
        """Return the verdict files, by path below the project."""
        return {verdict_path(verdict.target): encode_pretty(verdict) for verdict in self.verdicts}


class Rehearsals(Protocol):
    """What is known of rehearsals."""

    def newest_rehearsal(self, content: Sha256) -> Rehearsed:
        """Return the newest rehearsal of a generation that says ``content``."""


def gather_input(
    project: Project, archive: Archive, question: Question, rehearsals: Rehearsals | None = None
) -> tuple[EvaluationInput, Recalled]:
    """Return everything that the verdicts are a function of, read from archive and project; writes nothing.

    Without ``rehearsals`` nothing is said of them.
    """
    if question.generation is None:
        recalled = recall(project.root, archive)
    else:
        recalled = recall_one(archive, question.generation)
    known = None if rehearsals is None else rehearsals.newest_rehearsal(digest_of(recalled.content))
    given = evaluation_input(
        tuple(changed(subject, rehearsed=known) for subject in recalled.subjects(project)),
        service=recalled.content.project if question.recorded_waivers else project.service,
        policy=project.policy,
        as_of=question.as_of,
        generation=recalled.id,
        waivers=recalled.content.waivers if question.recorded_waivers else project.waivers,
    )
    return given, recalled


def check(project: Project, archive: Archive, question: Question, rehearsals: Rehearsals | None = None) -> Checked:
    """Judge every target of a generation. Nothing is asked of anybody, and nothing is written."""
    given, recalled = gather_input(project, archive, question, rehearsals)
    verdicts = evaluate(given)
    result = CheckResult(
        project=project.name,
        generation=recalled.id,
        as_of=given.as_of,
        status=overall(verdicts),
        targets=tuple(
            summarize(subject, verdict, ()) for subject, verdict in zip(given.subjects, verdicts, strict=True)
        ),
        findings=project_findings(verdicts),
    )
    return Checked(result=result, verdicts=verdicts, locate=Locator(archive, recalled.content.locks))
