"""Whatever a document is made of, both forms of both versions keep to the official schemas and say the same."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from uplock.model.value import Value, changed, fields_of
from uplock.sbom.bom import Bom
from uplock.sbom.parts import (
    Component,
    Contact,
    Hash,
    Identity,
    Method,
    NamedLicense,
    Occurrence,
    Organization,
    Property,
    Reference,
    SpdxExpression,
    SpdxId,
    Specification,
)
from uplock.sbom.reading.read import read_bom
from uplock.sbom.sections.values import (
    Assessor,
    Attestation,
    Claim,
    Composition,
    Declarations,
    Evidence,
    EvidenceData,
    Formula,
    Mapping,
    Requirement,
    Resource,
    Sections,
    Standard,
    Task,
)
from uplock.sbom.spelling.render import render
from uplock.sbom.validate import validate_sbom
from uplock.sbom.vocabulary import Term

AT = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn", "Zl", "Zp", "Zs")), min_size=1, max_size=8
)
LINES = st.lists(WORDS, min_size=1, max_size=3).map(" ".join)
PAGES = st.lists(LINES, min_size=1, max_size=3).map("\n".join)
DIGESTS = st.builds(Hash, algorithm=st.just("SHA-256"), content=st.integers(0, 2**256 - 1).map("{:064x}".format))
PROPERTIES = st.lists(st.builds(Property, name=WORDS, value=LINES), max_size=2).map(tuple)
PEOPLE = st.builds(Contact, name=LINES, email=st.sampled_from((None, "team@example.org")))
URLS = st.sampled_from(("https://example.org/", "demo-1.0.whl", "urn:cdx:11111111-2222-4333-8444-555555555555/1"))
ORGANIZATIONS = st.builds(
    Organization,
    name=LINES,
    urls=st.lists(URLS, max_size=2).map(tuple),
    contacts=st.lists(PEOPLE, max_size=2).map(tuple),
)
ACKNOWLEDGED = st.sampled_from(("declared", "concluded"))
PLAIN = st.one_of(
    st.builds(SpdxId, id=st.sampled_from(("MIT", "Zlib")), acknowledgement=ACKNOWLEDGED),
    st.builds(NamedLicense, name=LINES, text=st.none() | PAGES, acknowledgement=ACKNOWLEDGED),
)
EXPRESSIONS = st.builds(SpdxExpression, expression=st.just("MIT OR Zlib"), acknowledgement=ACKNOWLEDGED)
LICENSES = st.tuples(st.lists(PLAIN, max_size=2, unique=True), st.lists(EXPRESSIONS, max_size=1)).map(
    lambda pair: (*pair[0], *pair[1])
)
SAID = {"isExternal": Term.EXTERNAL.property_name, "versionRange": Term.VERSION_RANGE.property_name}
"""Members of 1.7 and the properties that say the same in 1.6."""
few = settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large], deadline=None)
SHARES = st.sampled_from(("0.5", "0.95", "1"))
IDENTITIES = st.builds(
    Identity,
    field=st.sampled_from(("name", "version")),
    concluded=LINES,
    confidence=SHARES,
    methods=st.lists(
        st.builds(Method, technique=st.just("binary-analysis"), confidence=SHARES, value=LINES), max_size=2
    ).map(tuple),
)
REFERENCES = st.lists(
    st.builds(
        Reference,
        type=st.sampled_from(("distribution", "bom", "website")),
        url=URLS,
        comment=st.none() | LINES,
        hashes=st.lists(DIGESTS, max_size=1).map(tuple),
    ),
    max_size=2,
).map(tuple)


ANCESTORS = st.builds(
    Component, ref=st.uuids().map(str), type=st.just("platform"), name=LINES, version=WORDS, external=st.booleans()
)


def ranged(part: Component) -> Component:
    """Return a component with a range where CycloneDX allows one."""
    return changed(part, version_range="vers:generic/>=2.28") if part.external and part.version is None else part


def components(inside: st.SearchStrategy[tuple[Component, ...]]) -> st.SearchStrategy[Component]:
    return st.builds(
        Component,
        ref=st.uuids().map(str),
        type=st.sampled_from(("library", "platform")),
        name=LINES,
        version=st.none() | WORDS,
        external=st.booleans(),
        description=st.none() | LINES,
        purl=st.none() | st.just("pkg:generic/demo@1.0?file_name=demo.whl"),
        cpe=st.none() | st.just("cpe:2.3:a:demo:demo:1.0:*:*:*:*:*:*:*"),
        hashes=st.lists(DIGESTS, max_size=1).map(tuple),
        licenses=LICENSES,
        scope=st.sampled_from((None, "required", "optional", "excluded")),
        supplier=st.none() | ORGANIZATIONS,
        authors=st.lists(PEOPLE, max_size=2).map(tuple),
        references=REFERENCES,
        properties=PROPERTIES,
        identity=st.none() | IDENTITIES,
        occurrences=st.lists(
            st.builds(Occurrence, location=WORDS.map("demo/{}".format), context=LINES), max_size=2
        ).map(tuple),
        components=inside,
        ancestor=st.none() | ANCESTORS,
        ancestor_note=LINES,
    ).map(ranged)


LEAVES = components(st.just(()))
TREES = components(st.lists(LEAVES, max_size=2).map(tuple))


@st.composite
def sections(draw: st.DrawFn) -> Sections:
    """Return sections whose references lead to one another."""
    text = draw(LINES)
    moment = draw(st.none() | st.just(AT))
    named = () if moment is None else ("evidence:1",)
    evidence = Evidence(
        ref="evidence:1",
        description=text,
        created=moment,
        expires=moment,
        author=draw(st.none() | PEOPLE),
        reviewer=draw(st.none() | PEOPLE),
        data=(EvidenceData(name=text, content_type="application/json", content=draw(PAGES)),),
    )
    claim = Claim(
        ref="claim:1",
        target="root",
        predicate=text,
        reasoning=draw(st.none() | LINES),
        evidence=named,
        counter_evidence=draw(st.sampled_from(((), ("evidence:1",)))),
        mitigations=named,
    )
    standard = Standard(
        ref="standard:1",
        name=text,
        version="1",
        description=text,
        owner=text,
        requirements=(Requirement(ref="requirement:1", identifier="1", title=text, text=draw(PAGES)),),
    )
    mapping = Mapping(
        requirement="requirement:1",
        claims=draw(st.sampled_from(((), ("claim:1",)))),
        counter_claims=draw(st.sampled_from(((), ("claim:1",)))),
        **draw(st.sampled_from(({}, {"score": "0.5"}, {"score": "1", "rationale": "counted"}))),
    )
    declarations = Declarations(
        assessors=(Assessor(ref="assessor:1", third_party=draw(st.booleans()), organization=draw(ORGANIZATIONS)),),
        attestations=(Attestation(summary=text, assessor="assessor:1", mappings=(mapping,)),),
        claims=(claim,),
        evidence=(evidence,),
        standards=(standard,),
    )
    outside = Resource(url="https://example.org/", hashes=(draw(DIGESTS),), comment=draw(st.none() | LINES))
    task = Task(
        ref="task:1",
        uid="1",
        name=text,
        description=text,
        type="other",
        tools=("tool:1",),
        inputs=(Resource(ref="root"), outside),
        parameters=draw(PROPERTIES),
        outputs=draw(st.sampled_from(((), (outside,)))),
    )
    formula = Formula(
        ref="formula:1",
        tools=(Component(ref="tool:1", type="application", name=text, version="1"),),
        workflow_ref="workflow:1",
        uid="1",
        name=text,
        description=text,
        tasks=(task, Task(ref="task:2", uid="2", name=text, description=text, type="scan", after=("task:1",))),
    )
    return Sections(
        compositions=(Composition(aggregate="unknown", assemblies=("root",), dependencies=("root",)),),
        declarations=draw(st.none() | st.just(declarations)),
        formula=draw(st.none() | st.just(formula)),
    )


def inside(parts: tuple[Component, ...]) -> list[Component]:
    return [found for each in parts for found in (each, *inside(each.components))]


@st.composite
def boms(draw: st.DrawFn) -> Bom:
    parts = tuple(draw(st.lists(TREES, max_size=3)))
    root = Component(ref="root", type="application", name="shop", version="1.0")
    nodes = inside(parts)
    return Bom(
        timestamp=AT,
        generator=Component(ref="tool:uplock", type="application", name="uplock", version="1"),
        root=root,
        authors=draw(st.lists(PEOPLE, max_size=1).map(tuple)),
        manufacturer=draw(st.none() | ORGANIZATIONS),
        supplier=draw(st.none() | ORGANIZATIONS),
        components=parts,
        edges={root.ref: tuple(each.ref for each in nodes), **{each.ref: () for each in nodes}},
        references=draw(REFERENCES),
        properties=draw(PROPERTIES),
        sections=draw(sections()),
    )


def turned(value: Any) -> Any:
    """Return a value with every tuple and mapping in it the other way round."""
    match value:
        case Value():
            return type(value)(**{name: turned(each) for name, each in fields_of(value).items()})
        case tuple():
            return tuple(turned(each) for each in reversed(value))
        case dict():
            return {name: turned(value[name]) for name in reversed(value)}
        case _:
            return value


def strangers(document: bytes) -> list[str]:
    """Return what is wrong with a document, but for package URLs, which name nothing here."""
    return [defect for defect in validate_sbom(document) if "purl" not in defect and "pkg:" not in defect]


@pytest.mark.parametrize("spec", ["1.6", "1.7"])
@few
@given(bom=boms())
def test_both_forms_are_valid_and_say_the_same_whatever_the_order_of_the_parts(spec: Specification, bom: Bom) -> None:
    document, xml = render(bom, spec=spec), render(bom, spec=spec, form="xml")
    assert (strangers(document), strangers(xml)) == ([], [])
    tree = json.loads(document)
    del tree["$schema"]
    assert read_bom(xml, "document.xml").tree == tree
    assert (render(turned(bom), spec=spec), render(turned(bom), spec=spec, form="xml")) == (document, xml)


def facts(node: Any) -> Iterator[tuple[str, str]]:
    """Yield every scalar of a document with the name of its member, or of its property, but for the envelope."""
    match node:
        case {"name": str(name), "value": str(value), **rest} if not rest:
            yield name, value
        case dict():
            for name in node.keys() - {"$schema", "specVersion", "serialNumber"}:
                value = node[name]
                yield from facts(value) if isinstance(value, dict | list) else [(str(SAID.get(name, name)), str(value))]
        case list():
            for each in node:
                yield from facts(each)
        case _:
            yield "", node


@few
@given(bom=boms())
def test_1_6_says_everything_that_1_7_says(bom: Bom) -> None:
    newest, older = (sorted(facts(json.loads(render(bom, spec=spec)))) for spec in ("1.7", "1.6"))
    assert [(name, "true" if name == SAID["isExternal"] else value) for name, value in newest] == older
