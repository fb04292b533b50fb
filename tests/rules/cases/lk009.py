"""LK009: what a second resolver says."""

from __future__ import annotations

from support.rule_cases import Case
from support.subjects import make_lock, make_missing, make_package, make_subject
from uplock.model.lock import Agreement, Difference
from uplock.model.policy import Policy
from uplock.model.value import changed
from uplock.policy.subject import Subject

LOCKED = make_subject(lock=make_lock(packages=[make_package("coin-1.1-py3-none-any.whl")]))
AGREES = Agreement(target=LOCKED.target.name, resolver="pip-tools 7.6.2", outcome="agrees")
ERROR = Policy(severities={"LK009": "error"})


def compared(agreement: Agreement) -> Subject:
    return changed(LOCKED, agreement=agreement)


def differing(*differences: Difference) -> Subject:
    return compared(changed(AGREES, outcome="disagrees", differences=differences))


ON_COIN = Difference(package="coin", ours="1.1", theirs="1.0")
ON_ALL = Difference(package="", ours="a solution", theirs="none")
NOBODY = compared(changed(AGREES, outcome="not-asked", reason="3.9.18 found, 3.9.25 locked"))

SPEAKS: dict[str, Case] = {
    "another version": Case(
        differing(ON_COIN), says="uv 0.13.9 and pip-tools 7.6.2 disagree on coin: 1.1, 1.0", findings=1
    ),
    "no answer at all": Case(differing(ON_COIN, ON_ALL), says="disagree: a solution, none", findings=2),
    "nobody to ask": Case(
        NOBODY, severity="warning", says="the second resolver was not asked: 3.9.18 found, 3.9.25 locked"
    ),
    "nobody to ask is a warning at most": Case(NOBODY, ERROR, severity="warning", says="was not asked"),
    "nobody to ask can be information": Case(NOBODY, Policy(severities={"LK009": "info"}), says="was not asked"),
}

SILENT: dict[str, Case] = {
    "agreement": Case(compared(AGREES)),
    "no second resolver": Case(LOCKED),
    "no lock": Case(make_subject(missing=make_missing("coin"))),
}
