"""The chain: followed from the head, and whatever was taken out of it is found out."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from support.subjects import NOTHING, TODAY, digest_for
from uplock.errors import IntegrityError, UsageError
from uplock.model.digest import Sha256
from uplock.model.lock import GenerationRef, LockSet
from uplock.model.outcome import HistoryEntry
from uplock.workflow.archive_history import chain, expected_here, listed

A, B, C, OFF = (digest_for(name) for name in ("a", "b", "c", "off"))
AT = datetime(2026, 11, 20, tzinfo=UTC)


def entry(identity: Sha256, parent: Sha256 | None) -> HistoryEntry:
    return HistoryEntry(id=identity, parent=parent, recorded_at=AT, targets=(), artifacts=0, baseline=None)


ENTRIES = {each.id: each for each in (entry(A, None), entry(B, A), entry(OFF, A), entry(C, B))}
RECORDED = dict.fromkeys(ENTRIES, AT)


def lockset(identity: Sha256 | None) -> LockSet:
    return LockSet(
        exclude_newer=TODAY,
        inputs=NOTHING,
        view=NOTHING,
        resolver="uv 0.13.9",
        targets=(),
        generation=None if identity is None else GenerationRef(id=identity, content=NOTHING),
    )


def test_the_chain_is_the_head_and_its_ancestors() -> None:
    assert chain(ENTRIES, RECORDED, C) == (C, B, A)
    assert chain(ENTRIES, RECORDED, A) == (A,)
    assert chain({}, {}, None) == ()


def test_a_fresh_clone_begins_in_the_middle() -> None:
    entries = {B: entry(B, A), C: entry(C, B)}
    assert chain(entries, dict.fromkeys(entries, AT), C) == (C, B)


def test_what_was_recorded_here_and_is_gone_is_named_with_its_day() -> None:
    with pytest.raises(IntegrityError, match="2026-11-20") as caught:
        chain({A: entry(A, None), C: entry(C, B)}, RECORDED, C)
    assert caught.value.context == f"generation {B}"
    assert "export" in caught.value.remedy


def test_a_head_that_is_gone_is_found_out() -> None:
    with pytest.raises(IntegrityError, match="it is the head"):
        chain({A: entry(A, None)}, {A: AT}, C)
    with pytest.raises(IntegrityError, match="none is the head"):
        chain(ENTRIES, RECORDED, None)


def test_a_chain_that_was_cut_is_found_out_by_the_locks() -> None:
    cut = {A: ENTRIES[A]}
    with pytest.raises(IntegrityError, match=C) as caught:
        expected_here(cut, lockset(C), None)
    assert caught.value.context == "locks/lockset.json"
    expected_here(cut, lockset(A), None)
    expected_here(cut, lockset(None), None)
    expected_here(cut, None, None)
    expected_here({}, lockset(C), None)


@pytest.mark.parametrize("digits", [8, 20, 64])
def test_a_chain_that_was_cut_is_found_out_by_an_id_that_was_noted_down(digits: int) -> None:
    expected_here(ENTRIES, None, C[:digits])
    for entries in ({A: ENTRIES[A]}, {}):
        with pytest.raises(IntegrityError, match=C[:digits]) as caught:
            expected_here(entries, None, C[:digits])
        assert caught.value.context == "--expect-head"


@pytest.mark.parametrize("text", ["", "head", "1234567", "Z" * 64, "a" * 65, "../../etc"])
def test_what_is_no_id_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        expected_here(ENTRIES, None, text)


def test_the_chain_alone_is_told_or_everything_with_what_is_off_it() -> None:
    chained = chain(ENTRIES, RECORDED, C)
    assert [(each.id, each.chained) for each in listed(ENTRIES, chained, everything=False)] == [
        (C, True),
        (B, True),
        (A, True),
    ]
    assert [(each.id, each.chained) for each in listed(ENTRIES, chained, everything=True)] == [
        (C, True),
        (OFF, False),
        (B, True),
        (A, True),
    ]
