"""A view served to pip: what fits one target, with hollow wheels; and at an address that stays the same."""

from __future__ import annotations

import base64
import errno
import hashlib
import io
import json
import socket
import zipfile
from email import message_from_bytes
from http.client import HTTPConnection

import pytest

from support.index_simulator import IndexSimulator
from support.raw_http import raw
from support.wheels import build_wheel
from uplock.errors import NetworkError
from uplock.index.hollow import hollow_wheel
from uplock.index.listing import page_json_for
from uplock.index.serve import serve, stable_ports
from uplock.model.platform_name import parse_platform
from uplock.model.target import Interpreter, Target
from uplock.model.view import IndexFile, IndexPage
from uplock.workflow.choose import Chooser

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

OLD = Target(interpreter=Interpreter(version="3.9.18"), platform=parse_platform("linux-x86_64"))
NEW = Target(interpreter=Interpreter(version="3.12.1"), platform=parse_platform("linux-x86_64"))


class View(IndexSimulator):
    """Shows a target what fits it."""

    def page_for(self, name: str, target: Target) -> IndexPage | None:
        page = self.page(name)
        fits = Chooser(target).admits
        return None if page is None else IndexPage(name=name, files=tuple(file for file in page.files if fits(file)))


def shop() -> View:
    index = View()
    index.publish(*build_wheel("till", "1", tag="cp39-cp39-manylinux_2_17_x86_64", requires_dist=("coin",)))
    index.publish(*build_wheel("till", "1", tag="cp312-cp312-manylinux_2_17_x86_64"))
    index.publish(*build_wheel("till", "2", requires_python=">=3.12"), requires_python=">=3.12", yanked="broken")
    return index


def files(url: str, name: str) -> list[dict[str, object]]:
    status, _, body = raw(url, "GET", f"/{url.split('/', 3)[3]}{name}/")
    assert status == 200
    listed: list[dict[str, object]] = json.loads(body)["files"]
    return listed


def test_below_a_target_stands_what_fits_it_without_digests_or_sizes() -> None:
    with serve(shop()) as served:
        old, new = files(served.url_for(OLD), "till"), files(served.url_for(NEW), "Till")
    assert [file["filename"] for file in old] == ["till-1-cp39-cp39-manylinux_2_17_x86_64.whl"]
    assert [file["filename"] for file in new] == [
        "till-1-cp312-cp312-manylinux_2_17_x86_64.whl",
        "till-2-py3-none-any.whl",
    ]
    for file in (*old, *new):
        assert file["hashes"] == {}
        assert file["core-metadata"] is True
        assert "size" not in file
    assert new[1]["yanked"] == "broken"
    assert new[1]["requires-python"] == ">=3.12"


def test_a_target_that_nobody_asked_for_has_no_pages_until_it_is() -> None:
    index = shop()
    with serve(index) as served:
        assert raw(served.url, "GET", f"/for/{OLD.name}/simple/till/")[0] == 404
        assert raw(served.url, "GET", "/for/unknown/simple/till/")[0] == 404
        assert not index.calls
        assert files(served.url_for(OLD), "till")
        assert raw(served.url, "GET", f"/for/{OLD.name}/simple/absent/")[0] == 404


def test_files_of_one_target_are_there_for_no_other() -> None:
    with serve(shop()) as served:
        (file,) = files(served.url_for(OLD), "till")
        files(served.url_for(NEW), "till")
        address = str(file["url"])
        assert raw(served.url, "GET", address)[0] == 200
        assert raw(served.url, "GET", f"{address}.metadata")[0] == 200
        for other in (address.replace(OLD.name, NEW.name), address.replace(f"/for/{OLD.name}", "")):
            assert raw(served.url, "GET", other)[0] == 404
            assert raw(served.url, "GET", f"{other}.metadata")[0] == 404


def test_a_wheel_there_is_hollow_and_never_the_artifact() -> None:
    index = shop()
    with serve(index) as served:
        (file,) = files(served.url_for(OLD), "till")
        status, headers, body = raw(served.url, "GET", str(file["url"]))
        metadata = raw(served.url, "GET", f"{file['url']}.metadata")[2]
    assert (status, headers["Content-Type"]) == (200, "application/zip")
    assert body == hollow_wheel(str(file["filename"]), metadata)
    assert body != index.body(str(file["filename"]))
    assert not [call for call in index.calls if call.startswith("fetch")]


def test_an_error_of_the_source_is_kept_when_a_wheel_is_asked_for() -> None:
    class Down(View):
        def metadata(self, file: IndexFile) -> bytes:
            raise NetworkError("down", context=file.filename)

    index = Down()
    index.publish(*build_wheel("till", "1"))
    with serve(index) as served:
        (file,) = files(served.url_for(OLD), "till")
        assert raw(served.url, "GET", str(file["url"]))[0] == 400
    assert [failure.message for failure in served.failures] == ["down"]


def test_a_file_without_a_digest_is_served_too() -> None:
    listed = IndexFile(filename="till-1-py3-none-any.whl", sha256=None, url="")
    page = json.loads(page_json_for(IndexPage(name="till", files=(listed,)), OLD))
    assert page["files"][0]["url"] == f"/for/{OLD.name}/files/unhashed/till-1-py3-none-any.whl"


# --- hollow wheels ----------------------------------------------------------------------------------------------------


