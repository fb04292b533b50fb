"""Wheels that want to act while they are installed: installing runs nothing of them, and touches nothing else."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from support.building import own_python
from support.environments import PYTHON, Wheel, problems
from support.wheels import build_wheel
from uplock.environment.install import PipInstaller, UvInstaller
from uplock.environment_ports import Installer, InstallOrder
from uplock.errors import ToolError
from uplock.files import digest_file
from uplock.host.isolation import find_isolation
from uplock.resolve.uv import find_uv

MAKERS: dict[str, Callable[[], Installer]] = {
    "uv": lambda: UvInstaller(find_uv(), find_isolation),
    "pip": lambda: PipInstaller(find_isolation),
}
SITE = f"lib/python{sys.version_info[0]}.{sys.version_info[1]}/site-packages"


@pytest.fixture(params=MAKERS)
def installer(request: pytest.FixtureRequest) -> Installer:
    return MAKERS[request.param]()


def installed(installer: Installer, folder: Path, wheel: Wheel) -> Path:
    """Install one wheel by its hash."""
    name, data = wheel
    (folder / "blob").write_bytes(data)
    distribution, version = name.split("-")[:2]
    pin = f"{distribution}=={version} --hash=sha256:{hashlib.sha256(data).hexdigest()}\n"
    place = folder / "made" / "env"
    installer.install(
        InstallOrder(place=place, python=own_python(), requirements=pin.encode(), wheels=((name, folder / "blob"),))
    )
    return place


@pytest.mark.parametrize("what", ["path file", "sitecustomize", "pip of its own"])
def test_nothing_that_is_installed_runs(installer: Installer, tmp_path: Path, what: str) -> None:
    act = f"import os; open({str(tmp_path / 'ran')!r}, 'w')\n".encode()
    wheel = {
        "path file": build_wheel("evil", "1.0", files={"evil.pth": act}),
        "sitecustomize": build_wheel("evil", "1.0", files={"sitecustomize.py": act}),
        "pip of its own": build_wheel("pip", "99.0", files={"pip/__init__.py": act, "pip/__main__.py": act}),
    }[what]
    place = installed(installer, tmp_path, wheel)
    assert not (tmp_path / "ran").exists()
    assert (place / SITE).is_dir()


@pytest.mark.parametrize(
    "path", ["evil-1.0.data/scripts/python", "evil-1.0.data/scripts/python3", "evil-1.0.data/data/bin/python"]
)
def test_the_interpreter_below_the_environment_is_never_written(
    installer: Installer, tmp_path: Path, path: str
) -> None:
    before = digest_file(PYTHON)
    wheel = build_wheel("evil", "1.0", files={path: b"#!/bin/sh\nexit 0\n"})
    try:
        place = installed(installer, tmp_path, wheel)
    except ToolError:
        assert os.listdir(tmp_path / "made") == []
    else:
        assert problems(place, [wheel]) != []
    assert digest_file(PYTHON) == before


@pytest.mark.parametrize("path", ["../../../../../outside", "evil-1.0.data/data/../../outside", "{here}/outside"])
def test_a_member_that_climbs_is_written_nowhere(installer: Installer, tmp_path: Path, path: str) -> None:
    wheel = build_wheel("evil", "1.0", files={path.format(here=tmp_path): b"x"})
    try:
        installed(installer, tmp_path, wheel)
    except ToolError:
        assert os.listdir(tmp_path / "made") == []
    assert [each for each in tmp_path.rglob("*outside*") if not each.is_relative_to(tmp_path / "made" / "env")] == []
