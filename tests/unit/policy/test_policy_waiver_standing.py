"""Standing: every state, every misuse (WV001 to WV007) with its message, and what is no misuse."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import permutations
from typing import Any

import pytest

from support.waivers import DAY, PLATFORM, SERVICE, WHEEL, judge_files, make_file
from uplock.lockfile.waivers import read_waiver
from uplock.model.policy import Policy, WaiverDays
from uplock.model.waiver import Standing, WaiverFile, WaiverScope
from uplock.policy.registry import rule_ids, statements
from uplock.policy.waivers.circles import in_circles
from uplock.policy.waivers.misuse import MISUSE, misuse_findings
from uplock.policy.waivers.standing import NARROWER

INTERPRETER = WaiverScope(service=SERVICE, interpreter="3.9")
ID = "py39-until-uplift"


def standing(*files: WaiverFile, day: date = DAY, policy: Policy | None = None, service: str = SERVICE) -> Standing:
    """Return what the first of some files is worth."""
    known = judge_files(*files, day=day, policy=policy, service=service)
    return next(each for each in known if each.file is files[0])


def said(
    *files: WaiverFile, day: date = DAY, used: tuple[str, ...] = (ID,), policy: Policy | None = None
) -> list[tuple[str, str]]:
    """Return rule and message of everything that is wrong with files."""
    known = judge_files(*files, day=day, policy=policy)
    return [(each.rule, each.message) for each in misuse_findings(known, used, policy or Policy())]


def rules_said(*files: WaiverFile, day: date = DAY, policy: Policy | None = None) -> set[str]:
    """Return the rules of everything that is wrong with files that all are used."""
    known = judge_files(*files, day=day, policy=policy)
    used = [each.waiver.id for each in files if each.waiver is not None]
    return {each.rule for each in misuse_findings(known, used, policy or Policy())}


@pytest.mark.parametrize(
    ("day", "state", "left"),
    [
        (date(2026, 9, 30), "not-yet", 92),
        (date(2026, 10, 1), "in-force", 91),
        (date(2026, 12, 31), "in-force", 0),
        (date(2027, 1, 1), "expired", -1),
    ],
)
def test_a_waiver_is_in_force_from_its_first_to_its_last_day(day: date, state: str, left: int) -> None:
    found = standing(make_file(), day=day)
    assert (found.state, found.days_left) == (state, left)


def test_a_waiver_of_another_service_is_elsewhere_and_not_judged() -> None:
    other = make_file(scope=WaiverScope(service="warehouse"), approved_by=("service-owner",))
    assert standing(other).state == "elsewhere"
    assert said(other, used=()) == []


@pytest.mark.parametrize(
    ("scope", "service", "state"),
    [
        ("Pay_Desk", "pay.desk", "in-force"),
        ("pay-desk", "paydesk", "elsewhere"),
        (None, "anything", "in-force"),
        ("\u212aasse", "kasse", "elsewhere"),
        ("\u212aasse", "\u212aasse", "in-force"),
        ("kasse", "\u212aasse", "elsewhere"),
        ("Kasse für alle", "Kasse für alle", "in-force"),
    ],
)
def test_services_compare_as_names_of_projects_and_look_alikes_are_others(
    scope: str | None, service: str, state: str
) -> None:
    file = make_file(scope=WaiverScope(service=scope, interpreter="3.9"))
    assert standing(file, service=service).state == state


def test_a_superseded_waiver_covers_nothing_and_never_comes_back() -> None:
    old = make_file(id="old", expires_at=date(2027, 3, 1))
    new = make_file(supersedes=("old",))
    assert standing(old, new, day=date(2026, 9, 30)).state == "not-yet"
    assert standing(old, new).state == "superseded"
    assert standing(old, new, day=date(2027, 1, 15)).state == "superseded"
    assert standing(new, old, day=date(2027, 1, 15)).state == "expired"
    assert rules_said(old, new) == set()


def test_the_old_waiver_counts_until_the_new_one_is_approved() -> None:
    old = make_file(id="old")
    new = make_file(approved_at=date(2026, 12, 1), expires_at=date(2027, 3, 1), supersedes=("old",))
    assert standing(old, new, day=date(2026, 11, 30)).state == "in-force"
    assert standing(new, old, day=date(2026, 11, 30)).state == "not-yet"
    assert standing(old, new, day=date(2026, 12, 1)).state == "superseded"


@pytest.mark.parametrize(
    "changes",
    [
        {"approved_by": ("service-owner",)},
        {"scope": WaiverScope(service=SERVICE)},
        {"scope": WaiverScope(service="warehouse", interpreter="3.9")},
        {"expires_at": date(2029, 1, 1)},
    ],
)
def test_what_is_refused_or_of_another_service_takes_the_place_of_nothing(changes: dict[str, Any]) -> None:
    old = make_file(id="old")
    assert standing(old, make_file(supersedes=("old",), **changes)).state == "in-force"


def test_what_ends_first_stands_first_and_what_cannot_be_read_before_it() -> None:
    files = (
        make_file(id="late", expires_at=date(2027, 2, 1)),
        make_file(id="early"),
        read_waiver("waivers/broken.toml", b""),
        make_file(id="also-early"),
    )
    orders = {tuple(each.file.path for each in judge_files(*order)) for order in permutations(files)}
    assert orders == {
        ("waivers/broken.toml", "waivers/also-early.toml", "waivers/early.toml", "waivers/late.toml"),
    }


def test_wv001_speaks_from_the_day_after_the_last_one() -> None:
    expected = [("WV001", "the waiver ended on 2026-12-31, 1 day ago")]
    assert said(make_file(), day=date(2027, 1, 1)) == expected
    assert MISUSE["WV001"].example == expected[0][1]


def test_wv001_is_silent_on_the_last_day_and_about_what_was_superseded() -> None:
    assert "WV001" not in rules_said(make_file(), day=date(2026, 12, 31))
    new = make_file(id="new", approved_at=date(2026, 12, 15), expires_at=date(2027, 3, 1), supersedes=(ID,))
    assert rules_said(make_file(), new, day=date(2027, 1, 1)) == set()


def test_wv002_speaks_from_the_notice_on() -> None:
    expected = [("WV002", "the waiver ends on 2026-12-31, in 14 days")]
    assert said(make_file(), day=date(2026, 12, 17)) == expected
    assert MISUSE["WV002"].example == expected[0][1]
    assert said(make_file(), day=date(2026, 12, 30)) == [("WV002", "the waiver ends on 2026-12-31, in 1 day")]
    assert said(make_file(), day=date(2026, 12, 31)) == [("WV002", "the waiver ends on 2026-12-31, today")]


def test_wv002_is_silent_before_the_notice_and_goes_by_the_policy() -> None:
    assert said(make_file(), day=date(2026, 12, 16)) == []
    assert said(make_file(), day=date(2026, 12, 17), policy=Policy(waiver_notice_days=13)) == []
    assert rules_said(make_file(), day=DAY, policy=Policy(waiver_notice_days=90)) == {"WV002"}


def test_wv003_speaks_of_a_waiver_that_covers_no_finding() -> None:
    expected = [("WV003", "no finding is covered by this waiver")]
    assert said(make_file(), used=()) == expected
    assert MISUSE["WV003"].example == expected[0][1]


@pytest.mark.parametrize(
    "file",
    [
        make_file(approved_at=date(2026, 12, 1)),
        make_file(rule="LK005"),
        make_file(scope=WaiverScope(service="warehouse", interpreter="3.9")),
    ],
)
def test_wv003_is_silent_about_what_is_used_not_yet_in_force_or_used_by_other_commands(file: WaiverFile) -> None:
    assert said(make_file()) == []
    assert said(file, used=()) == []


def test_wv004_speaks_of_a_requester_who_approved() -> None:
    expected = ("WV004", "service-owner asked for the waiver and is among those who approved it")
    assert said(make_file(approved_by=("service-owner",))) == [expected]
    assert said(make_file(approved_by=("security-review", "service-owner"))) == [expected]
    assert MISUSE["WV004"].example == expected[1]


@pytest.mark.parametrize(
    ("requester", "approver"),
    [
        ("service-owner", "Service Owner"),
        ("service-owner", "@service-owner"),
        ("service-owner", "@@service-owner"),
        ("service-owner", "service_owner"),
        ("service-owner", "service.owner"),
        ("service-owner", "serviceowner"),
        ("service-owner", "service-owner+approvals"),
        ("service-owner", "service-owner@example.org"),
        ("service-owner", "@acme/service-owner"),
        ("service-owner", "service/owner"),
        ("service-owner@example.org", "service-owner+1@EXAMPLE.org"),
        ("@acme/service-owner", "acme/Service_Owner"),
    ],
)
def test_wv004_speaks_of_one_role_in_two_spellings_either_way_round(requester: str, approver: str) -> None:
    assert rules_said(make_file(requested_by=requester, approved_by=(approver,))) == {"WV004"}
    assert rules_said(make_file(requested_by=approver, approved_by=(requester,))) == {"WV004"}


@pytest.mark.parametrize(
    ("requester", "approver"),
    [
        ("service-owner", "security-review"),
        ("acme/owners", "other/owners"),
        ("team@one.example", "team@two.example"),
        ("owner", "owner-of-risk"),
        ("team 1", "team 2"),
    ],
)
def test_wv004_is_silent_about_two_roles(requester: str, approver: str) -> None:
    assert rules_said(make_file(requested_by=requester, approved_by=(approver,))) == set()


def test_wv005_speaks_of_more_days_than_the_severity_of_the_rule_allows() -> None:
    long = make_file(expires_at=date(2027, 10, 1))
    expected = "the waiver is in force for 365 days, and the policy allows 180 for a rule of severity error"
    assert said(long) == [("WV005", expected)]
    assert MISUSE["WV005"].example == expected


def test_wv005_is_silent_up_to_the_bound_and_goes_by_the_severity_that_the_policy_gives() -> None:
    first = date(2026, 10, 1)
    assert rules_said(make_file(expires_at=first + timedelta(days=180))) == set()
    assert rules_said(make_file(expires_at=first + timedelta(days=181))) == {"WV005"}
    milder = Policy(severities={"PY001": "warning"})
    assert rules_said(make_file(expires_at=first + timedelta(days=365)), policy=milder) == set()
    assert rules_said(make_file(expires_at=first + timedelta(days=366)), policy=milder) == {"WV005"}
    strict = Policy(waiver_days=WaiverDays(error=30))
    assert rules_said(make_file(expires_at=first + timedelta(days=31)), policy=strict) == {"WV005"}


def test_wv006_speaks_of_every_defect_of_a_file() -> None:
    file = WaiverFile(path="waivers/x.toml", sha256=WHEEL, defects=(MISUSE["WV006"].example, "id: is missing"))
    assert said(file) == [("WV006", MISUSE["WV006"].example), ("WV006", "id: is missing")]
    assert standing(file).state == "refused"
    assert standing(file).days_left is None


def test_wv006_has_an_example_that_is_really_said() -> None:
    text = b'format = 1\nreason = "TBD"\n'
    assert ("WV006", MISUSE["WV006"].example) in said(read_waiver("waivers/x.toml", text))


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ("ZZ999", "there is no rule ZZ999"),
        ("EV001", "EV001 cannot be waived"),
        ("PY007", "PY007 cannot be waived"),
        ("WV001", "WV001 cannot be waived"),
    ],
)
def test_wv006_speaks_of_rules_that_are_not_there_or_cannot_be_waived(rule: str, message: str) -> None:
    assert said(make_file(rule=rule)) == [("WV006", message)]


def test_wv006_speaks_of_an_id_that_two_files_have_and_both_cover_nothing() -> None:
    files = (make_file(), make_file(path="waivers/copy.toml"))
    assert said(*files) == [("WV006", f"several files have the id {ID}")] * 2
    assert {each.state for each in judge_files(*files)} == {"refused"}


def test_wv006_speaks_of_circles_whatever_the_order_of_files() -> None:
    files = (
        make_file(id="aaa", supersedes=("bbb",)),
        make_file(id="bbb", supersedes=("ccc", "aaa")),
        make_file(id="ccc", supersedes=("bbb",)),
        make_file(id="outside", supersedes=("aaa",)),
    )
    for order in permutations(files):
        states = {each.file.path: each.state for each in judge_files(*order)}
        assert states == {
            "waivers/aaa.toml": "refused",
            "waivers/bbb.toml": "refused",
            "waivers/ccc.toml": "refused",
            "waivers/outside.toml": "in-force",
        }
    assert ("WV006", "aaa and what it supersedes take the place of one another") in said(*files)


def test_wv006_speaks_of_a_waiver_that_takes_the_place_of_one_of_another_rule_which_stays() -> None:
    old = make_file(id="old", expires_at=date(2026, 11, 1))
    new = make_file(rule="NA003", supersedes=("old",))
    assert said(new, old, used=("old",)) == [
        ("WV001", "the waiver ended on 2026-11-01, 22 days ago"),
        ("WV006", "a waiver of NA003 cannot take the place of old, which is one of PY001"),
    ]
    assert (standing(new, old).state, standing(old, new).state) == ("refused", "expired")


def test_a_waiver_of_another_service_is_of_no_rule_here() -> None:
    other = make_file(id="old", scope=WaiverScope(service="warehouse", interpreter="3.9"))
    assert standing(make_file(rule="NA003", supersedes=("old",)), other).state == "in-force"


def test_wv006_is_silent_about_what_is_in_order_and_supersedes_what_is_gone() -> None:
    assert said(make_file(supersedes=("deleted-long-ago",))) == []


REACHES = [
    ("PY001", WaiverScope(service=SERVICE), WaiverScope(interpreter="3.9")),
    ("PY001", WaiverScope(platform=PLATFORM), WaiverScope(interpreter="3.9.18")),
    ("PY001", WaiverScope(purl="pkg:pypi/demo@1.0", sha256=WHEEL), WaiverScope(interpreter="3.9", platform=PLATFORM)),
    ("NA003", WaiverScope(service=SERVICE), WaiverScope(platform=PLATFORM)),
    ("NA003", WaiverScope(service=SERVICE), WaiverScope(interpreter="3.9")),
    ("NA003", WaiverScope(service=SERVICE), WaiverScope(purl="pkg:pypi/demo")),
    ("NA003", WaiverScope(service=SERVICE), WaiverScope(sha256=WHEEL)),
    ("AR001", WaiverScope(interpreter="3.9", platform=PLATFORM), WaiverScope(purl="pkg:pypi/demo")),
    ("AR001", WaiverScope(service=SERVICE), WaiverScope(sha256=WHEEL)),
    ("AR002", WaiverScope(purl="pkg:pypi/demo"), WaiverScope(purl="pkg:pypi/demo@1.0")),
    ("AR002", WaiverScope(interpreter="3.9", platform=PLATFORM), WaiverScope(sha256=WHEEL)),
    ("AT002", WaiverScope(purl="pkg:pypi/demo@1.0"), WaiverScope(sha256=WHEEL)),
]


@pytest.mark.parametrize(("rule", "wide", "narrow"), REACHES)
def test_wv007_speaks_of_a_scope_that_is_wider_than_its_rule_allows(
    rule: str, wide: WaiverScope, narrow: WaiverScope
) -> None:
    file = make_file(rule=rule, scope=wide)
    words = NARROWER[statements()[rule].reach]
    assert said(file) == [("WV007", f"the scope of a waiver of {rule} must name {words}")]
    assert rules_said(make_file(rule=rule, scope=narrow)) == set()


def test_wv007_has_an_example_that_is_really_said() -> None:
    assert said(make_file(scope=WaiverScope(service=SERVICE))) == [("WV007", MISUSE["WV007"].example)]


def test_wv007_is_silent_about_a_scope_that_names_what_its_rule_demands() -> None:
    assert said(make_file(scope=INTERPRETER)) == []


@pytest.mark.parametrize("rule", sorted(statements()))
def test_every_rule_refuses_a_waiver_of_everything(rule: str) -> None:
    found = standing(make_file(rule=rule, scope=WaiverScope(service=SERVICE)))
    assert found.state == "refused"


def test_findings_are_about_the_project_and_name_the_file_and_none_can_be_waived() -> None:
    known = judge_files(make_file(approved_by=("service-owner",)), read_waiver("waivers/broken.toml", b"x"))
    found = misuse_findings(known, (), Policy())
    assert [(each.target, each.subject, each.place) for each in found] == [
        ("", "waivers/broken.toml", "waivers/broken.toml"),
        ("", ID, f"waivers/{ID}.toml"),
    ]
    assert {each.severity for each in found} == {"error"}
    assert {each.reach for each in MISUSE.values()} == {"nothing"}
    assert not set(MISUSE) & set(rule_ids())


def test_a_milder_severity_of_a_misuse_is_in_the_policy_and_makes_the_waiver_no_better() -> None:
    mild = Policy(severities={"WV004": "info"})
    file = make_file(approved_by=("service-owner",))
    (finding,) = misuse_findings(judge_files(file, policy=mild), (ID,), mild)
    assert finding.severity == "info"
    assert standing(file, policy=mild).state == "refused"


@pytest.mark.parametrize("rule", sorted(MISUSE))
def test_messages_and_remedies_have_their_form(rule: str) -> None:
    assert not MISUSE[rule].example.endswith(".")
    assert MISUSE[rule].remedy.endswith(".")


@pytest.mark.parametrize(
    ("graph", "expected"),
    [
        ({}, ""),
        ({"a": "b"}, ""),
        ({"a": "a"}, "a"),
        ({"a": "b", "b": "a"}, "ab"),
        ({"a": "b", "b": "c", "c": "ab"}, "abc"),
        ({"a": "b", "b": "ca", "c": "d", "d": "e", "e": "d"}, "abde"),
        ({"a": "bc", "b": "d", "c": "d", "d": ""}, ""),
    ],
)
def test_circles_are_what_leads_back_to_itself(graph: dict[str, str], expected: str) -> None:
    for order in permutations(graph.items()):
        assert in_circles({node: tuple(others) for node, others in order}) == set(expected)


def test_a_long_chain_and_a_dense_graph_are_no_trouble() -> None:
    chain = {str(each): (str(each + 1),) for each in range(20_000)}
    assert in_circles(chain) == frozenset()
    dense = {str(each): tuple(str(other) for other in range(1000) if other != each)[:100] for each in range(1000)}
    assert len(in_circles(dense)) == 101
