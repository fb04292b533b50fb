"""GitHub Actions: interpreters of workflows and composite actions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from uplock.errors import InputError
from uplock.model.declaration import Declared, Role
from uplock.uplift.scan.declare import NO_VERSION, declared, imaged, ranged
from uplock.uplift.scan.images import read_image
from uplock.uplift.scan.roles import role_of
from uplock.uplift.scan.source import Source
from uplock.uplift.scan.tree import Mapping, Node, Scalar, Sequence, at, leaves
from uplock.uplift.scan.versions import read_version
from uplock.uplift.scan.yaml_document import parse
from uplock.uplift.scan.yaml_walk import entries, items, tables, text

KIND: Final = "github-actions"
USUAL = frozenset({"python-version", "python_version", "python", "python-versions"})

_REFERENCE = re.compile(r"\$\{\{\s*(?P<of>matrix|env|inputs)\.(?P<name>[A-Za-z0-9_-]+)\s*\}\}")
_COMPUTED = "computed when the workflow runs"


def declarations(source: Source) -> Iterator[Declared]:
    """Yield what a workflow, or the definition of an action, declares."""
    for document in parse(source.text):
        used = _used(document)
        yield from _inputs(source, document)
        yield from _environment(source, at(document, "env"), used, "test")
        for job, body in entries(at(document, "jobs")):
            role = role_of(job, text(at(body, "name")))
            yield from _job(source, body, used, role)
        for step in items(at(document, "runs", "steps")):
            yield from _step(source, step, "test")


def _used(document: Node) -> set[tuple[str, str]]:
    """Return what python inputs and python images refer to: pairs of ``matrix``, ``env`` or ``inputs`` and a name."""
    found: set[tuple[str, str]] = set()
    for table in tables(document):
        for key, value in table.entries:
            texts = [leaf.text for leaf in leaves(value)]
            if key.text in {"python-version", "image", "container"}:
                for each in texts:
                    if key.text == "python-version" or "python" in each:
                        found |= {(match["of"], match["name"]) for match in _REFERENCE.finditer(each)}
    return found


def _inputs(source: Source, document: Node) -> Iterator[Declared]:
    """Yield defaults of inputs that are called after the version of Python."""
    on = at(document, "on") or at(document, "true")
    for where in (at(on, "workflow_call", "inputs"), at(on, "workflow_dispatch", "inputs"), at(document, "inputs")):
        for name, body in entries(where):
            if name in USUAL:
                yield from _versions(source, at(body, "default"), "test")


def _environment(source: Source, node: Node | None, used: set[tuple[str, str]], role: Role) -> Iterator[Declared]:
    for name, value in entries(node):
        if ("env", name) in used or name == "UV_PYTHON":
            yield from _versions(source, value, role)


def _job(source: Source, body: Node, used: set[tuple[str, str]], role: Role) -> Iterator[Declared]:
    names = USUAL | {name for of, name in used if of == "matrix"}
    yield from _matrix(source, at(body, "strategy", "matrix"), names, role)
    yield from _environment(source, at(body, "env"), used, role)
    container = at(body, "container")
    image = at(container, "image") if isinstance(container, Mapping) else container
    if isinstance(image, Scalar) and "${{" not in image.text and (found := read_image(image.text)) is not None:
        yield imaged(source, image, found, KIND, role)
    for name, value in entries(at(body, "with")):
        if name in USUAL:
            yield from _versions(source, value, role)
    for step in items(at(body, "steps")):
        yield from _step(source, step, role)


def _matrix(source: Source, matrix: Node | None, names: frozenset[str], role: Role) -> Iterator[Declared]:
    """Yield the values of a matrix, and the rows that are included; those that are excluded declare nothing."""
    rows = [entry for row in items(at(matrix, "include")) for entry in entries(row)]
    for name, value in (*entries(matrix), *rows):
        if name in names:
            yield from _versions(source, value, role)
    if isinstance(matrix, Scalar):
        yield from _nothing(source, matrix, role)


def _nothing(source: Source, matrix: Scalar, role: Role) -> Iterator[Declared]:
    if "python" in matrix.text.lower():
        yield Declared(
            path=source.path, line=matrix.line, kind=KIND, role=role, text=matrix.text, minors=(), note=_COMPUTED
        )


def _step(source: Source, step: Node, role: Role) -> Iterator[Declared]:
    uses = text(at(step, "uses")).partition("@")[0].lower()
    if not uses.endswith(("/setup-python", "/setup-uv", "/setup-micromamba", "/setup-miniconda", "/setup-pdm")):
        return
    yield from _versions(source, at(step, "with", "python-version"), role)
    file = at(step, "with", "python-version-file")
    if isinstance(file, Scalar):
        yield _pointed(source, file, role)


def _versions(source: Source, node: Node | None, role: Role) -> Iterator[Declared]:
    """Yield versions of a value, each line of a block its own; what refers to something else is none."""
    scalars = []
    for leaf in leaves(node):
        lines = leaf.text.splitlines()
        if len(lines) > 1:
            for number, line in enumerate(lines, leaf.line + 1):
                bare = line.partition("#")[0].strip()
                scalars += [Scalar(text=bare, value=bare, line=number)] if bare else []
        else:
            scalars.append(leaf)
    plain = [each for each in scalars if "${{" not in each.text]
    computed = [each for each in scalars if "${{" in each.text and not _REFERENCE.fullmatch(each.text.strip())]
    if isinstance(node, Mapping | Sequence | Scalar):
        yield from declared(source, plain, KIND, role, read=ranged)
    for each in computed:
        yield Declared(
            path=source.path, line=each.line, kind=KIND, role=role, text=each.text, minors=(), note=_COMPUTED
        )


def _pointed(source: Source, file: Scalar, role: Role) -> Declared:
    """Return the declaration of a file that is pointed at, with what that file declares."""
    from uplock.uplift.scan.readers import read

    path = file.text.strip().removeprefix("./")
    found = source.other(path)
    minors: tuple[str, ...] | None = ()
    specifier = None
    note: str | None = f"{path} is not there"
    if found is not None:
        note = NO_VERSION
        try:
            first = next(iter(read(Source(path=path, text=found))), None)
        except InputError:
            first = None
        if first is not None:
            minors, specifier, note = first.minors, first.specifier, None
        elif versions := read_version(found.strip()):
            minors, note = versions, None
    return Declared(
        path=source.path,
        line=file.line,
        kind=KIND,
        role=role,
        text=file.text,
        minors=minors,
        specifier=specifier,
        note=note,
    )
