"""Points about who can read the document: it tells nothing of a machine, and other readers take it whole."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from uplock.sbom.checking.leaks import LEAK_KEYS, leak_defects
from uplock.sbom.checking.walk import objects
from uplock.sbom.score.document import Document
from uplock.sbom.score.library import Loaded, load
from uplock.sbom.score.point import MAX_PLACES, Answer, Given, Point, each_of

_HOME = re.compile(r"(?:\A|[\s\"'=:(,])(?:/(?:home|Users|root|builds|__w|tmp)/|file://|[A-Za-z]:\\)")
"""Folders of people and of build services, at the beginning of a path."""


def _leaks(document: Document, _: Given) -> Answer:
    found = [*_told(document)]
    return (
        Answer(state="lost", of=1, lost_at=tuple(found[:MAX_PLACES])) if found else Answer(state="held", kept=1, of=1)
    )


def _told(document: Document) -> Iterator[str]:
    for place, node in objects(document.tree, LEAK_KEYS):
        yield from leak_defects(place, node)
    ahead: list[tuple[str, Any]] = [("", document.bom.tree)]
    while ahead:
        at, value = ahead.pop()
        match value:
            case dict():
                ahead += [(f"{at}.{key}".removeprefix("."), each) for key, each in value.items()]
            case list():
                ahead += [(f"{at}[{index}]", each) for index, each in enumerate(value)]
            case str() if ("/" in value or "\\" in value) and _HOME.search(value):
                yield f"{at}: names a folder of one machine"


def _loads(document: Document, _: Given) -> Answer:
    loaded = load(document.bom.tree)
    if not isinstance(loaded, Loaded):
        return Answer(state="lost", of=1, lost_at=(loaded,))
    ours = Counter(each.ref or each.name for each in (document.subject, *document.parts) if each.node)
    missing = ours - Counter(loaded.components)
    edges = {(ref, each) for ref, needs in document.edges.items() for each in needs}
    lost = [(f"component {each}", False) for each in missing.elements()]
    lost += [(f"edge {ref} -> {each}", False) for ref, each in sorted(edges - loaded.edges)]
    kept = [(each, True) for each in (ours - missing).elements()]
    return each_of([*kept, *lost], nothing="components")


POINTS = (
    Point(
        number=38,
        title="Nothing tells of a machine or carries a credential",
        standards=("uplock",),
        path="$..*",
        remedy="Remove the paths and credentials that uplock sbom validate tells.",
        check=_leaks,
    ),
    Point(
        number=40,
        title="Readers that know only the core of CycloneDX take all components and edges",
        standards=("uplock",),
        path="$.components, $.dependencies",
        remedy="Mend what cyclonedx-python-lib refuses, or take it as what other readers will not see.",
        check=_loads,
    ),
)
