"""The commands that are killed, each with the state it begins from, and a try: run, kill, look, and go on."""

from __future__ import annotations

import json
import os
import platform
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from support.kill_checks import Closure, archive_damage, closures, litter, project_damage
from support.kill_scenes import LATER, Ended, Stage
from support.killing import Observed, trace
from support.own_interpreter import own_target
from support.shop import AS_OF, PYPROJECT
from uplock.cli.main import COMMANDS
from uplock.errors import Error
from uplock.model.digest import Sha256

RUN = ("run", "--as-of", AS_OF, "--quiet")
INSTALLED = f"""\
[project]
name = "shop"
version = "1.0"
dependencies = ["till"]

[tool.uplock]
targets = ["{platform.python_version()}"]
platforms = ["{own_target().platform.name}"]
exclude-newer = "2026-03-01T00:00:00Z"
"""
"""A project for the interpreter of the test run, whose packages are pure: they can be installed here."""


def _first(stage: Stage) -> tuple[str, ...]:
    stage.configure(PYPROJECT)
    return RUN


def _second(stage: Stage) -> tuple[str, ...]:
    _two(stage, last=False)
    return RUN


def _two(stage: Stage, *, last: bool = True) -> tuple[Sha256, Sha256 | None]:
    stage.configure(PYPROJECT)
    stage.lock_run()
    older = stage.archive.head()
    assert older is not None
    stage.configure(LATER)
    if last:
        stage.lock_run()
    return older, stage.archive.head()


def _vault(stage: Stage) -> tuple[str, ...]:
    _two(stage)
    return ("vault", "add", "--quiet")


def _back(stage: Stage) -> tuple[str, ...]:
    older, _ = _two(stage)
    return ("rollback", older, "--as-of", AS_OF, "--quiet")


def _forward(stage: Stage) -> tuple[str, ...]:
    older, newer = _two(stage)
    stage.done("rollback", older, "--as-of", AS_OF, "--quiet")
    assert newer is not None
    return ("rollback", newer, "--as-of", AS_OF, "--quiet")


def _collect(stage: Stage) -> tuple[str, ...]:
    """Make four generations and keep the third: bytes of the first two go, and what a run left that never ended."""
    _two(stage)
    stage.configure(LATER.replace('"3.12.1", ', ""))
    stage.done(*RUN, "--upgrade")
    stage.done("vault", "add", "--quiet")
    stage.configure(LATER.replace('version = "1.0"', 'version = "1.1"').replace('"3.12.1", ', ""))
    stage.lock_run()
    for number in range(5):
        stage.archive.put(f"nobody names this {number}".encode())
    return ("archive", "gc", "--quiet")


def _recovery(stage: Stage) -> tuple[str, ...]:
    """Leave what a kill between the renames of the locks leaves: the command that brings it to its end is killed."""
    arguments = _second(stage)
    stage.save("whole")
    places = (stage.shop / "locks",)
    whole = trace(stage.command(*arguments), places, environ=stage.environ, cwd=stage.shop)
    stage.restore("whole")
    third = [number for number, each in enumerate(whole.points, 1) if puts_in_place(each)][2]
    killed = trace(stage.command(*arguments), places, at=third, environ=stage.environ, cwd=stage.shop)
    assert killed.killed
    assert killed.points == whole.points[:third]
    return arguments


def puts_in_place(point: tuple[str, str]) -> bool:
    """Whether a call gives a lock file its name."""
    call, path = point[0], Path(point[1])
    return call.startswith("rename") and path.parent.name == "locks" and not path.name.startswith(".")


def _install(stage: Stage) -> tuple[str, ...]:
    stage.configure(INSTALLED)
    stage.lock_run()
    return ("install", own_target().name, "--into", str(stage.into), "--offline", "--as-of", AS_OF, "--quiet")


def _again(stage: Stage) -> tuple[str, ...]:
    arguments = _install(stage)
    stage.done(*arguments)
    return arguments


ACTS: Mapping[str, Callable[[Stage], tuple[str, ...]]] = {
    "first-run": _first,
    "second-run": _second,
    "vault-add": _vault,
    "rollback": _back,
    "forward": _forward,
    "recovery": _recovery,
    "gc": _collect,
    "install": _install,
    "install-again": _again,
}
"""By name, what brings a stage into the state before and returns the arguments of the command."""


def missing(name: str) -> str:
    """Return why an act cannot be played yet; empty if it can."""
    return "there is no uplock archive" if name == "gc" and "archive" not in COMMANDS else ""


