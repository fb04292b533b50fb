import mmap
from typing import Literal

import pytest

from support.macho import build_fat, build_macho, exported, undefined
from uplock.errors import InputError
from uplock.inspect.macho import MachoSlice, MinimumOs, read_macho


def thin(data: bytes) -> MachoSlice:
    (found,) = read_macho(data)
    return found


@pytest.mark.parametrize(
    ("machine", "bits", "byteorder"),
    [
        ("i386", 32, "little"),
        ("x86_64", 64, "little"),
        ("x86_64h", 64, "little"),
        ("arm", 32, "little"),
        ("arm64", 64, "little"),
        ("arm64e", 64, "little"),
        ("arm64_32", 32, "little"),
        ("ppc", 32, "big"),
        ("ppc64", 64, "big"),
    ],
)
def test_everything_that_was_built_is_read_back(machine: str, bits: int, byteorder: Literal["little", "big"]) -> None:
    data = build_macho(
        machine=machine,
        byteorder=byteorder,
        install_id="@rpath/liba.dylib",
        dylibs=[("/usr/lib/libSystem.B.dylib", "load"), ("@rpath/libb.dylib", "weak"), ("c", "reexport")],
        rpaths=["@loader_path/..", "@loader_path/.dylibs"],
        symbols=[exported("PyInit_a"), undefined("PyObject_Call"), undefined("_Py_Dealloc")],
        sections={"__cstring": b"constants", ".dep-v0": b"packed list", "__data": b"variables"},
    )
    found = thin(data)
    assert found.crates is not None
    assert data[slice(*found.crates)] == b"packed list"
    assert (found.machine, found.bits, found.byteorder) == (machine, bits, byteorder)
    assert (found.kind, found.offset, found.size) == ("dylib", 0, len(data))
    assert found.install_id is not None
    assert (found.install_id.name, found.install_id.kind) == ("@rpath/liba.dylib", "id")
    assert (found.install_id.current, found.install_id.compatibility) == ("3.200", "3.0.1")
    assert [(each.name, each.kind) for each in found.dylibs] == [
        ("/usr/lib/libSystem.B.dylib", "load"),
        ("@rpath/libb.dylib", "weak"),
        ("c", "reexport"),
    ]
    assert found.rpaths == ("@loader_path/..", "@loader_path/.dylibs")
    assert found.modules == ("PyInit_a",)
    assert found.symbols == ("PyObject_Call", "_Py_Dealloc")
    assert b"".join(data[start:end] for start, end in found.constants) == b"constantsvariables"


@pytest.mark.parametrize("kind", ["load", "weak", "reexport", "upward", "lazy"])
def test_kind_of_a_needed_library_is_told(kind: str) -> None:
    (dylib,) = thin(build_macho(dylibs=[("liba.dylib", kind)])).dylibs
    assert (dylib.name, dylib.kind) == ("liba.dylib", kind)


@pytest.mark.parametrize("kind", ["executable", "dylib", "bundle"])
def test_file_type_is_told(kind: str) -> None:
    assert thin(build_macho(kind=kind)).kind == kind


@pytest.mark.parametrize("kind", ["object", "core", "dsym"])
def test_what_is_never_loaded_is_refused(kind: str) -> None:
    with pytest.raises(InputError, match="no executable, library or bundle"):
        read_macho(build_macho(kind=kind))


def test_minimum_system_of_both_commands_is_read() -> None:
    found = thin(build_macho(minimum=[("macos", "11.0"), ("maccatalyst", "14.2.1")], old_minimum=[("macos", "11.0")]))
    assert found.minimum_os == (
        MinimumOs(platform="macos", version="11.0"),
        MinimumOs(platform="maccatalyst", version="14.2.1"),
    )
    assert not found.contradictory


def test_contradiction_between_the_two_commands_is_told() -> None:
    found = thin(build_macho(minimum=[("macos", "11.0")], old_minimum=[("macos", "10.9")]))
    assert [each.version for each in found.minimum_os] == ["10.9", "11.0"]
    assert found.contradictory


@pytest.mark.parametrize("platform", ["macos", "ios", "tvos", "watchos"])
def test_platform_of_the_old_command_is_told(platform: str) -> None:
    found = thin(build_macho(minimum=[], old_minimum=[(platform, "10.13.4")]))
    assert found.minimum_os == (MinimumOs(platform=platform, version="10.13.4"),)


def test_unknown_platform_is_told_by_number() -> None:
    assert thin(build_macho(minimum=[("another", "1.0")])).minimum_os[0].platform == "platform=99"


