"""Native files that try to mislead or to exhaust whoever looks for libraries in them."""

import struct
import time

import pytest

from support.declared import auditwheel, read
from support.elf import build_elf
from support.subjects import digest_for
from support.version_functions import Header, built, returns_number
from uplock.inspect.elf import read_elf
from uplock.inspect.gathered import libraries_of
from uplock.inspect.identify import MAX_LIBRARIES, identify
from uplock.inspect.images import image_of
from uplock.inspect.libraries import table
from uplock.inspect.sighting import Sighting

CARGO = b"x/.cargo/registry/src/secret.index.example-1949cf8c6b5b557f/"
SECONDS = 10


def found(rodata: bytes) -> tuple[Sighting, ...]:
    data = build_elf(rodata=rodata)
    return identify("x.so", data, read_elf(data), library=False, grafted=False)


def test_evidence_never_carries_control_characters() -> None:
    for text in (
        b"\x1b[31mOpenSSL 3.5.8 25 Aug 2026\0",
        b"libpng version 1.6.58\n\x1b]0;title\x07",
        CARGO + b"a-1.0.0/\x1b",
    ):
        assert all(each.evidence.isprintable() for each in found(text))


def test_host_of_a_registry_is_never_told() -> None:
    libraries = found(b"\0" + CARGO + b"serde-1.0.219/src/de.rs\0")
    assert [each.project for each in libraries] == ["serde"]
    assert "secret" not in repr(libraries)


def test_path_that_looks_like_a_crate_cannot_climb() -> None:
    assert found(CARGO + b"../../etc-1.0.0/passwd\0") == ()
    assert found(CARGO + b"a b-1.0.0/src/lib.rs\0") == ()


def test_number_of_libraries_is_bounded() -> None:
    texts = b"\0".join(CARGO + b"crate%d-1.0.%d/src/lib.rs" % (index, index) for index in range(3 * MAX_LIBRARIES))
    assert len(found(texts)) == MAX_LIBRARIES


@pytest.mark.parametrize(
    "piece",
    [
        b"OpenSSL ",
        b"OpenSSL 1." + b"1" * 200,
        CARGO + b"a" * 63 + b"-",
        b"/buildtrees/" + b"a-" * 40,
        b"third_party/boringssl-with-bazel/ssl/" + b"a/" * 60,
        b"OpenBLAS 0.3." + b"1." * 60,
        b"EntityRef: expecting ';'\0",
        b"HDF5 library version: 1",
        b"zlib-ng 2.",
        b"-CAPI-1.",
        bytes(8),
        b"W" * 16,
    ],
)
def test_repeated_beginnings_of_what_is_looked_for_cost_no_more_than_other_bytes(piece: bytes) -> None:
    rodata = piece * (4 * 1024 * 1024 // len(piece))
    started = time.perf_counter()
    found(rodata)
    assert time.perf_counter() - started < SECONDS


def test_all_texts_at_once_are_no_problem() -> None:
    texts = [anchor.text.encode() for library in table().libraries for anchor in library.anchors if anchor.text]
    started = time.perf_counter()
    assert found(b"\0".join(texts) * 500)
    assert time.perf_counter() - started < SECONDS


def test_text_of_one_library_inside_of_another_name_is_no_proof() -> None:
    assert found(b"NotOpenSSL 3.5.8\0MyAWS-LC 5.12.0\0xlibcurl/8.0.0\0Xfreetds v1.2.3\0") == ()


def test_symbol_that_points_outside_of_the_file_proves_nothing() -> None:
    data, header = built("elf", returns_number(170011), symbol="PQlibVersion")
    entry = data.index(struct.pack("<Q", 0x11000), 400)
    for address in (0, 1, 0x11000 + 10_000, (1 << 64) - 1):
        forged = data[:entry] + struct.pack("<Q", address) + data[entry + 8 :]
        assert identify("x.so", forged, header, library=False, grafted=False) == ()


def test_huge_counts_in_tables_of_symbols_cost_nothing() -> None:
    started = time.perf_counter()
    elf = bytearray(built("elf", returns_number(1)).data)
    struct.pack_into("<Q", elf, 64 + 3 * 64 + 32, 1 << 60)
    pe = bytearray(built("pe", returns_number(1)).data)
    place = pe.index(struct.pack("<III", 1, 2, 2))
    struct.pack_into("<II", pe, place + 4, 0xFFFFFFFF, 0xFFFFFFFF)
    macho = bytearray(built("mach-o", returns_number(1)).data)
    command = macho.index(struct.pack("<II", 2, 24))
    struct.pack_into("<I", macho, command + 12, 0xFFFFFFFF)
    for data in (elf, pe, macho):
        image = image_of(data, 0)
        assert image is None or image.addresses([b"demo_version"], parts=[b"ersion"]) is not None
    assert time.perf_counter() - started < SECONDS


def test_forged_number_of_slices_or_commands_ends_the_search() -> None:
    for form, place in (("universal", 4), ("mach-o", 16)):
        data = bytearray(built("universal" if form == "universal" else "mach-o", b"").data)
        struct.pack_into(">I" if form == "universal" else "<I", data, place, 0xFFFFFFFF)
        image_of(data, len(data) - 1)


def test_names_of_symbols_without_an_end_are_none() -> None:
    data, _ = built("elf", returns_number(1))
    stripped = data.replace(b"\0demo_version\0", b"\0demo_versionX")
    image = image_of(stripped, 0)
    assert image is not None
    assert image.addresses([b"demo_version"], parts=[b"ersion"]) == {}


def test_document_cannot_put_control_characters_into_evidence() -> None:
    document = read(auditwheel(("a", "krb5-libs\x1b[31m", "1.15.1-55.el7")))
    seen = Sighting(
        project="krb5", version=None, linkage="bundled", method="soname", confidence="medium", evidence="libkrb5.so.3"
    )
    libraries = libraries_of([("x.so", digest_for("x"), seen)], (document,))
    assert all(member.evidence.isprintable() for library in libraries for member in library.members)


def test_file_without_constants_has_no_libraries() -> None:
    data, _ = built("elf", returns_number(170011), symbol="PQlibVersion")
    assert identify("x.so", data, Header(constants=()), library=False, grafted=False) == ()
