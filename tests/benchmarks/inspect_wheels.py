"""Inspecting a folder of wheels: against inflating and hashing alone, against auditwheel, by two workers, and again.

    .venv/bin/python tests/benchmarks/inspect_wheels.py FOLDER [--auditwheel PROGRAM] [--rounds N]

FOLDER holds the native wheels of a lock (docs/benchmarks.md names those of the documented figures). Costs are seconds
of processor time, so other programs count little; only the gain of two workers is told by the clock, beside the gain of
two processes that merely inflate, which is what the machine can give at that moment.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from unittest.mock import patch

from support.memory_store import MemoryStore
from support.timing import interleaved, ratio
from uplock.files import digest_file
from uplock.model.lock import Artifact
from uplock.workflow.contents import contents_of
from uplock.workflow.inspect import inspect_file
from uplock.workflow.side_by_side import side_by_side

LARGE = 64 * 1000 * 1000
"""Bytes of a member from which on it may be held against no bound of memory."""

Members = Mapping[Path, Sequence[str]]
"""Native members of each wheel."""


def inflate(path: Path, members: Sequence[str]) -> None:
    """Do what no inspection can do without: inflate the members with the standard library, and hash all."""
    with path.open("rb") as stream:
        hashlib.file_digest(stream, "sha256")
    with zipfile.ZipFile(path) as archive:
        for member in members:
            hashlib.sha256(archive.read(member)).digest()


def inflate_all(members: Members) -> None:
    """Do it for all wheels."""
    for path, names in members.items():
        inflate(path, names)


def native(wheels: Sequence[Path]) -> Members:
    """Return the native members of each wheel; those that cannot be read count as well."""
    found = {}
    for path in wheels:
        result = inspect_file(path)
        found[path] = sorted(
            {each.path for each in result.members} | {each.partition(": ")[0] for each in result.skipped}
        )
    return found


def processor(works: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, list[float]]:
    """Return the seconds of processor time, children's included, as :func:`interleaved` returns those of the clock."""
    times: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, work in works.items():
            began = os.times()
            work()
            times[name].append(sum(os.times()[:4]) - sum(began[:4]))
    return times


class Store(MemoryStore):
    """Keeps results in memory; the wheels stay where they are."""

    def __init__(self, wheels: Sequence[Path]) -> None:
        super().__init__(Path())
        self.artifacts = {path: _artifact(path) for path in wheels}

    def inspect(self, path: Path) -> object:
        """Look at one wheel as a run does: from what is kept, or anew."""
        return contents_of(self.artifacts[path], path, self)


class Meter:
    """Counts what is inflated while it stands in for zlib."""

    def __init__(self) -> None:
        self.inflated = 0
        self._make = zlib.decompressobj

    def engine(self, wbits: int = zlib.MAX_WBITS) -> _Engine:
        """Return what zlib would, with a count."""
        return _Engine(self, self._make(wbits))


class _Engine:
    def __init__(self, meter: Meter, real: zlib._Decompress) -> None:
        self._meter = meter
        self._real = real

    def decompress(self, data: bytes, limit: int = 0) -> bytes:
        """Inflate some bytes."""
        inflated = self._real.decompress(data, limit)
        self._meter.inflated += len(inflated)
        return inflated

    def __getattr__(self, name: str) -> object:
        return getattr(self._real, name)


def _artifact(path: Path) -> Artifact:
    digest = digest_file(path)
    assert digest is not None, path
    return Artifact(filename=path.name, sha256=digest, url="https://index.example/" + path.name)


def cost(members: Members, rounds: int) -> None:
    """Print what inspecting costs, in one thread: what `uplock inspect FOLDER` does, and what a run does."""
    wheels = list(members)
    shelf = Store(wheels)

    def kept() -> None:
        shelf.records.clear()
        for path in wheels:
            shelf.inspect(path)

    times = processor(
        {
            "inflate": lambda: inflate_all(members),
            "inspect": lambda: [inspect_file(path) for path in wheels],
            "keep": kept,
            "again": lambda: [shelf.inspect(path) for path in wheels],
            "digests": lambda: [digest_file(path) for path in wheels],
        },
        rounds,
    )
    print(ratio("inspecting / inflating and hashing", times["inspect"], times["inflate"], "1.25"))
    print(ratio("the same with SHA-512 and results kept, as in a run", times["keep"], times["inflate"], "none"))
    print(ratio("again, with results kept / inspecting", times["again"], times["inspect"], "none"))
    print(ratio("again, with results kept / SHA-256 of the wheels", times["again"], times["digests"], "none"))


def warm(wheels: Sequence[Path]) -> None:
    """Print how many bytes are inflated for the first time and again."""
    shelf, counts = Store(wheels), []
    for _ in range(2):
        meter = Meter()
        with patch.object(zlib, "decompressobj", meter.engine):
            for path in wheels:
                shelf.inspect(path)
        counts.append(meter.inflated)
    print(f"inflated at first: {counts[0] / 1e6:.0f} MB, again: {counts[1]} bytes, bound 0")


