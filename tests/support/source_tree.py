"""Python source as a tree of modules: what they import, which names they use, how long they are. Nothing is run."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

_Scope = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


@dataclass(frozen=True, kw_only=True)
class Import:
    """One imported thing by its full dotted name (``os.environ`` for ``from os import environ``)."""

    name: str
    line: int
    lazy: bool
    """Within a function."""
    typing: bool
    """Below ``if TYPE_CHECKING``: never executed."""

    @property
    def package(self) -> str:
        """The top-level package."""
        return self.name.split(".", 1)[0]


@dataclass(frozen=True, kw_only=True)
class Name:
    """A dotted name as used, with imported names written out; whether it is called, and with anything."""

    name: str
    line: int
    called: bool
    arguments: bool


@dataclass(frozen=True, kw_only=True)
class Module:
    """One module."""

    name: str
    text: str
    package: bool
    """Whether it is an ``__init__``."""
    syntax: ast.Module = field(repr=False)

    @property
    def part(self) -> str:
        """What it belongs to: ``model`` for ``uplock.model.lock``, ``errors`` for ``uplock.errors``, else nothing."""
        return [*self.name.split("."), ""][1]

    def imports(self) -> Iterator[Import]:
        """Yield every import, also those within functions and those by a literal name at run time."""
        yield from _imports(self.syntax, self, lazy=False, typing=False)

    def names(self) -> Iterator[Name]:
        """Yield every dotted name that is used, the longest only: ``datetime.datetime.now``."""
        aliases = dict(_aliases(self))
        inner: set[int] = set()
        calls = {id(node.func): node for node in ast.walk(self.syntax) if isinstance(node, ast.Call)}
        for node in ast.walk(self.syntax):
            if not isinstance(node, ast.Attribute | ast.Name) or id(node) in inner:
                continue
            if isinstance(node, ast.Attribute):
                inner.add(id(node.value))
            first, *rest = _dotted(node).split(".")
            call = calls.get(id(node))
            yield Name(
                name=".".join([aliases.get(first, first), *rest]),
                line=node.lineno,
                called=call is not None,
                arguments=call is not None and bool(call.args or call.keywords),
            )

    def functions(self) -> Iterator[tuple[str, int]]:
        """Yield every function with its length in lines, without decorators."""
        for node in ast.walk(self.syntax):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield node.name, (node.end_lineno or node.lineno) - node.lineno + 1


Tree = Mapping[str, Module]


def parse(name: str, text: str, *, package: bool = False) -> Module:
    """Return one module."""
    return Module(name=name, text=text, package=package, syntax=ast.parse(text))


def tree_of(sources: Mapping[str, str]) -> Tree:
    """Return a tree from texts by dotted name; a name that is a prefix of another is a package."""
    packages = {name.rpartition(".")[0] for name in sources}
    return {name: parse(name, text, package=name in packages) for name, text in sources.items()}


def read_tree(place: Path) -> Tree:
    """Return the tree of the package in a folder."""
    modules = {}
    for path in sorted(place.rglob("*.py")):
        parts = path.relative_to(place.parent).with_suffix("").parts
        package = parts[-1] == "__init__"
        name = ".".join(parts[:-1] if package else parts)
        modules[name] = parse(name, path.read_text(encoding="utf-8"), package=package)
    return modules


def target_of(name: str, tree: Tree) -> str | None:
    """Return the module of the tree that an imported name is or lies in."""
    while name and name not in tree:
        name = name.rpartition(".")[0]
    return name or None


def _imports(node: ast.AST, module: Module, *, lazy: bool, typing: bool) -> Iterator[Import]:
    for child in ast.iter_child_nodes(node):
        for name in _imported(child, module):
            yield Import(name=name, line=getattr(child, "lineno", 0), lazy=lazy, typing=typing)
        if isinstance(child, ast.If) and _dotted(child.test).endswith("TYPE_CHECKING"):
            yield from _imports(ast.Module(body=child.body, type_ignores=[]), module, lazy=lazy, typing=True)
            yield from _imports(ast.Module(body=child.orelse, type_ignores=[]), module, lazy=lazy, typing=typing)
        else:
            yield from _imports(child, module, lazy=lazy or isinstance(child, _Scope), typing=typing)


def _imported(node: ast.AST, module: Module) -> Iterable[str]:
    match node:
        case ast.Import(names=names):
            return [alias.name for alias in names]
        case ast.ImportFrom(module=source, names=names, level=level):
            base = _base(module, level)
            start = ".".join(part for part in (base, source) if part)
            return [start if alias.name == "*" else f"{start}.{alias.name}" for alias in names]
        case ast.Call(func=func, args=[ast.Constant(value=str(name)), *_]):
            return [name] if _dotted(func).rpartition(".")[2] in {"import_module", "__import__"} else []
        case _:
            return []


def _base(module: Module, level: int) -> str:
    """Return the package that a relative import of this level starts from."""
    if level == 0:
        return ""
    parts = module.name.split(".")
    return ".".join(parts[: len(parts) - level + module.package])


def _aliases(module: Module) -> Iterator[tuple[str, str]]:
    """Yield what each imported name stands for; one name for two things in two functions counts as the last."""
    for node in ast.walk(module.syntax):
        if isinstance(node, ast.Import):
            for alias in node.names:
                first = alias.name.split(".", 1)[0]
                yield (alias.asname, alias.name) if alias.asname else (first, first)
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(part for part in (_base(module, node.level), node.module) if part)
            for alias in node.names:
                yield alias.asname or alias.name, f"{base}.{alias.name}"


def _dotted(node: ast.AST) -> str:
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=value, attr=attribute):
            return f"{_dotted(value)}.{attribute}"
        case _:
            return "?"
