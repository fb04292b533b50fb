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
    "predicate-mismatch": _OTHER_PUBLISHER,
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
                source = artifact.document or (f"sha256:{digest}" if digest else "an unknown source")
                yield RULE.finding(
                    subject,
                    policy,
                    about=artifact.filename,
                    of=artifact,
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
    reach="bytes",
    why="""\
There is an attestation and it was checked, and it is not true of this file: the file was changed, the document belongs
to another file, or somebody else signed it. That is worse than no attestation. The finding names the file, where the
document came from, the class of the failure and the reason.""",
    example=(
        "the attestation of demo-1.0-py3-none-any.whl from demo-1.0-py3-none-any.whl.provenance does not hold: "
        "subject-digest-mismatch: the statement is about another file"
    ),
    remedy="""\
It depends on the class of the failure; the finding says it. As a rule: do not install the file.""",
    waive="""\
Hardly ever right: removing the package is better. If its publisher explained the failure, and the file is known to be
good by other means, name its digest and those means. The failure stays a failure in every report and SBOM.""",
    check=check,
)
