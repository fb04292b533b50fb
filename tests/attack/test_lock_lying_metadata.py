"""An index shows a resolver METADATA that the wheel does not carry: no lock that rests on it may ever pass."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from support.http_index import HttpIndex
from support.index_simulator import IndexSimulator
from support.shop import project, uplock
from support.wheels import build_wheel, metadata

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

VERSION = ".".join(map(str, sys.version_info[:3]))
PYPROJECT = f"""\
[project]
name = "demo"
version = "1"
dependencies = ["shop"]

[tool.uplock]
targets = ["{VERSION}"]
"""
SHOP = "shop-1.0-py3-none-any.whl"


def honest() -> IndexSimulator:
    """Return an index on which ``shop`` needs ``coin``, and on which anybody may publish."""
    index = IndexSimulator(provenance_offered=False)
    for name, needs in (("shop", ("coin",)), ("coin", ()), ("evil", ())):
        index.publish(*build_wheel(name, "1.0", requires_dist=needs))
    return index


def lying() -> IndexSimulator:
    """Return the same index, showing that ``shop`` needs ``evil``."""
    index = honest()
    index.lies[SHOP] = metadata("shop", "1.0", ("evil",))
    return index


def test_a_lock_that_failed_against_the_wheel_fails_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    folder = project(tmp_path / "project", PYPROJECT)
    with HttpIndex(lying(), core_metadata=True) as http:
        monkeypatch.setenv("UPLOCK_INDEX_URL", http.url)
        assert uplock(capfd, "lock", folder).code == 0
        assert uplock(capfd, "run", folder).code == 4
        again = uplock(capfd, "run", folder)
    assert again.code != 0
    assert "PASS" not in again.out


def test_a_lock_that_rests_on_a_lie_fails_on_a_machine_that_never_saw_the_lie(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    folder = project(tmp_path / "project", PYPROJECT)
    with HttpIndex(lying(), core_metadata=True) as http:
        monkeypatch.setenv("UPLOCK_INDEX_URL", http.url)
        assert uplock(capfd, "lock", folder).code == 0
        shutil.rmtree(tmp_path / "cache")
        shutil.rmtree(folder / ".uplock")
        answer = uplock(capfd, "run", folder)
    assert answer.code != 0
    assert "PASS" not in answer.out


@pytest.mark.parametrize("core_metadata", [True, False])
def test_metadata_that_one_index_showed_is_not_believed_of_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], *, core_metadata: bool
) -> None:
    first, second = project(tmp_path / "first", PYPROJECT), project(tmp_path / "second", PYPROJECT)
    with HttpIndex(lying(), core_metadata=True) as http:
        monkeypatch.setenv("UPLOCK_INDEX_URL", http.url)
        assert uplock(capfd, "lock", first).code == 0
    with HttpIndex(honest(), core_metadata=core_metadata) as http:
        monkeypatch.setenv("UPLOCK_INDEX_URL", http.url)
        assert uplock(capfd, "lock", second).code == 0
    (lock,) = (second / "locks").glob("requirements.*.txt")
    assert "evil" not in lock.read_text()
    assert "coin==1.0" in lock.read_text()
