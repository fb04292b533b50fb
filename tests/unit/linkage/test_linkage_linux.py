"""The policies of Linux: where they come from, and what they say."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from itertools import pairwise

import pytest

from uplock.linkage.linux import is_driver, is_glibc, policy_for
from uplock.model.digest import sha256_of
from uplock.model.platform import GLIBC_FLOORS, GlibcLinux, MuslLinux

DATA = files("uplock.linkage") / "data"
ORIGIN = tomllib.loads((DATA / "ORIGIN.toml").read_text("utf-8"))


@pytest.mark.parametrize("entry", ORIGIN["files"], ids=lambda entry: str(entry["name"]))
def test_a_policy_is_the_file_of_auditwheel_unchanged(entry: dict[str, str]) -> None:
    assert sha256_of((DATA / entry["name"]).read_bytes()) == entry["sha256"]


def test_the_record_names_the_wheel_and_its_licence_with_the_notice() -> None:
    assert ORIGIN["wheel"] == f"auditwheel-{ORIGIN['version']}-py3-none-any.whl"
    assert len(ORIGIN["wheel-sha256"]) == 64
    assert ORIGIN["license"] == "MIT"
    assert "Copyright (c)" in ORIGIN["notice"]
    assert "The above copyright notice and this permission notice shall be included" in ORIGIN["notice"]


def test_every_policy_file_has_a_record() -> None:
    assert {each.name for each in DATA.iterdir() if each.name.endswith(".json")} == {
        each["name"] for each in ORIGIN["files"]
    }


@pytest.mark.parametrize(
    ("glibc", "name"),
    [
        ((2, 17), "manylinux_2_17_x86_64"),
        ((2, 28), "manylinux_2_28_x86_64"),
        ((2, 30), "manylinux_2_28_x86_64"),
        ((2, 33), "manylinux_2_31_x86_64"),
        ((2, 99), "manylinux_2_41_x86_64"),
    ],
)
def test_the_newest_policy_counts_that_the_platform_fulfils(glibc: tuple[int, int], name: str) -> None:
    assert policy_for(GlibcLinux(arch="x86_64", glibc=glibc)).name == name


def test_every_platform_that_can_be_locked_for_has_a_policy() -> None:
    for floor in GLIBC_FLOORS:
        for glibc in (GlibcLinux(arch="x86_64", glibc=floor), GlibcLinux(arch="aarch64", glibc=floor)):
            assert {"libc.so.6", "libz.so.1", "libstdc++.so.6", "libX11.so.6"} <= policy_for(glibc).sonames


def test_newer_policies_never_take_away() -> None:
    kept = [policy_for(GlibcLinux(arch="x86_64", glibc=floor)).sonames for floor in GLIBC_FLOORS]
    assert all(older <= newer for older, newer in pairwise(kept))


def test_a_system_older_than_all_policies_has_nothing() -> None:
    policy = policy_for(GlibcLinux(arch="aarch64", glibc=(2, 5)))
    assert (policy.name, policy.sonames) == ("linux_aarch64", frozenset())


def test_musl_has_its_library_under_two_names_and_zlib() -> None:
    policy = policy_for(MuslLinux(arch="aarch64"))
    assert policy.name == "musllinux_1_2_aarch64"
    assert policy.sonames == {"libc.so", "libc.musl-aarch64.so.1", "ld-musl-aarch64.so.1", "libz.so.1"}


@pytest.mark.parametrize(
    "soname", ["libc.so.6", "libm.so.6", "ld-linux-x86-64.so.2", "libmvec.so.1", "libnss_dns.so.2"]
)
def test_libraries_of_glibc(soname: str) -> None:
    assert is_glibc(soname)


@pytest.mark.parametrize("soname", ["libc.so", "libc.musl-x86_64.so.1", "libcrypt.so.1", "libc.so.6\n", "xlibc.so.6"])
def test_libraries_of_others(soname: str) -> None:
    assert not is_glibc(soname)


def test_libraries_of_drivers() -> None:
    assert is_driver("libcuda.so.1")
    assert is_driver("libnvidia-ml.so.1")
    assert not is_driver("libcudart.so.13")
    assert not is_driver("libcuda.so.1\n")
