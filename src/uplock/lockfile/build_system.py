"""``[build-system]`` of a source distribution (PEP 517, PEP 518), read strictly: it decides what is run."""

from __future__ import annotations

import re

from uplock.errors import InputError
from uplock.lockfile.fields import Fields, listed
from uplock.lockfile.requirement import canonical_lines
from uplock.lockfile.toml_document import parse_toml
from uplock.model.built import BuildSystem

MAX_REQUIRES = 100
"""Requirements that a backend may ask for, and folders that it may be in."""

DEFAULT = BuildSystem(requires=("setuptools>=40.8.0",), backend="setuptools.build_meta:__legacy__")
"""What an sdist that says nothing is built with."""

_FILE, _TABLE = "pyproject.toml", "build-system"
_NAME = r"[A-Za-z_][A-Za-z0-9_]{0,99}"
_BACKEND = rf"{_NAME}(?:\.{_NAME}){{0,20}}(?::{_NAME}(?:\.{_NAME}){{0,20}})?"
_FOLDER = re.compile(r"[^/\\\x00-\x1f\x7f][^\\\x00-\x1f\x7f]{0,499}")
_REMEDY = "Ask the owners of the package for a release with a wheel."


def parse_build_system(raw: bytes | None) -> BuildSystem:
    """Return what the text of a pyproject.toml says, or what holds where there is none.

    Requirements come in canonical form. Raises one :class:`InputError` with every defect.
    """
    if raw is None:
        return DEFAULT
    try:
        document = parse_toml(raw)
    except ValueError as error:
        raise InputError(f"not TOML: {str(error)[:200]}", context=_FILE, remedy=_REMEDY) from error
    if _TABLE not in document:
        return DEFAULT
    fields = Fields(document[_TABLE], _TABLE)
    if "requires" not in fields.raw:
        fields.defect("requires", "is missing (PEP 518)")
    path = fields.texts("backend-path") or ()
    for place, folder in enumerate(path):
        if not _FOLDER.fullmatch(folder) or ".." in folder.split("/"):
            fields.defect(f"backend-path[{place}]", "leads out of the source tree")
    if path and "build-backend" not in fields.raw:
        fields.defect("backend-path", "stands without build-backend (PEP 517)")
    backend = DEFAULT.backend
    if "build-backend" in fields.raw:
        backend = fields.text("build-backend", _BACKEND, "the name of an object, as module:object")
    requires = requirement_lines(fields.raw.get("requires", []), fields.at("requires"), fields.defects)
    if fields.defects:
        raise InputError(listed(fields.defects), context=_FILE, remedy=_REMEDY)
    return BuildSystem(requires=requires, backend=backend, backend_path=path)


def requirement_lines(raw: object, place: str, defects: list[str]) -> tuple[str, ...]:
    """Return what a build asks for in canonical form, sorted; only what can be locked by name and hash is allowed."""
    if isinstance(raw, list) and len(raw) > MAX_REQUIRES:
        defects.append(f"{place}: must be an array of at most {MAX_REQUIRES} requirements")
        return ()
    return tuple(sorted(set(canonical_lines(raw, place, defects))))
