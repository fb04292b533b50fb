"""Commands killed in the middle: a sample of what ``tests/kills/every.py`` does at every call that changes a file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from support.http_index import HttpIndex
from support.kill_acts import ACTS, left_behind, missing, play, puts_in_place
from support.kill_scenes import Stage
from support.killing import untraceable
from support.shop import estate

pytestmark = [
    pytest.mark.allow_hosts(["127.0.0.1"]),
    pytest.mark.skipif(bool(untraceable()), reason=untraceable()),
]

KILLS = {"second-run": 2}
"""How often each command is killed, once where nothing is said."""


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with HttpIndex(estate()) as http:
        yield Stage(tmp_path.resolve() / "stage", http.url)


@pytest.mark.parametrize("name", list(ACTS))
def test_a_killed_command_loses_nothing_and_ends_the_next_time_as_if_nobody_had_killed_it(
    stage: Stage, name: str
) -> None:
    if missing(name):
        pytest.skip(missing(name))
    played = play(name, stage)
    total, number = len(played.whole.points), KILLS.get(name, 1)
    for turn in range(number):
        found = played.killed_at(1 + total * (2 * turn + 1) // (2 * number), torn=turn % 2 == 1)
        assert found == []
        assert not left_behind(stage)


def test_a_kill_between_the_renames_of_the_locks_is_brought_to_its_end(stage: Stage) -> None:
    played = play("second-run", stage)
    locks = stage.shop / "locks"
    seen = [each for each in played.whole.points if Path(each[1]).is_relative_to(locks)]
    renames = [number for number, each in enumerate(seen, 1) if puts_in_place(each)]
    assert len(renames) > 4
    assert played.killed_at(renames[2], torn=False, below=locks) == []
    assert not left_behind(stage)
