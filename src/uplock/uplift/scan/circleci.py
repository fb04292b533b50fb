"""CircleCI: images of jobs and executors, with their parameters and the matrices of workflows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from uplock.model.declaration import Declared, Role
from uplock.uplift.scan.declare import declared, exact, imaged
from uplock.uplift.scan.images import read_image
from uplock.uplift.scan.roles import role_of
from uplock.uplift.scan.source import Source
from uplock.uplift.scan.tree import Node, Scalar, at, leaves
from uplock.uplift.scan.versions import read_version
from uplock.uplift.scan.yaml_document import parse
from uplock.uplift.scan.yaml_walk import entries, items, tables

KIND: Final = "circleci"

_PARAMETER = re.compile(r"<<\s*(?:pipeline\.)?parameters\.(?P<name>[A-Za-z0-9_-]+)\s*>>")


def declarations(source: Source) -> Iterator[Declared]:
    """Yield what a configuration declares."""
    for document in parse(source.text):
        used = {
            match["name"]
            for table in tables(document)
            for key, value in table.entries
            if isinstance(value, Scalar) and ((key.text == "image" and "python" in value.text) or key.text == "version")
            for match in _PARAMETER.finditer(value.text)
        }
        yield from _parameters(source, document, used, "test")
        for kind in ("executors", "jobs"):
            for name, body in entries(at(document, kind)):
                role = role_of(name)
                yield from _parameters(source, body, used, role)
                for row in items(at(body, "docker"))[:1]:  # the first one is what steps run in, others are services
                    image = at(row, "image")
                    if not isinstance(image, Scalar) or _PARAMETER.search(image.text):
                        continue
                    if (found := read_image(image.text)) is not None:
                        yield imaged(source, image, found, KIND, role)
        for _, workflow in entries(at(document, "workflows")):
            for entry in items(at(workflow, "jobs")):
                for name, call in entries(entry):
                    yield from _call(source, call, used, role_of(name))


def _parameters(source: Source, body: Node, used: set[str], role: Role) -> Iterator[Declared]:
    for name, parameter in entries(at(body, "parameters")):
        if name in used:
            yield from declared(source, _versions(at(parameter, "default")), KIND, role, read=exact)


def _call(source: Source, call: Node, used: set[str], role: Role) -> Iterator[Declared]:
    for name, value in (*entries(at(call, "matrix", "parameters")), *entries(call)):
        if name in used:
            yield from declared(source, _versions(value), KIND, role, read=exact)


def _versions(node: Node | None) -> list[Scalar]:
    return [each for each in leaves(node) if read_version(each.text)]
