"""Picking: the one artifact of a pin, its hash, and what is said of it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from support.index_simulator import IndexSimulator
from support.memory_store import MemoryStore
from support.sdists import build_sdist
from support.subjects import make_target
from support.wheels import build_wheel
from uplock.errors import InputError, NetworkError, ResolutionError
from uplock.lockfile.inputs import Requirements
from uplock.model.digest import sha256_of
from uplock.model.lock import LockedPackage, Shadowed
from uplock.model.target import Target
from uplock.model.value import changed
from uplock.model.view import IndexFile
from uplock.ports import Pin, Sink, ignore_events
from uplock.workflow.pick import MAX_REASON, Picker
from uplock.workflow.view import ViewRecorder

CUT_OFF = datetime(2026, 3, 1, tzinfo=UTC)
NINE, TWELVE = make_target("3.9.18"), make_target("3.12.1")
WHEEL = build_wheel("demo", "1.0")


class Stalls(IndexSimulator):
    """Has several indexes' worth of one name, and breaks downloads off."""

    broken = False

    def holders(self, name: str) -> tuple[str, ...]:
        return {"demo": ("inner", "default"), "coin": ("inner",)}[name]

    def download(self, file: IndexFile, out: Sink) -> None:
        super().download(file, out)
        if self.broken:
            raise NetworkError("the connection broke off")


@pytest.fixture
def index() -> Stalls:
    shelf = Stalls(provenance_offered=False)
    shelf.publish(*WHEEL)
    return shelf


def picker(index: IndexSimulator, folder: Path, **asked: tuple[str, ...]) -> Picker:
    requirements = changed(Requirements(requirements=asked.pop("requirements", ())), **asked)
    recorder = ViewRecorder(index, MemoryStore(folder), CUT_OFF, ignore_events, requirements=requirements)
    return Picker(requirements, recorder, index)


def picked(pick: Picker, version: str = "1.0", target: Target = TWELVE, *, direct: bool = True) -> LockedPackage:
    return pick.package(Pin(name="demo", version=version, direct=direct), {"ink", "coin"}, target)


def test_a_package_has_the_file_its_facts_and_sorted_edges(index: Stalls, tmp_path: Path) -> None:
    index.publish(*WHEEL, requires_python=">=3.8,<4")
    found = picked(picker(index, tmp_path))
    assert (found.name, found.version, found.direct) == ("demo", "1.0", True)
    assert found.dependencies == ("coin", "ink")
    assert found.index == "https://index.example/simple"
    assert (found.artifact.filename, found.artifact.sha256) == (WHEEL[0], sha256_of(WHEEL[1]))
    assert found.artifact.size == len(WHEEL[1])
    assert found.artifact.upload_time is not None
    assert found.requires_python == "<4,>=3.8"
    assert (found.yanked, found.hashed_here, found.is_sdist) == (None, False, False)


def test_each_target_has_its_own_file(index: Stalls, tmp_path: Path) -> None:
    index.publish(*build_wheel("demo", "1.0", tag="cp312-cp312-manylinux_2_17_x86_64"))
    pick = picker(index, tmp_path)
    assert picked(pick, target=NINE).artifact.filename == WHEEL[0]
    assert "cp312" in picked(pick, target=TWELVE).artifact.filename


@pytest.mark.parametrize("version", ["2.0", "1.1"])
def test_a_version_without_a_file_for_the_target_is_an_error(index: Stalls, tmp_path: Path, version: str) -> None:
    index.publish(*build_wheel("demo", "1.1", tag="cp38-cp38-win32"))
    with pytest.raises(ResolutionError, match=f"chose demo {version}"):
        picked(picker(index, tmp_path), version)


def test_an_sdist_is_taken_only_where_it_is_allowed_and_no_wheel_fits(index: Stalls, tmp_path: Path) -> None:
    for version in ("1.0", "2.0"):
        index.publish(*build_sdist("demo", version))
    with pytest.raises(ResolutionError):
        picked(picker(index, tmp_path), "2.0")
    for allowed in ("demo", "*"):
        pick = picker(index, tmp_path, allow_sdist=(allowed,))
        assert picked(pick, "2.0").is_sdist
        assert not picked(pick, "1.0").is_sdist
    with pytest.raises(ResolutionError):
        picked(picker(index, tmp_path, allow_sdist=("other",)), "2.0")


def test_a_reason_for_a_yank_becomes_one_short_printable_line(index: Stalls, tmp_path: Path) -> None:
    index.yank(WHEEL[0], "  broken\n\x1b[2J\u2028really\ttruly " + "x" * 1000)
    reason = picked(picker(index, tmp_path)).yanked
    assert reason is not None
    assert reason.startswith("broken [2J really truly x")
    assert len(reason) == MAX_REASON
    index.yank(WHEEL[0])
    assert picked(picker(index, tmp_path)).yanked == ""


def test_an_unreadable_requires_python_reaches_no_lock(index: Stalls, tmp_path: Path) -> None:
    index.publish(*WHEEL, requires_python=">=3.*")
    assert picked(picker(index, tmp_path)).requires_python is None


def test_a_file_without_a_digest_is_downloaded_and_hashed_once(index: Stalls, tmp_path: Path) -> None:
    index.hashes = False
    pick = picker(index, tmp_path)
    for target in (NINE, TWELVE):
        found = picked(pick, target=target)
        assert found.hashed_here
        assert found.artifact.sha256 == sha256_of(WHEEL[1])
    assert [call for call in index.calls if call.startswith("download")] == [f"download {WHEEL[0]}"]


def test_a_download_that_breaks_off_gives_no_digest(index: Stalls, tmp_path: Path) -> None:
    index.hashes, index.broken = False, True
    with pytest.raises(NetworkError) as caught:
        picked(picker(index, tmp_path))
    assert caught.value.context == WHEEL[0]


def test_digests_that_are_known_from_before_need_no_download(index: Stalls, tmp_path: Path) -> None:
    index.hashes = False
    requirements = Requirements(requirements=())
    recorder = ViewRecorder(index, MemoryStore(tmp_path), CUT_OFF, ignore_events, requirements=requirements)
    pick = Picker(requirements, recorder, index, {WHEEL[0]: sha256_of(b"then")})
    found = picked(pick)
    assert (found.artifact.sha256, found.hashed_here) == (sha256_of(b"then"), True)
    assert not [call for call in index.calls if call.startswith("download")]


def test_what_is_asked_for_by_url_comes_from_no_index(index: Stalls, tmp_path: Path) -> None:
    url = f"https://elsewhere.example/{WHEEL[0]}"
    pick = picker(index, tmp_path, requirements=(f"demo @ {url}#sha256={sha256_of(WHEEL[1])}",))
    found = picked(pick)
    assert found.index is None
    assert found.artifact.url == url
    assert pick.shadowed(["demo"]) == ()


def test_names_that_several_indexes_have_are_told_once(index: Stalls, tmp_path: Path) -> None:
    assert picker(index, tmp_path).shadowed(["demo", "coin", "demo"]) == (
        Shadowed(name="demo", index="inner", others=("default",)),
    )


def test_an_error_of_the_index_is_no_missing_file(index: Stalls, tmp_path: Path) -> None:
    index.down = True
    with pytest.raises((NetworkError, InputError)):
        picked(picker(index, tmp_path))
