"""Points about the interpreter: which one, how long it is supported, and what it takes over from."""

from __future__ import annotations

from datetime import date

from uplock.sbom.checking.walk import Tree, members
from uplock.sbom.score.document import Document, Part, moment_of, nodes, references, strings, text_of
from uplock.sbom.score.point import Answer, Given, Point, each_of, unknown, whole
from uplock.sbom.vocabulary import END_OF_SUPPORT

_NONE = "no interpreter"


def _only_one(document: Document, _: Given) -> Answer:
    if len(document.interpreters) != 1:
        found = ", ".join(each.label for each in document.interpreters[:2])
        return whole(f"several: {found}" if found else _NONE, holds=False)
    (part,) = document.interpreters
    stated = part.version and part.purl and text_of(part.node, "cpe")
    return whole(part.label, holds=bool(stated) and part.is_external)


def _supported(document: Document, _: Given) -> Answer:
    if not document.interpreters:
        return whole(_NONE, holds=False)
    supported = ((each, _is_supported(document, each)) for each in document.interpreters)
    return each_of(supported, nothing=_NONE, undecided="the timestamp of the document")


def _is_supported(document: Document, part: Part) -> bool | None:
    """Whether support ends later than the document was made, or an exception that ends later stands for it."""
    ends = [_day(each) for each in part.properties(END_OF_SUPPORT)]
    if document.moment is None:
        return None if ends or _exceptions(document, part) else False
    made = document.moment
    if len(ends) == 1 and ends[0] is not None and ends[0] >= made.date():
        return True
    return any((moment := moment_of(each.get("expires"))) and moment > made for each in _exceptions(document, part))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _exceptions(document: Document, part: Part) -> list[Tree]:
    """Return the evidence of what makes up for something that is claimed of a component."""
    declarations = members(document.tree, "declarations")
    claims = [each for each in nodes(declarations, "claims") if part.ref and each.get("target") == part.ref]
    named = {ref for each in claims for ref in strings(each, "mitigationStrategies")}
    return [each for each in nodes(declarations, "evidence") if each.get("bom-ref") in named]


def _uplift(document: Document, given: Given) -> Answer:
    links = [text_of(each, "url") for each in references(document.tree, "bom")]
    links = [each for each in links if each.startswith("urn:cdx:")]
    ancestors = [each for part in document.interpreters for each in _ancestors(part)]
    if not links and not ancestors:
        return unknown("any sign of an uplift")
    if not links or not ancestors:
        return whole("no link to its document" if ancestors else "no ancestor of the interpreter", holds=False)
    if not any(each.partition("#")[0].lower() in given.links for each in links):
        return unknown(f"the document {links[0]}")
    return whole("pedigree.ancestors", holds=all(text_of(each, "version") for each in ancestors))


def _ancestors(part: Part) -> list[Tree]:
    pedigree = members(part.node, "pedigree")
    return [each for each in nodes(pedigree, "ancestors") if each.get("type") == "platform"]


POINTS = (
    Point(
        number=25,
        title="There is one interpreter, external, with version, package URL and CPE",
        standards=("uplock",),
        path="$.components[type=platform]",
        remedy="Name the interpreter as a platform component that is external.",
        check=_only_one,
    ),
    Point(
        number=26,
        title="The interpreter is supported when the document is made, or an exception stands for it",
        standards=("SCVS", "uplock"),
        path="$.components[type=platform].properties[cdx:lifecycle:milestone:endOfSupport]",
        remedy="Move to an interpreter that is supported, or have an exception approved with uplock waive.",
        check=_supported,
    ),
    Point(
        number=27,
        title="An uplift names the interpreter being left, and links to its document",
        standards=("uplock",),
        path="$.components[type=platform].pedigree.ancestors, $.externalReferences[bom]",
        remedy="Write the documents of both interpreters from one generation, and keep them in one folder.",
        check=_uplift,
    ),
)
