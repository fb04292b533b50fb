"""RECORD: parsed strictly, and what it says against what is there."""

from __future__ import annotations

import base64
import hashlib

import pytest

from support.environments import content_of_bytes
from support.wheels import build_wheel
from uplock.content.record import MAX_RECORD, parse_record
from uplock.errors import InputError

HASH = base64.urlsafe_b64encode(hashlib.sha256(b"").digest()).rstrip(b"=").decode()


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_rows_are_read_with_either_line_end(end: str) -> None:
    text = end.join([f"a.py,sha256={HASH},0", f'"b, c.py",SHA256={HASH},', "d\\e.py,,", "", ""])
    first, second, third = parse_record(text.encode())
    assert (first.path, first.algorithm, first.digest, first.size) == (
        "a.py",
        "sha256",
        hashlib.sha256(b"").hexdigest(),
        0,
    )
    assert (second.path, second.algorithm, second.size) == ("b, c.py", "sha256", None)
    assert (third.path, third.algorithm, third.digest, third.size) == ("d/e.py", "", "", None)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"a.py\n", "no path, hash and size in row 1"),
        (b"a,,\nb,,,\n", "in row 2"),
        (b",,\n", "no path"),
        (b"a\tb,,\n", "no path"),
        (b"a,,x\n", "no number"),
        (b"a,,-1\n", "no number"),
        (b"a,,\xd9\xa1\n", "no number"),
        (b"a,,111111111111111111111\n", "no number"),
        (b"a,sha256=@@@,\n", "no base64"),
        (b"a,sha256=\xc3\xa9,\n", "no base64"),
        (b"a,sha256=AAB,\n", "stray bits"),
        (b"a,,\na,,\n", "twice"),
        (b'"a,,\n', "not CSV"),
        (b"\xff,,\n", "not CSV in UTF-8"),
        (b"x" * (MAX_RECORD + 1), "larger"),
        (b"a,,\n" * 400_001, "rows"),
    ],
)
def test_what_is_no_record_is_refused(data: bytes, words: str) -> None:
    with pytest.raises(InputError, match=words):
        parse_record(data)


def lies(record: str, files: dict[str, bytes] | None = None) -> dict[tuple[str, str], str]:
    name, data = build_wheel("demo", "1.0", files={**(files or {}), "demo-1.0.dist-info/RECORD": record.encode()})
    return {(lie.kind, lie.path): lie.detail for lie in content_of_bytes((name, data)).lies}


def test_a_record_that_tells_the_truth_has_no_lies() -> None:
    assert content_of_bytes(build_wheel("demo", "1.0")).lies == ()


def test_each_lie_of_a_record_is_told() -> None:
    other = base64.urlsafe_b64encode(hashlib.sha256(b"other").digest()).rstrip(b"=").decode()
    long = base64.urlsafe_b64encode(hashlib.sha512(b"x").digest()).rstrip(b"=").decode()
    files = {"a.py": b"", "b.py": b"x", "c.py": b"x", "d.py": b"x", "e.py": b"x"}
    found = lies(
        f"demo/__init__.py,sha256={other},1\na.py,sha256={HASH},5\nb.py,md5=rBgYGw,1\nc.py,,1\n"
        f"d.py,sha512={long},1\ne.py,sha384={long},1\nf.py,sha256={HASH},0\n"
        "demo-1.0.dist-info/RECORD,,\ndemo-1.0.dist-info/RECORD.jws,,\n",
        files,
    )
    assert set(found) == {
        ("hash", "demo/__init__.py"),
        ("size", "demo/__init__.py"),
        ("size", "a.py"),
        ("weak", "b.py"),
        ("weak", "c.py"),
        ("hash", "e.py"),
        ("absent", "f.py"),
        ("unlisted", "demo-1.0.dist-info/METADATA"),
        ("unlisted", "demo-1.0.dist-info/WHEEL"),
    }
    assert found["size", "a.py"] == "RECORD says 5 bytes, it has 0"
    assert hashlib.sha256(b"other").hexdigest() in found["hash", "demo/__init__.py"]


def test_a_record_that_cannot_be_read_is_one_lie() -> None:
    assert set(lies("what is this\n")) == {("malformed", "demo-1.0.dist-info/RECORD")}


def test_the_content_is_that_of_the_members_whatever_record_says() -> None:
    honest = content_of_bytes(build_wheel("demo", "1.0"))
    lying = content_of_bytes(build_wheel("demo", "1.0", files={"demo-1.0.dist-info/RECORD": b"what is this\n"}))
    assert honest.files == lying.files
