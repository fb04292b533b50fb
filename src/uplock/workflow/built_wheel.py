"""Taking a wheel in that was built here: hostile like any other, and it must be what the lock says."""

from __future__ import annotations

import hashlib
from pathlib import Path

from uplock.content.wheel_files import content_of
from uplock.errors import InputError, located
from uplock.files import digest_file, write_error
from uplock.inspect.metadata import parse_metadata
from uplock.inspect.wheel import MAX_METADATA, open_wheel
from uplock.inspect.wheel_difference import differences
from uplock.model.built import Rebuilt
from uplock.model.digest import Sha256
from uplock.model.lock import Lock, LockedPackage
from uplock.model.results import CoreMetadata
from uplock.ports import Store
from uplock.workflow.choose import Chooser, python_admitted

MAX_LISTED = 100
"""Differences that are listed; the others are counted."""

_CHUNK = 1 << 20
_REMEDY = "Ask the owners of the package for a release with a wheel."


def digest(path: Path) -> Sha256:
    """Return the SHA-256 of a wheel that was just built. Raises :class:`InputError` if it cannot be read."""
    found = digest_file(path)
    if found is None:
        raise InputError("cannot be read", context=path.name, remedy=_REMEDY)
    return found


def checked(path: Path, lock: Lock, package: LockedPackage) -> CoreMetadata:
    """Return the metadata of a wheel that is what the lock says, and that its target can install.

    Raises :class:`InputError` if it is another package or version, fits another target, or is malformed.
    """
    with path.open("rb") as stream:
        wheel = open_wheel(stream, path.name)
        wheel.check_layout()
        content_of(wheel)
        metadata = parse_metadata(wheel.read_member(f"{wheel.dist_info}/METADATA", MAX_METADATA), path.name)
    with located(path.name):
        name, version = metadata.name, metadata.version  # those of the file name: they were compared
        if (name, version) != (package.name, package.version):
            raise InputError(
                f"the build gave a wheel of {name} {version}, the lock has {package.name} {package.version}",
                remedy="Do not use it; report the package to the owners of its index.",
            )
        if not Chooser(lock.target).tags_fit(path.name):
            raise InputError(f"the build gave a wheel that does not fit {lock.target.name}", remedy=_REMEDY)
        version = lock.target.interpreter.version
        if not python_admitted(metadata.requires_python, version):
            raise InputError(f"the wheel requires Python {metadata.requires_python}, not {version}", remedy=_REMEDY)
    return metadata


def taken_in(path: Path, sha256: Sha256, archive: Store) -> None:
    """Put the very bytes that were hashed into the archive, as bytes of its own.

    Raises :class:`InputError` if they changed since, :class:`~uplock.errors.ArchiveError` if they cannot be written.
    """
    if archive.has(sha256):
        return
    partial = archive.partial(sha256)
    copied = hashlib.sha256()
    try:
        partial.parent.mkdir(parents=True, exist_ok=True)
        with path.open("rb") as source, partial.open("wb") as target:
            while chunk := source.read(_CHUNK):
                copied.update(chunk)
                target.write(chunk)
    except OSError as error:
        raise write_error(partial, error) from error
    if copied.hexdigest() != sha256:
        partial.unlink()
        raise InputError("changed after it was built", context=path.name, remedy=_REMEDY)
    archive.adopt(partial, sha256)


def compared(first: Path, filename: str, second: Path) -> Rebuilt:
    """Compare a wheel in the archive with one that was built again. Raises :class:`InputError` if it is malformed."""
    sha256 = digest(second)
    if sha256 == digest(first) and filename == second.name:
        return Rebuilt(equal=True, sha256=sha256, filename=second.name)
    with first.open("rb") as one, second.open("rb") as other:
        found = differences(open_wheel(one, filename), open_wheel(other, second.name))
    return Rebuilt(
        equal=False,
        sha256=sha256,
        filename=second.name,
        differences=found[:MAX_LISTED],
        omitted=max(len(found) - MAX_LISTED, 0),
    )
