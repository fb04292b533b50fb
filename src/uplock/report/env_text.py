"""Environments for people: one line that sums the comparison up, then what differs, by package."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from uplock.model.content import EnvironmentDifference, EnvironmentResult
from uplock.report.text import COLOURS, Paint, count, join, plain

MOST_ROWS = 50
"""Differences of one package that are shown; the JSON has more."""
MOST_PACKAGES = 40

_LAYOUTS = {"venv": "virtual environment", "prefix": "prefix", "target": "flat directory"}
_NOBODY = "of no package"


def env_text(result: EnvironmentResult, paint: Paint) -> str:
    """Render ``uplock verify env``."""
    lines = [_summary(result, paint), *_digests(result)]
    if result.bootstrap:
        lines.append(plain(f"from the interpreter itself: {', '.join(result.bootstrap)}"))
    groups: dict[str, list[EnvironmentDifference]] = {}
    for each in result.differences:
        groups.setdefault(each.package, []).append(each)
    for package in sorted(groups)[:MOST_PACKAGES]:
        lines += ["", plain(package or _NOBODY), *_rows(groups[package])]
    hidden = sum(len(groups[package]) for package in sorted(groups)[MOST_PACKAGES:])
    if hidden:
        lines += ["", f"and {count(hidden, 'difference')} of other packages; --json lists them"]
    if result.omitted:
        lines += ["", f"and {count(result.omitted, 'difference')} more, which are counted only"]
    return join(lines)


def _summary(result: EnvironmentResult, paint: Paint) -> str:
    equal = result.status == "equal"
    status = paint(result.status.upper(), COLOURS["pass" if equal else "fail"])
    compared = ", ".join(
        (
            count(sum(1 for each in result.distributions if each.name), "distribution"),
            count(result.files, "file"),
            count(result.bytecode, "bytecode file"),
            count(result.scripts, "script"),
        )
    )
    number = len(result.differences) + result.omitted
    verdict = "" if equal else f"{count(number, 'difference')}; "
    return f"{status}  {plain(result.target)} · {_LAYOUTS[result.layout]} · {verdict}compared: {compared}"


def _digests(result: EnvironmentResult) -> list[str]:
    if result.digest == result.predicted:
        return [f"content {result.digest}, as predicted"]
    return [f"content   {result.digest}", f"predicted {result.predicted}"]


def _rows(differences: Sequence[EnvironmentDifference]) -> Iterator[str]:
    for each in differences[:MOST_ROWS]:
        yield plain(f"  {each.kind.replace('-', ' ')}: {each.path}{f': {each.detail}' if each.detail else ''}")
    if len(differences) > MOST_ROWS:
        yield f"  and {len(differences) - MOST_ROWS} more; --json lists them"
