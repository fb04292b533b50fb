"""LK003: the lock names a file that its target cannot install (PEP 425, PEP 427)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from uplock.model.finding import Finding
from uplock.model.lock import LockedPackage
from uplock.model.policy import Policy
from uplock.policy.rule import Rule
from uplock.policy.subject import Subject

if TYPE_CHECKING:
    from packaging.tags import Tag

MAX_FILENAME = 255
"""Characters: no file system takes more, and a compressed tag set expands to the product of its parts."""


def check(subject: Subject, policy: Policy, as_of: datetime) -> Iterator[Finding]:
    """Yield a finding per locked file whose name does not fit: our resolvers write none, an edited lock may."""
    del as_of
    if subject.lock is None:
        return
    supported = frozenset(subject.target.tags())
    for package in subject.lock.packages:
        defect = _defect(package, supported)
        if defect:
            yield RULE.finding(
                subject,
                policy,
                about=package.artifact.filename,
                message=f"{package.artifact.filename} is locked for {subject.target.name}, but {defect}",
                remedy="Lock this target again; do not edit the lock by hand.",
            )


def _defect(package: LockedPackage, supported: frozenset[Tag]) -> str:
    """Return what is wrong with the file for this package and these tags, or nothing."""
    from packaging.utils import InvalidWheelFilename, canonicalize_name, canonicalize_version, parse_wheel_filename

    if len(package.artifact.filename) > MAX_FILENAME:
        return "its name is too long for a file"
    try:
        name, version, _, tags = parse_wheel_filename(package.artifact.filename)
    except InvalidWheelFilename:
        return "it is not the name of a wheel"
    if name != canonicalize_name(package.name):
        return f"it is a wheel of {name}, not of {package.name}"
    if canonicalize_version(version) != canonicalize_version(package.version):
        return f"it is a wheel of version {version}, not of {package.version}"
    if tags.isdisjoint(supported):
        return "none of its tags fits this interpreter and platform"
    return ""


RULE = Rule(
    id="LK003",
    description="A locked artifact does not fit the target",
    severity="error",
    check=check,
)
