"""The processes that tests/fuzz/native.py starts: one that fuzzes a target, and one that measures what was reached."""

from __future__ import annotations

import importlib
import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path


def fuzz(name: str, arguments: Sequence[str]) -> None:
    """Hand this process over to atheris, with the options and folders of libFuzzer."""
    atheris = importlib.import_module("atheris")
    with atheris.instrument_imports(include=["uplock.inspect"]):
        from fuzz.targets import tried
    atheris.Setup([sys.argv[0], *arguments], lambda data: tried(name, data))
    atheris.Fuzz()


def measure(name: str, folder: Path) -> None:
    """Print which shares of its modules' lines and branches a target reaches with all inputs in a folder."""
    coverage = importlib.import_module("coverage")
    measuring = coverage.Coverage(data_file=None, branch=True, config_file=False, source_pkgs=["uplock.inspect"])
    measuring.start()
    from fuzz.targets import TARGETS, tried

    for path in sorted(folder.iterdir()):
        tried(name, path.read_bytes())
    measuring.stop()
    files = [f"*/uplock/inspect/{module}.py" for module in TARGETS[name].modules]
    with tempfile.NamedTemporaryFile("r") as report:
        measuring.json_report(include=files, outfile=report.name)
        totals = json.load(report)["totals"]
    lines = totals["covered_lines"] / totals["num_statements"]
    branches = totals["covered_branches"] / max(totals["num_branches"], 1)
    count = len(list(folder.iterdir()))
    sys.stdout.write(f"{count} inputs reach {lines:.1%} of lines and {branches:.1%} of branches\n")


if __name__ == "__main__":
    if sys.argv[1] == "fuzz":
        fuzz(sys.argv[2], sys.argv[3:])
    else:
        measure(sys.argv[2], Path(sys.argv[3]))
