"""``uplock install`` for people."""

from __future__ import annotations

from uplock.model.install_outcome import InstallResult
from uplock.report.check_text import finding_lines, state
from uplock.report.text import COLOURS, Paint, count, day_text, join, plain


def install_text(result: InstallResult, paint: Paint) -> str:
    """Render it: the verdict, and what was installed where."""
    waived = [each.waived.expires_at for each in result.findings if each.waived is not None]
    words = state(result.status, min(waived, default=None), 0)
    judged = f"generation {result.generation}" if result.generation else "no generation recorded here: gathered now"
    lines = [
        f"uplock install · {plain(result.project)} · {result.target} · as of {day_text(result.as_of)}",
        judged,
        f"{paint(words, COLOURS.get(words, COLOURS['warning']))}: {plain(result.why)}",
        *(line for finding in result.findings for line in finding_lines(finding, paint)),
    ]
    if not result.installed:
        return join([*lines, "", "Nothing was installed."])
    other = ", another patch than the locked one" if result.other_patch else ""
    lines += [
        "",
        plain(f"{result.into} -> {result.place}"),
        f"{count(result.packages, 'package')} by {result.installer} for CPython {result.python}{other}",
        f"content digest {result.digest}, as predicted",
    ]
    if result.previous is not None:
        lines.append(plain(f"before: {result.previous}"))
    return join([*lines, *(plain(f"removed: {each}") for each in result.removed)])
