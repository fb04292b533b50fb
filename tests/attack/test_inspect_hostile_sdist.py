"""Attacks on the reader of source distributions: each ends in an InputError that names the file, quickly."""

from __future__ import annotations

import gzip
import io
import tarfile
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest

from support.sdists import build_sdist, regular, tar_gz
from uplock.errors import InputError
from uplock.inspect.sdist import MAX_EXPANDED, MAX_PIECE, inspect_sdist
from uplock.inspect.tar import BLOCK, MAX_ALL_EXTENDED, MAX_EXTENDED, MAX_HEADERS

NAME = "demo-1.0.tar.gz"
INFO = b"Metadata-Version: 2.1\nName: demo\nVersion: 1.0\n\n"
MIB = 1 << 20


def refusal(data: bytes) -> str:
    """Inspect a hostile sdist and return what the error says."""
    with pytest.raises(InputError) as caught:
        inspect_sdist(io.BytesIO(data), NAME)
    assert caught.value.context.startswith(NAME)
    assert caught.value.remedy
    return str(caught.value)


def refused_in_little_memory(data: bytes) -> str:
    """As :func:`refusal`, and hold what was in memory at once under a bound."""
    tracemalloc.start()
    try:
        words = refusal(data)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 64 * MIB
    return words


class Zeros:
    """So many gzipped zero bytes behind a head, made as they are read."""

    def __init__(self, head: bytes, size: int) -> None:
        piece = gzip.compress(bytes(MIB), mtime=0)
        self.data = gzip.compress(head, mtime=0) + piece * (size // MIB)


def header(name: str, size: int, kind: bytes = tarfile.REGTYPE) -> bytes:
    """Return one header block of a tar, whose body is for the caller to send or not."""
    member = tarfile.TarInfo(name)
    member.type = kind
    member.size = size
    return member.tobuf(tarfile.GNU_FORMAT)


EXTENDED = [tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK]


def padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % BLOCK)


def extended(kind: bytes, body: bytes) -> bytes:
    """Return an extended header."""
    return header("x", len(body), kind) + padded(body)


def record(key: str, value: str) -> bytes:
    """Return a record of a pax header, which begins with its own length."""
    rest = f" {key}={value}\n"
    length = len(rest)
    while len(f"{length}{rest}") != length:
        length = len(f"{length}{rest}")
    return f"{length}{rest}".encode()


def test_a_gzip_bomb_is_stopped_at_the_bound() -> None:
    bomb = Zeros(header("demo-1.0/huge", 2 * MAX_EXPANDED), MAX_EXPANDED + 2 * MIB)
    assert len(bomb.data) < 8 * MIB
    assert "expands to more than" in refused_in_little_memory(bomb.data)


