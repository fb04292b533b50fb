"""The query index: it says what the archive says, whatever became of its file, and nothing rests on it."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from support.archives import Filled
from support.generations import make_content, record_chain
from uplock.archive import index
from uplock.archive.archive import DirectoryArchive
from uplock.archive.index_find import with_artifact, with_library, with_python
from uplock.errors import InputError, IntegrityError, UsageError
from uplock.model.archive_outcome import FindResult
from uplock.model.digest import Sha256, sha256_of
from uplock.model.outcome import HistoryEntry


@pytest.fixture
def filled(tmp_path: Path) -> Filled:
    """Three generations for 3.12 and one for 3.13, of which the first is kept."""
    made = Filled(tmp_path / "archive", length=3, keep=(0,))
    made.add("3", python="3.13.0")
    return made


def entries(archive: DirectoryArchive) -> list[HistoryEntry]:
    return list(index.opened(archive).entries().values())


def numbers(filled: Filled, found: FindResult) -> list[int]:
    return [filled.ids.index(each.id) for each in found.generations]


def test_it_says_of_every_generation_what_its_manifest_says(filled: Filled) -> None:
    times = filled.archive.recorded()
    assert entries(filled.archive) == [
        HistoryEntry(
            id=identity,
            parent=filled.ids[number - 1] if number else None,
            recorded_at=times[identity],
            targets=("py313-linux-x86_64" if number == 3 else "py312-linux-x86_64",),
            artifacts=2,
            baseline=None,
            kept=number == 0,
        )
        for number, identity in enumerate(filled.ids)
    ]


def test_asked_again_with_nothing_new_it_is_not_written(filled: Filled) -> None:
    index.opened(filled.archive)
    before = (filled.place / "index.sqlite").stat()
    index.opened(filled.archive)
    assert (filled.place / "index.sqlite").stat().st_ino == before.st_ino
    assert (filled.place / "index.sqlite").stat().st_mtime_ns == before.st_mtime_ns


def test_it_takes_in_what_was_recorded_since(filled: Filled) -> None:
    index.opened(filled.archive)
    filled.add("9")
    assert [each.id for each in entries(filled.archive)] == filled.ids
    assert numbers(filled, with_artifact(index.opened(filled.archive), filled.artifact(0, "coin"))) == [0, 1, 2, 3, 4]


def test_spans_end_and_begin_again(tmp_path: Path) -> None:
    filled = Filled(tmp_path / "archive", length=2)
    index.opened(filled.archive)
    for version in ("1", "2", "2", "1"):
        filled.add(version)
    found = index.opened(filled.archive)
    assert numbers(filled, with_artifact(found, filled.artifact(0))) == [0, 2, 5]
    assert numbers(filled, with_artifact(found, filled.artifact(1))) == [1, 3, 4]


@pytest.mark.parametrize("damage", ["gone", "empty", "no database", "cut", "other format", "other tables", "a link"])
def test_a_file_that_is_none_is_thrown_away(filled: Filled, tmp_path: Path, damage: str) -> None:
    before = entries(filled.archive)
    path = filled.place / "index.sqlite"
    raw = path.read_bytes()
    path.unlink()
    match damage:
        case "empty":
            path.write_bytes(b"")
        case "no database":
            path.write_bytes(b"x" * 5000)
        case "cut":
            path.write_bytes(raw[: len(raw) // 2])
        case "other format":
            path.write_bytes(raw)
            _run(path, "PRAGMA user_version = 2")
        case "other tables":
            path.write_bytes(raw)
            _run(path, "CREATE TRIGGER t AFTER INSERT ON member BEGIN DELETE FROM generation; END")
        case "a link":
            (tmp_path / "elsewhere").write_bytes(raw)
            path.symlink_to(tmp_path / "elsewhere")
    assert entries(filled.archive) == before
    assert path.is_file()
    assert not path.is_symlink()


@pytest.mark.parametrize(
    "lie",
    [
        "UPDATE generation SET targets = 'x'",
        "UPDATE generation SET targets = '[1]'",
        "UPDATE generation SET id = 'x' WHERE seq = 1",
        "DELETE FROM generation WHERE seq = 2",
        "UPDATE generation SET seq = 9 WHERE seq = 1",
    ],
)
def test_an_index_that_contradicts_itself_or_the_log_is_made_anew(filled: Filled, lie: str) -> None:
    before = {each.id: each for each in entries(filled.archive)}
    _run(filled.place / "index.sqlite", lie)
    assert {each.id: each for each in entries(filled.archive)} == before


def _run(path: Path, statement: str) -> None:
    database = sqlite3.connect(path)
    database.execute(statement)
    database.commit()
    database.close()


def test_a_manifest_that_was_changed_since_is_found_out(filled: Filled) -> None:
    index.opened(filled.archive)
    path = filled.archive.path(filled.ids[1])
    path.chmod(0o644)
    path.write_bytes(path.read_bytes().replace(b'"shop"', b'"shap"'))
    with pytest.raises(IntegrityError, match=filled.ids[1]):
        index.opened(filled.archive)


def test_a_manifest_that_was_only_touched_is_hashed_again_and_stands(filled: Filled) -> None:
    before = entries(filled.archive)
    filled.archive.path(filled.ids[1]).touch()
    assert entries(filled.archive) == before


def test_generations_that_are_gone_go_from_it(filled: Filled) -> None:
    index.opened(filled.archive)
    filled.archive.path(filled.ids[0]).unlink()
    assert [each.id for each in entries(filled.archive)] == filled.ids[1:]


def test_what_the_log_does_not_name_and_the_head_reaches_is_in_it(filled: Filled) -> None:
    (filled.place / "log.jsonl").unlink()
    assert sorted(each.id for each in entries(filled.archive)) == sorted(filled.ids)
    assert all(each.recorded_at is None for each in entries(filled.archive))


def test_a_parent_that_is_a_path_is_never_opened(tmp_path: Path) -> None:
    archive = DirectoryArchive(tmp_path / "archive")
    (identity,) = record_chain(archive, 1, parent=Sha256("../../../etc/passwd"))
    assert [each.id for each in entries(archive)] == [identity]


def test_without_room_to_write_the_answer_is_the_same(filled: Filled) -> None:
    (filled.place / "index.sqlite").mkdir()
    assert [each.id for each in entries(filled.archive)] == filled.ids


def test_an_empty_archive_has_no_index(tmp_path: Path) -> None:
    archive = DirectoryArchive(tmp_path / "archive")
    assert entries(archive) == []
    assert not archive.place.exists()


def test_it_finds_the_generations_of_an_interpreter(filled: Filled) -> None:
    found = index.opened(filled.archive)
    assert numbers(filled, with_python(found, "3.12")) == [0, 1, 2]
    assert with_python(found, "3.13").generations[0].matches == ("py313-linux-x86_64",)
    assert with_python(found, "3.1").generations == ()
    with pytest.raises(UsageError, match="minor version"):
        with_python(found, "py312")


@pytest.mark.parametrize(
    ("asked", "many"),
    [("zlib", 4), ("ZLIB", 4), ("zlib==1.2.13", 4), ("zlib==1.2*", 4), ("zlib==1.2", 0), ("zlib==1.3*", 0), ("z", 0)],
)
def test_it_finds_the_generations_that_carry_a_library(filled: Filled, asked: str, many: int) -> None:
    found = with_library(index.opened(filled.archive), asked)
    assert len(found.generations) == many
    assert {match for each in found.generations for match in each.matches} <= {"zlib 1.2.13 in coin-1-py3-none-any.whl"}
    file = (filled.place / "index.sqlite").stat().st_ino
    assert with_library(index.opened(filled.archive), asked) == found
    assert (filled.place / "index.sqlite").stat().st_ino == file


@pytest.mark.parametrize("asked", ["", "*", "zlib==", "zlib==1.*.3", "two words", "zlib=1"])
def test_a_library_is_asked_for_in_one_form(filled: Filled, asked: str) -> None:
    with pytest.raises(UsageError, match="is not NAME"):
        with_library(index.opened(filled.archive), asked)


def test_results_that_are_not_here_say_nothing_and_are_asked_again(filled: Filled) -> None:
    content = filled.archive.generation(filled.ids[0]).content
    results = filled.archive.path(next(each.results for each in content.artifacts if "coin" in each.filename))
    aside = results.rename(results.with_name("aside"))
    assert with_library(index.opened(filled.archive), "zlib").generations == ()
    aside.rename(results)
    assert len(with_library(index.opened(filled.archive), "zlib").generations) == 4


def test_an_artifact_is_asked_for_by_its_digest(filled: Filled) -> None:
    assert with_artifact(index.opened(filled.archive), sha256_of(b"never")).generations == ()
    with pytest.raises(InputError):
        with_artifact(index.opened(filled.archive), "till")


def test_a_generation_recorded_twice_is_one(tmp_path: Path) -> None:
    archive = DirectoryArchive(tmp_path / "archive")
    first, second = record_chain(archive, 2)
    at = archive.recorded()[second]
    assert archive.record(make_content("day 0"), None, at) == first
    assert [each.id for each in entries(archive)] == [first, second]
