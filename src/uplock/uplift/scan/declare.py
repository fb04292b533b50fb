"""Making declarations of what readers found: one for each statement and line."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import groupby

from uplock.errors import InputError
from uplock.model.declaration import Declared, Kind, Role
from uplock.uplift.scan.images import ReadImage
from uplock.uplift.scan.source import Source
from uplock.uplift.scan.tree import Scalar
from uplock.uplift.scan.versions import implementation_of, read_specifier, read_version, sorted_minors

TRAP = "unquoted: YAML reads the number {number}; write '{text}' in quotes"
NO_VERSION = "names no version"
MAX_SHOWN = 200
"""Characters of a value that a declaration repeats."""

Read = Callable[[str], tuple[tuple[str, ...] | None, str | None]]
"""Turns a text into exact minors or ``None``, and a specifier."""


def exact(text: str) -> tuple[tuple[str, ...], None]:
    """Read a version that is meant as one: ``3.9.18``, ``py39``, ``python3.9``."""
    return read_version(text), None


def ranged(text: str) -> tuple[tuple[str, ...] | None, str | None]:
    """Read a version or a specifier; what is neither names no version."""
    minors = read_version(text)
    if minors and not any(mark in text for mark in "<>=~^!*|, "):
        return minors, None
    try:
        return read_specifier(text)
    except InputError:
        return (), None


def specified(text: str) -> tuple[tuple[str, ...] | None, str | None]:
    """Read a specifier (PEP 440, Poetry, conda); what is none names no version."""
    try:
        return read_specifier(text)
    except InputError:
        return (), None


def declared(  # noqa: PLR0913 - one declaration has so many parts
    source: Source, scalars: Iterable[Scalar], kind: Kind, role: Role, *, read: Read = exact, note: str | None = None
) -> Iterator[Declared]:
    """Yield one declaration for the scalars of each line, in the order of lines."""
    for line, found in groupby(sorted(scalars, key=lambda each: each.line), key=lambda each: each.line):
        group = list(found)
        readings = [read(written(each)) for each in group]
        minors = [minors for minors, _ in readings]
        specifiers = [specifier for _, specifier in readings if specifier is not None]
        exact_ones = sorted_minors(minor for each in minors if each is not None for minor in each)
        notes = [trap for each in group if (trap := trapped(each)) is not None]
        told = note or "; ".join(notes) or (NO_VERSION if not exact_ones and None not in minors else None)
        implementation = {implementation_of(written(each)) for each in group}
        yield Declared(
            path=source.path,
            line=line,
            kind=kind,
            role=role,
            text=shown(group),
            minors=None if None in minors else exact_ones,
            specifier=" || ".join(specifiers) or None,
            implementation="pypy"
            if implementation == {"pypy"}
            else "graalpy"
            if implementation == {"graalpy"}
            else "cpython",
            note=told,
        )


def imaged(source: Source, scalar: Scalar, found: ReadImage, kind: Kind, role: Role) -> Declared:
    """Return the declaration of a container image."""
    return Declared(
        path=source.path,
        line=scalar.line,
        kind=kind,
        role=role,
        text=scalar.text[:MAX_SHOWN],
        minors=found.minors,
        specifier=found.specifier,
        runtime=found.runtime,
        base=found.base,
        implementation=found.implementation,
        note=found.note,
    )


def written(scalar: Scalar) -> str:
    """Return what a program gets of a scalar: of an unquoted ``3.10`` in YAML that is ``3.1``."""
    return str(scalar.value) if isinstance(scalar.value, float) else scalar.text


def trapped(scalar: Scalar) -> str | None:
    """Return what to know of a number that is not what stands there, ``None`` if it is."""
    if not isinstance(scalar.value, float) or str(scalar.value) == scalar.text:
        return None
    return TRAP.format(number=scalar.value, text=scalar.text)


def shown(scalars: list[Scalar]) -> str:
    """Return the values of one line as they stand there, without quotes if it is one."""
    if len(scalars) == 1:
        return scalars[0].text[:MAX_SHOWN]
    return ", ".join(f'"{each.text}"' if each.quoted else each.text for each in scalars)[:MAX_SHOWN]
