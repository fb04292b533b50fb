import mmap
import struct
from typing import Literal

import pytest

from support.elf import build_elf
from uplock.errors import InputError
from uplock.inspect.elf import read_elf
from uplock.inspect.elf_symbols import PythonSymbols


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
    assert header.python == PythonSymbols()
    assert header.crates is None


FILES: list[tuple[str, Literal[32, 64], Literal["little", "big"]]] = [
    ("x86", 32, "little"),
    ("x86_64", 64, "little"),
    ("aarch64", 64, "little"),
    ("ppc64", 64, "big"),
    ("s390x", 64, "big"),
    ("arm", 32, "big"),
]


@pytest.mark.parametrize(("machine", "bits", "byteorder"), FILES)
@pytest.mark.parametrize("hashed", ["sysv", "gnu", None])
@pytest.mark.parametrize("sections", [True, False])
def test_symbols_of_python_are_read(
    machine: str,
    bits: Literal[32, 64],
    byteorder: Literal["little", "big"],
    hashed: Literal["sysv", "gnu"] | None,
    sections: bool,
) -> None:
    data = build_elf(
        machine=machine,
        bits=bits,
        byteorder=byteorder,
        needed=["libc.so.6"],
        imports=["malloc", "PyObject_Call", "_Py_NoneStruct", "Pyramid_new", "PyObject_Call"],
        weak=["PyMaybe_There"],
        hidden=["PyInit_hidden"],
        exports=["PyInit_a", "PyModExport_b", "PyInit_", "PyObject_Own", "other"],
        hashed=hashed,
        sections=sections,
    )
    python = read_elf(data).python
    if hashed or sections:
        assert python.undefined == ("PyMaybe_There", "PyObject_Call", "_Py_NoneStruct")
        assert python.modules == ("PyInit_a", "PyModExport_b")
    else:
        assert python == PythonSymbols()  # names stand before symbols here: nothing tells how many there are


def test_number_of_symbols_is_taken_from_the_place_of_their_names_if_nothing_else_tells_it() -> None:
    data = bytearray(build_elf(imports=["PyObject_Call"], exports=["PyInit_a"], hashed=None, sections=False))
    table, names = (data.index(struct.pack("<QQ", tag, 0)[:8]) for tag in (6, 5))
    (symbols,), (strings,) = (struct.unpack_from("<Q", data, place + 8) for place in (table, names))
    size = len(data)
    moved = data[strings - 0x10000 : strings - 0x10000 + 64].split(b"\0\0")[0] + bytes(2)
    data += moved + bytes(200)
    struct.pack_into("<Q", data, names + 8, 0x10000 + size)
    for header in (64, 64 + 56):  # the first is the segment that holds everything
        if struct.unpack_from("<I", data, header) == (1,):
            struct.pack_into("<QQ", data, header + 32, len(data), len(data))
    assert symbols < 0x10000 + size
    assert read_elf(data).python == PythonSymbols(modules=("PyInit_a",), undefined=("PyObject_Call",))


def test_hash_table_without_symbols_does_not_tell_their_number() -> None:
    data = build_elf(imports=["PyObject_Call", "PyErr_Print"], hashed="gnu")
    assert read_elf(data).python.undefined == ("PyErr_Print", "PyObject_Call")


def test_name_that_is_the_end_of_another_is_found() -> None:
    data = bytearray(build_elf(imports=["my_PyList_New", "xxPyErr_Print"], exports=["PyInit_a"]))
    names = data.index(b"my_PyList_New")
    begin = names - 1
    for title, skipped in ((b"my_PyList_New", 2), (b"xxPyErr_Print", 2)):
        offset = data.index(title) - begin
        entry = data.index(struct.pack("<IBBH", offset, 0x12, 0, 0))
        struct.pack_into("<I", data, entry, offset + skipped)
    assert read_elf(data).python.undefined == ("PyErr_Print", "_PyList_New")


@pytest.mark.parametrize(("bits", "byteorder"), [(32, "little"), (64, "little"), (64, "big")])
def test_section_of_rust_packages_is_told(bits: Literal[32, 64], byteorder: Literal["little", "big"]) -> None:
    data = build_elf(rodata=b"x", crates=b"packed list", bits=bits, byteorder=byteorder)
    crates = read_elf(data).crates
    assert crates is not None
    assert data[slice(*crates)] == b"packed list"
    assert read_elf(build_elf(crates=b"packed list", sections=False)).crates is None


