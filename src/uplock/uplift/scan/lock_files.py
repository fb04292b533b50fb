"""Lock files of all tools: the interpreters that they were made for."""

from __future__ import annotations

import re
from collections.abc import Iterator

from uplock.model.declaration import Declared
from uplock.uplift.scan.declare import declared, exact, specified
from uplock.uplift.scan.json_document import parse_json
from uplock.uplift.scan.pyproject import marked
from uplock.uplift.scan.source import Source
from uplock.uplift.scan.toml_document import parse_toml
from uplock.uplift.scan.tree import Scalar, at, leaves

MAX_HEADER = 20
"""Lines at the top of a requirements file that may say what made it."""

_PIP_COMPILE = re.compile(r"#.*\bpip-compile with [Pp]ython (?P<version>\d\.\d{1,2})\b")
_UV = re.compile(r"#.*\buv pip compile\b.*?(?:--python-version|--python|-p)[ =](?P<version>3[\d.]*)")


def declarations(source: Source) -> Iterator[Declared]:
    """Yield what a lock file declares."""
    name = source.name
    if name.endswith(".txt"):
        yield from _header(source)
    elif name == "Pipfile.lock":
        document = parse_json(source.text)
        for key in ("python_version", "python_full_version"):
            yield from declared(source, leaves(at(document, "_meta", "requires", key)), "pipfile.lock", "run")
    elif name == "uv.lock":
        document = parse_toml(source.text)
        yield from declared(source, leaves(at(document, "requires-python")), "uv.lock", "run", read=specified)
    elif name == "poetry.lock":
        versions = leaves(at(parse_toml(source.text), "metadata", "python-versions"))
        yield from declared(source, versions, "poetry.lock", "run", read=specified)
    else:
        document = parse_toml(source.text)
        yield from declared(source, leaves(at(document, "requires-python")), "pylock", "run", read=specified)
        found = [each for each in leaves(at(document, "environments")) if marked(each.text) != ((), None)]
        yield from declared(source, found, "pylock", "run", read=marked)


def _header(source: Source) -> Iterator[Declared]:
    for number, line in enumerate(source.text.splitlines()[:MAX_HEADER], 1):
        match = _PIP_COMPILE.match(line) or _UV.match(line)
        if match is not None:
            scalar = Scalar(text=match["version"], value=match["version"], line=number)
            yield from declared(source, [scalar], "pip-compile", "run", read=exact)
            return
