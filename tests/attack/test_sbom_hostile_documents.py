"""Documents that are made to harm whoever validates them: each is refused with its place, at a bounded cost."""

from __future__ import annotations

import json
import os
import re
import time
import tracemalloc
from pathlib import Path

import pytest

from uplock.errors import InputError
from uplock.ports import ignore_events
from uplock.sbom.checking.schema import schema_defects
from uplock.sbom.reading import bounds
from uplock.sbom.reading.read import read_bom
from uplock.sbom.validate import MAX_COUNTED, MAX_DEFECTS, defects_of, validate_sbom
from uplock.workflow.sbom_validate import validate_files

NAMESPACE = "http://cyclonedx.org/schema/bom/1.7"
BOM = f'<bom xmlns="{NAMESPACE}">'
MEGABYTE = 1024 * 1024


def refusal(data: bytes) -> str:
    with pytest.raises(InputError) as raised:
        read_bom(data, "bom")
    return str(raised.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (f"<!DOCTYPE bom>\n{BOM}</bom>", r"1:\d+: has a DOCTYPE"),
        (f'<?xml version="1.0"?>\n<!DOCTYPE bom SYSTEM "http://127.0.0.1/x.dtd">{BOM}</bom>', r"2:\d+: has a DOCTYPE"),
        (f'<!DOCTYPE bom [<!ENTITY a "b">]>{BOM}&a;</bom>', r"1:\d+: has a DOCTYPE"),
        (f'<!DOCTYPE bom [<!ENTITY a SYSTEM "file:///etc/passwd">]>{BOM}&a;</bom>', r"1:\d+: has a DOCTYPE"),
        (f'<!DOCTYPE bom [<!ENTITY % a SYSTEM "http://127.0.0.1/"> %a;]>{BOM}</bom>', r"1:\d+: has a DOCTYPE"),
        (f"{BOM}\n&undefined;</bom>", "2:1: is not XML: undefined entity"),
        (f'<?xml-stylesheet href="http://127.0.0.1/x.xsl"?>{BOM}</bom>', "1:1: has a processing instruction"),
        (f"{BOM}<?php x?></bom>", "has a processing instruction"),
        (f'{BOM}<x:include xmlns:x="http://www.w3.org/2001/XInclude" href="/etc/passwd"/></bom>', "includes another"),
        (f'<?xml version="1.0" encoding="ISO-8859-1"?>{BOM}</bom>', "1:1: is in ISO-8859-1, not in UTF-8"),
        (f'<?xml version="1.1"?>{BOM}</bom>', "1:1: is in XML 1.1, not in XML 1.0"),
        (f'<?xml version="1.0" encoding="UTF-7"?>{BOM}</bom>', "1:1: is in UTF-7, not in UTF-8"),
        (f"{BOM}{'<a>' * 200}", f"is nested deeper than {bounds.MAX_DEPTH} levels"),
        (f"{BOM}<a b='{'x' * (bounds.MAX_ATTRIBUTE + 1)}'/></bom>", "has an attribute of more than 65536 characters"),
        (f"{BOM}<{'x' * 2000}/></bom>", "has a name of more than 1024 characters"),
        (f"{BOM}<a {'x' * 2000}='y'/></bom>", "has a name of more than 1024 characters"),
        (f"{BOM}<a b='1' b='2'/></bom>", "is not XML: duplicate attribute"),
        (f"{BOM}\x00</bom>", "is not XML: not well-formed"),
    ],
)
def test_xml_that_reaches_outside_or_grows_is_refused_before_any_other_reader_sees_it(text: str, message: str) -> None:
    assert re.search(message, refusal(text.encode()))


def test_a_billion_laughs_are_not_laughed() -> None:
    laughs = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 10))
    assert "has a DOCTYPE" in refusal(f'<!DOCTYPE bom [<!ENTITY l0 "ha">{laughs}]>{BOM}&l9;</bom>'.encode())


def test_xml_of_too_many_elements_is_refused_while_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("uplock.sbom.reading.xml_form.MAX_NODES", 1000)
    assert "1:" in (found := refusal(f"{BOM}{'<a/>' * 2000}</bom>".encode()))
    assert "holds more than 1000 elements and attributes" in found


def test_xml_in_another_encoding_than_it_says_is_refused() -> None:
    assert "is UTF-16" in refusal(f'<?xml version="1.0" encoding="UTF-8"?>{BOM}</bom>'.encode("utf-16"))
    assert "is not UTF-8" in refusal(f"{BOM}\xff</bom>".encode("latin-1"))


