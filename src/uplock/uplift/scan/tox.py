"""tox: environments by their names, with braces written out, and the interpreters that they name outright."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

from uplock.errors import InputError
from uplock.model.declaration import Declared, Role
from uplock.uplift.scan.declare import declared, exact
from uplock.uplift.scan.ini_document import Sections, parse_ini
from uplock.uplift.scan.roles import role_of
from uplock.uplift.scan.source import Source
from uplock.uplift.scan.toml_document import parse_toml
from uplock.uplift.scan.tree import Mapping, Node, Scalar, at, leaves
from uplock.uplift.scan.versions import read_version, sorted_minors

MAX_NAMES = 2000
"""Environments that one line of braces may stand for."""

_FACTOR = re.compile(r"(?:py|pypy)-?3\.?\d{1,2}|3\.\d{1,2}")
_PARTS = re.compile(r"(?:\{[^{}]*\}|[^\s,{}])+")


def declarations(source: Source) -> Iterator[Declared]:
    """Yield what a ``tox.ini`` or ``tox.toml`` declares."""
    if source.name.endswith(".toml"):
        yield from from_toml(source, parse_toml(source.text))
    else:
        yield from from_ini(source, parse_ini(source.text), "tox")


def from_ini(source: Source, sections: Sections, main: str) -> Iterator[Declared]:
    """Yield what the sections of tox declare; ``main`` is ``tox`` or ``tox:tox`` (in setup.cfg)."""
    tox = sections.get(main, {})
    for key in ("envlist", "env_list"):
        yield from _named(source, tox.get(key, ()))
    for name, options in sections.items():
        kind, colon, env = name.partition(":")
        if kind == "testenv" or name == "testenv":
            for key in ("basepython", "base_python"):
                role = _role(env) if colon else "test"
                yield from declared(source, _conditioned(options.get(key, ())), "tox", role, read=exact)
        elif name in {"gh-actions", "gh"}:
            yield from _mapped(source, options.get("python", ()))


def from_toml(source: Source, node: Node | None) -> Iterator[Declared]:
    """Yield what tox's tables in TOML declare; ``legacy_tox_ini`` is an INI file in a string."""
    yield from _named(source, [each for each in leaves(at(node, "env_list")) if each.quoted])
    legacy = at(node, "legacy_tox_ini")
    if isinstance(legacy, Scalar):
        moved = Source(path=source.path, text="\n" * _offset(source, legacy) + legacy.text, other=source.other)
        yield from from_ini(moved, parse_ini(moved.text), "tox")
    tables = [("", at(node, "env_run_base"))]
    envs = at(node, "env")
    if isinstance(envs, Mapping):
        tables += [(name.text, value) for name, value in envs.entries]
    for name, table in tables:
        yield from declared(
            source, leaves(at(table, "base_python")), "tox", _role(name) if name else "test", read=exact
        )


def _offset(source: Source, legacy: Scalar) -> int:
    """Return how many lines stand before the text of a multi-line string: its first newline is dropped."""
    line = source.text.splitlines()[legacy.line - 1]
    return legacy.line if line.rstrip().endswith(('"""', "'''")) else legacy.line - 1


def _role(name: str) -> Role:
    return role_of(re.sub(r"\d", " ", name))


def _named(source: Source, lines: tuple[Scalar, ...] | list[Scalar]) -> Iterator[Declared]:
    """Yield one declaration for each line that names interpreters."""
    for line in lines:
        names = environments(line.text)
        factors = [factor for name in names for factor in name.split("-") if _FACTOR.fullmatch(factor)]
        minors = sorted_minors(minor for factor in factors for minor in read_version(factor))
        if minors:
            yield Declared(
                path=source.path,
                line=line.line,
                kind="tox",
                role=_role(names[0]) if len(names) == 1 else "test",
                text=line.text,
                minors=minors,
                implementation="pypy" if all(factor.startswith("pypy") for factor in factors) else "cpython",
            )


def environments(text: str) -> tuple[str, ...]:
    """Return the names that a line stands for, braces written out.

    Raises :class:`InputError` for more of them than anybody has.
    """
    found: list[str] = []
    for part in _PARTS.findall(text):
        pieces = [
            each[1:-1].split(",") if each.startswith("{") else [each] for each in re.findall(r"\{[^{}]*\}|[^{}]+", part)
        ]
        count = 1
        for piece in pieces:
            count *= len(piece)
        if count + len(found) > MAX_NAMES:
            raise InputError(f"stands for more than {MAX_NAMES} environments", remedy="Name fewer of them.")
        found += ["".join(word.strip() for word in each) for each in itertools.product(*pieces)]
    return tuple(found)


def _conditioned(lines: tuple[Scalar, ...]) -> list[Scalar]:
    """Return values without the factors in front of them: ``lint: python3.9``."""
    return [
        Scalar(text=text, value=text, line=each.line)
        for each in lines
        for text in [each.text.rpartition(":")[2].strip()]
    ]


def _mapped(source: Source, lines: tuple[Scalar, ...]) -> Iterator[Declared]:
    """Yield the versions that tox-gh-actions maps to environments: ``3.9: py39``."""
    for line in lines:
        minors = read_version(line.text.partition(":")[0])
        if minors:
            yield Declared(path=source.path, line=line.line, kind="tox", role="test", text=line.text, minors=minors)
