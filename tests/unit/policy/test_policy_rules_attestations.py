"""What the cases below ``tests/rules`` cannot say of the rules about attestations: subjects, places and remedies."""

from __future__ import annotations

from typing import get_args

import pytest

from support.subjects import NOTHING, check, make_artifact_results, make_subject
from uplock.model.results import FailureClass, Invalid, NotAttested, Unchecked, UncheckedReason
from uplock.policy.rules.at001 import RULE as AT001
from uplock.policy.rules.at002 import REMEDIES
from uplock.policy.rules.at002 import RULE as AT002

ABSENT = NotAttested(detail="the index has no provenance for this file")


def wheel(name: str) -> str:
    return f"{name}-1.0-py3-none-any.whl"


def invalid(failure: FailureClass = "bad-signature") -> Invalid:
    return Invalid(failure=failure, detail="the signature is over other bytes", document=NOTHING)


def test_only_a_finding_about_one_package_names_it() -> None:
    artifacts = [make_artifact_results(wheel(name), verification=ABSENT) for name in ("werkzeug", "click", "flask")]
    direct, shared = check(AT001, make_subject(*artifacts, direct=[wheel("flask")]))
    assert (direct.subject, direct.package) == (wheel("flask"), "flask")
    assert (shared.subject, shared.package, shared.sha256) == ("indirect dependencies", None, None)


@pytest.mark.parametrize("reason", get_args(UncheckedReason))
def test_the_unchecked_share_one_finding_per_reason_that_counts_and_names_them(reason: UncheckedReason) -> None:
    why = Unchecked(reason=reason, detail="whatever")
    artifacts = [make_artifact_results(wheel(f"p{number:02}"), verification=why) for number in range(14)]
    (finding,) = check(AT001, make_subject(*artifacts, direct=[wheel("p03")]))
    assert finding.subject == reason
    assert finding.message.startswith("14 artifacts are unchecked, because ")
    assert finding.message.endswith(": p00, p01, p02, p03, p04, p05, p06, p07, p08, p09 and 4 more")


def test_different_reasons_have_different_remedies() -> None:
    reasons: tuple[UncheckedReason, ...] = get_args(UncheckedReason)
    artifacts = [make_artifact_results(wheel(each), verification=Unchecked(reason=each, detail="")) for each in reasons]
    found = check(AT001, make_subject(*artifacts))
    assert {finding.subject for finding in found} == set(reasons)
    assert len({finding.remedy for finding in found}) == len(reasons)


def test_an_invalid_attestation_is_shown_at_its_document() -> None:
    place = "https://index.example/demo.provenance"
    results = make_artifact_results(wheel("demo"), verification=invalid(), document=place)
    (finding,) = check(AT002, make_subject(results))
    assert (finding.subject, finding.place) == (wheel("demo"), place)


def test_a_document_of_unknown_origin_is_named_by_its_digest() -> None:
    (finding,) = check(AT002, make_subject(make_artifact_results(verification=invalid())))
    assert finding.place == f"sha256:{NOTHING}"


@pytest.mark.parametrize("failure", get_args(FailureClass))
def test_every_class_of_failure_has_a_remedy_and_no_word_that_sounds_good(failure: FailureClass) -> None:
    (finding,) = check(AT002, make_subject(make_artifact_results(verification=invalid(failure))))
    assert finding.remedy == REMEDIES[failure]
    said = f"{finding.message} {finding.remedy} {AT002.description} {AT002.why} {AT002.remedy} {AT002.waive}".lower()
    assert "verified" not in said
    assert "pass" not in said
