"""Platforms: their names, what wheels and markers call them, and what is refused."""

from __future__ import annotations

import pytest

from support.platforms import PLATFORM_NAMES, PLATFORMS
from uplock.errors import ConfigError
from uplock.model.platform import GLIBC_FLOORS, GlibcLinux
from uplock.model.platform_name import parse_platform


def macos(*versions: str, formats: str) -> list[str]:
    return [f"macosx_{version}_{form}" for version in versions for form in formats.split()]


ARM, INTEL = "arm64 universal2", "x86_64 intel fat64 universal2 universal"
OLD_MACOS = tuple(f"10_{minor}" for minor in range(16, 3, -1))
TAGS = {
    "linux-x86_64-glibc2.17": [
        *("manylinux_2_17_x86_64", "manylinux2014_x86_64", "manylinux_2_16_x86_64", "manylinux_2_15_x86_64"),
        *("manylinux_2_14_x86_64", "manylinux_2_13_x86_64", "manylinux_2_12_x86_64", "manylinux2010_x86_64"),
        *("manylinux_2_11_x86_64", "manylinux_2_10_x86_64", "manylinux_2_9_x86_64", "manylinux_2_8_x86_64"),
        *("manylinux_2_7_x86_64", "manylinux_2_6_x86_64", "manylinux_2_5_x86_64", "manylinux1_x86_64"),
        "linux_x86_64",
    ],
    "linux-aarch64-glibc2.17": ["manylinux_2_17_aarch64", "manylinux2014_aarch64", "linux_aarch64"],
    "linux-aarch64": [
        *(f"manylinux_2_{minor}_aarch64" for minor in range(28, 16, -1)),
        *("manylinux2014_aarch64", "linux_aarch64"),
    ],
    "linux-x86_64-musl": [
        *("musllinux_1_2_x86_64", "musllinux_1_1_x86_64", "musllinux_1_0_x86_64", "linux_x86_64"),
    ],
    "linux-aarch64-musl": [
        *("musllinux_1_2_aarch64", "musllinux_1_1_aarch64", "musllinux_1_0_aarch64", "linux_aarch64"),
    ],
    "macos-arm64": [*macos("13_0", "12_0", "11_0", formats=ARM), *macos(*OLD_MACOS, formats="universal2")],
    "macos-arm64-11.0": [*macos("11_0", formats=ARM), *macos(*OLD_MACOS, formats="universal2")],
    "macos-x86_64-14.0": macos("14_0", "13_0", "12_0", "11_0", *OLD_MACOS, formats=INTEL),
    "macos-x86_64-10.9": macos("10_9", "10_8", "10_7", "10_6", "10_5", "10_4", formats=INTEL),
    "windows-x86_64": ["win_amd64"],
    "windows-arm64": ["win_arm64"],
}


@pytest.mark.parametrize("name", TAGS)
def test_platform_tags_come_best_first(name: str) -> None:
    found = [tag for tag in parse_platform(name).tags() if not tag.endswith(("_fat3", "_fat32"))]
    assert found == TAGS[name], "the 32-bit fat format has had two names in packaging"


def test_the_newest_glibc_reaches_back_to_the_oldest() -> None:
    tags = list(GlibcLinux(arch="x86_64", glibc=(2, 40)).tags())
    assert tags[0] == "manylinux_2_40_x86_64"
    assert tags[-3:] == ["manylinux_2_5_x86_64", "manylinux1_x86_64", "linux_x86_64"]
    assert set(TAGS["linux-x86_64-glibc2.17"]) < set(tags)


@pytest.mark.parametrize(
    ("name", "markers"),
    [
        ("linux-x86_64", ("posix", "linux", "Linux", "x86_64")),
        ("linux-aarch64-musl", ("posix", "linux", "Linux", "aarch64")),
        ("macos-arm64", ("posix", "darwin", "Darwin", "arm64")),
        ("macos-x86_64", ("posix", "darwin", "Darwin", "x86_64")),
        ("windows-x86_64", ("nt", "win32", "Windows", "AMD64")),
        ("windows-arm64", ("nt", "win32", "Windows", "ARM64")),
    ],
)
def test_a_platform_has_its_own_words_for_markers(name: str, markers: tuple[str, ...]) -> None:
    platform = parse_platform(name)
    assert (platform.os_name, platform.sys_platform, platform.platform_system, platform.machine) == markers


