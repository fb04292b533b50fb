"""``fixtures/estate`` and its table: every file has its rows, every row its place, and the readers find just these."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import pytest

from support.shop import AS_OF, uplock
from unit.uplift.estate.expected import EXPECTED
from unit.uplift.estate.rows import Row
from uplock.model.declaration import Kind, Role

if TYPE_CHECKING:
    from uplock.model.declaration import Declared

ESTATE = Path(__file__).parents[4] / "fixtures" / "estate"
LEFT_OUT = frozenset({"fixtures", "node_modules", "testdata", "vendor"})
"""Folders of the estate that a scan does not go into: what lies there is asked of the whole command alone."""

CACHES = frozenset({".mypy_cache", ".ruff_cache", "__pycache__"})
"""Folders that tools of a developer leave anywhere; git has none of them."""

ENTERED = sorted(path for path in EXPECTED if LEFT_OUT.isdisjoint(path.split("/")))
DECLARING = sorted(path for path, rows in EXPECTED.items() if rows)


def text_of(path: str) -> str | None:
    """Return the text of a file of the estate with its line ends as they are, ``None`` if there is none."""
    file = ESTATE / path
    return file.read_bytes().decode() if file.is_file() else None


def declared(path: str) -> tuple[Declared, ...]:
    """Return what the readers find in a file of the estate."""
    from uplock.uplift.scan.readers import read
    from uplock.uplift.scan.source import Source

    text = text_of(path)
    assert text is not None
    return read(Source(path=path, text=text, other=text_of))


def told(row: Row) -> dict[str, Any]:
    """Return a row of the table with the names of a declaration; that something is noted is asked apart."""
    return {name: getattr(row, name) for name in Row.__slots__ if name != "noted"}


def found(declaration: Declared) -> dict[str, Any]:
    """Return of a declaration what the table has an opinion on."""
    return {name: getattr(declaration, name) for name in Row.__slots__ if name != "noted"}


def test_every_file_has_an_entry_and_every_entry_a_file() -> None:
    files = {file.relative_to(ESTATE) for file in ESTATE.rglob("*") if file.is_file()}
    assert set(EXPECTED) == {file.as_posix() for file in files if CACHES.isdisjoint(file.parts)}


def test_every_kind_and_every_role_occurs() -> None:
    rows = [row for rows in EXPECTED.values() for row in rows]
    assert {row.kind for row in rows} == set(get_args(Kind))
    assert {row.role for row in rows} == set(get_args(Role))


def test_many_files_declare_nothing() -> None:
    silent = [path for path, rows in EXPECTED.items() if not rows]
    assert len(silent) * 4 > len(EXPECTED)


@pytest.mark.parametrize("path", DECLARING)
def test_rows_name_lines_that_have_their_text_and_stand_in_their_order(path: str) -> None:
    text = text_of(path)
    assert text is not None
    lines = text.split("\n")
    rows = EXPECTED[path]
    assert [row.text for row in rows if row.text not in lines[row.line - 1]] == []
    assert [row.line for row in rows] == sorted(row.line for row in rows)


@pytest.mark.parametrize("path", DECLARING)
def test_rows_name_exact_minors_in_their_order_or_a_range_and_runtimes_are_of_that_minor(path: str) -> None:
    for row in EXPECTED[path]:
        if row.minors is None:
            assert row.specifier is not None, row
            assert row.runtime is None, row
        else:
            ascending = sorted(set(row.minors), key=lambda minor: tuple(map(int, minor.split("."))))
            assert list(row.minors) == ascending, row
            assert row.runtime is None or [row.runtime] == [f"python{minor}" for minor in row.minors], row


@pytest.mark.parametrize("path", ENTERED)
def test_a_file_declares_just_what_the_table_says(path: str) -> None:
    assert [found(declaration) for declaration in declared(path)] == [told(row) for row in EXPECTED[path]]


NOTED = [path for path in ENTERED if any(row.noted for row in EXPECTED[path])]


@pytest.mark.parametrize("path", NOTED)
def test_a_version_that_is_not_named_or_read_as_another_is_noted(path: str) -> None:
    places = {row.line: row.noted for row in EXPECTED[path]}
    noted = {declaration.line for declaration in declared(path) if declaration.note}
    assert {line for line, is_noted in places.items() if is_noted} <= noted


def test_the_note_of_the_unquoted_3_10_says_what_yaml_reads() -> None:
    notes = {
        each.line: each.note for each in declared(".github/workflows/ci.yml") if each.minors and "3.1" in each.minors
    }
    assert sorted(notes) == [61, 90]
    assert all(note is not None and "3.1" in note and "quote" in note for note in notes.values())


def test_an_unquoted_version_that_yaml_reads_right_has_no_note() -> None:
    (right,) = (each for each in declared(".github/workflows/ci.yml") if each.line == 63)
    assert (right.text, right.note) == ("3.12", None)


def test_the_whole_command_finds_the_whole_table_and_nothing_else(capfd: pytest.CaptureFixture[str]) -> None:
    answer = uplock(capfd, "scan", ESTATE, "--as-of", AS_OF, "--json")
    names = ("path", *(name for name in Row.__slots__ if name != "noted"))
    rows = [
        {
            "path": path,
            **told(row),
            "minors": None if row.minors is None else list(row.minors),
        }
        for path in sorted(EXPECTED)
        for row in EXPECTED[path]
    ]
    assert [{name: row[name] for name in names} for row in answer.json] == rows
    assert answer.code == 1, "3.9 has ended"
