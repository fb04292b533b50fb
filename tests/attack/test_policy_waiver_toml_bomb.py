"""A waiver file that is made to take the memory or the time of who reads it."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from support.waivers import judge_files, make_file
from uplock.lockfile.waivers import MAX_BYTES, read_waiver
from uplock.workflow.waiver_files import read_waivers

ROOM = MAX_BYTES - 10
BOMBS = {
    "nested arrays": b"a = " + b"[" * (ROOM // 2) + b"]" * (ROOM // 2 - 10),
    "nested tables": b"a = " + b"{a=" * (ROOM // 4) + b"1",
    "dotted key": b"a" + b".a" * (ROOM // 2 - 5) + b" = 1",
    "long line": b'reason = "' + b"x " * (ROOM // 2 - 10) + b'"',
    "unknown keys": b"".join(b"key%d = 1\n" % each for each in range(5000)),
    "long number": b"format = " + b"9" * (ROOM - 20),
    "many controls": b"compensating_controls = [" + b'"no",' * (ROOM // 6) + b"]",
    "many tables": b"[[scope]]\n" * (ROOM // 10),
    "quotes": b'"' * ROOM,
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_is_a_defect_in_bounded_time_and_space(bomb: str) -> None:
    start = time.process_time()
    file = read_waiver("waivers/bomb.toml", BOMBS[bomb])
    assert file.waiver is None
    assert 0 < len(file.defects) < 1000
    assert sum(map(len, file.defects)) < MAX_BYTES * 2
    assert time.process_time() - start < 5


def test_a_file_over_the_bound_is_not_read_whole(tmp_path: Path) -> None:
    (tmp_path / "waivers").mkdir()
    with (tmp_path / "waivers" / "bomb.toml").open("wb") as stream:
        stream.truncate(1 << 40)
    (file,) = read_waivers(tmp_path)
    assert file.defects == ("cannot be read: larger than 65536 bytes",)


def test_waivers_that_all_supersede_one_another_are_judged_in_time_that_is_linear_in_them() -> None:
    names = [f"w-{each}" for each in range(300)]
    files = [
        make_file(id=name, supersedes=tuple(other for other in names[place : place + 100] if other != name))
        for place, name in enumerate(names)
    ] + [make_file(id="w-last", supersedes=("w-0",)), make_file(id="pair-one", supersedes=("pair-two",))]
    files.append(make_file(id="pair-two", supersedes=("pair-one",)))
    start = time.process_time()
    refused = {each.file.path for each in judge_files(*files) if each.state == "refused"}
    assert refused == {"waivers/pair-one.toml", "waivers/pair-two.toml"}
    assert time.process_time() - start < 5
