"""Attacks on the reader of PE files: each ends in an InputError or in a bounded answer, quickly."""

from __future__ import annotations

import struct
import time

import pytest

from support.pe import ADDRESS, HEADERS, build_pe
from uplock.errors import InputError
from uplock.inspect.pe import MAX_DLLS, MAX_EXPORTS, MAX_IMPORTS, MAX_SECTIONS, read_pe

COFF, OPTIONAL = 0x84, 0x98
DIRECTORIES = OPTIONAL + 112
SECTIONS = DIRECTORIES + 16 * 8
EXPORT, IMPORT, DELAY_IMPORT = 0, 1, 13
FAR = [0xFFFF_FFFF, 0x8000_0000, 0x7FFF_FFFF, 0x3000]
"""Addresses behind everything that is loaded."""


def patched(data: bytes, offset: int, layout: str, *values: int) -> bytes:
    out = bytearray(data)
    struct.pack_into(layout, out, offset, *values)
    return bytes(out)


def table(data: bytes, directory: int) -> int:
    """Return where a table stands in the file; the builder puts all into the first section."""
    return int(struct.unpack_from("<I", data, DIRECTORIES + directory * 8)[0]) - ADDRESS + HEADERS


def refusal(data: bytes) -> str:
    with pytest.raises(InputError) as caught:
        read_pe(data)
    assert caught.value.remedy
    return caught.value.message


def big(*, imports: bool = False, size: int = 2_000_000) -> tuple[bytes, int]:
    """Return a file with much space, and the address where the space begins."""
    data = build_pe(imports={"a.dll": (1,)} if imports else None, rdata=b"\x01" * size)
    section = data.index(b".rdata\0")
    return data, struct.unpack_from("<I", data, section + 12)[0]


# --- headers ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("offset", [2**32 - 1, 2**31, 100_000])
def test_headers_outside_the_file(offset: int) -> None:
    assert "not a PE file" in refusal(patched(build_pe(rdata=b"x"), 0x3C, "<I", offset))


def test_file_cut_off_anywhere() -> None:
    data = build_pe(name="a.dll", imports={"python3.dll": ("Py_X",)}, exports=("PyInit_a",))
    for length in range(0, len(data) - 512, 13):
        assert refusal(data[:length])


def test_headers_over_the_start_of_the_file() -> None:
    data = patched(build_pe(rdata=b"x"), 0x3C, "<I", 4)
    assert refusal(data[:4] + b"PE\0\0" + data[8:])


def test_optional_header_of_an_unknown_kind() -> None:
    assert "unknown kind" in refusal(patched(build_pe(rdata=b"x"), OPTIONAL, "<H", 0x107))


@pytest.mark.parametrize("length", [0, 96, 239])
def test_optional_header_that_is_too_short(length: int) -> None:
    assert "too short" in refusal(patched(build_pe(rdata=b"x"), COFF + 16, "<H", length))


def test_optional_header_that_is_too_long() -> None:
    assert "outside the file" in refusal(patched(build_pe(rdata=b"x"), COFF + 16, "<H", 0xFFFF))


def test_four_milliards_of_directories() -> None:
    data = build_pe(imports={"a.dll": (1,)})
    assert read_pe(patched(data, DIRECTORIES - 4, "<I", 2**32 - 1)) == read_pe(data)


@pytest.mark.parametrize("number", [MAX_SECTIONS + 1, 0xFFFF])
def test_sixty_thousand_sections(number: int) -> None:
    assert "sections" in refusal(patched(build_pe(rdata=b"x"), COFF + 2, "<H", number))


def test_section_table_outside_the_file() -> None:
    assert "outside the file" in refusal(build_pe(rdata=b"x", data=b"y")[: SECTIONS + 79])


def test_sections_that_overlap() -> None:
    data = build_pe(imports={"a.dll": (1,)}, rdata=b"x")
    assert "overlap" in refusal(patched(data, SECTIONS + 40 + 12, "<I", ADDRESS + 8))
    assert "overlap" in refusal(patched(data, SECTIONS + 8, "<I", 2**32 - 1))
    assert "overlap" in refusal(patched(data, SECTIONS + 12, "<I", 0))


@pytest.mark.parametrize(("size", "offset"), [(2**32 - 512, HEADERS), (512, 2**32 - 512), (1024, HEADERS + 512)])
def test_section_outside_the_file(size: int, offset: int) -> None:
    data = build_pe(rdata=b"x" * 600)
    assert "a section lies outside" in refusal(patched(data, SECTIONS + 8, "<IIII", size, ADDRESS, size, offset))


def test_section_without_bytes_in_the_file_may_say_it_is_anywhere() -> None:
    data = patched(build_pe(rdata=b"x" * 600), SECTIONS + 8, "<IIII", 2**32 - ADDRESS, ADDRESS, 0, 2**32 - 512)
    assert read_pe(data).constants == ()


def test_sections_that_share_their_bytes_are_no_way_to_multiply_constants() -> None:
    data = build_pe(rdata=b"x" * 600, data=b"y" * 600)
    data = patched(data, SECTIONS + 40 + 20, "<I", HEADERS)
    assert read_pe(data).constants == ((HEADERS, HEADERS + 1024),)


# --- tables -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", FAR)
@pytest.mark.parametrize("directory", [EXPORT, IMPORT, DELAY_IMPORT])
def test_table_outside_the_sections(directory: int, address: int) -> None:
    data = build_pe(name="a.dll", imports={"a.dll": (1,)}, delayed={"b.dll": (1,)})
    assert "outside the sections" in refusal(patched(data, DIRECTORIES + directory * 8, "<I", address))


