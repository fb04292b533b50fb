from __future__ import annotations

import io
from pathlib import Path

import pytest

from support.elf import build_elf
from support.wheels import build_wheel
from support.zips import Entry, zip_of
from uplock.api import inspect_wheel
from uplock.errors import InputError
from uplock.inspect.naming import own_name

TAG = "cp312-cp312-manylinux_2_17_x86_64.manylinux2014_x86_64"
FILES = {"demo/_demo.cpython-312-x86_64-linux-gnu.so": build_elf(needed=["libc.so.6"])}


def test_a_path_and_its_bytes_give_the_same_profile(tmp_path: Path) -> None:
    filename, data = build_wheel("demo", "1.0", tag=TAG, files=FILES)
    (tmp_path / filename).write_bytes(data)
    profile = inspect_wheel(tmp_path / filename)
    assert [member.path for member in profile.members] == list(FILES)
    assert profile.glibc_claimed == "2.17"
    assert inspect_wheel(str(tmp_path / filename)) == profile
    assert inspect_wheel(data) == profile
    assert inspect_wheel(data, filename) == profile


def test_a_file_may_be_called_otherwise_than_the_wheel(tmp_path: Path) -> None:
    filename, data = build_wheel("demo", "1.0", tag=TAG, files=FILES)
    (tmp_path / "blob").write_bytes(data)
    assert inspect_wheel(tmp_path / "blob", filename) == inspect_wheel(data)
    with pytest.raises(InputError, match="not the file name of a wheel"):
        inspect_wheel(tmp_path / "blob")


def test_bytes_are_called_as_their_metadata_says() -> None:
    filename, data = build_wheel("demo", "1.0", tag=TAG)
    assert set(own_name(io.BytesIO(data)).removesuffix(".whl").split("-")) == {
        *filename.removesuffix(".whl").rpartition("-")[0].split("-"),
        "manylinux2014_x86_64.manylinux_2_17_x86_64",
    }


@pytest.mark.parametrize(
    ("entries", "message"),
    [
        ([Entry("demo/a.py", b"")], "has 0 .dist-info directories"),
        ([Entry("a-1.dist-info/WHEEL", b""), Entry("b-1.dist-info/WHEEL", b"")], "has 2 .dist-info directories"),
        ([Entry("a-1.dist-info/WHEEL", b"Wheel-Version: 1.0\n")], "names no tags"),
        ([Entry("a-1.dist-info/WHEEL", b"x" * (1024 * 1024 + 1))], "are more than"),
    ],
)
def test_bytes_that_do_not_say_what_they_are_called_are_refused(entries: list[Entry], message: str) -> None:
    with pytest.raises(InputError, match=message):
        inspect_wheel(zip_of(entries))


def test_bytes_that_are_no_wheel_are_refused() -> None:
    with pytest.raises(InputError):
        inspect_wheel(b"no zip")
