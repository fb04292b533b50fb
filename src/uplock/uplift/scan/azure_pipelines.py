"""Azure Pipelines: ``UsePythonVersion``, the matrices and parameters that it refers to, and containers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from uplock.model.declaration import Declared, Role
from uplock.uplift.scan.declare import declared, imaged, ranged
from uplock.uplift.scan.images import read_image
from uplock.uplift.scan.roles import role_of
from uplock.uplift.scan.source import Source
from uplock.uplift.scan.tree import Mapping, Node, Scalar, at, leaves
from uplock.uplift.scan.yaml_document import parse
from uplock.uplift.scan.yaml_walk import entries, items, tables, text

KIND: Final = "azure-pipelines"
TASK = re.compile(r"UsePythonVersion@\d+|UsePythonVersion")

_REFERENCE = re.compile(
    r"\$\(\s*(?P<name>[A-Za-z0-9_.]+)\s*\)|\$\{\{\s*(?:parameters|variables)\.(?P<named>[A-Za-z0-9_.]+)\s*\}\}"
)


def declarations(source: Source) -> Iterator[Declared]:
    """Yield what a pipeline declares."""
    for document in parse(source.text):
        used = {name for table in tables(document) for name in _used(table)}
        yield from _defined(source, document, used)
        yield from _below(source, document, used, "test")


def _below(source: Source, node: Node, used: set[str], role: Role) -> Iterator[Declared]:
    """Yield what tables declare, with the role that the nearest job or stage has by its name."""
    for item in items(node):
        if not isinstance(item, Mapping):
            continue
        names = [text(item.get(key)) for key in ("job", "deployment", "stage", "displayName")]
        found = role_of(*names) if item.get("job") or item.get("deployment") or item.get("stage") else "test"
        inner = role if found == "test" else found
        yield from _table(source, item, used, inner)
        for _, value in item.entries:
            yield from _below(source, value, used, inner)


def _used(table: Mapping) -> Iterator[str]:
    if TASK.fullmatch(text(table.get("task"))):
        for match in _REFERENCE.finditer(text(at(table, "inputs", "versionSpec"))):
            yield match["name"] or match["named"]


def _defined(source: Source, document: Node, used: set[str]) -> Iterator[Declared]:
    """Yield values of variables and parameters that tasks refer to."""
    for name, value in entries(at(document, "variables")):
        if name in used:
            yield from declared(source, leaves(value), KIND, "test", read=ranged)
    for where, key in (("variables", "value"), ("parameters", "default")):
        for row in items(at(document, where)):
            if text(at(row, "name")) in used:
                yield from declared(source, leaves(at(row, key)), KIND, "test", read=ranged)


def _table(source: Source, table: Mapping, used: set[str], role: Role) -> Iterator[Declared]:
    if TASK.fullmatch(text(table.get("task"))):
        spec = [each for each in leaves(at(table, "inputs", "versionSpec")) if not _REFERENCE.search(each.text)]
        yield from declared(source, spec, KIND, role, read=ranged)
    for _, row in entries(at(table, "strategy", "matrix")):
        for name, value in entries(row):
            if name in used or name.lower() in {"python.version", "pythonversion", "python_version"}:
                yield from declared(source, leaves(value), KIND, role, read=ranged)
    for place in (table.get("container"), at(table, "container", "image")):
        if isinstance(place, Scalar) and (found := read_image(place.text)) is not None:
            yield imaged(source, place, found, KIND, role)
    for row in items(at(table, "resources", "containers")):
        image = at(row, "image")
        if isinstance(image, Scalar) and (found := read_image(image.text)) is not None:
            yield imaged(source, image, found, KIND, role)
