"""The native side of a move: wheels, floors and bundled libraries, before and after."""

from __future__ import annotations

from collections.abc import Mapping

from uplock.model.lock import LockedPackage
from uplock.model.native import NativeProfile
from uplock.model.uplift import Library, NativeChange, NativeSide

Ends = Mapping[str, tuple[LockedPackage, NativeProfile]]
"""Packages of a lock by name, each with what is native in its wheel."""


def native_changes(before: Ends, after: Ends) -> tuple[NativeChange, ...]:
    """Return the packages with native code on either side of which anything differs, sorted by name."""
    found = []
    for name in sorted(before.keys() | after.keys()):
        old, new = _side(before.get(name)), _side(after.get(name))
        if old != new:
            found.append(NativeChange(name=name, before=old, after=new))
    return tuple(found)


def _side(end: tuple[LockedPackage, NativeProfile] | None) -> NativeSide | None:
    if end is None or not end[1].members:
        return None
    package, native = end
    libraries = {(each.project, each.version) for each in native.libraries if not each.is_crate}
    return NativeSide(
        version=package.version,
        filename=package.artifact.filename,
        tag=_tag(package.artifact.filename),
        floor=None if native.glibc is None else f"glibc {native.glibc}",
        libraries=tuple(
            Library(project=project, version=version)
            for project, version in sorted(libraries, key=lambda each: (each[0], each[1] or ""))
        ),
    )


def _tag(filename: str) -> str:
    """Return interpreter, ABI and the first platform of a wheel's name: installers take any of them alike."""
    interpreter, abi, platforms = filename.removesuffix(".whl").split("-")[-3:]
    return f"{interpreter}-{abi}-{platforms.partition('.')[0]}"
