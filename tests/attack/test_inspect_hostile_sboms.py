"""Documents and lists of crates in a wheel that are made to exhaust, crash or mislead their reader."""

import json
import zlib

import pytest

from support.declared import audit_data, crate, cyclonedx, encoded, library, read, spdx, spdx_package
from support.native import native_library
from uplock.errors import InputError
from uplock.inspect import declaration
from uplock.inspect.boundedjson import MAX_DEPTH, MAX_TEXT, MAX_VALUES
from uplock.inspect.crates import MAX_CRATES, MAX_INFLATED, read_crates
from uplock.inspect.declared import read_document
from uplock.inspect.difference import differences
from uplock.model.native_sbom import Crate
from uplock.model.value import decode_json, encode

ESCAPE = "\x1b]0;owned\x07"


def reason(data: bytes) -> str | None:
    return read_document("a.json", data).reason


@pytest.mark.parametrize("opening", [b"[", b'{"a":'])
@pytest.mark.parametrize("depth", [MAX_DEPTH + 1, 2000, 500_000])
def test_deep_nesting(opening: bytes, depth: int) -> None:
    closing = b"]" if opening == b"[" else b"}"
    assert reason(opening * depth + b"1" + closing * depth) == f"is nested deeper than {MAX_DEPTH} levels"


def test_components_nested_as_deep_as_it_goes() -> None:
    nested = library("a")
    for _ in range(MAX_DEPTH):
        nested = library("a", components=[nested])
    assert reason(encoded(cyclonedx(nested))) == f"is nested deeper than {MAX_DEPTH} levels"


def test_more_values_than_anybody_needs() -> None:
    assert reason(b"[" + b"0," * MAX_VALUES + b"0]") == f"holds more than {MAX_VALUES} values"
    assert reason(b"[" + b"{}," * (MAX_VALUES // 2) + b"{}]") == f"holds more than {MAX_VALUES} values"


def test_second_key_that_other_readers_would_take() -> None:
    honest = encoded(cyclonedx(library("openssl", "1.1.1w")))
    assert reason(honest.replace(b'"name"', b'"name": "zlib", "name"')) == "repeats a key in one object"


@pytest.mark.parametrize("number", [b"9" * 100_000, b"-" + b"1" * 5000, b"1e999999", b"0." + b"3" * 100_000])
def test_numbers_that_take_long_to_make(number: bytes) -> None:
    data = encoded(cyclonedx(library("a"))).replace(b'"version": 1', b'"version": ' + number)
    assert reason(data) is None


@pytest.mark.parametrize("word", [b"NaN", b"Infinity", b"-Infinity"])
def test_words_that_are_not_json(word: bytes) -> None:
    assert reason(b'{"a": ' + word + b"}") == f"holds {word.decode()}, which is not JSON"


def test_texts_that_are_no_unicode_are_kept_in_a_form_that_can_be_written() -> None:
    document = read(cyclonedx(library("a\ud800b", "\udfff")))
    (component,) = document.components
    assert (component.name, component.version) == ("a?b", "?")
    assert decode_json(encode(document))
    assert reason(b'{"bomFormat": "\xff"}') == "is not valid JSON in UTF-8"


def test_endless_texts_are_cut() -> None:
    long = "x" * 1_000_000
    (component,) = read(cyclonedx(library(long, long, long, **{"bom-ref": long}))).components
    assert {len(component.name), len(component.version or ""), len(component.purl or "")} == {MAX_TEXT}
    assert len(component.refs[0]) == MAX_TEXT
    document = read(spdx([spdx_package("SPDXRef-1", long)], [("SPDXRef-1", long, "SPDXRef-1")]))
    assert len(document.components[0].name) == MAX_TEXT


def test_more_components_and_hashes_than_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(declaration, "MAX_COMPONENTS", 2)
    assert read(cyclonedx(*[library("a")] * 3)).reason == "has more than 2 components"
    packages = [spdx_package(f"SPDXRef-{number}", "a") for number in range(3)]
    assert read(spdx(packages)).reason == "has more than 2 components"
    hashes = [{"alg": "SHA-256", "content": f"{number:064x}"} for number in range(100)]
    (component,) = read(cyclonedx(library("a", hashes=hashes))).components
    assert len(component.hashes) == declaration.MAX_HASHES


def test_library_hidden_by_damaging_a_document_is_not_called_declared() -> None:
    damaged = read_document("a.json", encoded(cyclonedx(library("openssl", "3.5.8")))[:-1])
    assert damaged.reason == "is not valid JSON in UTF-8"
    assert damaged.components == ()


def test_version_of_a_document_cannot_write_to_the_terminal() -> None:
    (difference,) = differences((read(cyclonedx(library("openssl", f"3.5.8{ESCAPE}"))),), (), ())
    assert difference.detail.isprintable()
    assert difference.declared == (f"3.5.8{ESCAPE}",)


def test_names_of_crates_cannot_write_to_the_terminal() -> None:
    document = read(cyclonedx(crate("libc", "1.0")))
    listed = (Crate(name=f"evil{ESCAPE}", version=ESCAPE, kind="runtime"),)
    (difference,) = differences((document,), (), (), listed)
    assert difference.detail.isprintable()


def test_name_and_path_of_a_library_cannot_write_to_the_terminal() -> None:
    library_of_evil = native_library(f"evil{ESCAPE}", None, paths=(f"a.libs/{ESCAPE}",), linkage="bundled")
    (difference,) = differences((read(cyclonedx()),), (library_of_evil,), ())
    assert difference.detail.isprintable()


def test_version_that_is_slow_to_match() -> None:
    document = read(
        cyclonedx(*(library("openssl", mark * MAX_TEXT) for mark in ("1.", "-", "a-", "a1_", "+dfsg", "0")))
    )
    assert [each.name for each in differences((document,), (), ())] == ["openssl"]


@pytest.mark.parametrize("name", ["openssl", "unknown", "pkg"])
def test_many_claims_against_many_libraries(name: str) -> None:
    """What grows with their product would take minutes."""
    purl = "pkg:cargo/one@{}" if name == "pkg" else None
    raw = [library(name, str(number), purl and purl.format(number)) for number in range(20_000)]
    document = read(cyclonedx(*raw, library("zlib")))
    observed = tuple(native_library(f"lib{number}", None, paths=("a",), linkage="bundled") for number in range(10_000))
    listed = tuple(Crate(name="one", version=f"v{number}", kind="runtime") for number in range(20_000))
    found = differences((document,), observed, ("libz.so.1",), listed)
    assert len(found) == 10_001 + (name != "unknown")


def test_crates_that_inflate_without_end() -> None:
    data = zlib.compress(b'{"packages": [' + b" " * MAX_INFLATED + b"]}", 9)
    assert len(data) < 20_000
    with pytest.raises(InputError, match=f"it inflates to more than {MAX_INFLATED} bytes"):
        read_crates(data, (0, len(data)))


def test_more_crates_than_are_kept() -> None:
    data = audit_data([{"name": str(number), "version": "1"} for number in range(MAX_CRATES + 1)])
    with pytest.raises(InputError, match=f"names more than {MAX_CRATES} packages"):
        read_crates(data, (0, len(data)))


def test_key_twice_in_a_list_of_crates() -> None:
    data = zlib.compress(json.dumps({"packages": []}).replace("{", '{"packages": [], ').encode())
    with pytest.raises(InputError, match="repeats a key in one object"):
        read_crates(data, (0, len(data)))
