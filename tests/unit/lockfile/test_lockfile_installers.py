"""Real installers are the oracle: what uplock writes, pip and uv install, and neither takes other bytes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from uv import find_uv_bin

from support.subjects import INDEX, make_lock, make_target
from support.wheels import build_wheel
from uplock.lockfile.pylock import write_pylock
from uplock.lockfile.requirements import write_requirements
from uplock.model.digest import sha256_of
from uplock.model.lock import Artifact, Lock, LockedPackage

HERE = f"{sys.version_info[0]}.{sys.version_info[1]}.0"


@pytest.fixture
def lock(tmp_path: Path) -> Lock:
    """Return a lock of two wheels that are in ``tmp_path/wheels``, one of a local version."""
    folder = tmp_path / "wheels"
    folder.mkdir()
    packages = []
    for name, version in [("first-demo", "1.0"), ("second-demo", "2.0rc1+local.1")]:
        filename, data = build_wheel(name, version, requires_dist=["not-there"])
        (folder / filename).write_bytes(data)
        url = (folder / filename).as_uri()
        artifact = Artifact(filename=filename, sha256=sha256_of(data), url=url, size=len(data))
        packages.append(LockedPackage(name=name, version=version, artifact=artifact, direct=True, index=INDEX))
    return make_lock(make_target(HERE), packages)


def other_digit(text: bytes) -> bytes:
    """Change the last digit of the first digest that is compared with a wheel."""
    at = text.index(b"=sha256:") + len(b"=sha256:") if b"--hash" in text else text.index(b'sha256 = "') + 10
    digit = b"0" if text[at + 63 : at + 64] != b"0" else b"1"
    return text[: at + 63] + digit + text[at + 64 :]


def pip(folder: Path, text: bytes) -> subprocess.CompletedProcess[str]:
    file = folder / "requirements.txt"
    file.write_bytes(text)
    options = [
        "--dry-run",
        "--ignore-installed",
        "--no-index",
        "--require-hashes",
        "--no-deps",
        "--only-binary",
        ":all:",
    ]
    quiet = ["--disable-pip-version-check", "--no-cache-dir", "--isolated", "--find-links", str(folder / "wheels")]
    command = [sys.executable, "-m", "pip", "install", *options, *quiet, "-r", str(file)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def uv(folder: Path, text: bytes) -> subprocess.CompletedProcess[str]:
    file = folder / "pylock.demo.toml"
    file.write_bytes(text)
    command = [
        find_uv_bin(),
        "pip",
        "install",
        "--offline",
        "--no-config",
        "--preview",
        "--cache-dir",
        str(folder / "cache"),
    ]
    command += ["--python", sys.executable, "--target", str(folder / "installed"), "-r", str(file)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def test_pip_takes_the_requirements_and_refuses_them_with_one_other_digit(tmp_path: Path, lock: Lock) -> None:
    text = write_requirements(lock)
    taken = pip(tmp_path, text)
    assert taken.returncode == 0, taken.stderr
    assert "Would install first-demo-1.0 second-demo-2.0rc1+local.1" in taken.stdout
    refused = pip(tmp_path, other_digit(text))
    assert refused.returncode != 0
    assert "DO NOT MATCH THE HASHES" in refused.stderr


def test_uv_installs_the_pylock_and_refuses_it_with_one_other_digit(tmp_path: Path, lock: Lock) -> None:
    text = write_pylock(lock)
    refused = uv(tmp_path, other_digit(text))
    assert refused.returncode != 0
    assert "Hash mismatch" in refused.stderr
    taken = uv(tmp_path, text)
    assert taken.returncode == 0, taken.stderr
    assert {"first_demo", "second_demo"} <= {each.name for each in (tmp_path / "installed").iterdir()}
