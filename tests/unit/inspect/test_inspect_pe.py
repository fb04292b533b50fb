import mmap
import struct
from typing import Literal

import pytest

from support.pe import HEADERS, build_pe
from uplock.errors import InputError
from uplock.inspect.pe import read_pe

MACHINE, FLAGS, OPTIONAL = 0x84, 0x96, 0x98
"""Where these stand in every file that is built here."""


def patched(data: bytes, offset: int, layout: str, *values: int) -> bytes:
    out = bytearray(data)
    struct.pack_into(layout, out, offset, *values)
    return bytes(out)


@pytest.mark.parametrize("bits", [32, 64])
@pytest.mark.parametrize("machine", ["x86", "arm", "x86_64", "arm64", "arm64ec"])
@pytest.mark.parametrize("lookup", [True, False])
def test_everything_that_was_built_is_read_back(bits: Literal[32, 64], machine: str, lookup: bool) -> None:
    data = build_pe(
        machine=machine,
        bits=bits,
        name="a.pyd",
        imports={"python312.dll": ("PyObject_Call", 3, "_Py_Dealloc", "other"), "KERNEL32.dll": ("Sleep", 1)},
        delayed={"liba-0123456789abcdef0123456789abcdef.dll": ("a",)},
        lookup=lookup,
        exports=("PyInit_a", "PyModExport_a", "other"),
        rdata=b"constants" * 200,
        data=b"variables",
        crates=b"packed list",
    )
    header = read_pe(data)
    assert header.crates is not None
    assert data[slice(*header.crates)].rstrip(b"\0") == b"packed list"
    assert (header.bits, header.machine, header.kind) == (bits, machine, "dll")
    assert header.name == "a.pyd"
    assert header.imports == ("python312.dll", "KERNEL32.dll")
    assert header.delayed == ("liba-0123456789abcdef0123456789abcdef.dll",)
    assert header.modules == ("PyInit_a", "PyModExport_a")
    assert header.symbols == ("PyObject_Call", "_Py_Dealloc")
    ((start, end),) = header.constants  # the two sections stand next to one another
    assert b"constants" * 200 in data[start:end]
    assert b"variables" in data[start:end]


def test_file_without_tables_needs_and_exports_nothing() -> None:
    header = read_pe(build_pe(rdata=b"x"))
    assert (header.name, header.imports, header.delayed, header.modules, header.symbols) == (None, (), (), (), ())


@pytest.mark.parametrize("directories", [0, 1, 2])
def test_tables_that_the_headers_do_not_name_are_none(directories: int) -> None:
    header = read_pe(build_pe(imports={"a.dll": (1,)}, delayed={"b.dll": (1,)}, name="c.dll", directories=directories))
    assert header.name == ("c.dll" if directories > 0 else None)
    assert header.imports == (("a.dll",) if directories > 1 else ())
    assert header.delayed == ()


def test_old_table_of_delayed_imports_holds_addresses_in_memory() -> None:
    imports = {"python3.dll": ("PyErr_Print", 4), "liba.dll": (1,)}
    header = read_pe(build_pe(machine="x86", bits=32, delayed=imports, old_delayed=True))
    assert header.delayed == ("python3.dll", "liba.dll")
    assert header.symbols == ("PyErr_Print",)


@pytest.mark.parametrize(
    "dll",
    ["python3.dll", "PYTHON312.DLL", "python313t.dll", "python312_d.dll", "libpython3.12.dll", "libpypy3.10-c.dll"],
)
def test_every_dll_of_python_counts(dll: str) -> None:
    assert read_pe(build_pe(imports={dll: ("Py_X",)})).symbols == ("Py_X",)


@pytest.mark.parametrize("dll", ["pythoncom312.dll", "mypython3.dll", "boost_python312.dll", "a.dll"])
def test_symbols_of_other_dlls_do_not_count(dll: str) -> None:
    assert read_pe(build_pe(imports={dll: ("Py_X",)})).symbols == ()


def test_exports_need_no_name_of_the_dll() -> None:
    header = read_pe(build_pe(exports=("PyInit_a",)))
    assert (header.name, header.modules) == (None, ("PyInit_a",))


def test_names_that_only_begin_like_entry_points_are_none() -> None:
    assert read_pe(build_pe(exports=("PyInit_", "PyInitialize", "PyModExporter", "PyIni", "z"))).modules == ()


def test_executable_is_told() -> None:
    assert read_pe(build_pe(kind="executable", rdata=b"x")).kind == "executable"


def test_unknown_machine_is_told_by_number() -> None:
    assert read_pe(patched(build_pe(rdata=b"x"), MACHINE, "<H", 0x1234)).machine == "machine=0x1234"


def test_what_is_no_image_is_refused() -> None:
    with pytest.raises(InputError, match="no executable and no DLL"):
        read_pe(patched(build_pe(rdata=b"x"), FLAGS, "<H", 0x2000))


def test_table_inside_the_headers_is_found() -> None:
    data = bytearray(build_pe(imports={"a.dll": (1,)}))
    data[0x40:0x46] = b"b.dll\0"  # the space for the program for DOS
    place = data.index(b"a.dll\0") - HEADERS + 0x1000
    name = data.index(struct.pack("<I", place))
    assert read_pe(patched(bytes(data), name, "<I", 0x40)).imports == ("b.dll",)


def test_import_table_ends_where_the_loader_stops() -> None:
    data = build_pe(imports={"a.dll": (1,), "b.dll": (1,)})
    place = data.index(struct.pack("<I", data.index(b"b.dll\0") - HEADERS + 0x1000))
    assert read_pe(data).imports == ("a.dll", "b.dll")
    assert read_pe(patched(data, place, "<I", 0)).imports == ("a.dll",)
    assert read_pe(patched(data, place + 4, "<I", 0)).imports == ("a.dll",)


def test_sections_of_drivers_need_no_sector() -> None:
    data = build_pe(rdata=b"x" * 64) + bytes(16)
    place = data.index(b".rdata\0") + 20
    data = patched(data, place, "<I", HEADERS + 16)
    with pytest.raises(InputError, match="begin at a sector"):
        read_pe(data)
    header = read_pe(patched(data, OPTIONAL + 32, "<II", 16, 16))
    assert header.constants == ((HEADERS + 16, HEADERS + 16 + 512),)


@pytest.mark.parametrize("data", [b"", b"MZ", b"MZ" + bytes(200), b"\x7fELF" + bytes(100), b"ZM" + bytes(200)])
def test_other_formats_are_refused(data: bytes) -> None:
    with pytest.raises(InputError, match="is not a PE file"):
        read_pe(data)


def test_any_buffer_will_do() -> None:
    data = build_pe(name="a.dll", exports=("PyInit_a",), rdata=b"x" * 5000)
    expected = read_pe(data)
    with mmap.mmap(-1, len(data)) as mapped:
        mapped.write(data)
        assert read_pe(mapped) == expected
    assert read_pe(memoryview(data)) == expected
    assert read_pe(bytearray(data)) == expected
