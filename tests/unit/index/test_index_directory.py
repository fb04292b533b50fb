from __future__ import annotations

from pathlib import Path

import pytest

from uplock.errors import UsageError
from uplock.index.directory import MAX_DOCUMENT, ProvenanceDirectory
from uplock.model.provenance import ProvenanceAbsent, ProvenanceFound, ProvenanceUnusable

WHEEL = "demo-1.0-py3-none-any.whl"


def test_the_provenance_of_a_file_is_preferred_to_its_attestation(tmp_path: Path) -> None:
    (tmp_path / f"{WHEEL}.publish.attestation").write_bytes(b"attestation")
    found = ProvenanceDirectory(tmp_path).provenance(WHEEL, "demo")
    assert found == ProvenanceFound(document=b"attestation", source=f"{WHEEL}.publish.attestation")
    (tmp_path / f"{WHEEL}.provenance").write_bytes(b"provenance")
    found = ProvenanceDirectory(tmp_path).provenance(WHEEL, "demo")
    assert found == ProvenanceFound(document=b"provenance", source=f"{WHEEL}.provenance")


def test_a_file_without_documents_is_not_attested(tmp_path: Path) -> None:
    answer = ProvenanceDirectory(tmp_path).provenance(WHEEL, "demo")
    assert answer == ProvenanceAbsent(source="the provenance directory")


def test_a_directory_that_is_not_there_is_the_callers_fault(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is not a directory"):
        ProvenanceDirectory(tmp_path / "none")


def test_an_oversized_document_is_unusable_and_keeps_nobody_from_the_others(tmp_path: Path) -> None:
    with (tmp_path / f"{WHEEL}.provenance").open("wb") as stream:
        stream.truncate(MAX_DOCUMENT + 1)
    answer = ProvenanceDirectory(tmp_path).provenance(WHEEL, "demo")
    assert answer == ProvenanceUnusable(
        source=f"{WHEEL}.provenance", detail=f"the document is larger than {MAX_DOCUMENT} bytes"
    )
