"""Waivers as recorded: accepted risks as evidence that ends, and what could not be read.

No verdict: whether a waiver is in order, and in force on some day, is for a verdict to say.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time
from typing import NamedTuple
from urllib.parse import unquote

from uplock.model.digest import Sha256
from uplock.model.lock import LockedPackage
from uplock.model.value import Value
from uplock.model.waiver import Waiver, WaiverFile, WaiverScope
from uplock.sbom.clean import NAME_LIMIT, Cleaner
from uplock.sbom.identifier import relative
from uplock.sbom.parts import Component, Contact, Property
from uplock.sbom.sections.attached import attached
from uplock.sbom.sections.values import Claim, Evidence
from uplock.sbom.subject import SbomSubject
from uplock.sbom.vocabulary import Term

_FOLDER = "waivers/"


class Scene(NamedTuple):
    """The components that a claim can be about."""

    root: Component
    interpreter: Component
    packages: Mapping[str, Component]
    """By name."""


class Accepted(NamedTuple):
    """An accepted risk: what is claimed, and the approval that it rests on."""

    claim: Claim
    evidence: Evidence


class _Record(Value, frozen=True, kw_only=True):
    """What is attached: the waiver, and the file that holds it."""

    file: str
    sha256: Sha256
    waiver: Waiver


def accepted_risks(subject: SbomSubject, scene: Scene, clean: Cleaner) -> Iterator[Accepted]:
    """Yield what was approved for something that the document describes, by the path of its file."""
    for file in sorted(subject.waivers, key=lambda each: each.path):
        waiver = file.waiver
        if waiver is not None and _is_about(waiver.scope, subject):
            target = _target(waiver.scope, subject, scene)
            if target is not None:
                yield _accepted(file, waiver, target, clean)


def unread_waivers(subject: SbomSubject, clean: Cleaner) -> Iterator[Property]:
    """Yield the files that hold no waiver that could be read: nobody knows whom they are about."""
    for file in sorted(subject.waivers, key=lambda each: each.path):
        if file.waiver is None:
            yield from clean.facts(Term.WAIVER_UNREAD, f"{file.path}: {'; '.join(file.defects)}")


def _accepted(file: WaiverFile, waiver: Waiver, target: Component, clean: Cleaner) -> Accepted:
    field = "waiver"
    ref = f"waiver:{relative(file.path.removeprefix(_FOLDER))}"
    last = waiver.expires_at.isoformat()
    reason = clean.line(field, waiver.reason)
    evidence = Evidence(
        ref=ref,
        description=clean.line(
            field,
            f"Waiver {waiver.id} of {waiver.rule}, ticket {waiver.ticket}, {waiver.approved_at.isoformat()} to {last}; "
            f"requested by {waiver.requested_by}, approved by {', '.join(waiver.approved_by)}: {waiver.reason}",
        )
        or ref,
        created=_start(waiver.approved_at),
        expires=_end(waiver.expires_at),
        author=_contact(waiver.requested_by, clean),
        reviewer=next((who for each in waiver.approved_by if (who := _contact(each, clean))), None),
        data=(attached(field, _Record(file=file.path, sha256=file.sha256, waiver=waiver), clean),),
    )
    claim = Claim(
        ref=f"claim:{ref}",
        target=target.ref,
        predicate=clean.line(field, f"Risk accepted, as recorded, until {last}: {waiver.rule}") or "Risk accepted",
        reasoning=reason,
        mitigations=(ref,),
    )
    return Accepted(claim, evidence)


def _is_about(scope: WaiverScope, subject: SbomSubject) -> bool:
    """Whether a scope holds this project and target, packages apart; what it does not name does not narrow."""
    target = subject.lock.target
    if scope.interpreter is not None and not f"{target.interpreter.version}.".startswith(f"{scope.interpreter}."):
        return False
    if scope.platform not in {None, target.platform.name}:
        return False
    return scope.service is None or _same_project(scope.service, subject.project_name)


def _same_project(one: str, other: str) -> bool:
    """Whether two names are of one project (PEP 503); letters beyond ASCII compare as they are."""
    from packaging.utils import canonicalize_name

    return one == other or (one.isascii() and other.isascii() and canonicalize_name(one) == canonicalize_name(other))


def _target(scope: WaiverScope, subject: SbomSubject, scene: Scene) -> Component | None:
    """Return the nearest thing that a scope names; ``None`` if it names a file that is not locked here."""
    if scope.purl is not None or scope.sha256 is not None:
        found = (each for each in subject.lock.packages if _is_package(scope, each))
        return next((scene.packages[each.name] for each in found), None)
    return scene.root if scope.interpreter is None else scene.interpreter


def _is_package(scope: WaiverScope, package: LockedPackage) -> bool:
    if scope.sha256 not in {None, package.artifact.sha256}:
        return False
    if scope.purl is None:
        return True
    name, at, version = scope.purl.removeprefix("pkg:pypi/").partition("@")
    return name == package.name and (not at or _same_version(unquote(version), package.version))


def _same_version(one: str, other: str) -> bool:
    """Whether two versions are equal as PEP 440 has it."""
    from packaging.utils import canonicalize_version

    return one == other or canonicalize_version(one) == canonicalize_version(other)


def _contact(role: str, clean: Cleaner) -> Contact | None:
    name = clean.line("waiver", role, NAME_LIMIT)
    return None if name is None else Contact(name=name)


def _start(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=UTC)


def _end(day: date) -> datetime:
    """Return the last second of a day in UTC.

    Midnight after it is the next day to whoever reads no more than the date, one day longer than what was approved.
    """
    return datetime.combine(day, time(23, 59, 59), tzinfo=UTC)
