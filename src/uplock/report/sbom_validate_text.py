"""Text of ``uplock sbom validate``, for people."""

from __future__ import annotations

from collections.abc import Iterator

from uplock.model.sbom_validate_outcome import SbomValidateResult, ValidatedDocument
from uplock.report.text import COLOURS, Paint, count, join, plain

_WORDS = {"pass": "valid", "fail": "invalid", "undetermined": "unread"}
_OBJECTORS = {"schema": "the official schema", "linter": "the linter"}


def sbom_validate_text(result: SbomValidateResult, paint: Paint) -> str:
    """Render ``uplock sbom validate``."""
    lines = [line for each in result.documents for line in _document(each, paint)]
    if result.schema_only:
        lines.append("Only the official schema was asked.")
    return join(lines)


def _document(document: ValidatedDocument, paint: Paint) -> Iterator[str]:
    word = paint("objected" if document.objector == "linter" else _WORDS[document.verdict], COLOURS[document.verdict])
    if document.error is not None:
        yield f"{word}  {plain(document.error.context)}: {plain(document.error.message)}"
        yield f"  remedy: {plain(document.error.remedy)}"
        return
    form = (document.format or "").upper()
    kind = f"CycloneDX {document.spec_version} {form}, {count(document.components, 'component')}"
    head = f"{word}  {plain(document.file)}  {kind}"
    if document.objector is None:
        yield head
        return
    yield f"{head}: {_OBJECTORS[document.objector]} has {count(document.count, 'objection')}"
    yield from (f"  {plain(each.place)}: {plain(each.message)}" for each in document.defects)
    if (more := document.count - len(document.defects)) > 0:
        yield f"  and {more} more"
