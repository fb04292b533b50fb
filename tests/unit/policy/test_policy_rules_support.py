"""What the rules about bases and runtimes say beside what makes them speak."""

from __future__ import annotations

from datetime import date

import pytest

from support.platforms import target_on
from support.subjects import check, make_lifecycle, make_subject
from uplock.model.lifecycle import Blocks
from uplock.model.value import changed
from uplock.policy.rules.py004 import RULE as PY004
from uplock.policy.rules.su001 import RULE as SU001
from uplock.policy.rules.su003 import RULE as SU003

ALPINE = make_lifecycle("alpine", "3.16", date(2024, 5, 23))


@pytest.mark.parametrize(
    ("libc", "platform", "remedy"),
    [
        ("glibc 2.26", "linux-x86_64", "Lock for linux-x86_64-glibc2.17, or deploy on a newer base."),
        ("glibc 2.28", "linux-aarch64-glibc2.34", "Lock for linux-aarch64, or deploy on a newer base."),
        ("glibc 2.36", "linux-x86_64-glibc2.39", "Lock for linux-x86_64-glibc2.36, or deploy on a newer base."),
        ("glibc 2.12", "linux-x86_64-glibc2.17", "Deploy on a newer base."),
    ],
)
def test_su003_names_the_newest_platform_that_the_base_can_load(libc: str, platform: str, remedy: str) -> None:
    subject = make_subject(target=target_on(platform), runs_on=(changed(ALPINE, libc=libc),))
    assert [each.remedy for each in check(SU003, subject)] == [remedy]


@pytest.mark.parametrize(("until", "told"), [(date(2026, 11, 23), True), (date(2026, 11, 22), False), (None, False)])
def test_su001_tells_of_longer_support_only_as_long_as_there_is_any(until: date | None, *, told: bool) -> None:
    row = changed(ALPINE, claims=(changed(ALPINE.claim, extended=until),))
    (found,) = check(SU001, make_subject(runs_on=(row,)))
    assert ("longer support" in found.message) == told


def test_py004_tells_every_date_and_none_that_there_is_not() -> None:
    blocks = Blocks(deprecated=date(2026, 11, 23), update_block=date(2026, 11, 24))
    row = changed(ALPINE, product="aws-lambda", line="python3.9", claims=(changed(ALPINE.claim, blocks=blocks),))
    (found,) = check(PY004, make_subject(runs_on=(row,)))
    assert found.message == (
        "aws-lambda python3.9: deprecated since 2026-11-23, no updates from 2026-11-24 on (in 1 day)"
    )
