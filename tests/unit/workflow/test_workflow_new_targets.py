"""Targets that are new to a package: when what is known of it counts there as well."""

from __future__ import annotations

import pytest

from support.signed import DEMO, NEW, NOT_ATTESTED, OLD, known, verified
from support.subjects import digest_for, make_lock, make_package, make_target
from uplock.model.digest import Sha256
from uplock.model.identity import Evidence
from uplock.model.lock import Lock
from uplock.model.policy import Policy
from uplock.model.results import Invalid, Unchecked, Verification
from uplock.workflow.evidence import remembered
from uplock.workflow.new_targets import known_in_new_targets

HERE, THERE = make_target("3.9.18"), make_target()
UNASKED = Unchecked(reason="timed-out", detail="no answer")
INVALID = Invalid(failure="bad-signature", detail="it does not fit")
ROW = known(target=HERE.name)


def locked(here: str | None, there: str) -> tuple[Lock, ...]:
    """Return the locks of 3.9, where the package is known (if it is locked there), and of a new target."""
    new = make_lock(THERE, [make_package(there)])
    return (new,) if here is None else (make_lock(HERE, [make_package(here)]), new)


def targets(here: str | None, there: str, outcome: Verification, *evidence: Evidence) -> tuple[str, ...]:
    """Return the targets of the known row when the file ``here`` is verified and ``there`` has an outcome."""
    found: dict[Sha256, Verification] = {digest_for(here or OLD): verified(), digest_for(there): outcome}
    (row,) = known_in_new_targets((ROW,), locked(here, there), found, evidence)
    assert row.publisher == DEMO
    return row.targets


BOTH = tuple(sorted((HERE.name, THERE.name)))


@pytest.mark.parametrize("outcome", [NOT_ATTESTED, UNASKED])
def test_a_newer_version_without_attestation_is_missed_in_a_new_target(outcome: Verification) -> None:
    assert targets(OLD, NEW, outcome) == BOTH


@pytest.mark.parametrize("outcome", [NOT_ATTESTED, UNASKED])
def test_the_same_version_without_attestation_is_missed_in_a_new_target(outcome: Verification) -> None:
    assert targets(OLD, OLD.replace("py3", "py39"), outcome) == BOTH


def test_an_older_version_may_never_have_had_any() -> None:
    assert targets(NEW, OLD, NOT_ATTESTED) == (HERE.name,)


def test_versions_are_compared_and_not_their_texts() -> None:
    assert targets("demo-9.0-py3-none-any.whl", "demo-10.0-py3-none-any.whl", NOT_ATTESTED) == BOTH


def test_where_no_file_is_verified_any_more_the_version_does_not_matter() -> None:
    assert targets(None, OLD, NOT_ATTESTED) == BOTH


@pytest.mark.parametrize("outcome", [verified(), INVALID])
def test_what_is_verified_or_invalid_is_judged_by_other_rules(outcome: Verification) -> None:
    assert targets(OLD, NEW, outcome) == (HERE.name,)


def test_a_file_that_was_locked_without_attestation_before_loses_nothing() -> None:
    row = Evidence(package="demo", filename=NEW, sha256=digest_for(NEW), outcome="not-attested")
    assert targets(OLD, NEW, NOT_ATTESTED, row) == (HERE.name,)


def test_a_file_that_was_verified_before_does() -> None:
    row = Evidence(package="demo", filename=NEW, sha256=digest_for(NEW), outcome="verified")
    assert targets(OLD, NEW, NOT_ATTESTED, row) == BOTH


def test_a_package_that_nobody_is_known_of_stays_so() -> None:
    assert known_in_new_targets((), locked(OLD, NEW), {digest_for(NEW): NOT_ATTESTED}, ()) == ()


def test_it_is_remembered_so_that_it_is_said_again_and_once_is_enough() -> None:
    locks = locked(OLD, NEW)
    found: dict[Sha256, Verification] = {digest_for(OLD): verified(), digest_for(NEW): NOT_ATTESTED}
    once = remembered((ROW,), locks, found, Policy())
    assert [row.targets for row in once] == [BOTH]
    evidence = (Evidence(package="demo", filename=NEW, sha256=digest_for(NEW), outcome="not-attested"),)
    assert remembered(once, locks, found, Policy(), evidence) == once
