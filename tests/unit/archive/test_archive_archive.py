"""The archive: results, generations, head, history and log."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from support.generations import RECORDED, make_content, record_chain
from support.subjects import UNCHECKED, make_artifact_results
from uplock.archive import archive as module
from uplock.archive.archive import DirectoryArchive
from uplock.errors import ArchiveError, InputError, IntegrityError
from uplock.model.digest import digest_of, sha256_of
from uplock.model.generation import Generation
from uplock.model.results import ArtifactResults
from uplock.ports import Archive


@pytest.fixture
def archive(tmp_path: Path) -> DirectoryArchive:
    return DirectoryArchive(tmp_path / "archive")


def test_it_is_an_archive(archive: DirectoryArchive) -> None:
    port: Archive = archive
    assert port.head() is None
    assert list(port.history()) == []
    assert not archive.place.exists()


@pytest.mark.parametrize("results", [make_artifact_results(), make_artifact_results(verification=UNCHECKED)])
def test_results_come_back_as_they_were(archive: DirectoryArchive, results: ArtifactResults) -> None:
    digest = archive.put_results(results)
    assert archive.results(digest) == results
    assert archive.put_results(results) == digest


def test_results_that_are_not_there_are_named(archive: DirectoryArchive) -> None:
    missing = sha256_of(b"missing")
    with pytest.raises(ArchiveError) as caught:
        archive.results(missing)
    assert caught.value.context.startswith(f"results {missing}: ")


def test_the_id_is_the_digest_of_content_and_parent_and_covers_no_time(archive: DirectoryArchive) -> None:
    parent = sha256_of(b"parent")
    identity = archive.record(make_content(), parent, RECORDED)
    assert identity == digest_of(Generation(content=make_content(), parent=parent))
    assert identity == archive.record(make_content(), parent, RECORDED + timedelta(days=9))
    assert identity != archive.record(make_content(), None, RECORDED)


def test_an_id_is_the_same_on_every_machine_and_in_every_version(archive: DirectoryArchive) -> None:
    assert (
        archive.record(make_content(), None, RECORDED)
        == "dcf370f519267596d9f3b0fb921d073a8274a932c68394646ef6bfb1a8ec85ae"
    )


def test_what_is_recorded_is_the_head_and_can_be_loaded(archive: DirectoryArchive) -> None:
    first, second = record_chain(archive, 2)
    assert archive.head() == second
    assert (archive.place / "head").read_bytes() == f"{second}\n".encode()
    assert archive.generation(second) == Generation(content=make_content("day 1"), parent=first)


def test_another_archive_of_the_same_folder_sees_the_same(archive: DirectoryArchive) -> None:
    record_chain(archive, 2)
    assert list(DirectoryArchive(archive.place).history()) == list(archive.history())


def test_history_is_newest_first_with_the_time_of_recording(archive: DirectoryArchive) -> None:
    identities = record_chain(archive, 3)
    assert [(identity, at) for identity, _, at in archive.history()] == [
        (identities[2], RECORDED + timedelta(days=2)),
        (identities[1], RECORDED + timedelta(days=1)),
        (identities[0], RECORDED),
    ]


def test_history_ends_where_a_fresh_clone_begins(archive: DirectoryArchive) -> None:
    identities = record_chain(archive, 2, parent=sha256_of(b"recorded on another machine"))
    assert [identity for identity, _, _ in archive.history()] == identities[::-1]


def test_a_generation_that_was_recorded_here_and_is_gone_is_an_error(archive: DirectoryArchive) -> None:
    first, second = record_chain(archive, 2)
    archive.path(first).unlink()
    history = archive.history()
    assert next(history)[0] == second
    with pytest.raises(ArchiveError, match=f"blob {first} is not in the store") as caught:
        next(history)
    assert caught.value.context.startswith(f"generation {first}")
    assert caught.value.remedy


def test_a_head_that_is_gone_is_an_error_even_without_a_log(archive: DirectoryArchive) -> None:
    (identity,) = record_chain(archive, 1)
    archive.path(identity).unlink()
    (archive.place / "log.jsonl").unlink()
    with pytest.raises(ArchiveError, match="not in the store"):
        list(archive.history())


def test_without_a_log_the_history_has_no_times(archive: DirectoryArchive) -> None:
    record_chain(archive, 2)
    (archive.place / "log.jsonl").unlink()
    assert [at for _, _, at in archive.history()] == [None, None]


def test_a_chain_over_the_bound_is_an_error(archive: DirectoryArchive, monkeypatch: pytest.MonkeyPatch) -> None:
    record_chain(archive, 3)
    monkeypatch.setattr(module, "MAX_GENERATIONS", 2)
    with pytest.raises(ArchiveError, match="more than 2 generations"):
        list(archive.history())


def test_a_blob_that_is_no_generation_is_an_error_with_its_place(archive: DirectoryArchive) -> None:
    other = archive.put(b'{"content": 1}')
    with pytest.raises(InputError, match="not a valid Generation") as caught:
        archive.generation(other)
    assert caught.value.context == f"generation {other}"


def test_a_damaged_generation_is_an_integrity_error(archive: DirectoryArchive) -> None:
    (identity,) = record_chain(archive, 1)
    archive.path(identity).chmod(0o644)
    archive.path(identity).write_bytes(archive.path(identity).read_bytes().replace(b'"target"', b'"budget"'))
    with pytest.raises(IntegrityError, match=identity):
        archive.generation(identity)


def test_the_log_has_one_line_for_each_recording_in_utc_and_whole_seconds(archive: DirectoryArchive) -> None:
    at = datetime(2026, 11, 23, 14, 30, 15, 999_999, tzinfo=timezone(timedelta(hours=2)))
    identity = archive.record(make_content(), None, at)
    archive.record(make_content(), None, at + timedelta(hours=1))
    lines = [json.loads(line) for line in (archive.place / "log.jsonl").read_text().splitlines()]
    assert [(line["at"], line["id"]) for line in lines] == [
        ("2026-11-23T12:30:15Z", identity),
        ("2026-11-23T13:30:15Z", identity),
    ]
    ((_, _, recorded),) = archive.history()
    assert recorded == datetime(2026, 11, 23, 12, 30, 15, tzinfo=UTC)


def test_a_log_that_cannot_be_written_leaves_the_head_alone(archive: DirectoryArchive) -> None:
    (first,) = record_chain(archive, 1)
    (archive.place / "log.jsonl").unlink()
    (archive.place / "log.jsonl").mkdir()
    with pytest.raises(ArchiveError, match="cannot read: not a regular file") as caught:
        archive.record(make_content("new"), first, RECORDED)
    assert caught.value.context == str(archive.place / "log.jsonl")
    assert archive.head() == first


def test_a_head_that_is_a_folder_cannot_be_read(archive: DirectoryArchive) -> None:
    (archive.place / "head").mkdir(parents=True)
    with pytest.raises(ArchiveError, match="cannot read") as caught:
        archive.head()
    assert caught.value.context == str(archive.place / "head")
