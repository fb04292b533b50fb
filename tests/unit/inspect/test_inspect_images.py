import struct

import pytest

from support.version_functions import FORMATS, Format, built, returns_number
from uplock.inspect.images import image_of

SYMBOL = b"demo_version"


@pytest.mark.parametrize("form", FORMATS)
def test_exported_symbols_are_found_by_name(form: Format) -> None:
    file = built(form, returns_number(7))
    place = file.header.constants[0][0]
    image = image_of(file.data, place)
    assert image is not None
    addresses = image.addresses([SYMBOL, b"no_version"], parts=[b"ersion"])
    assert list(addresses) == [SYMBOL]
    assert image.place_of(addresses[SYMBOL]) == place
    assert image.bytes_at(addresses[SYMBOL], 6) == returns_number(7)


@pytest.mark.parametrize("form", FORMATS)
def test_symbols_that_are_only_needed_have_no_address(form: Format) -> None:
    file = built(form, returns_number(7), defined=False)
    image = image_of(file.data, file.header.constants[0][0])
    assert image is not None
    assert image.addresses([SYMBOL], parts=[b"ersion"]) == {}


@pytest.mark.parametrize("form", FORMATS)
def test_what_no_part_of_the_file_is_loaded_to_has_no_place(form: Format) -> None:
    file = built(form, b"")
    image = image_of(file.data, file.header.constants[0][0])
    assert image is not None
    assert image.place_of(1 << 40) is None
    assert image.bytes_at(1 << 40, 4) == b""


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x7fELF",
        b"\x7fELF\x01\x01" + bytes(64),
        b"\x7fELF\x02\x02" + bytes(64),
        b"MZ",
        b"MZ" + bytes(0x3A) + struct.pack("<I", 1 << 30),
        b"not native at all",
        struct.pack(">II", 0xCAFEBABE, 2) + bytes(100),
        struct.pack("<IIIIII", 0xFEEDFACF, 99, 0, 6, 0, 0) + bytes(64),
        struct.pack(">IIIIII", 0xFEEDFACF, 7, 0, 6, 0, 0) + bytes(64),
    ],
)
def test_files_of_other_forms_have_no_image(data: bytes) -> None:
    assert image_of(data, 0) is None


def test_a_universal_file_is_looked_at_in_the_slice_that_holds_the_place() -> None:
    file = built("universal", returns_number(7))
    other = image_of(file.data, file.data.index(b"other\0"))
    assert other is not None
    assert (other.machine, other.addresses([SYMBOL], parts=[b"ersion"])) == ("aarch64", {})
    assert image_of(file.data, len(file.data) + 1) is None


def test_files_without_symbols_export_nothing() -> None:
    elf = bytearray(built("elf", b"").data)
    struct.pack_into("<H", elf, 60, 3)  # without the section of the symbols
    image = image_of(elf, 0)
    assert image is not None
    assert image.addresses([SYMBOL], parts=[b"ersion"]) == {}
    pe = bytearray(built("pe", b"").data)
    struct.pack_into("<I", pe, 64 + 24 + 112, 0)  # without an export table
    image = image_of(pe, 0)
    assert image is not None
    assert image.addresses([SYMBOL], parts=[b"ersion"]) == {}