@pytest.mark.parametrize("kind", EXTENDED)
def test_a_huge_extended_header_is_never_read_into_memory(kind: bytes) -> None:
    bomb = Zeros(header("x", MAX_EXPANDED // 2, kind), MAX_EXPANDED // 2)
    assert "too long an extended header" in refused_in_little_memory(bomb.data)


def test_huge_metadata_are_passed_over() -> None:
    bomb = Zeros(header("demo-1.0/PKG-INFO", MAX_PIECE + MIB), MAX_PIECE + 2 * MIB)
    assert "has no PKG-INFO" in refused_in_little_memory(bomb.data)


def test_endless_members_are_counted() -> None:
    raw = header("demo-1.0/x", 0) * (MAX_HEADERS + 2)
    assert f"more than {MAX_HEADERS} members" in refused_in_little_memory(gzip.compress(raw, 1, mtime=0))


@pytest.mark.parametrize("kind", EXTENDED)
def test_chained_extended_headers_are_followed_without_recursion(kind: bytes) -> None:
    """The standard library's reader runs out of stack."""
    body = record("a", "b") if kind in {tarfile.XHDTYPE, tarfile.XGLTYPE} else b"name\0"
    raw = extended(kind, body) * 5000 + header("demo-1.0/PKG-INFO", len(INFO)) + padded(INFO)
    data = gzip.compress(raw + bytes(2 * BLOCK), mtime=0)
    if kind == tarfile.GNUTYPE_LONGNAME:
        assert "has no PKG-INFO" in refusal(data)
    else:
        assert inspect_sdist(io.BytesIO(data), NAME).metadata.name == "demo"


def test_records_of_a_global_header_are_not_applied_to_every_member() -> None:
    """The standard library's reader would take a quarter of an hour."""
    records = b"".join(record(f"k{number}", "v") for number in range(60_000))
    raw = extended(tarfile.XGLTYPE, records) + header("demo-1.0/x", 0) * (MAX_HEADERS - 2)
    begun = time.process_time()
    assert "has no PKG-INFO" in refusal(gzip.compress(raw, 1, mtime=0))
    assert time.process_time() - begun < 30


def test_all_extended_headers_together_are_bounded() -> None:
    raw = extended(tarfile.XGLTYPE, bytes(MAX_EXTENDED)) * (MAX_ALL_EXTENDED // MAX_EXTENDED + 1)
    assert "too long an extended header" in refused_in_little_memory(gzip.compress(raw, 1, mtime=0))


@pytest.mark.parametrize(
    "body",
    [b"x", b"5 a=", b"99 path=x\n", b"07 a=bc\n", b"6 a=bc\n", b"8 path=\n12", b"0 a=b\n", b"11 path=abcd"],
)
def test_a_malformed_extended_header_is_refused(body: bytes) -> None:
    raw = extended(tarfile.XHDTYPE, body) + header("demo-1.0/PKG-INFO", len(INFO)) + padded(INFO) + bytes(BLOCK)
    assert "malformed extended header" in refusal(gzip.compress(raw, mtime=0))


@pytest.mark.parametrize("key", ["GNU.sparse.map", "GNU.sparse.name", "GNU.sparse.major"])
def test_a_sparse_file_is_refused(key: str) -> None:
    """Its content would be another one for whoever knows the format."""
    raw = extended(tarfile.XHDTYPE, record(key, "1")) + header("demo-1.0/PKG-INFO", len(INFO)) + padded(INFO)
    assert "sparse" in refusal(gzip.compress(raw + bytes(BLOCK), mtime=0))
    assert "sparse" in refusal(gzip.compress(header("demo-1.0/PKG-INFO", 0, tarfile.GNUTYPE_SPARSE), mtime=0))


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE])
@pytest.mark.parametrize("target", ["/etc/passwd", "../../secret", "demo-1.0/other"])
def test_metadata_that_are_no_plain_file_are_none(kind: bytes, target: str) -> None:
    member = tarfile.TarInfo("demo-1.0/PKG-INFO")
    member.type, member.linkname = kind, target
    data = tar_gz([regular("demo-1.0/other", INFO), (member, b"")])
    assert "has no PKG-INFO" in refusal(data)


@pytest.mark.parametrize(
    "name", ["/PKG-INFO", "PKG-INFO", "../PKG-INFO/x", "/etc/demo-1.0/PKG-INFO", "a/b/PKG-INFO", "demo-1.0/pkg-info"]
)
def test_metadata_elsewhere_than_in_the_top_folder_are_none(name: str) -> None:
    assert "has no PKG-INFO" in refusal(tar_gz([regular(name, INFO)]))


def test_names_that_lead_out_are_never_written(tmp_path: Path) -> None:
    members = [regular(f"{tmp_path}/evil", b"x"), regular("../../evil", b"x"), regular("demo-1.0/PKG-INFO", INFO)]
    assert inspect_sdist(io.BytesIO(tar_gz(members)), NAME).metadata.name == "demo"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("info", "words"),
    [
        (b"Metadata-Version: 2.1\nName: other\nVersion: 1.0\n\n", "names the project 'other'"),
        (b"Metadata-Version: 2.1\nName: demo\nVersion: 2.0\n\n", "has version '2.0'"),
        (b"Metadata-Version: 2.1\nName: demo\nName: other\nVersion: 1.0\n\n", "name is repeated"),
        (b"Metadata-Version: 9.1\nName: demo\nVersion: 1.0\n\n", "Metadata-Version"),
        (b"", "Metadata-Version"),
        (b"\xff\xfe" * 100, "Metadata-Version"),
        (b"Metadata-Version: 2.1\nName: demo\nVersion: 1.0\n" + b"X: y\n" * 200_000, "lines of fields"),
    ],
)
def test_metadata_of_another_project_or_of_none_are_refused(info: bytes, words: str) -> None:
    assert words in refusal(tar_gz([regular("demo-1.0/PKG-INFO", info)]))


