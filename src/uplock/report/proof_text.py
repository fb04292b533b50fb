"""``uplock prove`` and ``uplock rehearse`` for people."""

from __future__ import annotations

from uplock.model.proof import Proof, ProofResult
from uplock.model.rehearsal import RehearsalResult, RehearsedStatement
from uplock.report.text import COLOURS, Paint, count, day_text, join, plain

_WORDS = {True: ("holds", "pass"), False: ("fails", "fail"), None: ("open", "undetermined")}


def proof_text(result: ProofResult, paint: Paint) -> str:
    """Render a proof."""
    proof = result.proof
    lines = [
        f"uplock prove · {plain(proof.project)} · {proof.target} · generation {proof.generation}",
        *proof_lines(proof),
        *(plain(f"  {each}") for each in proof.failures),
        f"record {result.record}",
        paint("HOLDS", COLOURS["pass"]) if proof.holds else paint("FAILS", COLOURS["fail"]),
    ]
    return join(lines)


def proof_lines(proof: Proof) -> list[str]:
    """Return what was tried, one line for each thing."""
    identity = proof.interpreter
    lines = [
        f"  CPython {identity.version}  {plain(identity.path)}  sha256 {identity.sha256}",
        f"  predicted  {proof.predicted}",
    ]
    for each in proof.installs:
        same = "equal" if each.digest == proof.predicted and not each.differences else "different"
        lines.append(f"  {each.installer}  {each.digest}  {same}; {count(each.files, 'file')}, {each.isolation}")
        lines += [plain(f"    {found.kind}  {found.path}  {found.detail}") for found in each.differences]
    if proof.imports is not None:
        checked = proof.imports
        lines.append(
            f"  imported {count(checked.modules, 'module')} of {count(checked.packages, 'package')}, "
            f"{len(checked.failures)} failed"
        )
        lines += [plain(f"    not imported: {each.package}: {each.reason}") for each in checked.excluded]
    return lines


def rehearsal_text(result: RehearsalResult, paint: Paint) -> str:
    """Render a rehearsal: the ten statements, and whether one can go back."""
    rehearsal = result.rehearsal
    lines = [
        f"uplock rehearse · {plain(rehearsal.project)} · as of {day_text(rehearsal.as_of)}",
        f"generation {rehearsal.generation}",
        f"back to {', '.join(rehearsal.old) or 'nothing'} from {', '.join(rehearsal.new) or 'nothing'}",
        "",
    ]
    for each in result.statements:
        lines += _statement(each, paint)
    holding = sum(1 for each in result.statements if each.holds)
    record = f"record {result.record}" if result.record else "not recorded"
    words = ("ROLLBACK-READY", "pass") if result.ready else ("NOT READY", "fail")
    return join(
        [
            *lines,
            "",
            f"{holding} of {len(result.statements)} statements hold; {record}",
            paint(words[0], COLOURS[words[1]]),
        ]
    )


def _statement(each: RehearsedStatement, paint: Paint) -> list[str]:
    word, colour = _WORDS[each.holds]
    return [f"{each.number:>2}  {paint(word, COLOURS[colour])}  {each.title}", plain(f"      {each.detail}")]
