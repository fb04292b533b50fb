"""The top-level modules that wheels bring: what one can import once they are installed, by package."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from keyword import iskeyword

from uplock.model.content import WheelContent

MAX_DEPTH = 6
"""Levels of namespace packages (PEP 420) that are looked into."""

_SITE = "site/"
_MODULE = re.compile(r"(?P<name>[^./]+)(?:\.py|(?:\.[A-Za-z0-9_-]+)*\.(?:so|pyd))")
"""``name.py``, ``name.so``, ``name.abi3.so``, ``name.cpython-312-x86_64-linux-gnu.so``, ``name.cp312-win_amd64.pyd``.
"""
_NOT_IMPORTED = frozenset({"__init__", "__main__", "setup"})
"""Files that are run, or that belong to their folder; a stray ``setup.py`` would start to build."""


def top_level_modules(contents: Iterable[WheelContent]) -> dict[str, tuple[str, ...]]:
    """Return the modules of every package by its name, sorted; a package without any has none.

    A folder with an ``__init__`` is one module. A folder without is a namespace (PEP 420), of which the first modules
    below it count, with dots; one that holds no module at all is data.
    """
    return {content.name: tuple(sorted(set(_modules(content)))) for content in contents}


def _modules(content: WheelContent) -> Iterator[str]:
    paths = [file.path.removeprefix(_SITE).split("/") for file in content.files if file.path.startswith(_SITE)]
    return _below(paths, ())


def _below(paths: list[list[str]], parents: tuple[str, ...]) -> Iterator[str]:
    """Yield the modules among paths, given as parts below ``parents``."""
    folders: dict[str, list[list[str]]] = {}
    for parts in paths:
        if len(parts) == 1:
            match = _MODULE.fullmatch(parts[0])
            if match is not None and match["name"] not in _NOT_IMPORTED and _is_name(match["name"]):
                yield ".".join((*parents, match["name"]))
        elif _is_name(parts[0]) and parts[0] != "__pycache__":
            folders.setdefault(parts[0], []).append(parts[1:])
    for name, inside in folders.items():
        if any(len(parts) == 1 and _is_init(parts[0]) for parts in inside):
            yield ".".join((*parents, name))
        elif len(parents) < MAX_DEPTH:
            yield from _below(inside, (*parents, name))


def _is_init(filename: str) -> bool:
    match = _MODULE.fullmatch(filename)
    return match is not None and match["name"] == "__init__"


def _is_name(text: str) -> bool:
    return text.isidentifier() and not iskeyword(text)
