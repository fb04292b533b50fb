from __future__ import annotations

import pytest

from uplock.index.validators import Validators, conditions, is_conditional, validators_of

MODIFIED, LATER = "Mon, 05 Jan 2026 10:00:00 GMT", "Mon, 05 Jan 2026 10:00:01 GMT"


def read(**headers: str) -> Validators:
    return validators_of(lambda name: headers.get(name.replace("-", "_"), ""))


@pytest.mark.parametrize("etag", ['"abc"', 'W/"abc"', '"!#~"', '"' + "x" * 250 + '"'])
def test_an_entity_tag_is_taken_as_it_is(etag: str) -> None:
    assert read(ETag=etag) == Validators(etag=etag)
    assert read(ETag=etag).usable


@pytest.mark.parametrize(
    "etag",
    [
        "",
        "abc",
        '""',
        'w/"abc"',
        '"a"b"',
        '"a", "b"',
        '"a b"',
        '"a\tb"',
        '"a\x7f"',
        '"\xe9"',
        '"a"\n',
        '"' + "x" * 251 + '"',
        "*",
    ],
)
def test_what_is_no_plain_entity_tag_counts_as_none(etag: str) -> None:
    assert not read(ETag=etag).usable


def test_a_date_counts_when_the_answer_is_a_second_younger() -> None:
    assert read(Last_Modified=MODIFIED, Date=LATER) == Validators(modified=MODIFIED)


@pytest.mark.parametrize(
    ("modified", "sent"),
    [
        (MODIFIED, MODIFIED),
        (LATER, MODIFIED),
        (MODIFIED, ""),
        ("", LATER),
        ("2026-01-05", LATER),
        (MODIFIED, "now"),
        (f"{MODIFIED}\r\nX: y", LATER),
        ("Mon, 99 Jan 2026 10:00:00 GMT", LATER),
        (MODIFIED, "Mon, 05 Jan 2026 77:00:00 GMT"),
        ("Mon, 05 Xxx 2026 10:00:00 GMT", LATER),
    ],
)
def test_a_date_that_cannot_be_relied_on_counts_as_none(modified: str, sent: str) -> None:
    assert not read(Last_Modified=modified, Date=sent).usable


def test_what_is_not_to_be_stored_is_not_asked_about() -> None:
    assert not read(ETag='"abc"', Cache_Control="private, No-Store").usable
    assert read(ETag='"abc"', Cache_Control="no-cache, max-age=0").usable


def test_a_request_names_what_is_known() -> None:
    both = Validators(etag='"abc"', modified=MODIFIED)
    assert conditions(both) == {"If-None-Match": '"abc"', "If-Modified-Since": MODIFIED}
    assert conditions(Validators()) == {}
    assert [is_conditional(conditions(each)) for each in (both, Validators(modified=MODIFIED), Validators())] == [
        True,
        True,
        False,
    ]
