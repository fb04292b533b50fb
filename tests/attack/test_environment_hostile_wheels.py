"""Wheels that would take the place of the environment's own files, or of each other's."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from support.environments import Workshop, content_of_bytes, pip_target, problems, uv_venv, verified
from support.own_interpreter import own_target
from support.wheels import build_wheel

MINOR = own_target().interpreter.minor
EMPTY_PURELIB = "demo-1.0.data/purelib/other/"


@pytest.mark.parametrize("path", ["bin/python", "bin/activate", "pyvenv.cfg"])
def test_a_wheel_that_brings_the_environments_own_file_is_found_out(tmp_path: Path, path: str) -> None:
    uv_venv(Workshop(tmp_path / "shop", [build_wheel("demo", "1.0")]), tmp_path / "venv")
    wheels = [build_wheel("demo", "1.0", files={f"demo-1.0.data/data/{path}": b"evil\n"})]
    assert ("contested", path) in problems(tmp_path / "venv", wheels)


@pytest.mark.parametrize("last", ["alpha", "beta"])
def test_two_wheels_that_own_one_file_differently_never_pass(tmp_path: Path, last: str) -> None:
    wheels = {
        name: build_wheel(name, "1.0", files={"shared/settings.py": f"NAME = {name!r}\n".encode()})
        for name in ("alpha", "beta")
    }
    order = [wheels[name] for name in wheels if name != last] + [wheels[last]]
    for wheel in order:
        shop = Workshop(tmp_path / wheel[0], [wheel])
        shop.pip("--upgrade", "--target", tmp_path / "target")
    result = verified(tmp_path / "target", list(wheels.values()))
    assert result.status == "different"
    assert ("contested", "shared/settings.py") in {(each.kind, each.path) for each in result.differences}


def test_two_wheels_that_own_one_file_alike_pass(tmp_path: Path) -> None:
    wheels = [build_wheel(name, "1.0", files={"shared/__init__.py": b""}) for name in ("alpha", "beta")]
    uv_venv(Workshop(tmp_path / "shop", wheels), tmp_path / "venv")
    result = verified(tmp_path / "venv", wheels)
    assert (result.differences, result.digest) == ((), result.predicted)


def test_what_a_lying_record_leaves_out_is_installed_and_compared_all_the_same(tmp_path: Path) -> None:
    record = b"demo/__init__.py,sha256=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU,0\ndemo-1.0.dist-info/RECORD,,\n"
    wheels = [build_wheel("demo", "1.0", files={"hidden.py": b"x = 1\n", "demo-1.0.dist-info/RECORD": record})]
    pip_target(Workshop(tmp_path / "shop", wheels), tmp_path / "target")
    result = verified(tmp_path / "target", wheels)
    assert result.digest == result.predicted
    (tmp_path / "target" / "hidden.py").write_bytes(b"x = 2\n")
    assert ("changed", "hidden.py") in {
        (each.kind, each.path) for each in verified(tmp_path / "target", wheels).differences
    }


def test_bytecode_that_a_wheel_brings_is_the_wheels_or_the_compilers(tmp_path: Path) -> None:
    tag = "cpython-" + MINOR.replace(".", "")
    cached = {f"demo/__pycache__/__init__.{tag}.pyc": b"the wheel's own", "demo/__pycache__/x.cpython-27.pyc": b"old"}
    wheels = [build_wheel("demo", "1.0", files={**cached, "demo/legacy.pyc": b"sourceless"})]
    uv_venv(Workshop(tmp_path / "shop", wheels), tmp_path / "venv")
    assert verified(tmp_path / "venv", wheels).differences == ()
    pip_target(Workshop(tmp_path / "shop2", wheels), tmp_path / "target")
    assert problems(tmp_path / "target", wheels) == []
    for name in ("legacy.pyc", f"__pycache__/__init__.{tag}.pyc"):
        (tmp_path / "target" / "demo" / name).write_bytes(b"evil")
    assert {each.kind for each in verified(tmp_path / "target", wheels).differences} == {
        "changed",
        "bytecode",
        "record",
    }


@pytest.mark.parametrize("name", [f"gone.cpython-{MINOR.replace('.', '')}.pyc", "x.cpython-27.pyc"])
def test_bytecode_that_a_wheel_brings_without_a_source_must_be_the_wheels(tmp_path: Path, name: str) -> None:
    wheels = [build_wheel("demo", "1.0", files={f"demo/__pycache__/{name}": b"the wheel's"})]
    uv_venv(Workshop(tmp_path / "shop", wheels), tmp_path / "venv")
    assert problems(tmp_path / "venv", wheels) == []
    (place,) = (tmp_path / "venv").rglob(name)
    for data in (b"the devil's", b"evil"):
        place.write_bytes(data)
        assert problems(tmp_path / "venv", wheels) == [("changed", str(place.relative_to(tmp_path / "venv")))]


def test_folders_that_a_wheel_names_and_leaves_empty_are_its_own_and_no_others(tmp_path: Path) -> None:
    """uv makes such folders, pip does not; each of them can be imported as a package."""
    name, data = build_wheel("demo", "1.0", files={"demo-1.0.data/purelib/pure.py": b""})
    whole = io.BytesIO(data)
    with zipfile.ZipFile(whole, "a") as archive:
        for folder in ("empty/", "demo/", "demo/inner/", "demo-1.0.data/", "demo-1.0.data/purelib/", EMPTY_PURELIB):
            archive.writestr(zipfile.ZipInfo(folder), b"")
    wheels = [(name, whole.getvalue())]
    assert content_of_bytes(wheels[0]).folders == ("site/demo/inner", "site/empty", "site/other")
    uv_venv(Workshop(tmp_path / "shop", wheels), tmp_path / "venv")
    pip_target(Workshop(tmp_path / "shop2", wheels), tmp_path / "target")
    assert problems(tmp_path / "venv", wheels) == []
    assert problems(tmp_path / "target", wheels) == []
    (tmp_path / "target" / "requests" / "packages").mkdir(parents=True)
    (tmp_path / "target" / "demo" / "more").mkdir()
    (tmp_path / "target" / "demo" / "inner" / "__pycache__").mkdir(parents=True)
    result = verified(tmp_path / "target", wheels)
    assert [(each.kind, each.path) for each in result.differences] == [
        ("not-owned", "demo/inner/__pycache__"),
        ("not-owned", "demo/more"),
        ("not-owned", "requests/packages"),
    ]
    assert result.differences[0].detail == "an empty folder, which can be imported"
    assert result.digest != result.predicted
