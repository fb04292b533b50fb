from __future__ import annotations

import os
from collections.abc import Iterator
from hashlib import shake_256

import pytest

from uplock.errors import InputError, NetworkError
from uplock.index.ranges import BLOCK, MAX_PARTS, TAIL, Part, PartStream, open_parts, open_ranges

BODY = shake_256(b"file").digest(3 * TAIL)


class Server:
    """Answers ranges of ``body`` and remembers which."""

    def __init__(self, body: bytes, *, refuses: bool = False) -> None:
        self.body = body
        self.refuses = refuses
        self.asked: list[tuple[int, int]] = []

    def ask(self, begin: int | None, end: int) -> Part | None:
        if self.refuses:
            return None
        total = len(self.body)
        first, last = (max(0, total - end), total) if begin is None else (begin, end)
        self.asked.append((first, last))
        return Part(begin=first, body=self.body[first:last], total=total)

    def whole(self) -> Iterator[bytes]:
        yield self.body[:1000]
        yield self.body[1000:]


@pytest.mark.parametrize("size", [None, len(BODY)])
def test_the_tail_comes_first_and_once(size: int | None) -> None:
    server = Server(BODY)
    with open_parts(server.ask, server.whole, size) as stream:
        stream.seek(-1000, os.SEEK_END)
        assert stream.read() == BODY[-1000:]
        stream.seek(-TAIL, os.SEEK_END)
        assert stream.read(10) == BODY[-TAIL:][:10]
    assert server.asked == [(len(BODY) - TAIL, len(BODY))]


def test_a_small_file_is_read_in_one_request() -> None:
    server = Server(b"tiny")
    with open_parts(server.ask, server.whole, 4) as stream:
        assert stream.read() == b"tiny"
        assert stream.tell() == 4
        assert stream.read(1) == b""
    assert server.asked == [(0, 4)]


def test_what_lies_before_the_tail_is_asked_for_in_blocks_and_kept() -> None:
    server = Server(BODY)
    with open_parts(server.ask, server.whole, len(BODY)) as stream:
        stream.seek(100)
        assert stream.read(10) == BODY[100:110]
        stream.seek(0)
        stream.seek(150, os.SEEK_CUR)
        assert stream.read(20) == BODY[150:170]
    assert server.asked[1:] == [(100, 100 + BLOCK)]


def test_everything_can_be_read_in_order() -> None:
    server = Server(BODY)
    with open_parts(server.ask, server.whole, len(BODY)) as stream:
        assert stream.readable()
        assert stream.seekable()
        assert stream.read() == BODY


def test_without_ranges_the_whole_file_is_read() -> None:
    server = Server(BODY, refuses=True)
    with open_parts(server.ask, server.whole, None) as stream:
        stream.seek(-10, os.SEEK_END)
        assert stream.read() == BODY[-10:]


def test_a_failure_while_reading_the_whole_file_is_passed_on() -> None:
    def broken() -> Iterator[bytes]:
        yield b"x"
        raise InputError("lost")

    with pytest.raises(InputError, match="lost"):
        open_parts(Server(b"", refuses=True).ask, broken, None)


def test_a_negative_position_is_refused() -> None:
    server = Server(b"tiny")
    with open_parts(server.ask, server.whole, 4) as stream, pytest.raises(ValueError, match="negative"):
        stream.seek(-5, os.SEEK_END)


@pytest.mark.parametrize("how", ["changed-size", "elsewhere", "refused"])
def test_parts_that_contradict_each_other_are_refused(how: str) -> None:
    server = Server(BODY)
    answers = {
        "changed-size": Part(begin=0, body=BODY[:10], total=len(BODY) + 1),
        "elsewhere": Part(begin=50, body=BODY[50:60], total=len(BODY)),
        "refused": None,
    }

    def ask(begin: int | None, end: int) -> Part | None:
        return answers[how] if server.asked else server.ask(begin, end)

    with open_parts(ask, server.whole, len(BODY)) as stream, pytest.raises(InputError, match="contradict"):
        stream.read(1)


def test_a_reader_that_jumps_about_is_stopped() -> None:
    class Bytewise(Server):
        """Sends one byte whatever was asked for."""

        def ask(self, begin: int | None, end: int) -> Part | None:
            part = super().ask(begin, end)
            assert part is not None
            return Part(begin=part.begin, body=part.body[:1], total=part.total)

    server = Bytewise(BODY)
    with open_parts(server.ask, server.whole, len(BODY)) as stream, pytest.raises(InputError, match="too many"):
        stream.read(BLOCK)
    assert len(server.asked) == MAX_PARTS


# --- parts and nothing else ---------------------------------------------------------------------------------------


def opened(server: Server, limit: int = 1 << 20) -> PartStream:
    return open_ranges(server.ask, len(server.body), limit)


def test_ranges_are_fetched_in_order_and_touching_ones_together() -> None:
    server = Server(BODY)
    parts = opened(server)
    parts.prefetch([(5000, 6000), (0, 10), (10, 20), (15, 30), (6001, 6002)])
    assert server.asked[1:] == [(0, 30), (5000, 6000), (6001, 6002)]
    assert (parts.cost.requests, parts.cost.bytes, parts.size) == (4, TAIL + 30 + 1000 + 1, len(BODY))


def test_what_was_fetched_is_not_fetched_again() -> None:
    server = Server(BODY)
    parts = opened(server)
    parts.prefetch([(100, 200)])
    parts.prefetch([(50, 250), (len(BODY) - 10, len(BODY) + 10)])
    parts.stream.seek(50)
    assert parts.stream.read(200) == BODY[50:250]
    assert server.asked[1:] == [(100, 200), (50, 100), (200, 250)]


def test_nothing_is_fetched_where_nothing_is_wanted() -> None:
    server = Server(BODY)
    opened(server).prefetch([])
    assert len(server.asked) == 1


def test_a_read_over_several_parts_is_complete() -> None:
    server = Server(BODY)
    parts = opened(server)
    parts.prefetch([(0, 10), (20, 30)])
    assert parts.stream.read(40) == BODY[:40]
    assert server.asked[1:] == [(0, 10), (20, 30), (10, 20), (30, 30 + BLOCK)]


def test_a_file_is_never_read_whole_where_only_parts_are_wanted() -> None:
    with pytest.raises(NetworkError, match="does not send parts of files") as raised:
        opened(Server(BODY, refuses=True))
    assert raised.value.remedy


def test_no_more_bytes_are_fetched_than_allowed() -> None:
    server = Server(BODY)
    parts = opened(server, TAIL + 100)
    parts.prefetch([(0, 100)])
    with pytest.raises(InputError, match="too many requests or bytes"):
        parts.prefetch([(100, 101)])
    assert parts.cost.bytes == TAIL + 100


def test_a_short_answer_is_asked_on() -> None:
    class Sparing(Server):
        """Sends half of what was asked for."""

        def ask(self, begin: int | None, end: int) -> Part | None:
            assert begin is not None
            return super().ask(begin, begin + (end - begin + 1) // 2)

    parts = opened(Sparing(BODY))
    parts.prefetch([(0, 64)])
    parts.stream.seek(-20, os.SEEK_END)
    assert parts.stream.read() == BODY[-20:]


def test_an_unknown_size_is_learned_from_the_tail() -> None:
    parts = open_ranges(Server(BODY).ask, None, 1 << 20)
    assert parts.size == len(BODY)
    assert parts.stream.tell() == 0
