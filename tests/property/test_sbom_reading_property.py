from __future__ import annotations

import json
from contextlib import suppress
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from hypothesis import given
from hypothesis import strategies as st

from uplock.errors import InputError
from uplock.sbom.lint import lint_document
from uplock.sbom.reading.read import read_bom
from uplock.sbom.validate import validate_sbom

HEAD = {"bomFormat": "CycloneDX", "specVersion": "1.7"}
TEXT = st.text(st.characters(codec="utf-8"), max_size=20)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**200), 2**200)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT,
    lambda inside: st.lists(inside, max_size=4) | st.dictionaries(TEXT, inside, max_size=4),
    max_leaves=20,
)
PRINTABLE = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn", "Co"]), min_size=1, max_size=20)
"""What both forms can say; XML has no control characters, and white space at the ends says nothing in some places."""
MEMBERS = (
    "components",
    "metadata",
    "dependencies",
    "declarations",
    "purl",
    "bom-ref",
    "url",
    "ref",
    "name",
    "evidence",
)


@given(st.dictionaries(TEXT, VALUES, max_size=4), st.booleans())
def test_whatever_json_says_is_read_as_it_stands(members: dict[str, Any], ascii_only: bool) -> None:
    tree = {**members, **HEAD}
    assert read_bom(json.dumps(tree, ensure_ascii=ascii_only).encode(), "x").tree == tree


@given(TEXT, VALUES, VALUES, TEXT)
def test_a_key_that_is_repeated_anywhere_is_found(key: str, one: Any, other: Any, around: str) -> None:
    twice = f"{{{json.dumps(key)}:{json.dumps(one)},{json.dumps(key)}:{json.dumps(other)}}}"
    data = f'{{"specVersion":"1.7",{json.dumps("x" + around)}:[{json.dumps(one)},{twice}]}}'.encode()
    try:
        read_bom(data, "x")
    except InputError as error:
        assert "[1] repeats the key " in error.message  # noqa: PT017 - what is raised is the answer
    else:
        raise AssertionError(data)


@given(st.binary(max_size=200) | TEXT.map(lambda text: f"<bom>{text}".encode()))
def test_whatever_the_bytes_are_they_are_read_or_refused(data: bytes) -> None:
    with suppress(InputError):
        read_bom(data, "x")
    assert validate_sbom(data)


@given(PRINTABLE, PRINTABLE, PRINTABLE, PRINTABLE)
def test_texts_of_xml_are_read_as_they_stand(ref: str, name: str, key: str, value: str) -> None:
    data = (
        '<bom xmlns="http://cyclonedx.org/schema/bom/1.7"><components>'
        f"<component type='library' bom-ref={quoteattr(ref)}><name>{escape(name)}</name><properties>"
        f"<property name={quoteattr(key)}>{escape(value)}</property></properties></component></components></bom>"
    ).encode()
    (found,) = read_bom(data, "x").tree["components"]
    assert found == {"type": "library", "bom-ref": ref, "name": name, "properties": [{"name": key, "value": value}]}


@given(
    st.recursive(TEXT | st.none(), lambda inside: st.lists(inside) | st.dictionaries(st.sampled_from(MEMBERS), inside))
)
def test_the_linter_takes_any_tree(tree: Any) -> None:
    assert all(": " in each for each in lint_document(tree if isinstance(tree, dict) else {"components": tree}))
