"""Archives and bundles of every format that there ever was are read as on the day they were written."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from uplock.archive.archive import DirectoryArchive
from uplock.archive.bundle_export import export
from uplock.archive.bundle_import import take_in
from uplock.archive.fsck import Examined
from uplock.archive.index import opened
from uplock.lockfile.pylock import read_pylock
from uplock.model.digest import Sha256
from uplock.model.results import Verified
from uplock.ports import ignore_events

FOLDER = Path(__file__).resolve().parents[2] / "fixtures" / "archives"
OLD = Sha256("bfa77dee2d2156af85e971a1ae9b533687988424ef7179d1e57c1819398c5275")
NEW = Sha256("454543ddc407bc1c325aa00d8ca7e73ff80e63abe2e67a0461e4902580a5a84f")
WHEEL = Sha256("f3b1a5a3802260ebd27e30ae2980a72b4c62881293d3048934854087480344e0")
NOW = datetime(2026, 11, 25, tzinfo=UTC)


@pytest.fixture
def archive(tmp_path: Path) -> DirectoryArchive:
    place = tmp_path / "archive"
    shutil.copytree(FOLDER / "format-1", place)
    for path in (place / "blobs").rglob("*"):
        if path.is_file():
            path.chmod(0o444)
    return DirectoryArchive(place)


def test_format_1_has_its_chain_with_the_times_of_recording(archive: DirectoryArchive) -> None:
    assert [(identity, generation.parent, at) for identity, generation, at in archive.history()] == [
        (NEW, OLD, datetime(2026, 11, 24, 8, 0, tzinfo=UTC)),
        (OLD, None, datetime(2026, 11, 20, 9, 30, tzinfo=UTC)),
    ]
    assert archive.beginning("") == tuple(sorted((OLD, NEW)))


def test_a_manifest_of_format_1_without_later_fields_says_what_it_said(archive: DirectoryArchive) -> None:
    content = archive.generation(OLD).content
    assert (content.project, content.version, content.lockset) == ("shop", "1.0", None)
    (lock,) = content.locks
    assert lock.content is None
    (package,) = read_pylock(archive.read(lock.pylock), f"pylock.{lock.target}.toml").packages
    (artifact,) = content.artifacts
    assert (package.artifact.sha256, artifact.sha256, artifact.filename) == (WHEEL, WHEEL, "till-1.0-py3-none-any.whl")
    verification = archive.results(artifact.results).verification
    assert isinstance(verification, Verified)
    assert archive.has(verification.document)


def test_a_manifest_of_format_1_with_all_fields_says_what_it_said(archive: DirectoryArchive) -> None:
    content = archive.generation(NEW).content
    assert content.version == "1.1"
    assert content.lockset is not None
    assert archive.has(content.lockset)
    assert content.locks[0].content is not None


def test_a_note_and_a_record_of_format_1_are_read(archive: DirectoryArchive) -> None:
    note = archive.kept(OLD)
    assert note is not None
    assert archive.all_kept() == (OLD,)
    assert [(file.filename, file.sha256, file.size) for file in note.files] == [
        ("till-1.0-py3-none-any.whl", WHEEL, 60)
    ]
    assert archive.result(Sha256("bf6ec3a9e5c95d47a050df4d4db7f4b12d5a0b03e1db0c13d8ddd35c4d415507")) == (
        b'{"a":"record"}'
    )


def test_nothing_is_wrong_with_format_1_and_the_index_is_made_of_it(archive: DirectoryArchive) -> None:
    assert Examined(archive, (NEW,), ignore_events).rows == ()
    entries = opened(archive).entries()
    assert [(each.id, each.artifacts, each.kept) for each in entries.values()] == [(OLD, 1, True), (NEW, 1, False)]
    assert Examined(archive, (NEW,), ignore_events).rows == ()


def test_a_bundle_of_format_1_is_taken_in_and_written_again_byte_for_byte(tmp_path: Path) -> None:
    archive = DirectoryArchive(tmp_path / "archive")
    taken = take_in(archive, FOLDER / "bundle-1.tar", NOW)
    assert (taken.generation, taken.head, taken.recorded) == (OLD, True, True)
    assert Examined(archive, (OLD,), ignore_events).rows == ()
    export(archive, OLD, tmp_path / "again.tar")
    assert (tmp_path / "again.tar").read_bytes() == (FOLDER / "bundle-1.tar").read_bytes()
