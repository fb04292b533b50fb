"""Targets: all eleven marker variables, wheel tags in the order of installers, and versions that are refused."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from packaging.pylock import is_valid_pylock_path
from packaging.tags import sys_tags

from support.platforms import PLATFORMS, all_targets, target_on
from uplock.errors import ConfigError
from uplock.model.platform import GlibcLinux
from uplock.model.target import SUPPORTED_MINORS, Interpreter, Target, parse_interpreter
from uplock.policy.lifecycle import load_latest_patches

LATEST = {"3.9": "3.9.25", "3.12": "3.12.16"}

PEP_508 = {
    "implementation_name",
    "implementation_version",
    "os_name",
    "platform_machine",
    "platform_python_implementation",
    "platform_release",
    "platform_system",
    "platform_version",
    "python_full_version",
    "python_version",
    "sys_platform",
}


def test_every_target_has_all_eleven_variables() -> None:
    for target in all_targets():
        assert set(target.marker_environment()) == PEP_508


def test_a_windows_target_says_what_windows_says() -> None:
    assert target_on("windows-arm64", "3.11.9").marker_environment() == {
        "implementation_name": "cpython",
        "implementation_version": "3.11.9",
        "os_name": "nt",
        "platform_machine": "ARM64",
        "platform_python_implementation": "CPython",
        "platform_release": "",
        "platform_system": "Windows",
        "platform_version": "",
        "python_full_version": "3.11.9",
        "python_version": "3.11",
        "sys_platform": "win32",
    }


def test_names_are_distinct_and_fit_the_names_of_locks() -> None:
    names = [target.name for target in all_targets()]
    assert len(set(names)) == len(names) == len(SUPPORTED_MINORS) * len(PLATFORMS)
    assert all(is_valid_pylock_path(Path(f"pylock.{name}.toml")) for name in names)
    assert target_on("macos-arm64-14.0").name == "py312-macos-arm64-14_0"


@pytest.mark.parametrize("minor", SUPPORTED_MINORS)
def test_tags_go_from_the_own_abi_over_the_stable_one_to_pure_wheels(minor: str) -> None:
    number = int(minor.partition(".")[2])
    tags = [str(tag) for tag in target_on("windows-x86_64", f"{minor}.2").tags()]
    assert tags == [
        f"cp3{number}-cp3{number}-win_amd64",
        f"cp3{number}-abi3-win_amd64",
        f"cp3{number}-none-win_amd64",
        *(f"cp3{older}-abi3-win_amd64" for older in range(number - 1, 1, -1)),
        *(f"{python}-none-win_amd64" for python in (f"py3{number}", "py3")),
        *(f"py3{older}-none-win_amd64" for older in range(number - 1, -1, -1)),
        f"cp3{number}-none-any",
        *(f"{python}-none-any" for python in (f"py3{number}", "py3")),
        *(f"py3{older}-none-any" for older in range(number - 1, -1, -1)),
    ]


def test_no_target_takes_wheels_of_free_threaded_or_debug_builds() -> None:
    for target in all_targets():
        assert {tag.abi for tag in target.tags()} == {target.interpreter.tag, "abi3", "none"}


def test_a_tag_is_listed_once() -> None:
    for target in all_targets():
        tags = target.tags()
        assert len(set(tags)) == len(tags)


def glibc_here() -> tuple[int, int] | None:
    names = getattr(os, "confstr_names", {})
    answer = os.confstr("CS_GNU_LIBC_VERSION") if "CS_GNU_LIBC_VERSION" in names else None
    if answer is None:
        return None
    major, minor = answer.split()[1].split(".")[:2]
    return int(major), int(minor)


@pytest.mark.skipif(
    glibc_here() is None or os.uname().machine != "x86_64" or sys.implementation.name != "cpython",
    reason="packaging lists the tags of its own machine only: of x86-64 with glibc here",
)
def test_the_tags_of_this_machine_are_those_that_packaging_finds() -> None:
    glibc = glibc_here()
    assert glibc is not None
    version = ".".join(map(str, sys.version_info[:3]))
    here = Target(interpreter=Interpreter(version=version), platform=GlibcLinux(arch="x86_64", glibc=glibc))
    ours, theirs = here.tags(), tuple(sys_tags())
    assert [tag for tag in ours if tag.platform != "linux_x86_64"] == [
        tag for tag in theirs if tag.platform != "linux_x86_64"
    ]
    assert set(ours) == set(theirs), "packaging has put the bare linux tags last, and first later"


def test_a_minor_is_the_latest_patch_and_a_full_version_itself() -> None:
    assert parse_interpreter("3.12", LATEST) == Interpreter(version="3.12.16")
    assert parse_interpreter("3.9.0", LATEST) == Interpreter(version="3.9.0")
    assert parse_interpreter("3.15.2", {}) == Interpreter(version="3.15.2")


def test_every_supported_minor_has_a_latest_patch_with_a_source() -> None:
    table = {row.line: row for row in load_latest_patches()}
    assert tuple(table) == SUPPORTED_MINORS
    for minor, row in table.items():
        assert parse_interpreter(minor, {minor: row.version}).minor == minor
        assert row.source


def refusal(text: str) -> str:
    with pytest.raises(ConfigError) as caught:
        parse_interpreter(text, LATEST)
    assert caught.value.exit_code == 2
    assert caught.value.remedy.endswith(".")
    return caught.value.message


@pytest.mark.parametrize(
    ("texts", "reason"),
    [
        ("3.13t 3.13.1t 3.14T cp313t 3.13+freethreaded 3.13-freethreaded", ": free-threaded builds are not supported"),
        ("3.13d 3.13td 3.13.1-debug 3.13+debug cp312d", ": debug builds are not supported"),
        ("pypy pypy3.10 PyPy-3.11 pp310 pypy310-pp73", ": PyPy is not supported"),
        ("graalpy-24 jython2.7 ironpython micropython", ": other implementations than CPython are not supported"),
        ("3.15.0rc1 3.16.0a2 3.15b4 3.16-dev 3.16.dev0", ": pre-releases are not supported"),
        ("3.12-32 3.12-x86 cpython-3.12-i686", ": 32-bit builds are not supported"),
        ("3.7 3.7.17 3.0 2.7 2.7.18 0.9", " is not supported: the oldest CPython is 3.8"),
        ("3.16 3.16.0 3.99 3.999 4.0", " is not supported: the newest CPython is 3.15"),
        ("3 3.12.01 3.012 v3.12 3.12.x 3.12.1.1 >=3.12 ==3.12.* py312", " is not a version of CPython"),
    ],
)
def test_every_kind_of_interpreter_that_is_not_supported_has_its_own_reason(texts: str, reason: str) -> None:
    for text in texts.split():
        assert refusal(text).startswith(f"{text!r}{reason}")


@pytest.mark.parametrize("text", ["", "3.12\n", "3.1\u0662", " 3.12", "3.12.1\n", "3.13t\n", "9" * 10_000])
def test_text_that_is_no_version_is_refused(text: str) -> None:
    assert refusal(text) == f"{text!r} is not a version of CPython, as 3.12 or 3.12.1"


def test_a_minor_without_a_known_patch_has_to_be_named_in_full() -> None:
    assert refusal("3.15") == "'3.15': no patch release of 3.15 is known here: name one in full, as 3.15.0"
