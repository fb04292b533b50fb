"""``uplock sbom diff``: two documents of anybody, in any of the forms that we read."""

from __future__ import annotations

from pathlib import Path

from uplock.errors import located
from uplock.model.digest import sha256_of
from uplock.model.sbom_diff_outcome import SbomDiffResult, SbomDiffSide
from uplock.ports import Event, OnEvent
from uplock.sbom.difference.compare import compared
from uplock.sbom.difference.document import Document, document_of
from uplock.sbom.reading.read import read_bom
from uplock.sbom.validate import defects_of
from uplock.workflow.sbom_file import sbom_bytes


def diff_files(before: Path, after: Path, on_event: OnEvent) -> SbomDiffResult:
    """Return what differs between two documents. One that is not valid is compared as far as it can be understood.

    Raises :class:`~uplock.errors.InputError` for what is no CycloneDX document or over a bound, and
    :class:`~uplock.errors.ToolError` if there is no XML validator and a document is XML.
    """
    files = (before, after)
    described = []
    for done, file in enumerate(files):
        on_event(Event(stage="diff", message=str(file), done=done, total=len(files)))
        described.append(_described(file))
    (one, first), (other, second) = described
    return compared(one, other, (first, second))


def _described(file: Path) -> tuple[Document, SbomDiffSide]:
    """Return what is compared of a document; its tree is not kept."""
    data = sbom_bytes(file)
    bom = read_bom(data, str(file))
    with located(str(file)):
        document = document_of(bom.tree)
    return document, SbomDiffSide(
        file=str(file),
        sha256=sha256_of(data),
        format=bom.format,
        spec_version=bom.spec_version,
        components=document.size,
        objections=defects_of(bom, data, schema_only=True).count,
    )
