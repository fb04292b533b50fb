"""Covering: a finding is let through only if everything that the scope names fits."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from support.waivers import PLATFORM, PYTHON, WHEEL, judge_files, make_file, make_finding, make_waiver
from uplock.model.digest import sha256_of
from uplock.model.finding import Finding
from uplock.model.waiver import WaiverScope
from uplock.policy.waivers.cover import Cover, fits

DEMO = make_finding("AR002", package="demo", version="1.0", sha256=WHEEL)


def covers(scope: WaiverScope, finding: Finding = DEMO, *, version: str = PYTHON, platform: str = PLATFORM) -> bool:
    return fits(scope, finding, version=version, platform=platform)


@pytest.mark.parametrize(
    ("interpreter", "version", "expected"),
    [
        ("3.9", "3.9.18", True),
        ("3.9.18", "3.9.18", True),
        ("3.9", "3.9", True),
        ("3.1", "3.12.1", False),
        ("3.9.1", "3.9.18", False),
        ("3.9.18", "3.9.1", False),
        ("3.12", "3.1.2", False),
        ("3.9", "3.10.0", False),
        ("3.15", "3.15.0rc1", True),
    ],
)
def test_an_interpreter_is_a_line_or_a_version_and_no_prefix(interpreter: str, version: str, expected: bool) -> None:
    assert covers(WaiverScope(interpreter=interpreter), version=version) is expected


@pytest.mark.parametrize(
    ("purl", "version", "expected"),
    [
        ("pkg:pypi/demo", "1.0", True),
        ("pkg:pypi/demo", None, True),
        ("pkg:pypi/demo@1.0", "1.0", True),
        ("pkg:pypi/demo@1.0.0", "1.0", True),
        ("pkg:pypi/demo@1.0", "1.0.0", True),
        ("pkg:pypi/demo@1.0", "1.0.1", False),
        ("pkg:pypi/demo@1.0", "1.0.post1", False),
        ("pkg:pypi/demo@1.0", "1.0rc1", False),
        ("pkg:pypi/demo@1.0", "1.0+cpu", False),
        ("pkg:pypi/demo@1.0%2Bcpu", "1.0+cpu", True),
        ("pkg:pypi/demo@1.0%2Bcpu", "1.0+cu121", False),
        ("pkg:pypi/demo@1.0%2Bcpu", "1.0", False),
        ("pkg:pypi/demo@1%211.0", "1.0", False),
        ("pkg:pypi/demo@1.0", None, False),
        ("pkg:pypi/demo@1.0", "no version", False),
        ("pkg:pypi/demo-plus", "1.0", False),
        ("pkg:pypi/dem", "1.0", False),
    ],
)
def test_a_package_is_a_name_and_versions_are_those_of_pep_440(purl: str, version: str | None, expected: bool) -> None:
    finding = make_finding("AR002", package="demo", version=version)
    assert covers(WaiverScope(purl=purl), finding) is expected


def test_everything_that_is_given_must_fit() -> None:
    whole: dict[str, Any] = {
        "service": "shop",
        "interpreter": "3.9",
        "platform": PLATFORM,
        "purl": "pkg:pypi/demo@1.0",
        "sha256": WHEEL,
    }
    assert covers(WaiverScope(**whole))
    for key, other in (
        ("interpreter", "3.10"),
        ("platform", "linux-aarch64"),
        ("purl", "pkg:pypi/other"),
        ("sha256", sha256_of(b"other")),
    ):
        assert not covers(WaiverScope(**{**whole, key: other})), key


def test_a_scope_with_a_package_or_a_digest_holds_no_finding_about_none() -> None:
    finding = make_finding()
    assert covers(WaiverScope(interpreter="3.9"), finding)
    assert not covers(WaiverScope(purl="pkg:pypi/demo"), finding)
    assert not covers(WaiverScope(sha256=WHEEL), finding)


def test_a_covered_finding_says_who_until_when_and_why_and_stays_what_it_was() -> None:
    finding = make_finding()
    cover = Cover(judge_files(make_file()))
    covered = cover.waived(finding, version=PYTHON, platform=PLATFORM)
    assert covered.waived is not None
    assert covered.waived.waiver == "py39-until-uplift"
    assert covered.waived.file == "waivers/py39-until-uplift.toml"
    assert covered.waived.approved_by == ("security-review",)
    assert covered.waived.requested_by == "service-owner"
    assert covered.waived.ticket == "SEC-1234"
    assert covered.waived.expires_at == date(2026, 12, 31)
    assert covered.waived.reason == make_waiver().reason
    assert (covered.rule, covered.severity, covered.message) == (finding.rule, finding.severity, finding.message)
    assert not covered.fails


def test_of_several_waivers_the_one_that_ends_last_is_named_and_then_the_first_by_id() -> None:
    files = [
        make_file(id="b-late", expires_at=date(2027, 1, 31)),
        make_file(id="a-late", expires_at=date(2027, 1, 31)),
        make_file(id="early"),
    ]
    for order in (files, files[::-1]):
        covered = Cover(judge_files(*order)).waived(make_finding(), version=PYTHON, platform=PLATFORM)
        assert covered.waived is not None
        assert covered.waived.waiver == "a-late"


def test_another_rule_is_not_covered() -> None:
    finding = make_finding("PY006")
    assert Cover(judge_files(make_file())).waived(finding, version=PYTHON, platform=PLATFORM) is finding


@pytest.mark.parametrize(
    "changes",
    [
        {"approved_at": date(2026, 11, 24)},
        {"approved_at": date(2026, 9, 1), "expires_at": date(2026, 11, 22)},
        {"approved_by": ("service-owner",)},
        {"scope": WaiverScope(service="shop")},
        {"scope": WaiverScope(service="warehouse", interpreter="3.9")},
    ],
)
def test_what_is_not_in_force_covers_nothing(changes: dict[str, Any]) -> None:
    cover = Cover(judge_files(make_file(**changes)))
    assert cover.waived(make_finding(), version=PYTHON, platform=PLATFORM).waived is None
