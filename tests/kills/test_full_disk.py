"""A full disk and a read-only one: words, the old state, and nothing that hinders the next run."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.http_index import HttpIndex
from support.kill_acts import ACTS, RUN
from support.kill_checks import archive_damage, closures, project_damage
from support.kill_scenes import Ended, Stage
from support.shop import PYPROJECT, estate, snapshot


def unmountable() -> str:
    """Return why file systems cannot be mounted here in a namespace of their own; empty if they can."""
    try:
        tried = subprocess.run(
            ["unshare", "--mount", "mount", "-t", "tmpfs", "none", "/tmp"],  # noqa: S108 - seen by nobody else
            capture_output=True,
            check=False,
        )
    except FileNotFoundError:
        return "there is no unshare here"
    return "" if tried.returncode == 0 else "nothing can be mounted here"


WHY = unmountable()
pytestmark = [
    pytest.mark.allow_hosts(["127.0.0.1"]),
    pytest.mark.skipif(bool(WHY), reason=WHY),
]

FULL = """
set -e
live=$1 saved=$2 out=$3 free=$4
shift 4
mount -t tmpfs -o size=16m none "$live"
cp -a "$saved/." "$live"
cd "$live/shop"
dd if=/dev/zero of="$live/filler" bs=4k 2>/dev/null || true
truncate -s "-$((free * 4096))" "$live/filler"
code=0
"$@" >"$out/said" 2>&1 || code=$?
rm "$live/filler"
cp -a "$live" "$out/full"
again=0
"$@" >"$out/again" 2>&1 || again=$?
cp -a "$live" "$out/after"
echo "$code $again"
"""
"""Fill the disk up to some pages of 4 KiB, run a command, make room, and run it again."""

READ_ONLY = """
set -e
place=$1
shift
mount --bind "$place" "$place"
mount -o remount,ro,bind "$place"
cd "$PWD"
exec "$@"
"""


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with HttpIndex(estate()) as http:
        yield Stage(tmp_path.resolve() / "stage", http.url)


def in_namespace(stage: Stage, script: str, *arguments: str | Path) -> Ended:
    ran = subprocess.run(
        ["unshare", "--mount", "--propagation", "private", "sh", "-c", script, "sh", *map(str, arguments)],
        env=stage.environ,
        cwd=stage.shop,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    return Ended(code=ran.returncode, out=ran.stdout, err=ran.stderr)


@pytest.mark.parametrize(("act", "free"), [("second-run", 50), ("vault-add", 1)])
def test_a_full_disk_leaves_the_old_state_and_the_next_run_has_everything(
    stage: Stage, tmp_path: Path, act: str, free: int
) -> None:
    arguments = ACTS[act](stage)
    before, old = closures(stage.archive), dict(stage.files())
    stage.save(act)
    out = tmp_path / "out"
    out.mkdir()
    command = stage.command(*arguments)
    ended = in_namespace(stage, FULL, stage.live, stage.saved / act, out, str(free), *command)
    assert ended.code == 0, ended
    said = (out / "said").read_text()
    assert ended.out.split() == ["3", "0"], (ended, said, (out / "again").read_text())
    assert "Traceback" not in said
    assert "Remedy: " in said
    assert "no space left on device" in said.lower()
    assert archive_damage(out / "full/shop/.uplock", before) == []
    assert project_damage(snapshot(out / "full/shop"), old, old) == []
    assert archive_damage(out / "after/shop/.uplock", before) == []
    stage.done(*arguments)
    assert dict(snapshot(out / "after/shop")) == dict(stage.files())


def test_a_read_only_archive_can_be_read_and_refuses_what_writes_with_words(stage: Stage) -> None:
    stage.configure(PYPROJECT)
    stage.lock_run()
    place = stage.archive_place
    for reading in ("history", "check"):
        ended = in_namespace(stage, READ_ONLY, place, *stage.command(reading))
        assert ended.code in {0, 1}, ended
        assert "Traceback" not in ended.err
    stage.configure(PYPROJECT.replace("2026-03-01", "2026-07-01"))
    before, old = closures(stage.archive), dict(stage.files())
    for writing in (RUN, ("vault", "add", "--quiet")):
        ended = in_namespace(stage, READ_ONLY, place, *stage.command(*writing))
        assert ended.code == 3, ended
        assert "cannot write: read-only file system" in ended.err
        assert "Remedy: Choose a place that can be written." in ended.err
    assert archive_damage(place, before) == []
    assert dict(stage.files()) == old
    stage.lock_run()


def test_a_read_only_project_keeps_its_files_and_the_archive_its_head(stage: Stage) -> None:
    ACTS["second-run"](stage)
    before, old, head = closures(stage.archive), dict(stage.files()), stage.archive.head()
    outside = ("--archive", str(stage.live / "archive"))
    subprocess.run(["cp", "-a", stage.archive_place, stage.live / "archive"], check=True)
    ended = in_namespace(stage, READ_ONLY, stage.shop, *stage.command(*RUN, *outside))
    assert ended.code == 3, ended
    assert "cannot write: read-only file system" in ended.err
    assert dict(stage.files()) == old
    assert stage.archive.head() == head
    assert archive_damage(stage.live / "archive", before) == []
