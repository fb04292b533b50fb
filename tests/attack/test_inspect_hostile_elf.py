"""Attacks on the reader of ELF files: each ends in an InputError or in a bounded answer, quickly."""

from __future__ import annotations

import io
import struct

import pytest

from support.elf import build_elf
from support.wheels import build_wheel
from uplock.errors import InputError
from uplock.inspect.elf import MAX_DYNAMIC, MAX_VERSIONS, read_elf
from uplock.inspect.identify import MAX_LIBRARIES, identify
from uplock.inspect.profile import inspect_wheel

VERSIONS = {"libc.so.6": ("GLIBC_2.17", "GLIBC_2.28")}


def patched(data: bytes, offset: int, layout: str, *values: int) -> bytes:
    out = bytearray(data)
    struct.pack_into(layout, out, offset, *values)
    return bytes(out)


def dynamic_entry(data: bytes, tag: int) -> int:
    """Return the offset of the value of a tag of a 64-bit little-endian file."""
    start, size = struct.unpack_from("<Q16xQ", data, 64 + 56 + 8)
    for offset in range(start, start + size, 16):
        if struct.unpack_from("<Q", data, offset)[0] == tag:
            return offset + 8
    raise AssertionError


def refusal(data: bytes) -> str:
    with pytest.raises(InputError) as caught:
        read_elf(data)
    assert caught.value.remedy
    return caught.value.message


def test_program_headers_outside_the_file() -> None:
    assert "outside the file" in refusal(patched(build_elf(), 32, "<Q", 2**63))


def test_program_headers_of_another_size() -> None:
    assert "program header" in refusal(patched(build_elf(), 54, "<H", 1))


def test_sixty_thousand_program_headers() -> None:
    assert "program header" in refusal(patched(build_elf(rodata=bytes(4_000_000)), 56, "<H", 60_000))


def test_dynamic_table_outside_the_file() -> None:
    assert "outside the file" in refusal(patched(build_elf(), 64 + 56 + 8, "<Q", 2**64 - 8))


def test_dynamic_table_without_an_end() -> None:
    data = build_elf(rodata=b"\x01" * 2_000_000, sections=False)
    start = data.index(b"\x01" * 64)
    hostile = patched(data, 64 + 56 + 8, "<Q16xQ", start, 1_900_000)
    assert "does not end" in refusal(hostile)
    assert MAX_DYNAMIC * 16 < 1_900_000


def test_string_table_outside_the_loaded_segments() -> None:
    data = build_elf(soname="liba.so.1")
    assert "outside the loaded segments" in refusal(patched(data, dynamic_entry(data, 5), "<Q", 2**60))


def test_string_table_larger_than_the_file() -> None:
    data = build_elf(soname="liba.so.1")
    assert "outside the loaded segments" in refusal(patched(data, dynamic_entry(data, 10), "<Q", 2**40))


def test_segment_larger_than_the_file() -> None:
    data = patched(build_elf(soname="liba.so.1"), 64 + 32, "<Q", 2**40)
    assert "outside the loaded segments" in refusal(patched(data, dynamic_entry(data, 10), "<Q", 2**30))


def test_two_string_tables() -> None:
    data = build_elf(soname="liba.so.1", runpath="x")
    assert "no single dynamic string table" in refusal(patched(data, dynamic_entry(data, 29) - 8, "<Q", 5))


def test_name_outside_the_string_table() -> None:
    data = build_elf(soname="liba.so.1")
    assert "printable text" in refusal(patched(data, dynamic_entry(data, 14), "<Q", 2**62))


def test_name_without_an_end() -> None:
    data = build_elf(soname="liba.so.1")
    assert "printable text" in refusal(patched(data, dynamic_entry(data, 10), "<Q", 5))


def test_name_with_a_terminal_escape() -> None:
    assert "printable text" in refusal(build_elf(needed=["lib\x1b[2Ja.so"]))


