"""Evaluation is a pure function of what is known, whatever the order in which it came."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import get_args

from hypothesis import given
from hypothesis import strategies as st

from support.subjects import (
    NOTHING,
    UNCHECKED,
    VERIFIED,
    check,
    judge,
    make_artifact_results,
    make_library,
    make_lock,
    make_missing,
    make_package,
    make_subject,
    make_target,
)
from uplock.model.finding import Severity
from uplock.model.native import NativeProfile
from uplock.model.policy import Policy
from uplock.model.results import ArtifactResults, FailureClass, Invalid, NotAttested, Verification
from uplock.model.target import SUPPORTED_MINORS
from uplock.model.value import encode
from uplock.policy.evaluate import sort_findings
from uplock.policy.registry import rule_ids
from uplock.policy.rules.lk003 import RULE as LK003

FOREIGN = st.text(st.sampled_from("ab.é→ \n\r\t\x00\x1b[\u202e\u200b"), max_size=40)
"""What a document may hold: letters, and what could steer a terminal or deceive a reader."""

WHEEL_WORDS = (
    "demo",
    "1.0",
    "1",
    "py3",
    "cp313",
    "none",
    "any",
    "abi3",
    ".whl",
    "-",
    ".",
    "_",
    "!",
    "+",
    "\x00",
    "é",
    "٣",
)

VERIFICATIONS: st.SearchStrategy[Verification] = st.one_of(
    st.just(VERIFIED),
    st.just(UNCHECKED),
    st.builds(NotAttested, detail=FOREIGN),
    st.builds(Invalid, failure=st.sampled_from(get_args(FailureClass)), detail=FOREIGN, document=st.just(NOTHING)),
)
PROFILES = st.builds(
    NativeProfile,
    glibc=st.sampled_from([None, "2.17", "2.28", "2.34"]),
    libraries=st.lists(
        st.builds(make_library, st.just("OpenSSL"), st.sampled_from([None, "1.1.1w", "3.5.7", "1.0.2u"])), max_size=3
    ).map(tuple),
)


@st.composite
def artifact_lists(draw: st.DrawFn) -> list[ArtifactResults]:
    names = draw(st.lists(st.sampled_from("abcdefgh"), unique=True, max_size=6))
    return [
        make_artifact_results(f"{name}-1.0-py3-none-any.whl", verification=draw(VERIFICATIONS), native=draw(PROFILES))
        for name in names
    ]


POLICIES = st.builds(
    Policy,
    eol_warning_days=st.integers(0, 3650),
    severities=st.dictionaries(st.sampled_from(rule_ids()), st.sampled_from(get_args(Severity))),
)
MINORS = st.sampled_from(SUPPORTED_MINORS)
MOMENTS = st.datetimes(datetime(2015, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - bounds must be naive


@given(
    orders=artifact_lists().flatmap(lambda each: st.tuples(st.just(each), st.permutations(each))),
    minor=MINORS,
    policy=POLICIES,
    moment=MOMENTS,
    hours=st.integers(-23, 23),
)
def test_shuffled_artifacts_and_other_time_zones_give_the_same_bytes(
    *,
    orders: tuple[list[ArtifactResults], list[ArtifactResults]],
    minor: str,
    policy: Policy,
    moment: datetime,
    hours: int,
) -> None:
    artifacts, shuffled = orders
    target = make_target(f"{minor}.1")
    lock = make_lock(target, [make_package(each.filename, direct=each.filename < "c") for each in artifacts])
    there = moment.astimezone(timezone(timedelta(hours=hours)))
    first = judge(make_subject(*artifacts, target=target, lock=lock), policy, moment)
    second = judge(make_subject(*shuffled, target=target, lock=lock), policy, there)
    assert encode(first) == encode(second)


@given(
    artifacts=artifact_lists(),
    minor=MINORS,
    policy=POLICIES,
    moment=MOMENTS,
    missing=st.lists(FOREIGN, max_size=3),
    detail=FOREIGN,
)
def test_every_finding_is_a_complete_sentence_that_is_safe_to_show(
    *,
    artifacts: list[ArtifactResults],
    minor: str,
    policy: Policy,
    moment: datetime,
    missing: list[str],
    detail: str,
) -> None:
    target = make_target(f"{minor}.1")
    subjects = (
        make_subject(*artifacts, target=target),
        make_subject(target=target, missing=make_missing(*missing, detail=detail, target=target)),
    )
    for subject in subjects:
        verdict = judge(subject, policy, moment)
        assert verdict.findings == sort_findings(reversed(verdict.findings))
        assert (verdict.status == "fail") == any(finding.severity == "error" for finding in verdict.findings)
        for finding in verdict.findings:
            assert finding.rule in rule_ids()
            assert finding.target == target.name
            assert finding.message
            assert finding.remedy.endswith(".")
            shown = finding.subject + finding.message + finding.remedy + finding.place
            assert shown.isprintable()
            assert len(shown) < 4000


@given(st.lists(st.sampled_from(WHEEL_WORDS), max_size=40).map("".join))
def test_any_file_name_in_a_lock_is_judged_and_never_breaks_the_judge(filename: str) -> None:
    package = make_package(filename, name="demo", version="1.0")
    found = check(LK003, make_subject(lock=make_lock(packages=[package])))
    assert len(found) <= 1
    if not filename.endswith(".whl"):
        assert found
