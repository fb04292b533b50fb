"""AT011: what was verified is unchecked."""

from __future__ import annotations

from support.rule_cases import Case
from support.signed import NEW, NOT_ATTESTED, holding, known, verified
from support.subjects import UNCHECKED
from uplock.model.results import Unchecked

SPEAKS: dict[str, Case] = {
    "the index cannot be reached": Case(
        holding(Unchecked(reason="unreachable", detail="no connection"), known()),
        says=f"{NEW} is unchecked (unreachable), and demo was signed by GitHub owner/demo (release.yml) before",
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
