"""Two at once: the second is refused with words, or waits; nothing of either is lost."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.http_index import HttpIndex
from support.kill_acts import ACTS, RUN
from support.kill_checks import archive_damage, closures
from support.kill_scenes import Stage
from support.shop import PYPROJECT, estate

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

AT_WORK = "another uplock is at work here"


@pytest.fixture
def http() -> Iterator[HttpIndex]:
    with HttpIndex(estate()) as served:
        yield served


@pytest.fixture
def stage(http: HttpIndex, tmp_path: Path) -> Stage:
    return Stage(tmp_path.resolve() / "stage", http.url)


def start(stage: Stage, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        stage.command(*arguments),
        env=stage.environ,
        cwd=stage.shop,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        stdin=subprocess.DEVNULL,
    )


def test_while_a_run_is_at_work_every_other_writer_is_refused_and_readers_are_not(
    stage: Stage, http: HttpIndex
) -> None:
    ACTS["second-run"](stage)
    before = closures(stage.archive)
    (older,) = before
    asked = len(http.requests)
    http.slow(20, part="/simple/")
    running = start(stage, *RUN)
    while len(http.requests) == asked:
        assert running.poll() is None
        time.sleep(0.01)
    for second in (RUN, ("vault", "add", "--quiet"), ("rollback", older, "--quiet")):
        ended = stage.run(*second)
        assert ended.code == 3, ended
        assert AT_WORK in ended.err
        assert "Remedy: Wait for the other run to end" in ended.err
    assert stage.run("history").code == 0
    running.kill()
    running.communicate()
    http.sabotage.clear()
    stage.lock_run()
    assert archive_damage(stage.archive_place, before) == []
    assert len(stage.ids()) == 2


def test_many_at_once_end_with_an_answer_or_with_words(stage: Stage) -> None:
    ACTS["second-run"](stage)
    before = closures(stage.archive)
    together = [start(stage, *RUN) for _ in range(4)]
    codes = []
    for each in together:
        _, err = each.communicate(timeout=120)
        codes.append(each.returncode)
        assert each.returncode in {0, 1} or (each.returncode == 3 and AT_WORK in err), err
    assert {0, 1} & set(codes)
    assert archive_damage(stage.archive_place, before) == []
    assert len(stage.ids()) == 2
    stage.lock_run()
    assert len(stage.ids()) == 2


def test_two_projects_share_a_cache_at_the_same_time(stage: Stage, http: HttpIndex, tmp_path: Path) -> None:
    other = Stage(tmp_path.resolve() / "other", http.url)
    other.environ = {**other.environ, "UPLOCK_CACHE": stage.environ["UPLOCK_CACHE"]}
    for each in (stage, other):
        each.configure(PYPROJECT)
    together = [(each, start(each, *RUN)) for each in (stage, other)]
    for each, process in together:
        _, err = process.communicate(timeout=120)
        assert process.returncode in {0, 1}, err
        assert archive_damage(each.archive_place, {}) == []
    assert stage.ids() == other.ids()


def test_two_installations_at_once_leave_a_whole_environment(stage: Stage) -> None:
    arguments = ACTS["install"](stage)
    together = [start(stage, *arguments) for _ in range(3)]
    codes = []
    for each in together:
        _, err = each.communicate(timeout=120)
        codes.append(each.returncode)
        assert each.returncode == 0 or (each.returncode == 3 and "Wait for the other installation" in err), err
    assert 0 in codes
    assert stage.done("verify", "env", stage.into).code == 0
