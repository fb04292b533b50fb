"""What the three formats say, in the one form that is kept."""

import pytest

from support.elf import build_elf
from support.macho import build_fat, build_macho, exported, undefined
from support.pe import build_pe
from uplock.inspect.native import NativeHeader, format_of, read_native


def headers(path: str, data: bytes) -> tuple[NativeHeader, ...]:
    form = format_of(data[:8])
    assert form is not None
    return read_native(path, data, form)


def header(path: str, data: bytes) -> NativeHeader:
    (found,) = headers(path, data)
    return found


USES = ["PyObject_Call", "_Py_NoneStruct"]


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("a.abi3.so", build_elf(imports=[*USES, "malloc"], exports=["PyInit_a"], crates=b"packed")),
        (
            "a.abi3.so",
            build_macho(
                symbols=[exported("PyInit_a"), *map(undefined, USES)],
                sections={"__const": b"x", ".dep-v0": b"packed"},
            ),
        ),
        ("a.pyd", build_pe(imports={"python3.dll": USES}, exports=["PyInit_a"], crates=b"packed")),
    ],
    ids=["elf", "mach-o", "pe"],
)
def test_all_formats_tell_the_same(path: str, data: bytes) -> None:
    found = header(path, data)
    assert found.python_symbols == ("PyObject_Call", "_Py_NoneStruct")
    assert (found.modules, found.role, found.abi) == (("PyInit_a",), "extension", "abi3")
    assert found.crates is not None
    assert data[slice(*found.crates)].rstrip(b"\0") == b"packed"


def test_slices_of_universal_files_tell_places_in_the_whole_file() -> None:
    thin = {name: build_macho(machine=name, sections={".dep-v0": name.encode()}) for name in ("x86_64", "arm64")}
    data = build_fat(thin)
    ranges = [each.crates for each in headers("a.so", data)]
    assert [data[slice(*each)] for each in ranges if each is not None] == [b"x86_64", b"arm64"]


@pytest.mark.parametrize(
    ("name", "abi"),
    [
        ("a.abi3.so", "abi3"),
        ("a.abi3t.so", "abi3t"),
        ("a.abi3-x86_64-linux-gnu.so", "abi3"),
        ("a.cpython-312-x86_64-linux-gnu.so", "cpython-312"),
        ("a.cpython-313t-x86_64-linux-gnu.so", "cpython-313t"),
        ("a.cpython-37m-darwin.so", "cpython-37m"),
        ("a.cpython-312.so", "cpython-312"),
        ("a.pypy311-pp73-x86_64-linux-gnu.so", "pypy311-pp73"),
        ("a.graalpy242-311-native-x86_64-linux.so", "graalpy242-311"),
        ("a.so", None),
        ("liba.abi3.so.6.12", None),
        ("abi3.so", None),
        ("a.abi3/b.so", None),
    ],
)
def test_name_of_a_module_claims_an_abi(name: str, abi: str | None) -> None:
    assert header(f"demo/{name}", build_elf()).abi == abi
    assert header(f"demo/{name}", build_macho(kind="bundle")).abi == abi


@pytest.mark.parametrize(
    ("name", "dlls", "abi"),
    [
        ("a.cp312-win_amd64.pyd", ["python312.dll"], "cp312"),
        ("A.CP313T-WIN_ARM64.PYD", ["python313t.dll"], "cp313t"),
        ("a.pyd", ["python3.dll"], "abi3"),
        ("a.pyd", ["Python3.DLL", "KERNEL32.dll"], "abi3"),
        ("a.pyd", ["python3t.dll"], "abi3t"),
        ("a.pyd", ["python312.dll"], None),
        ("a.pyd", ["python3.dll", "python312.dll"], None),
        ("a.pyd", ["python3.dll", "python3t.dll"], None),
        ("a.pyd", ["KERNEL32.dll"], None),
        ("a.dll", ["python3.dll"], None),
    ],
)
def test_on_windows_the_dll_tells_the_stable_abi(name: str, dlls: list[str], abi: str | None) -> None:
    assert header(name, build_pe(imports={dll: [1] for dll in dlls})).abi == abi
    assert header(name, build_pe(delayed={dll: [1] for dll in dlls})).abi == abi


@pytest.mark.parametrize(
    ("needed", "versions", "libc"),
    [
        (["libc.so.6"], {}, "glibc"),
        (["libc.so.6.1"], {}, "glibc"),
        (["libm.so.6"], {"libc.so.6": ("GLIBC_2.17",)}, "glibc"),
        (["libc.musl-x86_64.so.1"], {}, "musl"),
        (["libc.so"], {}, "musl"),
        ([], {"libc.so": ("LIBC",)}, None),
        (["libc.so"], {"libm.so": ("LIBC",)}, "musl"),
        (["libmusl.so.1", "libc.so.60"], {}, None),
        ([], {}, None),
    ],
)
def test_c_library_is_told_by_its_soname(
    needed: list[str], versions: dict[str, tuple[str, ...]], libc: str | None
) -> None:
    assert header("a.so", build_elf(needed=needed, versions=versions)).libc == libc


def test_what_is_no_elf_file_tells_no_c_library() -> None:
    assert header("a.so", build_macho(dylibs=[("libc.so.6", "load")])).libc is None
