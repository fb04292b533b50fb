from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from uv import find_uv_bin

from support.index_client import http_for, remote
from support.index_simulator import IndexSimulator
from support.raw_http import raw
from support.wheels import build_wheel
from uplock.errors import Error, NetworkError
from uplock.index.listing import page_json
from uplock.index.serve import PageSource, serve
from uplock.index.status import StatusError
from uplock.model.target import Target
from uplock.model.value import changed
from uplock.model.view import IndexFile, IndexPage

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

UPLOADED = datetime(2026, 3, 4, 5, 6, 7, 890000, tzinfo=UTC)


def shop() -> IndexSimulator:
    index = IndexSimulator()
    index.publish(*build_wheel("Zope.Demo", "1.0", requires_dist=["other>=1; python_version >= '3.9'"]))
    index.publish(*build_wheel("Zope.Demo", "2.0", requires_python=">=3.12"), requires_python=">=3.12")
    index.publish(*build_wheel("other", "1.5", tag="cp39-cp39-manylinux_2_17_x86_64"), upload_time=UPLOADED)
    index.publish(*build_wheel("other", "1.4", tag="cp312-cp312-manylinux_2_17_x86_64"))
    index.publish(*build_wheel("other", "1.6"), yanked="broken")
    return index


# --- what is served -----------------------------------------------------------------------------------------------


def test_what_is_served_is_read_back_unchanged_but_for_addresses() -> None:
    index = shop()
    with serve(index) as served:
        assert served.url.startswith("http://127.0.0.1:")
        assert served.url.endswith("/simple/")
        read = remote(served.url.rstrip("/")).page("zope-demo")
    original = index.listing("zope-demo")
    assert read is not None
    assert original is not None
    plain = [changed(file, url="", core_metadata=None) for file in read.files]
    assert plain == [changed(file, url="") for file in original.files]
    assert not served.failures


def test_names_are_normalized_before_the_source_is_asked_and_each_is_asked_once() -> None:
    index = shop()
    with serve(index) as served:
        for path in ("/simple/Zope.Demo/", "/simple/zope_demo", "/simple/zope-demo/?x=1"):
            assert raw(served.url, "GET", path)[0] == 200
        assert raw(served.url, "GET", "/simple/none/")[0] == raw(served.url, "GET", "/simple/none/")[0] == 404
    assert index.calls == ["page zope-demo", "page none"]


def test_metadata_is_served_for_listed_wheels_only() -> None:
    index = shop()
    with serve(index) as served:
        page = json.loads(raw(served.url, "GET", "/simple/other/")[2])
        address = page["files"][0]["url"]
        status, _, body = raw(served.url, "GET", f"{address}.metadata")
        assert (status, body) == (200, index.metadata(index.listing("other").files[0]))  # type: ignore[union-attr]  # it is there
        unlisted = address.replace("other-1.4", "other-9.9")
        assert raw(served.url, "GET", f"{unlisted}.metadata")[0] == 404
        foreign = f"/files/{'0' * 64}/{page['files'][0]['filename']}.metadata"
        assert raw(served.url, "GET", foreign)[0] == 404


@pytest.mark.parametrize("path", ["/", "/simple/", "/simple/a/b/", "/files/x", "/simple/..%2f/", "/simple/%00/"])
def test_everything_else_is_not_there(path: str) -> None:
    index = shop()
    with serve(index) as served:
        assert raw(served.url, "GET", path)[0] == 404
    assert [call for call in index.calls if call != "page ."] in ([], ["page -"])


def test_bodies_of_files_are_not_served() -> None:
    with serve(shop()) as served:
        page = json.loads(raw(served.url, "GET", "/simple/other/")[2])
        assert raw(served.url, "GET", page["files"][0]["url"])[0] == 404


def test_an_unchanged_page_need_not_be_sent_again() -> None:
    with serve(shop()) as served:
        _, headers, _ = raw(served.url, "GET", "/simple/other/")
        assert headers["Cache-Control"] == "no-cache"
        status, _, body = raw(served.url, "GET", "/simple/other/", If_None_Match=headers["ETag"])
        assert (status, body) == (304, b"")
        assert raw(served.url, "GET", "/simple/other/", If_None_Match='"other"')[0] == 200


def test_a_head_request_has_no_body() -> None:
    with serve(shop()) as served:
        status, headers, body = raw(served.url, "HEAD", "/simple/other/")
    assert (status, body) == (200, b"")
    assert int(headers["Content-Length"]) > 0


def test_a_page_opened_under_another_host_name_is_refused() -> None:
    index = shop()
    with serve(index) as served:
        assert raw(served.url, "GET", "/simple/other/", host="rebound.example")[0] == 421
    assert index.calls == []


def test_a_page_is_the_same_json_whatever_the_order_of_files() -> None:
    page = shop().listing("other")
    assert page is not None
    assert page_json(page) == page_json(changed(page, files=tuple(reversed(page.files))))
    data = json.loads(page_json(page))
    assert data["meta"] == {"api-version": "1.1"}
    assert data["versions"] == ["1.4", "1.5", "1.6"]
    assert data["files"][1]["upload-time"] == "2026-03-04T05:06:07.890000Z"
    assert data["files"][2]["yanked"] == "broken"


