from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest

from support.http_index import JSON, Answer, HttpIndex
from support.index_client import http_for, remote, settings_for
from support.index_simulator import IndexSimulator
from support.memory_store import MemoryStore
from support.wheels import build_wheel
from uplock.archive.store import DirectoryStore
from uplock.errors import ArchiveError, InputError, NetworkError
from uplock.index import page_cache
from uplock.index.http import Response
from uplock.index.page_cache import PageCache
from uplock.index.remote import RemoteIndex
from uplock.index.validators import Validators
from uplock.model.view import IndexPage
from uplock.ports import Store

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

MODIFIED, LATER = "Mon, 05 Jan 2026 10:00:00 GMT", "Mon, 05 Jan 2026 10:00:01 GMT"


@pytest.fixture
def server() -> Iterator[HttpIndex]:
    index = IndexSimulator()
    index.publish(*build_wheel("demo", "1.0"))
    with HttpIndex(index, etags=True) as running:
        yield running


@pytest.fixture(params=[MemoryStore, DirectoryStore])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    made: Store = request.param(tmp_path / "store")
    return made


@pytest.fixture
def memory(tmp_path: Path) -> MemoryStore:
    return MemoryStore(tmp_path)


def listed(page: IndexPage | None) -> list[str]:
    assert page is not None
    return [file.filename for file in page.files]


def asked(server: HttpIndex) -> list[str | None]:
    """Return the entity tag that every request named."""
    return [request.headers.get("if-none-match") for request in server.requests]


def test_a_page_that_still_holds_is_not_sent_again(server: HttpIndex, store: Store) -> None:
    first = remote(server.url, store).page("demo")
    assert remote(server.url, store).page("demo") == first
    before, again = asked(server)
    assert before is None
    assert again is not None


def test_a_page_that_changed_is_taken_and_kept_in_place_of_the_old_one(server: HttpIndex, store: Store) -> None:
    remote(server.url, store).page("demo")
    server.index.publish(*build_wheel("demo", "2.0"))
    assert len(listed(remote(server.url, store).page("demo"))) == 2
    assert len(listed(remote(server.url, store).page("demo"))) == 2
    _, old, new = asked(server)
    assert None is not old != new is not None


def test_a_page_is_asked_about_in_every_run_and_never_believed_without(server: HttpIndex, store: Store) -> None:
    remote(server.url, store).page("demo")
    server.fail(500)
    with pytest.raises(NetworkError, match="500"):
        remote(server.url, store).page("demo")
    server.fail(404)
    assert remote(server.url, store).page("demo") is None


def test_a_page_without_validators_is_not_kept(server: HttpIndex, memory: MemoryStore) -> None:
    server.etags = False
    remote(server.url, memory).page("demo")
    assert memory.records == {}


def test_a_date_of_change_is_a_validator_too(server: HttpIndex, memory: MemoryStore) -> None:
    body = b'{"meta": {"api-version": "1.0"}, "name": "demo", "files": []}'
    headers = {"Content-Type": JSON, "Last-Modified": MODIFIED, "Date": LATER}
    server.answer("/simple/", Answer(body=body, headers=headers), times=1)
    remote(server.url, memory).page("demo")
    server.answer("/simple/", Answer(status=304))
    page = remote(server.url, memory).page("demo")
    assert page is not None
    assert page.files == ()
    assert server.requests[-1].headers["if-modified-since"] == MODIFIED


def test_a_damaged_page_is_asked_for_anew(server: HttpIndex, tmp_path: Path) -> None:
    first = remote(server.url, DirectoryStore(tmp_path)).page("demo")
    (record,) = [path for path in (tmp_path / "results").rglob("*") if path.is_file()]
    record.write_bytes(record.read_bytes().replace(b"demo-1.0", b"demo-6.6"))
    assert remote(server.url, DirectoryStore(tmp_path)).page("demo") == first
    assert asked(server) == [None, None]


@pytest.mark.parametrize("record", [b"", b"{}\nbody", b"not JSON\n", b"\n", b'{"url": 3}\n'])
def test_a_record_of_another_form_counts_as_none(server: HttpIndex, memory: MemoryStore, record: bytes) -> None:
    remote(server.url, memory).page("demo")
    memory.records = dict.fromkeys(memory.records, record)
    assert listed(remote(server.url, memory).page("demo"))
    assert asked(server) == [None, None]


def test_a_malformed_page_is_not_kept(server: HttpIndex, memory: MemoryStore) -> None:
    server.answer("/simple/", Answer(body=b"{}", headers={"Content-Type": JSON, "ETag": '"x"'}))
    with pytest.raises(InputError):
        remote(server.url, memory).page("demo")
    assert memory.records == {}


def test_a_huge_page_is_used_and_not_kept(
    server: HttpIndex, memory: MemoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page_cache, "MAX_KEPT", 100)
    assert listed(remote(server.url, memory).page("demo"))
    assert memory.records == {}


def test_relative_links_of_a_kept_page_lead_where_they_led(server: HttpIndex, memory: MemoryStore) -> None:
    server.sabotage["?there"] = lambda _: None
    server.redirect("/simple/demo/", "/simple/demo/?there")
    first = remote(server.url, memory).page("demo")
    assert remote(server.url, memory).page("demo") == first
    assert listed(first)
    assert [path.endswith("there") for path in server.paths()] == [False, True, False, True]


def test_pages_of_other_projects_indexes_and_users_are_others(memory: MemoryStore) -> None:
    urls = ("https://a.example/simple", "https://b.example/simple")
    users = (None, http_for(settings_for(urls[0], user="ann")).user, http_for(settings_for(urls[0], user="bob")).user)
    page = Response(url=f"{urls[0]}/demo/", content_type=JSON, body=b"{}", validators=Validators(etag='"x"'))
    for url, user, name in product(urls, users, ("demo", "other")):
        PageCache(memory, url, user).keep(name, page)
    assert len(memory.records) == 12


def test_a_password_does_not_change_whose_pages_they_are() -> None:
    url = "https://a.example/simple"
    users = {http_for(settings_for(url, user="ann", password=word)).user for word in ("old", "new", None)}
    assert len(users) == 1
    assert "ann" not in f"{users}"


def test_a_store_that_cannot_be_written_is_an_error(server: HttpIndex, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(ArchiveError):
        RemoteIndex(http_for(server.url), server.url, DirectoryStore(tmp_path / "file" / "store")).page("demo")
