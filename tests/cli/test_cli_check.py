"""``uplock check``: one generation, judged for any day, in any format, without asking and without writing."""

import json
import os
import stat
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest

from support.committed_schema import valid
from support.http_index import HttpIndex
from support.shop import AS_OF, MANYLINUX, PYPROJECT, UPLOADED, Answer, native_wheel, project, snapshot, uplock
from uplock.model.value import decode
from uplock.policy.evaluate import EvaluationInput, evaluate

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

Capture = pytest.CaptureFixture[str]

DEPLOYED = PYPROJECT.replace('targets = ["3.12.1"]', 'targets = ["3.11.7"]\ndeploy = ["3.9", "3.11"]')

WAIVER = """\
format = 1
id = "py39-until-uplift"
rule = "PY001"
reason = "The payment terminal's driver is certified for this interpreter only"
ticket = "SEC-1234"
compensating_controls = ["The service is reachable from the internal network alone"]
requested_by = "service-owner"
approved_by = ["security-review"]
approved_at = 2026-10-01
expires_at = 2026-12-31

[risk]
likelihood = "low"
impact = "medium"

[scope]
service = "shop"
interpreter = "3.9"
"""


@pytest.fixture
def shop(http: HttpIndex, tmp_path: Path, capfd: Capture) -> Path:
    """A project of which both interpreters are deployed, run once; the index is gone since."""
    folder = project(tmp_path / "shop", DEPLOYED)
    http_wheels(http)
    assert uplock(capfd, "run", folder, "--as-of", "2025-10-01", "--json").code in {0, 1}
    return folder


def http_wheels(http: HttpIndex) -> None:
    """Give the estate a wheel for 3.11 as well."""
    http.index.publish(*native_wheel("2.0", f"cp311-cp311-{MANYLINUX}"), upload_time=UPLOADED)


def waive(folder: Path, text: str = WAIVER) -> None:
    """Put a waiver into the project."""
    (folder / "waivers").mkdir(exist_ok=True)
    (folder / "waivers" / "py39-until-uplift.toml").write_text(text)


def everything(folder: Path) -> Mapping[str, tuple[bytes, int]]:
    """Return every file below a folder, archive included, with its time of change."""
    return {
        str(path.relative_to(folder)): (path.read_bytes() if path.is_file() else b"", path.stat().st_mtime_ns)
        for path in sorted(folder.rglob("*"))
    }


def judged(capfd: Capture, folder: Path, day: str, *options: str) -> Answer:
    """Judge for a day and hold the answer against its schema."""
    answer = uplock(capfd, "check", folder, "--as-of", day, "--json", *options)
    valid(answer.json, "check")
    return answer


def statuses(answer: Answer) -> dict[str, tuple[str, str]]:
    """Return status and explanation of every target by its line."""
    return {each["python"].rpartition(".")[0]: (each["status"], each["why"]) for each in answer.json["targets"]}


def said(answer: Answer, line: str) -> set[tuple[str, str, bool]]:
    """Return rule, severity and whether it is waived, of everything said about an interpreter."""
    target = next(each for each in answer.json["targets"] if each["python"].startswith(f"{line}."))
    return {
        (each["rule"], each["severity"], each["waived"] is not None)
        for each in target["findings"]
        if each["rule"] in {"PY001", "PY002"}
    }


def test_the_waiver_of_these_tests_fits_its_schema() -> None:
    document = tomllib.loads(WAIVER)
    valid({key: each.isoformat() if isinstance(each, date) else each for key, each in document.items()}, "waiver")


