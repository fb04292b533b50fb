"""uv with a cache that lasts: an answer never rests on what lies there unasked, and damage there breaks nothing."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

import pytest

from support.index_simulator import IndexSimulator
from support.wheels import build_wheel
from uplock.index.serve import serve
from uplock.model.platform_name import parse_platform
from uplock.model.target import Interpreter, Target
from uplock.ports import Question
from uplock.resolve.private import private_folder
from uplock.resolve.uv import UvResolver, find_uv

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

TARGET = Target(interpreter=Interpreter(version="3.12.1"), platform=parse_platform("linux-x86_64"))


def resolve(index: IndexSimulator, cache: Path | None, *requirements: str) -> tuple[dict[str, str], str]:
    """Resolve as one run of uplock does, with a server and a resolver of its own; return pins and address."""
    with serve(index, address_for=str(cache)) as served, closing(UvResolver(find_uv(), cache)) as resolver:
        answer = resolver.resolve(Question(requirements=requirements, target=TARGET), served)
        assert not served.failures
        return {pin.name: pin.version for pin in answer.pins}, served.url


def shop(*more: tuple[str, bytes]) -> IndexSimulator:
    index = IndexSimulator()
    wheels: Iterable[tuple[str, bytes]] = (
        build_wheel("shop", "1", requires_dist=("till",)),
        build_wheel("till", "1"),
        build_wheel("coin", "1"),
        *more,
    )
    for filename, data in wheels:
        index.publish(filename, data)
    return index


def test_the_cache_is_kept_by_version_and_used_again(tmp_path: Path) -> None:
    first = resolve(shop(), tmp_path / "cache", "shop")
    (kept,) = (tmp_path / "cache").iterdir()
    assert kept.name.startswith("uv-0.")
    assert any(kept.rglob("*"))
    again = shop()
    assert resolve(again, tmp_path / "cache", "shop") == first


def test_a_new_version_is_seen_at_the_same_address(tmp_path: Path) -> None:
    before, address = resolve(shop(), tmp_path, "shop")
    after, same = resolve(shop(build_wheel("till", "2")), tmp_path, "shop")
    assert same == address
    assert (before, after) == ({"shop": "1", "till": "1"}, {"shop": "1", "till": "2"})


def test_a_yank_is_seen_at_the_same_address(tmp_path: Path) -> None:
    index = shop(build_wheel("till", "2"))
    before, address = resolve(index, tmp_path, "shop")
    index.yank("till-2-py3-none-any.whl")
    after, same = resolve(index, tmp_path, "shop")
    assert same == address
    assert (before["till"], after["till"]) == ("2", "1")


def test_a_withdrawn_version_and_a_withdrawn_project_are_seen_at_the_same_address(tmp_path: Path) -> None:
    index = shop(build_wheel("till", "2"), build_wheel("till", "3", requires_dist=("coin",)))
    before, address = resolve(index, tmp_path, "shop")
    index.withdraw("till-3-py3-none-any.whl")
    after, same = resolve(index, tmp_path, "shop")
    assert same == address
    assert (before, after) == ({"coin": "1", "shop": "1", "till": "3"}, {"shop": "1", "till": "2"})


def test_a_replaced_file_of_the_same_name_is_seen_at_the_same_address(tmp_path: Path) -> None:
    before, address = resolve(shop(), tmp_path, "shop")
    after, same = resolve(shop(build_wheel("shop", "1", requires_dist=("coin",))), tmp_path, "shop")
    assert same == address
    assert (before, after) == ({"shop": "1", "till": "1"}, {"coin": "1", "shop": "1"})


def test_other_metadata_of_the_same_file_is_seen_at_the_same_address(tmp_path: Path) -> None:
    before, address = resolve(shop(), tmp_path, "shop")
    overridden = shop()
    overridden.lies["shop-1-py3-none-any.whl"] = b"Metadata-Version: 2.1\nName: shop\nVersion: 1\nRequires-Dist: coin\n"
    after, same = resolve(overridden, tmp_path, "shop")
    assert same == address
    assert (before, after) == ({"shop": "1", "till": "1"}, {"coin": "1", "shop": "1"})


def damage(folder: Path, content: bytes) -> int:
    files = [path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()]
    for path in files:
        path.write_bytes(content)
    return len(files)


@pytest.mark.parametrize("content", [b"", b"\0" * 4096, b"\xff" * 64, b'{"simple": []}'])
def test_damage_in_the_cache_changes_no_answer(tmp_path: Path, content: bytes) -> None:
    expected, _ = resolve(shop(), tmp_path / "cache", "shop")
    assert damage(tmp_path / "cache", content) > 3
    assert resolve(shop(), tmp_path / "cache", "shop")[0] == expected


def test_a_cache_that_is_cut_off_or_of_another_shape_changes_no_answer(tmp_path: Path) -> None:
    expected, _ = resolve(shop(), tmp_path / "cache", "shop")
    (kept,) = (tmp_path / "cache").iterdir()
    for path in list(kept.rglob("*")):
        if path.is_file():
            path.write_bytes(path.read_bytes()[:-7])
    assert resolve(shop(), tmp_path / "cache", "shop")[0] == expected
    for path in list(kept.iterdir()):
        if path.is_dir():
            path.rename(path.with_name(f"old-{path.name}"))
            path.write_bytes(b"a file where uv expects a folder")
    assert resolve(shop(), tmp_path / "cache", "shop")[0] == expected


@pytest.mark.parametrize("shape", ["open to others", "a link", "a file", "not to be made"])
def test_a_folder_that_is_not_ours_alone_is_not_used(tmp_path: Path, shape: str) -> None:
    folder = tmp_path / "cache"
    match shape:
        case "open to others":
            folder.mkdir()
            folder.chmod(0o777)
        case "a link":
            (tmp_path / "real").mkdir()
            folder.symlink_to(tmp_path / "real")
        case "a file":
            folder.write_text("")
        case _:
            (tmp_path / "cache").write_text("")
            folder /= "below"
    assert private_folder(folder) is None


def test_a_folder_of_ours_is_made_so_that_nobody_else_can_read_it(tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        made = private_folder(tmp_path / "a" / "b")
    finally:
        os.umask(old)
    assert made == tmp_path / "a" / "b"
    assert made.stat().st_mode & 0o777 == 0o700
    assert private_folder(made) == made


def test_a_cache_that_others_can_write_is_left_alone(tmp_path: Path) -> None:
    with closing(UvResolver(find_uv())) as resolver:
        name = resolver.version.replace(" ", "-")
    (tmp_path / name).mkdir()
    (tmp_path / name).chmod(0o777)
    assert resolve(shop(), tmp_path, "shop")[0] == {"shop": "1", "till": "1"}
    assert list((tmp_path / name).iterdir()) == []
