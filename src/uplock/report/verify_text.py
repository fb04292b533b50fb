"""Verified attestations for people: a table by outcome, worst first, and one line that sums it up."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from uplock.model.results import UncheckedReason
from uplock.model.verify_outcome import ArtifactVerification, VerifyResult
from uplock.policy.rules.at002 import REMEDIES
from uplock.report.check_text import finding_lines
from uplock.report.identity_text import baseline_text, root_text
from uplock.report.text import COLOURS, Paint, count, counts_text, join, moment, plain, publisher_text

MOST_ROWS = 50
"""Files of one group that are shown; the JSON has all."""

FEW_ROWS = 5
"""Files that are shown of each reason for not checking, and reasons in the source's own words: there are often many."""

_COLOURS = {"verified": COLOURS["pass"], "invalid": COLOURS["fail"]}

_UNCHECKED: dict[UncheckedReason, str] = {
    "not-offered": "the source offers no provenance",
    "unreachable": "the source could not be reached, or does not list the file",
    "not-asked": "nobody asked",
    "refused": "the source refused",
    "server-error": "the source failed",
    "timed-out": "no answer in time",
    "redirected": "sent to another host, which was not asked",
}


def verification_text(result: ArtifactVerification, paint: Paint) -> str:
    """Render ``uplock verify artifact``."""
    colour = _COLOURS.get(result.outcome, COLOURS["warning"])
    why = ": ".join(each for each in (result.failure or result.unchecked, result.reason) if each)
    lines = [f"{paint(result.outcome, colour)}  {plain(result.filename)}{plain(': ' + why) if why else ''}"]
    lines += [f"  sha256 {result.sha256}", *_place(result)]
    for each in result.attestations:
        lines.append(f"  {each.predicate_type} at {moment(each.log_time)}, log index {each.log_index}")
        lines.append(plain(f"    {publisher_text(each.publisher)}"))
        lines.extend(plain(f"    {name}: {value}") for name, value in each.claims)
    lines.extend(_others(result, "  "))
    return join([*lines, *_remedy(result), f"trusted root sha256 {result.trusted_root}"])


def verify_text(result: VerifyResult, paint: Paint) -> str:
    """Render ``uplock verify lock`` and ``dir``."""
    groups = {
        outcome: [each for each in result.artifacts if each.outcome == outcome]
        for outcome in ("invalid", "unchecked", "not-attested", "verified")
    }
    return join(
        [
            *_group("invalid", groups["invalid"], paint, _invalid),
            *_group("unchecked", groups["unchecked"], paint, _unchecked),
            *_group("not-attested", groups["not-attested"], paint, _not_attested),
            *_group("verified", groups["verified"], paint, _verified),
            *_findings(result, paint),
            *([] if result.baseline is None else [baseline_text(result.baseline)]),
            root_text(result.trusted_root),
            _summary(result, paint),
        ]
    )


def _summary(result: VerifyResult, paint: Paint) -> str:
    status = paint(result.status.upper(), COLOURS[result.status])
    counts = counts_text(result.counts).removeprefix("attestations: ")
    return f"{status}  {count(len(result.artifacts), 'artifact')}: {counts}"


def _group(
    outcome: str,
    rows: Sequence[ArtifactVerification],
    paint: Paint,
    shown: Callable[[Sequence[ArtifactVerification]], Iterable[str]],
) -> list[str]:
    if not rows:
        return []
    head = paint(outcome.upper(), _COLOURS.get(outcome, COLOURS["warning"]))
    return [f"{head}  {count(len(rows), 'artifact')}", *(plain(line) for line in shown(rows)), ""]


def _invalid(rows: Sequence[ArtifactVerification]) -> Iterator[str]:
    """Yield each with the class of its failure, its place and what to do."""
    for each in rows[:MOST_ROWS]:
        yield f"  {each.filename}  {each.failure}: {each.reason}"
        yield from (f"  {line}" for line in (*_place(each), f"  sha256 {each.sha256}", *_remedy(each)))
    yield from _more(rows, MOST_ROWS, "  ")


def _unchecked(rows: Sequence[ArtifactVerification]) -> Iterator[str]:
    """Yield the reasons, each with what the source said and some of the files."""
    reasons = {each.unchecked or "not-asked": None for each in rows}
    for reason in reasons:
        alike = [each for each in rows if (each.unchecked or "not-asked") == reason]
        yield f"  {reason}  {count(len(alike), 'artifact')}: {_UNCHECKED[reason]}"
        yield from _by_words(alike, FEW_ROWS, "    ")


def _not_attested(rows: Sequence[ArtifactVerification]) -> Iterator[str]:
    yield from _by_words(rows, MOST_ROWS, "  ")


def _verified(rows: Sequence[ArtifactVerification]) -> Iterator[str]:
    """Yield a line for each: file, publisher, ref, commit, time of signing."""
    table = [_columns(each) for each in rows[:MOST_ROWS]]
    widths = [max(len(line[column]) for line in table) for column in range(len(table[0]))]
    for row, line in zip(rows, table, strict=False):
        yield "  " + "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        yield from _others(row, "    ")
    yield from _more(rows, MOST_ROWS, "  ")


def _others(row: ArtifactVerification, indent: str) -> Iterator[str]:
    """Yield what is beside the verified attestations and counts for nothing."""
    for each in row.others:
        signer = publisher_text(each.attestation.publisher)
        yield plain(f"{indent}unknown-publisher, not counted: of the kind {each.kind!r}, signed by {signer}")


def _columns(row: ArtifactVerification) -> tuple[str, ...]:
    first = row.attestations[0] if row.attestations else None
    claims = dict(first.claims) if first else {}
    return (
        row.filename,
        publisher_text(row.publisher) if row.publisher else "",
        claims.get("ref", ""),
        claims.get("commit", "")[:12],
        moment(first.log_time) if first else "",
    )


def _by_words(rows: Sequence[ArtifactVerification], most: int, indent: str) -> Iterator[str]:
    """Yield what the source said, each once, with the files that it said it of."""
    said: dict[str, list[ArtifactVerification]] = {}
    for each in rows:
        said.setdefault(each.reason or "", []).append(each)
    for words, alike in list(said.items())[:FEW_ROWS]:
        yield f"{indent}{words}:"
        yield from (f"{indent}  {each.filename}" for each in alike[:most])
        yield from _more(alike, most, f"{indent}  ")
    others = [each for alike in list(said.values())[FEW_ROWS:] for each in alike]
    yield from _more(others, 0, indent)


def _more(rows: Sequence[ArtifactVerification], shown: int, indent: str) -> Iterator[str]:
    if len(rows) > shown:
        yield f"{indent}and {len(rows) - shown} more; --json lists all"


def _place(row: ArtifactVerification) -> list[str]:
    return [plain(f"  from {row.document}")] if row.document else []


def _remedy(row: ArtifactVerification) -> list[str]:
    failure = row.failure
    return [] if failure is None or failure == "no-attestation" else [f"  remedy: {REMEDIES[failure]}"]


def _findings(result: VerifyResult, paint: Paint) -> list[str]:
    lines = [line for finding in result.findings for line in finding_lines(finding, paint)]
    return [*lines, ""] if lines else lines
