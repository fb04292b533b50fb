"""Imports of modules that the standard library of a target no longer has, in the Python files of a wheel.

The files are read as syntax, never run. What is looked for is a table of removals with their sources. A file that is
no Python of the interpreter that reads it (templates, code for Python 2) is passed over: nothing there is imported.
"""

from __future__ import annotations

import ast
import re
import tomllib
import warnings
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Literal

from uplock.inspect.wheel import Wheel
from uplock.model.uplift import StandardUse

TABLE = Path(__file__).with_name("data") / "removed-modules.toml"

Context = Literal["top-level", "guarded", "nested"]
Found = tuple[str, int, Context]

MAX_FILE = 2 * 1024 * 1024
"""Bytes of one file that are parsed: syntax trees take a hundred times as much."""
MAX_FILES = 20_000
"""Files of one wheel that are looked into."""
MAX_USES = 200
"""Imports that are told of one wheel."""


@cache
def removed_modules() -> dict[str, str]:
    """Return the minor that removed each module: ``{"distutils": "3.12"}``."""
    table = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    return {name: minor for minor, names in table["removed"].items() for name in names}


def gone_in(minor: str) -> dict[str, str]:
    """Return those that an interpreter of ``minor`` has not, each with the minor that removed it."""
    return {name: since for name, since in removed_modules().items() if _key(since) <= _key(minor)}


def standard_uses(wheel: Wheel, minor: str) -> tuple[StandardUse, ...]:
    """Return what a wheel's Python files import of these modules, by file and line.

    Raises :class:`~uplock.errors.InputError` for a wheel that cannot be read.
    """
    gone = gone_in(minor)
    if not gone:
        return ()
    words = re.compile(rb"\b(?:" + b"|".join(sorted(name.encode() for name in gone)) + rb")\b")
    found: list[StandardUse] = []
    files = [member for member in wheel.members if member.path.endswith(".py")][:MAX_FILES]
    for member in files:
        if member.size > MAX_FILE:
            continue
        raw = wheel.read_member(member.path, MAX_FILE)
        if words.search(raw) is None:
            continue
        for module, line, context in imports_of(raw, gone):
            use = StandardUse(
                package=wheel.name.name,
                module=module,
                removed_in=gone[module.partition(".")[0]],
                file=member.path,
                line=line,
                context=context,
            )
            found.append(use)
            if len(found) == MAX_USES:
                return tuple(found)
    return tuple(sorted(found, key=lambda use: (use.file, use.line, use.module)))


def imports_of(raw: bytes, gone: Iterable[str]) -> list[Found]:
    """Return module, line and context of every import of one of ``gone``; nothing of what is no Python."""
    names = frozenset(gone)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(raw)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    return sorted(set(_walk(tree, names)), key=lambda each: (each[1], each[0]))


def _walk(tree: ast.Module, names: frozenset[str]) -> Iterator[Found]:
    """Yield imports, without recursion: how deep code nests is its author's affair."""
    front: list[tuple[ast.AST, Context]] = [(tree, "top-level")]
    while front:
        node, context = front.pop()
        yield from ((module, getattr(node, "lineno", 1), context) for module in _modules(node, names))
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.Lambda():
                inner: Context = "nested"
            case ast.If() if _is_typing(node.test):
                front += [(each, context) for each in node.orelse]
                continue
            case ast.Try() if context == "top-level":
                front += [(each, "guarded") for each in ast.iter_child_nodes(node)]
                continue
            case ast.If() if context == "top-level":
                inner = "guarded"
            case _:
                inner = context
        front += [(each, inner) for each in ast.iter_child_nodes(node)]


def _modules(node: ast.AST, names: frozenset[str]) -> Iterator[str]:
    match node:
        case ast.Import(names=aliases):
            found = [alias.name for alias in aliases]
        case ast.ImportFrom(module=str() as module, level=0):
            found = [module]
        case ast.Call(func=ast.Name(id="__import__"), args=[ast.Constant(value=str() as name), *_]):
            found = [name]
        case ast.Call(func=ast.Attribute(attr="import_module"), args=[ast.Constant(value=str() as name), *_]):
            found = [name]
        case _:
            return
    yield from (name for name in found if name.partition(".")[0] in names)


def _is_typing(test: ast.expr) -> bool:
    return (isinstance(test, ast.Name) and test.id == "TYPE_CHECKING") or (
        isinstance(test, ast.Attribute) and test.attr == "TYPE_CHECKING"
    )


def _key(minor: str) -> tuple[int, ...]:
    return tuple(int(part) for part in minor.split("."))
