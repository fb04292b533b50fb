from __future__ import annotations

import pytest

from uplock.errors import InputError
from uplock.index.address import MAX_URL, origin, parse, redact, user_info, without_credentials


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://user:pass@index.example/simple", "https://index.example/simple"),
        ("https://token@index.example:8443/simple/", "https://index.example:8443/simple/"),
        ("https://index.example/f.whl?signature=abc#sha256=1", "https://index.example/f.whl"),
        ("https://a:b@c@index.example/", "https://index.example/"),
        ("https://index.example/\x1b[31m\n", "https://index.example/?[31m?"),
        ("not a url", "not a url"),
        ("x" * 900, "x" * 500),
    ],
)
def test_what_is_shown_of_a_url_has_no_secrets_and_no_control_characters(url: str, shown: str) -> None:
    assert redact(url) == shown


@pytest.mark.parametrize(
    "url",
    [
        "ftp://index.example/",
        "file:///etc/passwd",
        "/simple/",
        "https://",
        "https://index.example:99999/",
        "https://index.example:0/",
        "https://index.example\\@evil.example/",
        "https://a@index.example@evil.example/",
        "https://index.example/ white space",
        "https://index.example/\r\nX-Evil: 1",
        "https://[::1/",
        "https://i\u0307ndex.example/",
        "https://index.example/" + "a" * MAX_URL,
    ],
)
def test_an_address_that_two_parsers_could_read_differently_is_refused(url: str) -> None:
    with pytest.raises(InputError, match="URL"):
        parse(url)


def test_an_origin_is_scheme_host_and_port() -> None:
    assert origin("https://u:p@INDEX.example/simple") == ("https", "index.example", 443)
    assert origin("http://[::1]:8080/") == ("http", "::1", 8080)
    assert origin("http://index.example") != origin("https://index.example")


def test_user_info_is_decoded_and_removed() -> None:
    url = "https://me%40corp:p%3Aw@index.example:81/x?y=1"
    assert user_info(url) == ("me@corp", "p:w")
    assert without_credentials(url) == "https://index.example:81/x?y=1"
    assert user_info("https://index.example") == (None, None)
    assert user_info("https://token@index.example") == ("token", None)
