"""Fuzz the readers of wheels and native files, guided by coverage, and say how far that came.

    PYTHONPATH=tests python tests/fuzz/native.py [TARGET ...] [--seconds N] [--kept FOLDER] [--wheels FOLDER]

Needs ``atheris`` and ``coverage``, which are no dependencies of the project. Each target runs in a process of its own.
``--kept`` is where inputs that reach something new are kept for the next time; ``--wheels`` holds wheels whose small
members are inputs to begin with, beside those that :mod:`fuzz.targets` builds. An input that fails, or takes seconds,
is written to ``tests/fuzz/corpus/TARGET``, where a test tries it from then on.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from fuzz.targets import TARGETS

CORPUS = Path(__file__).parent / "corpus"
PROCESS = Path(__file__).parent / "process.py"
MAX_INPUT = 1 << 16
"""Bytes of one input."""
MAX_SECONDS = 5
"""What one input may take."""
MAX_MEMORY = 1024
"""Megabytes that a target may use."""
_NATIVE = re.compile(r"\.(?:so[.0-9]*|pyd|dll|dylib)\Z")
_OF_TARGET = {
    "metadata": re.compile(r"\.dist-info/(?:METADATA|WHEEL)\Z"),
    "record": re.compile(r"\.dist-info/RECORD\Z"),
    "documents": re.compile(r"\.dist-info/sboms/"),
    "elf": _NATIVE,
    "macho": _NATIVE,
    "pe": _NATIVE,
    "identify": _NATIVE,
}
"""Members of real wheels that are inputs of a target."""


def seeds(name: str, wheels: Path | None) -> Iterator[bytes]:
    """Yield what a target begins with."""
    yield from TARGETS[name].seeds()
    for path in sorted(wheels.glob("*.whl")) if wheels is not None else ():
        if name == "wheel" and path.stat().st_size <= MAX_INPUT:
            yield path.read_bytes()
        with zipfile.ZipFile(path) as archive:
            for member in archive.infolist():
                wanted = _OF_TARGET.get(name)
                if wanted is not None and wanted.search(member.filename) and member.file_size <= MAX_INPUT:
                    yield archive.read(member)


def search(name: str, kept: Path, seconds: int, wheels: Path | None) -> int:
    """Fuzz one target in a process of its own; return the number of executions."""
    folder = kept / name
    folder.mkdir(parents=True, exist_ok=True)
    found = CORPUS / name
    found.mkdir(parents=True, exist_ok=True)
    for data in seeds(name, wheels):
        (folder / hashlib.sha256(data).hexdigest()[:16]).write_bytes(data)
    command = [sys.executable, str(PROCESS), "fuzz", name, f"-max_total_time={seconds}", f"-max_len={MAX_INPUT}"]
    command += [f"-timeout={MAX_SECONDS}", f"-rss_limit_mb={MAX_MEMORY}", f"-artifact_prefix={found}/", str(folder)]
    done = subprocess.run([*command, "-print_final_stats=1"], capture_output=True, text=True, check=False)
    executions = re.search(r"stat::number_of_executed_units:\s*(\d+)", done.stderr)
    if done.returncode or executions is None:
        sys.stdout.write(f"{name}: stopped ({done.returncode})\n{done.stdout[-2000:]}\n{done.stderr[-3000:]}\n")
    return int(executions[1]) if executions else 0


def measured(name: str, folder: Path) -> str:
    """Return how much of its modules a target reaches with all inputs that are kept."""
    command = [sys.executable, str(PROCESS), "measure", name, str(folder)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def main(arguments: Sequence[str]) -> int:
    """Fuzz all targets, or those that are named, one after the other."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=", ".join(TARGETS))
    parser.add_argument("--seconds", type=int, default=60, help="for each target")
    parser.add_argument("--kept", type=Path)
    parser.add_argument("--wheels", type=Path)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as scratch:
        kept = options.kept or Path(scratch)
        for name in options.targets or TARGETS:
            executions = search(name, kept, options.seconds, options.wheels)
            sys.stdout.write(f"{name}: {executions} executions, {measured(name, kept / name)}\n")
            sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
