"""Attacks on the reader of Mach-O files: each ends in an InputError or in a bounded answer, quickly."""

from __future__ import annotations

import struct
import time

import pytest

from support.macho import build_fat, build_macho, exported, undefined
from uplock.errors import InputError
from uplock.inspect.binary import MAX_NAMES
from uplock.inspect.macho import MAX_COMMANDS, MAX_SECTIONS, MAX_SLICES, MAX_SYMBOLS, read_macho

HEADER = 32
"""Where the load commands of a 64-bit file begin."""


def patched(data: bytes, offset: int, layout: str, *values: int) -> bytes:
    out = bytearray(data)
    struct.pack_into(layout, out, offset, *values)
    return bytes(out)


def command(data: bytes, number: int) -> int:
    """Return where a load command of a 64-bit little-endian file begins."""
    place = HEADER
    for _ in range(struct.unpack_from("<I", data, 16)[0]):
        kind, size = struct.unpack_from("<II", data, place)
        if kind == number:
            return place
        place += size
    raise AssertionError(number)


def raw(number: int, *fields: int, size: int | None = None) -> bytes:
    body = struct.pack(f"<{len(fields)}I", *fields)
    return struct.pack("<II", number, 8 + len(body) if size is None else size) + body


def refusal(data: bytes) -> str:
    with pytest.raises(InputError) as caught:
        read_macho(data)
    assert caught.value.remedy
    return caught.value.message


# --- universal files ----------------------------------------------------------------------------------------------


def fat(*rows: tuple[int, int, int, int], rest: bytes = b"", magic: int = 0xCAFEBABE) -> bytes:
    layout = ">IIQQII" if magic == 0xCAFEBABF else ">IIIII"
    tail = (0, 0) if magic == 0xCAFEBABF else (0,)
    return struct.pack(">II", magic, len(rows)) + b"".join(struct.pack(layout, *row, *tail) for row in rows) + rest


def test_universal_file_without_slices() -> None:
    assert "number of slices" in refusal(fat())


def test_more_slices_than_there_are_processors() -> None:
    assert str(MAX_SLICES) in refusal(fat(*[(7, 3, 400, 4)] * (MAX_SLICES + 1), rest=bytes(1000)))


@pytest.mark.parametrize("number", [2**31, 2**32 - 1])
def test_four_milliards_of_slices(number: int) -> None:
    assert "number of slices" in refusal(struct.pack(">II", 0xCAFEBABF, number) + bytes(100))
    assert "Java" in refusal(struct.pack(">II", 0xCAFEBABE, number) + bytes(100))


def test_table_of_slices_behind_the_end() -> None:
    assert "outside the file" in refusal(fat((7, 3, 0, 0))[:20])
    assert "outside the file" in refusal(b"\xca\xfe\xba\xbe\0")


@pytest.mark.parametrize(("offset", "size"), [(4096, 100), (2**32 - 1, 2**32 - 1), (48, 2**32 - 16)])
def test_slice_outside_the_file(offset: int, size: int) -> None:
    assert "outside the file" in refusal(fat((7, 3, offset, size), rest=bytes(200)))


@pytest.mark.parametrize(("offset", "size"), [(2**64 - 1, 2), (48, 2**64 - 48), (2**63, 2**63)])
def test_slice_whose_end_would_wrap(offset: int, size: int) -> None:
    assert "outside the file" in refusal(fat((7, 3, offset, size), rest=bytes(200), magic=0xCAFEBABF))


def test_slices_that_overlap() -> None:
    thin = build_macho(machine="x86_64")
    both = build_fat({"x86_64": thin, "arm64": build_macho(machine="arm64")})
    second = 8 + 20 + 8
    assert "overlap" in refusal(patched(both, second, ">I", struct.unpack_from(">I", both, 8 + 8)[0]))


def test_slice_that_contains_the_table_of_slices() -> None:
    assert "overlap" in refusal(fat((7, 3, 0, 100), rest=bytes(200)))


def test_universal_file_inside_a_universal_file() -> None:
    inner = build_fat({"x86_64": build_macho(machine="x86_64")})
    assert "a slice is not a Mach-O file" in refusal(build_fat({"x86_64": inner}))


