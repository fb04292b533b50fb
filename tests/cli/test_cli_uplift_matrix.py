"""``uplock uplift matrix``: exact output, and what of a committed matrix it notices."""

import json
import os
import shutil
from pathlib import Path

import pytest

from support.committed_schema import valid
from support.http_index import HttpIndex
from support.shop import PYPROJECT, estate, project, snapshot, uplock
from uplock.cli.main import run

pytestmark = [pytest.mark.allow_hosts(["127.0.0.1"]), pytest.mark.enable_socket]

Capture = pytest.CaptureFixture[str]

JSON = ".github/uplift-matrix.json"
GITLAB = ".gitlab/uplift-matrix.yml"
LOCK = "locks/requirements.py{}-linux-x86_64.txt"
THREE = PYPROJECT.replace('["3.12.1"]', '["3.12.1", "3.13.0"]')

WORKFLOW = """\
name: tests
on: push
jobs:
  lint:
    runs-on: ubuntu-24.04
    strategy:
      matrix:
        include:
          - tool: ruff
    steps: []
  test:
    runs-on: big
    continue-on-error: ${{{{ matrix.experimental }}}}
    strategy:
      matrix:
        include:
          - python: 3.12.1
            database: postgres
            lock: locks/requirements.py312-linux-x86_64.txt
            sha256: '{sha312}'
            experimental: true
          # the interpreter being left
          - {{python: "3.9.18", lock: locks/requirements.py39-linux-x86_64.txt, sha256: "{sha39}", experimental: false}}
    steps: []
"""


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same, locked once for all tests."""
    folder = tmp_path_factory.mktemp("kept")
    with pytest.MonkeyPatch.context() as environment, HttpIndex(estate()) as served:
        environment.setenv("HOME", str(folder / "home"))
        environment.setenv("UPLOCK_CACHE", str(folder / "cache"))
        environment.setenv("UPLOCK_INDEX_URL", served.url)
        assert run(["lock", "--quiet", str(project(folder / "shop"))]) == 0
    return folder / "shop"


@pytest.fixture
def shop(kept: Path, tmp_path: Path) -> Path:
    """A project that leaves 3.9 for 3.12, with locks."""
    return shutil.copytree(kept, tmp_path / "shop", ignore=shutil.ignore_patterns(".uplock"))


def locked(folder: Path, capfd: Capture, text: str = PYPROJECT) -> Path:
    """Return a project with locks."""
    assert uplock(capfd, "lock", project(folder, text)).code in {0, 1}
    return folder


def digests(folder: Path) -> dict[str, str]:
    """Return the digests of the requirements files, as the lock set pins them."""
    targets = json.loads((folder / "locks/lockset.json").read_text())["targets"]
    return {f"sha{each['target'].split('-')[0][2:]}": each["requirements"] for each in targets}


def committed(folder: Path, name: str, text: str) -> Path:
    """Write a file of the project."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def test_the_matrix_for_github_is_a_strategy_with_every_version_quoted(shop: Path, capfd: Capture) -> None:
    answer = uplock(capfd, "uplift", "matrix", shop, "--format", "github")
    assert answer.code == 0
    assert (
        answer.out
        == """\
# Written by uplock uplift matrix --format github, from locks/lockset.json.
# uplock uplift matrix --format github --check compares.
strategy:
  fail-fast: false
  matrix:
    include:
      - target: "py39-linux-x86_64"
        python: "3.9.18"
        platform: "linux-x86_64"
        runner: "ubuntu-24.04"
        container: ""
        lock: "locks/requirements.py39-linux-x86_64.txt"
        sha256: "{sha39}"
        experimental: false
      - target: "py312-linux-x86_64"
        python: "3.12.1"
        platform: "linux-x86_64"
        runner: "ubuntu-24.04"
        container: ""
        lock: "locks/requirements.py312-linux-x86_64.txt"
        sha256: "{sha312}"
        experimental: true
""".format(**digests(shop))
    )