def test_name_that_is_no_text() -> None:
    data = build_elf(soname="libaaa.so.1").replace(b"libaaa", b"lib\xff\xfe\xfd")
    assert "not text" in refusal(data)


def test_symbol_versions_that_lead_in_a_circle() -> None:
    """A step of 2**32 - 16 would lead back if offsets wrapped; the step of zero repeats one entry."""
    data = build_elf(versions=VERSIONS)
    entry = data.index(struct.pack("<HHI", 1, 2, struct.unpack_from("<I", data, dynamic_entry(data, 1))[0]))
    assert "outside the file" in refusal(patched(data, entry + 16 + 12, "<I", 2**32 - 16))
    header = read_elf(patched(data, entry + 16 + 12, "<I", 0))
    assert header.versions == (("libc.so.6", ("GLIBC_2.17", "GLIBC_2.17")),)


def test_more_symbol_versions_than_any_file_needs() -> None:
    data = build_elf(versions=VERSIONS, rodata=bytes(2_000_000))
    entry = data.index(struct.pack("<HHI", 1, 2, struct.unpack_from("<I", data, dynamic_entry(data, 1))[0]))
    assert str(MAX_VERSIONS) in refusal(patched(data, entry + 2, "<H", 65_535))


def test_chain_of_libraries_longer_than_any_file_needs() -> None:
    chain = struct.pack("<HHIII", 1, 0, 0, 16, 16) * 10_000
    data = build_elf(versions={"libc.so.6": ()}, rodata=chain)
    data = patched(data, dynamic_entry(data, 0x6FFFFFFE), "<Q", data.index(chain) + 0x10000)
    assert str(MAX_VERSIONS) in refusal(patched(data, dynamic_entry(data, 0x6FFFFFFF), "<Q", 2**63))


def test_section_table_that_points_everywhere_is_no_way_to_hide_or_to_multiply_constants() -> None:
    data = build_elf(rodata=b"deflate 1.3.1 Copyright 1995-2024 x\0", data=b"y" * 64)
    table, count = struct.unpack_from("<Q", data, 40)[0], struct.unpack_from("<H", data, 60)[0]
    for index in range(count):
        data = patched(data, table + index * 64 + 24, "<QQ", 0, 2**62)
    constants = read_elf(data).constants
    assert sum(end - start for start, end in constants) <= len(data)


@pytest.mark.parametrize(
    ("offset", "layout", "value"), [(40, "<Q", 2**63), (58, "<H", 1), (62, "<H", 999), (60, "<H", 0)]
)
def test_damaged_section_table_falls_back_to_segments(offset: int, layout: str, value: int) -> None:
    text = b"deflate 1.3.1 Copyright 1995-2024 x\0"
    data = patched(build_elf(rodata=text), offset, layout, value)
    assert any(start <= data.index(text) < end for start, end in read_elf(data).constants)


def test_text_repeated_a_million_times_is_no_version() -> None:
    data = build_elf(rodata=b"OpenSSL " * 1_000_000)
    assert identify("x.so", data, read_elf(data), library=False, grafted=False) == ()


def test_ten_thousand_invented_libraries_are_cut_off() -> None:
    paths = b"".join(b"/buildtrees/p%d/src/v1.0-0123456789.clean/" % number for number in range(10_000))
    data = build_elf(rodata=paths)
    assert len(identify("x.so", data, read_elf(data), library=False, grafted=False)) == MAX_LIBRARIES


def test_damaged_native_file_is_told_and_the_rest_is_read() -> None:
    damaged = patched(build_elf(), 32, "<Q", 2**63)
    filename, data = build_wheel("demo", "1.0", files={"demo/bad.so": damaged, "demo/good.so": build_elf()})
    native = inspect_wheel(io.BytesIO(data), filename).native
    assert [item.path for item in native.members] == ["demo/good.so"]
    assert native.skipped == ("demo/bad.so: is a damaged ELF file: a table lies outside the file",)