def test_one_generation_gives_five_explained_verdicts_for_five_days(
    shop: Path, http: HttpIndex, capfd: Capture
) -> None:
    waive(shop)
    before, asked = everything(shop), len(http.requests)
    answers = {
        day: judged(capfd, shop, day) for day in ("2025-10-31", "2025-11-01", "2026-11-22", "2027-01-01", "2027-09-30")
    }
    assert everything(shop) == before
    assert len(http.requests) == asked
    assert len({answer.json["generation"] for answer in answers.values()}) == 1

    on_its_last_day = answers["2025-10-31"]
    assert on_its_last_day.code == 0
    assert said(on_its_last_day, "3.9") == {("PY002", "warning", False)}
    assert statuses(on_its_last_day)["3.9"] == ("pass", "no rule finds an error")

    after_the_end_and_before_the_approval = answers["2025-11-01"]
    assert after_the_end_and_before_the_approval.code == 1
    assert said(after_the_end_and_before_the_approval, "3.9") == {("PY001", "error", False)}
    assert statuses(after_the_end_and_before_the_approval)["3.9"] == ("fail", "1 error without a waiver: PY001")

    while_it_is_waived = answers["2026-11-22"]
    assert while_it_is_waived.code == 0
    assert said(while_it_is_waived, "3.9") == {("PY001", "error", True)}
    status, why = statuses(while_it_is_waived)["3.9"]
    assert (status, why) == ("pass", "every error is waived, until 2026-12-31 at least: PY001 by py39-until-uplift")
    (waived,) = [each["waived"] for each in while_it_is_waived.json["targets"][0]["findings"] if each["waived"]]
    assert waived["approved_by"] == ["security-review"]
    assert waived["expires_at"] == "2026-12-31"

    once_the_waiver_has_ended = answers["2027-01-01"]
    assert once_the_waiver_has_ended.code == 1
    assert said(once_the_waiver_has_ended, "3.9") == {("PY001", "error", False)}
    assert [each["rule"] for each in once_the_waiver_has_ended.json["findings"]] == ["WV001"]
    assert statuses(once_the_waiver_has_ended)["3.9"][1] == "2 errors without a waiver: PY001, WV001"

    near_the_end_of_the_next = answers["2027-09-30"]
    assert said(near_the_end_of_the_next, "3.11") == {("PY002", "warning", False)}
    assert "2027-10-31" in next(
        each["message"] for each in near_the_end_of_the_next.json["targets"][1]["findings"] if each["rule"] == "PY002"
    )


