"""``uplock install`` with uv from archived bytes, against bare ``uv pip sync --offline`` of the same wheels.

    PYTHONPATH=tests .venv/bin/python tests/benchmarks/install.py [PROJECT [TARGET]]

PROJECT (default fixtures/projects/webshop) must have been run once; TARGET is the newest that this machine can install.
Both make a fresh environment from the same files by the same hashes, with an empty cache of uv's. Bare uv is told where
the wheels lie and makes the environment with ``uv venv``. uplock is the whole command: it starts, hashes locks and
wheels, judges, lets uv do the same, reads the environment back from disk, compares every file, and switches it in.
For comparison: bare uv with everything unpacked in its cache, and uplock when it deletes an older environment as well.
Bound: 1.5.
"""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from support.timing import interleaved, ratio
from uplock.archive.archive import DirectoryArchive
from uplock.host.interpreters import INSTALLING, Interpreters, probe
from uplock.lockfile.requirements import write_offline
from uplock.model.lock import Lock
from uplock.resolve.uv import find_uv
from uplock.workflow.locks import committed

ROUNDS = 7


def lock_here(project: Path, names: tuple[str, ...]) -> Lock:
    """Return the named lock, or the newest one for this platform."""
    host = probe(Path(sys.executable), {})
    locks = [lock for lock in committed(project, names) if host is not None and host.runs(lock.target)]
    return max(locks, key=lambda lock: tuple(int(part) for part in lock.target.interpreter.version.split(".")))


class Bench:
    """The same lock, ready for both."""

    def __init__(self, project: Path, lock: Lock, folder: Path) -> None:
        self.project = project
        self.folder = folder
        self.target = lock.target.name
        self.numbers = itertools.count()
        self.uv = str(find_uv())
        self.python = Interpreters({}, os.environ, Path.home(), find_uv(), INSTALLING).find(lock.target).path
        self.wheels = folder / "wheels"
        self.wheels.mkdir()
        archive = DirectoryArchive(project / ".uplock")
        for package in lock.packages:
            (self.wheels / package.artifact.filename).symlink_to(archive.path(package.artifact.sha256).resolve())
        self.requirements = folder / "requirements.txt"
        self.requirements.write_bytes(write_offline(lock))

    def run(self, *command: str | Path) -> None:
        environment = {"PATH": os.environ["PATH"], "HOME": str(Path.home()), "UV_NO_CONFIG": "1"}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, cwd=self.folder)
        assert done.returncode == 0, done.stderr

    def fresh(self) -> Path:
        return self.folder / f"environment-{next(self.numbers)}"

    def bare(self, cache: Path) -> None:
        """Make an environment and install as a user of uv would who has the wheels in a folder."""
        place = self.fresh()
        common = ("--quiet", "--offline", "--cache-dir", cache)
        self.run(self.uv, "venv", *common, "--python", self.python, place)
        options = ("--no-index", "--find-links", self.wheels, "--require-hashes", "--python", place / "bin" / "python")
        self.run(self.uv, "pip", "sync", *common, *options, self.requirements)

    def cold(self) -> None:
        self.bare(self.folder / f"cache-{next(self.numbers)}")

    def warm(self) -> None:
        self.bare(self.folder / "cache")

    def uplock(self, into: Path) -> None:
        program = Path(sys.executable).with_name("uplock")
        options = ("--project", self.project, "--into", into, "--offline", "--quiet")
        self.run(program, "install", self.target, *options)


def main(arguments: list[str]) -> int:
    """Time all of them in turn and print the ratios."""
    project = Path(arguments[0] if arguments else "fixtures/projects/webshop").resolve()
    lock = lock_here(project, tuple(arguments[1:2]))
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        bench = Bench(project, lock, Path(folder))
        again = bench.folder / "again"
        for _ in range(2):
            bench.uplock(again)
        bench.warm()
        works = {
            "bare": bench.cold,
            "uplock": lambda: bench.uplock(bench.fresh()),
            "warm": bench.warm,
            "again": lambda: bench.uplock(again),
        }
        times = interleaved(works, ROUNDS)
        shutil.rmtree(folder, ignore_errors=True)
    print(f"{lock.target.name}: {len(lock.packages)} wheels, {os.cpu_count()} processors")
    print(ratio("uplock install --offline / uv venv and uv pip sync --offline", times["uplock"], times["bare"], "1.5"))
    print(ratio("for comparison, with an older environment to delete", times["again"], times["bare"], "none"))
    print(ratio("for comparison, bare uv with its cache filled", times["warm"], times["bare"], "none"))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
