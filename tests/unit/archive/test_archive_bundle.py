"""A generation as one file: the same bytes each time, everything in it, and an archive that has it afterwards."""

from __future__ import annotations

import tarfile
from pathlib import Path

import pytest

from support.generations import RECORDED
from support.kept_generations import File, keep, opened, record
from uplock.archive.archive import DirectoryArchive
from uplock.archive.bundle_export import export
from uplock.archive.bundle_import import take_in
from uplock.archive.fsck import Examined
from uplock.errors import ArchiveError, InputError, IntegrityError
from uplock.model.archive_bundle import Bundle
from uplock.model.digest import Sha256, sha256_of
from uplock.model.value import decode
from uplock.ports import ignore_events

TILL = File(filename="till-1.0-py3-none-any.whl", data=b"a wheel", provenance=b'{"version":1}')
COIN = File(filename="coin-1.1-py3-none-any.whl", data=b"another wheel" * 100)


@pytest.fixture
def archive(tmp_path: Path) -> DirectoryArchive:
    return opened(tmp_path / "from")


@pytest.fixture
def other(tmp_path: Path) -> DirectoryArchive:
    return opened(tmp_path / "to")


def defects(archive: DirectoryArchive) -> list[str]:
    return [f"{row.kind} {row.path} {row.detail}" for row in Examined(archive, (), ignore_events).rows]


def files(archive: DirectoryArchive) -> dict[str, bytes]:
    place = archive.place
    return {path.relative_to(place).as_posix(): path.read_bytes() for path in place.rglob("*") if path.is_file()}


def test_a_generation_moves_to_an_empty_archive_and_is_kept_there(
    archive: DirectoryArchive, other: DirectoryArchive, tmp_path: Path
) -> None:
    identity = keep(archive, [COIN, TILL])
    written = export(archive, identity, tmp_path / "shop.tar")
    taken = take_in(other, tmp_path / "shop.tar", RECORDED)
    assert (taken.generation, taken.added, taken.recorded, taken.head) == (identity, written.members, True, True)
    assert other.generation(identity) == archive.generation(identity)
    assert other.kept(identity) == archive.kept(identity)
    assert other.head() == identity
    assert other.recorded_at(identity) == RECORDED
    for file in (TILL, COIN):
        assert other.read(file.sha256) == file.data
        assert other.path(file.sha256).stat().st_mode & 0o777 == 0o444
    assert TILL.provenance is not None
    assert other.read(sha256_of(TILL.provenance)) == TILL.provenance
    assert defects(other) == []
    assert not (other.place / "incoming").exists()


def test_it_is_a_tar_that_begins_with_a_manifest_of_all_that_follows(archive: DirectoryArchive, tmp_path: Path) -> None:
    identity = keep(archive, [COIN, TILL])
    path = tmp_path / "shop.tar"
    written = export(archive, identity, path)
    with tarfile.open(path, "r:") as tar:
        members = tar.getmembers()
        first = tar.extractfile(members[0])
        assert first is not None
        made = decode(first.read(), Bundle)
        contents = {each.name: tar.extractfile(each).read() for each in members[1:]}  # type: ignore[union-attr] # files
    assert all(each.isreg() and (each.mode, each.uid, each.gid, each.mtime) == (0o444, 0, 0, 0) for each in members)
    assert made.generation == identity
    assert list(contents) == [
        *(f"blobs/sha256/{each.sha256[:2]}/{each.sha256}" for each in made.members),
        f"kept/{identity}.json",
    ]
    assert [sha256_of(data) for data in contents.values()] == [
        *(each.sha256 for each in made.members),
        made.kept.sha256,
    ]
    assert (written.sha256, written.size) == (sha256_of(path.read_bytes()), path.stat().st_size)


def test_the_same_generation_gives_the_same_bytes_from_another_archive_too(
    archive: DirectoryArchive, other: DirectoryArchive, tmp_path: Path
) -> None:
    identity = record(archive, [TILL, COIN])
    first = export(archive, identity, tmp_path / "one.tar")
    take_in(other, tmp_path / "one.tar", RECORDED)
    second = export(other, identity, tmp_path / "two.tar")
    assert (tmp_path / "one.tar").read_bytes() == (tmp_path / "two.tar").read_bytes()
    assert first.sha256 == second.sha256


