"""Attack: the small files of an archive (head, log) point elsewhere, or were torn by a crash."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from support.generations import RECORDED, make_content, record_chain
from uplock.archive.archive import DirectoryArchive
from uplock.errors import ArchiveError, Error, InputError
from uplock.model.digest import Sha256, sha256_of


@pytest.fixture
def archive(tmp_path: Path) -> DirectoryArchive:
    return DirectoryArchive(tmp_path / "archive")


@pytest.mark.parametrize("text", ["../../../etc/passwd\n", "", "\xff" * 64, "0" * 63, f"{'0' * 64}/../x", "0" * 65])
def test_a_head_that_is_no_digest_is_refused(archive: DirectoryArchive, text: str) -> None:
    record_chain(archive, 1)
    (archive.place / "head").write_text(text, encoding="latin-1")
    for use in (archive.head, lambda: list(archive.history())):
        with pytest.raises(ArchiveError, match="is not a SHA-256 digest") as caught:
            use()
        assert caught.value.context == str(archive.place / "head")
        assert "log.jsonl" in caught.value.remedy


def test_a_head_behind_a_link_is_not_read(archive: DirectoryArchive, tmp_path: Path) -> None:
    (identity,) = record_chain(archive, 1)
    (tmp_path / "elsewhere").write_text(f"{identity}\n")
    (archive.place / "head").unlink()
    (archive.place / "head").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ArchiveError, match="cannot read"):
        archive.head()


def test_a_parent_that_is_a_path_is_never_opened(archive: DirectoryArchive) -> None:
    archive.record(make_content(), Sha256("../../../etc/passwd"), RECORDED)
    ((identity, generation, _),) = archive.history()
    assert (identity, generation.parent) == (archive.head(), "../../../etc/passwd")
    with pytest.raises(InputError, match="is not a SHA-256 digest"):
        archive.generation(Sha256("../../../etc/passwd"))


def test_the_log_is_not_written_through_a_link(archive: DirectoryArchive, tmp_path: Path) -> None:
    (tmp_path / "profile").write_text("precious\n")
    archive.place.mkdir()
    (archive.place / "log.jsonl").symlink_to(tmp_path / "profile")
    with pytest.raises(Error):
        archive.record(make_content(), None, RECORDED)
    assert (tmp_path / "profile").read_text() == "precious\n"
    assert archive.head() is None


@pytest.mark.parametrize("keep", [0.0, 0.5, 0.99])
def test_a_torn_last_line_costs_one_time_and_nothing_else(archive: DirectoryArchive, keep: float) -> None:
    log = archive.place / "log.jsonl"
    first, second = record_chain(archive, 2)
    whole, last = log.read_bytes().splitlines(keepends=True)
    log.write_bytes(whole + last[: int(len(last) * keep)].rstrip(b"}\n"))
    assert [(identity, at) for identity, _, at in archive.history()] == [(second, None), (first, RECORDED)]

    third = archive.record(make_content("after the crash"), second, RECORDED + timedelta(days=9))
    times = [at for _, _, at in archive.history()]
    assert times == [RECORDED + timedelta(days=9), None, RECORDED]
    assert archive.head() == third


def test_foreign_lines_in_the_log_are_passed_over_and_the_first_time_counts(archive: DirectoryArchive) -> None:
    (identity,) = record_chain(archive, 1)
    with (archive.place / "log.jsonl").open("ab") as stream:
        stream.write(b'\xff\n[]\n{"id": 1}\n\n{"at": "2030-01-01T00:00:00Z", "id": "%s"}\n' % identity.encode())
    assert [at for _, _, at in archive.history()] == [RECORDED]


def test_a_time_without_zone_counts_for_none(archive: DirectoryArchive) -> None:
    (identity,) = record_chain(archive, 1)
    (archive.place / "log.jsonl").write_text(f'{{"at": "2026-01-01T00:00:00", "id": "{identity}"}}\n')
    assert [at for _, _, at in archive.history()] == [None]


def test_a_log_that_claims_a_generation_which_never_was_here_is_found_out(archive: DirectoryArchive) -> None:
    never = sha256_of(b"never")
    record_chain(archive, 1, parent=never)
    with (archive.place / "log.jsonl").open("ab") as stream:
        stream.write(b'{"at": "2026-01-01T00:00:00Z", "id": "%s"}\n' % never.encode())
    with pytest.raises(ArchiveError, match=never):
        list(archive.history())
