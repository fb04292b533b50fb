"""Azure: the stack of function and web apps in templates (ARM)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from uplock.model.declaration import Declared
from uplock.uplift.scan.declare import declared
from uplock.uplift.scan.json_document import parse_json
from uplock.uplift.scan.source import Source
from uplock.uplift.scan.tree import Scalar
from uplock.uplift.scan.versions import read_version
from uplock.uplift.scan.yaml_walk import tables

KIND: Final = "azure-functions"
STACK = re.compile(r"python\|(?P<version>3\.\d{1,2})", re.IGNORECASE)


def declarations(source: Source) -> Iterator[Declared]:
    """Yield every ``linuxFxVersion`` of Python, and ``pythonVersion``."""
    for table in tables(parse_json(source.text)):
        for key, value in table.entries:
            if key.text.lower() == "linuxfxversion" and isinstance(value, Scalar) and STACK.fullmatch(value.text):
                yield from declared(source, [value], KIND, "run", read=stack)
            elif key.text == "pythonVersion" and isinstance(value, Scalar) and read_version(value.text):
                yield from declared(source, [value], KIND, "run")


def stack(text: str) -> tuple[tuple[str, ...], None]:
    """Read a stack, ``Python|3.9``."""
    match = STACK.fullmatch(text)
    return ((match["version"],) if match else ()), None
