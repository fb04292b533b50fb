"""One index of a project wants what was meant for another."""

from __future__ import annotations

import io
import json
from base64 import b64encode
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from support.http_index import JSON, Answer, HttpIndex
from support.index_client import http_for, settings_for
from support.index_simulator import IndexSimulator, artifact_of
from support.wheels import build_wheel
from uplock.errors import NetworkError
from uplock.index.remote import RemoteIndex
from uplock.index.several import Member, SeveralIndexes
from uplock.model.lock import Artifact

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

NAMES = ("one", "two", "three")
PAIRS = [(giver, taker) for giver in range(3) for taker in range(3) if giver != taker]
MINE, MY_BODY = build_wheel("mine", "1.0")


@pytest.fixture
def servers() -> Iterator[list[HttpIndex]]:
    """Three indexes that know their users, each with a project of its own name, the last one with everything."""
    with ExitStack() as stack:
        running = []
        for name in NAMES:
            index = IndexSimulator()
            index.publish(*build_wheel(name, "1.0"), provenance=b"{}")
            running.append(stack.enter_context(HttpIndex(index, auth=(f"user-{name}", f"word-{name}"))))
        yield running


def several(servers: list[HttpIndex]) -> SeveralIndexes:
    members = []
    for name, server in zip(NAMES, servers, strict=True):
        settings = settings_for(server.url, user=f"user-{name}", password=f"word-{name}")
        members.append(Member(name, server.url, RemoteIndex(http_for(settings), server.url)))
    return SeveralIndexes(members)


def foreign(servers: list[HttpIndex], place: int) -> list[str]:
    """Return whatever a server was shown that belongs to another."""
    seen = f"{list(servers[place].requests)}"
    others = [name for name in NAMES if name != NAMES[place]]
    tokens = [b64encode(f"user-{name}:word-{name}".encode()).decode() for name in others]
    return [word for word in (*tokens, *(f"word-{name}" for name in others)) if word in seen]


def test_every_index_is_shown_its_own_credentials_only(servers: list[HttpIndex]) -> None:
    index = several(servers)
    for name in NAMES:
        page = index.page(name)
        assert page is not None
        index.metadata(page.files[0])
        index.fetch(artifact_of(page.files[0]), io.BytesIO(), 0)
        index.download(page.files[0], io.BytesIO())
        index.provenance(page.files[0].filename, name)
    for place, server in enumerate(servers):
        assert len(server.requests) > 6
        assert all("authorization" in request.headers for request in server.requests)
        assert foreign(servers, place) == []


@pytest.mark.parametrize(("giver", "taker"), PAIRS)
def test_a_redirected_page_takes_no_credentials_to_another_index(
    servers: list[HttpIndex], giver: int, taker: int
) -> None:
    servers[giver].redirect("/simple/", f"{servers[taker].url}/{NAMES[taker]}/")
    with pytest.raises(NetworkError, match="401"):
        several(servers).page(NAMES[giver])
    assert foreign(servers, taker) == []
    assert any("authorization" not in request.headers for request in servers[taker].requests)


@pytest.mark.parametrize(("giver", "taker"), PAIRS)
def test_a_page_that_lists_files_of_another_index_gets_neither_ones_credentials_used(
    servers: list[HttpIndex], giver: int, taker: int
) -> None:
    address = f"{servers[taker].origin}/files/{'0' * 64}/{MINE}"
    entry = {"filename": MINE, "url": address, "hashes": {}, "provenance": f"{address}.provenance"}
    body = json.dumps({"meta": {"api-version": "1.3"}, "name": "mine", "files": [entry]}).encode()
    servers[giver].answer("/simple/mine/", Answer(body=body, headers={"Content-Type": JSON}))
    index = several(servers)
    page = index.page("mine")
    assert page is not None
    before = len(servers[taker].requests)
    for ask in (
        lambda: index.metadata(page.files[0]),
        lambda: index.download(page.files[0], io.BytesIO()),
        lambda: index.fetch(
            Artifact(filename=MINE, sha256=artifact_of(IndexSimulator().publish(MINE, MY_BODY)).sha256, url=address),
            io.BytesIO(),
            0,
        ),
    ):
        with pytest.raises(NetworkError, match="401"):
            ask()
    index.provenance(MINE, "mine")
    requests = servers[taker].requests[before:]
    assert len(requests) == 4
    assert all("authorization" not in request.headers for request in requests)


@pytest.mark.parametrize(("giver", "taker"), PAIRS)
def test_a_redirected_file_takes_no_credentials_to_another_index(
    servers: list[HttpIndex], giver: int, taker: int
) -> None:
    index = several(servers)
    page = index.page(NAMES[giver])
    assert page is not None
    servers[giver].redirect("/files/", f"{servers[taker].origin}/x")
    with pytest.raises(NetworkError, match="401"):
        index.download(page.files[0], io.BytesIO())
    assert foreign(servers, taker) == []
