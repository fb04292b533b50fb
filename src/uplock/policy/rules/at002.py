"""AT002: there is an attestation, and it does not hold (PEP 740)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from uplock.model.finding import Finding
from uplock.model.policy import Policy
from uplock.model.results import FailureClass, Invalid
from uplock.policy.rule import Rule
from uplock.policy.subject import Subject

_NEW_DOCUMENT = (
    "Fetch the provenance document again; if it stays the same, do not install the file and tell its publisher."
)
_OTHER_FILE = "Do not install the file; take the one that its publisher attested, or another version."
_OTHER_PUBLISHER = "Do not install the file until its project confirms who publishes it."
_NO_TRUST = "Do not install the file; take another version, and tell its publisher."

REMEDIES: dict[FailureClass, str] = {
    "malformed": _NEW_DOCUMENT,
    "unsupported-version": "Upgrade uplock, or ask the publisher for a document in a version that it reads.",
    "unknown-publisher": _OTHER_PUBLISHER,
    "subject-name-mismatch": _OTHER_FILE,
    "subject-digest-mismatch": _OTHER_FILE,
    "identity-mismatch": _OTHER_PUBLISHER,
    "untrusted-chain": "Check that the trusted root is the current one; if it is, do not install the file.",
    "outside-certificate-validity": _NO_TRUST,
    "no-trusted-time": _NO_TRUST,
    "bad-log-entry": _NO_TRUST,
    "bad-signature": _NO_TRUST,
}
"""What to do, by the class of failure."""


def check(subject: Subject, policy: Policy, as_of: datetime) -> Iterator[Finding]:
    """Yield a finding per artifact, with the file, the document's source, the class of failure and the reason."""
    del as_of
    for artifact in subject.artifacts:
        match artifact.verification:
            case Invalid(failure=failure, detail=detail, document=digest):
                source = artifact.document or f"sha256:{digest}"
                yield RULE.finding(
                    subject,
                    policy,
                    about=artifact.filename,
                    message=f"the attestation of {artifact.filename} from {source} does not hold: {failure}: {detail}",
                    remedy=REMEDIES[failure],
                    place=source,
                )
            case _:
                pass


RULE = Rule(
    id="AT002",
    description="An attestation does not hold",
    severity="error",
    check=check,
)
