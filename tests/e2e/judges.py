"""Documents of several tools about one locked project, before our rubric and before an outside judge.

    PYTHONPATH=tests .venv/bin/python tests/e2e/judges.py --python PATH [--cdx-validate PATH] [--page FILE]

A copy of the project webshop is run with the real index. Of its lock for the interpreter that ``--python`` names, or of
the environment with exactly its wheels, SBOMs are made by ``uplock sbom`` (signed with a key of the occasion),
``cyclonedx-py requirements``, ``cyclonedx-py environment`` and ``uv export``. Each is scored by ``uplock sbom score
--lock``, and by ``cdx-validate`` of the npm package ``@cyclonedx/cdxgen``, which is installed into a temporary folder
unless it is named. The page has the tables; nothing in it depends on the machine.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

from support.signed_sboms import ed25519, private_pem, public_pem
from uplock.resolve.uv import find_uv

WEBSHOP = Path(__file__).parents[2] / "fixtures" / "projects" / "webshop"
CDXGEN = "12.8.4"
JUDGES = ("scvs", "cra")
"""Benchmarks of the outside judge."""
UV_LOCKED_FOR = '"==3.12.*"'
"""``uv export`` wants a lock of its own, which is for one interpreter here as ours is."""
CALL = "PYTHONPATH=tests .venv/bin/python tests/e2e/judges.py --python PATH --page docs/sbom-judges.md"

Tree = dict[str, Any]


class Judged(NamedTuple):
    """One document with what both judges say."""

    tool: str
    document: Tree
    score: Tree
    benchmarks: dict[str, Tree]


def execute(*command: str | Path, cwd: Path, codes: tuple[int, ...] = (0,), **environment: str) -> str:
    """Run a program and return what it prints."""
    done = subprocess.run(
        command, cwd=cwd, env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )
    assert done.returncode in codes, f"{command} ended with {done.returncode}: {done.stderr}"
    return done.stdout


def beside(name: str) -> Path:
    """Return a program of the environment that this script runs in."""
    return Path(sys.executable).with_name(name)


def our_document(project: Path, target: str) -> Path:
    """Run the project, and return its document, signed."""
    execute(beside("uplock"), "run", "--quiet", cwd=project, codes=(0, 1))
    execute(beside("uplock"), "sbom", "--quiet", "--format", "xml", cwd=project)
    (project / "key").write_bytes(private_pem(ed25519()))
    (project / "key").chmod(0o600)
    (project / "key.pub").write_bytes(public_pem(ed25519()))
    place = project / "sboms" / f"{target}.cdx.json"
    execute(beside("uplock"), "sbom", "sign", "--key", "key", place, cwd=project)
    return place


def environment_of(project: Path, requirements: Path, python: Path) -> Path:
    """Return an environment with exactly the locked wheels."""
    place = project.parent / "environment"
    execute(find_uv(), "venv", "--quiet", "--python", python, place, cwd=project)
    install = ("pip", "install", "--quiet", "--require-hashes", "--no-deps", "--python", place / "bin" / "python")
    execute(find_uv(), *install, "-r", requirements, cwd=project)
    return place


def uv_document(project: Path, python: Path) -> str:
    """Lock a copy of the project with uv for the same interpreter and day, and export that."""
    copy = project.parent / "uv" / "webshop"
    copy.mkdir(parents=True)
    text = (project / "pyproject.toml").read_text(encoding="utf-8")
    text = re.sub(r"^requires-python = .*$", f"requires-python = {UV_LOCKED_FOR}", text, flags=re.MULTILINE)
    (copy / "pyproject.toml").write_text(text, encoding="utf-8")
    cut_off = re.search(r'^exclude-newer = "(.*)"$', text, re.MULTILINE)
    assert cut_off is not None
    execute(find_uv(), "lock", "--quiet", "--python", python, "--exclude-newer", cut_off[1], cwd=copy)
    asked = ("--all-extras", "--group", "ops", "--frozen", "--quiet", "--preview-features", "sbom-export")
    return execute(find_uv(), "export", *asked, "--format", "cyclonedx1.5", "--python", python, cwd=copy)


def documents(work: Path, python: Path) -> tuple[Path, dict[str, Path]]:
    """Return the lock, and the documents of all tools, by tool."""
    project = work / "webshop"
    shutil.copytree(WEBSHOP, project)
    minor = execute(python, "-c", "import sys; print('%d%d' % sys.version_info[:2])", cwd=work).strip()
    target = f"py{minor}-linux-x86_64"
    found = {f"uplock {version('uplock')}": our_document(project, target)}
    requirements = project / "locks" / f"requirements.{target}.txt"
    described = ("--pyproject", project / "pyproject.toml")
    environment = environment_of(project, requirements, python)
    cyclonedx = version("cyclonedx-bom")
    uv = execute(find_uv(), "--version", cwd=work).split()[1]
    others = {
        f"cyclonedx-py {cyclonedx} requirements": execute(
            beside("cyclonedx-py"), "requirements", *described, requirements, cwd=project
        ),
        f"cyclonedx-py {cyclonedx} environment": execute(
            beside("cyclonedx-py"), "environment", *described, environment, cwd=project
        ),
        f"uv {uv} export": uv_document(project, python),
    }
    for tool, text in others.items():
        found[tool] = work / f"{re.sub('[^a-z]+', '-', tool)}.cdx.json"
        found[tool].write_text(text, encoding="utf-8")
    return project / "locks" / f"pylock.{target}.toml", found


def judge(tool: str, place: Path, lock: Path, cdx_validate: Path) -> Judged:
    """Ask both judges about a document."""
    signed = Path(f"{place}.intoto.json").exists()
    key = ("--key", lock.parents[1] / "key.pub") if signed else ()
    scored = execute(beside("uplock"), "sbom", "score", "--json", "--lock", lock, *key, place, cwd=place.parent)
    report = Path(f"{place}.report")  # what it prints is cut off behind 128 KiB
    execute(cdx_validate, "-i", place, "-r", "json", "-o", report, cwd=place.parent, codes=(0, 2, 3))
    benchmarks = {each["id"]: each for each in json.loads(report.read_bytes())["benchmarks"]}
    return Judged(tool, json.loads(place.read_bytes()), json.loads(scored), benchmarks)


HEAD = f"""\
# SBOMs before judges

