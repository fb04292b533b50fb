"""Read the Docs: the interpreter that documentation is built with."""

from __future__ import annotations

from collections.abc import Iterator

from uplock.model.declaration import Declared
from uplock.uplift.scan.declare import declared, ranged
from uplock.uplift.scan.source import Source
from uplock.uplift.scan.tree import at, leaves
from uplock.uplift.scan.yaml_document import parse


def declarations(source: Source) -> Iterator[Declared]:
    """Yield ``build.tools.python``, and ``python.version`` of the first format."""
    for document in parse(source.text):
        for path in (("build", "tools", "python"), ("python", "version")):
            yield from declared(source, leaves(at(document, *path)), "readthedocs", "build", read=ranged)
