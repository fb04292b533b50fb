from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from uplock.errors import InputError
from uplock.index.simple import MAX_FILES, MAX_SIZE, parse_page
from uplock.model.view import IndexFile, IndexPage

JSON = "application/vnd.pypi.simple.v1+json"
URL = "https://index.example/simple/demo/"
SHA = "ab" * 32
WHEEL = "demo-1.0-py3-none-any.whl"


def entry(filename: object = WHEEL, **keys: object) -> dict[str, object]:
    return {"filename": filename, "url": f"../../files/{filename}", "hashes": {"sha256": SHA}, **keys}


def page(*files: object, version: str = "1.1", name: str = "demo", content_type: str = JSON) -> IndexPage:
    body = json.dumps({"meta": {"api-version": version}, "name": name, "files": files}).encode()
    return parse_page(body, content_type, URL, "demo")


def html(body: str) -> IndexPage:
    return parse_page(body.encode(), "text/html; charset=UTF-8", URL, "demo")


def only(parsed: IndexPage) -> IndexFile:
    (file,) = parsed.files
    return file


# --- JSON ---------------------------------------------------------------------------------------------------------


def test_a_json_file_carries_everything_that_the_standards_define() -> None:
    parsed = page(
        entry(
            size=7,
            yanked="broken",
            provenance="https://other.example/p",
            **{
                "upload-time": "2026-01-02T03:04:05.678901+01:00",
                "requires-python": ">=3.9",
                "core-metadata": {"sha256": "CD" * 32},
            },
        ),
        version="1.3",
    )
    assert parsed.provenance_offered
    assert only(parsed) == IndexFile(
        filename=WHEEL,
        sha256=only(parsed).sha256,
        url=f"https://index.example/files/{WHEEL}",
        size=7,
        upload_time=datetime(2026, 1, 2, 2, 4, 5, 678901, tzinfo=UTC),
        requires_python=">=3.9",
        yanked="broken",
        core_metadata=only(parsed).core_metadata,
        provenance="https://other.example/p",
    )
    assert (only(parsed).sha256, only(parsed).core_metadata) == (SHA, "cd" * 32)


def test_a_bare_json_file_has_no_optional_values() -> None:
    file = only(page(entry()))
    assert (file.size, file.upload_time, file.requires_python, file.yanked) == (None, None, None, None)
    assert (file.core_metadata, file.provenance) == (None, None)


@pytest.mark.parametrize(("told", "read"), [(False, None), (None, None), (True, ""), ("", ""), ("why", "why")])
def test_yanked_is_a_reason_or_a_flag(told: object, read: str | None) -> None:
    assert only(page(entry(yanked=told))).yanked == read


@pytest.mark.parametrize("key", ["core-metadata", "dist-info-metadata", "data-dist-info-metadata"])
def test_metadata_digests_are_found_under_every_name_of_history(key: str) -> None:
    assert only(page(entry(**{key: {"sha256": SHA}}))).core_metadata == SHA


def test_the_newest_name_of_the_metadata_key_wins_and_true_names_no_digest() -> None:
    assert only(page(entry(**{"core-metadata": True, "dist-info-metadata": {"sha256": SHA}}))).core_metadata is None
    assert only(page(entry(**{"core-metadata": {"md5": "x"}}))).core_metadata is None
    assert only(page(entry(**{"core-metadata": False}))).core_metadata is None


@pytest.mark.parametrize(
    ("version", "keys", "offered"),
    [
        ("1.0", {}, False),
        ("1.1", {}, False),
        ("1.1", {"provenance": None}, True),
        ("1.3", {}, True),
        ("1.10", {}, True),
    ],
)
def test_provenance_is_offered_by_version_or_by_a_key_seen(
    version: str, keys: dict[str, object], offered: bool
) -> None:
    assert page(entry(**keys), version=version).provenance_offered is offered


def test_files_are_sorted_and_equal_ones_counted_once() -> None:
    parsed = page(entry("demo-2.0.tar.gz"), entry(), entry("demo-1.5.zip"), entry())
    assert [file.filename for file in parsed.files] == [WHEEL, "demo-1.5.zip", "demo-2.0.tar.gz"]


@pytest.mark.parametrize(
    "filename",
    [
        "demo-1.0-1build-cp39-cp39-manylinux_2_17_x86_64.manylinux2014_x86_64.whl",
        "Demo-1.0+cpu-py2.py3-none-any.whl",
        "demo-1!2.0rc1-py3-none-any.whl",
        "demo-1.0.post1_1-py3-none-any.whl",
        "demo-1.0-rc1.tar.gz",
        "DEMO-1.0.zip",
    ],
)
def test_file_names_of_all_ages_are_known(filename: str) -> None:
    if filename == "demo-1.0.post1_1-py3-none-any.whl":
        assert page(entry(filename)).files == ()
    else:
        assert only(page(entry(filename))).filename == filename


