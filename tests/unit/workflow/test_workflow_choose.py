"""The artifact of a pin, and what has none."""

from datetime import UTC, datetime

import pytest

from uplock.errors import InputError
from uplock.model.digest import sha256_of
from uplock.model.target import Interpreter, Target, parse_platform
from uplock.model.view import IndexFile, IndexPage
from uplock.workflow.choose import (
    Chooser,
    listed_versions,
    pinned_without_wheel,
    python_admitted,
    valid_specifier,
    without_wheels,
)

TARGET = Target(interpreter=Interpreter(version="3.12.1"), platform=parse_platform("linux-x86_64"))


def file(name: str, *, requires_python: str | None = None, yanked: str | None = None) -> IndexFile:
    return IndexFile(
        filename=name,
        sha256=sha256_of(name.encode()),
        url=f"https://files.index.example/{name}",
        upload_time=datetime(2026, 1, 1, tzinfo=UTC),
        requires_python=requires_python,
        yanked=yanked,
    )


def page(*files: IndexFile) -> IndexPage:
    return IndexPage(name="demo", files=files)


def best(*files: IndexFile, version: str = "1.0") -> str | None:
    chosen = Chooser(TARGET).best(page(*files), version)
    return None if chosen is None else chosen.filename


def test_the_most_specific_wheel_wins_in_any_order() -> None:
    files = [
        file("demo-1.0-py3-none-any.whl"),
        file("demo-1.0-cp312-cp312-manylinux_2_17_x86_64.manylinux2014_x86_64.whl"),
        file("demo-1.0-cp312-cp312-manylinux_2_28_x86_64.whl"),
        file("demo-1.0-cp39-abi3-manylinux_2_28_x86_64.whl"),
        file("demo-1.0-cp312-cp312-manylinux_2_34_x86_64.whl"),
        file("demo-1.0-cp313-cp313-manylinux_2_28_x86_64.whl"),
        file("demo-1.0-cp312-cp312-macosx_11_0_arm64.whl"),
    ]
    expected = "demo-1.0-cp312-cp312-manylinux_2_28_x86_64.whl"
    assert best(*files) == expected
    assert best(*reversed(files)) == expected


def test_an_older_glibc_narrows_the_choice() -> None:
    old = Target(interpreter=TARGET.interpreter, platform=parse_platform("linux-x86_64-glibc2.17"))
    listed = page(file("demo-1.0-cp312-cp312-manylinux_2_28_x86_64.whl"), file("demo-1.0-py3-none-any.whl"))
    chosen = Chooser(old).best(listed, "1.0")
    assert chosen is not None
    assert chosen.filename == "demo-1.0-py3-none-any.whl"


def test_the_higher_build_number_wins() -> None:
    assert (
        best(file("demo-1.0-1-py3-none-any.whl"), file("demo-1.0-12-py3-none-any.whl"))
        == "demo-1.0-12-py3-none-any.whl"
    )


def test_a_yanked_file_is_taken_only_if_nothing_else_fits() -> None:
    specific = file("demo-1.0-cp312-cp312-manylinux_2_28_x86_64.whl", yanked="broken")
    assert best(specific, file("demo-1.0-py3-none-any.whl")) == "demo-1.0-py3-none-any.whl"
    assert best(specific) == specific.filename


def test_requires_python_and_version_must_fit() -> None:
    assert best(file("demo-1.0-py3-none-any.whl", requires_python=">=3.13")) is None
    assert best(file("demo-2.0-py3-none-any.whl")) is None
    assert best(file("demo-1.0.tar.gz"), file("demo.whl")) is None


def test_an_unreadable_requires_python_is_no_obstacle() -> None:
    assert python_admitted("~~3", "3.12.1")
    assert python_admitted(None, "3.12.1")
    assert not python_admitted("<3.12", "3.12.1")


def test_only_a_readable_requires_python_reaches_a_lock() -> None:
    assert valid_specifier(">=3.8,<4") == "<4,>=3.8"
    assert valid_specifier("~~3") is None
    assert valid_specifier(None) is None


def test_a_project_without_any_wheel_for_the_target_is_named() -> None:
    sdist, foreign = file("demo-1.0.tar.gz"), file("demo-1.0-cp38-cp38-manylinux_2_17_x86_64.whl")
    listed = page(sdist, foreign)
    assert without_wheels(["demo", "other"], {"demo": (listed, page(foreign))}, TARGET) == ["demo"]
    fits = page(file("demo-1.0-py3-none-any.whl"))
    assert without_wheels(["demo"], {"demo": (fits, fits)}, TARGET) == []


def test_a_pin_whose_versions_have_no_wheel_is_told_from_one_that_has() -> None:
    listed = page(file("demo-1.0.tar.gz"), file("demo-2.0-py3-none-any.whl"))
    assert pinned_without_wheel("demo==1.0", listed, listed, TARGET)
    assert pinned_without_wheel("demo<2", listed, listed, TARGET)
    assert not pinned_without_wheel("demo", listed, listed, TARGET)
    assert not pinned_without_wheel("demo==9", listed, listed, TARGET)
    assert not pinned_without_wheel('demo==1.0; python_version < "3.9"', listed, listed, TARGET)
    with pytest.raises(InputError):
        pinned_without_wheel("demo !!", listed, listed, TARGET)


def test_versions_come_from_wheels_and_sdists_only() -> None:
    assert listed_versions(page(file("demo-1.0.tar.gz"), file("demo-2-py3-none-any.whl"), file("demo.exe"))) == {
        "1.0",
        "2",
    }


def test_a_number_that_python_does_not_read_excludes_nothing() -> None:
    assert python_admitted(f"<{'9' * 5000}", "3.12.1")
