"""Somebody wants an old or foreign page to be taken for what the index says now."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from support.http_index import JSON, Answer, HttpIndex
from support.index_client import http_for, remote, settings_for
from support.index_simulator import IndexSimulator
from support.memory_store import MemoryStore
from support.wheels import build_wheel
from uplock.errors import NetworkError
from uplock.index.remote import RemoteIndex
from uplock.index.status import StatusError

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

OLD, OLD_BODY = build_wheel("demo", "1.0")
NEW, NEW_BODY = build_wheel("demo", "2.0")


@pytest.fixture
def server() -> Iterator[HttpIndex]:
    index = IndexSimulator()
    index.publish(OLD, OLD_BODY)
    with HttpIndex(index, etags=True) as running:
        yield running


@pytest.fixture
def cache(tmp_path: Path) -> MemoryStore:
    return MemoryStore(tmp_path)


def names(index: RemoteIndex) -> list[str]:
    page = index.page("demo")
    assert page is not None
    return [file.filename for file in page.files]


def test_unchanged_is_no_answer_to_who_has_not_said_what_he_knows(server: HttpIndex, cache: MemoryStore) -> None:
    server.fail(304)
    with pytest.raises(StatusError, match="status 304"):
        remote(server.url, cache).page("demo")
    with pytest.raises(StatusError, match="status 304"):
        remote(server.url).page("demo")


def test_unchanged_is_no_answer_for_files(server: HttpIndex) -> None:
    server.fail(304)
    with pytest.raises(StatusError, match="status 304"):
        http_for(server.url).get(f"{server.origin}/x", accept="*/*", limit=10_000)
    with pytest.raises(StatusError, match="status 304"):
        list(http_for(server.url).stream(f"{server.origin}/x", limit=10_000))


@pytest.mark.parametrize("status", [200, 206, 301, 403, 404, 412, 416, 500, 503])
def test_no_other_status_lets_a_kept_page_through(server: HttpIndex, cache: MemoryStore, status: int) -> None:
    assert names(remote(server.url, cache)) == [OLD]
    page = b'{"meta": {"api-version": "1.0"}, "name": "demo", "files": []}'
    server.answer("/simple/", Answer(status=status, body=page, headers={"Content-Type": JSON, "ETag": '"x"'}))
    try:
        found = remote(server.url, cache).page("demo")
    except NetworkError:
        return
    assert status in {200, 404}
    assert found is None or found.files == ()


def test_an_index_that_went_away_does_not_leave_its_pages_behind(cache: MemoryStore) -> None:
    index = IndexSimulator()
    index.publish(OLD, OLD_BODY)
    with HttpIndex(index, etags=True) as server:
        assert names(remote(server.url, cache)) == [OLD]
    with pytest.raises(NetworkError, match="no connection"):
        remote(server.url, cache).page("demo")


def test_a_redirect_to_somebody_who_says_unchanged_is_not_believed(server: HttpIndex, cache: MemoryStore) -> None:
    names(remote(server.url, cache))
    server.index.publish(NEW, NEW_BODY)
    with HttpIndex(server.index) as other:
        other.answer("/frozen/", Answer(status=304), times=1)
        server.redirect("/simple/demo/", f"{other.origin}/frozen/", times=1)
        assert names(remote(server.url, cache)) == [OLD, NEW]
        assert len(other.requests) == 1
    assert "if-none-match" not in server.requests[-1].headers


def test_the_same_path_on_another_index_is_another_page(server: HttpIndex, cache: MemoryStore) -> None:
    index = IndexSimulator()
    index.publish(NEW, NEW_BODY)
    with HttpIndex(index, etags=True) as poisoner:
        assert names(remote(poisoner.url, cache)) == [NEW]
        assert names(remote(server.url, cache)) == [OLD]
        assert "if-none-match" not in server.requests[0].headers


def test_what_one_user_saw_is_not_shown_to_another(cache: MemoryStore) -> None:
    index = IndexSimulator()
    index.publish(OLD, OLD_BODY)
    with HttpIndex(index, etags=True, auth=("ann", "sesame")) as server:
        known = settings_for(server.url, user="ann", password="sesame")  # noqa: S106 - invented
        assert names(RemoteIndex(http_for(known), server.url, cache)) == [OLD]
        server.auth = None
        server.fail(304)
        for settings in (settings_for(server.url), settings_for(server.url, user="bob")):
            with pytest.raises(StatusError):
                RemoteIndex(http_for(settings), server.url, cache).page("demo")
    assert all(b"ann" not in record and b"sesame" not in record for record in cache.records.values() if record)


@pytest.mark.parametrize("etag", ['"' + "x" * 4000 + '"', '"a\x01b"', '"a", "b"', "bare", '"\xc3\xa9"'])
def test_a_hostile_entity_tag_is_never_sent_back(server: HttpIndex, cache: MemoryStore, etag: str) -> None:
    page = b'{"meta": {"api-version": "1.0"}, "name": "demo", "files": []}'
    server.answer("/simple/", Answer(body=page, headers={"Content-Type": JSON, "ETag": etag}))
    for _ in range(2):
        remote(server.url, cache).page("demo")
    assert cache.records == {}
    assert all("if-none-match" not in request.headers for request in server.requests)


def test_the_user_is_no_part_of_what_is_kept_in_clear(server: HttpIndex, cache: MemoryStore) -> None:
    url = server.url.replace("http://", "http://token:hush@")
    names(RemoteIndex(http_for(server.url), url, cache))
    assert cache.records
    assert all(b"hush" not in (record or b"") for record in cache.records.values())
