"""``pyproject.toml``: what the project says itself, and what it tells tools."""

from __future__ import annotations

import re
from collections.abc import Iterator

from uplock.model.declaration import Declared, Kind
from uplock.uplift.scan.declare import declared, exact, ranged, specified
from uplock.uplift.scan.source import Source
from uplock.uplift.scan.toml_document import parse_toml
from uplock.uplift.scan.tox import from_toml
from uplock.uplift.scan.tree import Mapping, Node, Scalar, at, leaves
from uplock.uplift.scan.versions import read_specifier

CLASSIFIER = re.compile(r"Programming Language :: Python :: (?P<minor>3\.\d{1,2})")

_MARKER = re.compile(r"python_(?:full_)?version\s*(?P<operator>[<>=!~]=?=?)\s*['\"](?P<version>[0-9.*]+)['\"]")


def declarations(source: Source) -> Iterator[Declared]:
    """Yield what a ``pyproject.toml`` declares."""
    document = parse_toml(source.text)
    yield from declared(
        source, leaves(at(document, "project", "requires-python")), "pyproject.requires-python", "run", read=specified
    )
    yield from classified(source, at(document, "project", "classifiers"), "pyproject.classifier")
    yield from classified(source, at(document, "tool", "poetry", "classifiers"), "pyproject.classifier")
    yield from _poetry(source, document)
    yield from declared(source, ruffs(at(document, "tool", "ruff")), "pyproject.ruff", "lint", read=exact)
    yield from declared(
        source, leaves(at(document, "tool", "black", "target-version")), "pyproject.black", "lint", read=exact
    )
    yield from declared(
        source, leaves(at(document, "tool", "mypy", "python_version")), "pyproject.mypy", "lint", read=exact
    )
    yield from _cibuildwheel(source, at(document, "tool", "cibuildwheel"))
    for key in ("environments", "required-environments"):
        yield from _environments(source, at(document, "tool", "uv", key))
    for key in ("from", "targets", "deploy"):
        found = [each for each in leaves(at(document, "tool", "uplock", key)) if each.text[:1].isdigit()]
        if key != "deploy":
            yield from declared(source, found, "pyproject.uplock", "run", read=exact)
    yield from from_toml(source, at(document, "tool", "tox"))


def ruffs(node: Node | None) -> Iterator[Scalar]:
    """Yield the interpreters that ruff checks code for, as a whole and by file."""
    yield from leaves(at(node, "target-version"))
    files = at(node, "per-file-target-version")
    for _, value in files.entries if isinstance(files, Mapping) else ():
        yield from leaves(value)


def classified(source: Source, node: Node | None, kind: Kind) -> Iterator[Declared]:
    """Yield the classifiers of a list that name a minor."""
    named = [each for each in leaves(node) if CLASSIFIER.fullmatch(each.text)]
    yield from declared(source, named, kind, "run", read=classifier)


def classifier(text: str) -> tuple[tuple[str, ...], None]:
    """Read a trove classifier."""
    match = CLASSIFIER.fullmatch(text)
    return ((match["minor"],) if match else ()), None


def _poetry(source: Source, document: Mapping) -> Iterator[Declared]:
    for group in ("dependencies", "dev-dependencies"):
        node = at(document, "tool", "poetry", group, "python")
        node = at(node, "version") if isinstance(node, Mapping) else node
        yield from declared(source, leaves(node), "pyproject.poetry", "run", read=specified)
    yield from declared(
        source, leaves(at(document, "tool", "pdm", "python_requires")), "pyproject.pdm", "run", read=specified
    )
    yield from declared(
        source, leaves(at(document, "tool", "pdm", "python-version")), "pyproject.pdm", "run", read=ranged
    )


def _cibuildwheel(source: Source, node: Node | None) -> Iterator[Declared]:
    """Yield what wheels are built for; what is skipped is not built."""
    yield from declared(source, leaves(at(node, "build")), "pyproject.cibuildwheel", "build", read=_build)
    yield from declared(
        source,
        leaves(at(node, "project-requires-python")),
        "pyproject.cibuildwheel",
        "build",
        read=specified,
    )


def _build(text: str) -> tuple[tuple[str, ...], None]:
    """Read a build selector, ``cp39-manylinux_x86_64`` or ``cp3{9,10}-*``."""
    found = []
    for match in re.finditer(
        r"(?:cp|pp)3(?:(?P<one>\d{1,2})(?![\d*?])|\{(?P<several>[\d,]+)\}|\[(?P<digits>\d+)\])", text
    ):
        if match["digits"]:
            found += [f"3.{int(digit)}" for digit in match["digits"]]
        else:
            found += [f"3.{int(number)}" for number in (match["one"] or match["several"]).split(",") if number]
    return tuple(found), None


def _environments(source: Source, node: Node | None) -> Iterator[Declared]:
    """Yield the interpreters that markers of uv's environments speak of."""
    named = [each for each in leaves(node) if _MARKER.search(each.text)]
    yield from declared(source, named, "pyproject.uv-environments", "run", read=marked)


def marked(text: str) -> tuple[tuple[str, ...] | None, str | None]:
    """Read a marker's comparisons with the version of Python, all of which must hold."""
    clauses = [f"{match['operator']}{match['version']}" for match in _MARKER.finditer(text)]
    clauses = [re.sub(r"^==(\d+\.\d+)$", r"==\1.*", each) for each in clauses]
    return read_specifier(",".join(clauses)) if clauses else ((), None)
