"""Words in waiver files: whether a mandatory field says something, or only gets past its being mandatory.

None of this makes a reason good. It makes a bad one take the trouble of a sentence, for a reviewer to read.
"""

from __future__ import annotations

import re
import unicodedata

PLACEHOLDERS = frozenset(
    """
    a abc accepted an and any approval approved are as asap asdf at audit bar baz be because been blah but by dummy
    eng etc example exception fill fixme foo for has have here if in ipsum is it its justification later lorem me n
    na nil no none not nothing now null of ok okay on or our pending placeholder please qwerty reason required risk
    sample skip so some something soon tba tbc tbd temp temporary test testing text that the then these they this
    those ticket tmp to todo unknown update us wait waive waived waiver was we were will wip with x xx xxx yes your
    """.split()  # noqa: SIM905 - a list of a hundred words in quotes is not read by anybody
)
"""Words that say nothing by themselves: what people write to get past a mandatory field, and what holds a sentence."""

NOBODY = frozenset(
    """
    a anybody anyone asdf bar baz everybody everyone fixme foo for it me myself n na name nil no nobody none null one
    pending person placeholder role self somebody someone tba tbc tbd temp test tmp to todo unknown us user we who
    x xx xxx
    """.split()  # noqa: SIM905 - as above
)
"""Words that name nobody who could ask or approve."""

_EMPTY_TICKETS = frozenset({"fixme", "na", "none", "null", "placeholder", "tba", "tbc", "tbd", "todo", "xx", "xxx"})
"""Words that make no ticket of a number beside them."""

_JOINERS = "\u200c\u200d"
"""Invisible, and letters need them in some scripts."""


_AGAIN = re.compile(r"(.{1,3})\1{2,}")
"""The same few letters three times or more: ``xxx``, ``ababab``."""


def says(text: str, words: int) -> bool:
    """Whether ``text`` has that many different words that are no placeholders, numbers or the same letters again.

    Digits around a word make no other word of it: ``test1 test2`` is one placeholder.
    Scripts that put no spaces between words count by their letters, eight for four words.
    """
    found = {
        each
        for each in (re.sub(r"^\d+|\d+$", "", word) for word in _words(text))
        if each not in PLACEHOLDERS
        and len(set(each)) > 1
        and not _AGAIN.fullmatch(each)
        and any(letter.isalpha() for letter in each)
    }
    letters = {each for each in _folded(text) if not each.isascii() and each.isalpha()}
    return len(found) >= words or len(letters) >= 2 * words


def names_somebody(role: str) -> bool:
    """Whether a role has a word that is more than a placeholder."""
    return not set(_words(role)) <= NOBODY


def names_a_place(ticket: str) -> bool:
    """Whether a ticket is a telling word, or a number that no placeholder stands beside."""
    words = set(_words(ticket))
    numbers = any(each.isdigit() and each.strip("0") for each in words)
    return not words & _EMPTY_TICKETS and (numbers or says(ticket, 1))


def hides(text: str) -> bool:
    """Whether there are characters that nobody sees, such as those that turn the direction of what follows."""
    return any(unicodedata.category(each)[0] == "C" and each not in _JOINERS for each in text)


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", _folded(text))


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()
