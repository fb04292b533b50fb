"""The baseline of the ratchet: what becomes known, what stays known, and what takes its place."""

from __future__ import annotations

from support.signed import DEMO, NOT_ATTESTED, known, verified
from support.subjects import digest_for, make_lock, make_package, make_target
from uplock.model.digest import Sha256
from uplock.model.identity import ExpectedPublisher, KnownPublisher
from uplock.model.lock import Lock
from uplock.model.policy import Policy
from uplock.model.results import GitHub, Publisher, Verification
from uplock.workflow.evidence import baseline_of, evidence_of, identified, now_held, remembered

EVIL = GitHub(repository="evil/demo", workflow="release.yml")
MOVED = GitHub(repository="new/demo", workflow="release.yml")
OLD, NEW = "demo-1.0-py3-none-any.whl", "demo-2.0-py3-none-any.whl"
PY39, PY313 = make_target("3.9.18"), make_target()


def locking(*filenames: str) -> tuple[Lock, ...]:
    """Return a lock of 3.9 and one of 3.13, with one file each."""
    return tuple(
        make_lock(target, [make_package(filename)]) for target, filename in zip((PY39, PY313), filenames, strict=False)
    )


def found(**outcomes: Verification) -> dict[Sha256, Verification]:
    return {digest_for({"old": OLD, "new": NEW}[name]): each for name, each in outcomes.items()}


def expecting(*publishers: Publisher) -> Policy:
    return Policy(publishers=tuple(ExpectedPublisher(package="demo", publisher=each) for each in publishers))


def who(rows: tuple[KnownPublisher, ...]) -> list[Publisher]:
    return [row.publisher for row in rows]


def test_the_first_publishers_become_known_with_targets_files_and_ids() -> None:
    locks = locking(OLD, NEW)
    rows = remembered((), locks, found(old=verified(), new=verified()), Policy())
    (row,) = rows
    assert (row.package, row.publisher) == ("demo", DEMO)
    assert row.ids == (("owner-id", "42"), ("repository-id", "4711"))
    assert row.targets == tuple(sorted((PY39.name, PY313.name)))
    assert row.files == tuple(sorted((digest_for(OLD), digest_for(NEW))))


def test_a_package_can_have_two_publishers_from_the_beginning() -> None:
    rows = remembered((), locking(OLD, NEW), found(old=verified(), new=verified(EVIL)), Policy())
    assert set(map(repr, who(rows))) == {repr(DEMO), repr(EVIL)}


def test_another_publisher_does_not_become_known_beside_one_that_is() -> None:
    outcomes = found(old=verified(), new=verified(EVIL, repository_id="1"))
    (row,) = remembered((known(),), locking(OLD, NEW), outcomes, Policy())
    assert row.publisher == DEMO
    assert row.files == (digest_for(OLD),)


def test_neither_a_rename_nor_another_workflow_becomes_known_by_itself() -> None:
    before = (known(),)
    for publisher in (MOVED, GitHub(repository="owner/demo", workflow="test.yml")):
        rows = remembered(before, locking(OLD, NEW)[1:], found(new=verified(publisher)), Policy())
        assert who(rows) == [DEMO]


def test_what_is_lost_stays_known() -> None:
    rows = remembered((known(),), locking(OLD, NEW)[1:], found(new=NOT_ATTESTED), Policy())
    assert who(rows) == [DEMO]
    assert rows[0].targets == (PY313.name,)
    assert rows[0].files == (), "the file that was signed is not locked any more"


def test_packages_that_are_not_locked_now_stay_known() -> None:
    rows = remembered((known(package="other"),), locking(OLD), found(old=verified()), Policy())
    assert [row.package for row in rows] == ["demo", "other"]


def test_an_expected_publisher_takes_the_place_of_the_known_one() -> None:
    rows = remembered((known(),), locking(OLD, NEW)[1:], found(new=verified(EVIL)), expecting(EVIL))
    assert who(rows) == [EVIL]


def test_several_expected_publishers_stand_beside_each_other() -> None:
    rows = remembered((known(),), locking(OLD, NEW), found(old=verified(), new=verified(EVIL)), expecting(DEMO, EVIL))
    assert set(map(repr, who(rows))) == {repr(DEMO), repr(EVIL)}


def test_an_expectation_that_nobody_meets_changes_nothing() -> None:
    before = (known(),)
    rows = remembered(before, locking(OLD, NEW)[1:], found(new=verified(EVIL)), expecting(MOVED))
    assert who(rows) == [DEMO]


def test_remembering_again_changes_nothing() -> None:
    locks, outcomes = locking(OLD, NEW), found(old=verified(), new=verified(EVIL))
    once = remembered((), locks, outcomes, Policy())
    assert remembered(once, locks, outcomes, Policy()) == once


def test_the_order_of_locks_does_not_matter() -> None:
    locks, outcomes = locking(OLD, NEW), found(old=verified(), new=verified(EVIL))
    assert remembered((), locks, outcomes, Policy()) == remembered((), locks[::-1], outcomes, Policy())


def test_the_baseline_says_who_is_new() -> None:
    locks, outcomes = locking(OLD), found(old=verified())
    first = baseline_of((), locks, outcomes)
    assert (first.state, first.known, first.gained) == ("none", 0, ("demo",))
    held = baseline_of((known(package="other"),), locks, outcomes)
    assert (held.state, held.known, held.gained) == ("held", 1, ("demo",))
    assert now_held(held).known == 2
    assert now_held(baseline_of((), locks, found(old=NOT_ATTESTED))).state == "none"


def test_identities_follow_the_evidence_and_leave_with_it() -> None:
    locks = locking(OLD)
    signed = identified(locks, evidence_of(locks, found(old=verified())))
    assert signed[0].packages[0].identities == (DEMO,)
    assert identified(signed, evidence_of(signed, found(old=NOT_ATTESTED))) == locks


def test_ids_and_environment_that_appear_later_are_known_from_then_on() -> None:
    bare = KnownPublisher(package="demo", publisher=DEMO, targets=(PY313.name,))
    sharper = GitHub(repository="Owner/Demo", workflow="release.yml", environment="release")
    locks, outcomes = locking(OLD, NEW)[1:], found(new=verified(sharper))
    (row,) = remembered((bare,), locks, outcomes, Policy())
    assert row.publisher == GitHub(repository="owner/demo", workflow="release.yml", environment="release")
    assert row.ids == (("owner-id", "42"), ("repository-id", "4711"))
    assert remembered((row,), locks, outcomes, Policy()) == (row,)


def test_a_row_without_ids_does_not_stay_behind_for_whoever_takes_the_name_over() -> None:
    bare = KnownPublisher(package="demo", publisher=DEMO, targets=(PY313.name,))
    rows = remembered((bare,), locking(OLD, NEW)[1:], found(new=verified()), Policy())
    stolen = remembered(rows, locking(OLD, NEW)[1:], found(new=verified(repository_id="1")), Policy())
    assert [row.ids for row in stolen] == [(("owner-id", "42"), ("repository-id", "4711"))]
