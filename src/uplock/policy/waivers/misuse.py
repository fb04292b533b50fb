"""Misuse of waivers: findings about the project, which no waiver covers."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from uplock.model.finding import Finding
from uplock.model.policy import Policy
from uplock.model.waiver import Standing
from uplock.policy.checks import CHECKS
from uplock.policy.rule import Statement
from uplock.policy.waivers.standing import (
    ENDS_SOON,
    EXPIRED,
    MALFORMED,
    OVER_WIDE,
    SELF_APPROVED,
    TOO_LONG,
    UNUSED,
)

_NEVER = """\
Cannot be waived: a waiver of waivers would end every rule. The severity can be changed in the policy, in the open."""

MISUSE: dict[str, Statement] = {
    each.id: each
    for each in (
        Statement(
            id=EXPIRED,
            description="A waiver has ended",
            severity="error",
            reach="nothing",
            why="""\
An approved risk is approved until a day. After it nobody has said yes, so the findings count again; and the file that
is still there shows that somebody meant to decide and did not.""",
            example="the waiver ended on 2026-12-31, 1 day ago",
            remedy="""\
Mend what it was for and delete the file, or have the risk approved again: a new waiver that names this one in
`supersedes`.""",
            waive=_NEVER,
        ),
        Statement(
            id=ENDS_SOON,
            description="A waiver ends soon",
            severity="warning",
            reach="nothing",
            why="""\
What it covers fails the day after. `waiver-notice-days` (14 unless given) is the time to decide in.""",
            example="the waiver ends on 2026-12-31, in 14 days",
            remedy="""\
Mend what it is for, or have the risk approved again: a new waiver that names this one in `supersedes`.""",
            waive=_NEVER,
        ),
        Statement(
            id=UNUSED,
            description="A waiver covers nothing",
            severity="info",
            reach="nothing",
            why="""\
What it was for is mended, or its scope does not say what was meant. An open door that nobody uses is still open.
Information only: a waiver can be approved before it is needed, as for the way back to an old interpreter. Nothing is
said of waivers of what only `uplock lock --check` finds: a verdict does not know whether they are used.""",
            example="no finding is covered by this waiver",
            remedy="""\
Delete the file, or correct its rule or scope.""",
            waive=_NEVER,
        ),
        Statement(
            id=SELF_APPROVED,
            description="A waiver was approved by who asked for it",
            severity="error",
            reach="nothing",
            why="""\
Four eyes are what an approval is. Case, blanks, `@` and `+tags` make no other role of one, and one approver who asked
is one too many. The waiver covers nothing.""",
            example="service-owner asked for the waiver and is among those who approved it",
            remedy="""\
Have it approved by somebody else, and name only them in `approved_by`.""",
            waive=_NEVER,
        ),
        Statement(
            id=TOO_LONG,
            description="A waiver is in force for longer than the policy allows",
            severity="error",
            reach="nothing",
            why="""\
The longer an exception lasts, the less anybody knows of it. `waiver-days` bounds the days from `approved_at` to
`expires_at` by the severity that the policy gives the rule. The waiver covers nothing.""",
            example=("the waiver is in force for 365 days, and the policy allows 180 for a rule of severity error"),
            remedy="""\
Let it end earlier, and have it approved again then.""",
            waive=_NEVER,
        ),
        Statement(
            id=MALFORMED,
            description="A waiver cannot be read, or waives what cannot be waived",
            severity="error",
            reach="nothing",
            why="""\
A field is missing, unknown or says nothing (`TBD`), the file is not called as its id, the rule does not exist or
cannot be waived, or it supersedes a waiver of another rule or, in a circle, itself. The waiver covers nothing: guessing
what was approved is not for a tool.""",
            example="reason: says nothing: 4 or more words that are no placeholders are needed",
            remedy="""\
Correct the file; docs/waivers.md has every field. `uplock waive` writes files that are in order.""",
            waive=_NEVER,
        ),
        Statement(
            id=OVER_WIDE,
            description="The scope of a waiver is wider than its rule allows",
            severity="error",
            reach="nothing",
            why="""\
A waiver of a whole rule switches the rule off. So the scope must name an interpreter for rules about interpreters, one
version or a digest for rules about artifacts, and a digest where bytes contradict an attestation; the page of each rule
says what. The waiver covers nothing.""",
            example="the scope of a waiver of PY001 must name an interpreter",
            remedy="""\
Name in `scope` what the risk was approved for.""",
            waive=_NEVER,
        ),
    )
}
"""Id to everything about it: rows of the same form as rules."""

_REMEDIES = {
    EXPIRED: "Mend what it was for and delete the file, or have it approved again in a new waiver that supersedes it.",
    ENDS_SOON: "Mend what it is for, or have it approved again in a new waiver that supersedes it.",
    UNUSED: "Delete the file, or correct its rule or scope.",
    SELF_APPROVED: "Have it approved by somebody else.",
    TOO_LONG: "Let it end earlier.",
    MALFORMED: "Correct the file.",
    OVER_WIDE: "Name in the scope what the risk was approved for.",
}


def misuse_findings(known: Iterable[Standing], used: Collection[str], policy: Policy) -> tuple[Finding, ...]:
    """Return what is wrong with waivers; ``used`` are the ids of those that cover a finding."""
    return tuple(
        MISUSE[rule].found(
            policy,
            target="",
            about=each.file.path if each.file.waiver is None else each.file.waiver.id,
            message=message,
            remedy=_REMEDIES[rule],
            place=each.file.path,
        )
        for each in known
        for rule, message in _wrong(each, used)
    )


def _wrong(standing: Standing, used: Collection[str]) -> Iterator[tuple[str, str]]:
    yield from standing.misuse
    waiver = standing.file.waiver
    if waiver is None or waiver.rule in CHECKS:
        return
    if standing.state == "in-force" and waiver.id not in used:
        yield UNUSED, "no finding is covered by this waiver"
