import mmap
import struct
from typing import Literal

import pytest

from support.elf import build_elf
from uplock.errors import InputError
from uplock.inspect.elf import read_elf


@pytest.mark.parametrize("bits", [32, 64])
@pytest.mark.parametrize("byteorder", ["little", "big"])
@pytest.mark.parametrize("sections", [True, False])
def test_everything_that_was_built_is_read_back(
    bits: Literal[32, 64], byteorder: Literal["little", "big"], *, sections: bool
) -> None:
    data = build_elf(
        soname="liba.so.1",
        needed=["libz.so.1"],
        versions={"libc.so.6": ("GLIBC_2.17", "GLIBC_2.28"), "libm.so.6": ("GLIBC_2.29",)},
        rodata=b"constants",
        data=b"variables",
        machine="aarch64",
        bits=bits,
        byteorder=byteorder,
        runpath="$ORIGIN:$ORIGIN/../lib",
        sections=sections,
    )
    header = read_elf(data)
    assert (header.bits, header.byteorder, header.machine, header.kind) == (bits, byteorder, "aarch64", "shared")
    assert header.soname == "liba.so.1"
    assert header.needed == ("libz.so.1", "libc.so.6", "libm.so.6")
    assert header.runpath == ("$ORIGIN", "$ORIGIN/../lib")
    assert header.versions == (("libc.so.6", ("GLIBC_2.17", "GLIBC_2.28")), ("libm.so.6", ("GLIBC_2.29",)))
    constants = b"".join(data[start:end] for start, end in header.constants)
    assert b"constants" in constants
    assert b"variables" in constants
    assert not header.interpreter
    assert b"liba.so.1" in data[slice(*header.names)]


def test_only_constants_are_searched_if_there_are_sections() -> None:
    data = build_elf(soname="liba.so.1", rodata=b"constants")
    assert [data[start:end] for start, end in read_elf(data).constants] == [b"constants"]


def test_overlapping_sections_are_searched_once() -> None:
    data = bytearray(build_elf(rodata=b"c" * 100, data=b"d" * 300))
    (table,) = struct.unpack_from("<Q", data, 40)
    rodata, variables = (table + index * 64 + 24 for index in (4, 6))
    (start,) = struct.unpack_from("<Q", data, rodata)
    struct.pack_into("<QQ", data, variables, start + 50, 80)
    assert read_elf(data).constants == ((start, start + 130),)
    struct.pack_into("<QQ", data, variables, start + 10, 20)
    assert read_elf(data).constants == ((start, start + 100),)


def test_number_of_libraries_with_versions_counts() -> None:
    data = build_elf(versions={"liba.so.1": ("A_1",), "libb.so.1": ("B_1",)})
    number = data.index(struct.pack("<QQ", 0x6FFFFFFF, 2)) + 8
    assert read_elf(data[:number] + b"\1" + data[number + 1 :]).versions == (("liba.so.1", ("A_1",)),)


def test_rpath_counts_if_there_is_no_runpath() -> None:
    assert read_elf(build_elf(rpath="/old")).runpath == ("/old",)
    assert read_elf(build_elf(rpath="/old", runpath="/new")).runpath == ("/new",)


def test_program_interpreter_is_noticed() -> None:
    assert read_elf(build_elf(interpreter="/lib64/ld-linux-x86-64.so.2")).interpreter


def test_static_file_without_dynamic_table_needs_nothing() -> None:
    data = bytearray(build_elf(needed=["libc.so.6"]))
    data[64 + 56] = 0  # the type of the second program header
    header = read_elf(bytes(data))
    assert (header.needed, header.soname, header.versions, header.names) == ((), None, (), (0, 0))


def test_file_type_is_told() -> None:
    data = bytearray(build_elf())
    data[16] = 2
    assert read_elf(data).kind == "executable"


def test_position_independent_executable_is_told() -> None:
    assert not read_elf(build_elf(needed=["liba.so.1"])).pie
    assert read_elf(build_elf(needed=["liba.so.1"], pie=True)).pie


def test_unknown_machine_is_told_by_number() -> None:
    data = bytearray(build_elf())
    data[18:20] = b"\x34\x12"
    assert read_elf(data).machine == "e_machine=4660"


@pytest.mark.parametrize("kind", [0, 1, 4])
def test_objects_and_core_dumps_are_refused(kind: int) -> None:
    data = bytearray(build_elf())
    data[16] = kind
    with pytest.raises(InputError, match="no executable and no shared object"):
        read_elf(data)


@pytest.mark.parametrize("data", [b"", b"\x7fELF", b"MZ" + bytes(100), b"!<arch>\n" + bytes(100)])
def test_other_formats_are_refused(data: bytes) -> None:
    with pytest.raises(InputError, match="not an ELF file"):
        read_elf(data)


@pytest.mark.parametrize("position", [4, 5])
def test_unknown_class_or_byte_order_is_refused(position: int) -> None:
    data = bytearray(build_elf())
    data[position] = 3
    with pytest.raises(InputError, match="class or byte order"):
        read_elf(data)


def test_any_buffer_will_do() -> None:
    data = build_elf(soname="liba.so.1", rodata=b"x" * 5000)
    expected = read_elf(data)
    with mmap.mmap(-1, len(data)) as mapped:
        mapped.write(data)
        assert read_elf(mapped) == expected
    assert read_elf(memoryview(data)) == expected
    assert read_elf(bytearray(data)) == expected
