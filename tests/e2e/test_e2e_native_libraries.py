"""Which libraries uplock finds in real wheels, against the truth about them that was made without it."""

import os
import shutil
import sys
import tomllib
from pathlib import Path

import pytest

from support.other_tools import Place
from truth.collect import defects
from truth.compare import RECORDED, compare
from truth.evidence import Wheel
from truth.known import Truth, committed

pytestmark = [
    pytest.mark.network,
    pytest.mark.enable_socket,
    pytest.mark.skipif(
        not all(map(shutil.which, ("strings", "nm", "readelf", "objcopy", "llvm-nm", "llvm-readobj", "llvm-objdump"))),
        reason="binutils and LLVM are not installed here",
    ),
]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return Place(tmp_path_factory.mktemp("place"))


@pytest.fixture(scope="module", params=committed(), ids=lambda truth: truth.wheel)
def truth(request: pytest.FixtureRequest) -> Truth:
    known = request.param
    assert isinstance(known, Truth)
    return known


@pytest.fixture(scope="module")
def wheel(place: Place, truth: Truth) -> Path:
    """The very wheel that the truth is about."""
    kept = os.environ.get("TRUTH_WHEELS")  # a folder that has the wheels already, to download nothing
    if kept is not None:
        return Path(kept) / truth.wheel
    name, version, *_, platforms = truth.wheel.removesuffix(".whl").split("-")
    python = place.environment_of(Path(sys.executable), "pip", "pip")
    options = ("--no-deps", "--only-binary=:all:", "--python-version=3.12", "--quiet", f"--dest={place.folder}")
    tags = [f"--platform={tag}" for tag in platforms.split(".")]
    place.output(python, "-m", "pip", "download", *options, *tags, f"{name}=={version}")
    return place.folder / truth.wheel


def test_the_truth_holds_for_the_wheel(wheel: Path, truth: Truth) -> None:
    with Wheel(wheel) as opened:
        assert list(defects(opened, truth)) == []


def test_uplock_finds_what_it_found_before_and_claims_nothing_false(wheel: Path, truth: Truth) -> None:
    found = compare(wheel, truth)
    recorded = tomllib.loads(RECORDED.read_text("utf-8")).get(truth.wheel, {})

    assert found.natives_found == found.natives
    assert found.crates_found == found.crates
    assert set(found.missed) <= set(recorded.get("missed", ()))
    assert set(found.without_version) <= set(recorded.get("without_version", ()))
    assert found.false == ()
