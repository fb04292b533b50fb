"""Verifying attestations: of locked artifacts, of a folder, or of one artifact known by name and digest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from threading import Lock as Mutex
from typing import NamedTuple

from uplock.files import read_bytes
from uplock.model.digest import Sha256
from uplock.model.finding import Finding, Status
from uplock.model.identity import ExpectedPublisher, TrustedRoot
from uplock.model.provenance import ProvenanceAbsent, ProvenanceAnswer, ProvenanceFound, ProvenanceUnusable
from uplock.model.results import Invalid, NotAttested, Publisher, Unchecked, Verification, Verified
from uplock.model.value import Value
from uplock.model.verify_outcome import ArtifactVerification, AttestationCounts, Baseline, Failure, VerifyResult
from uplock.policy.wording import printable
from uplock.ports import Event, OnEvent, ProvenanceSource, Verifier
from uplock.workflow.observe import BUILT_HERE
from uplock.workflow.outcomes import count, detail_of, outcome_of, without_document, worst
from uplock.workflow.side_by_side import side_by_side

WORKERS = 4
"""Questions at once, and so connections to an index at most: each waits for the network."""


MAX_DOCUMENT = 8 * 1024 * 1024
"""Bytes of a provenance file that are read at most; the reader's own bound is lower."""

NOTHING = Unchecked(
    reason="not-asked", detail="no provenance was given: use --provenance, --provenance-dir or --index-url"
)


NAMELESS = Unchecked(
    reason="not-asked", detail="its name is not that of a wheel or an sdist, so no attestation can be about it"
)


class Named(NamedTuple):
    """One artifact: normalized project name (empty if its file name tells none), file name, digest."""

    project: str
    filename: str
    sha256: Sha256
    built: bool = False
    """Whether it was built here."""


class Checked(Value, frozen=True, kw_only=True):
    """One artifact after its source was asked and the answer verified."""

    project: str
    filename: str
    sha256: Sha256
    verification: Verification
    document: str | None = None
    """Where the provenance document came from: a file name or URL without credentials."""


def check_one(
    artifact: Named,
    answer: ProvenanceAnswer,
    verifier: Verifier,
    expected: Publisher | None = None,
    claims: tuple[tuple[str, str], ...] = (),
) -> Checked:
    """Verify what a source answered for one artifact, under the caller's policy if there is one."""
    project, filename, sha256, _ = artifact
    place: str | None = None
    match answer:
        case ProvenanceFound(document=document, source=place):
            verification = verifier.verify(filename, sha256, document, expected, claims)
        case ProvenanceUnusable(source=place):
            verification = without_document(answer)
        case _:
            verification = without_document(answer)
    return Checked(project=project, filename=filename, sha256=sha256, verification=verification, document=place)


def check_all(
    artifacts: Iterable[Named],
    source: ProvenanceSource,
    verifier: Verifier,
    on_event: OnEvent,
    generic: Mapping[str, ExpectedPublisher] | None = None,
) -> tuple[Checked, ...]:
    """Verify every distinct artifact, each asked for once, sorted by file name.

    Questions are asked side by side; verifying is done one at a time, since it is all computing. No answer is held
    while others are asked for, so that memory stays bounded whatever documents come. ``generic`` are policies by
    project that also cover publishers whose kind is not known.
    """
    policies = generic or {}
    wanted = sorted(set(artifacts), key=lambda each: (each.filename, each.sha256))
    verifying = Mutex()

    def check(artifact: Named) -> Checked:
        answer = ask(source, artifact)
        policy = policies.get(artifact.project)
        with verifying:
            if policy is None:
                return check_one(artifact, answer, verifier)
            return check_one(artifact, answer, verifier, policy.publisher, policy.claims)

    def tell(checked: Checked, done: int) -> None:
        on_event(Event(stage="verify", message=printable(checked.filename), done=done, total=len(wanted)))

    return side_by_side(check, wanted, WORKERS, tell)


def ask(source: ProvenanceSource, artifact: Named) -> ProvenanceAnswer:
    """Ask a source for the provenance of one artifact, unless nobody can know of it.

    That is so of what belongs to no project, and of what was built here.
    """
    if artifact.built:
        return ProvenanceAbsent(source="this machine", detail=BUILT_HERE)
    return source.provenance(artifact.filename, artifact.project) if artifact.project else NAMELESS


def outcomes_by_digest(checked: Iterable[Checked]) -> dict[Sha256, Verification]:
    """Return what is known of each file by its digest: under several file names the worst of them."""
    found: dict[Sha256, Verification] = {}
    for each in checked:
        found[each.sha256] = worst(found.get(each.sha256, each.verification), each.verification)
    return found


def document_in(path: Path) -> ProvenanceFound:
    """Return the one document that was given as a file. Raises :class:`InputError` if it cannot be read."""
    return ProvenanceFound(document=read_bytes(path, MAX_DOCUMENT), source=path.name)


def conclude(
    checked: Iterable[Checked],
    trusted_root: TrustedRoot,
    *,
    baseline: Baseline | None = None,
    findings: tuple[Finding, ...] = (),
) -> VerifyResult:
    """Return the answer of ``verify lock`` and ``dir``: what rules say of the artifacts comes in here and counts."""
    checked = tuple(checked)
    counts = count(each.verification for each in checked)
    return VerifyResult(
        status=status_of(counts, findings),
        counts=counts,
        artifacts=tuple(row(each, trusted_root.sha256) for each in checked),
        trusted_root=trusted_root,
        baseline=baseline,
        findings=findings,
    )


def status_of(counts: AttestationCounts, findings: Iterable[Finding] = ()) -> Status:
    """Return ``fail`` with anything invalid or a failing finding, ``undetermined`` with nothing verified, else pass."""
    if counts.invalid or any(finding.fails for finding in findings):
        return "fail"
    return "pass" if counts.verified else "undetermined"


def row(checked: Checked, trusted_root: Sha256) -> ArtifactVerification:
    """Return a verification as the commands show it."""
    verification = checked.verification
    failure: Failure | None = None
    if isinstance(verification, Invalid):
        failure = verification.failure
    elif isinstance(verification, NotAttested):
        failure = "no-attestation"
    return ArtifactVerification(
        filename=_as_unicode(checked.filename),
        sha256=checked.sha256,
        outcome=outcome_of(verification),
        failure=failure,
        unchecked=verification.reason if isinstance(verification, Unchecked) else None,
        publisher=verification.publisher if isinstance(verification, Verified) else None,
        reason=detail_of(verification),
        document=None if checked.document is None else _as_unicode(checked.document),
        attestations=verification.attestations if isinstance(verification, Verified) else (),
        others=verification.others if isinstance(verification, Verified) else (),
        trusted_root=trusted_root,
    )


def _as_unicode(name: str) -> str:
    r"""Return a file name with bytes that are not UTF-8 written as ``\udcff``: no answer can hold them."""
    return name.encode(errors="backslashreplace").decode()
