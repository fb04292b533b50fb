"""Attacks on the reader of wheels: each must end in an InputError that names file and member, quickly."""

from __future__ import annotations

import hashlib
import io
import struct
import zlib

import pytest

from support.elf import build_elf
from support.zips import WHEEL_NAME, Entry, deflated, wheel_entries, zip_of
from uplock.errors import InputError
from uplock.inspect.profile import inspect_wheel
from uplock.inspect.wheel import open_wheel


def refusal(data: bytes) -> str:
    """Inspect a hostile wheel and return what the error says."""
    with pytest.raises(InputError) as caught:
        inspect_wheel(io.BytesIO(data), WHEEL_NAME)
    assert caught.value.context.count(WHEEL_NAME) == 1
    assert caught.value.context.startswith(WHEEL_NAME)
    assert caught.value.remedy
    return str(caught.value)


def test_the_honest_wheel_of_these_tests_is_accepted() -> None:
    contents = inspect_wheel(io.BytesIO(zip_of(wheel_entries(Entry("demo.py", b"x = 1\n")))), WHEEL_NAME)
    assert contents.metadata.name == "demo"


@pytest.mark.parametrize(
    "name",
    [
        "../evil.so",
        "demo/../../evil.so",
        "/etc/passwd",
        "demo\\evil.so",
        "C:evil.so",
        "c:/evil.so",
        "demo//evil.so",
        "./evil.so",
        "demo/.",
        "..",
        "/",
        "",
        "demo/\x00.so",
        "demo/\x1b[2Jevil.so",
        "demo/\nevil.so",
    ],
)
def test_path_traversal_and_unprintable_names(name: str) -> None:
    assert "not a plain relative path" in refusal(zip_of(wheel_entries(Entry(name, b"x"))))


def test_the_name_of_a_hostile_member_is_escaped_in_the_error() -> None:
    message = refusal(zip_of(wheel_entries(Entry("demo/\x1b[2J", b"x"))))
    assert "\x1b" not in message
    assert "\\x1b[2J" in message


def test_name_that_is_no_utf8() -> None:
    assert "not UTF-8" in refusal(zip_of(wheel_entries(Entry(b"\xff\xfe.so", b"x", flags=0x800))))


def test_name_that_the_unicode_path_field_replaces() -> None:
    field = struct.pack("<HHB4s", 0x7075, 12, 1, b"\0\0\0\0") + b"evil.so"
    assert "extra field" in refusal(zip_of(wheel_entries(Entry("demo.py", b"x", extra=field))))


def test_duplicate_member() -> None:
    entries = wheel_entries(Entry("demo.so", b"good"), Entry("demo.so", b"evil"))
    assert "occurs twice" in refusal(zip_of(entries))


def test_file_and_directory_of_one_name() -> None:
    assert "occurs twice" in refusal(zip_of(wheel_entries(Entry("demo", b"x"), Entry("demo/", mode=0o40755))))


def test_directory_with_content() -> None:
    assert "directory with content" in refusal(zip_of(wheel_entries(Entry("demo/", b"x", mode=0o40755))))


def test_symbolic_link() -> None:
    assert "symbolic link" in refusal(zip_of(wheel_entries(Entry("demo.so", b"/etc/passwd", mode=0o120777))))


def test_device_file() -> None:
    assert "special file" in refusal(zip_of(wheel_entries(Entry("demo.so", b"", mode=0o20666))))


@pytest.mark.parametrize("flag", [0x0001, 0x0040, 0x2000])
def test_encrypted_member(flag: int) -> None:
    assert "encrypted" in refusal(zip_of(wheel_entries(Entry("demo.so", b"x", flags=flag))))


@pytest.mark.parametrize("method", [1, 9, 12, 14, 93])
def test_compression_that_installers_do_not_know(method: int) -> None:
    assert "method" in refusal(zip_of(wheel_entries(Entry("demo.so", b"x", method=method))))


def test_member_that_inflates_to_more_than_it_declares() -> None:
    elf = build_elf(rodata=bytes(100_000))
    assert "more than the" in refusal(zip_of(wheel_entries(Entry("demo.so", elf, size=len(elf) - 1))))


def test_member_that_inflates_to_less_than_it_declares() -> None:
    elf = build_elf()
    assert "instead of" in refusal(zip_of(wheel_entries(Entry("demo.so", elf, size=len(elf) + 1))))


def test_member_that_declares_more_than_deflate_can_hold() -> None:
    assert "cannot hold" in refusal(zip_of(wheel_entries(Entry("demo.so", b"x", size=2**31))))


def test_stored_member_that_lies_about_its_size() -> None:
    assert "cannot hold" in refusal(zip_of(wheel_entries(Entry("demo.so", b"xy", method=0, size=1))))


def test_prefix_of_a_member_with_a_matching_checksum() -> None:
    """The declared size and checksum fit the first bytes only: a reader that stops there sees another file."""
    elf = build_elf()
    entry = Entry("demo.so", elf, payload=deflated(elf + b"evil"))
    assert "more than the" in refusal(zip_of(wheel_entries(entry)))


def test_data_hidden_behind_the_compressed_stream() -> None:
    elf = build_elf()
    assert "end where it should" in refusal(zip_of(wheel_entries(Entry("demo.so", elf, payload=deflated(elf) + b"x"))))


