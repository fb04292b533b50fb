"""What macOS, Windows, CPython and drivers bring, and which native files are for a platform."""

from __future__ import annotations

import tomllib
from importlib.resources import files

import pytest

from support.linked import on
from support.native import native_member
from uplock.linkage.system import Assumed, assumed, is_of_macos, runs_there
from uplock.model.platform import GlibcLinux, MacOS, MuslLinux, Platform, Windows

GLIBC, MUSL = GlibcLinux(arch="x86_64"), MuslLinux(arch="x86_64")
MACOS, WINDOWS = MacOS(arch="arm64"), Windows(arch="x86_64")


@pytest.mark.parametrize(
    ("platform", "name", "expected"),
    [
        (GLIBC, "libc.so.6", Assumed(kind="system", policy="manylinux_2_28_x86_64", always=True)),
        (GLIBC, "ld-linux-x86-64.so.2", Assumed(kind="system", policy="manylinux_2_28_x86_64", always=True)),
        (GLIBC, "libz.so.1", Assumed(kind="system", policy="manylinux_2_28_x86_64")),
        (GLIBC, "libcuda.so.1", Assumed(kind="driver")),
        (GLIBC, "libc.musl-x86_64.so.1", None),
        (GLIBC, "libgomp.so.1", None),
        (GLIBC, "libpython3.12.so.1.0", None),
        (MUSL, "libc.musl-x86_64.so.1", Assumed(kind="system", policy="musllinux_1_2_x86_64")),
        (MUSL, "libc.so.6", None),
        (MUSL, "libstdc++.so.6", None),
        (MACOS, "/usr/lib/libSystem.B.dylib", Assumed(kind="system", policy="macos", always=True)),
        (MACOS, "@rpath/libomp.dylib", None),
        (MACOS, "/opt/homebrew/lib/libodbc.2.dylib", None),
        (WINDOWS, "KERNEL32.dll", Assumed(kind="system", policy="windows", always=True)),
        (WINDOWS, "api-ms-win-crt-runtime-l1-1-0.dll", Assumed(kind="system", policy="windows", always=True)),
        (WINDOWS, "winspool.drv", Assumed(kind="system", policy="windows", always=True)),
        (WINDOWS, "python3.dll", Assumed(kind="interpreter", always=True)),
        (WINDOWS, "python312.dll", Assumed(kind="interpreter", always=True)),
        (WINDOWS, "VCRUNTIME140_1.dll", Assumed(kind="interpreter", always=True)),
        (WINDOWS, "python313.dll", None),
        (WINDOWS, "msvcp140.dll", None),
        (WINDOWS, "nvcuda.dll", Assumed(kind="driver")),
    ],
)
def test_who_brings_a_library_that_no_wheel_brings(platform: Platform, name: str, expected: Assumed | None) -> None:
    assert assumed(name, on(platform)) == expected


@pytest.mark.parametrize(
    "name", ["/usr/lib/../../opt/x.dylib", "/usr/library/x.dylib", "usr/lib/x.dylib", "/usr/local/lib/x.dylib", ""]
)
def test_paths_that_are_not_of_macos(name: str) -> None:
    assert not is_of_macos(name)


def test_the_dlls_of_windows_stand_in_lower_case_each_once_and_in_order() -> None:
    text = (files("uplock.linkage") / "data" / "windows.toml").read_text("utf-8")
    names = tomllib.loads(text)["system"]
    assert names == sorted({each.lower() for each in names})
    assert all("." in each for each in names)


@pytest.mark.parametrize(
    ("platform", "fields"),
    [
        (GLIBC, {}),
        (GLIBC, {"libc": "glibc"}),
        (MUSL, {"libc": "musl"}),
        (MACOS, {"format": "mach-o", "arch": "arm64"}),
        (WINDOWS, {"format": "pe"}),
    ],
)
def test_files_for_a_platform(platform: Platform, fields: dict[str, str]) -> None:
    assert runs_there(native_member("a", **fields), platform)


@pytest.mark.parametrize(
    ("platform", "fields"),
    [
        (GLIBC, {"libc": "musl"}),
        (GLIBC, {"arch": "aarch64"}),
        (GLIBC, {"format": "pe"}),
        (MUSL, {"libc": "glibc"}),
        (MACOS, {"format": "mach-o", "arch": "x86_64"}),
        (WINDOWS, {"format": "pe", "arch": "arm64"}),
    ],
)
def test_files_for_others(platform: Platform, fields: dict[str, str]) -> None:
    assert not runs_there(native_member("a", **fields), platform)