def test_the_matrix_for_gitlab_has_a_job_that_must_pass_and_one_that_may_fail(shop: Path, capfd: Capture) -> None:
    answer = uplock(capfd, "uplift", "matrix", shop, "--format", "gitlab")
    assert answer.code == 0
    assert (
        answer.out
        == """\
# Written by uplock uplift matrix --format gitlab, from locks/lockset.json.
# uplock uplift matrix --format gitlab --check compares.
# The project writes what these jobs extend: .uplift.

uplift-linux-x86_64:
  extends: .uplift
  image: $UPLIFT_IMAGE
  allow_failure: false
  variables:
    UPLIFT_PLATFORM: "linux-x86_64"
    UPLIFT_EXPERIMENTAL: "false"
  parallel:
    matrix:
      - UPLIFT_PYTHON: "3.9.18"
        UPLIFT_IMAGE: "python:3.9.18-slim"
        UPLIFT_LOCK: "locks/requirements.py39-linux-x86_64.txt"
        UPLIFT_SHA256: "{sha39}"

uplift-linux-x86_64-experimental:
  extends: .uplift
  image: $UPLIFT_IMAGE
  allow_failure: true
  variables:
    UPLIFT_PLATFORM: "linux-x86_64"
    UPLIFT_EXPERIMENTAL: "true"
  parallel:
    matrix:
      - UPLIFT_PYTHON: "3.12.1"
        UPLIFT_IMAGE: "python:3.12.1-slim"
        UPLIFT_LOCK: "locks/requirements.py312-linux-x86_64.txt"
        UPLIFT_SHA256: "{sha312}"
""".format(**digests(shop))
    )


def test_the_json_for_github_is_the_object_that_a_matrix_is_made_of(shop: Path, capfd: Capture) -> None:
    answer = uplock(capfd, "uplift", "matrix", shop, "--format", "github-json")
    rows = answer.json["include"]
    assert list(answer.json) == ["include"]
    assert [(row["python"], row["experimental"]) for row in rows] == [("3.9.18", False), ("3.12.1", True)]
    assert uplock(capfd, "uplift", "matrix", shop, "--format", "github", "--json").json["rows"] == rows


def test_the_answer_as_json_fits_its_schema(shop: Path, capfd: Capture) -> None:
    valid(uplock(capfd, "uplift", "matrix", shop, "--format", "gitlab", "--json").json, "uplift-matrix")
    written = uplock(capfd, "uplift", "matrix", shop, "--format", "github-json", "--output", shop / "m.json", "--json")
    valid(written.json, "uplift-matrix")
    assert written.json["written"] == str(shop / "m.json")
    committed(shop, "m.json", (shop / "m.json").read_text().replace("3.12.1", "3.12.2"))
    answer = uplock(
        capfd, "uplift", "matrix", shop, "--format", "github", "--check", "--output", shop / "m.json", "--json"
    )
    assert answer.code == 1
    valid(answer.json, "uplift-matrix")
    assert answer.json["checked"] == [str(shop / "m.json")]


def test_nothing_but_the_named_file_is_written_and_twice_the_same(shop: Path, capfd: Capture) -> None:
    before = snapshot(shop)
    for _ in range(2):
        (shop / ".github").mkdir(exist_ok=True)
        answer = uplock(capfd, "uplift", "matrix", shop, "--format", "github-json", "--output", shop / JSON)
        assert (answer.code, answer.out) == (0, f"2 rows of shop written to {shop / JSON}\n")
        assert {name for name, data in snapshot(shop).items() if before.get(name) != data} == {JSON}
    first = (shop / JSON).read_bytes()
    assert first == uplock(capfd, "uplift", "matrix", shop, "--format", "github-json").out.encode()


@pytest.mark.usefixtures("http")
@pytest.mark.parametrize(
    ("deploy", "experimental"),
    [
        ("", {"3.9.18": False, "3.12.1": True, "3.13.0": True}),
        ('deploy = ["3.9"]', {"3.9.18": False, "3.12.1": True, "3.13.0": True}),
        ('deploy = ["3.9", "3.12"]', {"3.9.18": False, "3.12.1": False, "3.13.0": True}),
        ('deploy = ["py312-linux-x86_64"]', {"3.9.18": True, "3.12.1": False, "3.13.0": True}),
    ],
)
def test_experimental_is_what_nothing_is_deployed_on(
    deploy: str, experimental: dict[str, bool], tmp_path: Path, capfd: Capture
) -> None:
    folder = locked(tmp_path / "shop", capfd, THREE + deploy)
    rows = uplock(capfd, "uplift", "matrix", folder, "--format", "github", "--json").json["rows"]
    assert {row["python"]: row["experimental"] for row in rows} == experimental


@pytest.mark.usefixtures("http")
def test_without_an_interpreter_that_is_left_nothing_is_experimental(tmp_path: Path, capfd: Capture) -> None:
    folder = locked(tmp_path / "shop", capfd, THREE.replace('from = "3.9.18"\n', ""))
    rows = uplock(capfd, "uplift", "matrix", folder, "--format", "github", "--json").json["rows"]
    assert [(row["python"], row["experimental"]) for row in rows] == [("3.12.1", False), ("3.13.0", False)]


