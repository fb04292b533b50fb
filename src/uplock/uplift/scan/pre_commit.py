"""pre-commit: the interpreters of hooks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from uplock.model.declaration import Declared
from uplock.uplift.scan.declare import declared, exact
from uplock.uplift.scan.source import Source
from uplock.uplift.scan.tree import Scalar, at, leaves
from uplock.uplift.scan.yaml_document import parse
from uplock.uplift.scan.yaml_walk import items

KIND: Final = "pre-commit"


def declarations(source: Source) -> Iterator[Declared]:
    """Yield ``default_language_version`` and ``language_version`` as far as they are of Python."""
    for document in parse(source.text):
        yield from declared(
            source, leaves(at(document, "default_language_version", "python")), KIND, "lint", read=exact
        )
        for repo in items(at(document, "repos")):
            for hook in items(at(repo, "hooks")):
                version = at(hook, "language_version")
                if isinstance(version, Scalar) and version.text.startswith(("python", "pypy", "3.")):
                    yield from declared(source, [version], KIND, "lint", read=exact)
