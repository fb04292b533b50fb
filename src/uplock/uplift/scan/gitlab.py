"""GitLab CI: images of jobs, with the variables of matrices and of the file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from uplock.model.declaration import Declared, Role
from uplock.uplift.scan.declare import declared, exact, imaged
from uplock.uplift.scan.images import ReadImage, read_image
from uplock.uplift.scan.roles import role_of
from uplock.uplift.scan.source import Source
from uplock.uplift.scan.tree import Mapping, Node, Scalar, at, leaves
from uplock.uplift.scan.versions import read_version
from uplock.uplift.scan.yaml_document import parse
from uplock.uplift.scan.yaml_walk import entries, items, text

KIND: Final = "gitlab-ci"

_VARIABLE = re.compile(r"\$\{?(?P<name>[A-Za-z_][A-Za-z0-9_]*)\}?")
_NOT_JOBS = frozenset(
    {"variables", "stages", "include", "workflow", "cache", "services", "before_script", "after_script"}
)


def declarations(source: Source) -> Iterator[Declared]:
    """Yield what a pipeline declares."""
    for document in parse(source.text):
        variables = dict(entries(at(document, "variables")))
        yield from _image(source, at(document, "image"), variables, set(), "test")
        yield from _image(source, at(document, "default", "image"), variables, set(), "test")
        bodies = dict(entries(document))
        for name, body in bodies.items():
            if name in _NOT_JOBS | {"image", "default"} or not isinstance(body, Mapping):
                continue
            role = role_of(name, text(at(body, "stage")))
            own = dict(entries(at(body, "variables")))
            yield from _matrix(source, body, bodies, role)
            yield from _image(source, at(body, "image"), {**variables, **own}, _rows(body), role)


def _rows(body: Node) -> set[str]:
    """Return the names of the variables of a job's matrix."""
    return {name for row in items(at(body, "parallel", "matrix")) for name, _ in entries(row)}


def _matrix(source: Source, body: Node, bodies: dict[str, Node], role: Role) -> Iterator[Declared]:
    """Yield the rows of a matrix that the image of the job, or of what it extends, is made of."""
    used = {
        match["name"] for image in _images(body, bodies, 0) for match in _VARIABLE.finditer(image) if "python" in image
    }
    for row in items(at(body, "parallel", "matrix")):
        for name, value in entries(row):
            if name in used or name.upper() in {"PYTHON_VERSION", "PYTHON", "PY_VERSION", "UV_PYTHON"}:
                found = [each for each in leaves(value) if read_version(each.text)]
                yield from declared(source, found, KIND, role, read=exact)
            elif name.upper() in {"IMAGE", "CI_IMAGE"} or any(read_image(each.text) for each in leaves(value)):
                for each in leaves(value):
                    if (image := read_image(each.text)) is not None:
                        yield imaged(source, each, image, KIND, role)


def _images(body: Node, bodies: dict[str, Node], depth: int) -> Iterator[str]:
    image = at(body, "image")
    yield text(at(image, "name") if isinstance(image, Mapping) else image)
    if depth < 8:  # noqa: PLR2004 - GitLab allows 11 levels, and nobody uses them
        for name in leaves(at(body, "extends")):
            if name.text in bodies:
                yield from _images(bodies[name.text], bodies, depth + 1)


def _image(
    source: Source, node: Node | None, variables: dict[str, Node], rows: set[str], role: Role
) -> Iterator[Declared]:
    image = at(node, "name") if isinstance(node, Mapping) else node
    if not isinstance(image, Scalar):
        return
    names = {match["name"] for match in _VARIABLE.finditer(image.text)}
    if names & rows:
        return  # the rows of the matrix are the declarations
    values = {name: _value(variables.get(name)) for name in names}
    whole = _VARIABLE.sub(lambda match: values[match["name"]] or match[0], image.text)
    found = read_image(whole)
    if found is None:
        return
    if _VARIABLE.search(whole):
        found = ReadImage(minors=(), note=f"{', '.join(sorted(names))}: not known here")
    yield imaged(source, image, found, KIND, role)


def _value(node: Node | None) -> str:
    return text(at(node, "value") if isinstance(node, Mapping) else node)