@pytest.mark.usefixtures("http")
def test_a_target_without_a_lock_has_no_row_and_is_told(tmp_path: Path, capfd: Capture) -> None:
    folder = locked(tmp_path / "shop", capfd, PYPROJECT.replace("3.12.1", "3.14.0"))
    answer = uplock(capfd, "uplift", "matrix", folder, "--format", "gitlab", "--output", folder / "m.yml")
    assert answer.out == (
        f"1 row of shop written to {folder / 'm.yml'}\n"
        "no row for py314-linux-x86_64: it has no lock, since there is no file of crypt for it\n"
    )
    unlocked = uplock(capfd, "uplift", "matrix", folder, "--format", "gitlab", "--json").json["unlocked"]
    assert [(each["target"], each["packages"]) for each in unlocked] == [("py314-linux-x86_64", ["crypt"])]


# --- --check ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("form", "name"), [("github-json", JSON), ("gitlab", GITLAB)])
def test_what_was_written_passes_its_check_in_the_usual_place(form: str, name: str, shop: Path, capfd: Capture) -> None:
    (shop / name).parent.mkdir()
    assert uplock(capfd, "uplift", "matrix", shop, "--format", form, "--output", shop / name).code == 0
    before = snapshot(shop)
    answer = uplock(capfd, "uplift", "matrix", shop, "--format", form, "--check")
    assert (answer.code, answer.out) == (0, f"uplock uplift matrix --check · shop · 2 rows against {name}\nPASS\n")
    assert snapshot(shop) == before


def test_rows_in_a_workflow_of_the_projects_own_pass_whatever_else_they_say(shop: Path, capfd: Capture) -> None:
    committed(shop, ".github/workflows/tests.yml", WORKFLOW.format(**digests(shop)))
    committed(shop, ".github/workflows/other.yaml", "on: push\njobs: {}\n")
    answer = uplock(capfd, "uplift", "matrix", shop, "--format", "github", "--check")
    assert (answer.code, answer.out) == (
        0,
        "uplock uplift matrix --check · shop · 2 rows against .github/workflows/tests.yml\nPASS\n",
    )


@pytest.mark.usefixtures("http")
def test_a_changed_lock_is_named_with_the_line_and_the_remedy(shop: Path, capfd: Capture) -> None:
    old = digests(shop)
    committed(shop, ".github/workflows/tests.yml", WORKFLOW.format(**old))
    locked(shop, capfd, PYPROJECT.replace('"till", "crypt"', '"till<2", "crypt"'))
    new = digests(shop)
    answer = uplock(capfd, "uplift", "matrix", shop, "--format", "github", "--check")
    place = "differs .github/workflows/tests.yml"
    assert answer.code == 1
    assert answer.out.splitlines() == [
        "uplock uplift matrix --check · shop · 2 rows against .github/workflows/tests.yml",
        f'{place}:20 py312-linux-x86_64: sha256 is "{old["sha312"]}", and must be "{new["sha312"]}"',
        f'{place}:23 py39-linux-x86_64: sha256 is "{old["sha39"]}", and must be "{new["sha39"]}"',
        "remedy: Take the rows of uplock uplift matrix --format github; what the locks say wins.",
        "FAIL",
    ]


def test_every_matrix_that_is_found_must_agree(shop: Path, capfd: Capture) -> None:
    (shop / ".github").mkdir()
    uplock(capfd, "uplift", "matrix", shop, "--format", "github-json", "--output", shop / JSON)
    text = WORKFLOW.format(**digests(shop)).replace("experimental: true", "experimental: false")
    committed(shop, ".github/workflows/tests.yml", text)
    answer = uplock(capfd, "uplift", "matrix", shop, "--format", "github", "--check")
    assert answer.code == 1
    assert f"against {JSON}, .github/workflows/tests.yml\n" in answer.out
    assert "tests.yml:21 py312-linux-x86_64: experimental is false, and must be true\n" in answer.out
    named = uplock(capfd, "uplift", "matrix", shop, "--format", "github", "--check", "--output", shop / JSON)
    assert named.code == 0


def test_no_committed_matrix_is_no_pass(shop: Path, capfd: Capture) -> None:
    answer = uplock(capfd, "uplift", "matrix", shop, "--format", "github", "--check")
    assert (answer.code, answer.out) == (2, "")
    assert f"--format github-json --output {JSON}" in answer.err
    missing = uplock(capfd, "uplift", "matrix", shop, "--format", "github", "--check", "--output", shop / "none.yml")
    assert missing.code == 3
    committed(shop, "empty.yml", "on: push\njobs: {}\n")
    empty = uplock(capfd, "uplift", "matrix", shop, "--format", "github", "--check", "--output", shop / "empty.yml")
    assert empty.code == 1
    assert "empty.yml:1: no matrix of locks stands here\n" in empty.out


