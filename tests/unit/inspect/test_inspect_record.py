from __future__ import annotations

import base64
import hashlib

import pytest

from uplock.errors import InputError
from uplock.inspect.record import parse_record
from uplock.inspect.zipdirectory import MAX_MEMBERS
from uplock.model.digest import sha256_of

NAME = "demo-1.0-py3-none-any.whl"


def line(path: str, data: bytes) -> str:
    digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
    return f"{path},sha256={digest},{len(data)}\n"


def test_digests_are_told_by_path() -> None:
    raw = line("demo/a.so", b"a") + line('"demo/a,b.so"', b"b") + "\r\ndemo-1.0.dist-info/RECORD,,\n"
    assert parse_record(raw.encode(), NAME) == {"demo/a.so": sha256_of(b"a"), "demo/a,b.so": sha256_of(b"b")}


def test_digests_of_other_algorithms_are_left_out() -> None:
    assert parse_record(b"demo/a.so,sha512=AAAA,1\n", NAME) == {}


def test_a_line_may_be_repeated_but_not_contradicted() -> None:
    same = line("a", b"a") * 2
    assert parse_record(same.encode(), NAME) == {"a": sha256_of(b"a")}
    with pytest.raises(InputError, match="line 3 claims a second digest"):
        parse_record((same + line("a", b"b")).encode(), NAME)


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"a,b\n", "2 fields"),
        (b"a,b,c,d\n", "4 fields"),
        (b"\xff,,\n", "UTF-8"),
        (b'"a,,\n', "comma-separated"),
        (b"a,sha256=AAAA,1\n", "no SHA-256"),
        (b"a,sha256=" + b"A" * 42 + b"!,1\n", "no SHA-256"),
        ("a,sha256=é,1\n".encode(), "no SHA-256"),
        (b"a,,\n" * (MAX_MEMBERS + 1), f"more than {MAX_MEMBERS}"),
        (b"a" * 200_000 + b",,\n", "comma-separated"),
    ],
)
def test_what_is_no_record_is_refused(raw: bytes, reason: str) -> None:
    with pytest.raises(InputError, match=reason) as raised:
        parse_record(raw, NAME)
    assert raised.value.context == f"{NAME}: RECORD"
    assert raised.value.remedy
