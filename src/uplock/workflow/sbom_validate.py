"""``uplock sbom validate``: documents of anybody against the official schema and the linter."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from uplock.errors import InputError, located
from uplock.model.digest import Sha256
from uplock.model.finding import Status
from uplock.model.outcome import ErrorBody
from uplock.model.sbom_validate_outcome import SbomDefect, SbomValidateResult, ValidatedDocument
from uplock.ports import Event, OnEvent
from uplock.sbom.checking.walk import components
from uplock.sbom.reading.read import read_bom
from uplock.sbom.validate import defects_of
from uplock.workflow.sbom_file import sbom_bytes


def validate_files(files: tuple[Path, ...], on_event: OnEvent, *, schema_only: bool = False) -> SbomValidateResult:
    """Validate each file. One that cannot be read is told of in its place and keeps no other from being validated.

    Raises :class:`~uplock.errors.ToolError` if there is no XML validator and a document is XML.
    """
    documents = []
    for done, file in enumerate(files):
        on_event(Event(stage="validate", message=str(file), done=done, total=len(files)))
        documents.append(_validated(file, schema_only=schema_only))
    return SbomValidateResult(
        verdict=_verdict(each.verdict for each in documents), schema_only=schema_only, documents=tuple(documents)
    )


def _validated(file: Path, *, schema_only: bool) -> ValidatedDocument:
    name = str(file)
    try:
        data = sbom_bytes(file)
        bom = read_bom(data, name)
        with located(name):
            found = defects_of(bom, data, schema_only=schema_only)
    except InputError as error:
        return ValidatedDocument(file=name, verdict="undetermined", error=_body(error))
    return ValidatedDocument(
        file=name,
        verdict="fail" if found.count else "pass",
        sha256=Sha256(hashlib.sha256(data).hexdigest()),
        format=bom.format,
        spec_version=bom.spec_version,
        components=sum(1 for _ in components(bom.tree)),
        objector=found.objector,
        defects=tuple(_defect(each) for each in found.listed),
        count=found.count,
    )


def _body(error: InputError) -> ErrorBody:
    return ErrorBody(
        kind=error.kind,
        message=error.message,
        context=error.context,
        remedy=error.remedy,
        exit_code=error.exit_code,
    )


def _defect(text: str) -> SbomDefect:
    place, _, message = text.partition(": ")
    return SbomDefect(place=place, message=message)


def _verdict(verdicts: Iterable[Status]) -> Status:
    found = set(verdicts)
    if "fail" in found:
        return "fail"
    return "undetermined" if "undetermined" in found else "pass"
