"""Attack, or accident: an older uplock meets the store of a newer one and would misread or spoil it."""

from __future__ import annotations

from pathlib import Path

import pytest

from uplock.archive.archive import DirectoryArchive
from uplock.archive.store import DirectoryStore
from uplock.errors import ArchiveError


@pytest.mark.parametrize("kind", [DirectoryStore, DirectoryArchive])
def test_a_newer_format_is_refused_before_anything_is_read_or_written(tmp_path: Path, kind: type) -> None:
    (tmp_path / "format").write_text("2\n")
    with pytest.raises(ArchiveError, match="format '2'") as caught:
        kind(tmp_path)
    assert caught.value.exit_code == 3
    assert caught.value.remedy == "Use the uplock that wrote it or a newer one, or name another place."
    assert [path.name for path in tmp_path.iterdir()] == ["format"]


def test_a_format_behind_a_link_is_not_believed(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_text("1\n")
    (tmp_path / "store").mkdir()
    (tmp_path / "store" / "format").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ArchiveError, match="cannot read"):
        DirectoryStore(tmp_path / "store")
