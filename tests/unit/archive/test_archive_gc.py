"""Collecting: what anything needs stays, what nothing needs goes, and stopping anywhere leaves a whole archive."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.archives import Filled
from uplock.archive.fsck import Examined, head_of
from uplock.archive.gc import collect
from uplock.errors import ArchiveError, Error
from uplock.lockfile.lockset import read_lockset
from uplock.model.archive_outcome import GcResult
from uplock.model.digest import Sha256, sha256_of
from uplock.model.lock import GenerationRef, LockSet
from uplock.model.value import changed, encode
from uplock.ports import Event, ignore_events


@pytest.fixture
def filled(tmp_path: Path) -> Filled:
    """Four generations, of which the first is kept."""
    return Filled(tmp_path / "archive", length=4, keep=(0,))


def collected(filled: Filled, lockset: LockSet | None = None, *, dry_run: bool = False) -> GcResult:
    return collect(filled.archive, lockset, ignore_events, dry_run=dry_run)


def removed(filled: Filled, lockset: LockSet | None = None) -> dict[str, str]:
    return {each.path.rpartition("/")[2]: each.reason for each in collected(filled, lockset).files}


def defects(filled: Filled) -> tuple[object, ...]:
    return Examined(filled.archive, head_of(filled.archive), ignore_events).rows


def locked(filled: Filled, number: int) -> LockSet:
    """Return the project's lock set, at a generation of the chain."""
    generation = filled.archive.generation(filled.ids[number])
    assert generation.content.lockset is not None
    bare = read_lockset(filled.archive.read(generation.content.lockset), "lockset.json")
    head = GenerationRef(id=filled.ids[number], content=sha256_of(encode(generation.content)))
    return changed(bare, generation=head)


def test_only_the_artifacts_of_generations_that_nobody_keeps_go(filled: Filled) -> None:
    assert removed(filled) == {filled.artifact(1): "artifact", filled.artifact(2): "artifact"}
    for number in (0, 3):
        assert filled.archive.has(filled.artifact(number))
    assert filled.archive.has(filled.artifact(1, "coin"))
    assert defects(filled) == ()
    assert [identity for identity, _, _ in filled.archive.history()] == filled.ids[::-1]


def test_collecting_twice_removes_nothing_more(filled: Filled) -> None:
    collected(filled)
    again = collected(filled)
    assert (again.files, again.freed) == ((), 0)
    assert again.left == len(list(filled.place.glob("blobs/sha256/*/*")))


def test_a_dry_run_says_the_same_and_removes_nothing(filled: Filled) -> None:
    before = sorted(filled.place.rglob("*"))
    said = collected(filled, dry_run=True)
    assert said.dry_run
    assert sorted(filled.place.rglob("*")) == before
    assert collected(filled) == changed(said, dry_run=False)


def test_the_bytes_freed_are_those_of_the_disk_and_none_of_a_file_with_another_name(tmp_path: Path) -> None:
    own = Filled(tmp_path / "own", length=2)
    linked = Filled(tmp_path / "linked", length=2, cache=tmp_path / "cache")
    blocks = own.archive.path(own.artifact(0)).stat().st_blocks
    assert collected(own).freed == blocks * 512 > 0
    assert collected(linked).freed == 0
    assert linked.cache is not None
    assert linked.cache.has(own.artifact(0))


def test_what_nothing_refers_to_goes_with_downloads_and_what_crashes_left(filled: Filled) -> None:
    collected(filled)
    stray = filled.archive.put(b"left by an interrupted run")
    partial = filled.archive.partial(Sha256("1" * 64))
    partial.parent.mkdir()
    partial.write_bytes(b"half")
    (filled.place / ".uplock-abc.tmp").write_bytes(b"x")
    (filled.place / "incoming/1/blobs").mkdir(parents=True)
    (filled.place / "incoming/1/blobs/x").write_bytes(b"x")
    assert removed(filled) == {stray: "unreferenced", "1" * 64: "download", ".uplock-abc.tmp": "torn", "1": "torn"}
    assert defects(filled) == ()


def test_what_the_project_is_at_stays_also_when_it_is_not_the_head(filled: Filled) -> None:
    assert removed(filled, locked(filled, 1)) == {filled.artifact(2): "artifact"}


