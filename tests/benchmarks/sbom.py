"""``uplock sbom`` against ``cyclonedx-py environment --no-validate``, and how its cost grows.

    PYTHONPATH=tests .venv/bin/python tests/benchmarks/sbom.py [--cyclonedx-py PROGRAM]

The first part needs the network and CPython 3.11: it locks some 300 packages (named below), records a generation,
installs the same files into an environment, and times two whole commands for the same packages: uplock recalls the
generation, re-hashing every byte, builds the document with native libraries and the components of embedded SBOMs,
writes it, and checks it against the official schema and with its linter; cyclonedx-py (PROGRAM, by
default beside this interpreter; of the package cyclonedx-bom) reads an environment and checks nothing. Bound: 1.

The second part needs nothing: documents of 1,000 to 20,000 packages made up here, built, validated and linted in this
process; printed is the cost of one package at each size over that at 1,000. Bound: linear, 1.5 at 20,000.
"""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from support.sboms import make_sbom_subject, wheel, with_metadata
from support.timing import interleaved, ratio
from uplock.sbom.build import build_sbom
from uplock.sbom.validate import validate_sbom

ROUNDS = 7
SIZES = (1_000, 5_000, 20_000)
CUTOFF = "2026-11-15T00:00:00Z"
_LISTED = (
    "alembic aiohttp ansible-core black boto3 celery[redis] cryptography cyclonedx-bom dask django "
    "djangorestframework elasticsearch fastapi[standard] flask grpcio gunicorn httpx jinja2 kafka-python lxml "
    "matplotlib mypy networkx notebook numpy openpyxl opentelemetry-sdk orjson pandas paramiko pillow pip-audit "
    "poetry polars pre-commit prometheus-client protobuf psycopg2-binary pydantic-settings pydantic[email] "
    "pyjwt[crypto] pymongo pytest pytest-cov pyyaml reportlab requests rich ruff scikit-learn scrapy sentry-sdk "
    "sphinx sqlalchemy stripe structlog tenacity tox twine typer"
)


def main(arguments: list[str]) -> int:
    """Print both parts."""
    beside = Path(sys.executable).with_name("cyclonedx-py")
    other = Path(arguments[1]) if arguments[:1] == ["--cyclonedx-py"] else beside
    growth()
    if not other.exists():
        print("cyclonedx-py is not installed: nothing to compare with")
        return 2
    with tempfile.TemporaryDirectory() as folder:
        compare(Path(folder), other)
    return 0


def growth() -> None:
    """Print what one package costs in larger and larger documents, relative to the smallest."""
    gc.set_threshold(50_000, 20, 20)  # as the command line does
    costs: dict[int, float] = {}
    for size in SIZES:
        names = [f"package_{number}-1.{number % 7}-py3-none-any.whl" for number in range(size)]
        subject = make_sbom_subject(
            *((wheel(each, direct=number < size // 10), with_metadata(each)) for number, each in enumerate(names))
        )
        validate_sbom(build_sbom(make_sbom_subject((wheel(), None))))
        begun = time.perf_counter()
        assert validate_sbom(build_sbom(subject)) == ()
        costs[size] = (time.perf_counter() - begun) / size
        print(f"{size} packages: one costs {costs[size] / costs[SIZES[0]]:.2f} of one of {SIZES[0]}")


def compare(folder: Path, other: Path) -> None:
    """Time both commands in turn over one set of packages."""
    project = folder / "project"
    project.mkdir()
    listed = ", ".join(f'"{each}"' for each in _LISTED.split())
    version = ".".join(map(str, sys.version_info[:3]))
    (project / "pyproject.toml").write_text(
        f'[project]\nname = "bench"\nversion = "1.0"\ndependencies = [{listed}]\n'
        f'[tool.uplock]\ntargets = ["{version}"]\nexclude-newer = "{CUTOFF}"\n'
    )
    uplock = Path(sys.executable).with_name("uplock")
    environment = {**os.environ, "UPLOCK_CACHE": str(folder / "cache")}
    done = subprocess.run([uplock, "run", project, "--quiet"], env=environment, capture_output=True, check=False)
    assert done.returncode in {0, 1}, done.stderr
    (requirements,) = project.glob("locks/requirements.*.txt")
    subprocess.run([sys.executable, "-m", "venv", folder / "env"], check=True)
    python = folder / "env/bin/python"
    options = ("--quiet", "--require-hashes", "--no-deps", "--only-binary", ":all:")
    subprocess.run([python, "-m", "pip", "install", *options, "-r", requirements], check=True)
    output = folder / "other.cdx.json"
    works = {
        "uplock": lambda: _run(uplock, "sbom", project, "--quiet"),
        "cyclonedx-py": lambda: _run(other, "environment", "--no-validate", "--output-file", output, python),
    }
    times = interleaved(works, ROUNDS)
    packages = requirements.read_text().count("--hash=")
    print(f"{packages} packages, {os.cpu_count()} processors")
    print(ratio("uplock sbom / cyclonedx-py environment --no-validate", times["uplock"], times["cyclonedx-py"], "1"))


def _run(*command: str | Path) -> None:
    done = subprocess.run(command, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
