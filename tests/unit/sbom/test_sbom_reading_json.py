from __future__ import annotations

import json

import pytest

from uplock.errors import InputError
from uplock.sbom.reading.read import VERSIONS, read_bom


def document(members: str = "", version: str = "1.7") -> bytes:
    return f'{{"bomFormat":"CycloneDX","specVersion":"{version}"{members}}}'.encode()


def refusal(data: bytes) -> str:
    with pytest.raises(InputError) as raised:
        read_bom(data, "x.json")
    assert raised.value.remedy.endswith(".")
    return str(raised.value)


@pytest.mark.parametrize("version", VERSIONS)
def test_every_version_is_read_as_it_stands(version: str) -> None:
    found = read_bom(document(',"version":1,"x":[1.5,-2e3,null,true,"\\ud83d\\ude00"]', version), "x.json")
    assert (found.format, found.spec_version) == ("json", version)
    assert found.tree["x"] == [1.5, -2000.0, None, True, "\U0001f600"]


def test_the_mark_before_utf_8_is_passed_over() -> None:
    assert read_bom(b"\xef\xbb\xbf \n" + document(), "x").tree["bomFormat"] == "CycloneDX"


@pytest.mark.parametrize(
    ("members", "message"),
    [
        (',"components":[{"name":"a"},\n{"name":"a","name":"b"}]', '2:13: components[1] repeats the key "name"'),
        (',"a":1,"\\u0061":2', '1:52: repeats the key "a"'),
        (',"a":NaN', "1:50: a is NaN, which is not JSON"),
        (',"a":[1,-Infinity]', "1:53: a[1] is -Infinity, which is not JSON"),
        (',"a":[1,\n1e999]', "2:1: a[1] is 1e999, which is no number that can be kept"),
        (',"a":{"b":"\\ud800"}', "1:55: a.b holds half a surrogate pair"),
        (',"\\udc00":1', "holds half a surrogate pair"),
        (f',"a":{"9" * 1_000_000}', "1:50: a is a number of more than 64 characters"),
        (f',"a":0.{"9" * 1_000_000}', "1:50: a is a number of more than 64 characters"),
        (f',"a":{"[" * 128}{"]" * 128}', "is nested deeper than 128 levels"),
        (f',"a":{"[" * 100_000}{"]" * 100_000}', "1:177: [0][0][0][0][0][0][0][0] is nested deeper than 128 levels"),
        (f',"a":{"[" * 100_000}', "is nested deeper than 128 levels"),
        (',"a":', "1:50: is not JSON: expecting value"),
        (',"a":"x\ny"', "1:52: is not JSON: invalid control character"),
        (",\n'a':1", "2:1: is not JSON: expecting property name enclosed in double quotes"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(members: str, message: str) -> None:
    assert message in refusal(document(members))


def test_a_truncated_document_is_told_where_it_ends() -> None:
    whole = document(',\n"components":[{"name":"a"}]')
    for end in range(1, len(whole)):
        assert refusal(whole[:end]).startswith(("x.json: 1:", "x.json: 2:"))


def test_levels_up_to_the_bound_are_read() -> None:
    assert read_bom(document(f',"a":{"[" * 127}{"]" * 127}'), "x").tree["a"]


def test_what_looks_like_half_a_character_and_is_none_is_read() -> None:
    assert read_bom(document(r',"a":"\\ud800"'), "x").tree["a"] == r"\ud800"


def test_texts_of_many_brackets_are_not_deep() -> None:
    text = "[{" * 1000
    assert read_bom(document(f',"a":{json.dumps(text)}'), "x").tree["a"] == text


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "is empty"),
        (b" \n", "is empty"),
        (b"\xef\xbb\xbf", "is empty"),
        (b"hello", "is neither JSON nor XML"),
        (b"null", "is neither JSON nor XML"),
        (b"SPDXVersion: SPDX-2.3\n", "is an SPDX document, not CycloneDX"),
        (b'{"spdxVersion":"SPDX-2.3"}', "is an SPDX document, not CycloneDX"),
        (b'{"@context":"https://spdx.org/rdf/3.0.1/spdx-context.jsonld"}', "is an SPDX document, not CycloneDX"),
        (b'{"payloadType":"x","payload":""}', "is a signed envelope (DSSE), not the document inside"),
        (b"[1]", "is JSON, but no CycloneDX document"),
        (b"{}", "is JSON, but no CycloneDX document"),
        (document(version="1.3"), "is a CycloneDX document of version 1.3, which is not read"),
        (document(version="2.0"), "is a CycloneDX document of version 2.0, which is not read"),
        (b'{"bomFormat":"CycloneDX"}', "is a CycloneDX document without a version"),
        (b'{"specVersion":[]}', "is a CycloneDX document without a version"),
        (b"\x1f\x8b\x08", "is compressed with gzip"),
        (b"PK\x03\x04\xff", "is a ZIP archive"),
        (b"\xff\xfe{\x00", "is UTF-16"),
        (b'{"a":"\xff"}', "is not UTF-8"),
    ],
)
def test_what_is_no_document_is_named(data: bytes, message: str) -> None:
    assert refusal(data).startswith(f"x.json: {message}")


def test_an_unread_version_says_which_are_read() -> None:
    with pytest.raises(InputError) as raised:
        read_bom(document(version="1.3"), "x.json")
    assert "1.4 to 1.7" in raised.value.remedy


def test_a_document_over_the_bound_is_refused_before_it_is_decoded() -> None:
    assert "is larger than 100663296 bytes" in refusal(b" " * (96 * 1024 * 1024 + 1))
