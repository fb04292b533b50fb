"""An index, or someone in its place, that wants our memory, disk, time, or a request of its choice."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest

from support.http_index import JSON, Answer, HttpIndex
from support.index_client import QUICK, http_for, remote
from support.index_simulator import IndexSimulator, artifact_of
from support.wheels import build_wheel
from uplock.errors import Error, InputError, NetworkError
from uplock.index.http import MAX_REDIRECTS, Http
from uplock.index.status import StatusError
from uplock.index.transport import Limits, TransientError
from uplock.model.value import changed

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

WHEEL, BODY = build_wheel("demo", "1.0")
HURRIED = Limits(connect=2.0, read=1.0, deadline=0.3, slowest=1_000_000, attempts=2, backoff=0.0)


@pytest.fixture
def server() -> Iterator[HttpIndex]:
    index = IndexSimulator()
    index.publish(WHEEL, BODY)
    with HttpIndex(index) as running:
        yield running


def ask(http: Http, server: HttpIndex, limit: int = 1_000_000) -> bytes:
    return http.get(f"{server.url}/demo/", accept=JSON, limit=limit).body


def test_a_body_without_end_is_cut_off(server: HttpIndex) -> None:
    server.huge("/simple/")
    with pytest.raises(InputError, match="larger than 1000000 bytes"):
        ask(http_for(server.url), server)


def test_a_file_without_end_is_cut_off_at_its_listed_size(server: HttpIndex) -> None:
    index = remote(server.url)
    page = index.page("demo")
    assert page is not None
    server.huge("/files/")
    out = io.BytesIO()
    with pytest.raises(InputError, match="larger than"):
        index.fetch(artifact_of(page.files[0]), out, 0)
    assert len(out.getvalue()) <= len(BODY)


def test_a_range_that_brings_the_whole_disk_is_cut_off(server: HttpIndex) -> None:
    body = b"x" * 65536
    server.answer("/files/", Answer(206, body, {"Content-Range": "bytes 0-9/10"}, repeat_body=1 << 20))
    with pytest.raises(InputError, match="larger than"):
        http_for(server.url).range_stream(f"{server.origin}/files/x", 10)


def test_a_compressed_bomb_is_not_expanded(server: HttpIndex) -> None:
    server.bomb("/simple/", 200_000_000)
    with pytest.raises(InputError, match="larger than 1000000 bytes when decompressed"):
        ask(http_for(server.url), server)


@pytest.mark.parametrize("head", [True, False])
def test_a_server_that_drips_single_bytes_meets_the_deadline(server: HttpIndex, head: bool) -> None:
    server.drip("/simple/", 0.02, head=head)
    with pytest.raises(NetworkError, match="took too long") as raised:
        ask(http_for(server.url, HURRIED), server)
    assert not isinstance(raised.value, TransientError)
    assert len(server.requests) == 1


def test_a_file_that_drips_is_cut_off_by_its_pace(server: HttpIndex) -> None:
    server.drip("/files/", 0.02)
    with pytest.raises(NetworkError, match="took too long"):
        list(http_for(server.url, HURRIED).stream(f"{server.origin}/files/x", limit=1 << 30))


def test_a_loop_of_redirects_ends(server: HttpIndex) -> None:
    server.redirect("/simple/", "/simple/demo/")
    with pytest.raises(NetworkError, match="more than 5 redirects"):
        ask(http_for(server.url), server)
    assert len(server.requests) == MAX_REDIRECTS + 1


@pytest.mark.parametrize(
    "location",
    ["file:///etc/passwd", "ftp://127.0.0.1/x", "gopher://127.0.0.1:25/x", "http://a@b@c/", "http://a\\b/"],
)
def test_a_redirect_to_something_that_is_not_the_web_is_refused(server: HttpIndex, location: str) -> None:
    server.redirect("/simple/", location)
    with pytest.raises(StatusError, match="no http or https address"):
        ask(http_for(server.url), server)
    assert len(server.requests) == 1


def test_a_redirect_cannot_inject_headers(server: HttpIndex) -> None:
    server.redirect("/simple/", "/x y")
    with pytest.raises(StatusError, match="no http or https address"):
        ask(http_for(server.url), server)


def test_a_wish_to_wait_for_years_is_not_granted(server: HttpIndex) -> None:
    server.fail(503, retry_after="999999999")
    pauses: list[float] = []
    with pytest.raises(NetworkError):
        ask(http_for(server.url, sleep=pauses.append), server)
    assert pauses == [QUICK.patience] * (QUICK.attempts - 1)


def test_a_short_body_is_never_taken_for_a_whole_one(server: HttpIndex) -> None:
    server.truncate("/simple/", keep=20)
    with pytest.raises(TransientError):
        ask(http_for(server.url), server)


def test_more_than_was_announced_is_not_read(server: HttpIndex) -> None:
    server.wrong_length("/simple/", 5)
    assert ask(http_for(server.url), server) == b'{"met'


@pytest.mark.parametrize("promised", ["bytes 0-9/9999999999999999999", "bytes 9-0/10", "bytes 0-9/5", "garbage"])
def test_a_range_that_contradicts_itself_is_refused(server: HttpIndex, promised: str) -> None:
    server.answer("/files/", Answer(206, b"0123456789", {"Content-Range": promised}))
    with pytest.raises(InputError, match="Content-Range"):
        http_for(server.url).range_stream(f"{server.origin}/files/x", 10)


def test_a_wheel_that_changes_between_two_ranges_is_refused(server: HttpIndex) -> None:
    name, body = build_wheel("demo", "2.0", files={f"demo/{number}.py": b"#" for number in range(3000)})
    file = server.index.publish(name, body)
    index = remote(server.url)
    page = index.page("demo")
    assert page is not None
    listed = next(one for one in page.files if one.filename == name)
    server.answer("/files/", Answer(206, body[-131_072:], {"Content-Range": _tail(len(body))}), times=1)
    server.index.publish(name, body + b"x")
    with pytest.raises(Error):
        index.metadata(changed(listed, size=file.size))


def _tail(total: int) -> str:
    return f"bytes {total - 131_072}-{total - 1}/{total}"


def test_headers_without_end_are_refused(server: HttpIndex) -> None:
    server.answer("/simple/", Answer(headers={f"X-{number}": "x" for number in range(500)}))
    with pytest.raises(NetworkError):
        ask(http_for(server.url), server)
