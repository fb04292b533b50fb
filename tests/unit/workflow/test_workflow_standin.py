"""Stand-ins: which sdists are shown as wheels, and with which metadata."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.index_simulator import IndexSimulator
from support.memory_store import MemoryStore
from support.sdists import build_sdist
from support.subjects import make_target
from support.wheels import build_wheel
from uplock.errors import InputError, IntegrityError
from uplock.model.digest import sha256_of
from uplock.model.value import changed
from uplock.model.view import IndexFile, IndexPage
from uplock.workflow.choose import wheel_name
from uplock.workflow.standin import SdistMetadata, stand_ins

NINE, TWELVE = make_target("3.9.18"), make_target("3.12.1")
MANYLINUX = "manylinux_2_17_x86_64"


def page(index: IndexSimulator, name: str = "demo") -> IndexPage:
    found = index.listing(name)
    assert found is not None
    return found


def listed(*files: tuple[str, bytes]) -> IndexSimulator:
    index = IndexSimulator(provenance_offered=False)
    for filename, data in files:
        index.publish(filename, data)
    return index


def shown(index: IndexSimulator, *targets: object) -> dict[str, str]:
    """Return the sdist by its stand-in."""
    found = stand_ins(page(index), targets or (NINE, TWELVE))  # type: ignore[arg-type]  # targets all of them
    return {name: sdist.filename for name, (_, sdist) in found.items()}


def test_a_version_with_a_wheel_for_every_target_needs_none() -> None:
    assert shown(listed(build_sdist("demo", "1.0"), build_wheel("demo", "1.0"))) == {}


def test_a_version_that_some_target_has_no_wheel_of_is_shown() -> None:
    index = listed(build_sdist("demo", "1.0"), build_wheel("demo", "1.0", tag=f"cp312-cp312-{MANYLINUX}"))
    assert shown(index) == {"demo-1.0-0_sdist-py3-none-any.whl": "demo-1.0.tar.gz"}
    assert shown(index, TWELVE) == {}


def test_a_wheel_that_refuses_the_interpreter_does_not_count() -> None:
    index = listed(build_sdist("demo", "1.0"))
    index.publish(*build_wheel("demo", "1.0"), requires_python=">=3.10")
    assert list(shown(index).values()) == ["demo-1.0.tar.gz"]
    assert shown(index, TWELVE) == {}


def test_other_forms_of_one_version_are_one_version() -> None:
    assert shown(listed(build_sdist("demo", "1.0.0"), build_wheel("demo", "1.0"))) == {}


def test_versions_without_an_sdist_and_files_that_are_neither_are_passed_over() -> None:
    index = listed(build_wheel("demo", "1.0", tag="cp38-cp38-win32"))
    index.publish("demo-2.0.zip", b"")
    index.publish("demo-not_a_version.tar.gz", b"")
    assert shown(index) == {}


def test_a_stand_in_is_a_wheel_of_its_version_that_every_target_takes_last() -> None:
    index = listed(build_sdist("demo_app", "1!2.0+local.1"))
    sdist = changed(page(index, "demo-app").files[0], requires_python=">=3.9", yanked="broken")
    ((filename, (stand_in, source)),) = stand_ins(IndexPage(name="demo-app", files=(sdist,)), (TWELVE,)).items()
    parsed = wheel_name(filename)
    assert parsed is not None
    assert (str(parsed[0]), parsed[1]) == ("1!2.0+local.1", (0, "_sdist"))
    assert source is sdist
    assert (stand_in.requires_python, stand_in.yanked, stand_in.sha256) == (">=3.9", "broken", sdist.sha256)
    assert (stand_in.size, stand_in.core_metadata) == (None, None)


def test_an_sdist_that_is_not_yanked_comes_first() -> None:
    index = listed(build_sdist("demo", "1.0"), ("demo-1.0.0.tar.gz", b"x"))
    index.yank("demo-1.0.tar.gz")
    assert list(shown(index).values()) == ["demo-1.0.0.tar.gz"]


# --- metadata -----------------------------------------------------------------------------------------------------


def read(index: IndexSimulator, store: MemoryStore) -> bytes:
    metadata = SdistMetadata(index, store, index.metadata)
    sdist = next(file for file in page(index).files if file.filename.endswith(".tar.gz"))
    found = metadata.of(sdist, page(index))
    assert len(metadata.records) == 1
    assert store.records.items() >= metadata.records.items()
    return found


def test_fixed_metadata_are_those_of_the_sdist(tmp_path: Path) -> None:
    index = listed(
        build_sdist("demo", "1.0", metadata_version="2.2", requires_dist=("coin",)),
        build_wheel("demo", "1.0", tag="cp38-cp38-win32", requires_dist=("ink",)),
    )
    assert b"Requires-Dist: coin" in read(index, MemoryStore(tmp_path))
    assert index.calls == ["fetch demo-1.0.tar.gz"]


def test_metadata_that_a_build_may_change_are_those_of_a_wheel_of_that_version(tmp_path: Path) -> None:
    index = listed(
        build_sdist("demo", "1.0", requires_dist=("coin",)),
        build_wheel("demo", "1.0", tag="cp38-cp38-win32", requires_dist=("ink",)),
        build_wheel("demo", "2.0", requires_dist=("other",)),
    )
    assert b"Requires-Dist: ink" in read(index, MemoryStore(tmp_path))


def test_a_wheel_that_is_not_yanked_is_asked_first(tmp_path: Path) -> None:
    index = listed(
        build_sdist("demo", "1.0"),
        build_wheel("demo", "1.0", tag="cp38-cp38-win32", requires_dist=("ink",)),
        build_wheel("demo", "1.0", tag="cp39-cp39-win32", requires_dist=("coin",)),
    )
    index.yank("demo-1.0-cp38-cp38-win32.whl")
    assert b"Requires-Dist: coin" in read(index, MemoryStore(tmp_path))


def test_without_any_wheel_what_stands_in_the_sdist_must_do(tmp_path: Path) -> None:
    index = listed(build_sdist("demo", "1.0", requires_txt="coin\n"))
    assert b"Requires-Dist: coin" in read(index, MemoryStore(tmp_path))


def test_an_sdist_is_fetched_once_and_read_once(tmp_path: Path) -> None:
    store = MemoryStore(tmp_path)
    index = listed(build_sdist("demo", "1.0", metadata_version="2.2"))
    first = read(index, store)
    store.blobs.clear()
    assert read(index, store) == first
    assert index.calls == ["fetch demo-1.0.tar.gz"]


def test_an_sdist_with_other_bytes_than_are_listed_is_not_read(tmp_path: Path) -> None:
    store = MemoryStore(tmp_path)
    index = listed(build_sdist("demo", "1.0"))
    index.tamper("demo-1.0.tar.gz")
    with pytest.raises(IntegrityError, match=r"demo-1\.0\.tar\.gz"):
        read(index, store)
    assert store.records == {}


def test_an_sdist_without_a_digest_is_refused(tmp_path: Path) -> None:
    index = listed(build_sdist("demo", "1.0"))
    index.hashes = False
    with pytest.raises(InputError, match="names no SHA-256"):
        read(index, MemoryStore(tmp_path))
    assert index.calls == []


def test_an_sdist_that_cannot_be_read_is_refused_and_nothing_is_kept(tmp_path: Path) -> None:
    store = MemoryStore(tmp_path)
    file = IndexFile(filename="demo-1.0.tar.gz", sha256=sha256_of(b"no tar"), url="https://files.index.example/x")
    index = listed(("demo-1.0.tar.gz", b"no tar"))
    with pytest.raises(InputError, match="not a readable"):
        SdistMetadata(index, store, index.metadata).of(file, page(index))
    assert store.records == {}
