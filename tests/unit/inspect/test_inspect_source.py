import hashlib
import io

import pytest

from uplock.errors import InputError
from uplock.inspect.source import TAIL, Source

DATA = hashlib.shake_128(b"source").digest(3 * TAIL)


class Slow(io.BytesIO):
    """Gives at most 1000 bytes a time, as sockets do, and remembers where it was asked."""

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        self.asked: list[int] = []

    def seek(self, offset: int, whence: int = 0, /) -> int:
        self.asked.append(offset)
        return super().seek(offset, whence)

    def read(self, size: int | None = -1, /) -> bytes:
        return super().read(1000 if size is None or size < 0 else min(size, 1000))


def test_reads_are_exact_wherever_they_lie() -> None:
    source = Source(Slow(DATA))
    source.read_ahead(100, 500)
    for offset, size in [(0, 10), (100, 500), (150, 20), (590, 20), (2 * TAIL - 5, 10), (3 * TAIL - 1, 1), (7, 0)]:
        assert source.read(offset, size) == DATA[offset : offset + size]


def test_what_was_kept_or_read_ahead_is_not_asked_again() -> None:
    stream = Slow(DATA)
    source = Source(stream)
    source.keep_from(2 * TAIL - 10)
    source.keep_from(2 * TAIL)
    source.read_ahead(2 * TAIL, 10)
    source.read_ahead(50, 100)
    asked = list(stream.asked)
    assert source.tail() == (2 * TAIL - 10, DATA[2 * TAIL - 10 :])
    assert source.read(2 * TAIL - 10, TAIL) == DATA[2 * TAIL - 10 : 3 * TAIL - 10]
    assert source.read(60, 90) == DATA[60:150]
    assert stream.asked == asked
    source.read(40, 20)
    assert stream.asked == [*asked, 40]


@pytest.mark.parametrize(("offset", "size"), [(-1, 1), (0, -1), (3 * TAIL, 1), (0, 3 * TAIL + 1), (2**70, 1)])
def test_reads_beyond_the_file_are_refused(offset: int, size: int) -> None:
    with pytest.raises(InputError, match="the file ends before"):
        Source(io.BytesIO(DATA)).read(offset, size)
