"""Attack: one bit of a stored blob is flipped, behind the store's back."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.subjects import make_artifact_results
from uplock.archive.archive import DirectoryArchive
from uplock.errors import IntegrityError
from uplock.model.digest import Sha256


def _flip(archive: DirectoryArchive, digest: Sha256, position: int) -> None:
    path = archive.path(digest)
    data = bytearray(path.read_bytes())
    data[position] ^= 1
    path.chmod(0o644)
    path.write_bytes(data)


@pytest.mark.parametrize("position", [0, 100, -1])
def test_a_flipped_bit_is_found_when_read(tmp_path: Path, position: int) -> None:
    archive = DirectoryArchive(tmp_path)
    digest = archive.put_results(make_artifact_results())
    _flip(archive, digest, position)
    with pytest.raises(IntegrityError, match=digest) as caught:
        archive.results(digest)
    assert caught.value.exit_code == 4
    assert str(archive.path(digest)) in caught.value.context


def test_the_evidence_is_not_overwritten_by_storing_the_right_bytes(tmp_path: Path) -> None:
    archive = DirectoryArchive(tmp_path)
    digest = archive.put(b"genuine")
    _flip(archive, digest, 0)
    archive.put(b"genuine")
    with pytest.raises(IntegrityError):
        archive.read(digest)
    archive.path(digest).unlink()
    archive.put(b"genuine")
    assert archive.read(digest) == b"genuine"
