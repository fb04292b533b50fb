"""The files that our tests build, read by LLVM's tools as by our readers: the builders build what the formats say."""

from pathlib import Path
from typing import Literal

import pytest

from support import llvm
from support.elf import build_elf
from support.macho import build_fat, build_macho, exported, undefined
from support.pe import build_pe
from uplock.inspect.elf import read_elf
from uplock.inspect.macho import read_macho
from uplock.inspect.pe import read_pe

pytestmark = pytest.mark.skipif(
    llvm.READOBJ is None or llvm.OBJDUMP is None, reason="llvm-readobj and llvm-objdump are not installed here"
)


def macho(machine: str) -> bytes:
    return build_macho(
        machine=machine,
        install_id="@rpath/liba.dylib",
        dylibs=[(f"lib{kind}.dylib", kind) for kind in ("load", "weak", "reexport", "upward", "lazy")],
        rpaths=["@loader_path/.."],
        old_minimum=[("macos", "10.9")],
        symbols=[exported("PyInit_a"), ("PyInit_local", 0x0E, 16), undefined("PyObject_Call"), undefined("malloc")],
        sections={"__cstring": b"constants", "__const": b"more", "__data": b"variables", ".dep-v0": b"list"},
        zerofill=["__data"],
    )


@pytest.mark.parametrize("machine", ["i386", "x86_64", "arm64"])
def test_thin_file(machine: str, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(macho(machine))
    assert tuple(llvm.told(found) for found in read_macho(path.read_bytes())) == llvm.macho(path)


def test_universal_file(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(build_fat({"x86_64": macho("x86_64"), "arm64": macho("arm64")}))
    found = read_macho(path.read_bytes())
    assert len(found) == 2
    assert tuple(llvm.told(each) for each in found) == llvm.macho(path)


@pytest.mark.parametrize(
    ("machine", "bits", "byteorder", "hashed"),
    [
        ("x86", 32, "little", "sysv"),
        ("x86_64", 64, "little", "gnu"),
        ("aarch64", 64, "little", "sysv"),
        ("ppc64", 64, "big", "gnu"),
        ("arm", 32, "big", None),
        ("s390x", 64, "big", "gnu"),
    ],
)
def test_elf_file(
    machine: str,
    bits: Literal[32, 64],
    byteorder: Literal["little", "big"],
    hashed: Literal["sysv", "gnu"] | None,
    tmp_path: Path,
) -> None:
    path = tmp_path / "file"
    data = build_elf(
        machine=machine,
        bits=bits,
        byteorder=byteorder,
        hashed=hashed,
        soname="liba.so.1",
        needed=["libz.so.1"],
        imports=["PyObject_Call", "malloc", "_Py_NoneStruct"],
        weak=["PyMaybe_There"],
        hidden=["PyInit_hidden"],
        exports=["PyInit_a", "other"],
        crates=b"packed list",
    )
    path.write_bytes(data)
    assert llvm.read(read_elf(data)) == llvm.elf(path)


@pytest.mark.parametrize(("bits", "machine"), [(32, "x86"), (64, "x86_64"), (64, "arm64")])
def test_pe_file(bits: Literal[32, 64], machine: str, tmp_path: Path) -> None:
    path = tmp_path / "file"
    data = build_pe(
        machine=machine,
        bits=bits,
        name="a.pyd",
        imports={"python312.dll": ("PyObject_Call", 3), "KERNEL32.dll": ("Sleep", 1)},
        delayed={"python3.dll": ("PyErr_Print",), "liba.dll": (2,)},
        exports=("PyInit_a", "other"),
        rdata=b"constants" * 200,
        data=b"variables",
        crates=b"packed list",
    )
    path.write_bytes(data)
    assert llvm.said(read_pe(data)) == llvm.pe(path)
