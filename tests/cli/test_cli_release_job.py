"""The recipes for release jobs: what they say above each command is brought about, and the command must exit so.

Above a command stand comments, ``# exit CODE: words``, the words beginning with a finding's id where there is one. Each
such claim is made true here in a fresh clone of a shop where everything is attested, and the command must exit so and
name that finding in the answer that the job keeps. ``test_cli_release_shell.py`` runs the jobs as a whole.
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

import support.released_shop as since
from support.attested_shop import usual
from support.release_recipes import GITHUB, GITLAB, RELEASE, claims_of, jobs_of
from support.released_shop import Clone, Released, released
from support.shop import AS_OF, Answer, snapshot, uplock

pytestmark = [pytest.mark.allow_hosts(["127.0.0.1"]), pytest.mark.enable_socket]

SCHEMAS = Path(__file__).resolve().parents[2] / "schemas"
CHECK, VERIFY = "uplock lock --check", "uplock verify lock --require-baseline --json > verify.json"
RUN = "uplock run --require-baseline --json > run.json"
SARIF, QUALITY = (
    "uplock check --format sarif > uplock.sarif",
    "uplock check --format gitlab > gl-code-quality-report.json",
)
Capture = pytest.CaptureFixture[str]


def run_before(clone: Clone) -> None:
    clone.run()


def failed_before(clone: Clone) -> None:
    since.past_its_end(clone)
    clone.run()


CASES: dict[tuple[str, int, str], tuple[Callable[[Clone], None], ...]] = {
    (CHECK, 0, ""): (since.nothing,),
    (CHECK, 1, "LK005"): (since.other_requirements,),
    (CHECK, 2, ""): (since.no_locks,),
    (CHECK, 4, "LK013"): (since.edited_lock,),
    (VERIFY, 0, ""): (since.nothing,),
    (VERIFY, 0, "AT006"): (since.other_workflow,),
    (VERIFY, 0, "AT007"): (since.old_root,),
    (VERIFY, 0, "AT009"): (since.renamed,),
    (VERIFY, 0, "AT011"): (since.one_refused,),
    (VERIFY, 1, "AT003"): (since.signed_by_somebody_else,),
    (VERIFY, 1, "AT004"): (since.not_as_expected,),
    (VERIFY, 1, "AT005"): (since.lost,),
    (VERIFY, 1, "AT008"): (since.taken_over,),
    (VERIFY, 1, "AT010"): (since.withdrawn,),
    (VERIFY, 1, "AT012"): (since.required,),
    (VERIFY, 1, "AT013"): (since.denied,),
    (VERIFY, 1, "AT014"): (since.made_anew,),
    (VERIFY, 1, ""): (since.invalid,),
    (VERIFY, 2, ""): (since.no_locks, since.malformed_configuration, since.malformed_publishers),
    (VERIFY, 3, ""): (since.refused, since.offered_no_more, since.index_refused, since.no_root),
    (VERIFY, 4, ""): (since.edited_lock, since.other_root),
    (RUN, 0, ""): (since.nothing,),
    (RUN, 0, "AT011"): (since.refused,),
    (RUN, 1, "PY001"): (since.past_its_end,),
    (RUN, 1, "AT003"): (since.signed_by_somebody_else,),
    (RUN, 1, "AT014"): (since.made_anew,),
    (RUN, 2, ""): (since.malformed_configuration,),
    (RUN, 3, ""): (since.index_refused, since.gone),
    (RUN, 4, ""): (since.edited_lock, since.other_root, since.tampered),
    (SARIF, 0, ""): (run_before,),
    (SARIF, 1, "PY001"): (failed_before,),
    (SARIF, 3, ""): (since.nothing,),
    (QUALITY, 0, ""): (run_before,),
    (QUALITY, 1, "PY001"): (failed_before,),
    (QUALITY, 3, ""): (since.nothing,),
}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Released]:
    """The shop, run once for all cases."""
    with released(tmp_path_factory.mktemp("released")) as made:
        yield made


@pytest.fixture
def clone(shop: Released, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Clone:
    """A fresh clone, as the current folder."""
    return shop.clone(tmp_path / "clone", monkeypatch)


def execute(line: str, capfd: Capture) -> Answer:
    """Do what a line of the recipes does, for the day of the tests."""
    command, _, file = line.partition(" > ")
    arguments = shlex.split(command)[1:]
    answer = uplock(capfd, *arguments, *([] if arguments[0] == "lock" else ["--as-of", AS_OF]))
    if file:
        Path(file).write_text(answer.out)
    return answer


def named(answer: Answer) -> dict[str, set[str]]:
    """Return the rules that an answer names, with the severities that they have there."""
    found: dict[str, set[str]] = {}
    for rule, severity in _findings(answer.out):
        found.setdefault(rule, set()).add(severity)
    return found


def _findings(out: str) -> Iterator[tuple[str, str]]:
    if not out.startswith(("{", "[")):
        for match in re.finditer(r"^(error|warning|info) ([A-Z]{2}[0-9]{3}) ", out, re.MULTILINE):
            yield match[2], match[1]
        return
    document: Any = json.loads(out)
    if isinstance(document, list):
        yield from ((each["check_name"], each["severity"]) for each in document)
    elif "runs" in document:
        yield from ((each["ruleId"], each["level"]) for each in document["runs"][0]["results"])
    else:
        rows = [document, *document.get("targets", ())]
        yield from ((each["rule"], each["severity"]) for row in rows for each in row.get("findings", ()))


@pytest.mark.parametrize(
    ("claim", "situation"),
    [
        pytest.param(claim, situation, id=f"{'-'.join(claim[0].split()[:3])}-{claim[1]}-{situation.__name__}")
        for claim, situations in CASES.items()
        for situation in situations
    ],
)
def test_a_command_of_the_recipes_exits_as_they_say(
    claim: tuple[str, int, str], situation: Callable[[Clone], None], clone: Clone, capfd: Capture
) -> None:
    line, code, rule = claim
    situation(clone)

    answer = execute(line, capfd)

    assert answer.code == code, answer.out + answer.err
    if rule:
        assert rule in named(answer), answer.out
    if rule and line == VERIFY:
        assert ("error" in named(answer)[rule]) == (code == 1)
    if line == VERIFY and not rule:
        assert all("error" not in severities for severities in named(answer).values())


@pytest.mark.parametrize("path", [GITHUB, GITLAB], ids=lambda path: path.name)
def test_everything_that_a_recipe_says_of_a_command_is_tried_and_everything_tried_is_said(path: Path) -> None:
    other = QUALITY if path == GITHUB else SARIF
    said = [(claim.command, claim.code, claim.rule) for claim in claims_of(path)]
    assert set(said) == {case for case in CASES if case[0] != other}


@pytest.mark.parametrize("path", [GITHUB, GITLAB], ids=lambda path: path.name)
def test_no_command_of_a_recipe_is_overlooked(path: Path) -> None:
    lines = [line for job in jobs_of(path).values() for step in job.steps for line in step.script.splitlines()]
    commands = [line for line in dict.fromkeys(lines) if not line.startswith("sh .ci/")]
    assert commands == list(dict.fromkeys(claim.command for claim in claims_of(path)))


def test_the_signer_of_the_estate_is_the_one_that_the_cases_change() -> None:
    assert usual("coin").publisher["repository"] == "octo/coin"


# --- what the page says beside the recipes ------------------------------------------------------------------------


@pytest.mark.parametrize("situation", [since.nothing, since.signed_by_somebody_else, since.refused, since.edited_lock])
def test_the_report_that_is_kept_follows_its_schema_whatever_the_outcome(
    situation: Callable[[Clone], None], clone: Clone, capfd: Capture
) -> None:
    situation(clone)
    answer = execute(VERIFY, capfd)
    schema = "error" if answer.code == 4 else "verify"
    validator = jsonschema_rs.validator_for(json.loads((SCHEMAS / f"{schema}.schema.json").read_bytes()))
    validator.validate(json.loads(Path("verify.json").read_bytes()))


@pytest.mark.parametrize(
    ("situation", "rule"), [(since.one_refused_is_an_error, "AT011"), (since.too_old_root, "AT007")]
)
def test_what_is_a_warning_blocks_where_the_policy_says_so(
    situation: Callable[[Clone], None], rule: str, clone: Clone, capfd: Capture
) -> None:
    situation(clone)
    answer = execute(VERIFY, capfd)
    assert (answer.code, "error" in named(answer)[rule]) == (1, True)


@pytest.mark.parametrize(
    ("command", "code"),
    [
        ("uplock lock --check", 0),
        ("uplock verify lock --require-baseline", 0),
        ("uplock run --require-baseline", 0),
        ("uplock check", 3),
        ("uplock verify lock --from-archive", 3),
        ("uplock trust pin", 3),
        ("uplock lock --check=resolve", 3),
    ],
)
def test_a_fresh_clone_has_what_these_need_and_not_what_those_need(
    command: str, code: int, clone: Clone, capfd: Capture
) -> None:
    arguments = shlex.split(command)[1:]
    dated = ["--as-of", AS_OF] if arguments[0] in {"verify", "run", "check"} else []
    answer = uplock(capfd, *arguments, *dated)
    assert answer.code == code, answer.err
    page = (RELEASE.parent.parent / "release-job.md").read_text()
    (row,) = [line for line in page.splitlines() if line.startswith(f"| `{command}`")]
    assert ("| yes |" in row) == (code == 0)


def test_a_run_locks_anew_what_changed_so_the_check_before_it_is_what_blocks(clone: Clone, capfd: Capture) -> None:
    since.other_requirements(clone)
    before = Path("locks/lockset.json").read_bytes()
    assert execute(CHECK, capfd).code == 1
    assert execute(RUN, capfd).code == 0
    assert Path("locks/lockset.json").read_bytes() != before


def test_a_run_writes_nothing_else_than_what_is_committed_if_nothing_happened(clone: Clone, capfd: Capture) -> None:
    before = snapshot(clone.folder)
    assert execute(RUN, capfd).code == 0
    assert {**snapshot(clone.folder)} == {**before, "run.json": Path("run.json").read_bytes()}


def test_a_changed_publisher_is_accepted_as_the_page_says(clone: Clone, capfd: Capture) -> None:
    since.signed_by_somebody_else(clone)
    assert execute(VERIFY, capfd).code == 1
    clone.run()
    assert uplock(capfd, "trust", "pin", "coin").code == 0
    assert execute(VERIFY, capfd).code == 0


def test_a_project_that_stopped_attesting_is_accepted_as_the_page_says(clone: Clone, capfd: Capture) -> None:
    since.lost(clone)
    assert execute(VERIFY, capfd).code == 1
    assert uplock(capfd, "trust", "forget", "coin").code == 0
    assert execute(VERIFY, capfd).code == 0
