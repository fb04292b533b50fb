"""``uplock waive`` and ``uplock waivers``: what is written is honoured by check, and nothing else is written."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from support.committed_schema import valid
from support.http_index import HttpIndex
from support.shop import MANYLINUX, PYPROJECT, UPLOADED, Answer, native_wheel, project, snapshot, uplock
from support.waivers import make_waiver, put
from uplock.lockfile.waivers import read_waiver

Capture = pytest.CaptureFixture[str]
TODAY = datetime.now(UTC).date()
FOLDER = "waivers"

DEPLOYED = PYPROJECT.replace('targets = ["3.12.1"]', 'targets = ["3.11.7"]\ndeploy = ["3.9", "3.11"]')


def arguments(**changes: str | tuple[str, ...] | None) -> list[str]:
    """Return the arguments of a call that is in order; ``None`` leaves an option out."""
    options: dict[str, str | tuple[str, ...] | None] = {
        "reason": "The card terminal's driver is certified for this interpreter only",
        "risk": "low/medium",
        "control": "The service is reachable from the internal network alone",
        "requested_by": "service-owner",
        "approved_by": "security-review",
        "ticket": "SEC-1234",
        "days": "60",
        "interpreter": "3.9",
        **changes,
    }
    rule = options.pop("rule", "PY001")
    assert isinstance(rule, str)
    given: list[str] = []
    for name, value in options.items():
        for each in (value,) if isinstance(value, str) else value or ():
            given += [f"--{name.replace('_', '-')}", each]
    return ["waive", *given, "--", rule]


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A project that was never run: nothing here needs a generation."""
    return project(tmp_path / "shop")


def waive(capfd: Capture, folder: Path, *more: str, **changes: str | tuple[str, ...] | None) -> Answer:
    """Call ``uplock waive``."""
    call = arguments(**changes)
    return uplock(capfd, call[0], "--project", folder, *more, *call[1:])


def refused(capfd: Capture, folder: Path, **changes: str | tuple[str, ...] | None) -> str:
    """Return what is said when nothing is written."""
    before = snapshot(folder)
    answer = waive(capfd, folder, **changes)
    assert answer.code == 2, answer.out
    assert answer.out == ""
    assert snapshot(folder) == before
    assert not (folder / FOLDER).exists()
    return answer.err


def test_it_writes_a_file_that_reads_as_what_was_said(shop: Path, capfd: Capture) -> None:
    answer = waive(capfd, shop, "--json", supersedes=("older", "oldest"), approved_by=("security-review", "audit"))
    assert answer.code == 0, answer.err
    valid(answer.json, "waive")
    path = f"waivers/py001-3-9-{TODAY}.toml"
    assert answer.json["path"] == path
    raw = (shop / path).read_bytes()
    assert raw.decode() == answer.json["text"]
    waiver = read_waiver(path, raw).waiver
    assert waiver is not None
    assert waiver.scope.service == "shop"
    assert waiver.scope.interpreter == "3.9"
    assert waiver.approved_by == ("security-review", "audit")
    assert waiver.supersedes == ("older", "oldest")
    assert (waiver.approved_at, waiver.expires_at) == (TODAY, TODAY + timedelta(days=60))
    assert answer.json["notes"] == [f"there is no waiver {each} to supersede" for each in ("older", "oldest")]


def test_text_shows_the_file_and_what_it_is_worth(shop: Path, capfd: Capture) -> None:
    answer = waive(capfd, shop)
    assert answer.code == 0, answer.err
    path = f"waivers/py001-3-9-{TODAY}.toml"
    lines = answer.out.splitlines()
    assert lines[0] == f"Wrote {path}:"
    assert (shop / path).read_text() in answer.out
    assert lines[-1].startswith("It is worth as much as the review of this file")


@pytest.mark.allow_hosts(["127.0.0.1"])
def test_what_it_writes_is_honoured_by_check(tmp_path: Path, http: HttpIndex, capfd: Capture) -> None:
    http.index.publish(*native_wheel("2.0", f"cp311-cp311-{MANYLINUX}"), upload_time=UPLOADED)
    folder = project(tmp_path / "shop", DEPLOYED)
    assert uplock(capfd, "run", folder, "--as-of", "2026-06-01", "--json").code == 1
    assert errors(judged(capfd, folder, TODAY)) == {"PY001"}
    assert waive(capfd, folder, target="py39-linux-x86_64", interpreter=None).code == 0
    answer = judged(capfd, folder, TODAY)
    assert errors(answer) == set()
    assert [each["rule"] for each in left(answer)["findings"] if each["waived"]] == ["PY001"]
    assert answer.json["findings"] == []
    assert errors(judged(capfd, folder, TODAY + timedelta(days=60))) == set()
    assert errors(judged(capfd, folder, TODAY + timedelta(days=61))) == {"PY001"}


