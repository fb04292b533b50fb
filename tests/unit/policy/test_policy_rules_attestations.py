from __future__ import annotations

from typing import get_args

import pytest

from support.subjects import (
    NOTHING,
    UNCHECKED,
    VERIFIED,
    check,
    make_artifact_results,
    make_subject,
)
from uplock.model.policy import Policy
from uplock.model.results import FailureClass, Invalid, NotAttested, Unchecked, UncheckedReason, Verification
from uplock.policy.rules.at001 import RULE as AT001
from uplock.policy.rules.at002 import REMEDIES
from uplock.policy.rules.at002 import RULE as AT002

ABSENT = NotAttested(detail="the index has no provenance for this file")


def wheel(name: str) -> str:
    return f"{name}-1.0-py3-none-any.whl"


def invalid(failure: FailureClass = "bad-signature") -> Invalid:
    return Invalid(failure=failure, detail="the signature is over other bytes", document=NOTHING)


# --- AT001 --------------------------------------------------------------------------------------------------------


def test_a_verified_artifact_is_no_finding() -> None:
    assert check(AT001, make_subject(make_artifact_results(verification=VERIFIED))) == []


def test_an_invalid_attestation_is_another_rule_s_business() -> None:
    assert check(AT001, make_subject(make_artifact_results(verification=invalid()))) == []


def test_a_direct_package_without_an_attestation_has_its_own_finding() -> None:
    results = make_artifact_results(wheel("flask"), verification=ABSENT)
    (finding,) = check(AT001, make_subject(results, direct=[wheel("flask")]))
    assert finding.severity == "info"
    assert finding.subject == wheel("flask")
    assert finding.message == f"{wheel('flask')} is not attested: the index has no provenance for this file"


def test_indirect_dependencies_without_an_attestation_share_one_finding() -> None:
    artifacts = [make_artifact_results(wheel(name), verification=ABSENT) for name in ("werkzeug", "click", "flask")]
    direct, shared = check(AT001, make_subject(*artifacts, direct=[wheel("flask")]))
    assert direct.subject == wheel("flask")
    assert shared.subject == "indirect dependencies"
    assert shared.message == "2 artifacts are not attested: click, werkzeug"


def test_results_without_a_lock_count_as_indirect() -> None:
    (finding,) = check(AT001, make_subject(make_artifact_results(verification=ABSENT), locked=False))
    assert finding.message == "1 artifact is not attested: demo"


@pytest.mark.parametrize("reason", get_args(UncheckedReason))
def test_the_unchecked_share_one_finding_per_reason_that_counts_and_names_them(reason: UncheckedReason) -> None:
    why = Unchecked(reason=reason, detail="whatever")
    artifacts = [make_artifact_results(wheel(f"p{number:02}"), verification=why) for number in range(14)]
    (finding,) = check(AT001, make_subject(*artifacts, direct=[wheel("p03")]))
    assert finding.severity == "info"
    assert finding.subject == reason
    assert finding.message.startswith("14 artifacts are unchecked, because ")
    assert finding.message.endswith(": p00, p01, p02, p03, p04, p05, p06, p07, p08, p09 and 4 more")


def test_different_reasons_are_different_findings() -> None:
    found = check(
        AT001,
        make_subject(
            make_artifact_results(wheel("a"), verification=UNCHECKED),
            make_artifact_results(wheel("b"), verification=Unchecked(reason="unreachable", detail="timed out")),
        ),
    )
    assert [finding.subject for finding in found] == ["not-offered", "unreachable"]
    assert found[0].remedy != found[1].remedy


def test_a_policy_can_require_attestations() -> None:
    subject = make_subject(make_artifact_results(verification=UNCHECKED))
    (finding,) = check(AT001, subject, Policy(severities={"AT001": "error"}))
    assert finding.severity == "error"


# --- AT002 --------------------------------------------------------------------------------------------------------


def test_neither_verified_nor_unattested_nor_unchecked_is_invalid() -> None:
    outcomes: tuple[Verification, ...] = (VERIFIED, ABSENT, UNCHECKED)
    artifacts = [make_artifact_results(wheel(f"p{at}"), verification=each) for at, each in enumerate(outcomes)]
    assert check(AT002, make_subject(*artifacts)) == []


def test_an_invalid_attestation_names_file_document_failure_and_reason() -> None:
    results = make_artifact_results(
        wheel("demo"), verification=invalid(), document="https://index.example/demo.provenance"
    )
    (finding,) = check(AT002, make_subject(results))
    assert finding.severity == "error"
    assert finding.subject == wheel("demo")
    assert finding.place == "https://index.example/demo.provenance"
    assert finding.message == (
        f"the attestation of {wheel('demo')} from https://index.example/demo.provenance does not hold: "
        "bad-signature: the signature is over other bytes"
    )


def test_a_document_of_unknown_origin_is_named_by_its_digest() -> None:
    (finding,) = check(AT002, make_subject(make_artifact_results(verification=invalid())))
    assert finding.place == f"sha256:{NOTHING}"


@pytest.mark.parametrize("failure", get_args(FailureClass))
def test_every_class_of_failure_has_a_remedy(failure: FailureClass) -> None:
    (finding,) = check(AT002, make_subject(make_artifact_results(verification=invalid(failure))))
    assert failure in finding.message
    assert finding.remedy == REMEDIES[failure]
    assert finding.remedy.endswith(".")
