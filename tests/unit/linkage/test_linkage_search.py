"""Search paths of native files, as far as they stay in the folder of all packages."""

from __future__ import annotations

import pytest

from support.native import native_member
from uplock.linkage.search import installed, places


@pytest.mark.parametrize(
    ("path", "where"),
    [
        ("torch/lib/libc10.so", "torch/lib/libc10.so"),
        ("torch-2.8.0.data/purelib/torch/lib/libc10.so", "torch/lib/libc10.so"),
        ("torch-2.8.0.data/platlib/libc10.so", "libc10.so"),
        ("uv-0.13.9.data/scripts/uv", "uv-0.13.9.data/scripts/uv"),
        ("a/b.data/platlib/x.so", "a/b.data/platlib/x.so"),
    ],
)
def test_where_a_member_is_when_it_is_installed(path: str, where: str) -> None:
    assert installed(path) == where


@pytest.mark.parametrize(
    ("runpath", "found"),
    [
        (("$ORIGIN/../../nvidia/cu13/lib", "$ORIGIN"), ["nvidia/cu13/lib/x.so", "torch/lib/x.so"]),
        (("${ORIGIN}/../lib64/",), ["torch/lib64/x.so"]),
        (("$ORIGIN/./../lib//sub",), ["torch/lib/sub/x.so"]),
        (("$ORIGIN/../../../lib",), []),
        (("$ORIGINAL/lib", "/usr/local/cuda/lib64", "lib", ""), []),
    ],
)
def test_elf_looks_along_its_runpath(runpath: tuple[str, ...], found: list[str]) -> None:
    assert list(places(native_member("torch/lib/libtorch.so", runpath=runpath), "x.so")) == found


def test_elf_takes_a_name_with_a_slash_for_a_path_and_searches_nothing() -> None:
    assert not list(places(native_member("a/b.so", runpath=("$ORIGIN",)), "sub/x.so"))


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("@loader_path/.dylibs/x.dylib", ["pkg/.dylibs/x.dylib"]),
        ("@loader_path/../other/x.dylib", ["other/x.dylib"]),
        ("@rpath/x.dylib", ["torch/lib/x.dylib", "pkg/x.dylib"]),
        ("@loader_path/../../x.dylib", []),
        ("@executable_path/x.dylib", []),
        ("/opt/x.dylib", []),
        ("x.dylib", []),
    ],
)
def test_macho_looks_where_its_install_names_and_rpaths_lead(name: str, found: list[str]) -> None:
    rpaths = ("@loader_path/../torch/lib", "@loader_path", "/usr/local/lib", "@loader_pathology/x")
    member = native_member("pkg/_x.so", format="mach-o", runpath=rpaths)
    assert list(places(member, name)) == found


def test_pe_looks_beside_itself() -> None:
    assert list(places(native_member("pkg/_x.pyd", format="pe"), "x.dll")) == ["pkg/x.dll"]
