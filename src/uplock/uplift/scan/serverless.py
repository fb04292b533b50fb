"""Serverless Framework: the runtime of the provider, of functions and of layers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from uplock.model.declaration import Declared
from uplock.uplift.scan.json_document import parse_json
from uplock.uplift.scan.managed import lambdas
from uplock.uplift.scan.source import Source
from uplock.uplift.scan.tree import Node, at, leaves
from uplock.uplift.scan.yaml_document import parse
from uplock.uplift.scan.yaml_walk import entries

KIND: Final = "serverless"


def declarations(source: Source) -> Iterator[Declared]:
    """Yield what a service declares."""
    document: Node | None
    for document in (parse_json(source.text),) if source.name.endswith(".json") else parse(source.text):
        yield from lambdas(source, leaves(at(document, "provider", "runtime")), KIND)
        for _, function in entries(at(document, "functions")):
            yield from lambdas(source, leaves(at(function, "runtime")), KIND)
        for _, layer in entries(at(document, "layers")):
            yield from lambdas(source, leaves(at(layer, "compatibleRuntimes")), KIND)
