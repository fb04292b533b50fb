from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from hashlib import shake_256
from pathlib import Path

import pytest

from support.http_index import Answer, HttpIndex
from support.index_client import QUICK, http_for, settings_for
from support.index_simulator import IndexSimulator
from support.tls import loopback_tls
from uplock.errors import ConfigError, InputError, NetworkError
from uplock.index.address import origin
from uplock.index.http import Http, OffsetError
from uplock.index.settings import IndexSettings, Proxy, ProxySettings
from uplock.index.status import StatusError
from uplock.index.transport import TransientError, bypasses

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

BODY = shake_256(b"file").digest(300_000)
FILE = "demo-1.0-py3-none-any.whl"


@pytest.fixture
def server() -> Iterator[HttpIndex]:
    index = IndexSimulator()
    index.publish(FILE, BODY)
    with HttpIndex(index) as running:
        yield running


def address(server: HttpIndex) -> str:
    page = server.index.listing("demo")
    assert page is not None
    return f"{server.origin}/files/{page.files[0].sha256}/{FILE}"


def page_of(http: Http, server: HttpIndex) -> bytes:
    return http.get(f"{server.url}/demo/", accept="*/*", limit=10_000).body


def read(http: Http, url: str, offset: int = 0, limit: int = len(BODY)) -> bytes:
    return b"".join(http.stream(url, offset=offset, limit=limit))


# --- retries ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_a_passing_trouble_is_waited_for(server: HttpIndex, status: int) -> None:
    server.fail(status, times=2)
    pauses: list[float] = []
    assert page_of(http_for(server.url, sleep=pauses.append), server)
    assert len(server.requests) == 3
    assert 0.25 <= pauses[0] <= 0.5 <= pauses[1] <= 1.0


@pytest.mark.parametrize(("wish", "pause"), [("3", 3.0), ("3600", 8.0)])
def test_the_servers_wish_to_wait_is_honoured_within_bounds(server: HttpIndex, wish: str, pause: float) -> None:
    server.fail(503, times=1, retry_after=wish)
    pauses: list[float] = []
    page_of(http_for(server.url, sleep=pauses.append), server)
    assert pauses == [pause]


def test_a_lasting_trouble_ends_in_an_error_after_a_few_attempts(server: HttpIndex) -> None:
    server.fail(503)
    with pytest.raises(TransientError) as raised:
        page_of(http_for(server.url), server)
    assert raised.value.message == "the server answered with status 503"
    assert raised.value.context == f"{server.url}/demo/"
    assert raised.value.remedy
    assert len(server.requests) == QUICK.attempts


@pytest.mark.parametrize(("status", "remedy"), [(401, "UPLOCK_INDEX_PASSWORD"), (403, "may read"), (500, "try again")])
def test_other_statuses_are_errors_at_once(server: HttpIndex, status: int, remedy: str) -> None:
    server.fail(status)
    with pytest.raises(StatusError, match=f"status {status}") as raised:
        page_of(http_for(server.url), server)
    assert raised.value.status == status
    assert remedy in raised.value.remedy
    assert len(server.requests) == 1


def test_a_redirect_without_a_place_is_an_error(server: HttpIndex) -> None:
    server.fail(302)
    with pytest.raises(StatusError, match="302"):
        page_of(http_for(server.url), server)


def test_a_lost_connection_is_tried_again(server: HttpIndex) -> None:
    server.truncate("/simple/", keep=10, times=2)
    assert page_of(http_for(server.url), server).startswith(b'{"meta"')
    assert len(server.requests) == 3


def test_silence_is_tried_again_and_then_an_error(server: HttpIndex) -> None:
    server.slow(1.0)
    impatient = QUICK.__class__(read=0.05, attempts=2, backoff=0.0)
    with pytest.raises(TransientError, match="no answer in time"):
        page_of(http_for(server.url, impatient), server)
    assert len(server.requests) == 2


