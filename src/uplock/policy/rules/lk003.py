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
    from packaging.version import Version

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
                of=package,
                message=f"{package.artifact.filename} is locked for {subject.target.name}, but {defect}",
                remedy="Lock this target again; do not edit the lock by hand.",
            )


def _defect(package: LockedPackage, supported: frozenset[Tag]) -> str:
    """Return what is wrong with the file for this package and these tags, or nothing."""
    from packaging.utils import canonicalize_name, canonicalize_version

    filename = package.artifact.filename
    if len(filename) > MAX_FILENAME:
        return "its name is too long for a file"
    kind, named = ("an sdist", _sdist_name(filename)) if package.is_sdist else ("a wheel", _wheel_name(filename))
    if named is None:
        return "it is neither the name of a wheel nor of an sdist"
    name, version, tags = named
    if name != canonicalize_name(package.name):
        return f"it is {kind} of {name}, not of {package.name}"
    if canonicalize_version(version) != canonicalize_version(package.version):
        return f"it is {kind} of version {version}, not of {package.version}"
    fits = tags is None or not tags.isdisjoint(supported)
    return "" if fits else "none of its tags fits this interpreter and platform"


def _wheel_name(filename: str) -> tuple[str, Version, frozenset[Tag] | None] | None:
    from packaging.utils import InvalidWheelFilename, parse_wheel_filename

    try:
        name, version, _, tags = parse_wheel_filename(filename)
    except InvalidWheelFilename:
        return None
    return name, version, tags


def _sdist_name(filename: str) -> tuple[str, Version, frozenset[Tag] | None] | None:
    """Return name and version; an sdist has no tags: it fits every target, or none before it is built."""
    from packaging.utils import InvalidSdistFilename, parse_sdist_filename

    try:
        return *parse_sdist_filename(filename), None
    except InvalidSdistFilename:
        return None


RULE = Rule(
    id="LK003",
    description="A locked artifact does not fit the target",
    severity="error",
    reach="artifact",
    why="""\
A lock answers for one target, and every file in it must install there: a wheel of that package and version whose tags
(PEP 425, PEP 427) fit the interpreter and platform. uplock writes no other lock; an edited one, or one that was merged
by hand, can be wrong in this way and would fail on deployment.""",
    example=(
        "numpy-1.26.0-cp39-cp39-manylinux_2_17_x86_64.whl is locked for py312-linux-x86_64, but none of its tags "
        "fits this interpreter and platform"
    ),
    remedy="""\
Lock this target again; do not edit the lock by hand.""",
    waive="""\
Hardly ever right: an exception does not make the file install. If the machines accept tags that uplock does not know
of, name the digest and the platform.""",
    check=check,
    at_lock=True,
)
