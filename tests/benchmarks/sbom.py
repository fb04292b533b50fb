"""``uplock sbom`` against ``cyclonedx-py environment``, and its growth with the number of components.

    PYTHONPATH=tests .venv/bin/python tests/benchmarks/sbom.py [--cyclonedx-py PROGRAM | --offline]

First a project of some 300 real packages is locked with the real index and installed by its own hashes. Then two whole
programs are timed in turn: ``uplock sbom --target``, which reads the generation from its archive, builds the document
with all native code, checks it against the official schema and with the linter, and writes it; and
``cyclonedx-py environment --no-validate`` of the environment with the same packages (PROGRAM, by default from
beside this interpreter, else installed for the occasion). Bound: 1.

Then, without network, generations of 600, 3,000 and 12,000 synthetic packages, of which one in three has native code:
1,002, 5,002 and 20,002 components with those inside others. Time per component of the larger ones over that of the
smallest, in one process. Bound: 1.5.
"""

from __future__ import annotations

import contextlib
import gc
import io
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from support.big_generation import build
from support.real_locks import libraries
from support.timing import interleaved, ratio
from uplock.cli.main import run
from uplock.resolve.uv import find_uv

CUT_OFF = "2026-11-15T00:00:00Z"
PACKAGES = (
    *("aiohttp", "alembic", "black", "boto3", "celery[redis]", "cryptography", "django", "djangorestframework"),
    *("fastapi[standard]", "flask", "google-cloud-storage", "gunicorn", "hypothesis", "jupyterlab", "kubernetes"),
    *("lxml", "matplotlib", "mkdocs-material", "mypy", "numpy", "openpyxl", "orjson", "pandas", "paramiko", "pillow"),
    *("poetry", "psycopg2-binary", "pytest-cov", "pyyaml", "scrapy", "sphinx", "sqlalchemy", "structlog", "tox"),
    "twine",
)
AT_LEAST = 187
PAIRS = 9
SIZES = (600, 3_000, 12_000)
"""Packages."""
ROUNDS = 3


def execute(*command: str | Path, codes: tuple[int, ...] = (0,), **variables: str) -> None:
    """Run a program; nothing that it says matters unless it fails."""
    environment = {**os.environ, **variables}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode in codes, f"{command[0]} ended with {done.returncode}: {done.stderr}"


def judge(folder: Path, uv: str) -> Path:
    """Return ``cyclonedx-py``."""
    beside = Path(sys.executable).with_name("cyclonedx-py")
    if beside.exists():
        return beside
    execute(uv, "venv", "--quiet", "--python", sys.executable, folder / "judge")
    execute(uv, "pip", "install", "--quiet", "--python", folder / "judge" / "bin" / "python", "cyclonedx-bom")
    return folder / "judge" / "bin" / "cyclonedx-py"


def parts(tree: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the components of a document, with those inside others."""
    for each in tree.get("components", ()):
        yield each
        yield from parts(each)


def counted(document: Path) -> tuple[int, int]:
    """Return how many Python packages a document has, and how many components with those inside others."""
    found = list(parts(json.loads(document.read_bytes())))
    return sum(each.get("purl", "").startswith("pkg:pypi/") for each in found), len(found)


def against_cyclonedx_py(folder: Path, program: Path | None) -> Iterator[str]:
    """Yield the ratio for one real project, and what both wrote."""
    uv, uplock = str(find_uv()), Path(sys.executable).with_name("uplock")
    version = platform.python_version()
    project = libraries(folder / "project", CUT_OFF, PACKAGES, targets=(version,))
    cache = str(folder / "cache")
    execute(uplock, "run", project, "--quiet", codes=(0, 1), UPLOCK_CACHE=cache)
    (requirements,) = (project / "locks").glob("requirements.*.txt")
    target = requirements.name.split(".")[1]
    environment = folder / "environment"
    execute(uv, "venv", "--quiet", "--python", sys.executable, environment)
    python = environment / "bin" / "python"
    execute(uv, "pip", "install", "--quiet", "--require-hashes", "--no-deps", "--python", python, "-r", requirements)
    ours, theirs = project / "sboms" / f"{target}.cdx.json", folder / "theirs.cdx.json"
    cyclonedx = (program or judge(folder, uv), "environment", "--no-validate", "--output-file", theirs, environment)
    works: dict[str, Callable[[], None]] = {
        "uplock": lambda: execute(uplock, "sbom", project, "--target", target, "--quiet", UPLOCK_CACHE=cache),
        "cyclonedx-py": lambda: execute(*cyclonedx),
    }
    for work in works.values():
        work()
    packages, whole = counted(ours)
    others, _ = counted(theirs)
    assert packages >= others >= AT_LEAST, (packages, others)
    yield f"{others} packages; uplock also writes what is inside them, {whole} components in all"
    times = interleaved(works, PAIRS)
    yield ratio("uplock sbom / cyclonedx-py environment --no-validate", times["uplock"], times["cyclonedx-py"], "1")


def growth(folder: Path) -> Iterator[str]:
    """Yield how much longer one component takes among many than among few."""
    works: dict[int, Callable[[], None]] = {}
    for packages in SIZES:
        root = folder / str(packages)
        root.mkdir()
        build(root, packages)
        works[packages] = partial(written, root)
    works[SIZES[0]]()
    times = interleaved({str(packages): work for packages, work in works.items()}, ROUNDS)
    found = [counted(folder / str(packages) / "out.cdx.json")[1] for packages in SIZES]
    each = [[seconds / many for seconds in times[str(packages)]] for packages, many in zip(SIZES, found, strict=True)]
    for many, larger in zip(found[1:], each[1:], strict=True):
        yield ratio(f"a component of {many} / one of {found[0]}", larger, each[0], "1.5")


def written(root: Path) -> None:
    """Write the document of a project, in this process."""
    gc.collect()
    with contextlib.redirect_stdout(io.StringIO()):
        code = run(["sbom", str(root), "--generation", "head", "--output", str(root / "out.cdx.json"), "--quiet"])
    assert code == 0


def main(arguments: list[str]) -> int:
    """Measure, and print ratios."""
    os.environ.pop("SOURCE_DATE_EPOCH", None)
    gc.set_threshold(50_000, 20, 20)  # as the program does for itself
    folder = Path(tempfile.mkdtemp())
    try:
        if "--offline" not in arguments:
            program = Path(arguments[1]) if arguments[:1] == ["--cyclonedx-py"] else None
            for line in against_cyclonedx_py(folder, program):
                print(line, flush=True)
        for line in growth(folder):
            print(line, flush=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