def test_nobody_there_is_an_error_with_a_remedy() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}/simple"
        with pytest.raises(TransientError, match="no connection") as raised:
            http_for(url).get(f"{url}/demo/", accept="*/*", limit=10)
    assert raised.value.remedy == "Check the network and the index URL."


# --- answers ------------------------------------------------------------------------------------------------------


def test_an_answer_over_the_limit_is_refused(server: HttpIndex) -> None:
    with pytest.raises(InputError, match="larger than 10 bytes") as raised:
        http_for(server.url).get(f"{server.url}/demo/", accept="*/*", limit=10)
    assert raised.value.context == f"{server.url}/demo/"


def test_a_redirect_is_followed_and_its_end_reported(server: HttpIndex) -> None:
    server.redirect("/simple/Demo/", "../demo/?a=b")
    response = http_for(server.url).get(f"{server.url}/Demo/", accept="*/*", limit=10_000)
    assert response.url == f"{server.url}/demo/?a=b"
    assert response.content_type == "application/vnd.pypi.simple.v1+json"


def test_the_wanted_types_and_compression_are_asked_for(server: HttpIndex) -> None:
    page_of(http_for(server.url), server)
    headers = server.requests[0].headers
    assert (headers["accept"], headers["accept-encoding"], headers["user-agent"]) == ("*/*", "gzip", "uplock")


# --- streams ------------------------------------------------------------------------------------------------------


def test_a_stream_goes_on_after_a_lost_connection(server: HttpIndex) -> None:
    server.truncate("/files/", keep=100_000, times=2)
    assert read(http_for(server.url), address(server)) == BODY
    assert [request.headers.get("range") for request in server.requests] == [
        None,
        "bytes=100000-",
        "bytes=200000-",
    ]


def test_a_stream_goes_on_without_ranges_by_skipping(server: HttpIndex) -> None:
    server.ranges = False
    server.truncate("/files/", keep=100_000, times=1)
    assert read(http_for(server.url), address(server)) == BODY


def test_a_stream_gives_up_after_a_few_losses(server: HttpIndex) -> None:
    server.truncate("/files/", keep=10)
    with pytest.raises(TransientError, match="connection was lost"):
        read(http_for(server.url), address(server))
    assert len(server.requests) == QUICK.attempts


def test_a_stream_beyond_its_limit_is_refused(server: HttpIndex) -> None:
    with pytest.raises(InputError, match="larger than"):
        read(http_for(server.url), address(server), limit=len(BODY) - 1)


def test_a_stream_from_behind_the_end_says_so(server: HttpIndex) -> None:
    with pytest.raises(OffsetError, match="shorter than 300001"):
        read(http_for(server.url), address(server), offset=len(BODY) + 1, limit=400_000)


def test_a_stream_that_begins_later_than_asked_is_refused(server: HttpIndex) -> None:
    server.answer("/files/", Answer(206, b"xyz", {"Content-Range": "bytes 20-22/23"}))
    with pytest.raises(InputError, match="another range"):
        read(http_for(server.url), address(server), offset=10)


def test_a_stream_that_begins_earlier_is_cut_to_what_was_asked(server: HttpIndex) -> None:
    server.answer("/files/", Answer(206, b"xyz", {"Content-Range": "bytes 20-22/23"}))
    assert read(http_for(server.url), address(server), offset=22) == b"z"


# --- random access ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [None, len(BODY)])
@pytest.mark.parametrize("suffix_ranges", [True, False])
def test_a_file_can_be_read_from_its_end(server: HttpIndex, size: int | None, suffix_ranges: bool) -> None:
    server.suffix_ranges = suffix_ranges
    with http_for(server.url).range_stream(address(server), size) as stream:
        stream.seek(-5, 2)
        assert stream.read() == BODY[-5:]
        stream.seek(7)
        assert stream.read(5) == BODY[7:12]


