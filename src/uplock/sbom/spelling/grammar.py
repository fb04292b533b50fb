"""How the XML form of CycloneDX spells what the JSON form says: the order of elements, their names, their shapes.

XSD sequences fix the order (``bom-1.6.xsd``, ``bom-1.7.xsd``). Only what our documents say is here; anything else is an
error of ours, never left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from uplock.model.value import Value

Shape = Literal["text", "one", "list", "flat", "texts", "flat texts", "refs"]
"""How a member of a JSON object becomes elements:

- ``text``: one element with text; ``one``: one element with what the object says;
- ``list``: one element that holds one for each object; ``flat``: one element for each object;
- ``texts``: one element that holds one with text for each string; ``flat texts``: one element for each string;
- ``refs``: one element that holds one with an attribute ``ref`` for each string.
"""


class Element(Value, frozen=True):
    """One member: its JSON key, which is its name in XML, its shape, the name of elements for items, and their kind."""

    key: str
    shape: Shape = "text"
    item: str = ""
    kind: str = ""


class Kind(Value, frozen=True, kw_only=True):
    """A JSON object as an element: members that are attributes with their names there, text, elements in order."""

    attributes: tuple[tuple[str, str], ...] = ()
    content: str = ""
    """The member that is the text of the element; then there are no elements."""
    elements: tuple[Element, ...] = ()


_REF = (("bom-ref", "bom-ref"),)
_PROPERTIES = Element("properties", "list", "property", "property")
_REFERENCES = Element("externalReferences", "list", "reference", "reference")
_HASHES = Element("hashes", "list", "hash", "hash")
_LICENSES = Element("licenses", "one", "", "licenses")

KINDS: Mapping[str, Kind] = {
    "bom": Kind(
        attributes=(("serialNumber", "serialNumber"), ("version", "version")),
        elements=(
            Element("metadata", "one", "", "metadata"),
            Element("components", "list", "component", "component"),
            _REFERENCES,
            Element("dependencies", "list", "dependency", "dependency"),
            Element("compositions", "list", "composition", "composition"),
            Element("formulation", "list", "formula", "formula"),
            Element("declarations", "one", "", "declarations"),
            Element("definitions", "one", "", "definitions"),
        ),
    ),
    "metadata": Kind(
        elements=(
            Element("timestamp"),
            Element("lifecycles", "list", "lifecycle", "lifecycle"),
            Element("tools", "one", "", "tools"),
            Element("authors", "list", "author", "contact"),
            Element("component", "one", "", "component"),
            Element("manufacturer", "one", "", "organization"),
            Element("supplier", "one", "", "organization"),
            _PROPERTIES,
        )
    ),
    "lifecycle": Kind(elements=(Element("phase"),)),
    "tools": Kind(elements=(Element("components", "list", "component", "component"),)),
    "component": Kind(
        attributes=(("type", "type"), ("isExternal", "isExternal"), *_REF),
        elements=(
            Element("supplier", "one", "", "organization"),
            Element("authors", "list", "author", "contact"),
            Element("name"),
            Element("version"),
            Element("versionRange"),
            Element("description"),
            Element("scope"),
            _HASHES,
            _LICENSES,
            Element("cpe"),
            Element("purl"),
            Element("pedigree", "one", "", "pedigree"),
            _REFERENCES,
            _PROPERTIES,
            Element("components", "list", "component", "component"),
            Element("evidence", "one", "", "evidence"),
        ),
    ),
    "pedigree": Kind(elements=(Element("ancestors", "list", "component", "component"), Element("notes"))),
    "evidence": Kind(
        elements=(
            Element("identity", "flat", "", "identity"),
            Element("occurrences", "list", "occurrence", "occurrence"),
            _LICENSES,
        )
    ),
    "identity": Kind(
        elements=(
            Element("field"),
            Element("confidence"),
            Element("concludedValue"),
            Element("methods", "list", "method", "method"),
        )
    ),
    "method": Kind(elements=(Element("technique"), Element("confidence"), Element("value"))),
    "occurrence": Kind(elements=(Element("location"), Element("additionalContext"))),
    "organization": Kind(
        elements=(Element("name"), Element("url", "flat texts"), Element("contact", "flat", "", "contact"))
    ),
    "contact": Kind(elements=(Element("name"), Element("email"))),
    "hash": Kind(attributes=(("alg", "alg"),), content="content"),
    "property": Kind(attributes=(("name", "name"),), content="value"),
    "reference": Kind(attributes=(("type", "type"),), elements=(Element("url"), Element("comment"), _HASHES)),
    "license": Kind(
        attributes=(("acknowledgement", "acknowledgement"),),
        elements=(Element("id"), Element("name"), Element("text", "one", "", "attachment")),
    ),
    "expression": Kind(attributes=(("acknowledgement", "acknowledgement"),), content="expression"),
    "attachment": Kind(attributes=(("contentType", "content-type"),), content="content"),
    "composition": Kind(
        elements=(
            Element("aggregate"),
            Element("assemblies", "refs", "assembly"),
            Element("dependencies", "refs", "dependency"),
        )
    ),
    "formula": Kind(
        attributes=_REF,
        elements=(
            Element("components", "list", "component", "component"),
            Element("workflows", "list", "workflow", "workflow"),
            _PROPERTIES,
        ),
    ),
    "workflow": Kind(
        attributes=_REF,
        elements=(
            Element("uid"),
            Element("name"),
            Element("description"),
            Element("resourceReferences", "list", "resourceReference", "resource"),
            Element("tasks", "list", "task", "workflow"),
            Element("taskDependencies", "list", "dependency", "dependency"),
            Element("taskTypes", "texts", "taskType"),
            Element("inputs", "list", "input", "input"),
            Element("outputs", "list", "output", "output"),
            _PROPERTIES,
        ),
    ),
    "resource": Kind(elements=(Element("ref"), Element("externalReference", "one", "", "reference"))),
    "input": Kind(
        elements=(
            Element("resource", "one", "", "resource"),
            Element("parameters", "list", "parameter", "parameter"),
            Element("source", "one", "", "resource"),
            Element("target", "one", "", "resource"),
            _PROPERTIES,
        )
    ),
    "output": Kind(
        elements=(
            Element("resource", "one", "", "resource"),
            Element("type"),
            Element("source", "one", "", "resource"),
            Element("target", "one", "", "resource"),
            _PROPERTIES,
        )
    ),
    "parameter": Kind(elements=(Element("name"), Element("value"), Element("dataType"))),
    "declarations": Kind(
        elements=(
            Element("assessors", "list", "assessor", "assessor"),
            Element("attestations", "list", "attestation", "attestation"),
            Element("claims", "list", "claim", "claim"),
            Element("evidence", "list", "evidence", "claim evidence"),
        )
    ),
    "assessor": Kind(
        attributes=_REF, elements=(Element("thirdParty"), Element("organization", "one", "", "organization"))
    ),
    "attestation": Kind(elements=(Element("summary"), Element("assessor"), Element("map", "flat", "", "map"))),
    "map": Kind(
        elements=(
            Element("requirement"),
            Element("claims", "texts", "claim"),
            Element("counterClaims", "texts", "counterClaim"),
            Element("conformance", "one", "", "conformance"),
        )
    ),
    "conformance": Kind(elements=(Element("score"), Element("rationale"))),
    "claim": Kind(
        attributes=_REF,
        elements=(
            Element("target"),
            Element("predicate"),
            Element("mitigationStrategies", "texts", "mitigationStrategy"),
            Element("reasoning"),
            Element("evidence", "flat texts"),
            Element("counterEvidence", "flat texts"),
        ),
    ),
    "claim evidence": Kind(
        attributes=_REF,
        elements=(
            Element("propertyName"),
            Element("description"),
            Element("data", "flat", "", "evidence data"),
            Element("created"),
            Element("expires"),
            Element("author", "one", "", "contact"),
            Element("reviewer", "one", "", "contact"),
        ),
    ),
    "evidence data": Kind(elements=(Element("name"), Element("contents", "one", "", "contents"))),
    "contents": Kind(elements=(Element("attachment", "one", "", "attachment"), Element("url"))),
    "definitions": Kind(elements=(Element("standards", "list", "standard", "standard"),)),
    "standard": Kind(
        attributes=_REF,
        elements=(
            Element("name"),
            Element("version"),
            Element("description"),
            Element("owner"),
            Element("requirements", "list", "requirement", "requirement"),
        ),
    ),
    "requirement": Kind(
        attributes=_REF,
        elements=(
            Element("identifier"),
            Element("title"),
            Element("text"),
            Element("descriptions", "texts", "description"),
        ),
    ),
}
"""Every kind of object in our documents. Licenses and dependencies have shapes of their own."""
