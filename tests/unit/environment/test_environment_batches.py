"""Bytecode is compared in groups that fit into memory, whatever sizes somebody planted."""

from __future__ import annotations

from uplock.content.bytecode import CachedName
from uplock.environment.bytecode import AT_ONCE, BYTES_AT_ONCE, Candidate, batches


def candidate(size: int) -> Candidate:
    return Candidate(path="x", package="demo", name=CachedName(source="x.py", tag="cpython-312", level=0), size=size)


def test_groups_have_bounds_of_files_and_bytes() -> None:
    assert list(batches([])) == []
    assert [len(group) for group in batches([candidate(1)] * (AT_ONCE + 1))] == [AT_ONCE, 1]
    half, more = candidate(BYTES_AT_ONCE // 2), candidate(BYTES_AT_ONCE // 2 + 1)
    assert [len(group) for group in batches([half, half, half])] == [2, 1]
    assert [len(group) for group in batches([half, more, more])] == [1, 1, 1]
    assert [len(group) for group in batches([candidate(BYTES_AT_ONCE * 4), half])] == [1, 1]
