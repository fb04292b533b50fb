from __future__ import annotations

import pytest

from uplock.inspect.preview_plan import GAP, LEAST, MAX_RANGES, MOST, ReadPlan, room_for
from uplock.inspect.zipdirectory import Member

FAR = 1 << 40
HEAD = 513
"""What is fetched in front of a member's data: headers, and a name of one letter."""


def member(offset: int, size: int) -> Member:
    return Member(
        path="x",
        size=size,
        compressed_size=size,
        crc=0,
        offset=offset,
        method=0,
        flags=0,
        raw_path=b"x",
        executable=False,
    )


def test_members_near_each_other_are_one_range() -> None:
    plan = ReadPlan(FAR, FAR)
    assert plan.take(member(200_000, 87))
    assert plan.take(member(0, 87))
    assert plan.take(member(600 + GAP, 87))
    assert plan.ranges == ((0, 1200 + GAP), (200_000, 200_600))


def test_members_far_from_each_other_are_ranges_of_their_own() -> None:
    plan = ReadPlan(FAR, FAR)
    assert plan.take(member(0, 87))
    assert plan.take(member(601 + GAP, 87))
    assert len(plan.ranges) == 2


def test_one_member_can_join_two_ranges() -> None:
    plan = ReadPlan(FAR, FAR)
    assert plan.take(member(0, 87))
    assert plan.take(member(2 * GAP, 87))
    assert plan.take(member(GAP, 87))
    assert plan.ranges == ((0, 2 * GAP + 600),)


def test_what_does_not_fit_is_left_and_something_smaller_is_still_taken() -> None:
    plan = ReadPlan(FAR, 1000)
    assert not plan.take(member(0, 1000))
    assert plan.take(member(0, 1000 - HEAD))
    assert not plan.take(member(1_000_000, 1))
    assert plan.ranges == ((0, 1000),)


def test_a_gap_costs_as_much_as_data() -> None:
    plan = ReadPlan(FAR, GAP)
    assert plan.take(member(0, 87))
    assert not plan.take(member(600 + GAP, 87))


def test_what_is_held_costs_nothing() -> None:
    plan = ReadPlan(1000, 500)
    assert plan.take(member(1000, 1 << 30))
    assert plan.take(member(500, 1 << 30))
    assert plan.ranges == ((500, 1000),)


def test_there_are_no_more_ranges_than_allowed() -> None:
    plan = ReadPlan(FAR, FAR)
    taken = [plan.take(member(number * 10 * GAP, 1)) for number in range(MAX_RANGES + 3)]
    assert taken == [True] * MAX_RANGES + [False] * 3


@pytest.mark.parametrize(
    ("size", "held", "room"),
    [
        (1000, 1000, LEAST),
        (100_000_000, 131_072, LEAST),
        (888_024_302, 1_200_138, 888_024_302 * 7 // 1000 - 1_200_138),
        (1 << 33, 2_000_000, MOST),
    ],
)
def test_a_share_of_large_wheels_is_fetched_and_a_fixed_amount_of_small_and_huge_ones(
    size: int, held: int, room: int
) -> None:
    assert room_for(size, held) == room
