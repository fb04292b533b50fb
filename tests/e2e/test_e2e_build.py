"""``uplock build`` of a real source distribution with C code, from a real index."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from support.interpreters import find_python
from support.shop import project, uplock

pytestmark = [pytest.mark.network, pytest.mark.enable_socket]

PYPROJECT = """\
[project]
name = "shop"
version = "1.0"
dependencies = ["markupsafe==2.1.1"]

[tool.uplock]
targets = ["{version}"]
exclude-newer = "2026-11-01T00:00:00Z"
allow-sdist = ["markupsafe"]
"""
TARGET = "py312-linux-x86_64"


def test_a_c_extension_is_built_locked_and_compared(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    python = find_python("3.12")
    if python is None:
        pytest.skip("there is no CPython 3.12 here")
    question = [str(python), "-c", "import platform; print(platform.python_version())"]
    version = subprocess.run(question, capture_output=True, text=True, check=True).stdout.strip()
    shop = project(tmp_path / "shop", PYPROJECT.format(version=version))
    assert uplock(capfd, "lock", shop).code == 0
    answer = uplock(capfd, "build", TARGET, "--project", shop, "--python", f"3.12={python}", "--again", "--json")
    assert answer.code == 0, answer.err
    (package,) = answer.json["packages"]
    assert package["wheel"]["wheel"] == "markupsafe-2.1.1-cp312-cp312-linux_x86_64.whl"
    assert [each["name"] for each in package["wheel"]["requirements"]] == ["setuptools"]
    kinds = {each["path"].rpartition(".")[2] for each in package["again"]["differences"]}
    assert kinds <= {"so", "dist-info/RECORD"}
    assert uplock(capfd, "run", shop).code == 0
    native = json.loads((shop / f"sboms/{TARGET}.cdx.json").read_text())
    assert "_speedups" in json.dumps(native)
    assert uplock(capfd, "lock", shop, "--check=resolve").code == 0
