"""Waiver files: every defect is named with its key, and what was written is read again."""

from __future__ import annotations

from datetime import date
from typing import get_args

import pytest

from support.waivers import defects, make_file, make_text, make_waiver
from uplock.lockfile.waiver_words import NOBODY, PLACEHOLDERS, says
from uplock.lockfile.waivers import MAX_BYTES, normal_purl, read_waiver, write_waiver
from uplock.model.digest import sha256_of
from uplock.model.waiver import LEVELS, Level, WaiverScope

PATH = "waivers/py39-until-uplift.toml"
DIGEST = "ab" * 32


def scope(lines: str) -> tuple[str, ...]:
    """Return the defects of a file with other lines in its scope."""
    return defects({"service": None, "interpreter": None}, tail=f"{lines}\n")


def read_scope(lines: str) -> WaiverScope:
    """Return the scope that is read from such a file."""
    file = read_waiver(PATH, make_text({"service": None, "interpreter": None}, tail=f"{lines}\n"))
    assert file.waiver is not None, file.defects
    return file.waiver.scope


def test_a_good_file_is_read_as_what_it_says() -> None:
    raw = make_text()
    file = read_waiver(PATH, raw)
    assert file == make_file(make_waiver())
    assert file.sha256 == sha256_of(raw)
    assert file.path == PATH


def test_a_written_file_reads_as_what_people_would_write() -> None:
    assert write_waiver(make_waiver(supersedes=("older",))).decode() == (
        "format = 1\n"
        'id = "py39-until-uplift"\n'
        'rule = "PY001"\n'
        'reason = "The card terminal\'s driver is certified for this interpreter only"\n'
        'ticket = "SEC-1234"\n'
        'compensating_controls = ["The service is reachable from the internal network alone"]\n'
        'requested_by = "service-owner"\n'
        'approved_by = ["security-review"]\n'
        "approved_at = 2026-10-01\n"
        "expires_at = 2026-12-31\n"
        'supersedes = ["older"]\n'
        "\n[risk]\n"
        'likelihood = "low"\n'
        'impact = "medium"\n'
        "\n[scope]\n"
        'service = "shop"\n'
        'interpreter = "3.9"\n'
    )


def test_supersedes_may_be_left_out_and_one_approver_may_be_a_string() -> None:
    file = read_waiver(PATH, make_text({"approved_by": '"security-review"'}))
    assert file.waiver == make_waiver()
    assert make_waiver().supersedes == ()


def test_levels_are_those_of_the_type() -> None:
    assert get_args(Level) == LEVELS


@pytest.mark.parametrize(
    "key",
    [
        "format",
        "id",
        "rule",
        "reason",
        "ticket",
        "compensating_controls",
        "requested_by",
        "approved_by",
        "approved_at",
        "expires_at",
        "likelihood",
        "impact",
    ],
)
def test_a_field_that_is_missing_is_named(key: str) -> None:
    (defect,) = defects({key: None})
    place, _, words = defect.partition(": ")
    assert place in {key, f"risk.{key}"}
    assert "missing" in words or words == "must be one of low, medium, high"


@pytest.mark.parametrize("table", ["risk", "scope"])
def test_a_table_that_is_missing_is_named(table: str) -> None:
    text = make_text().decode()
    start = text.index(f"[{table}]")
    end = text.find("\n[", start)
    file = read_waiver(PATH, (text[:start] + (text[end:] if end > 0 else "")).encode())
    assert f"{table}: is missing" in file.defects


