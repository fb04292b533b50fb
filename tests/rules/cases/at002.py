"""AT002: attestations that do not hold."""

from __future__ import annotations

from typing import get_args

from support.rule_cases import Case
from support.subjects import NOTHING, UNCHECKED, VERIFIED, make_artifact_results, make_subject
from uplock.model.results import FailureClass, Invalid, NotAttested
from uplock.policy.subject import Subject

WHEEL = "demo-1.0-py3-none-any.whl"


def failing(failure: FailureClass, detail: str = "the details", *, document: str | None = None) -> Subject:
    invalid = Invalid(failure=failure, detail=detail, document=NOTHING)
    return make_subject(make_artifact_results(WHEEL, verification=invalid, document=document))


SPEAKS: dict[str, Case] = {
    "a statement about another file": Case(
        failing("subject-digest-mismatch", "the statement is about another file", document=f"{WHEEL}.provenance"),
        says=f"the attestation of {WHEEL} from {WHEEL}.provenance does not hold: subject-digest-mismatch: ",
        findings=1,
    ),
    "a document of unknown origin": Case(failing("malformed"), says=f"from sha256:{NOTHING} does not hold"),
    **{
        f"failure {failure}": Case(failing(failure), says=f"{failure}: the details")
        for failure in get_args(FailureClass)
    },
}

SILENT: dict[str, Case] = {
    "an attestation that holds": Case(make_subject(make_artifact_results(WHEEL, verification=VERIFIED))),
    "no attestation": Case(make_subject(make_artifact_results(WHEEL, verification=NotAttested(detail="none")))),
    "nobody could be asked": Case(make_subject(make_artifact_results(WHEEL, verification=UNCHECKED))),
}
