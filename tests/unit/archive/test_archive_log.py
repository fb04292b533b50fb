"""The log: a line for each recording, sealed, so that whatever is changed or dropped is found out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from support.generations import RECORDED, make_content
from uplock.archive import log
from uplock.archive.archive import DirectoryArchive
from uplock.errors import ArchiveError
from uplock.model.digest import sha256_of

A, B, C = (sha256_of(name) for name in (b"a", b"b", b"c"))
AT = datetime(2026, 11, 20, tzinfo=UTC)
OLD = b'{"at":"2026-11-19T00:00:00Z","id":"%s"}\n' % C.encode()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "log.jsonl"
    for number, identity in enumerate((A, B, A)):
        log.append(made, log.LogEntry(id=identity, at=AT + timedelta(days=number), absent=(C,)))
    return made


def states(text: bytes) -> list[tuple[int, str]]:
    return [(each.number, "torn" if each.torn else "flipped") for each in log.defects(text)]


def test_what_is_appended_is_read_back_in_order(path: Path) -> None:
    assert [entry.id for entry in log.entries(log.read_log(path))] == [A, B, A]
    assert states(log.read_log(path)) == []
    assert log.mended(log.read_log(path)) == log.read_log(path)


def test_there_need_not_be_a_log(tmp_path: Path) -> None:
    assert log.read_log(tmp_path / "log.jsonl") == b""
    assert log.read_log(tmp_path / "log.jsonl" / "x") == b""
    assert states(b"") == []


def test_every_single_flipped_bit_is_found(path: Path) -> None:
    text = log.read_log(path)
    for place in range(len(text)):
        for bit in (0x01, 0x20):
            other = bytearray(text)
            other[place] ^= bit
            assert states(bytes(other)), (place, bit)


def test_every_line_that_is_dropped_is_found_but_the_last_which_the_head_tells(path: Path) -> None:
    first, second, third = log.read_log(path).splitlines(keepends=True)
    assert states(second + third) == [(1, "flipped")]
    assert states(first + third) == [(2, "flipped")]
    assert states(first + second) == []
    assert states(second + first + third) != []


def test_lines_of_older_versions_stand_before_sealed_ones(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    path.write_bytes(OLD)
    assert states(OLD) == []
    log.append(path, log.LogEntry(id=A, at=AT, absent=()))
    text = log.read_log(path)
    assert states(text) == []
    assert states(text + OLD) == [(3, "flipped")]
    assert states(OLD.replace(b",", b", ")) == [(1, "flipped")]


@pytest.mark.parametrize("cut", [1, 5, 60, 200])
def test_what_a_crash_left_is_torn_before_and_after_the_next_line(path: Path, cut: int) -> None:
    text = log.read_log(path)
    path.write_bytes(text[:-cut])
    assert states(log.read_log(path)) == [(3, "torn")]
    log.append(path, log.LogEntry(id=C, at=AT, absent=()))
    after = log.read_log(path)
    assert states(after) == ([] if cut == 1 else [(3, "torn")])
    assert states(log.mended(after)) == []
    assert [entry.id for entry in log.entries(log.mended(after))] == ([A, B, A, C] if cut == 1 else [A, B, C])


def test_mending_keeps_whole_lines_and_seals_what_follows_a_flipped_one(path: Path) -> None:
    first, second, third = log.read_log(path).splitlines(keepends=True)
    mended = log.mended(first + second.replace(b"2026-11-21", b"2026-11-22") + third)
    assert states(mended) == []
    assert mended.startswith(first)
    assert [entry.at.day for entry in log.entries(mended)] == [20, 22]


def test_mending_gives_an_unended_line_its_end(path: Path) -> None:
    text = log.read_log(path)
    assert log.mended(text[:-1]) == text


def test_what_was_absent_is_noted_with_the_recording(tmp_path: Path) -> None:
    archive = DirectoryArchive(tmp_path / "archive")
    content = make_content("a view")
    archive.record(content, None, RECORDED)
    archive.put(b"a view")
    archive.record(content, None, RECORDED)
    first, second = log.entries(archive.log_text())
    assert first.absent == (content.view,)
    assert second.absent == ()


def test_a_log_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "log.jsonl").mkdir()
    with pytest.raises(ArchiveError, match="cannot read"):
        log.read_log(tmp_path / "log.jsonl")
    with pytest.raises(ArchiveError, match="cannot read"):
        log.append(tmp_path / "log.jsonl", log.LogEntry(id=A, at=AT))


def test_only_the_end_of_a_long_log_is_read_to_append(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    log.append(path, log.LogEntry(id=A, at=AT, absent=()))
    path.write_bytes(b"x" * (1 << 21) + b"\n" + path.read_bytes())
    log.append(path, log.LogEntry(id=B, at=AT, absent=()))
    assert states(log.read_log(path)) == [(1, "torn")]