def test_what_new_locks_rest_on_stays_before_they_are_recorded(filled: Filled) -> None:
    page = filled.archive.put(b'{"files":[],"name":"new","provenance_offered":false}')
    view = filled.archive.put(
        b'{"exclude_newer":"2026-11-23T12:00:00Z","format":1,"pages":[{"name":"new","page":"%s"}]}' % page.encode()
    )
    lockset = changed(locked(filled, 3), view=view)
    collected(filled, lockset)
    assert filled.archive.has(page)
    assert filled.archive.has(view)
    assert removed(filled, locked(filled, 3)) == {page: "unreferenced", view: "unreferenced"}


def test_proofs_stay_also_without_their_line(filled: Filled) -> None:
    record = filled.prove(filled.ids[1])
    collected(filled)
    (filled.place / "proofs.jsonl").unlink()
    other = filled.archive.put(b'{"predicateType":"urn:uplock:proof:1" and no JSON')
    assert removed(filled) == {other: "unreferenced"}
    assert filled.archive.has(record)


def test_a_document_that_a_kept_observation_names_stays(filled: Filled) -> None:
    document = filled.archive.put(b"a provenance document of a run that was interrupted")
    filled.archive.keep(sha256_of(b"key"), b'{"document":"%s"}' % document.encode())
    filled.archive.keep(sha256_of(b"other"), b"no JSON")
    filled.archive.keep(sha256_of(b"third"), b"{no JSON")
    collected(filled)
    assert filled.archive.has(document)


def test_a_manifest_that_the_log_does_not_name_stays_with_what_it_names(filled: Filled) -> None:
    collected(filled)
    log = filled.place / "log.jsonl"
    lines = log.read_bytes().splitlines(keepends=True)
    log.write_bytes(b"".join(lines[:2] + lines[3:]))
    filled.archive.set_head(filled.ids[3])
    assert removed(filled) == {}
    log.unlink()
    (filled.place / "head").unlink()
    assert set(removed(filled).values()) <= {"artifact"}
    assert all(filled.archive.has(identity) for identity in filled.ids)


@pytest.mark.parametrize("damage", ["flipped", "missing"])
def test_with_a_manifest_that_cannot_be_read_nothing_goes(filled: Filled, damage: str) -> None:
    path = filled.archive.path(filled.ids[1])
    path.chmod(0o644)
    if damage == "flipped":
        path.write_bytes(path.read_bytes().replace(b'"shop"', b'"shap"'))
    else:
        path.unlink()
    before = sorted(filled.place.rglob("*"))
    with pytest.raises(Error) as caught:
        collected(filled)
    assert "fsck" in caught.value.remedy
    assert sorted(filled.place.rglob("*")) == before


def test_with_a_document_that_cannot_be_read_nothing_goes(filled: Filled) -> None:
    view = filled.archive.path(filled.archive.generation(filled.ids[0]).content.view)
    view.chmod(0o644)
    view.write_bytes(view.read_bytes() + b" ")
    with pytest.raises(ArchiveError, match="nobody knows what can go"):
        collected(filled)
    assert filled.archive.has(filled.artifact(1))


class _StoppedError(Exception):
    """Somebody pulled the plug."""


def test_stopping_anywhere_leaves_a_whole_archive_and_the_next_call_goes_on(tmp_path: Path) -> None:
    template = Filled(tmp_path / "template" / "archive", length=4, keep=(0,))
    template.archive.put(b"stray")
    template.archive.partial(Sha256("1" * 64)).parent.mkdir()
    template.archive.partial(Sha256("1" * 64)).write_bytes(b"half")
    total = len(collected(template, dry_run=True).files)
    for stop in range(total):
        (tmp_path / str(stop)).mkdir()
        filled = template.copied(tmp_path / str(stop))

        def until(event: Event, last: int = stop) -> None:
            if event.total and event.done == last:
                raise _StoppedError

        with pytest.raises(_StoppedError):
            collect(filled.archive, None, until, dry_run=False)
        assert defects(filled) == ()
        assert len(collected(filled).files) == total - stop
        assert defects(filled) == ()


def test_a_link_among_what_came_in_is_removed_and_not_followed(filled: Filled, tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.mkdir()
    (precious / "file").write_bytes(b"x")
    (filled.place / "incoming").mkdir()
    (filled.place / "incoming" / "x").symlink_to(precious)
    assert removed(filled)["x"] == "torn"
    assert (precious / "file").read_bytes() == b"x"