def test_two_different_metadata_are_refused_and_the_same_twice_is_once() -> None:
    """Which of the two a build would see depends on the program that unpacks."""
    other = INFO.replace(b"\n\n", b"\nRequires-Dist: evil\n\n")
    members = [regular("demo-1.0/PKG-INFO", INFO), regular("demo-1.0/PKG-INFO", other)]
    assert "two different PKG-INFO" in refusal(tar_gz(members))
    assert inspect_sdist(io.BytesIO(tar_gz(members[:1] * 2)), NAME).metadata.requires_dist == ()


def cut(data: bytes) -> bytes:
    return data[: len(data) // 2]


def cut_inside(data: bytes) -> bytes:
    return gzip.compress(gzip.decompress(data)[:700], mtime=0)


def flipped(data: bytes) -> bytes:
    return data[:-6] + bytes([data[-6] ^ 1]) + data[-5:]


@pytest.mark.parametrize(
    "damage",
    [
        cut,
        cut_inside,
        gzip.decompress,
        lambda _: b"",
        lambda _: b"\x1f\x8b",
        lambda _: b"PK\x03\x04" + bytes(100),
        lambda _: gzip.compress(b"no tar" * 200, mtime=0),
        lambda data: b"\x1f\x8b\x08\x00" + bytes(6) + b"\xff" * 100 + data,
    ],
    ids=["truncated", "tar cut", "not gzip", "empty", "two bytes", "a zip", "no tar", "bad deflate"],
)
def test_what_is_no_whole_gzipped_tar_is_refused(damage: Callable[[bytes], bytes]) -> None:
    words = refusal(damage(build_sdist("demo", "1.0", files={"x": bytes(range(256)) * 40})[1]))
    assert "not a readable" in words or "has no PKG-INFO" in words or "in the middle of a member" in words


@pytest.mark.parametrize("field", [b"\xff" * 12, b"\x80" + b"\xff" * 11, b"7" * 12, b"00000000008\0", b"-0000000001\0"])
def test_a_size_that_cannot_be_is_refused(field: bytes) -> None:
    block = bytearray(header("demo-1.0/x", 0))
    block[124:136] = field
    block[148:156] = b" " * 8
    block[148:156] = b"%06o\0 " % sum(block)
    refusal(gzip.compress(bytes(block) + bytes(1024), mtime=0))


def test_a_header_whose_checksum_is_wrong_ends_the_reading() -> None:
    members = [regular("demo-1.0/PKG-INFO", INFO), regular("demo-1.0/setup.py", b"")]
    raw = bytearray(gzip.decompress(tar_gz(members)))
    raw[2 * BLOCK] ^= 1
    assert "not a readable tar archive" in refusal(gzip.compress(bytes(raw), mtime=0))


def test_a_member_that_ends_too_early_is_refused() -> None:
    raw = header("demo-1.0/PKG-INFO", 4 * len(INFO)) + INFO
    assert "in the middle of a member" in refusal(gzip.compress(raw, mtime=0))


def test_a_size_in_an_extended_header_counts_as_unpackers_count_it() -> None:
    raw = extended(tarfile.XHDTYPE, record("size", str(len(INFO)))) + header("demo-1.0/PKG-INFO", 0) + padded(INFO)
    assert inspect_sdist(io.BytesIO(gzip.compress(raw + bytes(BLOCK))), NAME).metadata.name == "demo"


@pytest.mark.parametrize("size", ["99999999999999999999999", "-1", "x", "1" * 5000])
def test_a_size_in_an_extended_header_is_not_believed(size: str) -> None:
    raw = extended(tarfile.XHDTYPE, record("size", size)) + header("demo-1.0/PKG-INFO", len(INFO)) + padded(INFO)
    refusal(gzip.compress(raw + bytes(2 * BLOCK), mtime=0))
