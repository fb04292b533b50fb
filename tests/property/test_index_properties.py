"""Whatever comes in: our own errors or a value, never anything else; and two forms of a page mean the same."""

from __future__ import annotations

import html
import json
from contextlib import suppress
from urllib.parse import quote

from hypothesis import given
from hypothesis import strategies as st

from uplock.errors import InputError
from uplock.index.address import origin, parse, redact, without_credentials
from uplock.index.body import decoded
from uplock.index.listing import page_json
from uplock.index.simple import parse_page
from uplock.model.digest import sha256_of
from uplock.model.value import changed

JSON = "application/vnd.pypi.simple.v1+json"
URL = "https://index.example/simple/demo/"

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)
entries = st.fixed_dictionaries(
    {},
    optional={
        "filename": st.sampled_from(["demo-1.0-py3-none-any.whl", "demo-1.0.tar.gz"]) | anything,
        "url": st.sampled_from(["x", "https://x.example/y", "//z/", "https://[", "\x00"]) | anything,
        "hashes": st.just({"sha256": "ab" * 32}) | anything,
        "yanked": anything,
        "size": anything,
        "upload-time": st.datetimes().map(lambda moment: moment.isoformat() + "Z") | anything,
        "core-metadata": anything,
        "provenance": anything,
        "requires-python": anything,
    },
)


@given(st.lists(entries | anything, max_size=4))
def test_any_json_is_a_page_or_an_input_error(files: list[object]) -> None:
    body = json.dumps({"meta": {"api-version": "1.3"}, "name": "demo", "files": files}).encode()
    with suppress(InputError):
        page = parse_page(body, JSON, URL, "demo")
        assert page == parse_page(body, JSON, URL, "demo")


@given(st.binary(max_size=200), st.sampled_from([JSON, "text/html"]))
def test_any_bytes_are_a_page_or_an_input_error(body: bytes, kind: str) -> None:
    with suppress(InputError):
        parse_page(body, kind, URL, "demo")


@given(st.text(alphabet="<>!-[]a\"'=/ &#;hrefbsmt?", max_size=80))
def test_any_markup_is_a_page_or_an_input_error(text: str) -> None:
    with suppress(InputError):
        parse_page(text.encode(), "text/html", URL, "demo")


@given(
    st.dictionaries(
        st.integers(0, 99).map(lambda number: f"demo-{number}-py3-none-any.whl"),
        st.tuples(
            st.binary(max_size=4), st.none() | st.text(max_size=12), st.none() | st.sampled_from([">=3.9", "<4 & >3"])
        ),
        max_size=5,
    )
)
def test_json_and_html_of_the_same_files_give_the_same_page(
    files: dict[str, tuple[bytes, str | None, str | None]],
) -> None:
    listed, anchors = [], ["<html>"]
    for name, (data, yanked, python) in files.items():
        digest = sha256_of(data)
        reason: object = False if yanked is None else yanked or True
        listed.append(
            {"filename": name, "url": name, "hashes": {"sha256": digest}, "yanked": reason, "requires-python": python}
        )
        attributes = "" if yanked is None else f' data-yanked="{html.escape(yanked)}"'
        attributes += "" if python is None else f' data-requires-python="{html.escape(python)}"'
        anchors.append(f'<a href="{quote(name)}#sha256={digest}"{attributes}>{name}</a>')
    body = json.dumps({"meta": {"api-version": "1.0"}, "name": "demo", "files": listed}).encode()
    from_json = parse_page(body, JSON, URL, "demo")
    assert from_json == parse_page("\n".join(anchors).encode(), "text/html", URL, "demo")
    served = parse_page(page_json(from_json), JSON, URL, "demo")
    assert [changed(file, url="") for file in served.files] == [changed(file, url="") for file in from_json.files]


@given(st.text(max_size=60) | st.text(max_size=40).map(lambda text: "https://user:s3cr3t@index.example/" + text))
def test_what_is_shown_never_holds_user_info_or_control_characters(url: str) -> None:
    shown = redact(url)
    assert "s3cr3t" not in shown
    assert shown.isprintable()


@given(st.text(alphabet="htps:/@.ax1[]?#%\\ ", max_size=40))
def test_an_accepted_address_keeps_its_origin_without_credentials(text: str) -> None:
    with suppress(InputError):
        parse(text)
        assert origin(without_credentials(text)) == origin(text)
        assert without_credentials(without_credentials(text)) == without_credentials(text)


@given(st.lists(st.binary(max_size=40), max_size=5), st.sampled_from(["", "gzip"]), st.integers(0, 100))
def test_any_body_is_decoded_within_its_limit_or_refused(chunks: list[bytes], encoding: str, limit: int) -> None:
    with suppress(InputError):
        body = decoded(chunks, encoding, limit)
        assert encoding == "" or len(body) <= limit
