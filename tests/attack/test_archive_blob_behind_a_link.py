"""Attack: a blob, or what it is to be adopted from, is a symbolic link to something that changes or is private."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from uplock.archive.store import DirectoryStore
from uplock.errors import ArchiveError, IntegrityError
from uplock.model.digest import sha256_of

DATA = b"genuine bytes"
DIGEST = sha256_of(DATA)


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    path = tmp_path / "outside"
    path.write_bytes(DATA)
    path.chmod(0o600)
    return path


@pytest.fixture
def store(tmp_path: Path, outside: Path) -> DirectoryStore:
    """Return a store in which the blob is a link to a file that even has the right bytes (now)."""
    store = DirectoryStore(tmp_path / "store")
    store.put(b"first")
    store.path(DIGEST).parent.mkdir(parents=True)
    store.path(DIGEST).symlink_to(outside)
    return store


def test_a_link_is_not_a_blob(store: DirectoryStore) -> None:
    assert not store.has(DIGEST)
    with pytest.raises(IntegrityError, match=DIGEST) as caught:
        store.read(DIGEST)
    assert (caught.value.exit_code, caught.value.context) == (4, str(store.path(DIGEST)))
    assert "delete the file" in caught.value.remedy


def test_a_link_is_replaced_and_what_it_points_to_is_left_alone(store: DirectoryStore, outside: Path) -> None:
    outside.write_bytes(b"precious")
    store.put(DATA)
    assert store.read(DIGEST) == DATA
    assert not store.path(DIGEST).is_symlink()
    assert (outside.read_bytes(), outside.stat().st_mode & 0o777) == (b"precious", 0o600)


def test_adopting_replaces_a_link_too(store: DirectoryStore, tmp_path: Path, outside: Path) -> None:
    cache = DirectoryStore(tmp_path / "cache")
    cache.put(DATA)
    store.adopt(cache.path(DIGEST), DIGEST)
    assert not store.path(DIGEST).is_symlink()
    assert outside.stat().st_mode & 0o777 == 0o600


def test_a_link_is_not_adopted(tmp_path: Path, outside: Path) -> None:
    store = DirectoryStore(tmp_path / "other")
    partial = store.partial(DIGEST)
    partial.parent.mkdir(parents=True)
    for link in (partial, tmp_path / "link"):
        link.symlink_to(outside)
        with pytest.raises(ArchiveError, match="cannot read"):
            store.adopt(link, DIGEST)
    assert not store.has(DIGEST)
    assert outside.stat().st_mode & 0o777 == 0o600


def test_a_pipe_in_the_place_of_a_blob_does_not_make_the_reader_wait(tmp_path: Path) -> None:
    store = DirectoryStore(tmp_path / "piped")
    store.path(DIGEST).parent.mkdir(parents=True)
    os.mkfifo(store.path(DIGEST))
    assert not store.has(DIGEST)
    with pytest.raises(IntegrityError, match=DIGEST):
        store.read(DIGEST)