@pytest.mark.parametrize(
    ("name", "uv_name", "environment"),
    [
        ("linux-x86_64", "x86_64-manylinux_2_28", {}),
        ("linux-aarch64-glibc2.17", "aarch64-manylinux_2_17", {}),
        ("linux-x86_64-musl", "x86_64-unknown-linux-musl", {}),
        ("linux-aarch64-musl", "aarch64-unknown-linux-musl", {}),
        ("macos-arm64", "aarch64-apple-darwin", {"MACOSX_DEPLOYMENT_TARGET": "13.0"}),
        ("macos-arm64-26.0", "aarch64-apple-darwin", {"MACOSX_DEPLOYMENT_TARGET": "26.0"}),
        ("macos-x86_64-10.15", "x86_64-apple-darwin", {"MACOSX_DEPLOYMENT_TARGET": "10.15"}),
        ("windows-x86_64", "x86_64-pc-windows-msvc", {}),
        ("windows-arm64", "aarch64-pc-windows-msvc", {}),
    ],
)
def test_uv_is_asked_by_its_own_name_and_told_the_version_of_macos(
    name: str, uv_name: str, environment: dict[str, str]
) -> None:
    platform = parse_platform(name)
    assert (platform.uv_name, dict(platform.uv_environment)) == (uv_name, environment)


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("linux-x86_64-glibc2.28", "linux-x86_64"),
        ("linux-aarch64-musl1.2", "linux-aarch64-musl"),
        ("macos-x86_64-13.0", "macos-x86_64"),
        *((name, name) for name in PLATFORM_NAMES),
    ],
)
def test_what_is_the_default_is_left_out_of_the_name(written: str, canonical: str) -> None:
    assert parse_platform(written).name == canonical


def test_file_names_have_no_dots() -> None:
    assert [platform.slug for platform in PLATFORMS if platform.slug != platform.name] == [
        "linux-x86_64-glibc2_17",
        "linux-aarch64-glibc2_40",
        "macos-arm64-14_0",
        "macos-x86_64-10_15",
    ]


def refusal(text: str) -> str:
    with pytest.raises(ConfigError) as caught:
        parse_platform(text)
    assert caught.value.exit_code == 2
    assert caught.value.remedy.endswith(".")
    assert "\n" not in caught.value.message
    return caught.value.message


@pytest.mark.parametrize(
    ("names", "reason"),
    [
        ("windows-x86 windows-i686 win32 linux-i686 linux-armv7l linux-x86 windows-win32", "32-bit systems are not"),
        ("linux-riscv64 linux-ppc64le linux-s390x linux-riscv64-musl", "Linux is supported on x86_64 and aarch64 only"),
        ("android android-aarch64 aarch64-linux-android", "Android is not supported: its wheels"),
        ("ios ios-arm64 arm64-apple-ios ios-arm64-simulator iPadOS", "iOS is not supported: its wheels"),
        ("pyodide pyodide-2025 wasm32-pyodide2024 emscripten wasi", "Pyodide and other WebAssembly is not supported"),
        ("macos-universal2 macos-universal", "a lock is for one processor: name macos-arm64 and macos-x86_64"),
        ("linux-amd64", "it is called linux-x86_64 here"),
        ("linux-arm64-musl", "it is called linux-aarch64-musl here"),
        ("macos-aarch64-14.0", "it is called macos-arm64-14.0 here"),
        ("windows-AMD64", "it is called windows-x86_64 here"),
        ("Windows-AArch64", "it is called windows-arm64 here"),
        ("linux-x86_64-glibc2.29 linux-x86_64-glibc2.41 linux-aarch64-glibc3.0", "uv cannot be asked for glibc"),
        ("linux-x86_64-musl1.1 linux-aarch64-musl1.3", "uv cannot be asked for musl 1."),
        ("macos-arm64-14.2 macos-x86_64-11.7", "wheels do not tell minor versions of macOS 1"),
        ("macos-arm64-10.15 macos-arm64-16.0", "is not supported: name 11.0 to 15.0, or 26.0 or later"),
        (
            "macos-x86_64-10.8 macos-x86_64-9.0 macos-x86_64-10.16 macos-x86_64-25.0",
            "is not supported: name 10.9 to 10.15, 11.0 to 15.0, or 26.0 or later",
        ),
    ],
)
def test_every_kind_that_is_not_supported_has_its_own_reason(names: str, reason: str) -> None:
    for name in names.split():
        message = refusal(name)
        assert message.startswith(f"platform {name!r}: ")
        assert reason in message


@pytest.mark.parametrize(
    "name",
    [
        "",
        "linux",
        "freebsd-x86_64",
        "linux-x86_64\n",
        " linux-x86_64",
        "linux-x86_64-",
        "linux-x86_64-glibc",
        "linux-x86_64-glibc2",
        "linux-x86_64-glibc2.017",
        "linux-x86_64-glibc2.1\u0667",
        "linux-x86_64-musl1",
        "linux-x86_64-glibc2.17-musl",
        "macos-arm64-14",
        "macos-arm64-musl",
        "windows-x86_64-11",
        "linux-x86_64-glibc2.28/../..",
        "linux-riscv64" * 50_000,
    ],
)
def test_anything_else_is_refused(name: str) -> None:
    assert refusal(name).endswith(
        "is not supported: locks are for Linux, macOS and Windows on 64-bit x86 and ARM"
    ) or name.startswith("linux-riscv64")


def test_the_message_about_glibc_names_every_version_there_is() -> None:
    message = refusal("linux-x86_64-glibc2.30")
    assert message.endswith("name 2.17, 2.28 or 2.31 to 2.40")
    assert ((2, 17), (2, 28), *((2, minor) for minor in range(31, 41))) == GLIBC_FLOORS
