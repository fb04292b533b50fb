"""Somebody registers the name of a private project on a public index."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest

from support.http_index import Answer, HttpIndex
from support.index_client import remote
from support.index_simulator import IndexSimulator
from support.wheels import build_wheel
from uplock.errors import InputError, NetworkError
from uplock.index.several import Member, SeveralIndexes

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

OURS, OUR_BODY = build_wheel("acme-core", "1.0")
THEIRS, THEIR_BODY = build_wheel("acme-core", "99.0")


@pytest.fixture
def internal() -> Iterator[HttpIndex]:
    index = IndexSimulator()
    index.publish(OURS, OUR_BODY)
    with HttpIndex(index) as running:
        yield running


@pytest.fixture
def public() -> Iterator[HttpIndex]:
    index = IndexSimulator()
    index.publish(THEIRS, THEIR_BODY)
    index.publish(*build_wheel("flask", "3.0"))
    with HttpIndex(index) as running:
        yield running


def both(internal: HttpIndex, public: HttpIndex, *pinned: str) -> SeveralIndexes:
    return SeveralIndexes(
        [
            Member("internal", internal.url, remote(internal.url), pinned),
            Member("default", public.url, remote(public.url)),
        ]
    )


def names(index: SeveralIndexes, name: str = "acme-core") -> list[str]:
    page = index.page(name)
    assert page is not None
    return [file.filename for file in page.files]


def test_a_higher_version_on_a_later_index_is_not_seen_but_told(internal: HttpIndex, public: HttpIndex) -> None:
    index = both(internal, public)
    assert names(index) == [OURS]
    assert index.holders("acme-core") == ("internal", "default")
    assert index.address("acme-core") == internal.url


def test_a_pinned_project_is_not_even_asked_for_elsewhere(internal: HttpIndex, public: HttpIndex) -> None:
    index = both(internal, public, "acme-*")
    assert names(index) == [OURS]
    assert index.holders("acme-core") == ("internal",)
    assert public.requests == []


def test_a_pinned_project_that_its_index_lacks_does_not_exist(internal: HttpIndex, public: HttpIndex) -> None:
    internal.index.withdraw(OURS)
    index = both(internal, public, "acme-core")
    assert index.page("acme-core") is None
    assert index.holders("acme-core") == ("internal",)
    assert public.requests == []


@pytest.mark.parametrize("status", [404, 410])
def test_a_first_index_that_says_it_has_no_such_project_hands_it_on(
    internal: HttpIndex, public: HttpIndex, status: int
) -> None:
    internal.fail(status)
    index = both(internal, public)
    assert names(index, "flask") == ["flask-3.0-py3-none-any.whl"]
    assert index.holders("flask") == ("default",)


@pytest.mark.parametrize("status", [302, 304, 400, 401, 403, 407, 429, 451, 500, 503])
@pytest.mark.parametrize("pinned", [(), ("acme-*",)])
def test_a_first_index_that_cannot_be_asked_hands_nothing_on(
    internal: HttpIndex, public: HttpIndex, status: int, pinned: tuple[str, ...]
) -> None:
    internal.fail(status)
    with pytest.raises(NetworkError, match=f"status {status}") as raised:
        both(internal, public, *pinned).page("acme-core")
    assert raised.value.context.startswith("index internal")


def test_a_first_index_that_is_not_there_hands_nothing_on(public: HttpIndex) -> None:
    gone = HttpIndex(IndexSimulator())
    with gone:
        pass
    with pytest.raises(NetworkError, match="no connection"):
        both(gone, public).page("acme-core")


def test_a_first_index_that_talks_nonsense_hands_nothing_on(internal: HttpIndex, public: HttpIndex) -> None:
    internal.answer("/simple/", Answer(body=b"404, sorry", headers={"Content-Type": "text/plain"}))
    with pytest.raises(InputError) as raised:
        both(internal, public).page("acme-core")
    assert raised.value.context.startswith("index internal")


def test_an_empty_page_is_a_page_and_hands_nothing_on(internal: HttpIndex, public: HttpIndex) -> None:
    internal.index.withdraw(OURS)
    internal.index.publish("acme-core-1.0.exe", b"no wheel")
    index = both(internal, public)
    assert internal.index.listing("acme-core") is not None
    assert names(index) == []
    assert index.holders("acme-core") == ("internal", "default")


def test_an_index_whose_answer_failed_once_is_not_taken_for_one_without_the_project(
    internal: HttpIndex, public: HttpIndex
) -> None:
    internal.fail(500, times=1)
    index = both(internal, public)
    with pytest.raises(NetworkError):
        index.page("acme-core")
    assert names(index) == [OURS]


def test_bytes_come_from_the_index_that_won(internal: HttpIndex, public: HttpIndex) -> None:
    index = both(internal, public)
    page = index.page("acme-core")
    assert page is not None
    out = io.BytesIO()
    index.download(page.files[0], out)
    assert out.getvalue() == OUR_BODY
    assert public.paths("/files/") == []
