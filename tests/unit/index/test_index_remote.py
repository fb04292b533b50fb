from __future__ import annotations

import io
import json
from collections.abc import Iterator
from hashlib import shake_256

import pytest

from support.http_index import Answer, HttpIndex
from support.index_client import QUICK, http_for, remote
from support.index_simulator import IndexSimulator, artifact_of
from support.wheels import build_wheel
from uplock.errors import InputError, IntegrityError, NetworkError
from uplock.index.remote import RemoteIndex
from uplock.model.provenance import ProvenanceAnswer
from uplock.model.results import Unchecked
from uplock.model.value import changed
from uplock.model.view import IndexFile

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

WHEEL, BODY = build_wheel("demo", "1.0", files={"demo/data.bin": shake_256(b"demo").digest(200_000)})


@pytest.fixture
def server() -> Iterator[HttpIndex]:
    index = IndexSimulator()
    index.publish(WHEEL, BODY, provenance=b"{}")
    with HttpIndex(index, core_metadata=True) as running:
        yield running


def only(index: RemoteIndex) -> IndexFile:
    page = index.page("demo")
    assert page is not None
    (file,) = page.files
    return file


def unchecked(answer: ProvenanceAnswer) -> Unchecked:
    assert isinstance(answer, Unchecked)
    assert answer.reason == "unreachable"
    return answer


# --- pages --------------------------------------------------------------------------------------------------------


def test_a_page_is_asked_for_once_and_so_is_its_absence(server: HttpIndex) -> None:
    index = remote(server.url)
    assert index.page("demo") is index.page("demo")
    assert index.page("nobody") is None
    assert index.page("nobody") is None
    assert server.paths("/simple/") == ["/simple/demo/", "/simple/nobody/"]


@pytest.mark.parametrize("status", [404, 410])
def test_an_index_without_the_project_says_so_by_status(server: HttpIndex, status: int) -> None:
    server.fail(status)
    assert remote(server.url).page("demo") is None


def test_a_page_that_could_not_be_had_is_asked_for_again(server: HttpIndex) -> None:
    server.fail(500, times=1)
    index = remote(server.url)
    with pytest.raises(NetworkError, match="status 500"):
        index.page("demo")
    assert index.page("demo") is not None


def test_links_are_resolved_against_where_a_redirect_ended(server: HttpIndex) -> None:
    page = {
        "meta": {"api-version": "1.0"},
        "name": "demo",
        "files": [{"filename": WHEEL, "url": WHEEL, "hashes": {"sha256": "ab" * 32}}],
    }
    server.redirect("/simple/demo/", "/elsewhere/x/")
    body = json.dumps(page).encode()
    server.answer("/elsewhere/", Answer(body=body, headers={"Content-Type": "application/vnd.pypi.simple.v1+json"}))
    assert only(remote(server.url)).url == f"{server.origin}/elsewhere/x/{WHEEL}"


# --- metadata -----------------------------------------------------------------------------------------------------


def test_metadata_beside_the_wheel_is_preferred_to_the_wheel(server: HttpIndex) -> None:
    index = remote(server.url)
    assert b"Name: demo" in index.metadata(only(index))
    (path,) = server.paths("/files/")
    assert path.endswith(".metadata")


def test_metadata_that_contradicts_its_listed_digest_is_an_integrity_error(server: HttpIndex) -> None:
    server.answer(".metadata", Answer(body=b"Name: other\n"))
    index = remote(server.url)
    with pytest.raises(IntegrityError, match="other metadata than it lists") as raised:
        index.metadata(only(index))
    assert raised.value.context == WHEEL


def test_metadata_without_a_listed_digest_comes_from_the_tail_of_the_wheel(server: HttpIndex) -> None:
    server.core_metadata = False
    index = remote(server.url)
    assert b"Name: demo" in index.metadata(only(index))
    tail, *more = [request.headers["range"] for request in server.requests[1:]]
    assert tail == f"bytes={len(BODY) - 131_072}-{len(BODY) - 1}"
    assert len(more) == 1  # this wheel has its METADATA in front


def test_metadata_of_something_that_is_no_wheel_is_an_input_error(server: HttpIndex) -> None:
    server.core_metadata = False
    index = remote(server.url)
    file = only(index)
    server.answer("/files/", Answer(body=b"x" * 5000))
    with pytest.raises(InputError) as raised:
        index.metadata(changed(file, size=5000))
    assert WHEEL in raised.value.context


# --- artifacts ----------------------------------------------------------------------------------------------------


def test_a_fetch_from_behind_the_end_begins_anew(server: HttpIndex) -> None:
    index = remote(server.url)
    artifact = changed(artifact_of(only(index)), size=None)
    out = io.BytesIO()
    assert index.fetch(artifact, out, len(BODY) + 10) == 0
    assert out.getvalue() == b""


def test_a_fetch_never_writes_more_than_the_known_size(server: HttpIndex) -> None:
    index = remote(server.url)
    artifact = changed(artifact_of(only(index)), size=1000)
    out = io.BytesIO()
    with pytest.raises(InputError, match="larger than 1000 bytes"):
        index.fetch(artifact, out, 0)
    assert len(out.getvalue()) <= 1000


def test_a_fetch_that_fails_is_an_error(server: HttpIndex) -> None:
    index = remote(server.url)
    artifact = artifact_of(only(index))
    server.fail(404)
    with pytest.raises(NetworkError, match="404"):
        index.fetch(artifact, io.BytesIO(), 0)


def test_a_download_of_another_size_than_listed_is_an_error(server: HttpIndex) -> None:
    index = remote(server.url)
    file = only(index)
    for size in (0, len(BODY) - 1, len(BODY) + 1):
        with pytest.raises(InputError):
            index.download(changed(file, size=size), io.BytesIO())
    index.download(changed(file, size=None), io.BytesIO())


def test_a_download_is_one_answer_and_not_two_put_together(server: HttpIndex) -> None:
    index = remote(server.url)
    file = only(index)
    server.truncate("/files/", keep=1000, times=1)
    with pytest.raises(NetworkError, match="lost"):
        index.download(file, io.BytesIO())


# --- provenance ---------------------------------------------------------------------------------------------------


def test_the_address_shown_for_an_index_has_no_credentials(server: HttpIndex) -> None:
    server.index.provenance_offered = False
    url = server.url.replace("http://", "http://user:hush@")
    answer = RemoteIndex(http_for(server.url, QUICK), url).provenance(WHEEL, "demo")
    assert isinstance(answer, Unchecked)
    assert "hush" not in answer.detail
    assert RemoteIndex(http_for(server.url, QUICK), url).address("demo") == server.url
