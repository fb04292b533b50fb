"""The webshop's way back, for real: ten of ten with both interpreters, and a rollback that installs."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from support.interpreters import find_python

pytestmark = [
    pytest.mark.network,
    pytest.mark.enable_socket,
    pytest.mark.skipif(sys.platform != "linux", reason="only Linux can cut the network off"),
]

WEBSHOP = Path(__file__).resolve().parents[2] / "fixtures" / "projects" / "webshop"
AS_OF = "2026-11-22"


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "uplock", *(str(argument) for argument in arguments)]
    return subprocess.run(command, capture_output=True, text=True, env=dict(os.environ), check=False)


@pytest.fixture(scope="module")
def webshop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    for minor in ("3.9", "3.12", "3.13"):
        if find_python(minor) is None:
            pytest.skip(f"CPython {minor} is not installed here")
    folder = tmp_path_factory.mktemp("way-back") / "webshop"
    shutil.copytree(WEBSHOP, folder, ignore=shutil.ignore_patterns("locks", "sboms", "verdicts", ".uplock"))
    done = run("run", folder, "--as-of", AS_OF)
    assert done.returncode == 0, done.stderr
    done = run("vault", "add", "--project", folder)
    assert done.returncode == 0, done.stderr
    return folder


def test_ten_of_ten(webshop: Path) -> None:
    done = run("rehearse", "--project", webshop, "--as-of", AS_OF, "--json")
    result = json.loads(done.stdout)
    assert [each["holds"] for each in result["statements"]] == [True] * 10, result["statements"]
    assert result["ready"]
    assert done.returncode == 0


def test_going_back_installs_and_equals_the_prediction(webshop: Path, tmp_path: Path) -> None:
    into = tmp_path / "service"
    for target in ("py312-linux-x86_64", "py39-linux-x86_64"):
        done = run("install", target, "--project", webshop, "--into", into, "--offline", "--as-of", AS_OF)
        assert done.returncode == 0, done.stdout + done.stderr
        assert run("verify", "env", into, "--target", target, "--project", webshop).returncode == 0
        subprocess.run([into / "bin/python", "-c", "import fastapi, celery, lxml.etree, numpy"], check=True)
