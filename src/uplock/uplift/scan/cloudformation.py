"""CloudFormation and SAM: the runtimes of functions and layers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from uplock.model.declaration import Declared
from uplock.uplift.scan import azure_functions
from uplock.uplift.scan.json_document import parse_json
from uplock.uplift.scan.managed import lambdas
from uplock.uplift.scan.source import Source
from uplock.uplift.scan.tree import Node, Scalar, at, leaves
from uplock.uplift.scan.yaml_document import parse
from uplock.uplift.scan.yaml_walk import entries, text

KIND: Final = "cloudformation"


def declarations(source: Source) -> Iterator[Declared]:
    """Yield what a template declares; a file without resources of AWS is none."""
    if source.name.endswith(".json"):
        yield from azure_functions.declarations(source)  # templates of both clouds are called so
    for document in _documents(source):
        types = [text(at(body, "Type")) for _, body in entries(at(document, "Resources"))]
        if not any(each.startswith("AWS::") for each in types):
            continue
        yield from lambdas(source, leaves(at(document, "Globals", "Function", "Runtime")), KIND)
        used: set[str] = set()
        for _, body in entries(at(document, "Resources")):
            for key in ("Runtime", "CompatibleRuntimes"):
                value = at(body, "Properties", key)
                used |= _referred(value)
                yield from lambdas(source, leaves(value), KIND)
        used |= _referred(at(document, "Globals", "Function", "Runtime"))
        for name, parameter in entries(at(document, "Parameters")):
            if name in used:
                yield from lambdas(source, leaves(at(parameter, "Default")), KIND)


def _documents(source: Source) -> tuple[Node, ...]:
    if not source.name.endswith(".json"):
        return parse(source.text)
    document = parse_json(source.text)
    return () if document is None else (document,)


def _referred(value: Node | None) -> set[str]:
    """Return the parameters that a value refers to: ``!Ref Name``, or ``{"Ref": "Name"}``."""
    if isinstance(value, Scalar):
        return {value.text}
    found = {text(at(value, "Ref"))}
    return found | {each.text for each in leaves(value)}
