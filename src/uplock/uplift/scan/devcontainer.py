"""Development containers: their image, what they build, and the feature that installs an interpreter."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from uplock.model.declaration import Declared
from uplock.model.value import changed
from uplock.uplift.scan.compose import arguments_of
from uplock.uplift.scan.declare import declared, imaged, ranged
from uplock.uplift.scan.images import read_image
from uplock.uplift.scan.json_document import parse_json
from uplock.uplift.scan.source import Source
from uplock.uplift.scan.tree import Mapping, Scalar, at
from uplock.uplift.scan.yaml_walk import entries

KIND: Final = "devcontainer"


def declarations(source: Source) -> Iterator[Declared]:
    """Yield what a ``devcontainer.json`` declares."""
    document = parse_json(source.text)
    image = at(document, "image")
    if isinstance(image, Scalar) and (found := read_image(image.text)) is not None:
        yield imaged(source, image, found, KIND, "build")
    for each in arguments_of(source, at(document, "build")):
        yield changed(each, kind=KIND, role="build")
    for name, feature in entries(at(document, "features")):
        if name.partition("@")[0].rpartition(":")[0].endswith("/python") or name.endswith("/python"):
            version = at(feature, "version") if isinstance(feature, Mapping) else feature
            if isinstance(version, Scalar):
                yield from declared(source, [version], KIND, "build", read=ranged)
