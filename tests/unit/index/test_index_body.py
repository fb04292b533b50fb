from __future__ import annotations

import gzip

import pytest

from uplock.errors import InputError
from uplock.index.body import content_range, decoded, retry_after, skipping, unsatisfied_total


def test_a_content_range_gives_begin_and_total() -> None:
    assert content_range("bytes 5-9/10") == (5, 10)
    for text in ("", "bytes 5-9/*", "bytes 9-5/10", "bytes 5-10/10", "items 1-2/3", "bytes 1-2/3x"):
        with pytest.raises(InputError, match="Content-Range"):
            content_range(text)


def test_a_refused_range_may_name_the_size() -> None:
    assert unsatisfied_total("bytes */10") == 10
    assert unsatisfied_total("bytes */x") is None


def test_only_seconds_count_as_a_wish_to_wait() -> None:
    assert retry_after("7") == 7.0
    assert retry_after("") == retry_after("-1") == retry_after("Wed, 21 Oct 2026 07:28:00 GMT") == 0.0


@pytest.mark.parametrize(("count", "left"), [(0, b"abcdef"), (2, b"cdef"), (3, b"def"), (4, b"ef"), (6, b""), (9, b"")])
def test_skipping_drops_exactly_the_first_bytes(count: int, left: bytes) -> None:
    assert b"".join(skipping([b"abc", b"", b"def"], count)) == left


def test_a_body_is_decoded_in_whatever_pieces_it_comes() -> None:
    packed = gzip.compress(b"hello" * 100, mtime=0)
    pieces = [packed[at : at + 3] for at in range(0, len(packed), 3)]
    assert decoded(pieces, "gzip", 500) == decoded([b"hello" * 100], "", 500) == b"hello" * 100
    assert decoded([packed], "X-GZIP", 500) == b"hello" * 100


@pytest.mark.parametrize(
    ("body", "encoding", "message"),
    [
        (gzip.compress(b"x" * 501, mtime=0), "gzip", "larger than 500 bytes when decompressed"),
        (gzip.compress(b"x", mtime=0)[:-1], "gzip", "badly compressed"),
        (gzip.compress(b"x", mtime=0) + b"more", "gzip", "badly compressed"),
        (b"plain", "gzip", "badly compressed"),
        (b"", "gzip", "badly compressed"),
        (b"x", "br", "not asked for"),
    ],
)
def test_a_body_that_is_not_what_it_says_is_refused(body: bytes, encoding: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        decoded([body], encoding, 500)
