"""What every store promises: the simulator, and the one on disk."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from support.memory_store import MemoryStore
from uplock.archive.archive import DirectoryArchive
from uplock.archive.store import DirectoryStore
from uplock.errors import ArchiveError, InputError, IntegrityError
from uplock.model.digest import Sha256, sha256_of
from uplock.ports import Store

DATA = b"some bytes\0\xff"
DIGEST = sha256_of(DATA)
KEY = sha256_of(b"all inputs")
NO_DIGESTS = ("", "../../etc", "/etc/hostname", "g" * 64, "a" * 63, "a" * 65, DIGEST + "\n", "ab/" + "a" * 61)


def _damage(store: Store) -> None:
    """Change the bytes that are stored as ``DATA``."""
    if isinstance(store, MemoryStore):
        store.blobs[DIGEST] = b"other bytes"
    else:
        store.path(DIGEST).chmod(0o644)
        store.path(DIGEST).write_bytes(b"other bytes")


@pytest.fixture(params=[MemoryStore, DirectoryStore, DirectoryArchive])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    make: Callable[[Path], Store] = request.param
    return make(tmp_path / "store")


def test_what_is_put_can_be_read_under_its_digest(store: Store) -> None:
    assert store.put(DATA) == DIGEST
    assert store.has(DIGEST)
    assert store.read(DIGEST) == DATA
    assert store.path(DIGEST).read_bytes() == DATA


def test_no_bytes_are_bytes_too(store: Store) -> None:
    assert store.read(store.put(b"")) == b""


def test_putting_twice_changes_nothing(store: Store) -> None:
    assert store.put(DATA) == store.put(DATA)
    assert store.read(DIGEST) == DATA


def test_an_empty_store_has_nothing(store: Store) -> None:
    assert not store.has(DIGEST)
    assert not store.path(DIGEST).exists()
    assert store.result(KEY) is None
    with pytest.raises(ArchiveError, match=DIGEST) as caught:
        store.read(DIGEST)
    assert caught.value.remedy


def test_damaged_bytes_are_an_integrity_error_that_names_them(store: Store) -> None:
    store.put(DATA)
    _damage(store)
    with pytest.raises(IntegrityError, match=DIGEST) as caught:
        store.read(DIGEST)
    assert caught.value.exit_code == 4
    assert "elete" in caught.value.remedy


def test_a_file_is_adopted_and_left_to_its_owner(store: Store, tmp_path: Path) -> None:
    (tmp_path / "mine").write_bytes(DATA)
    store.adopt(tmp_path / "mine", DIGEST)
    (tmp_path / "mine").write_bytes(b"changed later")
    assert store.read(DIGEST) == DATA


def test_a_finished_download_is_moved_out_of_the_partial_area(store: Store) -> None:
    partial = store.partial(DIGEST)
    partial.parent.mkdir(parents=True)
    partial.write_bytes(DATA)
    assert not store.has(DIGEST)
    store.adopt(partial, DIGEST)
    assert store.read(DIGEST) == DATA
    assert not partial.exists()


def test_adopting_what_is_there_already_needs_no_file(store: Store, tmp_path: Path) -> None:
    store.put(DATA)
    store.adopt(tmp_path / "absent", DIGEST)
    assert store.read(DIGEST) == DATA


def test_a_file_that_is_not_there_cannot_be_adopted(store: Store, tmp_path: Path) -> None:
    with pytest.raises(ArchiveError) as caught:
        store.adopt(tmp_path / "absent", DIGEST)
    assert caught.value.context == str(tmp_path / "absent")
    assert not store.has(DIGEST)


def test_records_are_kept_by_key(store: Store) -> None:
    store.keep(KEY, DATA)
    store.keep(DIGEST, b"")
    assert store.result(KEY) == DATA
    assert store.result(DIGEST) == b""
    assert not store.has(KEY)


def test_a_newer_record_replaces_the_older(store: Store) -> None:
    store.keep(KEY, b"old")
    store.keep(KEY, b"new")
    assert store.result(KEY) == b"new"


@pytest.mark.parametrize("text", NO_DIGESTS)
def test_a_text_that_is_no_digest_is_never_here_and_never_a_path(store: Store, text: str) -> None:
    wrong = Sha256(text)
    assert not store.has(wrong)
    for use in (store.path, store.partial, store.read, store.result, lambda key: store.keep(key, DATA)):
        with pytest.raises(InputError):
            use(wrong)