def test_importing_again_changes_nothing(archive: DirectoryArchive, other: DirectoryArchive, tmp_path: Path) -> None:
    export(archive, keep(archive, [TILL]), tmp_path / "shop.tar")
    take_in(other, tmp_path / "shop.tar", RECORDED)
    before = files(other)
    again = take_in(other, tmp_path / "shop.tar", RECORDED)
    assert (again.added, again.recorded, again.head) == (0, False, False)
    assert files(other) == before


def test_a_head_stays_the_head(archive: DirectoryArchive, other: DirectoryArchive, tmp_path: Path) -> None:
    head = record(other, [COIN])
    identity = keep(archive, [TILL])
    export(archive, identity, tmp_path / "shop.tar")
    taken = take_in(other, tmp_path / "shop.tar", RECORDED)
    assert (taken.recorded, taken.head) == (True, False)
    assert other.head() == head
    assert other.beginning("") == tuple(sorted((head, identity)))
    assert not [each for each in defects(other) if "head" in each]


def test_a_damaged_blob_in_the_archive_is_replaced_by_the_bytes_of_the_file(
    archive: DirectoryArchive, other: DirectoryArchive, tmp_path: Path
) -> None:
    export(archive, keep(archive, [TILL]), tmp_path / "shop.tar")
    take_in(other, tmp_path / "shop.tar", RECORDED)
    other.path(TILL.sha256).chmod(0o644)
    other.path(TILL.sha256).write_bytes(b"a wheeI")
    take_in(other, tmp_path / "shop.tar", RECORDED)
    assert other.read(TILL.sha256) == TILL.data
    assert defects(other) == []


def test_what_an_interrupted_import_left_is_cleared(
    archive: DirectoryArchive, other: DirectoryArchive, tmp_path: Path
) -> None:
    export(archive, keep(archive, [TILL]), tmp_path / "shop.tar")
    (other.place / "incoming" / "blobs").mkdir(parents=True)
    (other.place / "incoming" / "blobs" / "half").write_bytes(b"x")
    take_in(other, tmp_path / "shop.tar", RECORDED)
    assert defects(other) == []


@pytest.mark.parametrize("gone", [TILL.sha256, sha256_of(TILL.provenance or b"")])
def test_a_generation_of_which_something_is_missing_is_not_exported(
    archive: DirectoryArchive, tmp_path: Path, gone: Sha256
) -> None:
    identity = record(archive, [TILL, COIN])
    archive.path(gone).unlink()
    with pytest.raises(ArchiveError, match=r"not in the archive: .*till") as caught:
        export(archive, identity, tmp_path / "shop.tar")
    assert "uplock vault add" in caught.value.remedy
    assert not (tmp_path / "shop.tar").exists()


def test_a_changed_byte_is_not_exported_and_the_old_file_stays(archive: DirectoryArchive, tmp_path: Path) -> None:
    identity = record(archive, [TILL])
    (tmp_path / "shop.tar").write_bytes(b"old")
    for path in (archive.path(TILL.sha256), archive.path(archive.generation(identity).content.artifacts[0].results)):
        data = path.read_bytes()
        path.chmod(0o644)
        path.write_bytes(bytes([data[0] ^ 1]) + data[1:])
        with pytest.raises(IntegrityError):
            export(archive, identity, tmp_path / "shop.tar")
        path.write_bytes(data)
    assert (tmp_path / "shop.tar").read_bytes() == b"old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["from", "shop.tar"]


def test_a_file_that_is_not_there_or_no_file_is_named(other: DirectoryArchive, tmp_path: Path) -> None:
    for path in (tmp_path / "nowhere.tar", tmp_path):
        with pytest.raises(InputError, match="cannot read") as caught:
            take_in(other, path, RECORDED)
        assert caught.value.context == str(path)
    assert not other.place.exists()
