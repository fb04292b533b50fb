"""Someone between us and the files wants the password of the index."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.http_index import JSON, Answer, HttpIndex
from support.index_client import http_for, settings_for
from support.index_simulator import IndexSimulator, artifact_of
from support.tls import loopback_tls
from uplock.errors import NetworkError
from uplock.index.client_config import Places
from uplock.index.remote import RemoteIndex
from uplock.index.settings import IndexSettings, settings_of
from uplock.model.value import changed

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

FILE = "demo-1.0-py3-none-any.whl"


@pytest.fixture
def index() -> Iterator[HttpIndex]:
    simulator = IndexSimulator()
    simulator.publish(FILE, b"content", provenance=b"{}")
    with HttpIndex(simulator, auth=("bob", "sesame")) as running:
        yield running


@pytest.fixture
def thief() -> Iterator[HttpIndex]:
    with HttpIndex(IndexSimulator()) as running:
        yield running


def bob(url: str) -> IndexSettings:
    return settings_for(url, user="bob", password="sesame")  # noqa: S106 - invented


def secrets_at(server: HttpIndex) -> list[dict[str, str]]:
    """Return the headers of all requests that carry anything secret."""
    return [
        request.headers for request in server.requests if "authorization" in request.headers or "sesame" in f"{request}"
    ]


def test_a_redirect_to_another_host_does_not_take_the_credentials_along(index: HttpIndex, thief: HttpIndex) -> None:
    index.redirect("/simple/", f"{thief.origin}/simple/demo/")
    with pytest.raises(NetworkError):
        http_for(bob(index.url)).get(f"{index.url}/demo/", accept=JSON, limit=1000)
    assert secrets_at(index)
    assert thief.requests
    assert secrets_at(thief) == []


def test_another_port_of_the_same_host_is_another_host(index: HttpIndex, thief: HttpIndex) -> None:
    assert index.origin.rpartition(":")[0] == thief.origin.rpartition(":")[0]
    with pytest.raises(NetworkError):
        http_for(bob(index.url)).get(f"{thief.url}/demo/", accept=JSON, limit=1000)
    assert secrets_at(thief) == []


def test_a_file_on_a_host_of_the_pages_choice_is_fetched_without_credentials(
    index: HttpIndex, thief: HttpIndex
) -> None:
    file = index.index.publish(FILE, b"content")
    thief.answer("/", Answer(body=b"content"))
    remote = RemoteIndex(http_for(bob(index.url)), index.url)
    artifact = changed(artifact_of(file), url=f"{thief.origin}/{FILE}")
    out = io.BytesIO()
    remote.fetch(artifact, out, 0)
    assert out.getvalue() == b"content"
    assert secrets_at(thief) == []


def test_a_host_that_asks_for_a_password_gets_none(index: HttpIndex, thief: HttpIndex, tmp_path: Path) -> None:
    keyring = tmp_path / "keyring"
    keyring.write_text('#!/bin/sh\ntouch "$0.asked"\necho sesame\n', encoding="utf-8")
    keyring.chmod(0o755)
    thief.answer("/", Answer(status=401, headers={"WWW-Authenticate": 'Basic realm="index"'}))
    settings = settings_for(index.url, user="bob", search_path=f"{tmp_path}:/usr/bin:/bin")
    with pytest.raises(NetworkError, match="401"):
        http_for(settings).get(f"{thief.url}/demo/", accept=JSON, limit=1000)
    assert len(thief.requests) == 1
    assert secrets_at(thief) == []
    assert not (tmp_path / "keyring.asked").exists()


def test_credentials_that_a_page_puts_into_its_links_are_not_sent(index: HttpIndex, thief: HttpIndex) -> None:
    planted = thief.origin.replace("http://", "http://bob:sesame@")
    entry = {
        "filename": FILE,
        "url": f"{planted}/{FILE}",
        "hashes": {"sha256": "ab" * 32},
        "provenance": f"{planted}/p",
    }
    body = json.dumps({"meta": {"api-version": "1.3"}, "name": "demo", "files": [entry]}).encode()
    index.answer("/simple/", Answer(body=body, headers={"Content-Type": JSON}))
    remote = RemoteIndex(http_for(bob(index.url)), index.url)
    page = remote.page("demo")
    assert page is not None
    assert "sesame" not in repr(page)
    remote.provenance(FILE, "demo")
    assert thief.requests
    assert secrets_at(thief) == []


def test_credentials_in_a_redirect_are_not_sent(index: HttpIndex, thief: HttpIndex) -> None:
    index.redirect("/simple/", thief.origin.replace("http://", "http://bob:sesame@") + "/x")
    with pytest.raises(NetworkError) as raised:
        http_for(bob(index.url)).get(f"{index.url}/demo/", accept=JSON, limit=1000)
    assert secrets_at(thief) == []
    assert "sesame" not in f"{raised.value}"


def test_errors_show_no_credentials(index: HttpIndex) -> None:
    index.fail(403)
    with pytest.raises(NetworkError) as raised:
        http_for(bob(index.url)).get(f"{index.origin.replace('//', '//bob:sesame@')}/x?t=1", accept=JSON, limit=10)
    assert "sesame" not in f"{raised.value} {raised.value.context} {raised.value.remedy}"


def test_a_redirect_from_https_to_http_is_refused(tmp_path: Path, thief: HttpIndex) -> None:
    context, bundle = loopback_tls(tmp_path)
    with HttpIndex(IndexSimulator(), tls=context) as secure:
        secure.redirect("/simple/", f"{thief.origin}/simple/demo/")
        settings = settings_for(secure.url, user="bob", password="sesame", ca_bundle=bundle)  # noqa: S106 - invented
        with pytest.raises(NetworkError, match="without TLS"):
            http_for(settings).get(f"{secure.url}/demo/", accept=JSON, limit=1000)
    assert thief.requests == []


def test_a_file_of_a_secure_index_is_not_fetched_over_http(tmp_path: Path, thief: HttpIndex) -> None:
    context, bundle = loopback_tls(tmp_path)
    with HttpIndex(IndexSimulator(), tls=context) as secure:
        remote = RemoteIndex(http_for(settings_for(secure.url, ca_bundle=bundle)), secure.url)
        artifact = artifact_of(IndexSimulator().publish(FILE, b"x"))
        with pytest.raises(NetworkError, match="without TLS"):
            remote.fetch(changed(artifact, url=f"{thief.origin}/x"), io.BytesIO(), 0)
    assert thief.requests == []


def test_a_default_entry_of_netrc_is_not_given_to_every_host(tmp_path: Path) -> None:
    (tmp_path / ".netrc").write_text("default login bob password sesame\n", encoding="utf-8")
    places = Places(home=tmp_path, project=tmp_path, system=tmp_path, prefix=tmp_path)
    assert settings_of(places, flag="https://index.example", configured=None, environ={}).credentials is None


def test_netrc_is_not_consulted_for_hosts_that_the_index_names(
    index: HttpIndex, thief: HttpIndex, tmp_path: Path
) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login bob password sesame\n", encoding="utf-8")
    places = Places(home=tmp_path, project=tmp_path, system=tmp_path, prefix=tmp_path)
    settings = settings_of(places, flag=index.url, configured=None, environ={})
    index.redirect("/simple/demo/", f"{thief.origin}/simple/demo/")
    with pytest.raises(NetworkError):
        http_for(settings).get(f"{index.url}/demo/", accept=JSON, limit=1000)
    assert secrets_at(index)
    assert secrets_at(thief) == []
