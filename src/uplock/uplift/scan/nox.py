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
        name = node.name
        for decorator in node.decorator_list:
            if not isinstance(decorator, ast.Call):
                continue
            found: ast.expr | None = None
            if last_name(decorator.func) == "session":
                found = keyword(decorator, "python") or keyword(decorator, "py")
                names = [each.text for each in document.strings(keyword(decorator, "name"))]
                name = names[0] if names else name
            elif last_name(decorator.func) == "parametrize":
                found = _parametrized(decorator)
            scalars = [each for each in document.strings(found) if read_version(each.text)]
            yield from declared(source, _once(scalars), "nox", role_of(name), read=exact)


def _parametrized(call: ast.Call) -> ast.expr | None:
    """Return the interpreters of ``parametrize("python,database", [("3.9", …), …])``, ``None`` if it has none."""
    if len(call.args) < 2 or not isinstance(call.args[0], ast.Constant):  # noqa: PLR2004 - names and values
        return None
    names = [each.strip() for each in str(call.args[0].value).split(",")]
    if "python" not in names:
        return None
    rows, place = call.args[1], names.index("python")
    if len(names) == 1 or not isinstance(rows, ast.List | ast.Tuple):
        return rows
    columns = [row.elts[place] for row in rows.elts if isinstance(row, ast.List | ast.Tuple) and len(row.elts) > place]
    return ast.List(elts=columns)


def _once(scalars: list[Scalar]) -> list[Scalar]:
    return list(dict.fromkeys(scalars))