def test_section_of_rust_packages_is_cut_to_the_file() -> None:
    data = bytearray(build_elf(crates=b"packed list"))
    crates = read_elf(data).crates
    assert crates is not None
    size = data.index(struct.pack("<QQ", crates[0], len(b"packed list"))) + 8
    struct.pack_into("<Q", data, size, 2**63)
    assert read_elf(data).crates == (crates[0], len(data))


def tag_of(data: bytes | bytearray, tag: int) -> int:
    """Return the place of the dynamic table's entry for a tag."""
    (dynamic,) = struct.unpack_from("<Q", data, 64 + 56 + 8)
    while struct.unpack_from("<Q", data, dynamic) != (tag,):
        dynamic += 16
    return int(dynamic)


MODULE = build_elf(imports=["PyObject_Call"], exports=["PyInit_a"], hashed="gnu")
SYMTAB, SYMENT, GNU_HASH, HASH = 6, 11, 0x6FFFFEF5, 4


def hash_place(data: bytes) -> int:
    return int(struct.unpack_from("<Q", data, tag_of(data, GNU_HASH) + 8)[0] - 0x10000)


@pytest.mark.parametrize(
    ("offset", "layout", "value", "message"),
    [
        (tag_of(MODULE, SYMENT) + 8, "<Q", 25, "no single table of dynamic symbols"),
        (tag_of(MODULE, SYMTAB) + 8, "<Q", 2**40, "outside the loaded segments"),
        (tag_of(MODULE, GNU_HASH) + 8, "<Q", 2**40, "outside the loaded segments"),
        (hash_place(MODULE), "<I", 2**32 - 1, "more than 2097152 symbols"),
        (hash_place(MODULE), "<I", 2**21, "outside the file"),
        (hash_place(MODULE) + 8, "<I", 2**31, "outside the file"),
        (hash_place(MODULE) + 24, "<I", 2**31, "hash table does not end"),
        (hash_place(MODULE) + 28, "<I", 0, "outside the file|outside the loaded segments"),
    ],
)
def test_damaged_tables_of_symbols_are_refused(offset: int, layout: str, value: int, message: str) -> None:
    data = bytearray(MODULE)
    struct.pack_into(layout, data, offset, value)
    with pytest.raises(InputError, match=message):
        read_elf(data)


def test_forged_numbers_of_symbols_are_refused() -> None:
    data = bytearray(build_elf(imports=["PyObject_Call"], exports=["PyInit_a"], hashed="sysv"))
    (place,) = struct.unpack_from("<Q", data, tag_of(data, HASH) + 8)
    for count in (2**21 + 1, 2**32 - 1, 10_000):
        struct.pack_into("<I", data, place - 0x10000 + 4, count)
        with pytest.raises(InputError, match="outside the loaded segments"):
            read_elf(data)


def test_two_tables_of_symbols_are_refused() -> None:
    data = bytearray(MODULE)
    struct.pack_into("<Q", data, tag_of(data, SYMENT), SYMTAB)
    with pytest.raises(InputError, match="no single table of dynamic symbols"):
        read_elf(data)


def test_more_symbols_than_any_file_has_are_refused() -> None:
    data = bytearray(build_elf(bits=32, imports=["PyObject_Call"], hashed="sysv")) + bytes(16 * 2**21 + 16)
    struct.pack_into("<II", data, 52 + 16, len(data), len(data))  # the segment that holds everything
    count = data.index(struct.pack("<III", 1, 2, 1)) + 4
    struct.pack_into("<I", data, count, 2**21 + 1)
    with pytest.raises(InputError, match="more than 2097152 symbols"):
        read_elf(data)


def test_files_that_do_not_speak_of_python_have_no_symbols_of_it() -> None:
    assert read_elf(build_elf(imports=["malloc"], exports=["free"])).python == PythonSymbols()


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
    assert (header.needed, header.soname, header.versions, header.python) == ((), None, (), PythonSymbols())


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