def judged(capfd: Capture, folder: Path, day: date) -> Answer:
    """Return what check says of a day."""
    return uplock(capfd, "check", folder, "--as-of", str(day), "--json")


def left(answer: Answer) -> dict[str, Any]:
    """Return what check says of the interpreter being left: about the others, the calendar changes what is said."""
    found: dict[str, Any] = next(each for each in answer.json["targets"] if each["python"] == "3.9.18")
    return found


def errors(answer: Answer) -> set[str]:
    """Return the rules of errors about the interpreter being left that nobody waived."""
    return {each["rule"] for each in left(answer)["findings"] if each["severity"] == "error" and each["waived"] is None}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"reason": "TBD"}, "reason: says nothing"),
        ({"reason": ""}, "reason: must be a string on one line"),
        ({"reason": "one\ntwo three four five six seven"}, "reason: must be a string on one line"),
        ({"control": "none"}, "compensating_controls[0]: says nothing"),
        ({"ticket": "N/A"}, "ticket: says nothing"),
        ({"requested_by": "TBD"}, "requested_by: names nobody"),
        ({"approved_by": "service owner"}, "is among those who approved it"),
        ({"approved_by": ("security-review", "@service-owner")}, "is among those who approved it"),
        ({"days": "181"}, "the policy allows 180 for a rule of severity error"),
        ({"days": None}, "a waiver needs a last day"),
        ({"expires": "2199-01-01"}, "a waiver needs a last day"),
        ({"days": None, "expires": "2020-01-01"}, "expires_at: is before approved_at"),
        ({"approved": "2020-01-01"}, "the waiver ended on 2020-03-01"),
        ({"approved": "9999-12-31"}, "the last day is beyond the calendar"),
        ({"approved": "2199-12-31"}, "expires_at: must be a day from 2020 to 2199"),
        ({"interpreter": None}, "must name an interpreter"),
        ({"interpreter": "3"}, "scope.interpreter: must be"),
        ({"platform": "linux"}, "scope.platform: platform 'linux' is not supported"),
        ({"purl": "demo==1.0"}, "scope.purl: must be pkg:pypi/NAME"),
        ({"rule": "EV001"}, "EV001 cannot be waived"),
        ({"rule": "WV003"}, "WV003 cannot be waived"),
        ({"rule": "XX123"}, "there is no rule XX123"),
        ({"rule": "../../x"}, "rule: must be the id of a rule"),
        ({"id": "../outside"}, "id: must be 3 to 80 lower-case letters"),
        ({"supersedes": "../outside"}, "supersedes[0]: must be the id of a waiver"),
        ({"target": "py27-linux-x86_64"}, "there is no target py27-linux-x86_64"),
        ({"service": "warehouse", "approved_by": "service-owner"}, "is among those who approved it"),
    ],
)
def test_what_would_cover_nothing_is_refused(
    shop: Path, capfd: Capture, changes: dict[str, str | tuple[str, ...] | None], words: str
) -> None:
    said = refused(capfd, shop, **changes)
    assert words in said
    assert "\x1b" not in said


@pytest.mark.parametrize("option", ["reason", "risk", "control", "requested_by", "approved_by", "ticket"])
def test_what_a_waiver_needs_is_demanded(shop: Path, capfd: Capture, option: str) -> None:
    said = refused(capfd, shop, **{option: None})
    assert f"--{option.replace('_', '-')}" in said


@pytest.mark.parametrize("risk", ["low", "low/high/low", "none/low", "LOW/high", ""])
def test_risk_is_two_levels(shop: Path, capfd: Capture, risk: str) -> None:
    assert "is not two of low, medium, high" in refused(capfd, shop, risk=risk)


def test_a_digest_is_a_sha256(shop: Path, capfd: Capture) -> None:
    assert "is not a SHA-256 digest" in refused(capfd, shop, sha256="abcd")


