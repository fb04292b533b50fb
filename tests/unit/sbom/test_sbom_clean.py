from __future__ import annotations

import pytest

from uplock.sbom.clean import NAME_LIMIT, TEXT_LIMIT, URL_LIMIT, Cleaner
from uplock.sbom.vocabulary import Term


def noted(clean: Cleaner) -> list[str]:
    return [each.value for each in clean.notes]


@pytest.mark.parametrize("text", ["plain", "Łukasz", "王小明", "a b"])
def test_ordinary_text_passes_unchanged_and_unnoted(text: str) -> None:
    clean = Cleaner()
    assert clean.line("summary", text) == text
    assert clean.notes == ()


@pytest.mark.parametrize("text", ["a\x00b", "a\x1bb", "a\x9fb", "a\u202eb", "a\ud800b", "a\ufffeb"])
def test_unprintable_characters_are_replaced_and_noted(text: str) -> None:
    clean = Cleaner()
    assert clean.line("summary", text) == "a\ufffdb"
    assert noted(clean) == ["summary: unprintable characters replaced"]


def test_a_line_has_no_line_ends_and_is_bounded() -> None:
    clean = Cleaner()
    assert clean.line("summary", " one\r\n\ttwo ") == "one two"
    assert clean.line("summary", "x" * (TEXT_LIMIT + 1)) == "x" * TEXT_LIMIT
    assert noted(clean) == [f"summary: cut to {TEXT_LIMIT} characters"]


@pytest.mark.parametrize("text", [None, "", " \n "])
def test_nothing_is_nothing(text: str | None) -> None:
    assert Cleaner().line("summary", text) is None


def test_a_page_keeps_its_lines() -> None:
    assert Cleaner().page("license", "one\r\ntwo\rthree\n") == "one\ntwo\nthree\n"


@pytest.mark.parametrize(("text", "name"), [("", "unnamed"), ("a/b", "a_b"), ("n" * 999, "n" * NAME_LIMIT)])
def test_a_name_fits_into_a_package_url_and_says_what_was_done(text: str, name: str) -> None:
    clean = Cleaner()
    assert clean.name("name", text) == name
    assert len(clean.notes) == 1


@pytest.mark.parametrize(
    "url",
    [
        "https://index.example",
        "https://index.example:8443/a/b-1.0%2Bx.whl",
        "http://127.0.0.1:8080/x?a=b&c=d#frag",
        "https://index.example/?page=2",
        "https://index.example/(x)/~y",
    ],
)
def test_plain_urls_pass_unchanged(url: str) -> None:
    clean = Cleaner()
    assert clean.url("url", url) == url
    assert clean.notes == ()


def test_what_a_url_must_quote_is_quoted() -> None:
    assert Cleaner().url("url", " https://index.example/a b/é'[] ") == "https://index.example/a%20b/%C3%A9%27%5B%5D"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "UNKNOWN",
        "ftp://index.example/",
        "file:///home/me/x.whl",
        "javascript:alert(1)",
        "https://",
        "https://user@index.example/",
        "https://user:secret@index.example/",
        "https://index.example/%zz",
        "https://index.example/#a#b",
        "https://index.example\\@evil.example/",
        "https://bücher.example/",
        "https://index.example/" + "x" * URL_LIMIT,
    ],
)
def test_what_is_no_plain_url_is_left_out_and_noted(url: str) -> None:
    clean = Cleaner()
    assert clean.url("project URL", url) is None
    assert noted(clean) == ["project URL: not a plain HTTP URL"]


@pytest.mark.parametrize(
    "query", ["token=x", "a=b&access_token=x", "X-Amz-Signature=x", "Password=x", "sig=x", "key=x"]
)
def test_a_url_whose_query_looks_like_a_credential_is_left_out(query: str) -> None:
    clean = Cleaner()
    assert clean.url("distribution", f"https://index.example/x?{query}") is None
    assert noted(clean) == ["distribution: may carry a credential"]


@pytest.mark.parametrize("address", ["jane@example.org", "j.d+x_y-z@a-b.example.org"])
def test_addresses_pass(address: str) -> None:
    assert Cleaner().address("author", address) == address


@pytest.mark.parametrize(
    "address",
    [
        "jane",
        "jane@",
        "@example.org",
        "jane@localhost",
        "ja..ne@example.org",
        ".jane@example.org",
        "jane@-example.org",
        "jane@example.org\n",
        "a b@example.org",
        "jane@exam_ple.org",
        "x" * 65 + "@example.org",
        "x@" + "a." * 130 + "org",
    ],
)
def test_what_is_not_certainly_an_address_is_left_out_and_noted(address: str) -> None:
    clean = Cleaner()
    assert clean.address("author", address) is None
    assert noted(clean) == ["author: not an e-mail address"]


@pytest.mark.parametrize(
    ("path", "relative"),
    [
        ("/etc/passwd", "etc/passwd"),
        ("\\\\host\\x.so", "host\\x.so"),
        ("C:\\x.so", "x.so"),
        ("file:///x.so", "x.so"),
        ("~/x.so", "x.so"),
        ("/", "unnamed"),
    ],
)
def test_the_path_of_a_member_is_made_relative_and_noted(path: str, relative: str) -> None:
    clean = Cleaner()
    assert clean.member("native file", path) == relative
    assert noted(clean) == ["native file: made relative"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("see FILE:/home/me/build for more", "see [removed] for more"),
        ("profile:/not/a/place", "profile:/not/a/place"),
        ("from https://me:secret@index.example/simple", "from https://[removed]index.example/simple"),
        ("https://index.example/a@b", "https://index.example/a@b"),
    ],
)
def test_properties_name_no_place_on_a_machine_and_carry_no_credential(text: str, expected: str) -> None:
    clean = Cleaner()
    (found,) = clean.facts(Term.ATTESTATION_DETAIL, text)
    assert found.value == expected
    assert bool(clean.notes) == (text != expected)
