"""Text of ``uplock sbom score``, for people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from uplock.model.sbom_score_outcome import PointState, SbomScoreResult, ScoredPoint
from uplock.report.text import COLOURS, Paint, count, join, plain

_STATUS: Mapping[PointState, str] = {"held": "pass", "lost": "fail", "not assessed": "undetermined"}
_WIDTH = max(map(len, _STATUS))


def sbom_score_text(result: SbomScoreResult, paint: Paint) -> str:
    """Render ``uplock sbom score``: every point on a line, and below each that is not held, why and what to do."""
    kind = f"CycloneDX {result.spec_version} {result.format.upper()}, {count(result.components, 'component')}"
    lines = [f"uplock sbom score · {plain(result.file)} · {kind}"]
    if result.lock is not None:
        lines.append(f"  lock {plain(result.lock)}")
    for point in result.points:
        lines += _point(point, paint)
    lines.append(f"{result.held} held, {result.lost} lost, {result.not_assessed} not assessed")
    if result.fail_under is not None and result.held < result.fail_under:
        lines.append(f"{paint('fewer', COLOURS['fail'])} than {result.fail_under} are held")
    return join(lines)


def _point(point: ScoredPoint, paint: Paint) -> Iterator[str]:
    state = paint(point.state.ljust(_WIDTH), COLOURS[_STATUS[point.state]])
    share = f", {point.kept} of {point.of}" if point.of > 1 else ""
    yield f"{point.number:>4}  {state}  {point.title} ({', '.join(point.standards)}{share})"
    if point.state == "held":
        return
    indent = " " * 6
    yield from (f"{indent}lost at {plain(each)}" for each in point.lost_at)
    if point.missing is not None:
        yield f"{indent}missing: {plain(point.missing)}"
    yield f"{indent}path: {point.path}"
    yield f"{indent}remedy: {point.remedy}"
