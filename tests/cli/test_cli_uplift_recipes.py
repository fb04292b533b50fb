"""docs/matrix.md and its recipes: the page shows the files, the jobs fit what is written, and the script runs."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from support.http_index import HttpIndex
from support.job_runner import programs, shell
from support.own_interpreter import own_target
from support.shop import PYPROJECT, project, uplock
from uplock.model.platform_name import parse_platform
from uplock.uplift.matrix_text import EXPERIMENTAL, FIELDS, TEMPLATES, VARIABLES
from uplock.uplift.runners import github_place, gitlab_place

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

Capture = pytest.CaptureFixture[str]

DOCS = Path(__file__).resolve().parents[2] / "docs"
RECIPES = DOCS / "recipes/uplift"
PAGE = (DOCS / "matrix.md").read_text()
GITHUB: dict[str, Any] = yaml.safe_load((RECIPES / "github.yml").read_text())
GITLAB: dict[str, Any] = yaml.safe_load((RECIPES / "gitlab.yml").read_text())


def test_the_page_shows_every_recipe_as_it_is() -> None:
    assert {path.name for path in RECIPES.iterdir()} == {"github.yml", "gitlab.yml", "test-lock"}
    for path in RECIPES.iterdir():
        assert path.read_text() in PAGE
        assert f"(recipes/uplift/{path.name})" in PAGE


@pytest.mark.parametrize("page", ["README.md", "docs/ci.md", "docs/exit-codes.md"])
def test_the_page_is_linked(page: str) -> None:
    assert "matrix.md" in (DOCS.parent / page).read_text()


def test_the_page_names_every_field_and_every_variable() -> None:
    for name in (*FIELDS, *VARIABLES.values(), EXPERIMENTAL, *TEMPLATES.values()):
        assert f"`{name}`" in PAGE or f"{name}:" in PAGE, name


@pytest.mark.parametrize(
    "platform",
    ["linux-x86_64", "linux-aarch64", "macos-arm64", "macos-x86_64", "windows-x86_64", "windows-arm64"],
)
def test_the_table_of_machines_is_that_of_the_code(platform: str) -> None:
    (row,) = re.findall(rf"^\| `{platform}` \| (.*) \| (.*) \|$", PAGE, re.MULTILINE)
    for place, cell in zip((github_place, gitlab_place), row, strict=True):
        try:
            found = place(parse_platform(platform), "VERSION")
        except Exception:  # noqa: BLE001 - whatever says that there is none
            assert cell == "none"
        else:
            assert cell.split(", ")[0].strip("`") in {found.runner, "no tag"}
            assert found.image in cell


def test_a_job_of_github_uses_what_a_row_has_and_all_that_the_script_asks_for() -> None:
    text = (RECIPES / "github.yml").read_text()
    used = set(re.findall(r"(?<![.-])\bmatrix\.([a-z0-9]+)", text))
    assert used == {"target", "python", "runner", "container", "lock", "sha256", "experimental"}
    assert used < set(FIELDS)
    environment = GITHUB["jobs"]["test"]["env"]
    asked = set(re.findall(r'"(PYTHON|LOCK|SHA256)"', (RECIPES / "test-lock").read_text()))
    assert {f"UPLIFT_{name}" for name in asked} | {"UPLIFT_IMAGE"} == set(environment)


def test_the_scripts_of_github_have_no_text_of_others_put_into_them() -> None:
    for job in GITHUB["jobs"].values():
        for step in job["steps"]:
            assert "${{" not in step.get("run", ""), step
    assert GITHUB["permissions"] == {"contents": "read"}


def test_every_action_has_the_pin_of_the_other_recipes() -> None:
    known = set(re.findall(r"uses: (\S+ # \S+)", (DOCS / "recipes/github-lock-check.yml").read_text()))
    assert set(re.findall(r"uses: (\S+ # \S+)", (RECIPES / "github.yml").read_text())) == known
    assert (RECIPES / "github.yml").read_text().count("uses: ") == 4


def test_gitlab_includes_what_is_written_and_has_what_its_jobs_extend() -> None:
    assert GITLAB["include"] == [{"local": ".gitlab/uplift-matrix.yml"}]
    assert GITLAB[TEMPLATES["linux"]]["script"] == ["sh .ci/test-lock"]


def test_what_the_jobs_run_before_the_tests_exits_as_they_say(http: HttpIndex, tmp_path: Path, capfd: Capture) -> None:
    folder = project(tmp_path / "shop")
    commands = [step["run"] for step in GITHUB["jobs"]["matrix"]["steps"] if "uplift" in step.get("run", "")][:1]
    commands += [line for line in GITLAB["uplift-matrix"]["script"] if "uplift" in line]
    assert [command.split()[3:] for command in commands] == [
        ["--format", "github", "--check"],
        ["--format", "gitlab", "--check"],
    ]
    written = {
        "github": ("github-json", ".github/uplift-matrix.json"),
        "gitlab": ("gitlab", ".gitlab/uplift-matrix.yml"),
    }
    for command in commands:
        check = (*command.split()[1:3], folder, *command.split()[3:])
        form, path = written[check[4]]
        assert uplock(capfd, *check).code == 2
        uplock(capfd, "lock", folder)
        assert uplock(capfd, *check).code == 2
        (folder / path).parent.mkdir()
        assert uplock(capfd, "uplift", "matrix", folder, "--format", form, "--output", folder / path).code == 0
        assert uplock(capfd, *check).code == 0
        (folder / path).write_text((folder / path).read_text().replace("3.12.1", "3.12.2"))
        assert uplock(capfd, *check).code == 1
        lock = folder / "locks/requirements.py39-linux-x86_64.txt"
        lock.write_text(lock.read_text() + "\n")
        assert uplock(capfd, *check).code == 4
        for each in (folder / "locks").iterdir():
            each.unlink()


def test_the_job_that_protects_a_branch_passes_only_if_all_passed(tmp_path: Path) -> None:
    (step,) = GITHUB["jobs"]["uplift"]["steps"]
    path = programs(tmp_path / "bin")
    codes = {
        (matrix, test): shell(step["run"], tmp_path, path, {"MATRIX": matrix, "TEST": test})[0]
        for matrix in ("success", "failure", "skipped", "cancelled")
        for test in ("success", "failure", "skipped", "cancelled")
    }
    assert [results for results, code in codes.items() if code == 0] == [("success", "success")]


@pytest.mark.enable_socket
def test_the_script_installs_the_lock_by_hash_and_runs_the_tests(
    http: HttpIndex, tmp_path: Path, capfd: Capture
) -> None:
    target = own_target()
    text = PYPROJECT.replace(', "crypt"', "").replace('from = "3.9.18"\n', f'platforms = ["{target.platform.name}"]\n')
    folder = project(tmp_path / "shop", text.replace("3.12.1", target.interpreter.version))
    (folder / "test_shop.py").write_text("def test_it():\n    import till, coin\n")
    assert uplock(capfd, "lock", folder).code == 0
    (row,) = uplock(capfd, "uplift", "matrix", folder, "--format", "github-json").json["include"]
    installed = tmp_path / "installed"
    environment = {
        "UPLIFT_PYTHON": row["python"],
        "UPLIFT_LOCK": row["lock"],
        "UPLIFT_SHA256": row["sha256"],
        "PIP_INDEX_URL": http.url,
        "PIP_TARGET": str(installed),
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PYTHONPATH": str(installed),
        "NO_PROXY": "*",
    }
    script, path = (RECIPES / "test-lock").read_text(), programs(tmp_path / "bin")
    code, log = shell(script, folder, path, environment)
    assert code == 0, log
    assert "1 passed" in log
    assert sorted(each.name for each in installed.glob("*.dist-info")) == ["coin-1.1.dist-info", "till-2.0.dist-info"]
    for name, value, word in (
        ("UPLIFT_PYTHON", "3.9.18", "the lock is for 3.9.18"),
        ("UPLIFT_SHA256", "0" * 64, "the matrix says 0000"),
    ):
        code, log = shell(script, folder, path, {**environment, name: value})
        assert code == 1, log
        assert word in log
        assert "passed" not in log
