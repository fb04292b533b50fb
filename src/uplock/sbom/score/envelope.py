"""Points about the document itself: what it is, who made it, when and how."""

from __future__ import annotations

import re

from uplock.sbom.checking.package_url import purl_defects
from uplock.sbom.checking.walk import Tree, items, members, spelled
from uplock.sbom.score.document import Document, nodes, text_of
from uplock.sbom.score.point import Answer, Given, Point, each_of, unknown, whole
from uplock.sbom.spelling.render import serial_of
from uplock.sbom.vocabulary import REPRODUCIBLE

_SERIAL = re.compile(r"urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\Z")
_OLD = frozenset({"1.4", "1.5"})


def _schema(document: Document, given: Given) -> Answer:
    if document.bom.spec_version in _OLD:
        return whole("specVersion", holds=False)
    return whole(f"{given.schema_defects} objections of the schema", holds=not given.schema_defects)


def _twin(document: Document, given: Given) -> Answer:
    """Both forms are valid, have the same serial number, and have the same components."""
    if given.twin is None:
        other = "XML" if document.bom.format == "json" else "JSON"
        return unknown(f"the {other} form of the document beside it")
    if given.twin.bom is None:
        return whole(f"{given.twin.name} is not valid", holds=False)
    twin = Document(given.twin.bom)
    if _identity(twin) != _identity(document):
        return whole(f"{given.twin.name}: serialNumber or version", holds=False)
    theirs = {_naming(each.node) for each in twin.parts}
    ours = {_naming(each.node) for each in document.parts}
    pairs = [(f"{given.twin.name}: {each[0] or each[1]}", each in theirs) for each in sorted(ours)]
    more = [(f"{given.twin.name}: {each[0] or each[1]} is there alone", False) for each in sorted(theirs - ours)]
    return each_of([*pairs, *more], nothing="components")


def _identity(document: Document) -> tuple[str, str]:
    return text_of(document.tree, "serialNumber"), str(document.tree.get("version", 1))


def _naming(node: Tree) -> tuple[str, ...]:
    return tuple(text_of(node, key) for key in ("bom-ref", "name", "version", "purl", "type"))


def _serial(document: Document, _: Given) -> Answer:
    version = document.tree.get("version")
    numbered = isinstance(version, int) and version is not True and version >= 1
    if not _SERIAL.match(text_of(document.tree, "serialNumber")):
        return whole("serialNumber", holds=False)
    return whole("version", holds=numbered)


def _timestamp(document: Document, _: Given) -> Answer:
    text = text_of(document.metadata, "timestamp")
    return whole("metadata.timestamp", holds=document.moment is not None and text.endswith(("Z", "+00:00")))


def _tools(document: Document, _: Given) -> Answer:
    """Tools stand in an object with components and services, and before 1.5 in an array."""
    tools = members(document.metadata, "tools")
    inside = (((None, "metadata"), "tools"), tools)
    found = [
        *items(*inside, "components"),
        *items(*inside, "services"),
        *items((None, "metadata"), document.metadata, "tools"),
    ]
    if not found:
        return whole("metadata.tools", holds=False)
    named = ((spelled(place), bool(text_of(each, "name") and text_of(each, "version"))) for place, each in found)
    return each_of(named, nothing="tools")


def _lifecycles(document: Document, _: Given) -> Answer:
    phases = [text_of(each, "phase") or text_of(each, "name") for each in nodes(document.metadata, "lifecycles")]
    return whole("metadata.lifecycles", holds=bool(phases) and all(phases))


def _authors(document: Document, _: Given) -> Answer:
    addressed = any(text_of(each, "email") for each in nodes(document.metadata, "authors"))
    return whole("metadata.authors", holds=addressed or is_addressed(members(document.metadata, "manufacturer")))


def _subject(document: Document, _: Given) -> Answer:
    subject = document.subject
    stated = all(text_of(subject.node, key) for key in ("name", "version", "type", "purl"))
    agrees = not [*purl_defects(subject.place, subject.node)]
    return whole("metadata.component", holds=stated and agrees and not subject.is_external)


