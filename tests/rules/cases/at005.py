"""AT005: an attestation was lost."""

from __future__ import annotations

from support.rule_cases import Case
from support.signed import NEW, NOT_ATTESTED, OLD, holding, known, verified
from support.subjects import UNCHECKED, digest_for

SPEAKS: dict[str, Case] = {
    "a version without": Case(
        holding(NOT_ATTESTED, known()),
        says=f"{NEW} is not attested, and demo was signed by GitHub owner/demo (release.yml) before",
        findings=1,
    ),
    "an older version without": Case(holding(NOT_ATTESTED, known(files=()), filename=OLD), says=f"{OLD} is not"),
}

SILENT: dict[str, Case] = {
    "still attested": Case(holding(verified(), known())),
    "never attested": Case(holding(NOT_ATTESTED)),
    "attested in another target only": Case(holding(NOT_ATTESTED, known(target="py39-linux-x86_64"))),
    "another package was attested": Case(holding(NOT_ATTESTED, known(package="other"))),
    "unchecked": Case(holding(UNCHECKED, known())),
    "withdrawn, which is worse": Case(holding(NOT_ATTESTED, known(files=(digest_for(NEW),)))),
}
