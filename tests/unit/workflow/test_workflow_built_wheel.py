"""Wheels that were just built: what they must be, how they are taken in, and compared with a second build."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from support.memory_store import MemoryStore
from support.subjects import make_lock, make_package, make_target
from support.wheels import build_wheel
from uplock.errors import ArchiveError, InputError
from uplock.model.built import Rebuilt
from uplock.model.digest import Sha256, sha256_of
from uplock.model.lock import Lock
from uplock.workflow import built_wheel
from uplock.workflow.built_wheel import checked, compared, digest, taken_in

SDIST = make_package("raw-1.0.tar.gz", name="raw", version="1.0")
LOCK: Lock = make_lock(make_target("3.12.1"), [SDIST])


def placed(folder: Path, wheel: tuple[str, bytes], name: str = "") -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / (name or wheel[0])
    path.write_bytes(wheel[1])
    return path


def test_a_wheel_that_is_what_the_lock_says_gives_its_metadata(tmp_path: Path) -> None:
    found = checked(placed(tmp_path, build_wheel("raw", "1.0", requires_dist=("coin>=1",))), LOCK, SDIST)
    assert (found.name, found.version, found.requires_dist) == ("raw", "1.0", ("coin>=1",))


@pytest.mark.parametrize(
    ("wheel", "words"),
    [
        (build_wheel("other", "1.0"), "a wheel of other 1.0, the lock has raw 1.0"),
        (build_wheel("raw", "1.1"), "a wheel of raw 1.1, the lock has raw 1.0"),
        (build_wheel("raw", "1.0", tag="cp311-cp311-linux_x86_64"), "does not fit py312-linux-x86_64"),
        (build_wheel("raw", "1.0", tag="cp312-cp312-linux_aarch64"), "does not fit py312-linux-x86_64"),
        (build_wheel("raw", "1.0", requires_python=">=3.13"), "requires Python >=3.13, not 3.12.1"),
        (("raw-1.0-py3-none-any.whl", b"no zip"), "raw-1.0-py3-none-any.whl"),
        (("raw.whl", build_wheel("raw", "1.0")[1]), "is not the file name of a wheel"),
    ],
)
def test_any_other_wheel_is_refused(tmp_path: Path, wheel: tuple[str, bytes], words: str) -> None:
    with pytest.raises(InputError) as caught:
        checked(placed(tmp_path, wheel), LOCK, SDIST)
    assert words in str(caught.value)
    assert caught.value.context.startswith(wheel[0])


def test_metadata_of_another_version_than_the_file_name_says_is_refused(tmp_path: Path) -> None:
    text = b"Metadata-Version: 2.1\nName: raw\nVersion: 2.0\n\n"
    wheel = build_wheel("raw", "1.0", files={"raw-1.0.dist-info/METADATA": text})
    with pytest.raises(InputError, match="instead of 1"):
        checked(placed(tmp_path, wheel), LOCK, SDIST)


def test_the_very_bytes_that_were_hashed_are_taken_in(tmp_path: Path) -> None:
    store, wheel = MemoryStore(tmp_path / "store"), build_wheel("raw", "1.0")
    path, sha256 = placed(tmp_path, wheel), sha256_of(wheel[1])
    taken_in(path, sha256, store)
    assert store.read(sha256) == wheel[1]
    path.unlink()
    taken_in(path, sha256, store)  # it is there already


def test_bytes_that_changed_after_hashing_are_not_taken_in(tmp_path: Path) -> None:
    store, sha256 = MemoryStore(tmp_path / "store"), Sha256("0" * 64)
    with pytest.raises(InputError, match="changed after it was built"):
        taken_in(placed(tmp_path, build_wheel("raw", "1.0")), sha256, store)
    assert not store.has(sha256)
    assert not store.partial(sha256).exists()


def test_a_wheel_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        digest(tmp_path / "raw.whl")
    with pytest.raises(ArchiveError):
        taken_in(tmp_path / "raw.whl", Sha256("0" * 64), MemoryStore(tmp_path / "store"))


def again(tmp_path: Path, first: tuple[str, bytes], second: tuple[str, bytes]) -> Rebuilt:
    return compared(placed(tmp_path / "one", first, "blob"), first[0], placed(tmp_path / "two", second))


def test_equal_bytes_are_equal(tmp_path: Path) -> None:
    wheel = build_wheel("raw", "1.0")
    assert again(tmp_path, wheel, wheel) == Rebuilt(equal=True, sha256=sha256_of(wheel[1]), filename=wheel[0])


def test_members_that_differ_are_told_one_by_one(tmp_path: Path) -> None:
    first = build_wheel("raw", "1.0", files={"raw/a.py": b"1", "raw/gone.py": b""})
    second = build_wheel("raw", "1.0", files={"raw/a.py": b"2", "raw/new.py": b""})
    found = again(tmp_path, first, second)
    assert not found.equal
    assert [(each.path, each.kind) for each in found.differences] == [
        ("raw-1.0.dist-info/RECORD", "changed"),
        ("raw/a.py", "changed"),
        ("raw/gone.py", "only-first"),
        ("raw/new.py", "only-second"),
    ]
    changed, empty = found.differences[1], sha256_of(b"")
    assert (changed.first, changed.second) == (sha256_of(b"1"), sha256_of(b"2"))
    assert (found.differences[2].first, found.differences[3].second) == (empty, empty)


def test_equal_members_in_other_archives_are_no_equal_wheels(tmp_path: Path) -> None:
    first = build_wheel("raw", "1.0")
    path = placed(tmp_path / "two", first)
    stored = tmp_path / "two" / "stored"
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(stored, "w") as target:
        for member in source.infolist():
            target.writestr(zipfile.ZipInfo(member.filename, member.date_time), source.read(member))
    found = again(tmp_path, first, (first[0], stored.read_bytes()))
    assert not found.equal
    assert {each.kind for each in found.differences} == {"attributes"}


def test_the_same_bytes_under_another_name_are_another_wheel(tmp_path: Path) -> None:
    name, data = build_wheel("raw", "1.0")
    found = again(tmp_path, (name, data), (name.replace("py3", "py3.py2"), data))
    assert (found.equal, found.differences) == (False, ())


def test_only_so_many_differences_are_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(built_wheel, "MAX_LISTED", 2)
    first = build_wheel("raw", "1.0", files={f"raw/{number}.py": b"1" for number in range(4)})
    found = again(tmp_path, first, build_wheel("raw", "1.0", files={}))
    assert (len(found.differences), found.omitted) == (2, 3)