def test_the_projects_own_machines_are_compared_only_where_the_call_names_them(shop: Path, capfd: Capture) -> None:
    named = ("--runner", "linux-x86_64=big", "--image", "linux-x86_64=registry.example/py:{minor}-{python}")
    (shop / ".gitlab").mkdir()
    uplock(capfd, "uplift", "matrix", shop, "--format", "gitlab", "--output", shop / GITLAB, *named)
    text = (shop / GITLAB).read_text()
    assert '  tags: ["big"]\n' in text
    assert 'UPLIFT_IMAGE: "registry.example/py:3.12-3.12.1"\n' in text
    check = ("uplift", "matrix", shop, "--format", "gitlab", "--check")
    assert uplock(capfd, *check).code == 0
    assert uplock(capfd, *check, *named).code == 0
    other = uplock(capfd, *check, "--image", "linux-x86_64=registry.example/py:{python}")
    assert other.code == 1
    assert f"{GITLAB}:16 py39-linux-x86_64: UPLIFT_IMAGE is" in other.out


# --- what is refused --------------------------------------------------------------------------------------------------


def test_an_edited_lock_gives_no_matrix(shop: Path, capfd: Capture) -> None:
    lock = shop / LOCK.format("312")
    lock.write_text(lock.read_text() + "\n")
    answer = uplock(capfd, "uplift", "matrix", shop, "--format", "github")
    assert (answer.code, answer.out) == (4, "")


def test_locks_of_other_targets_than_the_project_asks_for_give_no_matrix(shop: Path, capfd: Capture) -> None:
    project(shop, THREE)
    answer = uplock(capfd, "uplift", "matrix", shop, "--format", "github")
    assert (answer.code, answer.out) == (2, "")
    assert "py313-linux-x86_64" in answer.err
    assert "uplock lock" in answer.err


def test_a_file_that_uplock_did_not_write_is_never_replaced(shop: Path, capfd: Capture) -> None:
    text = WORKFLOW.format(**digests(shop))
    path = committed(shop, "tests.yml", text)
    for form in ("github", "gitlab"):
        answer = uplock(capfd, "uplift", "matrix", shop, "--format", form, "--output", path)
        assert answer.code == 2
        assert "--check" in answer.err
    assert path.read_text() == text
    for other in ("{", "[]", "{}", '{"include": [], "python": []}'):
        path = committed(shop, "other.json", other)
        assert uplock(capfd, "uplift", "matrix", shop, "--format", "github-json", "--output", path).code == 2
        assert path.read_text() == other


@pytest.mark.parametrize(
    ("options", "word"),
    [
        (("--format", "github", "--output", "x.json"), "github-json"),
        (("--format", "github-json", "--output", "x.yml"), "github-json"),
        (("--format", "github", "--runner", "linux-x86_64"), "PLATFORM=NAME"),
        (("--format", "github", "--runner", "macos-arm64=mine"), "linux-x86_64"),
        (("--format", "github", "--runner", "linux-x86_64=a", "--runner", "linux-x86_64=b"), "two names"),
        (("--format", "github", "--image", "linux-x86_64=a\nb"), "printable"),
        ((), "--format"),
    ],
)
def test_a_call_that_contradicts_itself_is_refused(
    options: tuple[str, ...], word: str, shop: Path, capfd: Capture
) -> None:
    answer = uplock(capfd, "uplift", "matrix", shop, *options)
    assert (answer.code, answer.out) == (2, "")
    assert word in answer.err


@pytest.mark.parametrize("text", ["a: [", "lock: sha256: x: y", "\x00", "&a [*a]", "%YAML 9.9\n---\nlock: sha256"])
def test_a_committed_file_that_is_no_yaml_is_no_pass(text: str, shop: Path, capfd: Capture) -> None:
    path = committed(shop, "m.yml", text)
    answer = uplock(capfd, "uplift", "matrix", shop, "--format", "github", "--check", "--output", path)
    assert answer.code in {1, 3}


def test_a_committed_file_whose_name_is_no_text_can_be_told(shop: Path, capfd: Capture) -> None:
    folder = shop / ".github/workflows"
    folder.mkdir(parents=True)
    os.rename(
        committed(shop, "x.yml", WORKFLOW.format(**digests(shop)).replace("3.12.1", "3.12.2")),
        os.fsencode(folder) + b"/t\xff.yml",
    )
    text = uplock(capfd, "uplift", "matrix", shop, "--format", "github", "--check")
    assert text.code == 1
    assert "t\\udcff.yml:17 py312-linux-x86_64: python is" in text.out
    found = uplock(capfd, "uplift", "matrix", shop, "--format", "github", "--check", "--json").json
    assert found["checked"] == [".github/workflows/t\\udcff.yml"]