@pytest.mark.parametrize(
    ("key", "value", "defect"),
    [
        ("format", "2", "format: must be 1"),
        ("format", "true", "format: must be 1"),
        ("format", "1.0", "format: must be 1"),
        ("format", '"1"', "format: must be 1"),
        ("id", '"other"', "id: is other, and the file is called py39-until-uplift.toml: they must be the same"),
        ("id", '"PY39"', "id: must be 3 to 80 lower-case letters, digits, single dots and hyphens"),
        ("id", '"a"', "id: must be 3 to 80 lower-case letters, digits, single dots and hyphens"),
        ("id", '"a..b"', "id: must be 3 to 80 lower-case letters, digits, single dots and hyphens"),
        ("id", '"nul.txt"', "id: must be 3 to 80 lower-case letters, digits, single dots and hyphens"),
        ("rule", '"py001"', "rule: must be the id of a rule, as PY001"),
        ("rule", '"PY*"', "rule: must be the id of a rule, as PY001"),
        ("rule", '["PY001", "PY002"]', "rule: must be the id of a rule, as PY001"),
        ("reason", '"TBD"', "reason: says nothing: 4 or more words that are no placeholders are needed"),
        (
            "reason",
            '"to be to be to be to be to be done"',
            "reason: says nothing: 4 or more words that are no placeholders are needed",
        ),
        ("reason", '""', "reason: must be a string on one line"),
        ("reason", '"""two\nlines"""', "reason: must be a string on one line"),
        ("reason", r'"The reason \u202e is turned around for readers"', "reason: has invisible characters"),
        ("reason", r'"The reason has a blank \u200b that nobody sees"', "reason: has invisible characters"),
        ("ticket", '"TBD"', "ticket: says nothing: name where it was discussed, as SEC-1234"),
        ("ticket", '"N/A"', "ticket: says nothing: name where it was discussed, as SEC-1234"),
        ("ticket", '"TBD-12"', "ticket: says nothing: name where it was discussed, as SEC-1234"),
        ("ticket", '"000"', "ticket: says nothing: name where it was discussed, as SEC-1234"),
        ("ticket", '"1"', "ticket: must be 2 to 200 ASCII characters"),
        ("ticket", '"\u0405EC-1"', "ticket: must be 2 to 200 ASCII characters"),
        ("compensating_controls", "[]", "compensating_controls: is empty"),
        ("compensating_controls", '"none"', "compensating_controls: must be an array of at most 100 strings"),
        (
            "compensating_controls",
            '["none"]',
            "compensating_controls[0]: says nothing: 2 or more words that are no placeholders are needed",
        ),
        ("compensating_controls", "[1]", "compensating_controls[0]: must be a string"),
        ("requested_by", '"TBD"', "requested_by: names nobody: a role, team or handle is needed"),
        ("requested_by", '"n/a"', "requested_by: names nobody: a role, team or handle is needed"),
        ("requested_by", '"\u0441\u0435rvice"', "requested_by: must be a role, team or handle in ASCII"),
        ("requested_by", '["service-owner"]', "requested_by: must be a role, team or handle in ASCII"),
        ("approved_by", "[]", "approved_by: is empty"),
        ("approved_by", '["nobody"]', "approved_by[0]: names nobody: a role, team or handle is needed"),
        ("approved_by", '"todo"', "approved_by: names nobody: a role, team or handle is needed"),
        ("approved_by", '[""]', "approved_by[0]: must be a role, team or handle in ASCII"),
        ("approved_by", '["\u0455ecurity"]', "approved_by[0]: must be a role, team or handle in ASCII"),
        (
            "approved_at",
            '"2026-10-01"',
            "approved_at: must be a day from 2020 to 2199, as in 2026-11-23, without quotes",
        ),
        ("expires_at", "9999-12-31", "expires_at: must be a day from 2020 to 2199, as in 2026-11-23, without quotes"),
        ("expires_at", "nan", "expires_at: must be a day from 2020 to 2199, as in 2026-11-23, without quotes"),
        ("expires_at", "inf", "expires_at: must be a day from 2020 to 2199, as in 2026-11-23, without quotes"),
        (
            "expires_at",
            "2026-12-31T00:00:00-12:00",
            "expires_at: must be a day from 2020 to 2199, as in 2026-11-23, without quotes",
        ),
        (
            "expires_at",
            "2026-12-31T00:00:00",
            "expires_at: must be a day from 2020 to 2199, as in 2026-11-23, without quotes",
        ),
        ("expires_at", "2026-09-30", "expires_at: is before approved_at"),
        ("supersedes", '"other"', "supersedes: must be an array of at most 100 strings"),
        ("supersedes", '["../other"]', "supersedes[0]: must be the id of a waiver"),
        ("supersedes", '["py39-until-uplift"]', "supersedes[0]: is this waiver itself"),
        ("likelihood", '"none"', "risk.likelihood: must be one of low, medium, high"),
        ("impact", "1", "risk.impact: must be one of low, medium, high"),
        ("expires", "2026-12-31", "expires: unknown key, did you mean expires_at?"),
        ("interpreter", '"3"', "scope.interpreter: must be as 3.9 or 3.9.18"),
        ("interpreter", '"3.09"', "scope.interpreter: must be as 3.9 or 3.9.18"),
        ("interpreter", '"3.*"', "scope.interpreter: must be as 3.9 or 3.9.18"),
        ("interpreter", '">=3.9"', "scope.interpreter: must be as 3.9 or 3.9.18"),
        ("interpreter", '"3.\u0669"', "scope.interpreter: must be as 3.9 or 3.9.18"),
        ("interpreter", "3.9", "scope.interpreter: must be as 3.9 or 3.9.18"),
        ("service", r'"sh\u200bop"', "scope.service: has invisible characters"),
        ("service", '""', "scope.service: must be a string on one line"),
    ],
)
def test_a_value_that_is_wrong_is_named(key: str, value: str, defect: str) -> None:
    assert defect in defects({key: value})


