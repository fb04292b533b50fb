"""conda: the interpreter among the dependencies of an environment."""

from __future__ import annotations

import re
from collections.abc import Iterator

from uplock.model.declaration import Declared
from uplock.uplift.scan.declare import declared, specified
from uplock.uplift.scan.source import Source
from uplock.uplift.scan.tree import Scalar, at
from uplock.uplift.scan.yaml_document import parse
from uplock.uplift.scan.yaml_walk import items

_PYTHON = re.compile(r"(?:[\w.-]+::)?python\s*(?P<rest>(?:[<>=!~\s].*)?)")


def declarations(source: Source) -> Iterator[Declared]:
    """Yield ``python=3.9`` and the like; lists below, as pip's, declare nothing."""
    for document in parse(source.text):
        for item in items(at(document, "dependencies")):
            if isinstance(item, Scalar) and _PYTHON.fullmatch(item.text.strip()) is not None:
                yield from declared(source, [item], "conda", "run", read=_read)


def _read(text: str) -> tuple[tuple[str, ...] | None, str | None]:
    match = _PYTHON.fullmatch(text.strip())
    # conda's single = takes every version that begins so; a third part after another = is the build.
    rest = "" if match is None else match["rest"].strip()
    rest = re.sub(r"^=(?!=)\s*([\d.*]+)(?:=.*)?$", r"\1", rest)
    return specified(rest) if rest else ((), None)
