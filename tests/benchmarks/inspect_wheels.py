"""Inspection of wheels against merely inflating them with the standard library, in the same run.

    .venv/bin/python tests/benchmarks/inspect_wheels.py [FOLDER]

FOLDER holds wheels (default: the artifacts in the user's cache, which a run leaves there). The floor of any inspection
is to inflate the members that it reads; ours hashes them as well.
"""

from __future__ import annotations

import os
import sys
import time
import zipfile
from pathlib import Path

from uplock.archive.places import user_cache
from uplock.errors import Error
from uplock.inspect.profile import inspect_wheel
from uplock.inspect.wheel import read_metadata

ROUNDS = 3


def wheels(folder: Path | None) -> list[tuple[str, Path]]:
    """Return name and path of every wheel: by name in a folder, by content in the cache."""
    if folder is not None:
        return [(path.name, path) for path in sorted(folder.glob("*.whl"))]
    blobs = user_cache(os.environ, Path.home(), sys.platform) / "blobs"
    found = []
    for path in sorted(blobs.rglob("*")):
        if path.is_file() and zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                info = next(name for name in archive.namelist() if name.endswith(".dist-info/WHEEL"))
                tags = [line.split()[1] for line in archive.read(info).decode().splitlines() if line.startswith("Tag:")]
                found.append((f"{info.split('.dist-info')[0]}-{tags[0]}.whl", path))
    return found


def inflate(path: Path) -> None:
    """Inflate every member, as the floor."""
    with zipfile.ZipFile(path) as archive:
        for member in archive.infolist():
            with archive.open(member) as stream:
                while stream.read(1 << 20):
                    pass


def inspect(name: str, path: Path) -> None:
    """Inspect one wheel."""
    with path.open("rb") as stream:
        inspect_wheel(stream, name)


def main(arguments: list[str]) -> int:
    """Time both over all wheels and print the ratio."""
    usable = []
    for name, path in wheels(Path(arguments[0]) if arguments else None):
        try:
            with path.open("rb") as stream:
                read_metadata(stream, name)
        except Error:
            continue
        usable.append((name, path))
    if not usable:
        print("no wheels there: run uplock on a project first, or name a folder")
        return 2
    size = sum(path.stat().st_size for _, path in usable)
    ratios = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        for _, path in usable:
            inflate(path)
        between = time.perf_counter()
        for name, path in usable:
            inspect(name, path)
        ratios.append((time.perf_counter() - between) / (between - began))
    shown = ", ".join(f"{ratio:.2f}" for ratio in ratios)
    print(f"inspect / inflate all members: {shown}  ({len(usable)} wheels, {size / 1e6:.0f} MB)")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
