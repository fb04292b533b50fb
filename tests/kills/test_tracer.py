"""The tracer itself: it sees every thread and child, kills them all before a call, and tears a write."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

from support.kill_checks import project_damage
from support.killing import trace, untraceable

pytestmark = pytest.mark.skipif(bool(untraceable()), reason=untraceable())

FAMILY = """
import os, subprocess, sys, threading
place = sys.argv[1]
os.mkdir(f"{place}/made")
def write():
    with open(f"{place}/thread", "w") as file:
        file.write("thread")
thread = threading.Thread(target=write)
thread.start()
thread.join()
subprocess.run(["sh", "-c", f"cd {place} && echo child > child && rm child"], check=True)
os.rename(f"{place}/thread", f"{place}/renamed")
with open("/dev/null", "w") as file:
    file.write("elsewhere")
print("done")
"""

IN_PLACE = """
import sys
with open(sys.argv[1], "wb") as file:
    file.write(b"new content")
"""

ATOMICALLY = """
import sys
from pathlib import Path
from uplock.files import write_atomically
write_atomically(Path(sys.argv[1]), b"new content")
"""

STUBBORN = """
import os, signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
waiting = subprocess.Popen(["sh", "-c", f"sleep 5; echo late > {sys.argv[1]}/late"])
os.mkdir(f"{sys.argv[1]}/made")
waiting.wait()
"""


def test_calls_of_threads_and_children_are_counted_and_those_elsewhere_are_not(tmp_path: Path) -> None:
    seen = trace([sys.executable, "-c", FAMILY, tmp_path], [tmp_path])
    assert (seen.code, seen.killed, seen.out) == (0, False, "done\n")
    calls = [(name.removesuffix("at"), Path(path).name) for name, path in seen.points]
    assert [call for call in calls if call[0] != "open"] == [
        ("mkdir", "made"),
        ("write", "thread"),
        ("write", "child"),
        ("unlink", "child"),
        ("rename", "renamed"),
    ]
    assert [name for call, name in calls if call == "open"] == ["thread", "child"]


def test_the_call_at_which_it_kills_is_not_made_and_all_before_it_are(tmp_path: Path) -> None:
    whole = trace([sys.executable, "-c", FAMILY, tmp_path], [tmp_path])
    for number, (_, path) in enumerate(whole.points, 1):
        place = tmp_path / str(number)
        place.mkdir()
        seen = trace([sys.executable, "-c", FAMILY, place], [place], at=number)
        assert seen.killed
        assert seen.code == -9
        assert len(seen.points) == number
        assert Path(seen.points[-1][1]).name == Path(path).name
        assert not (place / "renamed").exists()
        assert (place / "made").exists() == (number > 1)


def test_children_die_with_their_parent(tmp_path: Path) -> None:
    began = time.monotonic()
    seen = trace([sys.executable, "-c", STUBBORN, tmp_path], [tmp_path], at=1)
    assert seen.killed
    assert time.monotonic() - began < 4, "the tracer waits for all of them"
    assert list(tmp_path.iterdir()) == []


def test_a_number_that_is_never_reached_kills_nobody(tmp_path: Path) -> None:
    seen = trace([sys.executable, "-c", IN_PLACE, tmp_path / "file"], [tmp_path], at=99)
    assert (seen.code, seen.killed) == (0, False)
    assert (tmp_path / "file").read_bytes() == b"new content"


def damage_of(program: str, folder: Path) -> list[str]:
    """Kill a program at each of its calls, torn and whole, and return what became of a file then."""
    file = folder / "file"
    old, new = {"file": b"old"}, {"file": b"new content"}
    file.write_bytes(b"old")
    points = trace([sys.executable, "-c", program, file], [folder]).points
    found = []
    for number in range(1, len(points) + 1):
        for torn in (False, True):
            file.write_bytes(b"old")
            assert trace([sys.executable, "-c", program, file], [folder], at=number, torn=torn).killed
            found += project_damage({"file": file.read_bytes()}, old, new)
    return found


def test_a_writer_that_is_not_atomic_is_found_out(tmp_path: Path) -> None:
    assert len(damage_of(IN_PLACE, tmp_path)) == 2, "emptied, and written by half"


def test_one_that_is_atomic_is_not(tmp_path: Path) -> None:
    assert damage_of(ATOMICALLY, tmp_path) == []
