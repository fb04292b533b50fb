"""What a preview reads of a remote file: few ranges, within a number of bytes that is worth it."""

from __future__ import annotations

from uplock.inspect.zipdirectory import Member

GAP = 32 * 1024
"""Bytes between two ranges up to which both are fetched in one request: that is quicker than two."""

MAX_RANGES = 16

LEAST, MOST = 1024 * 1024, 8 * 1024 * 1024
"""Bytes that are fetched for documents and native files at least and at most."""
PER_MILLE = 7
"""Share of a wheel that is fetched between these bounds, its directory included."""

_HEADERS = 512  # local header and extra fields in front of the data, as a wheel's reader fetches them


def room_for(size: int, held: int) -> int:
    """Return how many more bytes are fetched of a wheel of ``size`` bytes of which so many are held."""
    return max(LEAST, min(MOST, size * PER_MILLE // 1000 - held))


class ReadPlan:
    """Ranges of a file to be fetched together; those at its end that are held already cost nothing."""

    def __init__(self, held_from: int, room: int) -> None:
        """``room`` is how many bytes may be fetched; those from ``held_from`` on are there."""
        self._held_from = held_from
        self._room = room
        self._ranges: list[tuple[int, int]] = []

    @property
    def ranges(self) -> tuple[tuple[int, int], ...]:
        """What is to be fetched: begin and end, ascending, with more than a gap between any two."""
        return tuple(self._ranges)

    def take(self, member: Member) -> bool:
        """Plan to read a member; return whether it finds room."""
        begin = member.offset
        end = min(begin + _HEADERS + len(member.raw_path) + member.compressed_size, self._held_from)
        if begin >= end:
            return True
        near = [each for each in self._ranges if each[0] <= end + GAP and begin <= each[1] + GAP]
        begin, end = min([begin, *(first for first, _ in near)]), max([end, *(last for _, last in near)])
        ranges = sorted([*(each for each in self._ranges if each not in near), (begin, end)])
        if len(ranges) > MAX_RANGES or sum(last - first for first, last in ranges) > self._room:
            return False
        self._ranges = ranges
        return True
