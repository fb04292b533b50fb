"""What one native file shows of one library: evidence, before that of all files of a wheel is put together."""

from __future__ import annotations

from typing import Literal, get_args

from uplock.model.native import Confidence, Linkage, Method
from uplock.model.value import Value

Ecosystem = Literal["generic", "cargo"]
METHODS: tuple[Method, ...] = get_args(Method)
"""How things are found; those that come first are believed first."""


class Sighting(Value, frozen=True, kw_only=True):
    """One piece of evidence. Fields mean what they mean in :class:`~uplock.model.native.NativeLibrary`."""

    project: str
    version: str | None
    linkage: Linkage
    method: Method
    confidence: Confidence
    evidence: str
    soname: str | None = None
    ecosystem: Ecosystem = "generic"
    """Where the project's name counts: ``cargo`` for Rust crates, which may be called like a C library."""
