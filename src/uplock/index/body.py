"""Reading the head and body of an answer: ranges (RFC 9110), waiting times, compression within bounds. Pure."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Iterator

from uplock.errors import InputError

_RANGE = re.compile(r"bytes (?P<first>\d{1,15})-(?P<last>\d{1,15})/(?P<total>\d{1,15})\Z")
_UNSATISFIED = re.compile(r"bytes \*/(?P<total>\d{1,15})\Z")
_SECONDS = re.compile(r"\d{1,9}\Z")


def content_range(text: str) -> tuple[int, int]:
    """Return first position and total size of a ``Content-Range``. Raises :class:`InputError`."""
    match = _RANGE.match(text)
    if match is None or not int(match["first"]) <= int(match["last"]) < int(match["total"]):
        raise InputError(f"unusable Content-Range {text[:80]!r}")
    return int(match["first"]), int(match["total"])


def unsatisfied_total(text: str) -> int | None:
    """Return the size of the file that a refused range names, if it does."""
    match = _UNSATISFIED.match(text)
    return int(match["total"]) if match else None


def retry_after(text: str) -> float:
    """Return the seconds of a ``Retry-After``; 0 for none, and for a date: clocks differ."""
    return float(text) if _SECONDS.match(text) else 0.0


def skipping(chunks: Iterable[bytes], count: int) -> Iterator[bytes]:
    """Yield ``chunks`` without the first ``count`` bytes."""
    for chunk in chunks:
        yield from [chunk[count:]] if len(chunk) > count else []
        count = max(0, count - len(chunk))


def decoded(chunks: Iterable[bytes], encoding: str, limit: int) -> bytes:
    """Return a body, gunzipped if ``encoding`` says so, and then of at most ``limit`` bytes.

    Raises :class:`InputError` beyond the limit (without expanding what is beyond), for damaged or trailing data, and
    for an encoding that was not asked for.
    """
    if encoding.lower() in {"", "identity"}:
        return b"".join(chunks)
    if encoding.lower() not in {"gzip", "x-gzip"}:
        raise InputError(f"encoded as {encoding[:40]!r}, which was not asked for")
    inflate = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    body = bytearray()
    try:
        for chunk in chunks:
            body += inflate.decompress(chunk, limit + 1 - len(body))
            if len(body) > limit:
                raise InputError(f"the answer is larger than {limit} bytes when decompressed")
    except zlib.error as error:
        raise InputError("the answer is badly compressed") from error
    if not inflate.eof or inflate.unused_data:
        raise InputError("the answer is badly compressed")
    return bytes(body)
