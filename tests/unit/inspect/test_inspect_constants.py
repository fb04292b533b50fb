import re

import pytest

from uplock.inspect import constants
from uplock.inspect.constants import MAX_HITS, Constants

OPENSSL, ZLIB = b"OpenSSL ", b" Copyright 1995-"


def whole(data: bytes) -> Constants:
    return Constants(data=data, ranges=((0, len(data)),))


def test_texts_are_found_with_all_their_places_and_those_that_do_not_occur_are_not() -> None:
    data = b"xxOpenSSL 3" + b"\0OpenSSL 1"
    assert whole(data).among((OPENSSL, ZLIB)) == {OPENSSL: [2, 12]}


def test_texts_that_share_their_rare_part_are_told_apart() -> None:
    texts = (b"one Quality here", b"two Quality here")
    data = b"two Quality here" + b"ten Quality here" + b"one Quality here"
    assert whole(data).among(texts) == {texts[0]: [32], texts[1]: [0]}


def test_text_within_another_is_found_as_well() -> None:
    assert whole(b"zlib-ng 2.3.3").among((b"zlib-ng", b"zlib-ng 2.")) == {b"zlib-ng": [0], b"zlib-ng 2.": [0]}


def test_texts_that_reach_out_of_a_range_do_not_count() -> None:
    data = b"OpenSSL OpenSSL OpenSSL "
    assert Constants(data=data, ranges=((1, 15), (16, 24))).among((OPENSSL,)) == {OPENSSL: [16]}


def test_places_of_one_text_are_bounded() -> None:
    found = whole(OPENSSL * (MAX_HITS + 5)).among((OPENSSL,))
    assert len(found[OPENSSL]) == MAX_HITS


def test_bytes_that_are_searched_are_bounded() -> None:
    ranges = ((0, 10), (constants.MAX_CONSTANTS, constants.MAX_CONSTANTS + 100))
    assert tuple(Constants(data=b"", ranges=ranges).bounded()) == (
        (0, 10),
        (constants.MAX_CONSTANTS, constants.MAX_CONSTANTS + 100),
    )
    ranges = ((0, constants.MAX_CONSTANTS + 5), (constants.MAX_CONSTANTS + 10, constants.MAX_CONSTANTS + 20))
    assert sum(end - start for start, end in Constants(data=b"", ranges=ranges).bounded()) == constants.MAX_CONSTANTS


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"\x0021406\0", b"21406"),
        (b"\x0021406\0\x0021406\0", b"21406"),
        (b"\x0021406\0\x0021407\0", None),
        (b"\x00x21406\0", None),
        (b"\x0021406x\0", None),
        (b"21406\0", b"21406"),
    ],
)
def test_separate_constant_must_have_one_value(data: bytes, expected: bytes | None) -> None:
    match = whole(data).lone(re.compile(rb"(21\d{3})(?=\x00)"))
    assert (match[1] if match else None) == expected


def test_text_at_a_place_ends_with_its_zero_byte() -> None:
    some = Constants(data=b"abc\0def", ranges=((0, 4), (4, 7)))
    assert some.text_at(1) == b"bc"
    assert some.text_at(4) is None
    assert some.text_at(99) is None
    assert whole(b"x" * 300 + b"\0").text_at(0) is None


@pytest.mark.parametrize(
    ("data", "found"),
    [(b"\0Rel. 9", True), (b"\x010Rel. 9", True), (b"0Rel. 9", True), (b"x0Rel. 9", False), (b"00Rel. 9", False)],
)
def test_one_of_certain_characters_may_stand_before_a_separate_constant(data: bytes, *, found: bool) -> None:
    match = whole(data).lone(re.compile(rb"Rel\. (\d)"), b"0")
    assert (match is not None) is found
    without = whole(data).lone(re.compile(rb"Rel\. (\d)"))
    assert (without is not None) is (found and b"0R" not in data)