def test_millions_of_values_are_refused_before_one_is_made() -> None:
    data = b'{"specVersion":"1.7","x":[' + b"0," * bounds.MAX_VALUES + b"0]}"
    tracemalloc.start()
    try:
        assert f"holds more than {bounds.MAX_VALUES} values" in refusal(data)
        assert tracemalloc.get_traced_memory()[1] < 3 * len(data)
    finally:
        tracemalloc.stop()


def test_a_document_that_is_too_large_is_refused_by_its_size_alone(tmp_path: Path) -> None:
    huge = tmp_path / "huge.json"
    with huge.open("wb") as stream:
        stream.truncate(200 * MEGABYTE)
    tracemalloc.start()
    try:
        (document,) = validate_files((huge,), ignore_events).documents
        assert tracemalloc.get_traced_memory()[1] < MEGABYTE
    finally:
        tracemalloc.stop()
    assert document.error is not None
    assert document.error.message == f"is 209715200 bytes long, more than {bounds.MAX_DOCUMENT}"


def test_pipes_folders_and_loops_are_refused_without_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to("loop")
    result = validate_files((tmp_path / "pipe", tmp_path, tmp_path / "loop", tmp_path / "none"), ignore_events)
    assert result.verdict == "undetermined"
    assert [each.error is not None for each in result.documents] == [True] * 4


def test_a_document_that_is_wrong_on_many_levels_does_not_multiply_itself() -> None:
    """The validator keeps a copy of the value of each error: of 60 levels 60 copies, each far larger than the text."""
    item = {"type": "library", "name": 1}
    for _ in range(60):
        item = {"type": "library", "name": "x", "components": [item, *({"name": 1} for _ in range(400))]}
    document = {"bomFormat": "CycloneDX", "specVersion": "1.7", "components": [item]}
    asked: list[int] = []

    class Spy:
        def is_valid(self, instance: object) -> bool:
            return instance is None

        def iter_errors(self, instance: object) -> tuple[()]:
            asked.append(len(json.dumps(instance)))
            return ()

    assert list(schema_defects(document, Spy())) == []
    assert max(asked) < 1000
    data = json.dumps(document).encode()
    found = defects_of(read_bom(data, "bom"), data)
    assert found.count == MAX_COUNTED
    assert len(found.listed) == MAX_DEFECTS
    assert found.listed[0].startswith("components[0].components[0].")
    assert found.listed[0].endswith('components[0].name: 1 is not of type "string"')
    assert max(map(len, found.listed)) < 800


@pytest.mark.parametrize(
    "members",
    [
        {"serialNumber": "urn:uuid:" + "a" * MEGABYTE},
        {"components": [{"type": "file", "name": "x", "mime-type": "a/" * MEGABYTE}]},
        {"components": [{"type": "file", "name": "x", "hashes": [{"alg": "MD5", "content": "a" * MEGABYTE}]}]},
        {"metadata": {"authors": [{"email": "a." * MEGABYTE + "@"}], "timestamp": "2" * MEGABYTE}},
        {"externalReferences": [{"type": "website", "url": "%" + "20/" * MEGABYTE}]},
        {"components": [{"type": "file", "name": "x", "purl": "pkg:a/" + "/" * MEGABYTE}]},
        {"components": [{"type": "file", "name": "x", "purl": "pkg:a/" + "@" * MEGABYTE}]},
        {"components": [{"type": "file", "name": "x", "purl": "pkg:a/b?epoch=" + "&" * MEGABYTE}]},
        {"externalReferences": [{"type": "website", "url": "a://" + "b:" * MEGABYTE}]},
        {"externalReferences": [{"type": "website", "url": "a" * MEGABYTE + "://@"}]},
        {"externalReferences": [{"type": "website", "url": "https://" + "x?token" * MEGABYTE}]},
    ],
    ids=[
        "serial",
        "mime",
        "hash",
        "metadata",
        "url",
        "purl path",
        "purl at",
        "purl query",
        "passwords",
        "scheme",
        "tokens",
    ],
)
def test_long_texts_cost_no_more_than_their_length(members: dict[str, object]) -> None:
    started = time.process_time()
    validate_sbom(json.dumps({"bomFormat": "CycloneDX", "specVersion": "1.7", **members}).encode())
    assert time.process_time() - started < 5


def test_numbers_beyond_64_bits_are_judged() -> None:
    for number in ("1" + "0" * 60, "-" + "9" * 40, "0." + "1" * 60):
        data = f'{{"bomFormat":"CycloneDX","specVersion":"1.7","version":{number}}}'.encode()
        defects_of(read_bom(data, "bom"), data)