def test_a_target_gives_line_and_platform_and_options_are_nearer(shop: Path, capfd: Capture) -> None:
    answer = waive(capfd, shop, "--json", target="py39-linux-x86_64", interpreter=None)
    assert answer.json["waiver"]["scope"] == {
        "service": "shop",
        "interpreter": "3.9",
        "platform": "linux-x86_64",
        "purl": None,
        "sha256": None,
    }
    assert answer.json["path"] == f"waivers/py001-3-9-{TODAY}.toml"
    answer = waive(capfd, shop, "--json", target="py39-linux-x86_64", interpreter="3.9.18", id="one-version")
    assert answer.json["waiver"]["scope"]["interpreter"] == "3.9.18"


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"rule": "ar002", "purl": "pkg:pypi/De.Mo@1.0"}, "ar002-de-mo"),
        ({"rule": "at002", "sha256": "AB" * 32, "days": "30"}, "at002-abababababab"),
        ({"rule": "ar001", "purl": f"pkg:pypi/{'long-' * 30}name"}, f"ar001-{'-'.join(['long'] * 10)}"),
    ],
)
def test_an_id_says_what_it_is_about_and_fits(shop: Path, capfd: Capture, changes: dict[str, str], name: str) -> None:
    answer = waive(capfd, shop, "--json", **{"interpreter": None, **changes})
    assert answer.code == 0, answer.err
    assert answer.json["path"] == f"waivers/{name}-{TODAY}.toml"


def test_a_file_that_is_there_stays_as_it_is(shop: Path, capfd: Capture) -> None:
    assert waive(capfd, shop, id="terminal").code == 0
    before = snapshot(shop)
    answer = waive(capfd, shop, id="terminal", ticket="SEC-9999")
    assert answer.code == 2
    assert "there is such a file" in answer.err
    assert "--id" in answer.err
    assert snapshot(shop) == before


def test_errors_are_json_as_well(shop: Path, capfd: Capture) -> None:
    answer = waive(capfd, shop, "--json", reason="TBD")
    assert answer.code == 2
    valid(answer.json, "error")


def test_waivers_are_listed_by_days_left(shop: Path, capfd: Capture) -> None:
    put(shop, make_waiver())
    put(shop, make_waiver(id="shorter", expires_at=datetime(2026, 12, 1, tzinfo=UTC).date()))
    put(shop, make_waiver(id="self-approved", approved_by=("service-owner",)))
    (shop / FOLDER / "broken.toml").write_text("x")
    answer = uplock(capfd, "waivers", shop, "--as-of", "2026-11-23", "--json")
    assert answer.code == 0
    valid(answer.json, "waivers")
    assert [(each["file"]["path"], each["state"], each["days_left"]) for each in answer.json["waivers"]] == [
        ("waivers/broken.toml", "refused", None),
        ("waivers/shorter.toml", "in-force", 8),
        ("waivers/py39-until-uplift.toml", "in-force", 38),
        ("waivers/self-approved.toml", "refused", 38),
    ]


def test_text_says_state_days_scope_and_who(shop: Path, capfd: Capture) -> None:
    put(shop, make_waiver())
    (shop / FOLDER / "broken.toml").write_text('"\\u001b[2J\\u202e" = 1')
    answer = uplock(capfd, "waivers", shop, "--as-of", "2026-12-30")
    assert answer.out.startswith("uplock waivers · shop · as of 2026-12-30 · 2 files\n\nrefused  waivers/broken.toml\n")
    assert "unknown key" in answer.out
    assert "\x1b" not in answer.out
    assert "\u202e" not in answer.out
    end = answer.out[answer.out.index("in-force") :]
    assert end == (
        "in-force  py39-until-uplift  PY001  until 2026-12-31, 1 day left\n"
        "  scope: service shop, CPython 3.9\n"
        "  approved by security-review on 2026-10-01, asked for by service-owner (SEC-1234)\n"
        "  because The card terminal's driver is certified for this interpreter only\n"
        "  risk: low likelihood, medium impact; instead: The service is reachable from the internal network alone\n"
        "  WV002: the waiver ends on 2026-12-31, in 1 day\n"
    )


def test_the_day_decides_and_the_default_is_today(shop: Path, capfd: Capture) -> None:
    put(shop, make_waiver())
    after = uplock(capfd, "waivers", shop, "--as-of", "2027-01-03")
    assert "expired  py39-until-uplift  PY001  until 2026-12-31, 3 days ago" in after.out
    today = uplock(capfd, "waivers", shop, "--json")
    assert today.json["as_of"].startswith(str(TODAY))


def test_a_project_without_waivers_has_an_empty_list(shop: Path, capfd: Capture) -> None:
    answer = uplock(capfd, "waivers", shop, "--as-of", "2026-11-23")
    assert answer.out == "uplock waivers · shop · as of 2026-11-23 · 0 files\n"
