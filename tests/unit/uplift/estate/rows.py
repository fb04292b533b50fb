"""What a row of the table says: one declaration of a file of ``fixtures/estate``, as it must be found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from uplock.model.declaration import Kind, Role


@dataclass(frozen=True, slots=True)
class Row:
    """A declaration without the path of its file."""

    line: int
    kind: Kind
    role: Role
    text: str
    minors: tuple[str, ...] | None
    specifier: str | None
    implementation: str
    runtime: str | None
    base: str | None
    noted: bool
    """Whether a reader must be told more: that no version is named, or that YAML reads another one."""


Table = Mapping[str, tuple[Row, ...]]
"""Rows by path, in the order in which they are found; no rows for a file that declares nothing."""


def at(
    line: int,
    kind: Kind,
    role: Role,
    text: str,
    minors: str,
    specifier: str | None = None,
    *,
    implementation: str = "cpython",
    runtime: str | None = None,
    base: str | None = None,
    trap: bool = False,
) -> Row:
    """Return a row. ``minors`` are words: ``3.9 3.12``, ``any`` in the range of the specifier, or none at all."""
    return Row(
        line=line,
        kind=kind,
        role=role,
        text=text,
        minors=None if minors == "any" else tuple(minors.split()),
        specifier=specifier,
        implementation=implementation,
        runtime=runtime,
        base=base,
        noted=trap or not minors,
    )
