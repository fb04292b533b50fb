"""Keeping: bytes of the archive's own, and notes that are whole or not there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from support.generations import RECORDED, make_content
from uplock.archive.archive import DirectoryArchive
from uplock.errors import ArchiveError, InputError, IntegrityError
from uplock.model.digest import Sha256, sha256_of
from uplock.model.kept import KeptFile, KeptGeneration

DATA = b"a wheel"
DIGEST = sha256_of(DATA)


@pytest.fixture
def archive(tmp_path: Path) -> DirectoryArchive:
    return DirectoryArchive(tmp_path / "archive")


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "source"
    path.write_bytes(DATA)
    path.chmod(0o444)
    return path


def kept(archive: DirectoryArchive, *files: KeptFile) -> KeptGeneration:
    identity = archive.record(make_content(), None, RECORDED)
    return KeptGeneration(generation=identity, project="shop", files=files)


def test_what_is_secured_has_one_name_and_cannot_be_written(archive: DirectoryArchive, source: Path) -> None:
    archive.secure(source, DIGEST)
    state = archive.path(DIGEST).stat()
    assert archive.read(DIGEST) == DATA
    assert (state.st_nlink, state.st_mode & 0o777) == (1, 0o444)
    assert source.read_bytes() == DATA


def test_a_second_name_of_the_caches_file_is_replaced_by_bytes_of_its_own(
    archive: DirectoryArchive, source: Path
) -> None:
    archive.adopt(source, DIGEST)
    assert archive.path(DIGEST).samefile(source)
    archive.secure(source, DIGEST)
    assert not archive.path(DIGEST).samefile(source)
    assert archive.path(DIGEST).stat().st_nlink == 1
    archive.secure(source, DIGEST)
    assert archive.read(DIGEST) == DATA


def test_a_blob_can_be_secured_from_itself(archive: DirectoryArchive, source: Path) -> None:
    archive.adopt(source, DIGEST)
    archive.secure(archive.path(DIGEST), DIGEST)
    assert not archive.path(DIGEST).samefile(source)
    assert archive.read(DIGEST) == DATA


def test_other_bytes_are_refused_and_what_is_there_stays(
    archive: DirectoryArchive, tmp_path: Path, source: Path
) -> None:
    archive.adopt(source, DIGEST)
    other = tmp_path / "other"
    other.write_bytes(b"another")
    with pytest.raises(IntegrityError, match=DIGEST):
        archive.secure(other, DIGEST)
    assert archive.read(DIGEST) == DATA
    assert [path.name for path in archive.path(DIGEST).parent.iterdir()] == [DIGEST]


@pytest.mark.parametrize("kind", ["link", "missing", "folder"])
def test_what_is_no_file_is_not_taken(archive: DirectoryArchive, tmp_path: Path, source: Path, kind: str) -> None:
    path = tmp_path / kind
    if kind == "link":
        path.symlink_to(source)
    elif kind == "folder":
        path.mkdir()
    with pytest.raises(ArchiveError):
        archive.secure(path, DIGEST)
    assert not archive.has(DIGEST)


def test_a_note_comes_back_and_is_listed(archive: DirectoryArchive) -> None:
    note = kept(archive, KeptFile(filename="till.whl", sha256=archive.put(DATA), size=len(DATA)))
    assert archive.kept(note.generation) is None
    assert archive.all_kept() == ()
    archive.keep_generation(note)
    assert archive.kept(note.generation) == note
    assert archive.all_kept() == (note.generation,)


def test_nothing_is_kept_of_which_a_file_is_missing(archive: DirectoryArchive) -> None:
    here = archive.put(DATA)
    for file in (
        KeptFile(filename="till.whl", sha256=Sha256("1" * 64), size=1),
        KeptFile(filename="till.whl", sha256=here, size=1, provenance=Sha256("2" * 64)),
    ):
        note = kept(archive, file)
        with pytest.raises(ArchiveError, match=r"till\.whl"):
            archive.keep_generation(note)
        assert archive.all_kept() == ()


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", '{"format":1}', '{"format":1,"generation":"%s","project":"x","files":[]}' % ("0" * 64)]
)
def test_a_damaged_note_is_an_integrity_error(archive: DirectoryArchive, text: str) -> None:
    note = kept(archive)
    archive.keep_generation(note)
    (archive.place / "kept" / f"{note.generation}.json").write_text(text)
    with pytest.raises(IntegrityError):
        archive.kept(note.generation)


def test_a_note_of_a_later_format_is_not_read(archive: DirectoryArchive) -> None:
    note = kept(archive)
    archive.keep_generation(note)
    path = archive.place / "kept" / f"{note.generation}.json"
    path.write_text(path.read_text().replace('"format":1', '"format":2'))
    with pytest.raises(ArchiveError, match="format 2"):
        archive.kept(note.generation)


def test_what_is_no_note_is_not_listed(archive: DirectoryArchive) -> None:
    archive.keep_generation(kept(archive))
    (archive.place / "kept" / "README").write_text("x")
    assert len(archive.all_kept()) == 1
    with pytest.raises(InputError):
        archive.kept(Sha256("../../etc/passwd"))


def test_a_full_disk_leaves_what_was_there(archive: DirectoryArchive, source: Path) -> None:
    archive.adopt(source, DIGEST)
    if os.geteuid() == 0:
        pytest.skip("root may write anywhere")
    folder = archive.path(DIGEST).parent
    folder.chmod(0o555)
    with pytest.raises(ArchiveError):
        archive.secure(source, DIGEST)
    folder.chmod(0o755)
    assert archive.read(DIGEST) == DATA