def test_without_ranges_the_file_is_read_whole(server: HttpIndex) -> None:
    server.ranges = False
    with http_for(server.url).range_stream(address(server), None) as stream:
        stream.seek(-5, 2)
        assert stream.read() == BODY[-5:]
    assert len(server.requests) == 2


def test_random_access_to_a_missing_file_is_an_error(server: HttpIndex) -> None:
    with pytest.raises(StatusError, match="404"):
        http_for(server.url).range_stream(f"{server.origin}/files/none", None)


# --- credentials --------------------------------------------------------------------------------------------------


def test_credentials_open_the_index(server: HttpIndex) -> None:
    server.auth = ("bob", "sesame")
    assert page_of(http_for(settings_for(server.url, user="bob", password="sesame")), server)  # noqa: S106 - invented
    assert len(server.requests) == 1


def keyring(folder: Path) -> str:
    program = folder / "keyring"
    program.write_text('#!/bin/sh\necho asked >> "$0.log"\necho sesame\n', encoding="utf-8")
    program.chmod(0o755)
    return f"{folder}:/usr/bin:/bin"


def test_the_keyring_is_asked_once_and_only_when_the_index_wants_to_know(server: HttpIndex, tmp_path: Path) -> None:
    path, log = keyring(tmp_path), tmp_path / "keyring.log"
    http = http_for(settings_for(server.url, user="bob", search_path=path))
    page_of(http, server)
    assert not log.exists()
    server.auth = ("bob", "sesame")
    page_of(http, server)
    page_of(http, server)
    assert log.read_text(encoding="utf-8") == "asked\n"
    server.auth = ("bob", "other")
    with pytest.raises(StatusError, match="401"):
        page_of(http, server)
    assert log.read_text(encoding="utf-8") == "asked\n"


# --- TLS and proxies ----------------------------------------------------------------------------------------------


def test_a_private_authority_is_trusted_when_named(tmp_path: Path) -> None:
    context, bundle = loopback_tls(tmp_path)
    index = IndexSimulator()
    index.publish(FILE, BODY)
    with HttpIndex(index, tls=context) as server:
        assert page_of(http_for(settings_for(server.url, ca_bundle=bundle)), server)
        with pytest.raises(NetworkError, match="TLS failed") as raised:
            page_of(http_for(settings_for(server.url)), server)
        assert "SSL_CERT_FILE" in raised.value.remedy
        assert not isinstance(raised.value, TransientError)


def test_a_server_that_goes_away_during_the_handshake_is_asked_again() -> None:
    greetings: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def hang_up() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:  # the test is over
                    return
                with connection:
                    greetings.append(connection.recv(1))
                    connection.recv(65536)  # all of the greeting: what is left unread would reset the connection

        thread = threading.Thread(target=hang_up, daemon=True)
        thread.start()
        url = f"https://127.0.0.1:{listener.getsockname()[1]}"
        with pytest.raises(TransientError, match="the connection was lost"):
            http_for(settings_for(url)).get(f"{url}/demo/", accept="*/*", limit=10)
    assert len(greetings) > 1


@pytest.mark.parametrize("content", [None, b"no certificates"])
def test_authorities_that_cannot_be_read_are_a_matter_of_configuration(tmp_path: Path, content: bytes | None) -> None:
    bundle = tmp_path / "bundle.pem"
    if content is not None:
        bundle.write_bytes(content)
    settings = settings_for("https://127.0.0.1:1/simple", ca_bundle=str(bundle))
    with pytest.raises(ConfigError, match="certificate authorities") as raised:
        http_for(settings).get(f"{settings.url}/demo/", accept="*/*", limit=10)
    assert raised.value.context == str(bundle)