def test_table_that_runs_over_the_end_of_its_section() -> None:
    data, start = big(size=4096)
    assert "outside the sections" in refusal(patched(data, DIRECTORIES + IMPORT * 8, "<I", start + 4090))


@pytest.mark.parametrize(("directory", "word"), [(IMPORT, "import"), (DELAY_IMPORT, "delayed")])
def test_table_of_imports_without_an_end(directory: int, word: str) -> None:
    data, start = big()
    rows = {IMPORT: struct.pack("<IIIII", 0, 0, 0, start, start)}
    rows[DELAY_IMPORT] = struct.pack("<IIIIIIII", 1, start, 0, 0, 0, 0, 0, 0)
    body = (b"a.dll\0\0\0" + rows[directory] * (MAX_DLLS + 2)).ljust(2_000_000, b"\0")
    data = data.replace(b"\x01" * 2_000_000, body)
    message = refusal(patched(data, DIRECTORIES + directory * 8, "<I", start + 8))
    assert word in message
    assert "does not end" in message


@pytest.mark.parametrize("address", FAR)
def test_name_of_a_dll_outside_the_sections(address: int) -> None:
    data = build_pe(imports={"a.dll": (1,)}, delayed={"b.dll": (1,)})
    assert "outside the sections" in refusal(patched(data, table(data, IMPORT) + 12, "<I", address))
    assert "outside the sections" in refusal(patched(data, table(data, DELAY_IMPORT) + 4, "<I", address))


def test_name_of_a_dll_below_the_base() -> None:
    data = build_pe(machine="x86", bits=32, delayed={"b.dll": (1,)}, old_delayed=True)
    place = int(struct.unpack_from("<I", data, OPTIONAL + 96 + DELAY_IMPORT * 8)[0]) - ADDRESS + HEADERS
    assert "outside the sections" in refusal(patched(data, place + 4, "<I", 5))


def test_names_without_an_end_or_with_a_terminal_escape() -> None:
    assert "bounded length" in refusal(build_pe(imports={"x" * 5000: (1,)}))
    assert "bounded length" in refusal(build_pe(imports={"\x1b[2Ja.dll": (1,)}))
    assert "bounded length" in refusal(build_pe(imports={"python3.dll": ("Py\x1b[2J",)}))
    assert "bounded length" in refusal(build_pe(exports=("PyInit_\x1b[2J",)))
    assert "not text" in refusal(build_pe(imports={"abcd.dll": (1,)}).replace(b"abcd.dll", b"\xff\xfe\xfd\xfc.dll"))


@pytest.mark.parametrize("address", FAR)
def test_symbols_of_python_outside_the_sections(address: int) -> None:
    data = build_pe(imports={"python3.dll": ("Py_X",)})
    assert "outside the sections" in refusal(patched(data, table(data, IMPORT), "<I", address))
    lookup = struct.unpack_from("<I", data, table(data, IMPORT))[0] - ADDRESS + HEADERS
    assert "outside the sections" in refusal(patched(data, lookup, "<Q", address))


def test_symbols_of_python_without_an_end() -> None:
    data, start = big()
    thunks = struct.pack("<Q", 1 << 63 | 1) * (MAX_IMPORTS + 1)
    row = struct.pack("<IIIII", start + 56, 0, 0, start, start + 56) + bytes(20)
    body = (b"python3.dll\0\0\0\0\0" + row + thunks).ljust(2_000_000, b"\0")
    data = data.replace(b"\x01" * 2_000_000, body)
    assert str(MAX_IMPORTS) in refusal(patched(data, DIRECTORIES + IMPORT * 8, "<I", start + 16))


def test_four_thousand_dlls_of_python_share_one_bound() -> None:
    data, start = big()
    thunks = struct.pack("<Q", 1 << 63 | 1) * 60_000 + bytes(8)
    place = start + 16
    rows = struct.pack("<IIIII", place, 0, 0, start, place) * (MAX_DLLS - 1) + bytes(20)
    body = (b"python3.dll\0\0\0\0\0" + thunks + rows).ljust(2_000_000, b"\0")
    data = data.replace(b"\x01" * 2_000_000, body)
    begun = time.monotonic()
    assert str(MAX_IMPORTS) in refusal(patched(data, DIRECTORIES + IMPORT * 8, "<I", place + len(thunks)))
    assert time.monotonic() - begun < 5


@pytest.mark.parametrize("number", [MAX_EXPORTS + 1, 2**31, 2**32 - 1])
def test_four_milliards_of_exports(number: int) -> None:
    data = build_pe(exports=("PyInit_a",))
    assert str(MAX_EXPORTS) in refusal(patched(data, table(data, EXPORT) + 24, "<I", number))


def test_names_of_exports_outside_the_sections() -> None:
    data = build_pe(name="a.dll", exports=("PyInit_a",))
    for address in FAR:
        assert "outside the sections" in refusal(patched(data, table(data, EXPORT) + 12, "<I", address))
        assert "outside the sections" in refusal(patched(data, table(data, EXPORT) + 32, "<I", address))
    assert "outside the sections" in refusal(patched(data, table(data, EXPORT) + 24, "<I", MAX_EXPORTS))


def test_sixty_thousand_exports_of_one_endless_name() -> None:
    data, start = big()
    head = struct.pack("<IIIIIIIIII", 0, 0, 0, 0, 1, 0, 60_000, 0, start + 5000, 0)
    body = (head + b"PyInit_" + b"x" * 4000 + b"\0").ljust(5000, b"\0") + struct.pack("<I", start + 40) * 60_000
    data = data.replace(b"\x01" * 2_000_000, body.ljust(2_000_000, b"\0"))
    begun = time.monotonic()
    assert "more names" in refusal(patched(data, DIRECTORIES, "<I", start))
    assert time.monotonic() - begun < 5