def test_empty_slice() -> None:
    assert "a slice is not a Mach-O file" in refusal(fat((7, 3, 28, 0)))
    assert "outside the file" in refusal(fat((7, 3, 28, 4), rest=build_macho()))


def test_slice_for_another_processor_than_the_table_says() -> None:
    assert "another processor" in refusal(build_fat({"arm64": build_macho(machine="x86_64")}))


def test_two_slices_for_one_processor() -> None:
    data = build_fat({"x86_64": build_macho(machine="x86_64"), "arm64": build_macho()})
    assert "for one processor" in refusal(patched(data, 8 + 20, ">II", 0x0100_0007, 0x8000_0003))


# --- load commands ------------------------------------------------------------------------------------------------


def test_header_cut_off() -> None:
    for length in range(4, HEADER - 4):
        assert "outside the file" in refusal(build_macho()[:length])


def test_load_commands_longer_than_the_file() -> None:
    assert "load commands" in refusal(patched(build_macho(), 20, "<I", 2**32 - 1))


def test_four_milliards_of_load_commands() -> None:
    assert "load commands" in refusal(patched(build_macho(), 16, "<I", 2**32 - 1))
    assert "load command" in refusal(patched(build_macho(), 16, "<I", MAX_COMMANDS))
    assert "load command" in refusal(patched(build_macho() + bytes(8 * MAX_COMMANDS), 16, "<I", MAX_COMMANDS))


@pytest.mark.parametrize("size", [0, 4, 7, 9, 10, 2**31, 2**32 - 8, 2**32 - 1])
def test_load_command_that_leads_nowhere_or_back(size: int) -> None:
    data = build_macho(rpaths=["@loader_path"])
    assert "impossible size" in refusal(patched(data, command(data, 0x8000_001C) + 4, "<I", size))


@pytest.mark.parametrize(
    "number", [0x2, 0xC, 0xD, 0x20, 0x24, 0x32, 0x8000_0018, 0x8000_001C, 0x8000_001F, 0x8000_0023]
)
def test_load_command_that_is_too_short(number: int) -> None:
    assert "too short" in refusal(build_macho(commands=[raw(number)], symbols=[]))


@pytest.mark.parametrize("number", [0x1, 0x19])
def test_segment_that_is_too_short(number: int) -> None:
    assert "too short" in refusal(build_macho(commands=[raw(number, *[1] * 4)]))


@pytest.mark.parametrize("offset", [0, 8, 23, 64, 2**31, 2**32 - 1])
def test_name_outside_its_load_command(offset: int) -> None:
    data = build_macho(dylibs=[("liba.dylib", "load")])
    assert "name" in refusal(patched(data, command(data, 0xC) + 8, "<I", offset))


def test_name_without_an_end() -> None:
    body = struct.pack("<III", 0x8000_001C, 24, 12) + b"x" * 12
    assert "bounded length" in refusal(build_macho(commands=[body]))
    body = struct.pack("<III", 0x8000_001C, 8012, 12) + b"x" * 7999 + b"\0"
    assert "bounded length" in refusal(build_macho(commands=[body]))


def test_name_with_a_terminal_escape_or_no_text() -> None:
    assert "printable" in refusal(build_macho(rpaths=["\x1b[2Ja"]))
    assert "not text" in refusal(build_macho(rpaths=["abcdef"]).replace(b"abcdef", b"\xff\xfe\xfd\xfc\xfb\xfa"))


def test_two_names_or_two_symbol_tables() -> None:
    assert "two" in refusal(build_macho(install_id="a", dylibs=[("b", "id")]))
    assert "two" in refusal(build_macho(commands=[raw(0x2, 0, 0, 0, 0)]))


