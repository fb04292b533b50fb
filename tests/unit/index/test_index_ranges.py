from __future__ import annotations

import os
from collections.abc import Iterator
from hashlib import shake_256

import pytest

from uplock.errors import InputError
from uplock.index.ranges import BLOCK, MAX_PARTS, TAIL, Part, open_parts

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
