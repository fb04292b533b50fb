"""The statement about a document: what it is about, how it is read, and when it holds."""

from __future__ import annotations

import json
from typing import Any

import pytest

from support.signed_sboms import LOCK, LOCK_NAME, NAME, make_document, make_statement, written
from uplock.errors import InputError, UsageError
from uplock.model.digest import sha256_of
from uplock.sbom.envelope import signed_bytes
from uplock.sbom.signed import LockReference, Subject, disagreement, read_document, read_statement, write_statement

SHA = sha256_of(LOCK)


def _referring(*references: object) -> bytes:
    return written({"bomFormat": "CycloneDX", "externalReferences": list(references)})


def _lock(url: object, digest: str = SHA) -> dict[str, object]:
    return {"type": "build-meta", "url": url, "hashes": [{"alg": "SHA-256", "content": digest}]}


def test_what_is_signed_is_the_encoding_of_the_specification() -> None:
    assert signed_bytes(b"hello world", "http://example.com/HelloWorld") == (
        b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
    )


def test_the_statement_is_about_the_locks_and_the_bytes_of_the_document() -> None:
    raw = written(make_document())
    document = read_document(raw)
    raw_statement = write_statement(document, NAME, (Subject(name=LOCK_NAME, sha256=SHA),))

    assert json.loads(raw_statement) == make_statement(make_document())
    statement = read_statement(raw_statement)
    assert statement.subjects == (Subject(name=LOCK_NAME, sha256=SHA),)
    assert statement.document == sha256_of(raw)
    assert disagreement(statement, document) is None


def test_equal_documents_give_equal_statements() -> None:
    names = [write_statement(read_document(written(make_document())), NAME, subjects) for subjects in _orders()]
    assert len(set(names)) == 1


def _orders() -> list[tuple[Subject, ...]]:
    one, other = Subject(name="a", sha256=SHA), Subject(name="b", sha256=SHA)
    return [(one, other), (other, one)]


@pytest.mark.parametrize(
    ("url", "name", "place"),
    [
        ("../locks/pylock.toml", "pylock.toml", "../locks/pylock.toml"),
        ("pylock%20a.toml", "pylock a.toml", "pylock a.toml"),
        ("https://host.example/locks/pylock.toml", "pylock.toml", None),
        ("//host.example/pylock.toml", "pylock.toml", None),
        ("/etc/passwd", "passwd", None),
        ("%2Fetc/passwd", "passwd", None),
        ("a%00b", "a%00b", None),
        ("pylock.toml?x", "pylock.toml?x", None),
        ("http://[", "[", None),
        ("", "lock", None),
    ],
)
def test_a_lock_is_named_with_its_place_if_that_is_relative(url: str, name: str, place: str | None) -> None:
    document = read_document(_referring(_lock(url)))

    assert document.locks == (LockReference(name=name, sha256=SHA, place=place),)


@pytest.mark.parametrize(
    "reference",
    [None, {}, {"type": "bom", "url": "x"}, _lock(3), _lock("a") | {"hashes": None}, _lock("a") | {"hashes": [3, {}]}],
)
def test_what_refers_to_no_lock_is_passed_over(reference: object) -> None:
    assert read_document(_referring(reference)).locks == ()


@pytest.mark.parametrize("raw", [b"<bom/>", b"\xef\xbb\xbf \n<?xml"])
def test_xml_is_a_usage_error(raw: bytes) -> None:
    with pytest.raises(UsageError):
        read_document(raw)


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "1:1: is not JSON"),
        (b"[]", "not an object"),
        (b"{}", "not a CycloneDX document"),
        (b'{"bomFormat": "CycloneDX"', "1:26: is not JSON"),
        (b'{"a": {"k": 1, "k": 1}}', 'repeats the key "k"'),
        (b'{"a": NaN}', "is NaN"),
        (b'{"a": 1e999}', "no number that can be kept"),
        (b'{"a": ' + b"9" * 5000 + b"}", "more than 64 characters"),
        (b'{"a": "\xff"}', "Unicode"),
        (b'{"a": "\\ud800"}', "half a surrogate pair"),
        (b'{"a": ' + b"[" * 300 + b"]" * 300 + b"}", "deeper"),
        (b'{"a": ' + b"[" * 200_000, "deeper"),
    ],
)
def test_json_of_more_than_one_meaning_is_refused(raw: bytes, said: str) -> None:
    with pytest.raises(InputError) as caught:
        read_document(raw)
    assert said in str(caught.value)


@pytest.mark.parametrize("kind", ["https://cyclonedx.org/bom", "https://cyclonedx.org/bom/v1.6"])
def test_a_statement_of_another_tool_need_not_bind_the_bytes(kind: str) -> None:
    lock = {"name": LOCK_NAME, "digest": {"sha256": SHA, "sha512": "00"}, "more": 1}
    statement = read_statement(
        written(make_statement(make_document(), subject=[lock], predicateType=kind, more="ignored"))
    )

    assert statement.document is None
    assert disagreement(statement, read_document(json.dumps(make_document()).encode())) is None


@pytest.mark.parametrize(
    "changes",
    [
        {"_type": "https://in-toto.io/Statement/v0.1"},
        {"predicateType": "https://spdx.dev/Document"},
        {"predicateType": "https://cyclonedx.org/bomb"},
        {"predicateType": None},
        {"predicate": []},
        {"subject": []},
        {"subject": None},
        {"subject": ["x"]},
        {"subject": [{"name": "x"}]},
        {"subject": [{"digest": {"sha512": "00"}}]},
        {"subject": [{"digest": {"sha256": "00"}}]},
        {"subject": [{"digest": {"sha256": SHA}}] * 1001},
        {"subject": make_statement({})["subject"][1:] * 2},
    ],
)
def test_a_statement_of_another_kind_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(InputError):
        read_statement(written(make_statement(make_document(), **changes)))


@pytest.mark.parametrize("one", [1, True, "1", None, [1], 1.5])
def test_a_document_differs_by_any_value(one: object) -> None:
    statement = read_statement(written(make_statement(make_document(x=1.0), subject=_only_lock())))

    assert disagreement(statement, read_document(written(make_document(x=1.0)))) is None
    assert disagreement(statement, read_document(written(make_document(x=one)))) == "another document was signed"


def _only_lock() -> list[dict[str, Any]]:
    return [{"name": LOCK_NAME, "digest": {"sha256": SHA}}]


def test_a_character_that_is_written_as_two_halves_is_one() -> None:
    document = read_document(b'{"bomFormat": "CycloneDX", "x": "\\ud83d\\ude00"}')

    assert document.tree["x"] == "\U0001f600"
