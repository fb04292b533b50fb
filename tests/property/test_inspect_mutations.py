"""Whatever the bytes: the readers give an answer that can be kept, or an InputError. Nothing else."""

from __future__ import annotations

import io
from contextlib import suppress
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from support.elf import build_elf
from support.wheels import build_wheel, metadata
from uplock.errors import InputError
from uplock.inspect.elf import read_elf
from uplock.inspect.identify import identify
from uplock.inspect.metadata import parse_metadata
from uplock.inspect.profile import inspect_wheel
from uplock.inspect.wheel import read_metadata
from uplock.model.value import encode

ELF = build_elf(
    soname="liba.so.1",
    needed=["libz.so.1"],
    versions={"libc.so.6": ("GLIBC_2.17", "GLIBC_2.28")},
    rodata=b"OpenSSL 3.5.8 25 Aug 2026\0deflate 1.3.1 Copyright 1995-\0/buildtrees/a/src/v1.0-0123456789.clean/",
    runpath="$ORIGIN",
)
NAME, WHEEL = build_wheel("demo", "1.0", requires_dist=["a>=1"], files={"demo/a.so": ELF, "demo/b.so": ELF})
METADATA = metadata("demo", "1.0", ["a>=1; extra == 'x'"], ">=3.9", {"Project-URL": "A, b", "Provides-Extra": "x"})

names = st.from_regex(r"lib[a-z]{1,8}\.so(\.[0-9]{1,3}){0,2}", fullmatch=True)
mutations = st.lists(st.tuples(st.integers(0, 2**16), st.integers(0, 255)), min_size=1, max_size=8)


def mutated(data: bytes, changes: list[tuple[int, int]], length: int) -> bytes:
    out = bytearray(data)
    for position, value in changes:
        out[position % len(out)] = value
    return bytes(out[: len(out) - length % len(out)])


@given(changes=mutations, length=st.one_of(st.just(0), st.integers(0, 2**16)))
@settings(max_examples=400)
def test_mutated_elf(changes: list[tuple[int, int]], length: int) -> None:
    data = mutated(ELF, changes, length)
    with suppress(InputError):
        header = read_elf(data)
        encode(header)
        encode(identify("d.libs/liba.so.1", data, header, library=True, grafted=True))


@given(data=st.binary(max_size=400), bits=st.sampled_from([1, 2]), order=st.sampled_from([1, 2]))
def test_arbitrary_bytes_behind_an_elf_ident(data: bytes, bits: int, order: int) -> None:
    with suppress(InputError):
        encode(read_elf(b"\x7fELF" + bytes([bits, order, 1]) + bytes(9) + data))


@given(changes=mutations, length=st.one_of(st.just(0), st.integers(0, 2**16)))
@settings(max_examples=400)
def test_mutated_wheel(changes: list[tuple[int, int]], length: int) -> None:
    data = mutated(WHEEL, changes, length)
    with suppress(InputError):
        encode(inspect_wheel(io.BytesIO(data), NAME))
    with suppress(InputError):
        read_metadata(io.BytesIO(data), NAME)


@pytest.mark.parametrize("length", range(1, len(WHEEL), 7))
def test_truncated_wheel_is_refused(length: int) -> None:
    with pytest.raises(InputError):
        inspect_wheel(io.BytesIO(WHEEL[:length]), NAME)


@given(changes=mutations)
@settings(max_examples=300)
def test_mutated_metadata(changes: list[tuple[int, int]]) -> None:
    with suppress(InputError):
        encode(parse_metadata(mutated(METADATA, changes, 0), NAME))


@given(lines=st.binary(max_size=300))
@settings(max_examples=300)
def test_arbitrary_metadata_behind_the_identity(lines: bytes) -> None:
    with suppress(InputError):
        encode(parse_metadata(b"Metadata-Version: 2.1\nName: demo\nVersion: 1.0\n" + lines, NAME))


@given(
    soname=st.none() | names,
    needed=st.lists(names, max_size=5, unique=True),
    versions=st.dictionaries(
        names,
        st.lists(st.from_regex(r"[A-Z]{1,8}_[0-9]\.[0-9]{1,2}", fullmatch=True), max_size=4).map(tuple),
        max_size=4,
    ),
    constants=st.binary(max_size=64),
    bits=st.sampled_from([32, 64]),
    byteorder=st.sampled_from(["little", "big"]),
    sections=st.booleans(),
)
def test_what_is_built_is_read_back(
    *,
    soname: str | None,
    needed: list[str],
    versions: dict[str, tuple[str, ...]],
    constants: bytes,
    bits: Literal[32, 64],
    byteorder: Literal["little", "big"],
    sections: bool,
) -> None:
    data = build_elf(
        soname=soname,
        needed=needed,
        versions=versions,
        rodata=constants,
        bits=bits,
        byteorder=byteorder,
        sections=sections,
    )
    header = read_elf(data)
    assert header.soname == soname
    assert list(header.needed) == [*needed, *(name for name in versions if name not in needed)]
    assert dict(header.versions) == versions
    assert (header.bits, header.byteorder) == (bits, byteorder)
    assert any(constants in data[start:end] for start, end in header.constants) or not constants
