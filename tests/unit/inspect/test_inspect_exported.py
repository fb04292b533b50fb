import struct

import pytest

from support.version_functions import (
    FORMATS,
    RET,
    RET64,
    TEXT,
    Built,
    Format,
    built,
    returns_number,
    returns_text,
)
from uplock.inspect.constants import Constants
from uplock.inspect.exported import Returned, returned, stored_text
from uplock.inspect.images import Image, image_of

SYMBOL = b"demo_version"
NUMBER = Returned(kind="number", value=170011)


def words(*instructions: int) -> bytes:
    return struct.pack(f"<{len(instructions)}I", *instructions)


def opened(file: Built) -> Image:
    image = image_of(file.data, file.header.constants[0][0])
    assert image is not None
    return image


def what(form: Format, code: bytes, *, machine: str = "x86_64", text: bytes = b"") -> Returned | bytes | None:
    """Return what the function returns: of a text its bytes."""
    file = built(form, code, machine=machine, text=text)
    image = opened(file)
    addresses = image.addresses([SYMBOL], parts=[b"ersion"])
    assert list(addresses) == [SYMBOL]
    found = returned(image, addresses[SYMBOL])
    if found is not None and found.kind == "place":
        return Constants(data=file.data, ranges=file.header.constants).text_at(found.value)
    return found


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_a_number_is_read_from_the_code_that_returns_it(form: Format, machine: str) -> None:
    assert what(form, returns_number(170011, machine=machine), machine=machine) == NUMBER


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_a_text_is_found_where_the_code_points(form: Format, machine: str) -> None:
    assert what(form, returns_text(machine=machine), machine=machine, text=b"3.1.4") == b"3.1.4"


@pytest.mark.parametrize("form", ["pe", "mach-o"])
def test_code_for_32_bits_returns_numbers_the_same_way(form: Format) -> None:
    assert what(form, b"\x55\x89\xe5" + returns_number(170011)[:-1] + b"\x5d" + RET, machine="x86") == NUMBER


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (b"\xf3\x0f\x1e\xfa" + returns_number(170011), NUMBER),
        (b"\x55\x48\x89\xe5\xb8" + struct.pack("<I", 170011) + b"\x5d" + RET, NUMBER),
        (b"\xf3\x0f\x1e\xfa" + returns_text(before=4), b"3.1.4"),
        (b"\x48\x85\xff\x74\x06\xc7\x07" + struct.pack("<I", 0x12209) + returns_text(before=11), b"3.1.4"),
        (
            b"\xc7\x07" + struct.pack("<I", 4) + b"\xc7\x06" + struct.pack("<I", 3) + b"\xc7\x02" + struct.pack("<I", 5)
            + RET,
            Returned(kind="triple", numbers=(4, 3, 5)),
        ),
        (
            b"\xc7\x01" + struct.pack("<I", 1) + b"\x31\xc0\xc7\x02" + struct.pack("<I", 9) + b"\x41\xc7\x00"
            + struct.pack("<I", 7) + b"\x31\xc0" + RET,
            Returned(kind="triple", numbers=(1, 9, 7)),
        ),
    ],
)  # fmt: skip
def test_what_compilers_make_of_it_on_x86_64_is_understood(code: bytes, expected: Returned | bytes) -> None:
    assert what("elf", code, text=b"3.1.4") == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (words(0xD503245F) + returns_number(170011, machine="aarch64"), NUMBER),
        (returns_number(10658, machine="aarch64"), Returned(kind="number", value=10658)),
        (words(0x52A00060) + RET64, Returned(kind="number", value=3 << 16)),
        (words(0x10000000 | TEXT >> 2 << 5, 0xD503201F) + RET64, b"3.1.4"),
        (words(0x90000000, 0x91010000) + RET64, b"3.1.4"),
        (words(0xD503245F, 0x90000000, 0x91010000) + RET64, b"3.1.4"),
        (
            words(0x52800088, 0xB9000008, 0x52800068, 0xB9000028, 0x528000A8, 0xB9000048) + RET64,
            Returned(kind="triple", numbers=(4, 3, 5)),
        ),
        (
            words(0x52800028, 0xB9000008, 0x52800128, 0xB9000028, 0x528000E8, 0xB9000048, 0x52800000) + RET64,
            Returned(kind="triple", numbers=(1, 9, 7)),
        ),
    ],
)
def test_what_compilers_make_of_it_on_aarch64_is_understood(code: bytes, expected: Returned | bytes) -> None:
    assert what("elf", code, machine="aarch64", text=b"3.1.4") == expected


