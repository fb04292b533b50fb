"""Attack: somebody puts an index of their own making into the archive, to hide a generation or to lead a reader on."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import pytest

from support.archives import Filled
from uplock.archive import index
from uplock.archive.fsck import Examined, head_of
from uplock.archive.index_find import with_artifact, with_library
from uplock.errors import InputError
from uplock.ports import ignore_events


@pytest.fixture
def filled(tmp_path: Path) -> Filled:
    made = Filled(tmp_path / "archive", length=2)
    index.opened(made.archive)
    return made


def change(filled: Filled, *statements: str) -> None:
    database = sqlite3.connect(filled.place / "index.sqlite")
    for statement in statements:
        database.execute(statement)
    database.commit()
    database.close()


def rows(filled: Filled) -> list[tuple[str, str]]:
    return [(row.kind, row.path) for row in Examined(filled.archive, head_of(filled.archive), ignore_events).rows]


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TRIGGER t AFTER INSERT ON generation BEGIN DELETE FROM generation; END",
        "CREATE VIEW v AS SELECT * FROM generation",
        "CREATE INDEX i ON generation (parent)",
        "DROP TABLE library",
        "PRAGMA application_id = 1",
    ],
)
def test_an_index_with_anything_of_its_own_is_thrown_away(filled: Filled, statement: str) -> None:
    change(filled, statement)
    assert rows(filled) == [("index", "index.sqlite")]
    assert list(index.opened(filled.archive).entries()) == filled.ids
    assert rows(filled) == []


def test_a_generation_cannot_be_hidden(filled: Filled) -> None:
    change(filled, "DELETE FROM generation WHERE seq = 1", "DELETE FROM span")
    assert set(index.opened(filled.archive).entries()) == set(filled.ids)


def test_a_generation_that_never_was_is_not_told(filled: Filled) -> None:
    change(filled, "INSERT INTO generation VALUES (9, hex(zeroblob(32)), NULL, 'shop', '[]', 0, NULL, '1 1 1 1')")
    assert list(index.opened(filled.archive).entries()) == filled.ids


@pytest.mark.parametrize(
    "lie",
    [
        "UPDATE generation SET artifacts = 7",
        "UPDATE generation SET parent = NULL",
        "UPDATE member SET sha256 = '" + "0" * 64 + "' WHERE number = 1",
        "DELETE FROM span",
    ],
)
def test_a_lie_about_a_generation_that_is_here_is_found_by_fsck(filled: Filled, lie: str) -> None:
    change(filled, lie)
    assert rows(filled) == [("index", "index.sqlite")]


def test_a_file_of_any_size_or_a_pipe_is_not_read(filled: Filled) -> None:
    path = filled.place / "index.sqlite"
    os.truncate(path, 1 << 30)  # a hole: no bytes of the disk
    assert list(index.opened(filled.archive).entries()) == filled.ids
    assert path.stat().st_size < 1 << 20
    path.unlink()
    os.mkfifo(path)
    assert list(index.opened(filled.archive).entries()) == filled.ids
    assert path.is_file()


def test_text_of_the_question_is_never_a_statement(filled: Filled) -> None:
    found = index.opened(filled.archive)
    for text in ("0" * 63 + "'", "'; DROP TABLE generation; --"):
        with pytest.raises(InputError, match="SHA-256"):
            with_artifact(found, text)
    assert with_library(found, "zlib';DROP").generations == ()
    assert list(found.entries()) == filled.ids
