"""AT010: the provenance of a file was withdrawn."""

from __future__ import annotations

from support.rule_cases import Case
from support.signed import NEW, NOT_ATTESTED, OLD, holding, known, verified
from support.subjects import UNCHECKED

SPEAKS: dict[str, Case] = {
    "of the very file that had one": Case(
        holding(NOT_ATTESTED, known(), filename=OLD),
        says=f"the attestation of {OLD} is gone: these very bytes were signed by GitHub owner/demo (release.yml) "
        "before",
        findings=1,
    ),
}

SILENT: dict[str, Case] = {
    "still there": Case(holding(verified(), known(), filename=OLD)),
    "another file, which is a loss": Case(holding(NOT_ATTESTED, known(), filename=NEW)),
    "nobody could be asked": Case(holding(UNCHECKED, known(), filename=OLD)),
    "nothing is known": Case(holding(NOT_ATTESTED, filename=OLD)),
}
