from __future__ import annotations

from typing import Any

import pytest

from support.cyclonedx_suite import documents
from support.sboms import shop_subject
from uplock.errors import InputError
from uplock.sbom.build import build_sbom
from uplock.sbom.parts import Specification
from uplock.sbom.reading.read import VERSIONS, read_bom

TWINS = {"1.4": 14, "1.5": 17, "1.6": 35, "1.7": 42}
"""How many documents of the official suite say the same in both forms, word for word; the forms of others differ."""
NAMESPACE = "http://cyclonedx.org/schema/bom/1.7"


def plain(tree: Any) -> Any:
    """Return a tree without what only the JSON form has a member for."""
    return {key: value for key, value in tree.items() if key != "$schema"}


def bom(inside: str) -> Any:
    return read_bom(f'<bom xmlns="{NAMESPACE}" version="2">{inside}</bom>'.encode(), "x.xml").tree


@pytest.mark.parametrize("spec", ["1.6", "1.7"])
def test_both_forms_of_our_documents_are_read_as_one_tree(spec: Specification) -> None:
    json_form = read_bom(build_sbom(shop_subject(), spec=spec), "x.json")
    xml_form = read_bom(build_sbom(shop_subject(), spec=spec, form="xml"), "x.xml")
    assert (xml_form.format, xml_form.spec_version) == ("xml", spec)
    assert xml_form.tree == plain(json_form.tree)


@pytest.mark.parametrize("version", VERSIONS)
def test_twins_of_the_official_suite_are_read_as_one_tree(version: str) -> None:
    same = 0
    twins = documents(version, "json")
    for name, data in documents(version, "xml").items():
        twin = twins.get(name.replace(".xml", ".json")) if name.startswith("valid-") else None
        if twin is not None:
            same += read_bom(data, "x").tree == plain(read_bom(twin, "x").tree)
    assert same == TWINS[version]


def test_licenses_are_read_with_their_acknowledgement() -> None:
    licenses = (
        '<license acknowledgement="declared"><id>\n MIT\n</id></license>'
        '<license bom-ref="l"><name>Own</name><text content-type="text/plain">a\n b</text></license>'
        '<expression acknowledgement="concluded">MIT OR Apache-2.0</expression>'
        '<expression-detailed expression="MIT"><details license-identifier="MIT"><url>u</url></details>'
        "</expression-detailed>"
    )
    tree = bom(f'<components><component type="library"><licenses>{licenses}</licenses></component></components>')
    assert tree["components"][0]["licenses"] == [
        {"license": {"acknowledgement": "declared", "id": "MIT"}},
        {"license": {"bom-ref": "l", "name": "Own", "text": {"contentType": "text/plain", "content": "a\n b"}}},
        {"acknowledgement": "concluded", "expression": "MIT OR Apache-2.0"},
        {"expression": "MIT", "expressionDetails": [{"licenseIdentifier": "MIT", "url": "u"}]},
    ]


def test_edges_and_what_is_provided_are_read() -> None:
    tree = bom('<dependencies><dependency ref="a"><dependency ref="b"/><provides ref="c"/></dependency></dependencies>')
    assert tree["dependencies"] == [{"ref": "a", "dependsOn": ["b"], "provides": ["c"]}]


def test_values_have_the_types_of_the_json_form_where_they_are_of_them() -> None:
    tree = bom(
        '<components><component type="library" isExternal="1"><evidence><identity><field>name</field>'
        "<confidence> 0.5 </confidence></identity></evidence></component>"
        '<component type="library" isExternal="perhaps"><evidence><identity><confidence>high</confidence></identity>'
        "</evidence></component></components><services><service><authenticated>false</authenticated></service></services>"
    )
    assert tree["version"] == 2
    first, second = tree["components"]
    assert (first["isExternal"], first["evidence"]["identity"]) == (True, [{"field": "name", "confidence": 0.5}])
    assert (second["isExternal"], second["evidence"]["identity"]) == ("perhaps", [{"confidence": "high"}])
    assert tree["services"] == [{"authenticated": False}]


def test_what_the_json_form_has_no_member_for_is_left_out() -> None:
    other = '<x:y xmlns:x="https://example.org/x"><x:name>a</x:name></x:y>'
    tree = bom(
        f"{other}<components><component type='library' x='y'>{other}<name>a</name><nothing/></component></components>"
    )
    assert tree["components"] == [{"type": "library", "name": "a"}]


def test_empty_arrays_are_arrays() -> None:
    tree = bom("<components/><dependencies></dependencies><metadata><licenses> </licenses></metadata>")
    assert (tree["components"], tree["dependencies"], tree["metadata"]) == ([], [], {"licenses": []})


def test_tools_are_read_in_both_of_their_shapes() -> None:
    old = bom("<metadata><tools><tool><name>a</name></tool></tools></metadata>")
    new = bom(
        "<metadata><tools><components><component type='file'><name>a</name></component></components></tools></metadata>"
    )
    assert old["metadata"]["tools"] == [{"name": "a"}]
    assert new["metadata"]["tools"] == {"components": [{"type": "file", "name": "a"}]}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("<bom", "1:1: is not XML: unclosed token"),
        (f'<bom xmlns="{NAMESPACE}">\n<a></b></bom>', "2:6: is not XML: mismatched tag"),
        ('<bom xmlns="http://cyclonedx.org/schema/bom/1.3"/>', "is a CycloneDX document of version 1.3, which is not"),
        ('<bom xmlns="http://cyclonedx.org/schema/bom/1.8"/>', "is a CycloneDX document of version 1.8, which is not"),
        (f'<bon xmlns="{NAMESPACE}"/>', "is XML, but no CycloneDX document"),
        ("<html/>", "is XML, but no CycloneDX document"),
        ('<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/>', "is an SPDX document, not CycloneDX"),
    ],
)
def test_what_is_no_document_is_refused_with_its_place(text: str, message: str) -> None:
    with pytest.raises(InputError) as raised:
        read_bom(text.encode(), "x.xml")
    assert str(raised.value).startswith(f"x.xml: {message}")