def against_auditwheel(wheels: Sequence[Path], program: str | None, rounds: int) -> None:
    """Print what `auditwheel show` costs, one process a wheel, against inspecting in one process and in as many."""
    if program is None or shutil.which(program) is None:
        print("auditwheel show / inspecting: not measured, name the program with --auditwheel")
        return
    uplock = [sys.executable, "-m", "uplock", "inspect"]

    def each(command: Sequence[str]) -> None:
        for path in wheels:
            subprocess.run([*command, str(path)], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    times = processor(
        {
            "inspect": lambda: [inspect_file(path) for path in wheels],
            "processes": lambda: each(uplock),
            "auditwheel": lambda: each([program, "show"]),
        },
        rounds,
    )
    print(ratio("auditwheel show / inspecting", times["auditwheel"], times["inspect"], "at least 6"))
    print(ratio("auditwheel show / uplock inspect, a process a wheel", times["auditwheel"], times["processes"], "none"))


def workers(members: Members, rounds: int) -> None:
    """Print what two workers gain by the clock, as a run has workers, and what two processes gain that only inflate."""
    wheels = list(members)

    def by(count: int) -> None:
        side_by_side(inspect_file, wheels, count, lambda _found, _done: None)

    def processes(count: int) -> None:
        command = [sys.executable, __file__, str(wheels[0].parent), "--inflate"]
        running = [subprocess.Popen([*command, f"{number}/{count}"]) for number in range(count)]
        assert [each.wait() for each in running] == [0] * count

    times = interleaved(
        {
            "one": lambda: by(1),
            "two": lambda: by(2),
            "one process": lambda: processes(1),
            "two processes": lambda: processes(2),
        },
        rounds,
    )
    print(ratio("one worker / two workers", times["one"], times["two"], "at least 1.6"))
    print(
        ratio(
            "inflating in one process / in two", times["one process"], times["two processes"], "what the machine gives"
        )
    )


def memory(wheels: Sequence[Path]) -> None:
    """Print the peak memory of processes of their own, by number of workers, without and with large members."""
    small = [path for path in wheels if not _has_large(path)]
    for count in (1, 2, 4):
        peaks = [_peak(chosen, count) for chosen in (small, wheels)]
        bound = "bound 300" if count == 1 else "no bound"
        print(
            f"peak memory, {count} workers: {peaks[0]:.0f} MB ({bound});"
            f" with the {len(wheels) - len(small)} wheels that have members over 64 MB: {peaks[1]:.0f} MB"
        )


def _has_large(path: Path) -> bool:
    with zipfile.ZipFile(path) as archive:
        return any(each.file_size > LARGE for each in archive.infolist())


def _peak(wheels: Sequence[Path], count: int) -> float:
    with tempfile.TemporaryDirectory() as links:
        for path in wheels:
            (Path(links) / path.name).symlink_to(path.resolve())
        command = [sys.executable, __file__, links, "--peak", str(count)]
        return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def _print_peak(wheels: Sequence[Path], count: int) -> None:
    """Print the peak since this program began; ``ru_maxrss`` would count the process that it was forked from."""
    side_by_side(lambda path: inspect_file(path).filename, wheels, count, lambda _found, _done: None)
    status = Path("/proc/self/status").read_text(encoding="ascii")
    peak = next(line for line in status.splitlines() if line.startswith("VmHWM:"))
    print(int(peak.split()[1]) * 1024 / 1e6)


def main(arguments: Sequence[str]) -> int:
    """Measure and print everything, or one part of it in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--auditwheel", metavar="PROGRAM")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--peak", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--inflate", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    wheels = sorted(options.folder.resolve().glob("*.whl"))
    if not wheels:
        parser.error("the folder holds no wheels")
    if options.peak:
        _print_peak(wheels, options.peak)
        return 0
    if options.inflate:
        number, count = map(int, options.inflate.split("/"))
        _inflate_share(wheels, number, count)
        return 0
    members = native(wheels)
    size = sum(path.stat().st_size for path in wheels) / 1e6
    count = sum(map(len, members.values()))
    print(f"{len(wheels)} wheels of {size:.0f} MB with {count} native members; {options.rounds} rounds")
    cost(members, options.rounds)
    warm(wheels)
    workers(members, options.rounds)
    memory(wheels)
    against_auditwheel(wheels, options.auditwheel, max(options.rounds // 2, 1))
    return 0


def _inflate_share(wheels: Sequence[Path], number: int, count: int) -> None:
    """Inflate every ``count``-th wheel by size, so that shares are about equal."""
    ordered = sorted(wheels, key=lambda path: (path.stat().st_size, path.name), reverse=True)
    for path in ordered[number::count]:
        with zipfile.ZipFile(path) as archive:
            inflate(path, [each.filename for each in archive.infolist() if ".so" in each.filename])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