def test_a_file_without_optional_values_is_served_without_them() -> None:
    file = IndexFile(filename="demo-1.0.tar.gz", sha256=shop().publish("x-1.zip", b"x").sha256, url="", yanked="")
    data = json.loads(page_json(IndexPage(name="demo", files=(file,))))
    (entry,) = data["files"]
    assert sorted(entry) == ["filename", "hashes", "url", "yanked"]
    assert entry["yanked"] is True
    assert data["versions"] == ["1.0"]


# --- failures -----------------------------------------------------------------------------------------------------


class Broken:
    """A page source that raises."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def page(self, name: str) -> IndexPage | None:
        raise self.error from LookupError(name)

    def page_for(self, name: str, target: Target) -> IndexPage | None:
        raise self.error from LookupError(target.name, name)

    def metadata(self, file: IndexFile) -> bytes:
        raise self.error from LookupError(file.filename)


def test_an_error_of_the_source_is_kept_once_and_answered_with_a_status_nobody_retries() -> None:
    error = NetworkError("down", remedy="Wait.")
    with serve(Broken(error)) as served:
        assert [raw(served.url, "GET", "/simple/demo/")[0] for _ in range(3)] == [400, 400, 400]
        with pytest.raises(NetworkError):
            http_for(served.url).get(f"{served.url}demo/", accept="*/*", limit=10)
    assert served.failures == [error]


def test_an_error_while_reading_metadata_is_kept_too() -> None:
    class HalfBroken(Broken):
        def page(self, name: str) -> IndexPage | None:
            return shop().listing(name)

    error = NetworkError("down", remedy="Wait.")
    with serve(HalfBroken(error)) as served:
        page = json.loads(raw(served.url, "GET", "/simple/other/")[2])
        assert raw(served.url, "GET", page["files"][0]["url"] + ".metadata")[0] == 400
    assert served.failures == [error]


def test_a_defect_of_the_source_is_kept_as_an_error() -> None:
    with serve(Broken(KeyError("oops"))) as served:
        with socket.create_connection(("127.0.0.1", int(served.url.split(":")[2].split("/")[0]))) as connection:
            host = served.url.split("/")[2]
            connection.sendall(f"GET /simple/demo/ HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
            assert connection.recv(100) == b""
        (failure,) = served.failures
    assert isinstance(failure, Error)
    assert isinstance(failure.__cause__, KeyError)
    assert "KeyError" in failure.message


def test_the_server_is_gone_when_the_context_ends() -> None:
    with serve(shop()) as served:
        pass
    with pytest.raises(OSError, match="refused"):
        raw(served.url, "GET", "/simple/other/")


# --- real resolvers -----------------------------------------------------------------------------------------------


def compile_with_uv(source: PageSource, folder: Path, requirement: str, python: str) -> tuple[int, str, list[Error]]:
    (folder / "requirements.in").write_text(requirement + "\n", encoding="utf-8")
    with serve(source) as served:
        done = subprocess.run(
            [
                *(find_uv_bin(), "pip", "compile", "requirements.in", "--default-index", served.url, "--no-config"),
                *("--no-header", "--no-annotate", "--quiet", "--no-build"),
                *("--python", sys.executable, "--no-python-downloads", "--cache-dir", str(folder / "cache")),
                *("--python-version", python, "--python-platform", "x86_64-manylinux_2_28"),
            ],
            cwd=folder,
            env={"PATH": os.environ["PATH"], "HOME": str(folder), "UV_HTTP_RETRIES": "0", "NO_PROXY": "*"},
            capture_output=True,
            text=True,
            check=False,
        )
    return done.returncode, done.stdout + done.stderr, served.failures


@pytest.mark.parametrize(
    ("python", "pins"),
    [("3.9.18", "other==1.5\nzope-demo==1.0\n"), ("3.12.1", "other==1.4\nzope-demo==2.0\n")],
)
def test_uv_resolves_for_interpreters_that_are_not_installed(tmp_path: Path, python: str, pins: str) -> None:
    code, output, failures = compile_with_uv(shop(), tmp_path, "zope.demo\nother", python)
    assert (code, output, failures) == (0, pins, [])


def test_uv_needs_no_file_bodies(tmp_path: Path) -> None:
    index = shop()
    compile_with_uv(index, tmp_path, "zope-demo", "3.9.18")
    assert {call.split()[0] for call in index.calls} == {"page", "metadata"}


def test_what_uv_could_not_be_answered_is_known_afterwards(tmp_path: Path) -> None:
    error = StatusError("the server answered with status 500", remedy="Wait.")
    code, _, failures = compile_with_uv(Broken(error), tmp_path, "demo", "3.12.1")
    assert code != 0
    assert failures == [error]


def test_pip_reads_the_same_pages(tmp_path: Path) -> None:
    with serve(shop()) as served:
        done = subprocess.run(
            [
                *(sys.executable, "-m", "pip", "index", "versions", "zope-demo", "--index-url", served.url),
                *("--python-version", "3.9.18", "--only-binary", ":all:", "--isolated"),
                *("--disable-pip-version-check", "--no-cache-dir"),
            ],
            cwd=tmp_path,
            env={"PATH": os.environ["PATH"], "HOME": str(tmp_path), "PIP_CONFIG_FILE": os.devnull, "NO_PROXY": "*"},
            capture_output=True,
            text=True,
            check=False,
        )
    assert (done.returncode, done.stdout.splitlines()[:2]) == (0, ["zope-demo (1.0)", "Available versions: 1.0"])
    assert not served.failures
