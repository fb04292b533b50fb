"""Compose: images of services, and arguments that they build Dockerfiles with."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import Final

from uplock.model.declaration import Declared
from uplock.uplift.scan.declare import declared, exact, imaged
from uplock.uplift.scan.dockerfile import stages
from uplock.uplift.scan.dockerfile_document import substituted
from uplock.uplift.scan.images import read_image
from uplock.uplift.scan.source import Source
from uplock.uplift.scan.tree import Mapping, Node, Scalar, at
from uplock.uplift.scan.versions import read_version
from uplock.uplift.scan.yaml_document import parse
from uplock.uplift.scan.yaml_walk import entries, items, text

KIND: Final = "compose"


def declarations(source: Source) -> Iterator[Declared]:
    """Yield what the services of a project declare."""
    for document in parse(source.text):
        for _, service in entries(at(document, "services")):
            image = at(service, "image")
            if isinstance(image, Scalar):
                whole = substituted(image.text, {})
                found = read_image(whole if whole is not None else image.text)
                if found is not None:
                    yield imaged(source, image, found, KIND, "run")
            yield from arguments_of(source, at(service, "build"))


def arguments_of(source: Source, build: Node | None, folder: str | None = None) -> Iterator[Declared]:
    """Yield the arguments of a build that the Dockerfile puts into the name of an image."""
    if not isinstance(build, Mapping):
        return
    used = _used(source, build, source.folder if folder is None else folder)
    args = at(build, "args")
    for name, value in entries(args):
        if name in used and isinstance(value, Scalar):
            yield from _argument(source, value, value)
    for item in items(args):
        if isinstance(item, Scalar) and "=" in item.text:
            name, _, value_text = item.text.partition("=")
            if name in used:
                yield from _argument(source, item, Scalar(text=value_text, value=value_text, line=item.line))


def _argument(source: Source, place: Scalar, value: Scalar) -> Iterator[Declared]:
    whole = substituted(value.text, {})
    if whole is None or not (read_version(whole) or read_image(whole)):
        return
    image = read_image(whole)
    shown = Scalar(text=place.text, value=value.value, line=place.line, quoted=place.quoted)
    if image is not None and not read_version(whole):
        yield imaged(source, shown, image, "compose", "run")
        return
    # The value is read as it would be put in; what stands there is shown.
    yield from declared(
        source, [shown], KIND, "run", read=lambda written: exact(whole if written == place.text else written)
    )


def _used(source: Source, build: Mapping, folder: str) -> set[str]:
    """Return the names of arguments that stand in ``FROM``; those of versions where the Dockerfile is not there."""
    inline = text(build.get("dockerfile_inline"))
    context = text(build.get("context")) or "."
    name = text(build.get("dockerfile")) or "Dockerfile"
    path = posixpath.normpath(posixpath.join(folder, context, name))
    found = inline or (None if path.startswith("..") else source.other(path))
    if found is None:
        return {"PYTHON_VERSION", "PYTHON", "PY_VERSION", "PYTHON_IMAGE", "BASE_IMAGE"}
    given = {name: value.text for name, value in entries(build.get("args")) if isinstance(value, Scalar)}
    return {
        match
        for stage in stages(found, given)
        if read_image(stage.whole or stage.image) is not None
        for match in re.findall(r"\$\{?([A-Za-z_]\w*)", stage.image)
    }
