"""Python files as syntax, never run: calls and their arguments, with lines and simple names resolved."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator

from uplock.errors import InputError
from uplock.uplift.scan.tree import Scalar

MAX_TEXT = 1_000_000
"""Characters of a file: parsing takes a hundred times as much memory."""

_REMEDY = "Correct the file, or leave it out of the scan."


class PythonDocument:
    """One file."""

    def __init__(self, text: str) -> None:
        """Raises :class:`InputError` with the line for what is no Python of this interpreter, or too deep."""
        if len(text) > MAX_TEXT:
            raise InputError(f"line 1: has more than {MAX_TEXT} characters", remedy=_REMEDY)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                self.tree = ast.parse(text)
        except SyntaxError as error:
            raise InputError(f"line {error.lineno or 1}: no Python: {error.msg}", remedy=_REMEDY) from error
        except (ValueError, RecursionError, MemoryError) as error:
            raise InputError("line 1: no Python that can be read", remedy=_REMEDY) from error
        self._names: dict[str, ast.expr] = {}
        for node in self.tree.body:
            if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
                self._names[node.targets[0].id] = node.value
            elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value is not None:
                self._names[node.target.id] = node.value

    def calls(self, name: str) -> Iterator[ast.Call]:
        """Yield calls of a function by its last name, as ``setup`` or ``setuptools.setup``."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call) and last_name(node.func) == name:
                yield node

    def strings(self, node: ast.expr | None, depth: int = 0) -> Iterator[Scalar]:
        """Yield the strings of a literal, a list or tuple of them, or a name that was given one at the top."""
        match node:
            case ast.Constant(value=str() as value):
                yield Scalar(text=value, value=value, line=node.lineno, quoted=True)
            case ast.List(elts=items) | ast.Tuple(elts=items) | ast.Set(elts=items):
                for item in items:
                    yield from self.strings(item, depth)
            case ast.Name(id=name) if depth < 5 and name in self._names:  # noqa: PLR2004 - names that name names
                yield from self.strings(self._names[name], depth + 1)
            case _:
                return


def last_name(node: ast.expr) -> str:
    """Return the last part of a dotted name; empty for anything else."""
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(attr=name):
            return name
        case _:
            return ""


def keyword(call: ast.Call, name: str) -> ast.expr | None:
    """Return what is given for a keyword, ``None`` if it is not."""
    return next((each.value for each in call.keywords if each.arg == name), None)
