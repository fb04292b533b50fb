"""The store on disk: layout, modes, links, what is written and what is not."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from uplock.archive.store import DirectoryStore
from uplock.errors import ArchiveError, InputError
from uplock.files import MAX_TEXT
from uplock.model.digest import sha256_of

DATA = b"bytes of a wheel"
DIGEST = sha256_of(DATA)
KEY = sha256_of(b"all inputs")


@pytest.fixture
def store(tmp_path: Path) -> DirectoryStore:
    return DirectoryStore(tmp_path / "store")


@contextmanager
def _umask(mask: int) -> Iterator[None]:
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


def _files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if not path.is_dir())


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_the_layout_is_the_documented_one(store: DirectoryStore) -> None:
    store.put(DATA)
    store.keep(KEY, b"record")
    assert _files(store.place) == [
        f"blobs/sha256/{DIGEST[:2]}/{DIGEST}",
        "format",
        f"results/{KEY[:2]}/{KEY}",
    ]
    assert (store.place / "format").read_bytes() == b"1\n"
    assert store.partial(DIGEST) == store.place / "partial" / DIGEST


def test_nothing_is_made_before_something_is_kept(store: DirectoryStore) -> None:
    store.has(DIGEST)
    store.result(KEY)
    store.path(DIGEST)
    store.partial(DIGEST)
    assert not store.place.exists()


@pytest.mark.parametrize("mask", [0o000, 0o022, 0o077])
def test_blobs_are_read_only_and_records_are_not_whatever_the_umask(store: DirectoryStore, mask: int) -> None:
    with _umask(mask):
        store.put(DATA)
        store.keep(KEY, b"record")
    assert _mode(store.path(DIGEST)) == 0o444
    assert _mode(store.place / "results" / KEY[:2] / KEY) == 0o644


def test_a_record_carries_its_own_digest(store: DirectoryStore) -> None:
    store.keep(KEY, b"record\nof two lines")
    raw = (store.place / "results" / KEY[:2] / KEY).read_bytes()
    assert raw == sha256_of(b"record\nof two lines").encode() + b"\nrecord\nof two lines"


def test_an_equal_record_is_not_written_again(store: DirectoryStore) -> None:
    store.keep(KEY, b"record")
    path = store.place / "results" / KEY[:2] / KEY
    before = path.stat()
    store.keep(KEY, b"record")
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_a_blob_of_another_store_is_linked(store: DirectoryStore, tmp_path: Path) -> None:
    cache = DirectoryStore(tmp_path / "cache")
    cache.put(DATA)
    store.adopt(cache.path(DIGEST), DIGEST)
    assert store.path(DIGEST).samefile(cache.path(DIGEST))
    assert cache.read(DIGEST) == DATA


def test_a_file_that_its_owner_can_write_is_copied_and_keeps_its_mode(store: DirectoryStore, tmp_path: Path) -> None:
    (tmp_path / "mine").write_bytes(DATA)
    (tmp_path / "mine").chmod(0o640)
    store.adopt(tmp_path / "mine", DIGEST)
    assert not store.path(DIGEST).samefile(tmp_path / "mine")
    assert (_mode(store.path(DIGEST)), _mode(tmp_path / "mine")) == (0o444, 0o640)


def test_a_file_on_another_file_system_is_copied(store: DirectoryStore) -> None:
    shared = Path("/dev/shm")  # noqa: S108 - the other file system that Linux has
    if not shared.is_dir() or shared.stat().st_dev == store.place.parent.stat().st_dev:
        pytest.skip("there is no second file system here")
    other = DirectoryStore(shared / f"uplock-test-{os.getpid()}")
    try:
        other.put(DATA)
        store.adopt(other.path(DIGEST), DIGEST)
    finally:
        import shutil

        shutil.rmtree(other.place)
    assert store.read(DIGEST) == DATA
    assert _mode(store.path(DIGEST)) == 0o444


def test_a_moved_download_becomes_read_only(store: DirectoryStore) -> None:
    partial = store.partial(DIGEST)
    partial.parent.mkdir(parents=True)
    partial.write_bytes(DATA)
    inode = partial.stat().st_ino
    store.adopt(partial, DIGEST)
    assert (store.path(DIGEST).stat().st_ino, _mode(store.path(DIGEST))) == (inode, 0o444)


def test_more_than_can_be_read_back_is_refused(store: DirectoryStore) -> None:
    with pytest.raises(InputError, match="larger than"):
        store.put(bytes(MAX_TEXT + 1))
    assert not store.place.exists()


def test_a_blob_over_the_bound_is_not_read(store: DirectoryStore) -> None:
    store.put(DATA)
    store.path(DIGEST).chmod(0o644)
    os.truncate(store.path(DIGEST), MAX_TEXT + 1)
    with pytest.raises(ArchiveError, match="larger than") as caught:
        store.read(DIGEST)
    assert caught.value.context == str(store.path(DIGEST))


def test_a_store_below_a_file_reads_as_empty_and_refuses_to_keep(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    store = DirectoryStore(tmp_path / "file" / "store")
    assert not store.has(DIGEST)
    assert store.result(KEY) is None
    (tmp_path / "mine").write_bytes(DATA)
    for keep in (
        lambda: store.put(DATA),
        lambda: store.keep(KEY, DATA),
        lambda: store.adopt(tmp_path / "mine", DIGEST),
    ):
        with pytest.raises(ArchiveError, match="cannot write"):
            keep()


def test_a_folder_in_the_place_of_a_blob_is_an_error_and_leaves_no_temporary_file(
    store: DirectoryStore, tmp_path: Path
) -> None:
    (store.path(DIGEST) / "inside").mkdir(parents=True)
    partial = store.partial(DIGEST)
    partial.parent.mkdir(parents=True)
    partial.write_bytes(DATA)
    (tmp_path / "mine").write_bytes(DATA)
    for take in (
        lambda: store.put(DATA),
        lambda: store.adopt(partial, DIGEST),
        lambda: store.adopt(tmp_path / "mine", DIGEST),
    ):
        with pytest.raises(ArchiveError, match="cannot write"):
            take()
    assert _files(store.place) == ["format", f"partial/{DIGEST}"]


def test_a_full_disk_leaves_no_half_of_a_blob(store: DirectoryStore) -> None:
    program = (
        "import resource, sys, pathlib\n"
        "from uplock.archive.store import DirectoryStore\n"
        "store = DirectoryStore(pathlib.Path(sys.argv[1]))\n"
        "store.put(b'small')\n"
        "soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))\n"
        "try:\n"
        "    store.put(bytes(100_000))\n"
        "finally:\n"
        "    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))\n"
    )
    done = subprocess.run([sys.executable, "-c", program, store.place], capture_output=True, text=True, check=False)
    assert "ArchiveError" in done.stderr
    small = sha256_of(b"small")
    assert _files(store.place) == [f"blobs/sha256/{small[:2]}/{small}", "format"]


@pytest.mark.parametrize("content", ["2\n", "1.1\n", "", "one", "1" * 100])
def test_another_format_is_refused_with_a_remedy(tmp_path: Path, content: str) -> None:
    (tmp_path / "format").write_text(content)
    with pytest.raises(ArchiveError) as caught:
        DirectoryStore(tmp_path)
    assert caught.value.remedy


def test_a_newer_format_is_named(tmp_path: Path) -> None:
    (tmp_path / "format").write_text("2\n")
    with pytest.raises(ArchiveError, match="format '2', this uplock knows '1'") as caught:
        DirectoryStore(tmp_path)
    assert "newer" in caught.value.remedy
