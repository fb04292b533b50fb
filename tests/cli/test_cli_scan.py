"""``uplock scan``: what is found, judged and told of a repository."""

import json
from pathlib import Path

import pytest

from support.shop import Answer, uplock

Capture = pytest.CaptureFixture[str]

CI = """\
name: CI
jobs:
  test:
    strategy:
      matrix:
        python-version: ["3.12", 3.10]
    steps:
      - uses: actions/setup-python@v5
        with:
          python-version: ${{ matrix.python-version }}
"""
SAM = """\
Resources:
  Function:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.9
"""
WAIVER = """\
format = 1
id = "way-out"
rule = "PY008"
reason = "The service moves to 3.12 with the next release, and until then it runs as it is"
ticket = "SHOP-1"
compensating_controls = ["Nothing from outside reaches it without passing the gateway"]
requested_by = "service-owner"
approved_by = ["security-review"]
approved_at = 2026-11-01
expires_at = 2027-01-31

[risk]
likelihood = "low"
impact = "medium"

[scope]
interpreter = "3.9"
"""


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "shop"\nrequires-python = ">=3.12"\n')
    return tmp_path


def scan(place: Path, capfd: Capture, *options: str) -> Answer:
    return uplock(capfd, "scan", place, "--as-of", "2026-11-22", "--quiet", *options)


def rules(place: Path, capfd: Capture) -> dict[str, list[str]]:
    answer = scan(place, capfd, "--format", "sarif")
    found: dict[str, list[str]] = {}
    for each in json.loads(answer.out)["runs"][0]["results"]:
        found.setdefault(each["ruleId"], []).append(each["message"]["text"])
    return found


def test_supported_interpreters_that_agree_pass(place: Path, capfd: Capture) -> None:
    (place / "Dockerfile").write_text("FROM python:3.12-slim\n")
    (place / "tox.ini").write_text("[tox]\nenvlist = py312, py313\n")
    answer = scan(place, capfd)
    assert answer.code == 0, answer.out
    assert rules(place, capfd) == {}


def test_what_runs_on_an_ended_interpreter_fails_with_its_line(place: Path, capfd: Capture) -> None:
    (place / "Dockerfile").write_text("# the base\nFROM python:3.9-slim\n")
    answer = scan(place, capfd)
    assert answer.code == 1
    assert "PY008" in rules(place, capfd)
    assert "error PY008 CPython 3.9" in answer.out
    assert "reached its end of life on 2025-10-31, and runs here (python:3.9-slim) [Dockerfile:2]" in answer.out


def test_what_is_only_tested_on_an_ended_interpreter_is_a_warning(place: Path, capfd: Capture) -> None:
    (place / "tox.ini").write_text("[tox]\nenvlist = py39, py312\n")
    answer = scan(place, capfd)
    assert answer.code == 0
    assert "warning PY008 CPython 3.9" in answer.out


def test_a_blocked_managed_runtime_is_told_with_its_dates(place: Path, capfd: Capture) -> None:
    (place / "template.yaml").write_text(SAM)
    (message,) = rules(place, capfd)["PY009"]
    assert "no new functions from 2027-02-01, no updates from 2027-03-03" in message


def test_what_runs_and_is_not_tested_is_a_disagreement(place: Path, capfd: Capture) -> None:
    (place / "Dockerfile").write_text("FROM python:3.13\n")
    (place / ".github" / "workflows").mkdir(parents=True)
    (place / ".github" / "workflows" / "ci.yml").write_text(CI.replace(", 3.10", ""))
    (message,) = rules(place, capfd)["PY003"]
    assert "3.13 is what runs (Dockerfile:1), and only 3.12 tested (.github/workflows/ci.yml:6)" in message


def test_what_its_own_range_does_not_admit_is_a_disagreement(place: Path, capfd: Capture) -> None:
    (place / ".python-version").write_text("3.11\n")
    (message,) = rules(place, capfd)["PY003"]
    assert ">=3.12 does not admit it (pyproject.toml:3)" in message


def test_the_number_that_yaml_reads_is_told(place: Path, capfd: Capture) -> None:
    (place / ".github" / "workflows").mkdir(parents=True)
    (place / ".github" / "workflows" / "ci.yml").write_text(CI)
    (message,) = rules(place, capfd)["PY005"]
    assert "YAML reads the number 3.1" in message


