"""The recipes for release jobs as files: every step of every job is looked at, so that nothing lets a failure pass."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from support.release_recipes import GITHUB, GITLAB, REFRESH, RELEASE, Job, jobs_of, table
from support.yaml_subset import read_yaml

INSTALL = "sh .ci/install-uplock"
REPORTS = {"verify": "verify.json", "judge": "run.json\nsboms/\nverdicts/"}
READ = {"contents": "read"}
PERMISSIONS = {
    (GITHUB, "verify"): READ,
    (GITHUB, "judge"): {**READ, "security-events": "write"},
    (GITHUB, "publish"): {**READ, "id-token": "write"},
    (REFRESH, "refresh"): READ,
    (REFRESH, "propose"): {"contents": "write", "pull-requests": "write"},
}
KNOWN_KEYS = {
    GITHUB: {"needs", "runs-on", "environment", "permissions", "steps"},
    REFRESH: {"needs", "runs-on", "env", "permissions", "steps"},
    GITLAB: {"stage", "image", "rules", "needs", "before_script", "script", "after_script", "artifacts"},
}
"""Without ``if``, ``continue-on-error``, ``allow_failure`` and ``when``: none of the jobs goes on after a failure."""
WORKFLOWS = pytest.mark.parametrize("path", [GITHUB, REFRESH], ids=lambda path: path.name)
FILES = pytest.mark.parametrize("path", [GITHUB, GITLAB, REFRESH], ids=lambda path: path.name)


def test_every_recipe_is_looked_at_here_and_stands_in_the_page() -> None:
    assert set(RELEASE.iterdir()) == {GITHUB, GITLAB, REFRESH}
    page = (RELEASE.parent.parent / "release-job.md").read_text()
    assert [path.name for path in RELEASE.iterdir() if f"(recipes/release/{path.name})" not in page] == []


@pytest.mark.parametrize("page", ["README.md", "docs/ci.md", "docs/exit-codes.md", "docs/attestations.md"])
def test_the_page_is_linked(page: str) -> None:
    assert "release-job.md" in (RELEASE.parents[2] / page).read_text()


@FILES
def test_no_job_has_a_key_that_would_let_it_go_on(path: Path) -> None:
    for job in jobs_of(path).values():
        assert set(job.node) <= KNOWN_KEYS[path], job.name


@FILES
def test_no_script_hides_the_exit_code_of_its_commands(path: Path) -> None:
    for job in jobs_of(path).values():
        for step in job.steps:
            for line in step.script.splitlines():
                assert not re.search(r"\|\||;|&$|\|(?!\|)|set \+e|\$\?", line), line
                assert not line.startswith("uplock") or "&&" not in line, line


@pytest.mark.parametrize("path", [GITHUB, GITLAB], ids=lambda path: path.name)
def test_publishing_needs_every_other_job_and_these_need_nothing(path: Path) -> None:
    jobs = jobs_of(path)
    assert list(jobs) == ["verify", "judge", "publish"]
    assert {name: job.needs for name, job in jobs.items()} == {
        "verify": (),
        "judge": (),
        "publish": ("verify", "judge"),
    }


@pytest.mark.parametrize("path", [GITHUB, GITLAB], ids=lambda path: path.name)
def test_only_the_publishing_job_publishes_and_it_installs_nothing_of_ours(path: Path) -> None:
    publishing = [name for name, job in jobs_of(path).items() if "publish" in scripts(job)]
    assert publishing == ["publish"]
    assert scripts(jobs_of(path)["publish"]) == "sh .ci/publish"


def scripts(job: Job) -> str:
    """Return all that a job runs."""
    return "\n".join(step.script for step in job.steps if step.script)


# --- GitHub -----------------------------------------------------------------------------------------------------------


def test_the_release_starts_by_tags_of_the_own_repository_alone() -> None:
    document = read_yaml(GITHUB.read_text())
    assert table(document, "on") == {"push": {"tags": ["v*"]}}
    assert list(table(read_yaml(REFRESH.read_text()), "on")) == ["schedule", "workflow_dispatch"]


@WORKFLOWS
def test_a_job_has_the_permissions_that_it_needs_and_no_more(path: Path) -> None:
    document = read_yaml(path.read_text())
    default = table(document, "permissions")
    assert default == READ
    for name, job in jobs_of(path).items():
        assert job.node.get("permissions", default) == PERMISSIONS[path, name], name


def test_publishing_waits_behind_an_environment() -> None:
    assert jobs_of(GITHUB)["publish"].node["environment"] == "release"


@WORKFLOWS
def test_every_action_is_pinned_by_its_commit_and_names_its_version(path: Path) -> None:
    lines = [line.strip() for line in path.read_text().splitlines() if "uses:" in line]
    assert len(lines) == sum(bool(step.uses) for job in jobs_of(path).values() for step in job.steps)
    for line in lines:
        assert re.fullmatch(r"- uses: [a-z0-9-]+(/[a-z0-9-]+){1,2}@[0-9a-f]{40} # v[0-9]+\.[0-9]+\.[0-9]+", line), line


@WORKFLOWS
def test_an_action_has_the_same_pin_wherever_it_stands(path: Path) -> None:
    files = [*RELEASE.parent.glob("*.yml"), GITHUB, REFRESH]
    pins = {tuple(used.split("@")) for file in files for used in re.findall(r"uses: (\S+)", file.read_text())}
    used = {step.uses.split("@")[0] for job in jobs_of(path).values() for step in job.steps if step.uses}
    assert [name for name in used if sum(pin[0] == name for pin in pins) != 1] == []


@WORKFLOWS
def test_every_job_checks_out_first_and_keeps_no_credentials_unless_it_pushes(path: Path) -> None:
    for name, job in jobs_of(path).items():
        first, *others = job.steps
        assert first.uses.startswith("actions/checkout@")
        assert not any(step.uses.startswith("actions/checkout@") for step in others)
        expected = {} if name == "propose" else {"persist-credentials": "false"}
        assert first.given == expected, name


@pytest.mark.parametrize("name", ["verify", "judge"])
def test_a_job_installs_runs_and_keeps_its_report_whether_it_passed_or_not(name: str) -> None:
    job = jobs_of(GITHUB)[name]
    installs = next(place for place, step in enumerate(job.steps) if step.script == INSTALL)
    assert [step.uses.split("@")[0] for step in job.steps[:installs]] == ["actions/checkout", "actions/setup-python"]
    *_, upload = job.steps
    assert (upload.uses.split("@")[0], upload.always) == ("actions/upload-artifact", True)
    assert upload.given["path"] == REPORTS[name]


def test_only_what_shows_findings_comes_after_a_failure() -> None:
    for job in jobs_of(GITHUB).values():
        always = [step.script or step.uses.split("@")[0] for step in job.steps if step.always]
        expected = {
            "verify": ["actions/upload-artifact"],
            "judge": [
                "uplock check --format sarif > uplock.sarif",
                "github/codeql-action/upload-sarif",
                "actions/upload-artifact",
            ],
        }
        assert always == expected.get(job.name, [])


@WORKFLOWS
def test_no_script_has_text_of_others_put_into_it_and_no_secret_is_named(path: Path) -> None:
    for job in jobs_of(path).values():
        assert "${{" not in scripts(job), job.name
    assert "secrets" not in path.read_text()
    assert "pull_request" not in path.read_text()


# --- GitLab -----------------------------------------------------------------------------------------------------------


def test_every_job_at_gitlab_runs_for_tags_alone_and_has_no_identity() -> None:
    for job in jobs_of(GITLAB).values():
        assert job.node["rules"] == [{"if": "$CI_COMMIT_TAG"}], job.name
    assert "id_tokens" not in GITLAB.read_text()


def test_the_reports_at_gitlab_are_kept_whether_it_passed_or_not() -> None:
    jobs = jobs_of(GITLAB)
    for name, report in REPORTS.items():
        artifacts = table(jobs[name].node, "artifacts")
        assert (artifacts["when"], artifacts["paths"]) == ("always", report.splitlines())
    assert table(jobs["judge"].node, "artifacts", "reports") == {"codequality": "gl-code-quality-report.json"}


def test_gitlab_installs_before_anything_else() -> None:
    for name in REPORTS:
        assert jobs_of(GITLAB)[name].steps[0].script.splitlines()[0] == INSTALL


# --- the trusted root -------------------------------------------------------------------------------------------------


def test_a_release_never_gets_itself_another_root() -> None:
    for path in (GITHUB, GITLAB):
        assert not re.search(r"trust refresh|--trusted-root|--staging", path.read_text())


def test_the_job_that_may_write_runs_nothing_of_the_project_and_installs_nothing() -> None:
    jobs = jobs_of(REFRESH)
    assert scripts(jobs["refresh"]) == f"{INSTALL}\nuplock trust refresh trusted_root.json"
    assert jobs["propose"].needs == ("refresh",)
    programs = {line.split()[0] for line in scripts(jobs["propose"]).splitlines()}
    assert programs == {"git", "gh"}


def test_what_the_refresh_keeps_is_what_is_proposed() -> None:
    jobs = jobs_of(REFRESH)
    *_, upload = jobs["refresh"].steps
    download = jobs["propose"].steps[1]
    assert upload.given["name"] == download.given["name"]
    assert upload.given["path"] == "trusted_root.json\ntrusted_root.json.tuf.json"
    assert "git add trusted_root.json trusted_root.json.tuf.json" in scripts(jobs["propose"])
