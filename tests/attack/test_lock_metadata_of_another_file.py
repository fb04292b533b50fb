"""A version has two files that need different things: the locked file must be the one whose needs are locked."""

from __future__ import annotations

import io
import sys
import tarfile
from pathlib import Path

import pytest

from support.http_index import HttpIndex
from support.index_simulator import IndexSimulator
from support.shop import project, uplock
from support.wheels import build_wheel

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

VERSION = ".".join(map(str, sys.version_info[:3]))
MINOR = sys.version_info[1]
NEEDY = build_wheel("shop", "1.0", requires_dist=("coin",))[1]
MODEST = build_wheel("shop", "1.0")[1]


def pyproject(resolver: str, targets: tuple[str, ...] = (VERSION,), more: str = "") -> str:
    names = ", ".join(f'"{target}"' for target in targets)
    return (
        f'[project]\nname = "demo"\nversion = "1"\ndependencies = ["shop"]\n'
        f'[tool.uplock]\ntargets = [{names}]\nresolver = "{resolver}"\n{more}'
    )


def index_of_coin() -> IndexSimulator:
    index = IndexSimulator(provenance_offered=False)
    index.publish(*build_wheel("coin", "1.0"))
    return index


def test_a_file_whose_upper_bound_excludes_the_target_lends_no_metadata(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    index = index_of_coin()
    index.publish(f"shop-1.0-cp3{MINOR}-none-any.whl", MODEST, requires_python=f"<3.{MINOR}")
    index.publish("shop-1.0-py3-none-any.whl", NEEDY)
    folder = project(tmp_path / "project", pyproject("uv"))
    with HttpIndex(index) as http:
        monkeypatch.setenv("UPLOCK_INDEX_URL", http.url)
        assert uplock(capfd, "lock", folder).code == 0
    (lock,) = (folder / "locks").glob("requirements.*.txt")
    assert "coin==1.0" in lock.read_text()  # what is locked is the wheel for every interpreter, and it needs coin


@pytest.mark.parametrize("resolver", ["uv", "pip-tools"])
def test_two_spellings_of_one_wheel_are_not_mixed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], resolver: str
) -> None:
    index = index_of_coin()
    index.publish("Shop-1.0-py3-none-any.whl", NEEDY)
    index.publish("shop-1.0-py3-none-any.whl", MODEST)
    folder = project(tmp_path / "project", pyproject(resolver))
    with HttpIndex(index) as http:
        monkeypatch.setenv("UPLOCK_INDEX_URL", http.url)
        assert uplock(capfd, "lock", folder).code == 0
    (pylock,) = (folder / "locks").glob("pylock.*.toml")
    text = pylock.read_text()
    assert ("Shop-1.0-py3-none-any.whl" in text) == ("coin-1.0-py3-none-any.whl" in text)


def test_an_sdist_for_one_target_lends_no_metadata_to_the_wheel_of_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        info = b"Metadata-Version: 2.2\nName: shop\nVersion: 1.0\n\n"
        member = tarfile.TarInfo("shop-1.0/PKG-INFO")
        member.size = len(info)
        archive.addfile(member, io.BytesIO(info))
    index = index_of_coin()
    index.publish("shop-1.0.tar.gz", out.getvalue())
    index.publish("shop-1.0-py3-none-any.whl", NEEDY, requires_python=">=3.12")
    folder = project(tmp_path / "project", pyproject("uv", ("3.11.7", "3.12.1"), "allow-sdist = true\n"))
    with HttpIndex(index) as http:
        monkeypatch.setenv("UPLOCK_INDEX_URL", http.url)
        assert uplock(capfd, "lock", folder).code == 0
    (lock,) = (folder / "locks").glob("requirements.py312-*.txt")
    assert "coin==1.0" in lock.read_text()