def test_a_file_that_cannot_be_read_is_never_silent(place: Path, capfd: Capture) -> None:
    (place / "tox.toml").write_text("a = \n")
    answer = scan(place, capfd)
    assert answer.code == 3
    assert "PY005" in answer.out
    assert "tox.toml:1" in answer.out


def test_a_waiver_of_the_interpreter_lets_it_pass_and_shows(place: Path, capfd: Capture) -> None:
    (place / "Dockerfile").write_text("FROM python:3.9\n")
    (place / "pyproject.toml").write_text('[project]\nname = "shop"\n')
    (place / "waivers").mkdir()
    (place / "waivers" / "way-out.toml").write_text(WAIVER)
    answer = scan(place, capfd)
    assert answer.code == 0, answer.out
    assert "waived until 2027-01-31" in answer.out
    after = uplock(capfd, "scan", place, "--as-of", "2027-02-01", "--quiet")
    assert after.code == 1


def test_the_json_is_a_list_of_declarations(place: Path, capfd: Capture) -> None:
    (place / "Dockerfile").write_text("FROM python:3.9\n")
    rows = scan(place, capfd, "--json").json
    assert [(row["path"], row["line"], row["kind"], row["role"], row["minors"]) for row in rows] == [
        ("Dockerfile", 1, "dockerfile", "run", ["3.9"]),
        ("pyproject.toml", 3, "pyproject.requires-python", "run", None),
    ]
    assert rows[1]["specifier"] == ">=3.12"
    assert rows[1]["admits"] == ["3.12", "3.13", "3.14", "3.15"]


def test_roles_choose_and_formats_have_the_line(place: Path, capfd: Capture) -> None:
    (place / "Dockerfile").write_text("\n\nFROM python:3.9\n")
    assert scan(place, capfd, "--json", "--role", "test").json == []
    result = json.loads(scan(place, capfd, "--format", "sarif").out)["runs"][0]["results"][0]
    location = result["locations"][0]["physicalLocation"]
    assert (location["artifactLocation"]["uri"], location["region"]["startLine"]) == ("Dockerfile", 3)
    assert "Dockerfile" in scan(place, capfd, "--format", "github").out
    for form in ("junit", "gitlab", "markdown"):
        assert scan(place, capfd, "--format", form).code == 1


def test_folders_of_others_and_test_data_declare_nothing(place: Path, capfd: Capture) -> None:
    for folder in ("node_modules/a", "tests/fixtures", ".venv", "vendor/x", ".git"):
        (place / folder).mkdir(parents=True)
        (place / folder / "Dockerfile").write_text("FROM python:2.7\n")
    assert [row["path"] for row in scan(place, capfd, "--json").json] == ["pyproject.toml"]


def test_links_are_not_followed_and_nothing_outside_is_read(place: Path, tmp_path: Path, capfd: Capture) -> None:
    outside = tmp_path.parent / "outside"
    outside.mkdir(exist_ok=True)
    (outside / ".python-version").write_text("3.8\n")
    (place / "loop").symlink_to(place)
    (place / ".python-version").symlink_to(outside / ".python-version")
    (place / ".github" / "workflows").mkdir(parents=True)
    text = CI.replace("python-version: ${{ matrix.python-version }}", "python-version-file: ../outside/.python-version")
    (place / ".github" / "workflows" / "ci.yml").write_text(text.replace('["3.12", 3.10]', '["3.12"]'))
    rows = scan(place, capfd, "--json").json
    assert not any("3.8" in (row["minors"] or []) for row in rows)
    assert any(row["note"] and "is not there" in row["note"] for row in rows)


def test_a_device_in_the_place_of_a_file_is_not_opened(place: Path, capfd: Capture) -> None:
    import os

    os.mkfifo(place / "Dockerfile")
    assert scan(place, capfd).code == 0


def test_a_path_that_is_not_there_is_a_mistake(tmp_path: Path, capfd: Capture) -> None:
    assert uplock(capfd, "scan", tmp_path / "nowhere").code == 2
