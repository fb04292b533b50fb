"""``setup.cfg``: what setuptools reads there, and the sections of tox and mypy."""

from __future__ import annotations

from collections.abc import Iterator

from uplock.model.declaration import Declared
from uplock.uplift.scan.declare import declared, exact, specified
from uplock.uplift.scan.ini_document import parse_ini
from uplock.uplift.scan.pyproject import CLASSIFIER, classifier
from uplock.uplift.scan.source import Source
from uplock.uplift.scan.tox import from_ini
from uplock.uplift.scan.tree import Scalar


def declarations(source: Source) -> Iterator[Declared]:
    """Yield what a ``setup.cfg`` declares."""
    sections = parse_ini(source.text)
    options = sections.get("options", {})
    for key in ("python_requires", "python-requires"):
        yield from declared(source, joined(options.get(key, ())), "setup.cfg", "run", read=specified)
    metadata = sections.get("metadata", {})
    named = [each for key in ("classifiers", "classifier") for each in metadata.get(key, ())]
    named = [each for each in named if CLASSIFIER.fullmatch(each.text)]
    yield from declared(source, named, "setup.cfg.classifier", "run", read=classifier)
    yield from declared(source, sections.get("mypy", {}).get("python_version", ()), "mypy", "lint", read=exact)
    if "tox:tox" in sections:
        yield from from_ini(source, {**sections, "tox": sections["tox:tox"]}, "tox")


def joined(lines: tuple[Scalar, ...]) -> tuple[Scalar, ...]:
    """Return a value that may stand on several lines as one, where it begins."""
    if not lines:
        return ()
    text = " ".join(each.text for each in lines)
    return (Scalar(text=text, value=text, line=lines[0].line),)