def _makers(document: Document, _: Given) -> Answer:
    found = [members(document.metadata, key) for key in ("manufacturer", "supplier")]
    reached = any(text_of(each, "name") and is_addressed(each) for each in found)
    return whole("metadata.manufacturer", holds=reached)


def is_addressed(organization: Tree) -> bool:
    """Whether an organization can be reached, by e-mail or URL."""
    urls = organization.get("url")
    if isinstance(urls, list) and any(isinstance(each, str) and each for each in urls):
        return True
    return any(text_of(each, "email") for each in nodes(organization, "contact"))


def _reproducible(document: Document, given: Given) -> Answer:
    """Whether two runs agree is decided where the serial number is made of the content, as ours is of the JSON."""
    stated = [each for each in nodes(document.metadata, "properties") if each.get("name") == REPRODUCIBLE]
    if not any(each.get("value") == "true" for each in stated):
        return whole("metadata.properties", holds=False)
    if not document.is_ours:
        return unknown("a second document of the same inputs")
    twin = given.twin.bom if given.twin is not None else None
    form = document.bom if document.bom.format == "json" else twin
    if form is None:
        return unknown("the JSON form of the document beside it")
    return whole("serialNumber", holds=document.tree.get("serialNumber") == serial_of(form.tree))


POINTS = (
    Point(
        number=1,
        title="The version is 1.6 or later, and the official schema objects to nothing",
        standards=("BSI", "SCVS"),
        path="$.specVersion",
        remedy="Mend what uplock sbom validate --schema-only tells.",
        check=_schema,
    ),
    Point(
        number=2,
        title="JSON and XML stand side by side, both valid, with the same components",
        standards=("uplock",),
        path="$.components",
        remedy="Write the other form with uplock sbom --format xml, as TARGET.cdx.xml beside TARGET.cdx.json.",
        check=_twin,
    ),
    Point(
        number=3,
        title="The document has a serial number and a version",
        standards=("SCVS", "BSI", "CRA"),
        path="$.serialNumber, $.version",
        remedy="Give the document a serial number (urn:uuid) and a version from 1 on.",
        check=_serial,
    ),
    Point(
        number=4,
        title="The time of making is there, in UTC",
        standards=("NTIA", "CISA", "BSI", "SCVS", "CRA"),
        path="$.metadata.timestamp",
        remedy="Write the timestamp in UTC (RFC 3339).",
        check=_timestamp,
    ),
    Point(
        number=5,
        title="Every tool has a name and a version",
        standards=("CISA",),
        path="$.metadata.tools.components[*]",
        remedy="Name the tools that made the document, with their versions.",
        check=_tools,
    ),
    Point(
        number=6,
        title="The phase of the lifecycle is there",
        standards=("CISA",),
        path="$.metadata.lifecycles[*].phase",
        remedy="Say in which phase the document was made.",
        check=_lifecycles,
    ),
    Point(
        number=7,
        title="Whoever answers for the document can be reached",
        standards=("NTIA", "CISA", "BSI", "CRA"),
        path="$.metadata.authors[*].email, $.metadata.manufacturer",
        remedy="Name an author with an e-mail address in project.authors, or a manufacturer in [tool.uplock.sbom].",
        check=_authors,
    ),
    Point(
        number=8,
        title="What the document is about has name, version, type and package URL",
        standards=("NTIA", "SCVS"),
        path="$.metadata.component",
        remedy="Give the project a name and a version, and never mark it as external.",
        check=_subject,
    ),
    Point(
        number=9,
        title="The manufacturer or supplier has a name and can be reached",
        standards=("CRA",),
        path="$.metadata.manufacturer, $.metadata.supplier",
        remedy="Name the manufacturer with a URL or an e-mail address in [tool.uplock.sbom].",
        check=_makers,
    ),
    Point(
        number=10,
        title="The same inputs give the same document",
        standards=("SCVS",),
        path="$.metadata.properties[cdx:reproducible]",
        remedy="Make the document anew, and leave it as it was made.",
        check=_reproducible,
    ),
)
