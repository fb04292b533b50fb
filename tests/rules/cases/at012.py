"""AT012: a required attestation is missing."""

from __future__ import annotations

from support.rule_cases import Case
from support.signed import DEMO, NOT_ATTESTED, holding, verified
from support.subjects import NOTHING, UNCHECKED
from uplock.model.identity import ExpectedPublisher
from uplock.model.policy import Policy
from uplock.model.results import Invalid

ALL = Policy(require_attestations=("*",))
DEMO_ONLY = Policy(require_attestations=("demo",))
NAMED = Policy(publishers=(ExpectedPublisher(package="demo", publisher=DEMO),))

SPEAKS: dict[str, Case] = {
    "not attested": Case(
        holding(NOT_ATTESTED), ALL, says="demo-2.0-py3-none-any.whl must be verified and is not attested", findings=1
    ),
    "unchecked": Case(holding(UNCHECKED), DEMO_ONLY, says="must be verified and is unchecked (not-offered)"),
    "invalid": Case(
        holding(Invalid(failure="bad-signature", detail="no", document=NOTHING)), ALL, says="is invalid (bad-signature)"
    ),
    "its publisher is named": Case(holding(NOT_ATTESTED), NAMED, says="must be verified"),
}

SILENT: dict[str, Case] = {
    "verified": Case(holding(verified()), ALL),
    "nothing is required": Case(holding(NOT_ATTESTED)),
    "another package is required": Case(holding(NOT_ATTESTED), Policy(require_attestations=("other",))),
}
