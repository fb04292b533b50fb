"""What must hold between the fields of a lock, beyond the form of each."""

from __future__ import annotations

from uplock.lockfile.fields import Fields
from uplock.model.lock import LockedPackage
from uplock.model.wheel_name import MAX_TAGS, is_bounded


def check_filename(filename: str, name: str, version: str, file: Fields) -> None:
    """Check that a file is one of this package: installers look at the file only."""
    from packaging.utils import (
        InvalidSdistFilename,
        InvalidWheelFilename,
        parse_sdist_filename,
        parse_wheel_filename,
    )
    from packaging.version import InvalidVersion, Version

    if not is_bounded(filename):
        file.defect("name", f"stands for more than {MAX_TAGS} tags")
        return
    try:
        pinned = Version(version)
        wheel = filename.endswith(".whl")
        found = parse_wheel_filename(filename)[:2] if wheel else parse_sdist_filename(filename)
    except (InvalidVersion, InvalidWheelFilename, InvalidSdistFilename) as error:
        file.defect("name", str(error))
        return
    if str(pinned) != version or found != (name, pinned):
        file.defect("name", f"{filename!r} is not a file of {name} {version}")


def check_graph(top: Fields, packages: tuple[LockedPackage, ...]) -> None:
    """Check that names are sorted and unique, and that every dependency is in the lock."""
    names = [package.name for package in packages]
    if names != sorted(set(names)):
        top.defect("packages", "names are not sorted, or one stands twice")
    known = set(names)
    for place, package in enumerate(packages):
        if list(package.dependencies) != sorted(set(package.dependencies)):
            top.defect(f"packages[{place}].dependencies", "names are not sorted, or one stands twice")
        for at, name in enumerate(package.dependencies):
            if name not in known:
                top.defect(f"packages[{place}].dependencies[{at}]", f"{name!r} is not in this lock")
