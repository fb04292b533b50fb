"""Installing with uv and with pip: exactly what is ordered, from given files, and nothing is left of a failure."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from support.building import own_python
from support.environments import Wheel, demo_wheels, verified
from support.wheels import build_wheel
from uplock.environment.install import PipInstaller, UvInstaller
from uplock.environment_ports import Installer, InstallOrder
from uplock.errors import ToolError, UnaskableError, UsageError
from uplock.host.isolation import Isolation, find_isolation
from uplock.model.value import changed
from uplock.resolve.uv import find_uv

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="environments are laid out as on POSIX")


def unasked() -> Isolation:
    raise UnaskableError("the network cannot be cut off on this machine", remedy="Run on Linux.")


MAKERS: dict[str, Callable[[], Installer]] = {
    "uv": lambda: UvInstaller(find_uv(), unasked),
    "pip": lambda: PipInstaller(unasked),
}


@pytest.fixture(params=MAKERS)
def installer(request: pytest.FixtureRequest) -> Installer:
    """Each installer, on a machine where nothing can be cut off."""
    return MAKERS[request.param]()


def order_of(folder: Path, wheels: Sequence[Wheel]) -> InstallOrder:
    """Write wheels under names that say nothing, as an archive has them, and order them."""
    blobs, pins, named = folder / "blobs", [], []
    blobs.mkdir()
    for name, data in wheels:
        digest = hashlib.sha256(data).hexdigest()
        (blobs / digest).write_bytes(data)
        distribution, version = name.split("-")[:2]
        pins.append(f"{distribution}=={version} --hash=sha256:{digest}\n")
        named.append((name, blobs / digest))
    return InstallOrder(
        place=folder / "made" / "env-1", python=own_python(), requirements="".join(pins).encode(), wheels=tuple(named)
    )


HOSTILE = ("PIP_TARGET", "UV_CACHE_DIR", "PYTHONPATH")
"""Variables that would lead an installer elsewhere."""


@pytest.fixture(scope="module", params=MAKERS)
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> InstallOrder:
    """An environment, made where the user's configuration is nonsense; one wheel is given and not required."""
    folder = tmp_path_factory.mktemp("made")
    home = folder / "home"
    for path in (home / ".config/uv/uv.toml", home / ".config/pip/pip.conf", home / ".pip/pip.conf"):
        path.parent.mkdir(parents=True)
        path.write_text("[nonsense")
    order = order_of(folder, (*demo_wheels(), build_wheel("stranger", "1.0")))
    order = changed(order, requirements=b"".join(order.requirements.splitlines(keepends=True)[:-1]))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", str(home))
        for name in HOSTILE:
            patch.setenv(name, str(folder / "elsewhere"))
        done = MAKERS[request.param]().install(order)
    assert done.installer.split()[0] == request.param
    assert done.isolation is None
    return order


def left(order: InstallOrder) -> list[str]:
    return sorted(os.listdir(order.place.parent)) if order.place.parent.is_dir() else []


def test_what_is_installed_is_what_the_wheels_of_the_requirements_predict(made: InstallOrder) -> None:
    result = verified(made.place)
    assert (result.status, result.digest) == ("equal", result.predicted), result.differences


def test_nothing_is_made_anywhere_else(made: InstallOrder) -> None:
    assert left(made) == ["env-1"]
    assert not (made.place.parents[1] / "elsewhere").exists()


def test_files_of_the_environment_are_not_those_of_the_archive(made: InstallOrder) -> None:
    assert all(path.stat().st_nlink == 1 for _, path in made.wheels)
    assert [path for path in made.place.rglob("*") if path.is_file() and path.lstat().st_nlink > 1] == []


@pytest.mark.parametrize(
    ("maker", "defect"),
    [("pip", "other hash"), *(("uv", each) for each in ("other hash", "no hash", "no wheel", "no blob", "no zip"))],
)
def test_a_failure_has_the_programs_words_and_leaves_nothing(tmp_path: Path, maker: str, defect: str) -> None:
    order = order_of(tmp_path, demo_wheels())
    match defect:
        case "other hash":
            order = changed(order, requirements=b"demo==1.0 --hash=sha256:" + b"0" * 64 + b"\n")
        case "no hash":
            order = changed(order, requirements=b"demo==1.0\nother==2.0\n")
        case "no wheel":
            order = changed(order, wheels=order.wheels[1:])
        case "no blob":
            order.wheels[0][1].unlink()
        case _:
            order.wheels[0][1].write_bytes(b"no zip")
    with pytest.raises(ToolError, match=r"failed \(exit \d+\): .*[a-z]{3}") as raised:
        MAKERS[maker]().install(order)
    assert raised.value.remedy
    assert left(order) == []


@pytest.mark.parametrize("name", ["../demo-1.0-py3-none-any.whl", "/demo.whl", ".demo.whl", "demo-1.0.tar.gz", ""])
def test_a_name_that_is_no_file_name_of_a_wheel_is_refused(installer: Installer, tmp_path: Path, name: str) -> None:
    order = order_of(tmp_path, demo_wheels())
    order = changed(order, wheels=((name, order.wheels[0][1]),))
    with pytest.raises(UsageError, match="is not the file name of a wheel"):
        installer.install(order)
    assert left(order) == []


@pytest.mark.parametrize("there", ["folder", "file", "dangling link"])
def test_a_place_that_is_taken_is_left_alone(installer: Installer, tmp_path: Path, there: str) -> None:
    order = order_of(tmp_path, demo_wheels())
    order.place.parent.mkdir()
    match there:
        case "folder":
            order.place.mkdir()
        case "file":
            order.place.touch()
        case _:
            order.place.symlink_to("nowhere")
    before = order.place.lstat()
    with pytest.raises(UsageError, match="there is something already"):
        installer.install(order)
    assert order.place.lstat() == before


def test_nothing_is_made_where_the_network_cannot_be_cut_off(installer: Installer, tmp_path: Path) -> None:
    order = changed(order_of(tmp_path, demo_wheels()), isolated=True)
    with pytest.raises(UnaskableError):
        installer.install(order)
    assert left(order) == []


@pytest.mark.parametrize("make", [lambda: UvInstaller(find_uv(), find_isolation), lambda: PipInstaller(find_isolation)])
def test_cut_off_from_the_network_it_installs_the_same(make: Callable[[], Installer], tmp_path: Path) -> None:
    try:
        method = find_isolation().name
    except UnaskableError as error:
        pytest.skip(str(error))
    order = changed(order_of(tmp_path, demo_wheels()), isolated=True)
    assert make().install(order).isolation == method
    assert verified(order.place).status == "equal"


def test_an_interruption_leaves_nothing(tmp_path: Path) -> None:
    order = order_of(tmp_path, demo_wheels())
    program = tmp_path / "uv"
    program.write_text(f'#!/bin/sh\nmkdir -p "{order.place}"\nkill -INT $PPID\n')
    program.chmod(0o755)
    with pytest.raises(KeyboardInterrupt):
        UvInstaller(program, unasked).install(order)
    assert left(order) == []
