"""Whatever the bytes: the readers of ELF, Mach-O and PE answer with what can be kept, or an InputError, and quickly."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from support.elf import build_elf
from support.macho import build_fat, build_macho, exported, undefined
from support.pe import build_pe
from uplock.errors import InputError
from uplock.inspect.elf import read_elf
from uplock.inspect.macho import read_macho
from uplock.inspect.pe import read_pe
from uplock.model.value import encode

THIN = build_macho(
    install_id="@rpath/liba.dylib",
    dylibs=[("/usr/lib/libz.1.dylib", "load"), ("@rpath/libb.dylib", "weak")],
    rpaths=["@loader_path"],
    old_minimum=[("macos", "10.9")],
    symbols=[exported("PyInit_a"), undefined("PyObject_Call")],
    sections={"__cstring": b"OpenSSL 3.5.8 25 Aug 2026\0", "__const": b"x" * 40, "__data": b"y", ".dep-v0": b"z"},
    zerofill=["__data"],
)
FILES = {
    "elf": build_elf(
        soname="liba.so.1",
        runpath="$ORIGIN",
        versions={"libc.so.6": ("GLIBC_2.17", "GLIBC_2.28")},
        rodata=b"OpenSSL 3.5.8 25 Aug 2026\0",
        imports=["malloc", "PyObject_Call", "_Py_NoneStruct"],
        exports=["PyInit_a", "other"],
        crates=b"list",
    ),
    "elf32": build_elf(bits=32, byteorder="big", imports=["PyObject_Call"], exports=["PyInit_a"], hashed="sysv"),
    "thin": THIN,
    "big-endian": build_macho(machine="ppc", byteorder="big", rpaths=["a"], symbols=[exported("PyInit_a")]),
    "fat": build_fat({"arm64": THIN, "x86_64": build_macho(machine="x86_64", dylibs=[("a", "load")])}),
    "fat64": build_fat({"arm64": THIN}, wide=True),
    "pe": build_pe(
        name="a.pyd",
        imports={"python312.dll": ("PyObject_Call", 3), "KERNEL32.dll": ("Sleep",)},
        delayed={"python3.dll": ("PyErr_Print",)},
        exports=("PyInit_a", "other"),
        rdata=b"OpenSSL 3.5.8 25 Aug 2026\0",
        data=b"y",
        crates=b"z",
    ),
    "pe32": build_pe(machine="x86", bits=32, imports={"a.dll": (1,)}, delayed={"b.dll": (1,)}, old_delayed=True),
}
MAGICS = (
    b"\x7fELF\2\1",
    b"\x7fELF\1\2",
    b"\xcf\xfa\xed\xfe",
    b"\xfe\xed\xfa\xce",
    b"\xca\xfe\xba\xbe\0\0\0\2",
    b"\xca\xfe\xba\xbf\0\0\0\1",
    b"MZ",
)

positions = st.integers(0, 2**16)
mutations = st.lists(st.tuples(positions, st.integers(0, 255)), min_size=1, max_size=8)
words = st.tuples(positions, st.sampled_from([0, 1, 2**16 - 1, 2**31, 2**32 - 1]))
symbols = st.lists(st.from_regex(r"_?Py[A-Z][a-z]{1,8}_[A-Za-z]{1,8}", fullmatch=True), max_size=6, unique=True)
texts = st.text(st.characters(min_codepoint=33, max_codepoint=0x17F, exclude_categories=["C", "Z"]), min_size=1)


@contextmanager
def quickly() -> Iterator[None]:
    begun = time.monotonic()
    with suppress(InputError):
        yield
    assert time.monotonic() - begun < 2


def ranges_are_inside(data: bytes, constants: tuple[tuple[int, int], ...], crates: tuple[int, int] | None) -> None:
    assert all(0 <= start < end <= len(data) for start, end in constants)
    assert crates is None or 0 <= crates[0] <= crates[1] <= len(data)


def read(data: bytes) -> None:
    with quickly():
        elf = read_elf(data)
        encode(elf)
        ranges_are_inside(data, elf.constants, elf.crates)
    with quickly():
        for each in read_macho(data):
            encode(each)
            ranges_are_inside(data, each.constants, each.crates)
    with quickly():
        header = read_pe(data)
        encode(header)
        ranges_are_inside(data, header.constants, header.crates)


@pytest.mark.parametrize("name", FILES)
@given(changes=mutations, length=st.one_of(st.just(0), positions))
@settings(max_examples=200)
def test_mutated_file(name: str, changes: list[tuple[int, int]], length: int) -> None:
    data = bytearray(FILES[name])
    for position, value in changes:
        data[position % len(data)] = value
    read(bytes(data[: len(data) - length % len(data)]))


@pytest.mark.parametrize("name", FILES)
@given(changes=st.lists(words, min_size=1, max_size=3))
@settings(max_examples=200)
def test_file_with_extreme_numbers(name: str, changes: list[tuple[int, int]]) -> None:
    data = bytearray(FILES[name])
    for position, value in changes:
        start = position * 4 % (len(data) - 4)
        data[start : start + 4] = value.to_bytes(4, "little")
    read(bytes(data))


@given(magic=st.sampled_from(MAGICS), data=st.binary(max_size=400))
def test_arbitrary_bytes_behind_a_magic_number(magic: bytes, data: bytes) -> None:
    read(magic + data)


@pytest.mark.parametrize("name", FILES)
def test_every_truncation_is_refused_or_bounded(name: str) -> None:
    for length in range(len(FILES[name])):
        read(FILES[name][:length])


@given(
    names=st.lists(texts, max_size=5),
    rpaths=st.lists(texts, max_size=3),
    symbols=symbols,
    constants=st.binary(min_size=1, max_size=64),
    machine=st.sampled_from(["x86_64", "arm64", "i386", "ppc", "ppc64"]),
    byteorder=st.sampled_from(["little", "big"]),
)
def test_what_is_built_as_macho_is_read_back(
    names: list[str],
    rpaths: list[str],
    symbols: list[str],
    constants: bytes,
    machine: str,
    byteorder: Literal["little", "big"],
) -> None:
    data = build_macho(
        machine=machine,
        byteorder=byteorder,
        dylibs=[(name, "load") for name in names],
        rpaths=rpaths,
        symbols=[undefined(name) for name in symbols],
        sections={"__const": constants},
    )
    (found,) = read_macho(data)
    assert [each.name for each in found.dylibs] == names
    assert list(found.rpaths) == rpaths
    assert list(found.symbols) == sorted(symbols)
    assert [data[start:end] for start, end in found.constants] == [constants]


@given(
    names=st.lists(texts, max_size=5, unique=True),
    delayed=st.lists(texts, max_size=3, unique=True),
    symbols=symbols,
    constants=st.binary(min_size=1, max_size=64),
    bits=st.sampled_from([32, 64]),
)
def test_what_is_built_as_pe_is_read_back(
    names: list[str], delayed: list[str], symbols: list[str], constants: bytes, bits: Literal[32, 64]
) -> None:
    data = build_pe(
        bits=bits,
        imports={**dict.fromkeys(names, (1,)), "python3.dll": symbols},
        delayed=dict.fromkeys(delayed, ("a",)),
        rdata=constants,
    )
    header = read_pe(data)
    assert list(header.imports) == [*names, "python3.dll"]
    assert list(header.delayed) == delayed
    assert list(header.symbols) == sorted(symbols)
    assert any(constants in data[start:end] for start, end in header.constants)


@given(
    names=st.lists(texts, max_size=5),
    symbols=symbols,
    crates=st.binary(min_size=1, max_size=64),
    machine=st.sampled_from(["x86", "arm", "x86_64", "aarch64", "ppc64", "s390x"]),
    bits=st.sampled_from([32, 64]),
    byteorder=st.sampled_from(["little", "big"]),
    hashed=st.sampled_from(["sysv", "gnu", None]),
)
def test_what_is_built_as_elf_is_read_back(
    names: list[str],
    symbols: list[str],
    crates: bytes,
    machine: str,
    bits: Literal[32, 64],
    byteorder: Literal["little", "big"],
    hashed: Literal["sysv", "gnu"] | None,
) -> None:
    data = build_elf(
        machine=machine,
        bits=bits,
        byteorder=byteorder,
        needed=names,
        imports=symbols,
        exports=["PyInit_a"],
        hashed=hashed,
        crates=crates,
    )
    found = read_elf(data)
    assert list(found.needed) == names
    assert list(found.python.undefined) == sorted(symbols)
    assert found.python.modules == ("PyInit_a",)
    assert found.crates is not None
    assert data[slice(*found.crates)] == crates
