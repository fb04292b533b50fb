"""Small files of tools: mise, Pipfile, pixi, ruff, mypy."""

from __future__ import annotations

from collections.abc import Iterator

from uplock.model.declaration import Declared
from uplock.uplift.scan.declare import declared, exact, ranged, specified
from uplock.uplift.scan.ini_document import parse_ini
from uplock.uplift.scan.pyproject import ruffs
from uplock.uplift.scan.source import Source
from uplock.uplift.scan.toml_document import parse_toml
from uplock.uplift.scan.tree import Mapping, Node, Scalar, at, leaves


def declarations(source: Source) -> Iterator[Declared]:
    """Yield what one of these files declares."""
    name = source.name
    if name in {"mypy.ini", ".mypy.ini"}:
        yield from declared(source, parse_ini(source.text).get("mypy", {}).get("python_version", ()), "mypy", "lint")
        return
    document = parse_toml(source.text)
    if name in {"ruff.toml", ".ruff.toml"}:
        yield from declared(source, ruffs(document), "ruff", "lint", read=exact)
    elif name == "Pipfile":
        for key in ("python_version", "python_full_version"):
            yield from declared(source, leaves(at(document, "requires", key)), "pipfile", "run", read=ranged)
    elif name == "pixi.toml":
        yield from declared(source, _versions(at(document, "dependencies", "python")), "pixi", "run", read=specified)
        features = at(document, "feature")
        for _, feature in features.entries if isinstance(features, Mapping) else ():
            found = _versions(at(feature, "dependencies", "python"))
            yield from declared(source, found, "pixi", "run", read=specified)
    else:
        yield from declared(source, _versions(at(document, "tools", "python")), "mise", "run", read=ranged)


def _versions(node: Node | None) -> list[Scalar]:
    return list(leaves(at(node, "version") if isinstance(node, Mapping) else node))
