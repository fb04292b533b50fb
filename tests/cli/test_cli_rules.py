"""``uplock rules``: the list, the page of a rule, and JSON; no project is needed."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema_rs
import pytest

from support.shop import uplock
from uplock.policy.registry import statements

Capture = pytest.CaptureFixture[str]

SCHEMA = json.loads((Path(__file__).resolve().parents[2] / "schemas" / "rules.schema.json").read_bytes())


def test_everything_that_can_be_found_is_listed_with_its_severity(capfd: Capture) -> None:
    answer = uplock(capfd, "rules")
    assert answer.code == 0
    listed = [line.split(maxsplit=2) for line in answer.out.splitlines()]
    assert listed == [[each.id, each.severity, each.description] for each in statements().values()]


def test_pages_are_shown_in_the_order_in_which_they_are_asked_for_each_once(capfd: Capture) -> None:
    answer = uplock(capfd, "rules", "py001", "AT002", "PY001")
    assert answer.code == 0
    heads = [line for line in answer.out.splitlines() if line.startswith(("PY001: ", "AT002: "))]
    assert [head[:5] for head in heads] == ["PY001", "AT002"]
    assert "error by default · a waiver names an interpreter\n" in answer.out
    assert "error by default · a waiver names a digest\n" in answer.out
    assert "\nExample\n  CPython 3.9 reached its end of life on 2025-10-31, 388 days ago\n" in answer.out
    assert all(len(line) <= 100 for line in answer.out.splitlines())


def test_what_cannot_be_waived_says_so(capfd: Capture) -> None:
    assert "warning by default · cannot be waived\n" in uplock(capfd, "rules", "EV001").out


def test_json_has_the_whole_page(capfd: Capture) -> None:
    for ids, wanted in (((), list(statements())), (("LK013",), ["LK013"])):
        answer = uplock(capfd, "rules", *ids, "--json")
        assert answer.code == 0
        jsonschema_rs.validator_for(SCHEMA).validate(answer.json)
        assert [each["id"] for each in answer.json] == wanted
    assert answer.json[0]["waive"] == statements()["LK013"].waive


def test_an_id_that_does_not_exist_names_those_that_are_near(capfd: Capture) -> None:
    answer = uplock(capfd, "rules", "PY0O1")
    assert answer.code == 2
    assert "there is no rule 'PY0O1': did you mean " in answer.err
    assert "PY001" in answer.err
    assert uplock(capfd, "rules", "nothing-like-it").err.startswith("Error: there is no rule 'NOTHING-LIKE-IT'\n")
