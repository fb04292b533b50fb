"""AT011: what was verified is unchecked."""

from __future__ import annotations

from support.rule_cases import Case
from support.signed import NEW, NOT_ATTESTED, holding, known, verified
from support.subjects import UNCHECKED, make_artifact_results, make_subject
from uplock.model.results import Unchecked
from uplock.policy.subject import Subject


def many(number: int) -> Subject:
    """Return a target with so many packages that were verified and cannot be asked about."""
    names = [f"p{each:02}" for each in range(number)]
    return make_subject(
        *(make_artifact_results(f"{name}-1.0-py3-none-any.whl", verification=UNCHECKED) for name in names),
        known=tuple(known(package=name) for name in names),
    )


SPEAKS: dict[str, Case] = {
    "the index cannot be reached": Case(
        holding(Unchecked(reason="unreachable", detail="no connection"), known()),
        says=f"{NEW} is unchecked (unreachable), and demo was signed by GitHub owner/demo (release.yml) before",
        findings=1,
    ),
    "up to ten have a finding each": Case(many(10), says="p09-1.0-py3-none-any.whl is unchecked", findings=10),
    "more share one": Case(
        many(11),
        says="11 packages verified before, unchecked now (not-offered): p00, p01, p02, p03, p04, p05, p06, "
        "p07, p08, p09 and 1 more",
        findings=1,
    ),
    "another index offers none": Case(holding(UNCHECKED, known()), says="unchecked (not-offered)"),
}

SILENT: dict[str, Case] = {
    "verified": Case(holding(verified(), known())),
    "not attested": Case(holding(NOT_ATTESTED, known())),
    "nothing is known": Case(holding(UNCHECKED)),
    "known in another target": Case(holding(UNCHECKED, known(target="py39-linux-x86_64"))),
}
