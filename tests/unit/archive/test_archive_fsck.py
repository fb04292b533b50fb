"""Checking an archive: whatever byte is missing, extra or another one is found, and no whole archive is accused."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from support.archives import Filled
from support.generations import make_content, record_chain
from uplock.archive import index
from uplock.archive.archive import DirectoryArchive
from uplock.archive.fsck import Examined, exit_code, head_of
from uplock.archive.fsck_repair import repair
from uplock.archive.store import DirectoryStore
from uplock.errors import ArchiveError, InputError
from uplock.model.archive_outcome import FsckResult
from uplock.model.digest import Sha256, digest_of, sha256_of
from uplock.model.value import encode
from uplock.ports import ignore_events


def checked(archive: DirectoryArchive) -> FsckResult:
    examined = Examined(archive, head_of(archive), ignore_events)
    return examined.result(examined.rows)


def repaired(archive: DirectoryArchive, cache: Path) -> FsckResult:
    examined = Examined(archive, head_of(archive), ignore_events)
    return examined.result(repair(examined, DirectoryStore(cache)))


def found(archive: DirectoryArchive) -> list[tuple[str, str]]:
    return [(row.kind, row.path) for row in checked(archive).rows]


def blob(digest: Sha256) -> str:
    return f"blobs/sha256/{digest[:2]}/{digest}"


def flip(path: Path, place: int = 0) -> None:
    mode = path.stat().st_mode
    path.chmod(0o644)
    data = bytearray(path.read_bytes())
    data[place] ^= 0x01
    path.write_bytes(data)
    path.chmod(mode)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Filled:
    """Three generations, of which the first is kept, with a proof of it and an index."""
    folder = tmp_path_factory.mktemp("template")
    made = Filled(folder / "archive", length=3, keep=(0,), cache=folder / "cache")
    made.prove(made.ids[0])
    index.opened(made.archive)
    return made


@pytest.fixture
def filled(template: Filled, tmp_path: Path) -> Filled:
    """A copy of it, with the hard links between archive and cache."""
    return template.copied(tmp_path)


def test_a_whole_archive_is_clean_and_counted(filled: Filled) -> None:
    result = checked(filled.archive)
    assert result.rows == ()
    assert exit_code(result) == 0
    assert (result.generations, result.kept, result.collected, result.unreferenced) == (3, 1, 0, 0)
    assert result.blobs == len(list(filled.place.glob("blobs/sha256/*/*")))
    assert result.bytes == sum(path.stat().st_size for path in filled.place.glob("blobs/sha256/*/*"))


def test_an_empty_archive_is_clean(tmp_path: Path) -> None:
    (tmp_path / "archive").mkdir()
    assert checked(DirectoryArchive(tmp_path / "archive")).rows == ()


def test_an_archive_of_a_clone_that_never_had_the_view_is_clean(tmp_path: Path) -> None:
    archive = DirectoryArchive(tmp_path / "archive")
    record_chain(archive, 3, parent=sha256_of(b"recorded on another machine"))
    assert checked(archive).rows == ()


def test_every_blob_that_goes_missing_is_found(filled: Filled) -> None:
    loose = {filled.artifact(1)}  # of a generation that nobody keeps, and not the head
    for path in sorted(filled.place.glob("blobs/sha256/*/*")):
        aside = path.rename(filled.place.parent / "aside")
        kinds = {kind for kind, where in found(filled.archive) if where == blob(Sha256(path.name))}
        expected = set() if path.name in loose else {"missing"}
        assert kinds == expected, path.name
        aside.rename(path)
    assert found(filled.archive) == []


def test_every_flipped_byte_of_every_file_is_found(filled: Filled) -> None:
    """Blobs, records, head, log, notes, proofs and index: in the first byte, the last and one between."""
    for path in sorted(each for each in filled.place.rglob("*") if each.is_file()):
        size = path.stat().st_size
        name = path.relative_to(filled.place).as_posix()
        if name == "format":
            continue
        data, mode = path.read_bytes(), path.stat().st_mode
        for place in {0, size // 2, size - 1}:
            if name == "index.sqlite" and place != 0:
                continue  # a page that is not used yet says nothing
            flip(path, place)
            assert name in {where for _, where in found(filled.archive)}, (name, place)
            path.chmod(0o644)
            path.write_bytes(data)
            path.chmod(mode)
    assert found(filled.archive) == []


def test_a_flipped_format_keeps_the_archive_closed(filled: Filled) -> None:
    flip(filled.place / "format")
    with pytest.raises(ArchiveError, match="format"):
        DirectoryArchive(filled.place)


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("notes.txt", "extra"),
        ("blobs/other", "extra"),
        ("blobs/.uplock-abc.tmp", "torn"),
        ("blobs/sha256/abc", "extra"),
        ("blobs/sha256/.uplock-x_1.tmp", "torn"),
        ("blobs/sha256/zz", "extra"),
        ("results/README", "extra"),
        ("kept/x.json", "extra"),
        ("kept/.uplock-abc.tmp", "torn"),
        ("partial/x", "extra"),
        (".uplock-abc.tmp", "torn"),
        ("incoming/123", "torn"),
    ],
)
def test_a_file_that_is_none_of_ours_is_found_and_only_what_a_crash_left_is_removed(
    filled: Filled, tmp_path: Path, path: str, kind: str
) -> None:
    (filled.place / path).parent.mkdir(exist_ok=True)
    (filled.place / path).write_bytes(b"x")
    assert found(filled.archive) == [(kind, path)]
    result = repaired(filled.archive, tmp_path / "cache")
    assert exit_code(result) == (0 if kind == "torn" else 1)
    assert (filled.place / path).exists() == (kind == "extra")


def test_a_blob_in_another_folder_or_under_another_name_is_extra(filled: Filled) -> None:
    digest = filled.artifact(0)
    wrong = filled.place / "blobs/sha256/00"
    wrong.mkdir(exist_ok=True)
    filled.archive.path(digest).rename(wrong / digest)
    assert found(filled.archive) == [("extra", f"blobs/sha256/00/{digest}"), ("missing", blob(digest))]


@pytest.mark.parametrize("make", [Path.mkdir, os.mkfifo, lambda path: path.symlink_to("/etc/hostname")])
def test_what_stands_in_a_blobs_place_and_is_no_file_is_extra(filled: Filled, make: Callable[[Path], None]) -> None:
    digest = filled.artifact(0)
    filled.archive.path(digest).unlink()
    make(filled.archive.path(digest))
    assert found(filled.archive) == [("extra", blob(digest)), ("missing", blob(digest))]


def test_a_blob_that_can_be_written_is_told_and_made_read_only(filled: Filled, tmp_path: Path) -> None:
    path = filled.archive.path(filled.artifact(2))
    path.chmod(0o644)
    assert found(filled.archive) == [("mode", blob(filled.artifact(2)))]
    assert exit_code(repaired(filled.archive, tmp_path / "cache")) == 0
    assert path.stat().st_mode & 0o777 == 0o444
    assert found(filled.archive) == []


def test_a_kept_file_that_another_name_leads_to_gets_bytes_of_its_own(filled: Filled, tmp_path: Path) -> None:
    path = filled.archive.path(filled.artifact(0))
    os.link(path, tmp_path / "second")
    assert found(filled.archive) == [("mode", blob(filled.artifact(0)))]
    assert exit_code(repaired(filled.archive, tmp_path / "cache")) == 0
    assert not path.samefile(tmp_path / "second")
    assert found(filled.archive) == []


def test_a_flipped_artifact_is_put_aside_and_taken_from_the_cache(filled: Filled, tmp_path: Path) -> None:
    digest = filled.artifact(0)
    flip(filled.archive.path(digest))
    bad = filled.archive.path(digest).read_bytes()
    result = repaired(filled.archive, tmp_path / "cache")
    assert [(row.kind, row.path, row.repaired) for row in result.rows] == [("flipped", blob(digest), True)]
    assert exit_code(result) == 0
    assert (filled.place / "damaged" / f"{digest}.1").read_bytes() == bad
    assert sha256_of(filled.archive.read(digest)) == digest
    assert filled.archive.path(digest).stat().st_nlink == 1
    assert found(filled.archive) == []


def test_a_missing_artifact_of_the_head_is_taken_from_the_cache(filled: Filled, tmp_path: Path) -> None:
    digest = filled.artifact(2)
    filled.archive.path(digest).unlink()
    result = repaired(filled.archive, tmp_path / "cache")
    assert [(row.kind, row.repaired) for row in result.rows] == [("missing", True)]
    assert found(filled.archive) == []


def test_a_copy_in_the_cache_that_is_damaged_too_is_not_taken(filled: Filled, tmp_path: Path) -> None:
    digest = filled.artifact(2)
    flip(filled.archive.path(digest))  # the same file as in the cache
    result = repaired(filled.archive, tmp_path / "cache")
    assert [(row.kind, row.repaired) for row in result.rows] == [("flipped", False)]
    assert exit_code(result) == 4
    assert found(filled.archive) == [("missing", blob(digest))]
    flip(filled.place / "damaged" / f"{digest}.1")  # which mends the cache's as well
    assert exit_code(repaired(filled.archive, tmp_path / "cache")) == 0


def test_a_flipped_manifest_is_put_aside_and_missed_afterwards(filled: Filled, tmp_path: Path) -> None:
    flip(filled.archive.path(filled.ids[1]))
    assert ("flipped", blob(filled.ids[1])) in found(filled.archive)
    assert exit_code(repaired(filled.archive, tmp_path / "cache")) == 4
    assert ("missing", blob(filled.ids[1])) in found(filled.archive)


def test_a_blob_that_is_no_generation_and_is_named_as_one_is_missed(filled: Filled) -> None:
    other = filled.archive.put(b'{"content": 1}')
    (filled.place / "kept" / f"{other}.json").write_bytes(b"{}")
    kinds = {path: kind for kind, path in found(filled.archive)}
    assert kinds[blob(other)] == "missing"
    assert kinds[f"kept/{other}.json"] == "flipped"


def test_a_damaged_record_is_dropped(filled: Filled, tmp_path: Path) -> None:
    (record, *_) = sorted(filled.place.glob("results/*/*"))
    flip(record, -1)
    assert exit_code(checked(filled.archive)) == 4
    assert exit_code(repaired(filled.archive, tmp_path / "cache")) == 0
    assert not record.exists()
    assert found(filled.archive) == []


def test_a_torn_last_line_of_the_log_goes_and_stays_as_evidence(filled: Filled, tmp_path: Path) -> None:
    log = filled.place / "log.jsonl"
    before = log.read_bytes()
    log.write_bytes(before + b'{"absent":[],"at":"2026')
    assert found(filled.archive) == [("torn", "log.jsonl")]
    assert exit_code(repaired(filled.archive, tmp_path / "cache")) == 0
    assert log.read_bytes() == before
    assert (filled.place / "damaged/log.jsonl.1").read_bytes().startswith(before)


def test_a_last_line_without_its_end_gets_it(filled: Filled, tmp_path: Path) -> None:
    log = filled.place / "log.jsonl"
    before = log.read_bytes()
    log.write_bytes(before[:-1])
    assert found(filled.archive) == [("torn", "log.jsonl")]
    assert exit_code(repaired(filled.archive, tmp_path / "cache")) == 0
    assert log.read_bytes() == before


def test_a_crash_between_log_and_head_is_finished(filled: Filled, tmp_path: Path) -> None:
    filled.archive.set_head(filled.ids[1])
    assert found(filled.archive) == [("torn", "head")]
    assert exit_code(checked(filled.archive)) == 1
    assert exit_code(repaired(filled.archive, tmp_path / "cache")) == 0
    assert filled.archive.head() == filled.ids[2]


@pytest.mark.parametrize("text", [None, "", "nothing\n", "0" * 64 + "\n", "F" * 64 + "\n"])
def test_a_head_that_names_nothing_is_set_to_what_was_recorded_last(
    filled: Filled, tmp_path: Path, text: str | None
) -> None:
    (filled.place / "head").unlink()
    if text is not None:
        (filled.place / "head").write_text(text)
    assert {path for _, path in found(filled.archive)} >= {"head"}
    repaired(filled.archive, tmp_path / "cache")
    assert filled.archive.head() == filled.ids[2]
    assert found(filled.archive) == []


def test_a_head_in_capitals_or_without_its_end_is_another_head(filled: Filled, tmp_path: Path) -> None:
    (filled.place / "head").write_text(filled.ids[2].upper())
    assert found(filled.archive) == [("flipped", "head")]
    assert exit_code(repaired(filled.archive, tmp_path / "cache")) == 0
    assert (filled.place / "head").read_text() == f"{filled.ids[2]}\n"


def test_after_going_back_the_archive_is_clean(filled: Filled) -> None:
    first = filled.archive.generation(filled.ids[0])
    filled.archive.record(first.content, first.parent, filled.archive.recorded()[filled.ids[2]])
    index.opened(filled.archive)
    assert found(filled.archive) == []


def test_a_head_of_which_nothing_is_here_is_missing(tmp_path: Path) -> None:
    archive = DirectoryArchive(tmp_path / "archive")
    archive.begin()
    archive.set_head(sha256_of(b"never"))
    assert ("missing", "head") in found(archive)
    assert exit_code(repaired(archive, tmp_path / "cache")) == 1


def test_a_log_that_is_gone_is_missing(filled: Filled) -> None:
    (filled.place / "log.jsonl").unlink()
    assert ("missing", "log.jsonl") in found(filled.archive)


def test_a_note_that_says_something_else_is_written_anew(filled: Filled, tmp_path: Path) -> None:
    note = filled.place / "kept" / f"{filled.ids[0]}.json"
    whole = note.read_bytes()
    newer = whole.replace(b'"format":1', b'"format":3')
    for text in (whole.replace(b"till-1", b"tiII-1"), whole.rstrip(b"\n"), newer, b"{}", b""):
        note.write_bytes(text)
        assert found(filled.archive) == [("flipped", f"kept/{filled.ids[0]}.json")]
        assert exit_code(repaired(filled.archive, tmp_path / "cache")) == 0
        assert note.read_bytes() == whole
    assert len(list((filled.place / "damaged").iterdir())) == 5


def test_a_note_is_not_written_anew_while_a_file_is_missing(filled: Filled, tmp_path: Path) -> None:
    note = filled.place / "kept" / f"{filled.ids[0]}.json"
    filled.archive.path(filled.artifact(0)).unlink()
    assert found(filled.archive) == [("missing", blob(filled.artifact(0)))]
    note.write_bytes(note.read_bytes().replace(b'"project":"shop"', b'"project":"shap"'))
    (tmp_path / "none").mkdir()
    result = repaired(filled.archive, tmp_path / "none")
    assert {row.path for row in result.rows if not row.repaired} >= {blob(filled.artifact(0))}


def test_a_proof_whose_statement_is_gone_is_missing_and_stays(filled: Filled, tmp_path: Path) -> None:
    record = filled.prove(filled.ids[1])
    filled.archive.path(record).unlink()
    assert found(filled.archive) == [("missing", blob(record))]
    lines = (filled.place / "proofs.jsonl").read_bytes()
    assert exit_code(repaired(filled.archive, tmp_path / "cache")) == 1
    assert (filled.place / "proofs.jsonl").read_bytes() == lines


def test_a_torn_or_changed_line_of_proofs_is_written_anew_from_its_statement(filled: Filled, tmp_path: Path) -> None:
    proofs = filled.place / "proofs.jsonl"
    whole = proofs.read_bytes()
    proofs.write_bytes(whole.replace(b'"holds":true', b'"holds":false') + b'{"at":"20')
    assert sorted(found(filled.archive)) == [("flipped", "proofs.jsonl"), ("torn", "proofs.jsonl")]
    assert exit_code(repaired(filled.archive, tmp_path / "cache")) == 0
    assert proofs.read_bytes() == whole


def test_a_rehearsal_is_held_against_its_statement_and_its_summary(filled: Filled, tmp_path: Path) -> None:
    record, summary = filled.rehearse(filled.ids[2])
    assert found(filled.archive) == []
    proofs = filled.place / "proofs.jsonl"
    whole = proofs.read_bytes()
    for text in (
        whole.replace(b'"holds":true', b'"holds":false'),
        whole.replace(b'"at":"2026-11-20', b'"at":"2026-11-21'),
        whole.replace(summary.encode(), record.encode()),
    ):
        proofs.write_bytes(text)
        assert {kind for kind, _ in found(filled.archive)} == {"flipped"}
    proofs.write_bytes(whole.replace(b'"holds":true', b'"holds":false'))
    assert exit_code(repaired(filled.archive, tmp_path / "cache")) == 0
    assert proofs.read_bytes() == whole
    filled.archive.path(summary).unlink()
    assert found(filled.archive) == [("missing", blob(summary))]


def test_a_receipt_that_is_none_is_dropped(filled: Filled, tmp_path: Path) -> None:
    text = encode({"receipt": {"why": "good"}, "sha256": digest_of({"why": "good"})})
    (filled.place / "receipt.json").write_bytes(text)
    assert found(filled.archive) == []
    (filled.place / "receipt.json").write_bytes(text.replace(b"good", b"gold"))
    assert found(filled.archive) == [("flipped", "receipt.json")]
    assert exit_code(repaired(filled.archive, tmp_path / "cache")) == 0
    assert not (filled.place / "receipt.json").exists()


def test_an_index_that_says_something_else_is_made_anew(filled: Filled, tmp_path: Path) -> None:
    lying = index.Index(filled.archive)
    lying.add(filled.ids[0], filled.archive.generation(filled.ids[1]))
    lying.save()
    assert found(filled.archive) == [("index", "index.sqlite")]
    assert exit_code(repaired(filled.archive, tmp_path / "cache")) == 0
    assert found(filled.archive) == []


def test_an_index_that_is_behind_is_not_wrong(filled: Filled) -> None:
    filled.add("4")
    assert found(filled.archive) == []


def test_what_nothing_refers_to_is_counted_and_no_defect(filled: Filled) -> None:
    filled.archive.put(b"left by an interrupted run")
    result = checked(filled.archive)
    assert (result.rows, result.unreferenced) == ((), 1)


def test_artifacts_of_generations_that_nobody_keeps_may_be_gone(filled: Filled) -> None:
    filled.archive.path(filled.artifact(1)).unlink()
    result = checked(filled.archive)
    assert (result.rows, result.collected) == ((), 1)


def test_a_folder_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    archive = DirectoryArchive(tmp_path / "archive")
    archive.put(b"x")
    (archive.place / "partial").symlink_to(tmp_path / "elsewhere")
    assert found(archive) == [("extra", "partial")]
    with pytest.raises(ArchiveError):
        checked(DirectoryArchive(tmp_path / "nowhere"))


def test_a_generation_that_names_paths_reaches_nothing(tmp_path: Path) -> None:
    archive = DirectoryArchive(tmp_path / "archive")
    archive.record(
        make_content(), Sha256("../../../etc/passwd"), Filled(tmp_path / "x").archive.recorded().popitem()[1]
    )
    assert found(archive) == []
    with pytest.raises(InputError):
        archive.generation(Sha256("../../../etc/passwd"))
