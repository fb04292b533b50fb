"""A whole estate, scanned: every declaration with its line, role and minors, and nothing else."""

import typing
from pathlib import Path

import pytest

from support.shop import uplock
from uplock.model.declaration import Declared, Kind
from uplock.uplift.scan.readers import read
from uplock.uplift.scan.source import Source

ESTATE = Path(__file__).resolve().parents[3] / "fixtures" / "estate"
TABLE = Path(__file__).with_name("estate.expected.txt")
SKIPPED = {"fixtures", "testdata", "node_modules", "vendor"}


def expected() -> dict[str, list[str]]:
    """Return the rows of the table by file."""
    found: dict[str, list[str]] = {}
    rows: list[str] = []
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        if line.startswith("  "):
            rows.append(line.strip())
        elif line and not line.startswith("# "):
            rows = found.setdefault(line, [])
    return found


EXPECTED = expected()
FILES = sorted(path.relative_to(ESTATE).as_posix() for path in ESTATE.rglob("*") if path.is_file())


def row(found: Declared) -> str:
    minors = found.specifier if found.minors is None else ", ".join(found.minors) or "-"
    parts = (found.line, found.kind, found.role, minors, found.implementation, found.runtime or "-", found.base or "-")
    return " | ".join([*map(str, parts), found.text])


def other(path: str) -> str | None:
    place = ESTATE / path
    return place.read_text(encoding="utf-8") if place.is_file() else None


def test_the_table_speaks_of_every_file_and_of_no_other() -> None:
    assert sorted(EXPECTED) == FILES


def test_every_kind_of_declaration_is_in_the_estate() -> None:
    kinds = {each.split(" | ")[1] for rows in EXPECTED.values() for each in rows}
    assert kinds == set(typing.get_args(Kind))


@pytest.mark.parametrize("path", FILES)
def test_exactly_what_a_file_declares_is_found(path: str) -> None:
    if SKIPPED & set(path.split("/")[:-1]):
        assert EXPECTED[path] == []
        return
    text = (ESTATE / path).read_text(encoding="utf-8")
    assert [row(each) for each in read(Source(path=path, text=text, other=other))] == EXPECTED[path]


@pytest.mark.parametrize("path", [path for path in FILES if EXPECTED[path]])
def test_the_line_of_every_row_says_what_the_row_says(path: str) -> None:
    lines = (ESTATE / path).read_text(encoding="utf-8").splitlines()
    for each in EXPECTED[path]:
        number, *_, text = each.split(" | ", 7)
        assert text.split(", ")[0].strip("\"'") in lines[int(number) - 1].replace('\\"', '"'), each


def test_the_whole_estate_gives_the_whole_table(capfd: pytest.CaptureFixture[str]) -> None:
    answer = uplock(capfd, "scan", ESTATE, "--as-of", "2026-11-22", "--json", "--quiet")
    assert answer.code == 1
    found = [(each["path"], each["line"], each["kind"], each["text"]) for each in answer.json]
    table = []
    for path in sorted(EXPECTED):
        for each in EXPECTED[path]:
            line, kind, *_, text = each.split(" | ", 7)
            table.append((path, int(line), kind, text))
    assert found == table
