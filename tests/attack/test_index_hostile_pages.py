"""A page that lies about whose files it lists, where they are or what they are called."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from uplock.errors import InputError
from uplock.index.directory import ProvenanceDirectory
from uplock.index.simple import parse_page

JSON = "application/vnd.pypi.simple.v1+json"
URL = "https://index.example/simple/demo/"
SHA = "ab" * 32

HOSTILE_NAMES = [
    "../demo-1.0-py3-none-any.whl",
    "demo-1.0-py3-none-any.whl/../../x",
    "/etc/demo-1.0-py3-none-any.whl",
    "..\\demo-1.0-py3-none-any.whl",
    "demo-1.0-py3-none-any.whl\x00.txt",
    "demo-1.0-py3-none-any.whl\n",
    "demo-1.0-\x1b[31m-none-any.whl",
    "demo-1.0-py3-none-any.whl ",
    "-demo-1.0.tar.gz",
    ".demo-1.0.tar.gz",
    "demo-1.0-py3-none-any.WHL",
    "dem\u043e-1.0-py3-none-any.whl",
    "demo-" + "1" * 300 + ".tar.gz",
    "demo-1.0;rm-py3-none-any.whl",
    "CON",
    "",
]


def as_json(name: str, *files: Mapping[str, object]) -> bytes:
    return json.dumps({"meta": {"api-version": "1.0"}, "name": name, "files": files}).encode()


@pytest.mark.parametrize("filename", HOSTILE_NAMES)
def test_a_file_name_that_is_no_plain_name_is_not_admitted(filename: str) -> None:
    entry = {"filename": filename, "url": "x", "hashes": {"sha256": SHA}}
    assert parse_page(as_json("demo", entry), JSON, URL, "demo").files == ()


def test_a_link_whose_last_part_decodes_to_a_path_is_not_admitted() -> None:
    text = f'<a href="..%2f..%2fdemo-1.0-py3-none-any.whl#sha256={SHA}">demo-1.0-py3-none-any.whl</a>'
    assert parse_page(text.encode(), "text/html", URL, "demo").files == ()


def test_a_page_of_another_project_is_refused() -> None:
    with pytest.raises(InputError, match="is the page of 'evil', not of demo"):
        parse_page(as_json("evil"), JSON, URL, "demo")


@pytest.mark.parametrize(
    "filename", ["evil-1.0-py3-none-any.whl", "demo_evil-1.0-py3-none-any.whl", "demo-evil-1.0.zip"]
)
@pytest.mark.parametrize("kind", [JSON, "text/html"])
def test_files_of_another_project_are_not_admitted(filename: str, kind: str) -> None:
    entry = {"filename": filename, "url": "x", "hashes": {"sha256": SHA}}
    body = as_json("demo", entry) if kind == JSON else f'<a href="{filename}#sha256={SHA}">x</a>'.encode()
    assert parse_page(body, kind, URL, "demo").files == ()


@pytest.mark.parametrize("url", ["file:///etc/passwd", "javascript:alert(1)", "data:text/plain,x", "https://a@b@c/"])
def test_a_link_that_leads_off_the_web_spoils_the_page(url: str) -> None:
    entry = {"filename": "demo-1.0-py3-none-any.whl", "url": url, "hashes": {"sha256": SHA}}
    with pytest.raises(InputError, match="URL"):
        parse_page(as_json("demo", entry), JSON, URL, "demo")


def test_a_second_digest_for_one_file_spoils_the_page() -> None:
    entries = [
        {"filename": "demo-1.0-py3-none-any.whl", "url": "x", "hashes": {"sha256": digit * 64}} for digit in "ab"
    ]
    with pytest.raises(InputError, match="two digests"):
        parse_page(as_json("demo", *entries), JSON, URL, "demo")


def test_messages_about_a_hostile_page_hold_no_control_characters() -> None:
    with pytest.raises(InputError) as raised:
        parse_page(as_json("\x1b]0;owned\x07"), JSON, URL + "\x1b[2J", "demo")
    assert str(raised.value).isprintable()


@pytest.mark.parametrize("filename", ["../secret", "/etc/passwd", "a/b", "x\0y"])
def test_a_provenance_directory_is_not_left_by_name(tmp_path: Path, filename: str) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "secret.provenance").write_bytes(b"secret")
    with pytest.raises(InputError, match="not a plain file name"):
        ProvenanceDirectory(tmp_path / "in").provenance(filename, "demo")


def test_a_provenance_directory_is_not_left_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "secret").write_bytes(b"secret")
    (tmp_path / "in" / "demo-1.0.zip.provenance").symlink_to(tmp_path / "secret")
    source = ProvenanceDirectory(tmp_path / "in")
    with pytest.raises(InputError, match="leads out of the directory"):
        source.provenance("demo-1.0.zip", "demo")


def test_a_link_within_a_provenance_directory_is_followed(tmp_path: Path) -> None:
    (tmp_path / "real").write_bytes(b"document")
    (tmp_path / "demo-1.0.zip.provenance").symlink_to("real")
    assert "document" in repr(ProvenanceDirectory(tmp_path).provenance("demo-1.0.zip", "demo"))