def test_projects_with_dashes_are_told_from_longer_names() -> None:
    files = [entry("my-demo-1.0.tar.gz"), entry("my_demo-1.0-py3-none-any.whl"), entry("my-demo-extra-1.0.tar.gz")]
    body = json.dumps({"meta": {"api-version": "1.0"}, "name": "My.Demo", "files": files}).encode()
    found = [file.filename for file in parse_page(body, JSON, URL, "my-demo").files]
    assert found == ["my-demo-1.0.tar.gz", "my_demo-1.0-py3-none-any.whl"]


@pytest.mark.parametrize(
    "filename", ["demo-1.0.egg", "demo-1.0.win32.exe", "demo-1.0.tar.bz2", "demo.whl", "demo-x.zip"]
)
def test_other_formats_are_dropped(filename: str) -> None:
    assert page(entry(filename)).files == ()


@pytest.mark.parametrize("hashes", [{}, {"md5": "00" * 16}, {"sha512": "ab" * 64}, {"sha256": None}])
def test_files_without_sha256_are_listed_without_one(hashes: dict[str, object]) -> None:
    assert only(page(entry(hashes=hashes))).sha256 is None


@pytest.mark.parametrize(
    ("file", "message"),
    [
        (entry(hashes={"sha256": "xyz"}), "not a SHA-256"),
        (entry(size=-1), "impossible size"),
        (entry(size=MAX_SIZE + 1), "impossible size"),
        (entry(url="ftp://index.example/x"), "not an http or https URL"),
        (entry(url="https://[bad/x"), "not a usable URL"),
        (entry(provenance="javascript:x"), "not an http or https URL"),
        (entry(**{"upload-time": "yesterday"}), "is not a time"),
        (entry(**{"upload-time": "2026-01-02T03:04:05"}), "has no time zone"),
        (entry(**{"upload-time": "0001-01-01T00:00:00+23:00"}), "is not a time"),
        (entry(**{"requires-python": "x" * 5000}), "longer than"),
        (entry(**{"core-metadata": {"sha256": "zz"}}), "not a SHA-256"),
    ],
)
def test_a_malformed_file_spoils_the_page_and_is_named(file: object, message: str) -> None:
    with pytest.raises(InputError, match=message) as raised:
        page(entry("demo-0.1.zip"), file)
    assert raised.value.context.startswith(URL + ": files[1]")
    assert raised.value.remedy


@pytest.mark.parametrize(
    ("file", "place"),
    [
        ("x", "$.files[1]"),
        ({"filename": WHEEL, "url": "x"}, "$.files[1]"),
        ({"hashes": {}, "url": "x"}, "$.files[1]"),
        ({"filename": WHEEL, "hashes": {}}, "$.files[1]"),
        (entry(filename=3), "$.files[1].filename"),
        (entry(hashes=[]), "$.files[1].hashes"),
        (entry(hashes={"sha256": 3}), "$.files[1].hashes.sha256"),
        (entry(size="7"), "$.files[1].size"),
        (entry(size=True), "$.files[1].size"),
        (entry(size=7.5), "$.files[1].size"),
        (entry(yanked=3), "$.files[1].yanked"),
        (entry(url=3), "$.files[1].url"),
        (entry(url=None), "$.files[1].url"),
        (entry(provenance=True), "$.files[1].provenance"),
        (entry(**{"upload-time": 3}), "$.files[1].upload-time"),
        (entry(**{"core-metadata": "yes"}), "$.files[1].core-metadata"),
    ],
)
def test_a_file_of_another_shape_spoils_the_page_and_its_place_is_told(file: object, place: str) -> None:
    with pytest.raises(InputError) as raised:
        page(entry("demo-0.1.zip"), file)
    assert raised.value.message.endswith(f"`{place}`")
    assert raised.value.context == URL
    assert raised.value.remedy


def test_one_file_with_two_digests_spoils_the_page() -> None:
    with pytest.raises(InputError, match="two digests"):
        page(entry(), entry(hashes={"sha256": "cd" * 32}))


@pytest.mark.parametrize("first", [0, 1])
def test_one_file_with_and_without_a_digest_spoils_the_page(first: int) -> None:
    files = [entry(), entry(hashes={})]
    with pytest.raises(InputError, match="with one and without"):
        page(files[first], files[1 - first])


def test_one_file_without_a_digest_has_one_address() -> None:
    assert only(page(entry(hashes={}), entry(hashes={}))).sha256 is None
    with pytest.raises(InputError, match="two addresses"):
        page(entry(hashes={}), entry(hashes={}, url="../elsewhere"))


