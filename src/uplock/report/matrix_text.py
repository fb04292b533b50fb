"""Text of ``uplock uplift matrix``, for people."""

from __future__ import annotations

from collections.abc import Iterator

from uplock.model.matrix_outcome import MatrixResult
from uplock.report.text import Paint, count, join, plain


def matrix_written_text(result: MatrixResult) -> str:
    """Render what was written."""
    lines = [f"{count(len(result.rows), 'row')} of {plain(result.project)} written to {plain(result.written or '')}"]
    return join([*lines, *_unlocked(result)])


def matrix_checked_text(result: MatrixResult, paint: Paint) -> str:
    """Render the comparison: all differences, and what to do about them."""
    files = ", ".join(map(plain, result.checked or ()))
    lines = [
        f"uplock uplift matrix --check · {plain(result.project)} · {count(len(result.rows), 'row')} against {files}"
    ]
    for each in result.differences:
        target = f" {each.target}" if each.target else ""
        lines.append(f"{paint('differs', 'red')} {plain(each.path)}:{each.line}{target}: {plain(each.message)}")
    if result.differences:
        lines.append(
            f"remedy: Take the rows of uplock uplift matrix --format {result.format}; what the locks say wins."
        )
    state = paint("FAIL", "red") if result.differences else paint("PASS", "green")
    return join([*lines, *_unlocked(result), state])


def _unlocked(result: MatrixResult) -> Iterator[str]:
    for each in result.unlocked:
        yield f"no row for {each.target}: it has no lock, since there is no file of {', '.join(each.packages)} for it"