def test_text_says_who_waived_and_until_when_and_is_never_green_for_it(
    shop: Path, capfd: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    waive(shop)
    out = uplock(capfd, "check", shop, "--as-of", AS_OF).out
    assert "waived error PY001 py39-linux-x86_64 CPython 3.9.18" in out
    assert "  waived until 2026-12-31 by security-review (SEC-1234, waivers/py39-until-uplift.toml)\n" in out
    assert "leaving, gates  waived until 2026-12-31" in out
    assert out.endswith("WAIVED until 2026-12-31\n")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_archive_and_project_can_be_judged(shop: Path, capfd: Capture) -> None:
    with read_only(shop):
        assert judged(capfd, shop, "2025-10-31").code == 0


def test_nothing_is_opened_for_writing(shop: Path) -> None:
    """As the test above, for every user: the interpreter itself is watched."""
    script = (
        "import sys\n"
        "def hook(event, args):\n"
        "    if event == 'open' and isinstance(args[2], int) and args[2] & 3:\n"
        "        print('written', args[0], file=sys.stderr)\n"
        "    if event.startswith(('socket.connect', 'os.mkdir', 'os.rename', 'os.remove', 'subprocess')):\n"
        "        print(event, args, file=sys.stderr)\n"
        "sys.addaudithook(hook)\n"
        "sys.dont_write_bytecode = True\n"
        "from uplock.cli.main import run\n"
        f"sys.exit(run(['check', {str(shop)!r}, '--as-of', '2025-10-31', '--format', 'sarif']))\n"
    )
    done = subprocess.run([sys.executable, "-B", "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    measuring = Path(os.environ.get("COVERAGE_FILE", ".coverage")).name
    watched = [line for line in done.stderr.splitlines() if "/dev/null" not in line and measuring not in line]
    assert watched == []


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """Take the right to write away from a folder while the block runs."""
    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in (folder, *folder.rglob("*"))}
    for path, mode in modes.items():
        path.chmod(mode & ~0o222)
    try:
        yield
    finally:
        for path, mode in modes.items():
            path.chmod(mode)


def test_verdict_files_are_replaced_only_if_asked(shop: Path, capfd: Capture) -> None:
    before = snapshot(shop)
    uplock(capfd, "check", shop, "--as-of", "2028-11-01")
    assert snapshot(shop) == before
    assert uplock(capfd, "check", shop, "--as-of", "2028-11-01", "--write").code == 1
    after = snapshot(shop)
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {"verdicts/py39-linux-x86_64.json", "verdicts/py311-linux-x86_64.json"}
    for name in changed:
        verdict = json.loads(after[name])
        valid(verdict, "verdict")
        assert verdict["as_of"] == "2028-11-01T00:00:00Z"


def test_an_older_generation_is_judged_by_its_id_or_the_beginning_of_it(
    shop: Path, http: HttpIndex, capfd: Capture
) -> None:
    first = judged(capfd, shop, AS_OF).json["generation"]
    project(shop, DEPLOYED.replace('"3.11.7"', '"3.12.1"').replace('"3.11"', '"3.12"'))
    assert uplock(capfd, "run", shop, "--as-of", "2025-10-01").code in {0, 1}
    asked = len(http.requests)
    second = judged(capfd, shop, AS_OF).json["generation"]
    assert second != first
    for name in (first, first[:8]):
        old = judged(capfd, shop, AS_OF, "--generation", name).json
        assert old["generation"] == first
        assert [target["target"] for target in old["targets"]] == ["py39-linux-x86_64", "py311-linux-x86_64"]
    assert len(http.requests) == asked


def test_deploy_says_as_well_which_targets_gate_that_only_an_older_generation_has(
    shop: Path, http: HttpIndex, capfd: Capture
) -> None:
    first = judged(capfd, shop, AS_OF).json["generation"]
    newer = DEPLOYED.replace('"3.11.7"', '"3.12.1"')
    gates = {}
    for deploy in ('deploy = ["3.9", "3.12"]', 'deploy = ["3.12"]', ""):
        project(shop, newer.replace('deploy = ["3.9", "3.11"]', deploy))
        old = judged(capfd, shop, AS_OF, "--generation", first).json
        gates[deploy] = [each["python"] for each in old["targets"] if each["gates"]]
    assert gates == {'deploy = ["3.9", "3.12"]': ["3.9.18"], 'deploy = ["3.12"]': [], "": ["3.11.7"]}


def test_a_project_with_a_new_name_is_judged_by_waivers_of_that_name(shop: Path, capfd: Capture) -> None:
    waive(shop)
    assert uplock(capfd, "run", shop, "--as-of", AS_OF).code == 0
    (shop / "pyproject.toml").write_text(DEPLOYED.replace('name = "shop"', 'name = "store"'))
    listed = uplock(capfd, "waivers", shop, "--as-of", AS_OF, "--json").json
    assert [each["state"] for each in listed["waivers"]] == ["elsewhere"]
    assert statuses(judged(capfd, shop, AS_OF))["3.9"][0] == "fail"
    assert statuses(judged(capfd, shop, AS_OF, "--recorded-waivers"))["3.9"][0] == "pass"
    waive(shop, WAIVER.replace('service = "shop"', 'service = "store"'))
    assert statuses(judged(capfd, shop, AS_OF))["3.9"][0] == "pass"


@pytest.mark.parametrize("name", ["0123456", "0123456789", "../head", "", "0" * 64])
def test_a_generation_that_is_not_there_is_refused(name: str, shop: Path, capfd: Capture) -> None:
    answer = uplock(capfd, "check", shop, "--generation", name)
    assert answer.code in {2, 3}
    assert "Remedy:" in answer.err


def test_recorded_waivers_answer_what_was_accepted_then(shop: Path, capfd: Capture) -> None:
    waive(shop)
    assert uplock(capfd, "run", shop, "--as-of", AS_OF).code == 0
    (shop / "waivers" / "py39-until-uplift.toml").unlink()
    assert judged(capfd, shop, AS_OF).code == 1
    assert judged(capfd, shop, AS_OF, "--recorded-waivers").code == 0


def test_a_changed_waiver_is_noticed_by_the_next_run(shop: Path, capfd: Capture) -> None:
    assert uplock(capfd, "run", shop, "--as-of", AS_OF).code == 1
    waive(shop)
    run = uplock(capfd, "run", shop, "--as-of", AS_OF, "--json")
    assert run.code == 0
    assert run.json["changed"]
    waive(shop, WAIVER.replace("security-review", "service-owner"))
    again = uplock(capfd, "run", shop, "--as-of", AS_OF, "--json")
    assert again.code == 1
    assert [each["rule"] for each in again.json["findings"]] == ["WV004"]


def test_the_exported_input_is_all_that_the_answer_rests_on(shop: Path, capfd: Capture) -> None:
    waive(shop)
    exported = uplock(capfd, "check", shop, "--as-of", AS_OF, "--export-input")
    assert exported.code == 0
    valid(exported.json, "check-input")
    verdicts = evaluate(decode(exported.out.encode(), EvaluationInput).complete())
    answer = judged(capfd, shop, AS_OF).json
    assert [(each.status, each.why) for each in verdicts] == [
        (each["status"], each["why"]) for each in answer["targets"]
    ]


@pytest.mark.parametrize(
    "options",
    [
        ("--json", "--format", "sarif"),
        ("--export-input", "--format", "json"),
        ("--export-input", "--write"),
        ("--generation", "0" * 64, "--write"),
    ],
)
def test_options_that_say_different_things_are_refused(options: tuple[str, ...], shop: Path, capfd: Capture) -> None:
    assert uplock(capfd, "check", shop, *options).code == 2


@pytest.mark.parametrize("form", ["text", "json", "sarif", "junit", "github", "gitlab", "markdown"])
def test_every_format_has_the_same_exit_code(form: str, shop: Path, capfd: Capture) -> None:
    for day, code in (("2025-10-31", 0), (AS_OF, 1)):
        answer = uplock(capfd, "check", shop, "--as-of", day, "--format", form)
        assert answer.code == code
        assert answer.out
        assert answer.err == ""


def test_locations_are_the_lines_of_the_locks(shop: Path, capfd: Capture) -> None:
    sarif = uplock(capfd, "check", shop, "--as-of", AS_OF, "--format", "sarif").json
    found = {
        (
            place["physicalLocation"]["artifactLocation"]["uri"],
            place["physicalLocation"]["region"]["startLine"],
            each["ruleId"],
        )
        for each in sarif["runs"][0]["results"]
        for place in each["locations"]
    }
    path = "locks/pylock.py39-linux-x86_64.toml"
    line = 1 + (shop / path).read_text().splitlines().index('requires-python = "==3.9.*"')
    assert (path, line, "PY001") in found


def test_what_targets_run_on_is_judged(shop: Path, capfd: Capture) -> None:
    project(shop, DEPLOYED + 'runs-on = { "3.9" = ["aws-lambda"], "3.11" = ["debian-12"] }\n')
    answer = judged(capfd, shop, "2028-07-01")
    rules = {each["python"]: {found["rule"] for found in each["findings"]} for each in answer.json["targets"]}
    assert "PY004" in rules["3.9.18"]
    assert "SU001" in rules["3.11.7"]
    assert "SU001" not in rules["3.9.18"]


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ('runs-on = ["debian-99"]', "runs-on: 'debian-99' is not known"),
        ('runs-on = { "3.7" = ["debian-12"] }', "'3.7' is neither an interpreter nor a target"),
        ("runs-on = 12", "runs-on"),
        ('runs-on = ["debian-12", "alpine-3.20"]', "'alpine-3.20' has another C library than every target"),
    ],
)
def test_a_base_that_means_nothing_is_refused(key: str, words: str, shop: Path, capfd: Capture) -> None:
    project(shop, DEPLOYED + key + "\n")
    answer = uplock(capfd, "check", shop)
    assert answer.code == 2
    assert words in answer.err


def test_a_waiver_covers_a_finding_about_a_lock(http: HttpIndex, tmp_path: Path, capfd: Capture) -> None:
    folder = project(tmp_path / "other", PYPROJECT.replace("3.12.1", "3.14.0"))
    assert uplock(capfd, "lock", folder).code == 1
    waive(
        folder,
        WAIVER.replace("PY001", "AR001").replace(
            'interpreter = "3.9"', 'purl = "pkg:pypi/crypt"\ninterpreter = "3.14"'
        ),
    )
    answer = uplock(capfd, "lock", folder, "--json")
    assert [each["waived"]["waiver"] for each in answer.json["findings"] if each["rule"] == "AR001"] == [
        "py39-until-uplift"
    ]
    assert answer.code == 0
    assert http.requests
