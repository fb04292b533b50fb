"""Files of lines: ``.python-version``, ``.python-versions``, ``.tool-versions``, ``runtime.txt``."""

from __future__ import annotations

from collections.abc import Iterator

from uplock.model.declaration import Declared, Kind
from uplock.uplift.scan.declare import declared, exact, ranged
from uplock.uplift.scan.source import Source
from uplock.uplift.scan.tree import Scalar
from uplock.uplift.scan.versions import read_version, sorted_minors


def declarations(source: Source) -> Iterator[Declared]:
    """Yield what one of these files declares."""
    match source.name:
        case ".tool-versions":
            yield from _tools(source)
        case "runtime.txt":
            yield from _runtime(source)
        case _:
            for line in lines_of(source.text):
                yield from declared(source, [line], "python-version", "run", read=ranged)


def lines_of(text: str) -> Iterator[Scalar]:
    """Yield the lines that say something, without comments."""
    for number, line in enumerate(text.splitlines(), 1):
        bare = line.partition("#")[0].strip()
        if bare:
            yield Scalar(text=bare, value=bare, line=number)


def _tools(source: Source) -> Iterator[Declared]:
    """Yield the interpreters of asdf's file: several on one line are tried in turn."""
    for line in lines_of(source.text):
        name, *versions = line.text.split()
        if name == "python":
            text = " ".join(each for each in versions if each != "system")
            found = [Scalar(text=text, value=text, line=line.line)] if text else []
            yield from declared(source, found, "tool-versions", "run", read=_each)


def _each(text: str) -> tuple[tuple[str, ...], None]:
    return sorted_minors(minor for word in text.split() for minor in read_version(word)), None


def _one(source: Source, found: list[Scalar], kind: Kind) -> Iterator[Declared]:
    yield from declared(source, found, kind, "run", read=exact)


def _runtime(source: Source) -> Iterator[Declared]:
    """Yield Heroku's runtime; files of that name of other languages declare nothing here."""
    found = [each for each in lines_of(source.text) if each.text.startswith(("python-", "pypy"))]
    yield from _one(source, found[:1], "runtime.txt")
