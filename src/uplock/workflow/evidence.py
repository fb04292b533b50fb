"""Evidence: what is known of the attestations of locked files, in locks and lock set, where a fresh clone has it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from uplock.model.digest import Sha256
from uplock.model.finding import Finding
from uplock.model.identity import Evidence, KnownPublisher
from uplock.model.lock import Lock, LockedPackage, LockSet
from uplock.model.policy import Policy
from uplock.model.results import Invalid, NotAttested, Unchecked, Verification, Verified
from uplock.model.value import Value, changed, encode
from uplock.model.verify_outcome import Baseline
from uplock.policy.checks import CHECKS
from uplock.policy.expected import expected_of, unexpected
from uplock.policy.ratchet import compare, ids_of, sharpened
from uplock.policy.wording import listed
from uplock.workflow.new_targets import known_in_new_targets


def carried(locks: Sequence[Lock], old: LockSet | None) -> tuple[tuple[Lock, ...], tuple[Evidence, ...]]:
    """Return new locks with the identities of files that were locked before, and the rows of evidence about these."""
    locked = {package.artifact.sha256 for lock in locks for package in lock.packages}
    rows = () if old is None else tuple(row for row in old.evidence if row.sha256 in locked)
    return identified(locks, rows), rows


def identified(locks: Iterable[Lock], evidence: Iterable[Evidence]) -> tuple[Lock, ...]:
    """Return locks in which every package names who signed it, if its file was verified, and nobody otherwise."""
    signers = {row.sha256: (row.publisher,) for row in evidence if row.publisher is not None}
    return tuple(
        changed(
            lock,
            packages=tuple(
                changed(package, identities=signers.get(package.artifact.sha256, ())) for package in lock.packages
            ),
        )
        for lock in locks
    )


def evidence_of(locks: Iterable[Lock], found: Mapping[Sha256, Verification]) -> tuple[Evidence, ...]:
    """Return one row per locked file of which something was found, sorted by file name."""
    packages = {package.artifact.sha256: package for lock in locks for package in lock.packages}
    rows = [_row(package, found[digest]) for digest, package in packages.items() if digest in found]
    return tuple(sorted(rows, key=lambda row: (row.filename, row.sha256)))


def _row(package: LockedPackage, verification: Verification) -> Evidence:
    row = Evidence(
        package=package.name,
        filename=package.artifact.filename,
        sha256=package.artifact.sha256,
        outcome="unchecked",
    )
    match verification:
        case Verified(publisher=publisher, document=document, attestations=attestations):
            return changed(row, outcome="verified", publisher=publisher, document=document, attestations=attestations)
        case NotAttested(document=document):
            return changed(row, outcome="not-attested", document=document)
        case Invalid(failure=failure, document=document):
            return changed(row, outcome="invalid", failure=failure, document=document)
        case Unchecked(reason=reason):
            return changed(row, unchecked=reason)


class _Signed(Value, frozen=True, kw_only=True):
    """A verified file of a package in one target."""

    target: str
    sha256: Sha256
    verification: Verified


def remembered(
    known: Sequence[KnownPublisher],
    locks: Sequence[Lock],
    found: Mapping[Sha256, Verification],
    policy: Policy,
    evidence: Iterable[Evidence] = (),
) -> tuple[KnownPublisher, ...]:
    """Return what is known of publishers from now on, sorted; ``evidence`` is what was known of the files before.

    The first publishers of a package become known, and stay so: nobody takes their place but who is expected by name
    in the policy. What is known of packages that are not locked now is kept.
    """
    locked = {package.artifact.sha256 for lock in locks for package in lock.packages}
    before = {
        name: [changed(row, files=tuple(digest for digest in row.files if digest in locked)) for row in rows]
        for name, rows in _by_package(known_in_new_targets(known, locks, found, evidence)).items()
    }
    signed: dict[str, list[_Signed]] = {}
    for lock in locks:
        for package in lock.packages:
            verification = found.get(package.artifact.sha256)
            if isinstance(verification, Verified):
                each = _Signed(target=lock.target.name, sha256=package.artifact.sha256, verification=verification)
                signed.setdefault(package.name, []).append(each)
    rows = [
        row
        for name in before.keys() | signed.keys()
        for row in _taught(name, before.get(name, []), signed.get(name, []), policy)
    ]
    return tuple(sorted(rows, key=lambda row: (row.package, encode(row.publisher), row.ids)))


def _taught(
    package: str, before: Sequence[KnownPublisher], signed: Iterable[_Signed], policy: Policy
) -> list[KnownPublisher]:
    """Return the known publishers of one package after its files of today."""
    expected = expected_of(policy, package)
    rows = list(before)
    fits = list(signed)
    if expected:
        fits = [each for each in fits if unexpected(expected, each.verification) is None]
        rows = [row for row in rows if not fits or any(_same([row], each) for each in fits)]
    for each in fits:
        was = _same(rows, each)
        if was is None and before and not expected:
            continue
        row = was or KnownPublisher(
            package=package, publisher=each.verification.publisher, ids=ids_of(each.verification)
        )
        row = changed(
            sharpened(row, each.verification),
            targets=tuple(sorted({*row.targets, each.target})),
            files=tuple(sorted({*row.files, each.sha256})),
        )
        rows = [*(other for other in rows if other is not was), row]
    return rows


def _same(rows: Sequence[KnownPublisher], each: _Signed) -> KnownPublisher | None:
    """Return the known publisher that signed a file, if one did."""
    compared = compare(rows, each.target, each.sha256, each.verification)
    return compared.was if compared is not None and compared.relation == "same" else None


def baseline_of(
    known: Sequence[KnownPublisher], locks: Iterable[Lock], found: Mapping[Sha256, Verification]
) -> Baseline:
    """Return what could be compared with, and which packages are verified for the first time."""
    names = _by_package(known)
    verified = {
        package.name
        for lock in locks
        for package in lock.packages
        if isinstance(found.get(package.artifact.sha256), Verified)
    }
    return Baseline(state="held" if names else "none", known=len(names), gained=tuple(sorted(verified - names.keys())))


def now_held(baseline: Baseline) -> Baseline:
    """Return how things stand after a run that nothing has happened since: what it learned is known."""
    known = baseline.known + len(baseline.gained)
    return Baseline(state="held" if known else "none", known=known)


def missing_baseline(policy: Policy) -> tuple[Finding, ...]:
    """Return the finding that no publisher is known from before."""
    return (
        CHECKS["AT014"].found(
            policy,
            target="",
            about="publishers",
            message="no publisher is known from before, so nothing could be compared",
            remedy="Run uplock run without --require-baseline once, and commit locks/lockset.json.",
            place="locks/lockset.json",
            severity="error",
        ),
    )


def missing_rows(policy: Policy, locks: Iterable[Lock], known: Iterable[KnownPublisher]) -> tuple[Finding, ...]:
    """Return the finding that locks name who signed packages of which the lock set knows no publisher.

    Whoever signed becomes known in the run that writes it into a lock, so somebody took the rows out since.
    """
    names = {row.package for row in known}
    signed = {package.name for lock in locks for package in lock.packages if package.identities}
    if not (unknown := signed - names):
        return ()
    return (
        CHECKS["AT014"].found(
            policy,
            target="",
            about="publishers",
            message=f"the locks name who signed {listed(unknown)}, and the lock set knows no publisher of it",
            remedy="Restore the lock set from version control, or run uplock run if that was forgotten on purpose.",
            place="locks/lockset.json",
            severity="error",
        ),
    )


def _by_package(known: Iterable[KnownPublisher]) -> dict[str, list[KnownPublisher]]:
    found: dict[str, list[KnownPublisher]] = {}
    for each in known:
        found.setdefault(each.package, []).append(each)
    return found
