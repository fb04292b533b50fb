"""``uplock rollback`` for people."""

from __future__ import annotations

from uplock.model.rollback_outcome import RollbackResult, RollbackTarget
from uplock.report.check_text import finding_lines, state
from uplock.report.text import COLOURS, Paint, day_text, join, moment, plain


def rollback_text(result: RollbackResult, paint: Paint) -> str:
    """Render it: what was restored, then and now, and the line that installs it."""
    came = f" from {result.previous[:12]}" if result.previous not in {None, result.generation} else ""
    when = f"recorded {moment(result.recorded_at)}" if result.recorded_at else "not recorded here"
    lines = [
        f"uplock rollback · {plain(result.project)} · as of {day_text(result.as_of)}{came}",
        f"generation {result.generation} ({when})",
        "",
        *(f"  {file.path}  sha256 {file.sha256}" for file in result.files),
        *(f"  {path}  removed" for path in result.removed),
        "",
    ]
    for target in result.targets:
        gates = "gates" if target.gates else "does not gate"
        lines.append(
            f"{target.target}  CPython {target.python}  {gates}  then {target.then}, now {_now(target, paint)}"
        )
        lines.append(plain(f"  {target.why}"))
        lines += [f"  {line}" for finding in target.findings for line in finding_lines(finding, paint)]
    if result.forgotten:
        lines += ["", plain(f"note: the publishers of {', '.join(result.forgotten)} are no longer known")]
    lines += [plain(f"note: {note}") for note in result.notes]
    return join([*lines, "", "Install it with:", f"  {plain(result.install)}"])


def _now(target: RollbackTarget, paint: Paint) -> str:
    words = state(target.now, target.waived_until, 0)
    return paint(words, COLOURS.get(words, COLOURS["warning"]))
