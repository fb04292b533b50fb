"""Attack: a kept result (its key names all inputs, not the result) is edited, cut short or replaced by a link."""

from __future__ import annotations

from pathlib import Path

import pytest

from uplock.archive.store import DirectoryStore
from uplock.model.digest import sha256_of

KEY = sha256_of(b"all inputs")
RECORD = b'{"outcome":"invalid"}'


@pytest.fixture
def store(tmp_path: Path) -> DirectoryStore:
    store = DirectoryStore(tmp_path / "store")
    store.keep(KEY, RECORD)
    return store


@pytest.fixture
def path(store: DirectoryStore) -> Path:
    (found,) = (store.place / "results").rglob(KEY)
    return found


DIGEST_LINE = sha256_of(RECORD).encode() + b"\n"


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(DIGEST_LINE + RECORD.replace(b"invalid", b"trusted"), id="edited"),
        pytest.param(DIGEST_LINE + RECORD[:-1], id="cut short"),
        pytest.param(DIGEST_LINE + RECORD + b"\n", id="lengthened"),
        pytest.param(DIGEST_LINE, id="only the digest"),
        pytest.param(DIGEST_LINE[:-1], id="cut in the digest"),
        pytest.param(RECORD, id="without digest"),
        pytest.param(DIGEST_LINE.upper() + RECORD, id="digest in upper case"),
        pytest.param(b"\n" + RECORD, id="empty digest"),
        pytest.param(b"", id="empty"),
    ],
)
def test_a_damaged_record_counts_as_none_and_is_replaced(store: DirectoryStore, path: Path, raw: bytes) -> None:
    path.write_bytes(raw)
    assert store.result(KEY) is None
    store.keep(KEY, RECORD)
    assert store.result(KEY) == RECORD


def test_a_record_behind_a_link_counts_as_none_and_is_replaced(
    store: DirectoryStore, path: Path, tmp_path: Path
) -> None:
    outside = tmp_path / "outside"
    outside.write_bytes(path.read_bytes())
    path.unlink()
    path.symlink_to(outside)
    assert store.result(KEY) is None
    store.keep(KEY, b"new")
    assert store.result(KEY) == b"new"
    assert outside.read_bytes() == DIGEST_LINE + RECORD