@pytest.mark.parametrize("version", ["2.0", "0.9", "1", "x", ""])
def test_only_version_one_of_the_api_is_read(version: str) -> None:
    with pytest.raises(InputError, match="not supported"):
        page(version=version)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"[]", "not a valid SimplePage"),
        (b"{}", "meta"),
        (b"{", "truncated"),
        (b"[" * 100_000, "not a valid SimplePage"),
        (b'{"other":' + b"[" * 100_000, "not a valid SimplePage"),
        (b'{"meta": {}}', "api-version"),
        (b'{"meta": {"api-version": 1.0}, "name": "demo", "files": []}', "api-version"),
        (b'{"meta": {"api-version": "1.0"}}', "name"),
        (b'{"meta": {"api-version": "1.0"}, "name": "demo"}', "files"),
    ],
)
def test_what_is_no_page_is_refused(body: bytes, message: str) -> None:
    with pytest.raises(InputError, match=message):
        parse_page(body, JSON, URL, "demo")


def test_a_page_with_too_many_files_is_refused() -> None:
    one = b'{"filename":"x","url":"x","hashes":{}}'
    body = b'{"meta":{"api-version":"1.0"},"name":"demo","files":[' + (one + b",") * MAX_FILES + one + b"]}"
    with pytest.raises(InputError, match="more than 200000 files"):
        parse_page(body, JSON, URL, "demo")


@pytest.mark.parametrize("kind", ["application/json", "application/vnd.pypi.simple.v2+json", "", "text/plain"])
def test_other_content_types_are_refused(kind: str) -> None:
    with pytest.raises(InputError, match="not a simple API page"):
        page(content_type=kind)


# --- HTML ---------------------------------------------------------------------------------------------------------


def test_an_html_file_carries_what_its_attributes_say() -> None:
    parsed = html(
        f'<a href="../../f/{WHEEL}#sha256={SHA}" data-requires-python="&gt;=3.9,&lt;4" data-yanked="a &amp; b" '
        f'data-core-metadata="sha256={SHA}" data-provenance="/p/{WHEEL}">text</a>'
    )
    file = only(parsed)
    assert (file.url, file.requires_python, file.yanked) == (
        f"https://index.example/f/{WHEEL}",
        ">=3.9,<4",
        "a & b",
    )
    assert (file.core_metadata, file.provenance) == (SHA, f"https://index.example/p/{WHEEL}")
    assert parsed.provenance_offered


def test_an_html_page_may_be_bare() -> None:
    parsed = html(
        f'<a href="{WHEEL}#sha256={SHA}" data-yanked data-dist-info-metadata="true">x</a>'
        f'<a href="demo-2.0.tar.gz">no digest</a><a href="demo-3.0.tar.gz#md5=00">md5</a><a name="x">none</a>'
    )
    file, *others = parsed.files
    assert (file.sha256, file.yanked, file.core_metadata, file.provenance) == (SHA, "", None, None)
    assert [(other.filename, other.sha256) for other in others] == [
        ("demo-2.0.tar.gz", None),
        ("demo-3.0.tar.gz", None),
    ]
    assert not parsed.provenance_offered


def test_a_base_address_moves_relative_links() -> None:
    text = f'<base href="//cdn.example/x/"><base href="https://y.example/"><a href="{WHEEL}?v=1#sha256={SHA}">x</a>'
    assert only(html(text)).url == f"https://cdn.example/x/{WHEEL}?v=1"


def test_encoded_file_names_in_links_are_decoded() -> None:
    text = f'<a href="demo-1.0%2Bcpu-py3-none-any.whl#sha256={SHA}">x</a>'
    assert only(html(text)).filename == "demo-1.0+cpu-py3-none-any.whl"


@pytest.mark.parametrize(("version", "offered"), [("1.0", False), ("1.3", True)])
def test_the_version_of_an_html_page_tells_whether_provenance_is_offered(version: str, offered: bool) -> None:
    assert html(f'<meta name="pypi:repository-version" content="{version}">').provenance_offered is offered


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('<meta name="pypi:repository-version" content="2.0">', "not supported"),
        (f'<a href="ftp://x.example/{WHEEL}#sha256={SHA}">', "anchor 0: not an http"),
        (f'<a href="{WHEEL}#sha256=zz">', "anchor 0: .*not a SHA-256"),
        (f'<base href="javascript:x"><a href="{WHEEL}#sha256={SHA}">', "not an http"),
    ],
)
def test_a_malformed_html_page_is_refused(text: str, message: str) -> None:
    with pytest.raises(InputError) as raised:
        html(text)
    assert raised.match(message)


def test_html_must_be_utf8_and_bounded() -> None:
    with pytest.raises(InputError, match="not a readable HTML page"):
        parse_page(b"\xff", "text/html", URL, "demo")
    with pytest.raises(InputError, match="anchors"):
        html("<a>" * (MAX_FILES + 1))