def test_a_directory_of_authorities_is_searched_by_their_hashed_names(tmp_path: Path) -> None:
    context, bundle = loopback_tls(tmp_path)
    (tmp_path / "empty").mkdir()
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "2101a20a.0").symlink_to(bundle)  # as openssl hashes its subject, CN=loopback
    index = IndexSimulator()
    index.publish(FILE, BODY)
    with HttpIndex(index, tls=context) as secure:
        assert page_of(http_for(settings_for(secure.url, ca_bundle=str(tmp_path / "full"))), secure)
        with pytest.raises(NetworkError, match="TLS failed"):
            page_of(http_for(settings_for(secure.url, ca_bundle=str(tmp_path / "empty"))), secure)


def test_authorities_are_read_where_tls_is_spoken_and_nowhere_else(server: HttpIndex, tmp_path: Path) -> None:
    http = http_for(settings_for(server.url, ca_bundle=str(tmp_path / "missing.pem")))
    assert page_of(http, server)
    server.redirect("/simple/", "https://127.0.0.1:1/simple/")
    with pytest.raises(ConfigError, match="certificate authorities"):
        page_of(http, server)


def through(server: HttpIndex, bypass: str = "") -> IndexSettings:
    proxy = Proxy(url=server.origin, credentials=settings_for("http://x", user="me", password="pw").credentials)  # noqa: S106 - invented
    return settings_for("http://index.example/simple", proxy=ProxySettings(http=proxy, bypass=bypass))


def test_a_proxy_is_asked_instead_with_its_own_credentials(server: HttpIndex) -> None:
    server.answer("http://index.example", Answer(body=b"through"))
    response = http_for(through(server)).get("http://index.example/simple/demo/", accept="*/*", limit=100)
    assert response.body == b"through"
    assert server.requests[0].headers["proxy-authorization"].startswith("Basic ")
    assert "authorization" not in server.requests[0].headers


def test_a_proxy_that_is_down_is_named() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        proxy = Proxy(url=f"http://127.0.0.1:{unused.getsockname()[1]}")
        settings = settings_for("http://index.example/simple", proxy=ProxySettings(http=proxy))
        with pytest.raises(TransientError, match="proxy could not be reached"):
            http_for(settings).get("http://index.example/simple/demo/", accept="*/*", limit=10)


def test_a_bypassed_host_is_asked_directly(server: HttpIndex) -> None:
    dead = Proxy(url="http://127.0.0.1:1")
    settings = settings_for(server.url, proxy=ProxySettings(http=dead, bypass="localhost, 127.0.0.1"))
    assert page_of(http_for(settings), server)


@pytest.mark.parametrize(
    ("hosts", "found"),
    [
        ("", False),
        (" , ", False),
        ("*", True),
        ("index.example", True),
        ("INDEX.example:443", True),
        ("index.example:80", False),
        (".example", True),
        ("example", True),
        ("dex.example", False),
        ("a.example,index.example", True),
    ],
)
def test_bypassed_hosts_are_matched_by_whole_labels(hosts: str, found: bool) -> None:
    assert bypasses(origin("https://index.example/simple"), hosts) is found


# --- what is known already ----------------------------------------------------------------------------------------


def test_an_answer_that_still_holds_is_returned_as_it_is(server: HttpIndex) -> None:
    server.etags = True
    http, url = http_for(server.url), f"{server.url}/demo/"
    known = http.get(url, accept="*/*", limit=10_000)
    assert http.get(url, accept="*/*", limit=10_000, known=known) is known
    server.index.yank(FILE)
    assert http.get(url, accept="*/*", limit=10_000, known=known) not in {None, known}


def test_a_file_of_unknown_digest_is_never_put_together_from_two_answers(server: HttpIndex) -> None:
    server.truncate("/files/", keep=1000, times=1)
    with pytest.raises(TransientError, match="lost"):
        list(http_for(server.url).stream(address(server), limit=len(BODY), resume=False))
    assert len(server.requests) == 1


def test_before_its_first_byte_such_a_file_is_asked_for_again(server: HttpIndex) -> None:
    server.fail(503, times=2, part="/files/")
    assert b"".join(http_for(server.url).stream(address(server), limit=len(BODY), resume=False)) == BODY