def test_unknown_processor_is_told_by_number() -> None:
    data = bytearray(build_macho())
    data[4:8] = (77).to_bytes(4, "little")
    assert thin(bytes(data)).machine == "cputype=77"


def test_only_exported_entry_points_are_modules() -> None:
    private, local, debugger = ("PyInit_p", 0x1F, 16), ("PyInit_l", 0x0E, 16), ("PyInit_d", 0x25, 16)
    found = thin(build_macho(symbols=[private, local, debugger, undefined("PyInit_u"), exported("PyInit_e")]))
    assert found.modules == ("PyInit_e",)


def test_every_form_of_entry_point_is_found() -> None:
    names = ("PyInitU_b", "PyInit_a", "PyModExportU_d", "PyModExport_c")
    found = thin(build_macho(symbols=[exported(name) for name in (*names, "PyInit_", "PyInitialize", "Py_Main")]))
    assert found.modules == names


def test_only_undefined_symbols_of_cpython_are_told() -> None:
    common, other = ("PyCommon_a", 0x01, 8), undefined("malloc")
    found = thin(build_macho(symbols=[common, other, exported("PyMine_a"), undefined("Pythagoras"), undefined("Py_X")]))
    assert found.symbols == ("Py_X",)


def test_file_without_a_symbol_table_has_no_symbols() -> None:
    data = build_macho(symbols=[exported("PyInit_a")])
    place = data.index((2).to_bytes(4, "little") + (24).to_bytes(4, "little"))
    found = thin(data[:place] + (0x7F).to_bytes(4, "little") + data[place + 4 :])
    assert (found.modules, found.symbols) == ((), ())


def test_sections_without_bytes_in_the_file_hold_no_constants() -> None:
    data = build_macho(sections={"__const": b"constants"}, zerofill=["__data"])
    assert [data[start:end] for start, end in thin(data).constants] == [b"constants"]


@pytest.mark.parametrize("wide", [False, True])
def test_slices_of_a_universal_file_are_read_in_its_order(wide: bool) -> None:
    parts = {
        "x86_64": build_macho(
            machine="x86_64", minimum=[], old_minimum=[("macos", "10.9")], sections={"__const": b"a"}
        ),
        "arm64": build_macho(machine="arm64", sections={"__const": b"b"}),
    }
    data = build_fat(parts, wide=wide)
    found = read_macho(data)
    assert [each.machine for each in found] == ["x86_64", "arm64"]
    assert [each.minimum_os[0].version for each in found] == ["10.9", "11.0"]
    assert [data[each.offset : each.offset + each.size] for each in found] == list(parts.values())
    assert [data[start:end] for each in found for start, end in each.constants] == [b"a", b"b"]


def test_constants_of_a_slice_do_not_reach_into_the_next() -> None:
    first = bytearray(build_macho(machine="x86_64", sections={"__const": b"a" * 16}))
    place = first.index(b"__const\0") + 40  # the size, behind both names and the address
    first[place : place + 8] = (2**40).to_bytes(8, "little")
    one, two = read_macho(build_fat({"x86_64": bytes(first), "arm64": build_macho()}))
    assert one.constants[0][1] == one.offset + one.size <= two.offset


def test_slices_of_one_file_may_have_different_byte_orders() -> None:
    data = build_fat({"ppc": build_macho(machine="ppc", byteorder="big"), "i386": build_macho(machine="i386")})
    assert [each.byteorder for each in read_macho(data)] == ["big", "little"]


@pytest.mark.parametrize("data", [b"", b"\xca\xfe", b"\x7fELF" + bytes(100), b"MZ" + bytes(100)])
def test_other_formats_are_refused(data: bytes) -> None:
    with pytest.raises(InputError, match="is not a Mach-O file"):
        read_macho(data)


@pytest.mark.parametrize("version", [45, 52, 65, 0x0003_002D])
def test_java_class_file_is_told_apart(version: int) -> None:
    with pytest.raises(InputError, match="Java class file"):
        read_macho(b"\xca\xfe\xba\xbe" + version.to_bytes(4, "big") + bytes(200))


def test_any_buffer_will_do() -> None:
    data = build_macho(install_id="liba.dylib", symbols=[exported("PyInit_a")], sections={"__const": b"x" * 5000})
    expected = read_macho(data)
    with mmap.mmap(-1, len(data)) as mapped:
        mapped.write(data)
        assert read_macho(mapped) == expected
    assert read_macho(memoryview(data)) == expected
    assert read_macho(bytearray(data)) == expected
