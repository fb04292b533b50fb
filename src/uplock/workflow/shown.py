"""Metadata as resolvers are shown it: read once, strictly, and written anew with nothing but what decides.

Resolvers read METADATA in ways of their own: they mend it, decode it, and end its lines elsewhere. What one of them
makes of it must not be more than what was looked at here, so none of them sees the original.
"""

from __future__ import annotations

import re

from uplock.inspect.metadata import parse_metadata
from uplock.lockfile.names import normalized
from uplock.lockfile.overrides import NO_VERSION, Overrides
from uplock.lockfile.requirement import MAX_PARENTHESES, render
from uplock.model.results import CoreMetadata
from uplock.workflow.choose import valid_specifier

UNUSABLE = "uplock-unusable-metadata"
"""A project that there is not: what has no usable metadata needs it, so that resolvers pass it over."""

_END_OF_FIELDS = re.compile(rb"\r?\n\r?\n")


def shown_metadata(raw: bytes, filename: str, overrides: Overrides) -> bytes:
    """Return what of METADATA decides, with ``overrides`` applied, in canonical form.

    Raises :class:`InputError` for metadata that is not of ``filename``, or that installers of today refuse (PEP 508).
    """
    end = _END_OF_FIELDS.search(raw)
    core = parse_metadata(raw if end is None else raw[: end.end()], filename, parentheses=MAX_PARENTHESES)
    return _text(core, [line for asked in core.requires_dist for line in overrides.applied(_canonical(asked))])


def unusable_metadata(filename: str) -> bytes:
    """Return metadata that keeps a file from being chosen."""
    name, version = filename.split("-")[:2]
    return f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\nRequires-Dist: {UNUSABLE}{NO_VERSION}\n".encode()


def _canonical(line: str) -> str:
    from packaging.requirements import Requirement

    return render(Requirement(line))


def _text(core: CoreMetadata, requirements: list[str]) -> bytes:
    python = valid_specifier(core.requires_python)
    extras = sorted({name for extra in core.provides_extra if (name := normalized(extra)) is not None})
    lines = ["Metadata-Version: 2.1", f"Name: {core.name}", f"Version: {core.version}"]
    lines += [f"Requires-Python: {python}"] if python else []
    lines += [f"Provides-Extra: {extra}" for extra in extras]
    lines += [f"Requires-Dist: {requirement}" for requirement in requirements]
    return "".join(f"{line}\n" for line in lines).encode()
