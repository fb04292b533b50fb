"""Points about the locked files: which file it is, with which digests, and the lock that pins them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from urllib.parse import unquote

from uplock.model.lock import LockedPackage
from uplock.sbom.checking.walk import Tree
from uplock.sbom.score.document import Document, Part, digests, folded, last_segment, nodes, references, text_of
from uplock.sbom.score.point import Answer, Given, Point, each_of, unknown, whole

_NOTHING = "Python packages"
_SHA_512 = 128
"""Hexadecimal digits."""


def _file_names(document: Document, given: Given) -> Answer:
    locked = _locked(given)
    return each_of(((each, _names_its_file(each, locked)) for each in document.packages), nothing=_NOTHING)


def _names_its_file(part: Part, locked: dict[str, LockedPackage]) -> bool:
    """Whether the package URL names a file of the package: the locked one, where the lock is there."""
    named = unquote(part.purl.partition("?")[2]).partition("#")[0].split("&")
    name = next((each[10:] for each in named if each.startswith("file_name=")), "")
    package = locked.get(folded(part.name))
    return part.is_own_file(name) and (package is None or name == package.artifact.filename)


def _pins(document: Document, given: Given) -> Answer:
    locked = _locked(given)
    pinned = ((each, _is_pinned(each, locked if given.lock is not None else None)) for each in document.packages)
    return each_of(pinned, nothing=_NOTHING, undecided="the lock that pins the digests")


def _is_pinned(part: Part, locked: dict[str, LockedPackage] | None) -> bool | None:
    """Whether a component has the one digest of its pin: without a lock, nobody knows of one that it is."""
    found = part.digests("SHA-256")
    if len(found) != 1:
        return False
    if locked is None:
        return None
    package = locked.get(folded(part.name))
    return package is not None and package.artifact.sha256 == found[0]


def _sha512(document: Document, _: Given) -> Answer:
    return each_of(((each, _has_sha512(each)) for each in document.packages), nothing=_NOTHING)


def _has_sha512(part: Part) -> bool:
    return any(
        len(digest) == _SHA_512 for each in part.references("distribution") for digest in digests(each, "SHA-512")
    )


def _addresses(document: Document, _: Given) -> Answer:
    return each_of(((each, _is_addressed(each)) for each in document.packages), nothing=_NOTHING)


def _is_addressed(part: Part) -> bool:
    """Whether every address ends with the name of a file of the package, and each file has its own digests."""
    found = part.references("distribution")
    return (
        bool(found)
        and all(part.is_own_file(last_segment(text_of(each, "url"))) and not _is_bag(each) for each in (*found,))
        and not _is_bag(part.node)
    )


def _is_bag(node: Tree) -> bool:
    """Whether digests are those of several files."""
    counted = Counter(text_of(each, "alg") for each in nodes(node, "hashes"))
    return any(count > 1 for count in counted.values())


def _scopes(document: Document, _: Given) -> Answer:
    return each_of(((each, bool(text_of(each.node, "scope"))) for each in document.packages), nothing=_NOTHING)


def _lock(document: Document, given: Given) -> Answer:
    stated = {digest for each in references(document.tree, "build-meta") for digest in digests(each, "SHA-256")}
    if not stated:
        return whole("externalReferences", holds=False)
    if given.lock_sha256 is None:
        return unknown("the lock file that the document names (--lock)")
    return whole("externalReferences", holds=given.lock_sha256 in stated)


def _edges(document: Document, given: Given) -> Answer:
    """The project needs what it asks for and what nobody does; packages need what the lock says."""
    if given.lock is None:
        return unknown("the lock that says who needs whom (--lock)")
    return each_of(_compared(document, _graph(given)), nothing=_NOTHING)


def _graph(given: Given) -> dict[str, set[str]]:
    """Return who needs whom by names; the project has none."""
    from uplock.sbom.graph import requirements

    assert given.lock is not None  # noqa: S101 - asked by the caller
    asked = requirements(given.lock)
    found = {folded(each.name): {folded(name) for name in each.dependencies} for each in given.lock.packages}
    return {"": {folded(name) for name, by in asked.items() if by != "transitive"}, **found}


def _compared(document: Document, graph: dict[str, set[str]]) -> Iterator[tuple[str | Part, bool | None]]:
    """Yield for the project and each package whether its needs are those of the lock, then what only the lock has."""
    names = {each.ref: folded(each.name) for each in document.packages}
    seen = {""}
    for part in (document.subject, *document.packages):
        name = names.get(part.ref, "") if part is not document.subject else ""
        found = {names[ref] for ref in document.edges.get(part.ref, ()) if ref in names}
        seen.add(name)
        yield part, name in graph and found == graph[name] & graph.keys()
    yield from ((f"{name} of the lock", False) for name in sorted(graph.keys() - seen))


def _locked(given: Given) -> dict[str, LockedPackage]:
    return {} if given.lock is None else {folded(each.name): each for each in given.lock.packages}


POINTS = (
    Point(
        number=13,
        title="The package URL of every package names its file",
        standards=("uplock",),
        path="$.C[pypi].purl",
        remedy="Write the name of the wheel or source distribution behind the package URL, as file_name.",
        check=_file_names,
    ),
    Point(
        number=15,
        title="Every package has the SHA-256 that the lock pins",
        standards=("CISA", "SCVS"),
        path="$.C[pypi].hashes",
        remedy="Write the document from the lock that is installed, and name that with --lock.",
        check=_pins,
    ),
    Point(
        number=16,
        title="The file of every package has a SHA-512",
        standards=("BSI",),
        path="$.C[pypi].externalReferences[distribution].hashes",
        remedy="Compute the SHA-512 of each file, which uplock run does for what it downloads.",
        check=_sha512,
    ),
    Point(
        number=17,
        title="The address of every file ends with its name, and each file has digests of its own",
        standards=("uplock",),
        path="$.C[pypi].externalReferences[distribution].url",
        remedy="Give one distribution reference for each file, with the address of that very file.",
        check=_addresses,
    ),
    Point(
        number=23,
        title="The edges between packages are those of the lock",
        standards=("uplock",),
        path="$.dependencies",
        remedy="Write the document from the lock that is installed, and name that with --lock.",
        check=_edges,
    ),
    Point(
        number=35,
        title="Every package says whether the project can do without it",
        standards=("uplock",),
        path="$.C[pypi].scope",
        remedy="Give the scope of each package: required, or optional for groups and extras.",
        check=_scopes,
    ),
    Point(
        number=36,
        title="The document names its lock, by digest",
        standards=("uplock",),
        path="$.externalReferences[build-meta]",
        remedy="Keep the lock where the document names it, or write the document anew from the lock.",
        check=_lock,
    ),
)