@pytest.mark.parametrize(
    ("lines", "defect"),
    [
        ("", "scope: is empty: name at least one of service, interpreter, platform, purl, sha256"),
        ('packages = ["demo"]', "scope.packages: unknown key"),
        ('platform = "linux"', "scope.platform: platform 'linux' is not supported"),
        ('sha256 = "abcd"', "scope.sha256: 'abcd' is not a SHA-256 digest (64 hexadecimal digits)"),
        ('purl = "pkg:npm/demo"', "scope.purl: must be pkg:pypi/NAME or pkg:pypi/NAME@VERSION"),
        ('purl = "pkg:pypi/demo?x=1"', "scope.purl: must be pkg:pypi/NAME or pkg:pypi/NAME@VERSION"),
        ('purl = "pkg:pypi/demo@*"', "scope.purl: must be pkg:pypi/NAME or pkg:pypi/NAME@VERSION"),
        ('purl = "pkg:pypi/*"', "scope.purl: must be pkg:pypi/NAME or pkg:pypi/NAME@VERSION"),
        ('purl = "pkg:pypi/demo@"', "scope.purl: must be pkg:pypi/NAME or pkg:pypi/NAME@VERSION"),
        ('purl = "pkg:pypi/demo@%ff"', "scope.purl: must be pkg:pypi/NAME or pkg:pypi/NAME@VERSION"),
    ],
)
def test_a_scope_that_is_wrong_is_named(lines: str, defect: str) -> None:
    assert any(each.startswith(defect) for each in scope(lines)), scope(lines)


def test_scopes_are_kept_in_their_normal_form() -> None:
    assert read_scope('purl = "pkg:pypi/De_Mo@v1.0+CPU"').purl == "pkg:pypi/de-mo@1.0%2Bcpu"
    assert read_scope(f'sha256 = "{DIGEST.upper()}"').sha256 == DIGEST
    assert read_scope('platform = "linux-x86_64-glibc2.28"').platform == "linux-x86_64"
    assert read_scope('service = "Shop"') == WaiverScope(service="Shop")


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("pkg:pypi/demo", "pkg:pypi/demo"),
        ("pkg:pypi/De.Mo@1.0.0", "pkg:pypi/de-mo@1.0.0"),
        ("pkg:pypi/demo@1!2.0", "pkg:pypi/demo@1%212.0"),
        ("pkg:pypi/demo@1.0-1", "pkg:pypi/demo@1.0.post1"),
        ("pkg:pypi/-demo", None),
        ("pkg:pypi/demo@latest", None),
        ("pkg:pypi/demo\n", None),
        ("PKG:pypi/demo", None),
        ("", None),
    ],
)
def test_package_urls_have_one_normal_form(text: str, normal: str | None) -> None:
    assert normal_purl(text) == normal
    if normal is not None:
        assert normal_purl(normal) == normal


def test_every_defect_is_told_at_once() -> None:
    found = defects({"reason": '"TBD"', "ticket": '"TBD"', "expires_at": None})
    assert len(found) == 3


