"""A document as the points look at it, whoever made it and whatever it lacks: nothing in it is taken for granted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cached_property
from urllib.parse import unquote

from uplock.sbom.checking.walk import Place, Tree, items, members, shown, spelled, texts
from uplock.sbom.reading.read import ReadBom
from uplock.sbom.vocabulary import Term

_RFC_3339 = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d{1,30})?(Z|[+-]\d\d:\d\d)\Z", re.ASCII)
_ARCHIVES = (".whl", ".tar.gz", ".zip", ".tar.bz2", ".tgz")
_RUN = re.compile(r"[-_.]+")


class Part:
    """One component with its place, and the one that contains it."""

    def __init__(self, place: Place, node: Tree, holder: Part | None = None) -> None:
        self.place = place
        self.node = node
        self.holder = holder

    @property
    def ref(self) -> str:
        """The ``bom-ref``, empty if there is none."""
        return text_of(self.node, "bom-ref")

    @property
    def name(self) -> str:
        """The name, empty if there is none."""
        return text_of(self.node, "name")

    @property
    def version(self) -> str:
        """The version, empty if there is none."""
        return text_of(self.node, "version")

    @property
    def purl(self) -> str:
        """The package URL, empty if there is none."""
        return text_of(self.node, "purl")

    @property
    def is_package(self) -> bool:
        """Whether it is a Python package."""
        return self.purl.startswith("pkg:pypi/")

    @property
    def label(self) -> str:
        """Place, name and version, for people."""
        return " ".join(filter(None, (spelled(self.place), shown(self.name), shown(self.version))))

    @property
    def is_external(self) -> bool:
        """Whether it is expected where the project runs; 1.6 has no field for that."""
        return self.node.get("isExternal") is True or "true" in self.properties(Term.EXTERNAL)

    @property
    def version_range(self) -> str:
        """The range of versions, empty if there is none; 1.6 has no field for it."""
        return text_of(self.node, "versionRange") or next(iter(self.properties(Term.VERSION_RANGE)), "")

    @property
    def file_name(self) -> str:
        """The file that it is: as its package URL says, else as the address it is distributed at ends."""
        qualifiers = self.purl.partition("?")[2].partition("#")[0].split("&")
        named = next((each[10:] for each in qualifiers if each.startswith("file_name=")), "")
        ends = (last_segment(text_of(each, "url")) for each in self.references("distribution"))
        return unquote(named) or next((each for each in ends if each.lower().endswith(_ARCHIVES)), "")

    def properties(self, name: str | Term) -> list[str]:
        """Return the values of a property, in the order of the document."""
        wanted = name if isinstance(name, str) else name.property_name
        return [text_of(each, "value") for each in nodes(self.node, "properties") if each.get("name") == wanted]

    def references(self, kind: str) -> list[Tree]:
        """Return the external references of a type."""
        return references(self.node, kind)

    def digests(self, algorithm: str) -> list[str]:
        """Return the digests of the component itself."""
        return digests(self.node, algorithm)

    @property
    def occurrences(self) -> list[Tree]:
        """Where it was found."""
        return nodes(members(self.node, "evidence"), "occurrences")

    def inside(self) -> Iterator[Part]:
        """Yield what it contains, at any depth."""
        ahead = [self]
        while ahead:
            part = ahead.pop()
            found = [Part(place, node, part) for place, node in items(part.place, part.node, "components")]
            yield from found
            ahead += found

    def holders(self) -> Iterator[Part]:
        """Yield what contains it, from the inside out."""
        holder = self.holder
        while holder is not None:
            yield holder
            holder = holder.holder

    def is_own_file(self, name: str) -> bool:
        """Whether a file name is that of a wheel or source distribution of this package."""
        return name.lower().endswith(_ARCHIVES) and folded(name).startswith(f"{folded(self.name)}-")


class Document:
    """A document, with what several points ask for found once."""

    def __init__(self, bom: ReadBom) -> None:
        self.bom = bom
        self.tree: Tree = bom.tree
        self.metadata = members(self.tree, "metadata")
        self.subject = Part(((None, "metadata"), "component"), members(self.metadata, "component"))

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """Every component at any depth, what the document is about left out."""
        found = [Part(place, node) for place, node in items(None, self.tree, "components")]
        return tuple(each for part in found for each in (part, *part.inside()))

    @cached_property
    def packages(self) -> tuple[Part, ...]:
        """Python packages; one inside another is a part of that one's file and no file of its own."""
        return tuple(
            each for each in self.parts if each.is_package and not any(holder.is_package for holder in each.holders())
        )

    @cached_property
    def interpreters(self) -> tuple[Part, ...]:
        """Python interpreters."""
        return tuple(each for each in self.parts if each.node.get("type") == "platform" and _is_python(each))

    @cached_property
    def edges(self) -> dict[str, set[str]]:
        """What each node of the graph needs."""
        found: dict[str, set[str]] = {}
        for node in nodes(self.tree, "dependencies"):
            found.setdefault(text_of(node, "ref"), set()).update(strings(node, "dependsOn"))
        return found

    @cached_property
    def moment(self) -> datetime | None:
        """When the document says that it was made, if it says so."""
        return moment_of(self.metadata.get("timestamp"))

    @property
    def is_ours(self) -> bool:
        """Whether a tool of the name says that it wrote the document."""
        tools = members(self.metadata, "tools")
        return any(each.get("name") == "uplock" for each in nodes(tools, "components"))


def _is_python(part: Part) -> bool:
    names = {part.name.lower(), part.purl.lower().removeprefix("pkg:generic/").partition("@")[0]}
    return not names.isdisjoint({"python", "cpython", "pypy", "graalpy"})


def text_of(node: Tree, key: str) -> str:
    """Return a string, empty if there is none."""
    found = node.get(key)
    return found if isinstance(found, str) else ""


def nodes(node: Tree, key: str) -> list[Tree]:
    """Return the objects of an array, empty if there is none."""
    return [each for _, each in items(None, node, key)]


def strings(node: Tree, key: str) -> list[str]:
    """Return the strings of an array, empty if there is none."""
    return [each for _, each in texts(None, node, key)]


def references(node: Tree, kind: str) -> list[Tree]:
    """Return the external references of a type."""
    return [each for each in nodes(node, "externalReferences") if each.get("type") == kind]


def digests(node: Tree, algorithm: str) -> list[str]:
    """Return the digests of a component or reference, in lower case."""
    found = nodes(node, "hashes")
    return [text_of(each, "content").lower() for each in found if each.get("alg") == algorithm]


def moment_of(text: object) -> datetime | None:
    """Return a moment (RFC 3339) in whole seconds, ``None`` for anything else."""
    match = _RFC_3339.match(text) if isinstance(text, str) else None
    if match is None:
        return None
    try:
        return datetime.fromisoformat(match[1] + match[2]).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def last_segment(url: str) -> str:
    """Return what the path of a URL ends with."""
    return unquote(url.partition("#")[0].partition("?")[0].rpartition("/")[2])


def folded(name: str) -> str:
    """Return the name of a package, or of its file, for comparing (PEP 503)."""
    return _RUN.sub("-", name).lower()
