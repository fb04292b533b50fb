from __future__ import annotations

from pathlib import Path

import pytest

from uplock.errors import InputError, UsageError
from uplock.index.directory import MAX_DOCUMENT, ProvenanceDirectory
from uplock.ports import ProvenanceAbsent, ProvenanceFound

WHEEL = "demo-1.0-py3-none-any.whl"


def test_the_provenance_of_a_file_is_preferred_to_its_attestation(tmp_path: Path) -> None:
    (tmp_path / f"{WHEEL}.publish.attestation").write_bytes(b"attestation")
    found = ProvenanceDirectory(tmp_path).provenance(WHEEL, "demo")
    assert found == ProvenanceFound(document=b"attestation", source=f"{WHEEL}.publish.attestation")
    (tmp_path / f"{WHEEL}.provenance").write_bytes(b"provenance")
    found = ProvenanceDirectory(tmp_path).provenance(WHEEL, "demo")
    assert found == ProvenanceFound(document=b"provenance", source=f"{WHEEL}.provenance")


def test_a_file_without_documents_is_not_attested(tmp_path: Path) -> None:
    (tmp_path / f"{WHEEL}.provenance").mkdir()
    answer = ProvenanceDirectory(tmp_path).provenance(WHEEL, "demo")
    assert answer == ProvenanceAbsent(source=f"{tmp_path.name}/{WHEEL}.provenance")


def test_a_directory_that_is_not_there_is_the_callers_fault(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is not a directory"):
        ProvenanceDirectory(tmp_path / "none")


def test_an_oversized_document_is_refused(tmp_path: Path) -> None:
    with (tmp_path / f"{WHEEL}.provenance").open("wb") as stream:
        stream.truncate(MAX_DOCUMENT + 1)
    with pytest.raises(InputError, match="larger than"):
        ProvenanceDirectory(tmp_path).provenance(WHEEL, "demo")


def test_the_digest_covers_names_and_contents_of_documents_only(tmp_path: Path) -> None:
    source = ProvenanceDirectory(tmp_path)
    seen = {source.digest()}
    (tmp_path / "readme.txt").write_bytes(b"x")
    (tmp_path / "folder.provenance").mkdir()
    assert source.digest() in seen
    for name, content in (("b.provenance", b"1"), ("b.provenance", b"2"), ("a.publish.attestation", b"2")):
        (tmp_path / name).write_bytes(content)
        assert source.digest() not in seen
        seen.add(source.digest())
    (tmp_path / "b.provenance").rename(tmp_path / "c.provenance")
    assert source.digest() not in seen


def test_equal_directories_have_equal_digests_whatever_the_order_of_writing(tmp_path: Path) -> None:
    digests = set()
    for folder, names in (("x", "abc"), ("y", "cba")):
        (tmp_path / folder).mkdir()
        for name in names:
            (tmp_path / folder / f"{name}.provenance").write_text(name, encoding="utf-8")
        digests.add(ProvenanceDirectory(tmp_path / folder).digest())
    assert len(digests) == 1


def test_a_directory_that_went_away_is_an_error(tmp_path: Path) -> None:
    folder = tmp_path / "gone"
    folder.mkdir()
    source = ProvenanceDirectory(folder)
    folder.rmdir()
    with pytest.raises(InputError, match="cannot be listed"):
        source.digest()