def test_data_hidden_far_behind_the_compressed_stream() -> None:
    elf = build_elf()
    entry = Entry("demo.so", elf, payload=deflated(elf) + bytes(600_000))
    assert "data behind its compressed stream" in refusal(zip_of(wheel_entries(entry)))


def test_compressed_stream_that_is_cut_off() -> None:
    elf = build_elf(rodata=bytes(range(256)) * 20)
    payload = deflated(elf)[:-10]
    assert "demo.so" in refusal(zip_of(wheel_entries(Entry("demo.so", elf, payload=payload))))


def test_native_file_behind_a_long_run_of_empty_deflate_blocks() -> None:
    """A reader that looks at what the first piece of the stream holds sees an empty file there."""
    elf = build_elf(soname="libevil.so.1")
    entry = Entry("demo.so", elf, payload=b"\0\0\0\xff\xff" * 300_000 + deflated(elf))
    (found,) = inspect_wheel(io.BytesIO(zip_of(wheel_entries(entry))), WHEEL_NAME).native.members
    assert found.soname == "libevil.so.1"
    assert found.sha256 == hashlib.sha256(elf).hexdigest()


def test_data_that_is_no_deflate_stream() -> None:
    entry = Entry("demo-1.0.data/scripts/demo", b"xxx", payload=b"\xff\xff\xff")
    assert "not a deflate stream" in refusal(zip_of(wheel_entries(entry)))


def test_wrong_checksum() -> None:
    assert "checksum" in refusal(zip_of(wheel_entries(Entry("demo.so", build_elf(), crc=1))))


def test_zip_bomb_of_many_well_compressed_members() -> None:
    payload = deflated(bytes(4_000_000))
    bomb = [Entry(f"demo/{i}.bin", payload=payload, size=4_000_000, crc=0) for i in range(100)]
    assert "out of proportion" in refusal(zip_of(wheel_entries(*bomb)))


def test_zip_bomb_of_overlapping_members() -> None:
    elf = build_elf()
    first = Entry("a.so", elf)
    assert "overlaps" in refusal(zip_of(wheel_entries(first, Entry("b.so", elf, offset=0))))


def test_member_that_reaches_into_the_directory() -> None:
    entries = wheel_entries()
    entries.append(Entry("demo.so", b"x" * 9, method=0, compressed_size=60, size=60))
    assert "central directory" in refusal(zip_of(entries))


def test_member_hidden_from_the_directory_between_two_others() -> None:
    """An installer that streams extracts it, a scanner of the directory does not see it."""
    hidden = zip_of([Entry("evil.so", build_elf())])
    hidden = hidden[: hidden.index(b"PK\1\2")]
    assert "does not know" in refusal(zip_of(wheel_entries(Entry("demo.py", b"x", before=hidden))))


def test_member_hidden_behind_the_last_one() -> None:
    assert "does not know" in refusal(zip_of(wheel_entries(), after_members=b"PK\3\4" + bytes(40)))


def test_data_in_front_of_the_archive() -> None:
    assert "end record" in refusal(b"#!/bin/sh\n" + zip_of(wheel_entries()))


def test_data_behind_the_archive() -> None:
    assert "data behind" in refusal(zip_of(wheel_entries(), trailer=b"x"))


def test_second_archive_in_the_comment() -> None:
    evil = zip_of(wheel_entries(Entry("evil.so", build_elf())))
    assert "end record" in refusal(zip_of(wheel_entries(), comment=evil))


def test_another_name_in_the_local_header() -> None:
    entries = wheel_entries(Entry("demo.txt", b"x", local_name=b"demo.so!"))
    assert "another name" in refusal(zip_of(entries))


def test_another_size_in_the_local_header() -> None:
    assert "another size" in refusal(zip_of(wheel_entries(Entry("demo.so", build_elf(), local_size=7))))


def test_another_method_in_the_local_header() -> None:
    assert "differently" in refusal(zip_of(wheel_entries(Entry("demo.so", build_elf(), local_method=0))))


@pytest.mark.parametrize("count", [0, 1, 5, 65_000])
def test_wrong_number_of_members(count: int) -> None:
    assert "central directory" in refusal(zip_of(wheel_entries(), count=count))


def test_directory_of_another_size() -> None:
    assert "end record" in refusal(zip_of(wheel_entries(), directory_size=20))


def test_more_members_than_any_wheel_has() -> None:
    data = bytearray(zip_of(wheel_entries(), zip64=True))
    place = data.index(b"PK\6\6")
    struct.pack_into("<2Q", data, place + 24, 2**40, 2**40)
    assert "members, more than" in refusal(bytes(data))


def test_forged_checksum_does_not_pass_off_another_file_as_a_copy() -> None:
    """Two different files with the same declared checksum and size are both read."""
    good = build_elf(soname="libgood.so.1")
    evil = build_elf(soname="libevil.so.1")
    assert len(good) == len(evil)
    entries = wheel_entries(Entry("a.so", good), Entry("b.so", evil, crc=zlib.crc32(good)))
    assert "checksum" in refusal(zip_of(entries))


def test_two_metadata_directories() -> None:
    entries = wheel_entries(Entry("other-1.0.dist-info/METADATA", b"Name: other\n"))
    assert "2 .dist-info" in refusal(zip_of(entries))


def test_metadata_of_another_project() -> None:
    with pytest.raises(InputError, match="does not belong to evil"):
        open_wheel(io.BytesIO(zip_of(wheel_entries())), "evil-1.0-py3-none-any.whl")