@pytest.mark.parametrize(
    ("machine", "code"),
    [
        ("x86_64", b"\xb8" + struct.pack("<I", 170011) + b"\x90" + RET),
        ("x86_64", b"\x90" + returns_number(170011)),
        ("x86_64", b"\xb9" + struct.pack("<I", 170011) + RET),
        ("x86_64", b"\x55\x48\x89\xe5\xb8" + struct.pack("<I", 170011) + RET),
        ("x86_64", b"\x48\x8b\x05" + struct.pack("<i", TEXT - 7) + RET),
        ("x86_64", b"\xc7\x07\x04\0\0\0\xc7\x06\x03\0\0\0" + RET),
        ("x86_64", b"\xe9\0\0\0\0" + RET),
        ("x86_64", b"\x48\x8d\x05" + struct.pack("<i", 1 << 30) + RET),
        ("aarch64", words(0x52800001) + RET64),
        ("aarch64", words(0x52800000, 0xD503201F) + RET64),
        ("aarch64", words(0x90000001, 0x91010000) + RET64),
        ("aarch64", words(0x52800088, 0xB9000008, 0x52800068, 0xB9000048) + RET64),
        ("aarch64", words(0x52800088, 0xB9000008, 0x52800068, 0xB9000028, 0x528000A8, 0xB9000048, 0x14000000)),
        ("riscv", returns_number(170011)),
    ],
)
def test_code_that_does_anything_else_returns_nothing_known(machine: str, code: bytes) -> None:
    file = built("elf", code, machine=machine)
    image = image_of(file.data, 0)
    assert image is None or returned(image, image.addresses([SYMBOL], parts=[b"ersion"])[SYMBOL]) is None


def test_distances_may_be_negative() -> None:
    place = built("elf", b"").header.constants[0][0]
    backwards = struct.pack("<I", 0x10000000 | 0x7FFFC << 5)  # 16 bytes before itself
    file = built("elf", b"3.1.4\0".ljust(16, b"\0") + backwards + RET64, machine="aarch64")
    assert returned(opened(file), 0x11000 + 16) == Returned(kind="place", value=place)


def test_code_outside_of_the_file_returns_nothing() -> None:
    assert returned(opened(built("elf", returns_number(7))), 1) is None


def stores(*pieces: bytes) -> bytes:
    """Return code that stores pieces of eight characters one behind the other, with two registers in turn."""
    code = b""
    for index, piece in enumerate(pieces):
        register = index % 2 * 2
        code += b"\x48" + bytes([0xB8 + register]) + piece + b"\x48\x89" + bytes([0x05 + register * 8])
        code += struct.pack("<i", 0x1000 + index * 8 - len(code) - 4)
    return code + RET


def test_a_text_that_code_stores_piece_by_piece_is_put_together() -> None:
    file = built("elf", stores(b"OpenBLAS", b" 0.3.34.", b"237.2  U"))
    assert stored_text(opened(file), 0x11000) == "OpenBLAS 0.3.34.237.2  U"


def test_a_stored_register_that_was_not_loaded_with_text_ends_it() -> None:
    code = stores(b"OpenBLAS", b" 0.3.34.")
    again = b"\x48\x89\x05" + struct.pack("<i", 0x1000 + 16 - (len(code) - 1) - 7)
    file = built("elf", code[:-1] + again + RET)
    assert stored_text(opened(file), 0x11000) == "OpenBLAS 0.3.34."


@pytest.mark.parametrize(("code", "machine"), [(RET, "x86_64"), (stores(b"OpenBLAS"), "aarch64")])
def test_code_that_stores_nothing_has_no_text(code: bytes, machine: str) -> None:
    assert stored_text(opened(built("elf", code, machine=machine)), 0x11000) is None