def test_more_names_than_any_file_needs() -> None:
    assert "more names" in refusal(build_macho(rpaths=["x" * 4000] * (MAX_NAMES // 4000)))


# --- sections and symbols -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [MAX_SECTIONS + 1, 2**32 - 1])
def test_four_milliards_of_sections(number: int) -> None:
    data = build_macho(sections={"__const": b"x"})
    assert "impossible number" in refusal(patched(data, command(data, 0x19) + 64, "<I", number))


@pytest.mark.parametrize(("offset", "size"), [(0, 2**64 - 1), (2**64 - 1, 2), (2**63, 2**63), (1, 2**32)])
def test_segment_outside_the_file(offset: int, size: int) -> None:
    data = build_macho(sections={"__const": b"x"})
    assert "a segment lies outside" in refusal(patched(data, command(data, 0x19) + 40, "<QQ", offset, size))


def test_sections_over_all_segments_are_bounded() -> None:
    empty = bytes(16 + 32 + 8) + struct.pack("<II", 60, 0) + bytes(60 * 80)
    segment = struct.pack("<II", 0x19, 8 + len(empty)) + empty
    assert "impossible number" in refusal(build_macho(commands=[segment] * (MAX_SECTIONS // 60 + 1)))


def test_sections_that_point_everywhere_are_no_way_to_multiply_constants() -> None:
    data = build_macho(sections={"__const": b"x" * 100, "__cstring": b"y", "__data": b"z", "__rodata": b"z"})
    for name in (b"__const\0", b"__cstring\0", b"__data\0", b"__rodata\0"):
        data = patched(data, data.index(name) + 40, "<QI", 2**64 - 1, 7)
    (found,) = read_macho(data)
    assert found.constants == ((7, len(data)),)


def test_section_behind_the_end_holds_no_constants() -> None:
    data = build_macho(sections={"__const": b"x" * 100})
    (found,) = read_macho(patched(data, data.index(b"__const\0") + 40, "<QI", 2**63, 2**32 - 1))
    assert found.constants == ()


@pytest.mark.parametrize(
    "fields", [(2**32 - 1, 1, 0, 0), (0, 2**20, 0, 0), (0, 0, 2**32 - 1, 1), (0, 0, 0, 2**32 - 1), (1, 1, 2**31, 2**31)]
)
def test_symbol_table_outside_the_file(fields: tuple[int, int, int, int]) -> None:
    data = build_macho(symbols=[exported("PyInit_a")])
    assert "outside the file" in refusal(patched(data, command(data, 0x2) + 8, "<4I", *fields))


def test_four_milliards_of_symbols() -> None:
    data = build_macho(symbols=[exported("PyInit_a")])
    assert str(MAX_SYMBOLS) in refusal(patched(data, command(data, 0x2) + 12, "<I", 2**32 - 1))


def test_symbol_names_outside_the_string_table() -> None:
    data = build_macho(symbols=[exported("PyInit_a")])
    table = struct.unpack_from("<I", data, command(data, 0x2) + 8)[0]
    (found,) = read_macho(patched(data, table, "<I", 2**32 - 1))
    assert found.modules == ()
    assert "bounded length" in refusal(patched(data, command(data, 0x2) + 20, "<I", 5))


def test_two_million_symbols_with_one_endless_name() -> None:
    names = b"\0_PyInit_" + b"x" * 4000 + b"\0"
    table = struct.pack("<IBBHQ", 1, 0x0F, 1, 0, 0) * 100_000
    data = build_macho()
    start = len(data)
    data = patched(data, command(data, 0x2) + 8, "<4I", start, 100_000, start + len(table), len(names))
    begun = time.monotonic()
    assert "more names" in refusal(data + table + names)
    assert time.monotonic() - begun < 5


def test_full_table_of_symbols_that_nobody_wants_is_read_quickly() -> None:
    table = struct.pack("<IBBHQ", 1, 0x0F, 1, 0, 0) * 500_000
    data = build_macho()
    start = len(data)
    data = patched(data, command(data, 0x2) + 8, "<4I", start, 500_000, start + len(table), 4)
    begun = time.monotonic()
    (found,) = read_macho(data + table + b"\0_x\0")
    assert (found.modules, found.symbols) == ((), ())
    assert time.monotonic() - begun < 5


def test_terminal_escape_in_the_name_of_a_module() -> None:
    assert "printable" in refusal(build_macho(symbols=[exported("PyInit_\x1b[2J")]))
    assert "printable" in refusal(build_macho(symbols=[undefined("Py_\x1b[2J")]))
