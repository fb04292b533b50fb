"""Points about native code, by what the document itself says of it: counts that must be met.

What is counted, and how, is in :mod:`uplock.sbom.native`. A wheel of which nothing is said cannot be judged, unless its
own name says that it is for any platform.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from uplock.sbom.checking.walk import Tree, members
from uplock.sbom.merged import DECLARED
from uplock.sbom.native import NO_FILE
from uplock.sbom.score.document import Document, Part, nodes, text_of
from uplock.sbom.score.point import Answer, Given, Point, each_of
from uplock.sbom.vocabulary import Term

_NOTHING = "wheels"
_UNSAID = "what the document says of the native code in wheels"
_FLOOR = re.compile(r"vers:generic/>=([0-9]{1,6}(?:\.[0-9]{1,6}){0,3})\Z")


def is_native(part: Part) -> bool:
    """Whether a package has native code, as the document says or as the name of its wheel does."""
    return bool(_number(part, Term.NATIVE_FILES)) or (part.file_name.endswith(".whl") and not _is_for_any(part))


def _is_for_any(part: Part) -> bool:
    return part.file_name.endswith("-none-any.whl") and "false" not in part.properties(Term.INSPECTED)


def _number(part: Part, term: Term) -> int | None:
    found = part.properties(term)
    return int(found[0]) if len(found) == 1 and re.fullmatch("[0-9]{1,9}", found[0]) else None


def _is_told(part: Part) -> bool:
    """Whether the document says what native code a package has, if only by the name of its wheel."""
    return _number(part, Term.NATIVE_FILES) is not None or _is_for_any(part)


def _files(document: Document, _: Given) -> Answer:
    return each_of(((each, _has_all_files(each)) for each in document.packages), nothing=_NOTHING, undecided=_UNSAID)


def _has_all_files(wheel: Part) -> bool | None:
    """Whether as many files stand in the document as the wheel is said to have, each once."""
    found = [each for part in (wheel, *wheel.inside()) for each in part.occurrences if _is_file(each)]
    once = len({text_of(each, "location") for each in found}) == len(found)
    if not _is_told(wheel):
        return None if once else False
    return once and len(found) == (_number(wheel, Term.NATIVE_FILES) or 0)


def _is_file(occurrence: Tree) -> bool:
    return text_of(occurrence, "additionalContext") not in NO_FILE


def _libraries(document: Document, _: Given) -> Answer:
    return each_of(_held(document), nothing=_NOTHING, undecided=_UNSAID)


def _held(document: Document) -> Iterator[tuple[str | Part, bool | None]]:
    """Yield the libraries that were found in wheels, and each wheel by their number."""
    for wheel in document.packages:
        found = [each for each in wheel.inside() if _is_found(each)]
        near = document.edges.get(wheel.ref, set())
        yield from ((each, _is_identified(each) and each.ref in near) for each in found)
        said = _number(wheel, Term.NATIVE_LIBRARIES)
        yield (
            wheel,
            len(found) == said
            if said is not None
            else (None if is_native(wheel) or not _is_told(wheel) else not found),
        )


def _is_found(part: Part) -> bool:
    """Whether a part was found in the files of its wheel, and is not only declared by a document in it."""
    return any(text_of(each, "additionalContext") != DECLARED for each in part.occurrences)


def _methods(part: Part) -> list[Tree]:
    """Return the methods by which a part was identified; up to 1.5 there is one identity and no array."""
    evidence = members(part.node, "evidence")
    identities = [members(evidence, "identity"), *nodes(evidence, "identity")]
    return [method for each in identities for method in nodes(each, "methods")]


def _is_identified(part: Part) -> bool:
    methods = _methods(part)
    return bool(methods) and all(text_of(each, "technique") and _is_number(each.get("confidence")) for each in methods)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _system(document: Document, _: Given) -> Answer:
    external = [each for each in document.parts if each.is_external]
    sonames = {name for each in external for name in each.properties(Term.SONAME)}
    found: list[tuple[str | Part, bool | None]] = []
    for wheel in document.packages:
        wanted = wheel.properties(Term.NATIVE_SYSTEM)
        needs, claimed = _highest(wheel, Term.NATIVE_GLIBC), _highest(wheel, Term.NATIVE_GLIBC_CLAIMED)
        met = all(each in sonames for each in wanted) and (not claimed or needs <= claimed)
        found.append((wheel, met if _is_told(wheel) or not met else None))
    highest = max((_highest(each, Term.NATIVE_GLIBC) for each in document.packages), default=())
    if highest:
        found += [(each, _floor(each) == highest) for each in external if each.name == "glibc"]
    return each_of(found, nothing=_NOTHING, undecided=_UNSAID)


def _highest(part: Part, term: Term) -> tuple[int, ...]:
    return max((_release(each) for each in part.properties(term)), default=())


def _release(text: str) -> tuple[int, ...]:
    return tuple(map(int, text.split("."))) if re.fullmatch(r"[0-9]{1,6}(?:\.[0-9]{1,6}){0,3}", text) else ()


def _floor(part: Part) -> tuple[int, ...]:
    match = _FLOOR.match(part.version_range)
    return () if match is None else _release(match[1])


def _merged(document: Document, _: Given) -> Answer:
    return each_of(_sources(document), nothing=_NOTHING, undecided=_UNSAID)


def _sources(document: Document) -> Iterator[tuple[str | Part, bool | None]]:
    """Yield each document inside a wheel: as many components as it names must name it in turn."""
    for wheel in document.packages:
        stated = [each.rpartition(" sha256:")[0] for each in wheel.properties(Term.EMBEDDED_SBOM)]
        named = Counter(text for part in wheel.inside() for text in _declaring(part))
        counts = dict(each.rpartition(" ")[::2] for each in wheel.properties(Term.EMBEDDED_COMPONENTS))
        yield from ((f"{wheel.label}: {path}", counts.get(path) == str(named[path])) for path in stated)
        only = [each for each in wheel.inside() if not _is_found(each) and each.occurrences]
        yield from ((each, not _declaring(each).isdisjoint(stated)) for each in only)
        if not stated:
            yield wheel, True if _is_told(wheel) else None


def _declaring(part: Part) -> set[str]:
    return {text_of(each, "value") for each in _methods(part) if each.get("technique") == "manifest-analysis"}


POINTS = (
    Point(
        number=28,
        title="Every native file of every wheel stands in the document once",
        standards=("uplock",),
        path="$.C[pypi].evidence.occurrences[*].location",
        remedy="Write the document with uplock sbom, which looks into every wheel.",
        check=_files,
    ),
    Point(
        number=29,
        title="Every library in a wheel is a component inside it, with how it was found and an edge",
        standards=("uplock",),
        path="$.C[pypi].components[*].evidence.identity",
        remedy="Nest each library in its wheel, with methods, their confidence, and an edge from the wheel.",
        check=_libraries,
    ),
    Point(
        number=30,
        title="Every library that the system must bring is an external component, glibc with the highest floor",
        standards=("uplock",),
        path="$.components[isExternal].versionRange",
        remedy="Name each library that wheels need of the system, and lock wheels that keep what their tags promise.",
        check=_system,
    ),
    Point(
        number=31,
        title="What the SBOMs inside wheels name is in the document, with its source",
        standards=("uplock",),
        path="$.C[pypi].components[*].evidence.identity[*].methods[manifest-analysis]",
        remedy="Merge the documents inside wheels (PEP 770), naming each in the evidence of what it declares.",
        check=_merged,
    ),
)
