"""Statement 9: every end's verdict of today passes, or rests on waivers in force."""

from __future__ import annotations

from datetime import datetime

from uplock.model.finding import Verdict
from uplock.model.rehearsal import RehearsedVerdict
from uplock.policy.evaluate import evaluate
from uplock.workflow.judge import evaluation_input
from uplock.workflow.project import Project
from uplock.workflow.recall import Recalled
from uplock.workflow.rehearsing.ends import Ends
from uplock.workflow.rehearsing.found import Found, fails, holds, some, undecided


def judged(project: Project, generations: tuple[Recalled, ...], as_of: datetime) -> dict[tuple[str, str], Verdict]:
    """Return the verdicts of all targets of some generations, by generation and target, under today's policy."""
    found: dict[tuple[str, str], Verdict] = {}
    for recalled in {each.id: each for each in generations}.values():
        given = evaluation_input(
            recalled.subjects(project),
            service=project.service,
            policy=project.policy,
            as_of=as_of,
            generation=recalled.id,
            waivers=project.waivers,
        )
        found |= {(recalled.id, verdict.target): verdict for verdict in evaluate(given)}
    return found


def verdicts_hold(ends: Ends, verdicts: dict[tuple[str, str], Verdict]) -> tuple[Found, tuple[RehearsedVerdict, ...]]:
    """Decide it, for every end whatever its role: who goes back deploys the interpreter that was being left."""
    asked = [verdicts[end.generation, end.name] for end in (*ends.old, *ends.new)]
    shown = tuple({each.target: _shown(each) for each in asked}.values())
    failing = [f"{each.target}: {each.why}" for each in asked if each.status == "fail"]
    if failing:
        return fails(f"{some(failing)}; mend it, or approve the risk with uplock waive"), shown
    open_ = [f"{each.target}: {each.why}" for each in asked if each.status != "pass"]
    if open_:
        return undecided(some(open_)), shown
    return holds("; ".join(dict.fromkeys(f"{each.target}: {each.why}" for each in asked))), shown


def _shown(verdict: Verdict) -> RehearsedVerdict:
    errors = tuple(each for each in (*verdict.findings, *verdict.project_findings) if each.severity == "error")
    return RehearsedVerdict(target=verdict.target, status=verdict.status, why=verdict.why, findings=errors)