@dataclass(frozen=True)
class Play:
    """One command with the state before and the state after it, when nobody kills it."""

    name: str
    stage: Stage
    arguments: tuple[str, ...]
    whole: Observed
    """How it goes when nobody kills it."""
    seconds: float
    before: Closure
    """What must stay."""
    files: tuple[Mapping[str, bytes], Mapping[str, bytes]]
    """The project's files before and after."""
    heads: tuple[Sha256 | None, Sha256 | None]
    repairs: Counter[str] = field(default_factory=Counter)
    """What fsck found that one repair mended, by kind."""

    def killed_at(self, point: int, *, torn: bool, below: Path | None = None) -> list[str] | None:
        """Begin anew, kill at a call, and return what is wrong then; ``None`` if it ended before that call.

        Only calls ``below`` a folder are counted if one is given.
        """
        self.stage.restore(self.name)
        seen = trace(
            self.stage.command(*self.arguments),
            self.stage.places if below is None else (below,),
            at=point,
            torn=torn,
            environ=self.stage.environ,
            cwd=self.stage.shop,
        )
        if not seen.killed:
            return None
        return [f"{point} {' '.join(seen.points[-1])}: {each}" for each in self._damage()]

    def killed_after(self, seconds: float, *, alone: bool) -> list[str]:
        """Begin anew, kill after some time (``alone``: not the programs that it started), and return what is wrong."""
        self.stage.restore(self.name)
        process = subprocess.Popen(
            self.stage.command(*self.arguments),
            env=self.stage.environ,
            cwd=self.stage.shop,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
        time.sleep(seconds)
        (process.kill if alone else lambda: _kill_group(process.pid))()
        process.wait()
        try:
            return [f"after {seconds:.4f} s: {each}" for each in self._damage()]
        finally:
            _kill_group(process.pid)

    def _damage(self) -> list[str]:
        """Return what is wrong right after a kill, and after the command was run once more."""
        stage = self.stage
        found = [*archive_damage(stage.archive_place, self.before), *project_damage(stage.files(), *self.files)]
        if stage.archive.head() not in self.heads:
            found.append(f"the head is {stage.archive.head()}")
        found += [*environment_damage(stage), *self._unrepaired()]
        again = stage.run(*self.arguments)
        if again.code != self.whole.code:
            return [*found, f"the next time it ends with {again}"]
        after = [*archive_damage(stage.archive_place, self.before), *environment_damage(stage)]
        if dict(stage.files()) != dict(self.files[1]):
            names = {path for path, data in stage.files().items() if self.files[1].get(path) != data}
            after.append(f"other files in the project: {names | (set(self.files[1]) - set(stage.files()))}")
        if stage.archive.head() != self.heads[1]:
            after.append(f"the head is {stage.archive.head()}")
        return [*found, *(f"after the next time: {each}" for each in after)]

    def _unrepaired(self) -> list[str]:
        """Return what ``uplock archive fsck`` finds that one repair does not mend."""
        stage = self.stage
        if missing("gc") or not stage.archive_place.is_dir():
            return []
        first = stage.run("archive", "fsck", "--json")
        if first.code == 0:
            return []
        if first.code not in {1, 4}:
            return [f"fsck comes to no answer: {first}"]
        repaired = stage.run("archive", "fsck", "--repair", "--json")
        second = stage.run("archive", "fsck", "--json")
        self.repairs.update(sorted({each["kind"] for each in json.loads(first.out)["rows"]}))
        return [] if repaired.code == second.code == 0 else [f"fsck is not clean after a repair: {second}"]


def play(name: str, stage: Stage) -> Play:
    """Bring a stage into the state before, keep that, and let the command run once, counted."""
    arguments = ACTS[name](stage)
    before, files, head = _everything(stage), stage.files(), stage.archive.head()
    stage.save(name)
    began = time.perf_counter()
    whole = trace(stage.command(*arguments), stage.places, environ=stage.environ, cwd=stage.shop)
    took = time.perf_counter() - began
    assert whole.code in {0, 1}, whole
    kept = {
        identity: frozenset(each for each in named if stage.archive.has(each)) for identity, named in before.items()
    }
    assert name == "gc" or kept == before, "only collecting takes something away"
    return Play(
        name=name,
        stage=stage,
        arguments=arguments,
        whole=whole,
        seconds=took,
        before=kept,
        files=(files, stage.files()),
        heads=(head, stage.archive.head()),
    )


def _everything(stage: Stage) -> Closure:
    try:
        return closures(stage.archive)
    except Error as error:
        raise AssertionError(str(error)) from error


def environment_damage(stage: Stage) -> list[str]:
    """Return what is wrong with the environment in use: there is none, or it is whole."""
    if not os.path.lexists(stage.into):
        return []
    if not stage.into.is_symlink() or not stage.into.is_dir():
        return [f"{stage.into.name} is no link to an environment"]
    said: Ended = stage.run("verify", "env", stage.into, "--target", own_target().name, "--quiet")
    return [] if said.code == 0 else [f"the environment is not whole: {said}"]


def left_behind(stage: Stage) -> list[str]:
    """Return what is left of unfinished writes in the project, outside the archive."""
    return [each for each in litter(stage.shop) if Path(each).parts[0] != ".uplock"]


def _kill_group(group: int) -> None:
    try:
        os.killpg(group, signal.SIGKILL)
    except ProcessLookupError:
        return