@pytest.mark.parametrize(
    ("raw", "defect"),
    [
        (b"id = ", "not valid TOML: Invalid value (at end of document)"),
        (b'format = 1\nreason = "\xff"\n', "not valid TOML: not UTF-8 (at line 2)"),
        (b"a = 1\na = 2\n", "not valid TOML: Cannot overwrite a value (at line 2, column 6)"),
        (b"x = " + b"9" * 5000, "not valid TOML: Exceeds the limit (4300 digits) for integer string conversion"),
        (b"#" * (MAX_BYTES + 1), "larger than 65536 bytes"),
    ],
)
def test_what_is_no_document_is_said_to_be_none(raw: bytes, defect: str) -> None:
    file = read_waiver(PATH, raw)
    assert file.waiver is None
    assert file.defects[0].startswith(defect)
    assert file.sha256 == sha256_of(raw)


def test_a_table_in_the_place_of_another_value_is_a_defect_and_no_exception() -> None:
    file = read_waiver(PATH, b"id = {}\nrule = {}\nrisk = 1\nscope = []\nreason = [[]]\napproved_by = {}\n")
    assert file.waiver is None
    assert {"risk: must be a table", "scope: must be a table", "reason: must be a string on one line"} <= {
        *file.defects
    }


def test_years_are_bounded_on_both_sides() -> None:
    assert defects({"approved_at": "2019-12-31"}) != ()
    assert defects({"approved_at": "2020-01-01"}) == ()
    assert defects({"expires_at": "2199-12-31"}) == ()
    assert defects({"expires_at": "2200-01-01"}) != ()


def test_a_waiver_may_end_on_the_day_on_which_it_begins() -> None:
    file = read_waiver(PATH, make_text({"approved_at": "2026-12-31"}))
    assert file.waiver is not None
    assert file.waiver.approved_at == file.waiver.expires_at == date(2026, 12, 31)


@pytest.mark.parametrize("word", sorted(PLACEHOLDERS))
def test_no_placeholder_says_anything_in_any_case_and_number(word: str) -> None:
    assert not says(f"{word} {word.upper()}! ({word.title()}) {word}", 1)


@pytest.mark.parametrize("word", sorted(NOBODY))
def test_nobody_is_named_by_a_placeholder(word: str) -> None:
    assert defects({"requested_by": f'"{word}-{word}"'}) == (
        "requested_by: names nobody: a role, team or handle is needed",
    )


@pytest.mark.parametrize(
    "text", ["1234 5678 9012 3456 7890", "xxxx yyyy zzzz aaaa bbbb", "---- ____ .... ****", "\uff34\uff22\uff24"]
)
def test_numbers_and_repeated_letters_are_no_words(text: str) -> None:
    assert not says(text, 1)


@pytest.mark.parametrize(
    "reason",
    [
        "test1 test2 test3 test4",
        "foo1 bar2 baz3 xxx4 asdf5",
        "driver1 driver2 driver3 driver4",
        "ababab cdcdcd efefef ghghgh",
        "abcabcabc defdefdef ghighighi jkljkljkl",
        "as discussed with the team",
        "to be determined at later date",
    ],
)
def test_repetitions_numbered_placeholders_and_filling_words_are_no_reason(reason: str) -> None:
    assert defects({"reason": f'"{reason}"'}) == (
        "reason: says nothing: 4 or more words that are no placeholders are needed",
    )


@pytest.mark.parametrize(
    "reason",
    [
        "The vendor's driver is certified for this interpreter only",
        "Le pilote du terminal n'est certifié que pour cette version",
        "Драйвер терминала сертифицирован только для этой версии",
        "この端末のドライバーはこのバージョンだけで認定されているので待つしかない",
    ],
)
def test_reasons_may_be_in_any_language(reason: str) -> None:
    assert defects({"reason": f'"{reason}"'}) == ()


@pytest.mark.parametrize(
    "ticket", ["#7", "777", "SEC-1234", "https://tracker.example/browse/SEC-1", "issue 12", "GH-1"]
)
def test_tickets_are_numbers_keys_or_addresses(ticket: str) -> None:
    assert defects({"ticket": f'"{ticket}"'}) == ()


@pytest.mark.parametrize("role", ["audit", "risk", "@acme/security-review", "security@example.org", "QA team"])
def test_roles_may_be_words_that_would_say_nothing_in_a_reason(role: str) -> None:
    assert defects({"approved_by": f'["{role}"]'}) == ()
