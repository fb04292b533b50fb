"""App Engine: ``runtime: python39`` of the standard environment, the operating system's of the flexible one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from uplock.model.declaration import Declared
from uplock.uplift.scan.declare import declared, exact
from uplock.uplift.scan.managed import google
from uplock.uplift.scan.source import Source
from uplock.uplift.scan.tree import at, leaves
from uplock.uplift.scan.yaml_document import parse
from uplock.uplift.scan.yaml_walk import text

KIND: Final = "app-engine"


def declarations(source: Source) -> Iterator[Declared]:
    """Yield what an ``app.yaml`` declares; one of anything else has no such runtime."""
    for document in parse(source.text):
        yield from google(source, leaves(at(document, "runtime")), KIND)
        if text(at(document, "runtime")) == "python" and text(at(document, "env")) == "flex":
            version = leaves(at(document, "runtime_config", "runtime_version"))
            yield from declared(source, version, KIND, "run", read=exact)
