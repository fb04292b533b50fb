"""The constants of one native file, and fast searches in them.

A table of texts is looked for in few passes: each text is represented by a few bytes of it that begin with one of few
rare characters, and one pattern for each of these characters finds the places that are worth a closer look.
"""

from __future__ import annotations

import functools
import itertools
import re
from collections import Counter
from collections.abc import Iterator

from uplock.model.value import Value

MAX_CONSTANTS = 512 * 1024 * 1024
"""Bytes of constants that are searched per file; what lies behind is not."""
MAX_LONE = 64 * 1024 * 1024
"""Files with more bytes of constants are not searched for separate versions."""
MAX_HITS = 10_000
"""Places of one text that are looked at per file."""

_PRINTABLE = range(0x20, 0x7F)
_KEY = 6
"""Bytes of a text that represent it; shorter ones would meet too much by chance."""
_FREQUENCIES = (
    (2, rb"""~^Q|J}{YZ\jW+#[$&Xq;]V"zGK79!U*"""),
    (3, rb"""H<'B8FM`46D3%5@L=Ok"""),
    (4, rb"""RT>)P/wx(CNIA0?,2"""),
    (5, rb"""-v1bS:y"""),
    (6, rb"""Egh.f"""),
    (10, rb"""mupd"""),
    (13, rb"""lc_"""),
    (19, rb"""sinora"""),
    (30, rb"""te """),
)
"""How often printable characters stand in the constants of real native files, in thousandths (measured over 48 MB)."""
_PASS = 8
"""Cost of one pass for a character that never occurs, in the same unit; also measured."""


class Constants(Value, frozen=True, kw_only=True):
    """The constants of one file: where texts of a library's own code stand."""

    data: bytes | bytearray
    ranges: tuple[tuple[int, int], ...]

    def bounded(self) -> Iterator[tuple[int, int]]:
        """Yield the ranges, up to the bound."""
        budget = MAX_CONSTANTS
        for start, end in self.ranges:
            stop = min(end, start + budget)
            budget -= stop - start
            yield start, stop

    def among(self, texts: tuple[bytes, ...]) -> dict[bytes, list[int]]:
        """Return where those of ``texts`` stand that occur, up to the bounds; they are looked for in few passes."""
        patterns, by_key = _keys(texts)
        found: dict[bytes, list[int]] = {}
        for start, stop in self.bounded():
            for match in itertools.chain.from_iterable(each.finditer(self.data, start, stop) for each in patterns):
                first = match.start()
                for text, shift in by_key.get(bytes(self.data[first : first + _KEY]), ()):
                    place = first - shift
                    if place >= start and self.data.startswith(text, place, stop):
                        places = found.setdefault(text, [])
                        if len(places) < MAX_HITS:
                            places.append(place)
        return found

    def lone(self, pattern: re.Pattern[bytes], before: bytes = b"") -> re.Match[bytes] | None:
        """Return the match of a separate constant, if all its occurrences say the same.

        One of the characters ``before`` may stand in front of it. They are no part of the pattern: one that begins with
        a literal is found many times faster.
        """
        if sum(end - start for start, end in self.ranges) > MAX_LONE:
            return None
        found: re.Match[bytes] | None = None
        for start, end in self.ranges:
            for match in pattern.finditer(self.data, start, end):
                first = match.start()
                if first > start and self.data[first - 1] in before:
                    first -= 1
                if first > start and self.data[first - 1] in _PRINTABLE:
                    continue  # the tail of a longer text
                if found is not None and found[1] != match[1]:
                    return None
                found = match
        return found

    def text_at(self, place: int) -> bytes | None:
        """Return the C string that begins at ``place`` of the file, if that is in a constant and not long."""
        for start, end in self.ranges:
            if start <= place < end:
                stop = self.data.find(b"\0", place, min(end, place + 256))
                return bytes(self.data[place:stop]) if stop >= 0 else None
        return None


_Keys = dict[bytes, list[tuple[bytes, int]]]


@functools.cache
def _keys(texts: tuple[bytes, ...]) -> tuple[tuple[re.Pattern[bytes], ...], _Keys]:
    """Return patterns that find keys, one for each first character, and the texts of each key with its place in them.

    With a single first character the search for it is the C library's, which is by far the fastest.
    """
    by_key: _Keys = {}
    for text, shift in _shifts(texts):
        by_key.setdefault(text[shift : shift + _KEY], []).append((text, shift))
    rest: dict[bytes, list[bytes]] = {}
    for key in sorted(by_key):
        rest.setdefault(key[:1], []).append(re.escape(key[1:]))
    patterns = (re.escape(first) + b"(?=" + b"|".join(others) + b")" for first, others in rest.items())
    return tuple(map(re.compile, patterns)), by_key


def _shifts(texts: tuple[bytes, ...]) -> Iterator[tuple[bytes, int]]:
    """Yield each text with the place of its key: such that few and rare characters begin the keys of many texts."""
    costs = {character: _PASS + frequency for frequency, characters in _FREQUENCIES for character in characters}
    starts = {text: text[: len(text) - _KEY + 1] for text in texts}
    while starts:
        covered = Counter(character for start in starts.values() for character in set(start))
        best = max(sorted(covered), key=lambda character: covered[character] / costs[character])
        for text in [text for text, start in starts.items() if best in start]:
            yield text, starts.pop(text).index(best)
