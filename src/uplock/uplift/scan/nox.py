"""``noxfile.py``: the interpreters of its sessions, as they are written; the file is never run."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from uplock.model.declaration import Declared
from uplock.uplift.scan.declare import declared, exact
from uplock.uplift.scan.python_document import PythonDocument, keyword, last_name
from uplock.uplift.scan.roles import role_of
from uplock.uplift.scan.source import Source
from uplock.uplift.scan.tree import Scalar
from uplock.uplift.scan.versions import read_version


def declarations(source: Source) -> Iterator[Declared]:
    """Yield what ``@nox.session(python=…)`` and ``parametrize("python", …)`` declare."""
    document = PythonDocument(source.text)
    for node in ast.walk(document.tree):
        if not isinstance(node, ast.FunctionDef):
            continue
        for decorator in node.decorator_list:
            if not isinstance(decorator, ast.Call):
                continue
            found: ast.expr | None = None
            if last_name(decorator.func) == "session":
                found = keyword(decorator, "python") or keyword(decorator, "py")
            elif last_name(decorator.func) == "parametrize" and _is_python(decorator):
                found = decorator.args[1]
            scalars = [each for each in document.strings(found) if read_version(each.text)]
            yield from declared(source, _once(scalars), "nox", role_of(node.name), read=exact)


def _is_python(call: ast.Call) -> bool:
    first = call.args[0] if len(call.args) > 1 else None
    return isinstance(first, ast.Constant) and first.value == "python"


def _once(scalars: list[Scalar]) -> list[Scalar]:
    return list(dict.fromkeys(scalars))