Four documents about the same lock of the project webshop for CPython 3.12, Linux x86_64: before the rubric of
[`uplock sbom score`](sbom-score.md), and before `cdx-validate` of the npm package `@cyclonedx/cdxgen` {CDXGEN}, which
checks 22 controls of OWASP SCVS and 8 expectations of the Cyber Resilience Act. Made by

    {CALL}
"""
HOW = """
All are scored with the lock (`--lock`). The document of uplock stands beside its XML form, is signed, and says who
makes the project, as `[tool.uplock.sbom]` does. Other tools run with their defaults, and with what `pyproject.toml`
says of the project; uv locks it anew for the same interpreter and day, on every platform, since it exports no other
lock. `cdx-validate` is not asked whether a document is valid: it objects to what the official schema accepts.

## Point by point

Where a point is lost by some of many components, it is told how many keep it; `-` is not assessed.
"""
CONTROLS = """
## What cdx-validate misses

One component fails a control, so a document that names more components, such as those inside wheels, fails it more
easily. The signature of uplock stands beside the document, where `cdx-validate` does not look. A control that no
document fails is left out.
"""


def page(judged: list[Judged]) -> Iterator[str]:
    """Yield the lines of the page."""
    tools = [each.tool for each in judged]
    yield HEAD
    yield "| Tool | CycloneDX | Components | Held | Lost | Not assessed | SCVS | CRA |"
    yield "|---|---|---:|---:|---:|---:|---:|---:|"
    for each in judged:
        counts = [each.score[key] for key in ("spec_version", "components", "held", "lost", "not_assessed")]
        yield _row(each.tool, *counts, *(f"{each.benchmarks[alias]['scorePct']} %" for alias in JUDGES))
    yield HOW
    yield _row("", "Point", *tools)
    yield _row("---:", "---", *("---" for _ in tools))
    for number, point in enumerate(judged[0].score["points"], start=1):
        yield _row(number, point["title"], *(_state(each.score["points"][number - 1]) for each in judged))
    yield CONTROLS
    yield _row("Control", *tools)
    yield _row("---", *("---" for _ in tools))
    for alias in JUDGES:
        for index, control in enumerate(judged[0].benchmarks[alias]["controls"]):
            told = [each.benchmarks[alias]["controls"][index] for each in judged]
            if any(each["status"] == "fail" for each in told):
                cells = (each["message"] if each["status"] == "fail" else "held" for each in told)
                yield _row(f"{control['id']} {control['name']}", *cells)


def _row(*cells: object) -> str:
    return f"| {' | '.join(map(str, cells))} |"


def _state(point: Tree) -> str:
    if point["state"] == "lost" and point["of"] > 1:
        return f"{point['kept']} of {point['of']}"
    return "-" if point["state"] == "not assessed" else str(point["state"])


def installed(folder: Path) -> Path:
    """Install the outside judge, and return its program."""
    package = f"@cyclonedx/cdxgen@{CDXGEN}"
    execute("npm", "install", "--silent", "--omit=optional", "--prefix", folder, package, cwd=folder)
    return folder / "node_modules" / ".bin" / "cdx-validate"


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument(
        "--python", type=Path, required=True, help="an interpreter of a version that webshop is locked for"
    )
    asked.add_argument("--cdx-validate", type=Path, help="the outside judge  [default: installed for the occasion]")
    asked.add_argument("--page", type=Path, help="where the tables go  [default: standard output]")
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder).resolve()
        cdx_validate = given.cdx_validate.absolute() if given.cdx_validate else installed(work)
        lock, found = documents(work, given.python.absolute())
        text = "\n".join(page([judge(tool, place, lock, cdx_validate) for tool, place in found.items()])) + "\n"
    if given.page is None:
        sys.stdout.write(text)
    else:
        given.page.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
