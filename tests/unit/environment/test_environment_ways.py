"""One lock has one content digest, however it is installed, and it is the one predicted from the wheels."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from support.environments import WAYS, Way, Workshop, content_of_bytes, demo_wheels, pip_target, pip_venv, verified
from support.own_interpreter import own_target
from support.wheels import build_wheel
from uplock.content.digest import predict


@pytest.mark.parametrize("way", [way for way in WAYS if way is not pip_venv], ids=lambda way: way.__name__)
def test_every_way_of_installing_gives_the_predicted_digest(workshop: Workshop, way: Way) -> None:
    folder = workshop.folder / way.__name__
    way(workshop, folder)
    result = verified(folder)
    assert result.differences == ()
    assert result.status == "equal"
    assert result.digest == predict([content_of_bytes(wheel) for wheel in demo_wheels()], own_target()).digest
    assert (result.files, result.scripts) >= (27, 4)


def test_what_was_compiled_is_counted(made_venv: Path, made_target: Path) -> None:
    result = verified(made_venv)
    assert (result.layout, result.bytecode, result.scripts) == ("venv", 8, 4)
    result = verified(made_target)
    assert (result.layout, result.bytecode, result.scripts) == ("target", 9, 4)


def test_an_environment_is_verified_through_a_link_to_it(venv: Path) -> None:
    link = venv.parent / "current"
    link.symlink_to(venv.name)
    assert verified(link).status == "equal"


def test_pip_of_the_interpreter_itself_is_compared_with_its_bundled_wheel(workshop: Workshop) -> None:
    folder = workshop.folder / "bootstrapped"
    pip_venv(workshop, folder)
    for cache in (
        *folder.glob("lib/*/site-packages/*/*/**/__pycache__"),
        *folder.glob("lib/*/*/setuptools/__pycache__"),
    ):
        shutil.rmtree(cache)  # most of it, for speed
    result = verified(folder)
    assert result.differences == ()
    assert result.digest == predict([content_of_bytes(wheel) for wheel in demo_wheels()], own_target()).digest
    assert [name.split()[0] for name in result.bootstrap][:1] == ["pip"]
    (module,) = folder.glob("lib/python*/site-packages/pip/__main__.py")
    module.write_bytes(module.read_bytes() + b"\n")
    kinds = {(each.kind, each.package) for each in verified(folder).differences}
    assert kinds == {("changed", "pip"), ("bytecode", "pip"), ("record", "pip")}


def test_data_below_lib_that_pip_drops_for_a_target_is_missing(tmp_path: Path) -> None:
    wheels = [build_wheel("demo", "1.0", files={"demo-1.0.data/data/lib/demo/words.txt": b"words\n"})]
    shop = Workshop(tmp_path / "shop", wheels)
    pip_target(shop, tmp_path / "target")
    (difference,) = verified(tmp_path / "target", wheels).differences
    assert (difference.kind, difference.path) == ("missing", "lib/demo/words.txt")


def test_bytecode_of_every_level_is_compared(target: Path, workshop: Workshop) -> None:
    shutil.rmtree(target / "demo" / "__pycache__")
    levels = [option for level in "012" for option in ("-o", level)]
    workshop.run(workshop.python, "-I", "-m", "compileall", "-q", *levels, "-x", "py2only", str(target / "demo"))
    result = verified(target)
    assert (result.differences, result.bytecode) == ((), 13)


@pytest.mark.parametrize("mode", ["checked-hash", "unchecked-hash", "timestamp"])
def test_bytecode_of_every_kind_of_header_is_compared(target: Path, workshop: Workshop, mode: str) -> None:
    options = ("-q", "-f", "--invalidation-mode", mode, "-x", "py2only", str(target))
    workshop.run(workshop.python, "-I", "-m", "compileall", *options)
    assert verified(target).differences == ()
    (pyc,) = (target / "demo" / "__pycache__").glob("cli.*.pyc")
    data = bytearray(pyc.read_bytes())
    data[8] ^= 1
    pyc.write_bytes(data)
    (difference,) = verified(target).differences
    assert (difference.kind, difference.path) == ("bytecode", str(pyc.relative_to(target)))


def test_an_environment_that_was_copied_without_times_has_stale_bytecode(target: Path) -> None:
    os.utime(target / "demo" / "cli.py", (1, 1))
    (difference,) = verified(target).differences
    assert difference.kind == "bytecode"
    assert "another time of modification" in difference.detail
