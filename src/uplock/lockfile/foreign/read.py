"""Reading the lock of another tool, whatever it is: which versions it pins, and which of them hold for a target."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from uplock.errors import InputError
from uplock.lockfile.fields import listed
from uplock.lockfile.foreign.marker import MarkerEnvironment
from uplock.lockfile.foreign.poetry_lock import read_poetry_lock
from uplock.lockfile.foreign.pylock import read_foreign_pylock
from uplock.lockfile.foreign.requirements import read_requirements_lock
from uplock.lockfile.foreign.uv_lock import read_uv_lock
from uplock.lockfile.toml_document import parse_toml

if TYPE_CHECKING:
    from uplock.lockfile.foreign.lock import ForeignEdge, ForeignLock, Kind
    from uplock.model.target import Target

_PYLOCK = re.compile(r"pylock(?:\.[^.]+)?\.toml")
_READERS: dict[Kind, Callable[[dict[str, Any], str], ForeignLock]] = {
    "uv.lock": read_uv_lock,
    "pylock": read_foreign_pylock,
    "poetry.lock": read_poetry_lock,
}
_KNOWN = "uv.lock, poetry.lock, pylock.toml (PEP 751) or a requirements file"


def read_foreign_lock(raw: bytes, filename: str) -> ForeignLock:
    """Parse a lock of pip, uv, pip-tools, poetry or pdm: the kind is told by its name, else by its content.

    ``filename`` has no folder; the caller bounds the size. Raises :class:`InputError` with every defect, each with its
    place.
    """
    kind = _kind_of_name(filename)
    if kind == "requirements" or (kind is None and not filename.endswith((".toml", ".lock", ".json"))):
        return read_requirements_lock(raw, filename)
    try:
        document = parse_toml(raw)
    except ValueError as error:
        raise InputError(
            f"not TOML: {str(error)[:300]}", context=filename, remedy=f"Give {_KNOWN}, unchanged."
        ) from error
    kind = kind or _kind_of_content(document)
    if kind is None:
        raise InputError("not a lock of a kind that is read", context=filename, remedy=f"Give {_KNOWN}.")
    return _READERS[kind](document, filename)


def _kind_of_name(filename: str) -> Kind | None:
    if filename in {"uv.lock", "poetry.lock"}:
        return "uv.lock" if filename == "uv.lock" else "poetry.lock"
    if _PYLOCK.fullmatch(filename):
        return "pylock"
    return "requirements" if filename.endswith((".txt", ".in")) else None


def _kind_of_content(document: dict[str, Any]) -> Kind | None:
    metadata = document.get("metadata")
    if isinstance(metadata, dict) and "lock-version" in metadata:
        return "poetry.lock"
    if "lock-version" in document:
        return "pylock"
    return "uv.lock" if isinstance(document.get("version"), int) and "requires-python" in document else None


def pins_for(lock: ForeignLock, target: Target) -> tuple[tuple[str, str], ...]:
    """Return names and versions that hold for a target, sorted, each name once; none if it is not for the target.

    All extras and groups of the lock count as wanted. Raises :class:`InputError` if two versions of a name hold.
    """
    from packaging.specifiers import SpecifierSet

    if lock.requires_python is not None and not SpecifierSet(lock.requires_python).contains(target.interpreter.version):
        return ()
    environment = MarkerEnvironment(target.marker_environment(), lock.extras, lock.groups)
    if lock.environments and not any(environment.holds(each) for each in lock.environments):
        return ()
    reached = _reached(lock.edges, environment)
    found: dict[str, set[str]] = defaultdict(set)
    for pin in lock.pins:
        if (not lock.edges or pin.node is None or pin.node in reached) and environment.holds(pin.marker):
            found[pin.name].add(pin.version)
    if several := [f"{name}: {' and '.join(sorted(found[name]))}" for name in sorted(found) if len(found[name]) > 1]:
        raise InputError(
            f"several versions of a package hold for {target.name}: {listed(several)}",
            remedy="Give a lock for this interpreter and platform, or an export with one choice of extras.",
        )
    return tuple((name, min(versions)) for name, versions in sorted(found.items()))


def _reached(edges: tuple[ForeignEdge, ...], environment: MarkerEnvironment) -> set[str]:
    """Return the nodes to which a way leads from the project whose markers all hold."""
    ways: dict[str, list[ForeignEdge]] = defaultdict(list)
    for edge in edges:
        ways[edge.parent].append(edge)
    reached = {""}
    left = [""]
    while left:
        for edge in ways[left.pop()]:
            if edge.child not in reached and environment.holds(edge.marker):
                reached.add(edge.child)
                left.append(edge.child)
    return reached
