from __future__ import annotations

import pytest

from uplock.errors import ConfigError
from uplock.model.identity import ClaimsPattern, ExpectedPublisher
from uplock.model.policy import Policy, WaiverDays
from uplock.model.results import GitHub
from uplock.policy.registry import rule_ids
from uplock.policy.settings import DAYS, MAX_DAYS, parse_policy


def test_an_empty_table_is_the_default_policy() -> None:
    assert parse_policy({}) == Policy(eol_warning_days=180, severities={})


def test_all_keys_are_read() -> None:
    policy = parse_policy({"eol-warning-days": 90, "severities": {"PY002": "error", "AT001": "warning"}})
    assert policy == Policy(eol_warning_days=90, severities={"PY002": "error", "AT001": "warning"})


@pytest.mark.parametrize("days", [0, 1, MAX_DAYS])
def test_bounds_of_the_threshold_are_inclusive(days: int) -> None:
    assert parse_policy({"eol-warning-days": days}).eol_warning_days == days


@pytest.mark.parametrize("days", [-1, MAX_DAYS + 1, True, "90", 90.0, None, [90]])
def test_a_threshold_that_is_no_number_of_days_is_refused(days: object) -> None:
    with pytest.raises(ConfigError, match=r"policy\.eol-warning-days: must be a number of days from 0 to 3650"):
        parse_policy({"eol-warning-days": days})


def test_an_unknown_rule_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ConfigError, match=r"policy\.severities\.XX999: there is no such rule") as caught:
        parse_policy({"severities": {"XX999": "error"}})
    assert all(rule in caught.value.message for rule in rule_ids())
    assert caught.value.context == "tool.uplock"
    assert caught.value.remedy == "Correct the key that is named."


def test_rule_ids_are_case_sensitive() -> None:
    with pytest.raises(ConfigError, match=r"policy\.severities\.py001"):
        parse_policy({"severities": {"py001": "info"}})


@pytest.mark.parametrize("severity", ["fatal", "ERROR", "", 1, None, ["error"]])
def test_an_unknown_severity_is_refused(severity: object) -> None:
    with pytest.raises(ConfigError, match=r"policy\.severities\.PY001: must be one of error, warning, info"):
        parse_policy({"severities": {"PY001": severity}})


@pytest.mark.parametrize("severities", ["error", ["PY001"], 1, None])
def test_severities_must_be_a_table(severities: object) -> None:
    with pytest.raises(ConfigError, match=r"policy\.severities: must be a table"):
        parse_policy({"severities": severities})


def test_an_unknown_key_is_refused_and_shown_harmlessly() -> None:
    with pytest.raises(ConfigError) as caught:
        parse_policy({"eol_warning_days\x1b[2J": 90})
    assert caught.value.message == (
        "policy.eol_warning_days\\x1b[2J: there is no such key (known: eol-warning-days, block-warning-days, "
        "table-days, cooldown-days, trusted-root-days, rehearsal-days, waiver-notice-days, trusted-root-max-days, "
        "require-rehearsal, waiver-days, require-attestations, publishers, denied-publishers, severities)"
    )


def test_all_defects_are_reported_at_once() -> None:
    with pytest.raises(ConfigError) as caught:
        parse_policy({"nonsense": 1, "eol-warning-days": -1, "severities": {"XX1": "error", "PY001": "x"}})
    for place in ("nonsense", "eol-warning-days", "severities.XX1", "severities.PY001"):
        assert f"policy.{place}: " in caught.value.message
    assert caught.value.remedy == "Correct the keys that are named."


@pytest.mark.parametrize("key", DAYS)
def test_every_threshold_in_days_is_read_and_bounded(key: str) -> None:
    field, _ = DAYS[key]
    assert getattr(parse_policy({key: 3}), field) == 3
    with pytest.raises(ConfigError, match=rf"policy\.{key}: must be a number of days from 0 to 3650"):
        parse_policy({key: -1})


def test_the_longest_waiver_is_given_by_severity_and_the_others_keep_theirs() -> None:
    assert parse_policy({"waiver-days": {"error": 30}}).waiver_days == WaiverDays(error=30)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (90, "policy.waiver-days: must be a table of severities, as in { error = 90 }"),
        ({"fatal": 90}, "policy.waiver-days.fatal: must be one of error, warning, info"),
        ({"error": "90"}, "policy.waiver-days.error: must be a number of days from 0 to 3650"),
    ],
)
def test_a_table_of_days_that_is_none_is_refused(value: object, words: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse_policy({"waiver-days": value})
    assert caught.value.message == words


def test_checks_and_rules_about_waivers_have_severities_too() -> None:
    severities = {"LK014": "warning", "WV003": "warning"}
    assert parse_policy({"severities": severities}).severities == severities


def test_settings_about_publishers_are_read_normalized_and_sorted() -> None:
    publisher: dict[str, object] = {"kind": "GitHub", "repository": "octo/shop", "workflow": "release.yml"}
    policy = parse_policy(
        {
            "trusted-root-max-days": 90,
            "require-attestations": ["Shop_Till", "*", "coin"],
            "publishers": {"Shop.Till": publisher | {"claims": {"ref": "refs/tags/*"}}, "coin": [publisher]},
            "denied-publishers": [{"owner-id": "666"}],
        }
    )
    octo = GitHub(repository="octo/shop", workflow="release.yml")
    assert policy.trusted_root_max_days == 90
    assert policy.require_attestations == ("*", "coin", "shop-till")
    assert policy.publishers == (
        ExpectedPublisher(package="coin", publisher=octo, file="the policy"),
        ExpectedPublisher(package="shop-till", publisher=octo, claims=(("ref", "refs/tags/*"),), file="the policy"),
    )
    assert policy.denied_publishers == (ClaimsPattern(claims=(("owner-id", "666"),)),)


@pytest.mark.parametrize(
    ("key", "value", "says"),
    [
        ("require-attestations", "shop", "require-attestations: must be an array of package names"),
        ("require-attestations", [1], r"require-attestations\[0\]: must be the name of a package"),
        ("require-attestations", ["-"], r"require-attestations\[0\]: must be the name of a package"),
        ("publishers", [], "publishers: must be a table of packages"),
        ("publishers", {"-": {}}, "publishers.-: is not the name of a package"),
        ("publishers", {"shop": []}, "publishers.shop: names no publisher"),
        ("publishers", {"shop": "octo"}, "publishers.shop: must be a table with kind"),
        ("publishers", {"shop": {"kind": "GitHub", "repository": "octo"}}, "publishers.shop: Object missing required"),
        (
            "publishers",
            {"shop": {"kind": "GitHub", "repository": "octo", "workflow": "a.yml"}},
            "publishers.shop: a GitHub repository is owner/name",
        ),
        ("publishers", {"shop": {"kind": "Google", "email": "x@y", "claims": []}}, "claims must be a table"),
        ("publishers", {"shop": {"kind": "Google", "email": "x@y", "claims": {"ref": ""}}}, "claims.ref: must be a"),
        ("denied-publishers", {}, "denied-publishers: must be an array of tables"),
        ("denied-publishers", [{"nobody": "x"}], "there is no claim 'nobody'"),
        ("denied-publishers", [{}], "is empty, which would deny everybody"),
        ("trusted-root-max-days", -1, "trusted-root-max-days: must be a number of days"),
    ],
)
def test_a_defect_in_settings_about_publishers_is_named(key: str, value: object, says: str) -> None:
    with pytest.raises(ConfigError, match=says):
        parse_policy({key: value})
