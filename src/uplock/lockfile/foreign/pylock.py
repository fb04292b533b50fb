"""Pins of ``pylock.toml`` (PEP 751), whoever wrote it; ``packaging`` says what is one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from uplock.errors import InputError
from uplock.lockfile.fields import Fields, listed
from uplock.lockfile.foreign.entry import MAX_FILES, MAX_PACKAGES, Notes, filename_in, sorted_set
from uplock.lockfile.foreign.lock import ForeignLock, ForeignPin
from uplock.lockfile.foreign.marker import checked_marker
from uplock.model.digest import Sha256
from uplock.model.wheel_name import MAX_TAGS, is_bounded

if TYPE_CHECKING:
    from packaging.pylock import Package, PackageSdist, PackageWheel, Pylock

MAX_ENVIRONMENTS = 1000
MAX_NAMES = 10_000
_SHA256 = re.compile(r"[0-9a-fA-F]{64}")
_URL = (r"[!-~]{1,4000}", "an address in ASCII")
_REMEDY = "Lock again with the tool that wrote the file."


def read_foreign_pylock(document: dict[str, Any], filename: str) -> ForeignLock:
    """Take over a parsed pylock.

    Raises :class:`InputError` with every defect that makes the file unsafe to parse, else with the first one that the
    standard's parser finds.
    """
    from packaging.pylock import PylockValidationError

    top = Fields(document, "")
    notes = Notes()
    _check_bounds(top)
    if top.defects:
        raise InputError(listed(top.defects), context=filename, remedy=_REMEDY)
    try:
        lock = _parsed(document, notes)
        pins = [pin for package in lock.packages if (pin := _pin(package, notes)) is not None]
    except (PylockValidationError, ValueError) as error:
        message = f"not a lock of PEP 751: {str(error)[:300]}"
        raise InputError(message, context=filename, remedy=_REMEDY) from error
    return ForeignLock(
        kind="pylock",
        pins=tuple(pins),
        requires_python=None if lock.requires_python is None else str(lock.requires_python),
        environments=tuple(str(marker) for marker in lock.environments or ()),
        extras=sorted_set(lock.extras or ()),
        groups=sorted_set([*(lock.dependency_groups or ()), *(lock.default_groups or ())]),
        notes=notes.told(),
    )


def _check_bounds(top: Fields) -> None:
    """Note what a parser could not survive, or would be slow to refuse; everything else is left to it."""
    for key in ("extras", "dependency-groups", "default-groups"):
        _check_length(top, key, MAX_NAMES)
    _check_length(top, "environments", MAX_ENVIRONMENTS)
    environments = top.raw.get("environments")
    if isinstance(environments, list):
        for place, each in enumerate(environments[:MAX_ENVIRONMENTS]):
            checked_marker(each, f"environments[{place}]", top.defects)
    _check_texts(top, ("requires-python", "created-by", "lock-version"))
    for package in top.children("packages", MAX_PACKAGES):
        _check_texts(package, ("version", "requires-python"))
        if isinstance(package.raw.get("name"), str):
            package.text("name", r"[!-~]{1,200}", "a name of at most 200 characters")
        if "marker" in package.raw:
            checked_marker(package.raw["marker"], package.at("marker"), package.defects)
        for wheel in package.children("wheels", MAX_FILES):
            _check_file(wheel)
            _check_tags(wheel)
        if "sdist" in package.raw:
            _check_file(package.child("sdist"))


def _check_length(fields: Fields, key: str, limit: int) -> None:
    value = fields.raw.get(key)
    if isinstance(value, list) and len(value) > limit:
        fields.defect(key, f"must be an array of at most {limit} strings")


def _check_texts(fields: Fields, keys: tuple[str, ...]) -> None:
    for key in keys:
        if isinstance(fields.raw.get(key), str):
            fields.text(key)


def _check_file(file: Fields) -> None:
    for key in ("name", "path", "url"):
        text = file.raw.get(key)
        if isinstance(text, str):
            file.text(key, *_URL if key == "url" else ())
    hashes = file.raw.get("hashes")
    if isinstance(hashes, Mapping) and "sha256" in hashes:
        file.child("hashes").text("sha256", _SHA256.pattern, "64 hexadecimal digits")


def _check_tags(wheel: Fields) -> None:
    """Note a wheel whose tags multiply when they are expanded, however a parser takes its name from an address."""
    for key in ("name", "path", "url"):
        text = wheel.raw.get(key)
        if isinstance(text, str):
            cut = re.split(r"[?#;]", text, maxsplit=1)[0]
            if not all(is_bounded(unquote(each.rpartition("/")[2])) for each in (text, cut)):
                wheel.defect(key, f"stands for more than {MAX_TAGS} tags")


def _parsed(document: dict[str, Any], notes: Notes) -> Pylock:
    from packaging.pylock import Pylock
    from packaging.version import Version

    version = document.get("lock-version")
    if isinstance(version, str) and Version("1.0") < Version(version) < Version("2"):
        notes.add("The lock's format is newer than 1.0 of PEP 751: what it adds is not read.")
        document = {**document, "lock-version": "1.0"}
    return Pylock.from_dict(document)


def _pin(package: Package, notes: Notes) -> ForeignPin | None:
    if (reason := _not_pinned(package)) is not None:
        notes.add(f"{package.name} is not taken over: {reason}.")
        return None
    files: list[PackageWheel | PackageSdist] = [*(package.wheels or ()), *([package.sdist] if package.sdist else [])]
    return ForeignPin(
        name=str(package.name),
        version=str(package.version),
        marker=None if package.marker is None else str(package.marker),
        hashes=sorted_set(_sha256(each.hashes) for each in files),
        files=sorted_set(filename_in(each.filename) for each in files),
    )


def _not_pinned(package: Package) -> str | None:
    if package.vcs is not None:
        return "it comes from version control"
    if package.directory is not None:
        return "it is a directory"
    if package.archive is not None:
        return "it comes from an address, not from an index"
    return "the lock does not name its version" if package.version is None else None


def _sha256(hashes: Mapping[str, str]) -> Sha256 | None:
    return Sha256(hashes["sha256"].lower()) if "sha256" in hashes else None