def test_a_hollow_wheel_is_a_valid_wheel_without_code() -> None:
    metadata = b"Metadata-Version: 2.1\nName: Zope.Demo\nVersion: 1.0\nRequires-Dist: other\n\nA text.\n"
    data = hollow_wheel("zope_demo-1.0-1-cp39-cp39-manylinux_2_17_x86_64.whl", metadata)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        contents = {name: archive.read(name) for name in archive.namelist()}
    info = "zope_demo-1.0.dist-info"
    assert sorted(contents) == [f"{info}/METADATA", f"{info}/RECORD", f"{info}/WHEEL"]
    assert contents[f"{info}/METADATA"] == metadata
    assert message_from_bytes(contents[f"{info}/WHEEL"])["Wheel-Version"] == "1.0"
    for line in contents[f"{info}/RECORD"].decode().splitlines():
        path, digest, size = line.split(",")
        if path.endswith("RECORD"):
            assert (digest, size) == ("", "")
            continue
        sha256 = base64.urlsafe_b64encode(hashlib.sha256(contents[path]).digest()).decode().rstrip("=")
        assert (digest, int(size)) == (f"sha256={sha256}", len(contents[path]))


def test_a_hollow_wheel_has_the_same_bytes_every_time() -> None:
    made = hollow_wheel("till-1-py3-none-any.whl", b"Name: till\n")
    assert made == hollow_wheel("till-1-py3-none-any.whl", b"Name: till\n")
    assert made != hollow_wheel("till-1-py3-none-any.whl", b"Name: coin\n")
    assert hashlib.sha256(made).hexdigest() == "58dcb5287618ad70a9c66e009a9e596d5be9ced0dd7d104b0e31048b64b9adb6"


# --- not sending what is there ----------------------------------------------------------------------------------------


def test_metadata_that_the_client_has_is_not_read_again() -> None:
    index = shop()
    with serve(index) as served:
        address = f"{json.loads(raw(served.url, 'GET', '/simple/till/')[2])['files'][0]['url']}.metadata"
        tag = raw(served.url, "GET", address)[1]["ETag"]
        calls = list(index.calls)
        for _ in range(3):
            status, headers, body = raw(served.url, "GET", address, If_None_Match=tag)
            assert (status, headers["ETag"], body) == (304, tag, b"")
        assert index.calls == calls
        assert raw(served.url, "GET", address, If_None_Match='"other"')[0] == 200


def test_metadata_is_compared_by_content_even_when_it_was_not_read_in_this_run() -> None:
    index = shop()
    name = "till-1-cp39-cp39-manylinux_2_17_x86_64.whl"
    with serve(index) as served:
        files(served.url, "till")
        address = f"/files/{index.publish(name, index.body(name) or b'').sha256}/{name}.metadata"
        tag = raw(served.url, "GET", address)[1]["ETag"]
    with serve(index) as served:
        files(served.url, "till")
        assert raw(served.url, "GET", address, If_None_Match=tag)[0] == 304
    index.lies[name] = b"Metadata-Version: 2.1\nName: till\nVersion: 1\n"
    with serve(index) as served:
        files(served.url, "till")
        assert raw(served.url, "GET", address, If_None_Match=tag)[0] == 200


def test_several_requests_share_a_connection() -> None:
    with serve(shop()) as served:
        url = served.url_for(OLD)
        connection = HTTPConnection(url.split("/")[2], timeout=5)
        connection.connect()
        port = connection.sock.getsockname()[1]
        for path in (f"/for/{OLD.name}/simple/till/", "/simple/till/", "/simple/absent/", "/simple/till/"):
            connection.request("GET", path)
            connection.getresponse().read()
            assert connection.sock.getsockname()[1] == port
        connection.close()


# --- the address ------------------------------------------------------------------------------------------------------


def port_of(url: str) -> int:
    return int(url.split("/")[2].rpartition(":")[2])


def test_ports_for_a_text_are_always_the_same_and_nobodys() -> None:
    ports = stable_ports("a cache folder")
    assert ports == stable_ports("a cache folder")
    assert ports != stable_ports("another cache folder")
    assert stable_ports("\udcff")
    for number in range(200):
        assert all(49152 <= port <= 65535 for port in stable_ports(str(number)))


def test_the_same_text_gives_the_same_address_from_run_to_run() -> None:
    urls = set()
    for _ in range(3):
        with serve(shop(), address_for="stable-1") as served:
            urls.add(served.url)
            assert files(served.url, "till")
    assert len(urls) == 1


def test_another_run_beside_this_one_gets_another_address() -> None:
    with serve(shop(), address_for="stable-2") as first, serve(shop(), address_for="stable-2") as second:
        assert first.url != second.url
        assert port_of(second.url) in stable_ports("stable-2")
        assert files(first.url, "till") == files(second.url, "till")


def test_where_all_ports_are_taken_any_free_one_will_do() -> None:
    held = []
    for port in set(stable_ports("stable-3")):
        holder = socket.socket()
        held.append(holder)
        try:
            holder.bind(("127.0.0.1", port))
            holder.listen()
        except OSError as error:
            assert error.errno == errno.EADDRINUSE  # noqa: PT017 - somebody else holds it: just as well
    try:
        with serve(shop(), address_for="stable-3") as served:
            assert port_of(served.url) not in stable_ports("stable-3")
            assert files(served.url, "till")
    finally:
        for holder in held:
            holder.close()


def test_without_a_text_the_port_is_any() -> None:
    with serve(shop()) as first, serve(shop()) as second:
        assert port_of(first.url) != port_of(second.url)


def test_a_changed_page_has_another_tag_at_the_same_address() -> None:
    index = shop()
    tags = []
    for _ in range(2):
        with serve(index, address_for="stable-4") as served:
            path = f"/{served.url_for(NEW).split('/', 3)[3]}till/"
            tags.append(raw(served.url, "GET", path)[1]["ETag"])
            assert raw(served.url, "GET", path, If_None_Match=tags[0])[0] == (304 if len(set(tags)) == 1 else 200)
        index.yank("till-1-cp312-cp312-manylinux_2_17_x86_64.whl")
    assert len(set(tags)) == 2
