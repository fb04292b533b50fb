"""AT007: the trusted root is old."""

from __future__ import annotations

from datetime import date

from support.rule_cases import Case
from support.signed import NOT_ATTESTED, verified
from support.subjects import NOTHING, make_artifact_results, make_subject
from uplock.model.identity import TrustedRoot
from uplock.model.policy import Policy
from uplock.model.results import Invalid, Verification
from uplock.policy.subject import Subject

INVALID = Invalid(failure="untrusted-chain", detail="nobody", document=NOTHING)
LIMITED = Policy(trusted_root_max_days=60)


def rooted(dated: date | None, verification: Verification | None = None) -> Subject:
    root = TrustedRoot(sha256=NOTHING, origin="file", dated=dated)
    return make_subject(make_artifact_results(verification=verification or verified()), trusted_root=root)


SPEAKS: dict[str, Case] = {
    "31 days": Case(
        rooted(date(2026, 10, 23)),
        says=f"the trusted root {NOTHING[:12]} is of 2026-10-23, 31 days before the day",
        severity="warning",
        findings=1,
    ),
    "of tomorrow": Case(rooted(date(2026, 11, 24)), says="which says that it is of 2026-11-24", severity="warning"),
    "nobody knows": Case(rooted(None), says="nobody knows how old", severity="warning"),
    "refused under it": Case(rooted(date(2026, 4, 2), INVALID), says="235 days"),
    "older than the policy admits": Case(rooted(date(2026, 9, 23)), LIMITED, says="61 days", severity="error"),
    "of unknown age where the policy admits none": Case(rooted(None), LIMITED, says="nobody", severity="error"),
    "old, and within the limit": Case(rooted(date(2026, 9, 24)), LIMITED, says="60 days", severity="warning"),
    "a limit below the notice": Case(
        rooted(date(2026, 11, 12)), Policy(trusted_root_max_days=10), says="11 days", severity="error"
    ),
}

SILENT: dict[str, Case] = {
    "30 days": Case(rooted(date(2026, 10, 24))),
    "nothing rests on it": Case(rooted(date(2020, 1, 1), NOT_ATTESTED)),
    "no root": Case(make_subject(make_artifact_results(verification=verified()))),
    "a wider notice": Case(rooted(date(2026, 10, 23)), Policy(trusted_root_days=31)),
}
