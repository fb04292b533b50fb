"""Recipes for continuous integration and pre-commit: read, and every ``uplock`` command in them run.

Above each command stand comments, ``# exit CODE: words``, the words beginning with a finding's id where there is one.
Each such claim is made true here on a project of its own, and the command must exit so and name that finding.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from support.http_index import HttpIndex
from support.index_simulator import IndexSimulator
from support.own_interpreter import own_target
from support.shop import LATER, PYPROJECT, UPLOADED, project, uplock
from support.wheels import build_wheel
from support.yaml_subset import Node, read_yaml

REPOSITORY = Path(__file__).resolve().parents[2]
HOOKS = REPOSITORY / ".pre-commit-hooks.yaml"
RECIPES = sorted((REPOSITORY / "docs" / "recipes").glob("*.y*ml"))
FILES = [HOOKS, *RECIPES]
CHECK, INDEX, CROSS = "uplock lock --check", "uplock lock --check=index", "uplock lock --fresh --cross-check"
HOOK = "uplock lock --check=offline"
"""As ``CHECK``; a project's folder may follow it."""

OWN = """\
[project]
name = "shop"
version = "1.0"
dependencies = ["till"]

[tool.uplock]
targets = ["{python}"]
platforms = ["{platform}"]
exclude-newer = "2026-03-01T00:00:00Z"
"""
NOT_HERE = "3.8.1"
"""A version that no machine is expected to have."""

_CLAIM = re.compile(r" *# exit (?P<code>[0-9]+): (?P<words>(?P<rule>[A-Z]{2}[0-9]{3})?.*)")
_COMMAND = re.compile(r" *(?:- )?(?:(?:run|entry): )?(?P<command>uplock [^#'\"|&;<>$`\\]+)")


@dataclass(frozen=True)
class Claim:
    """What a recipe says of a command: exit code, and the finding that it names."""

    file: str
    command: str
    code: int
    rule: str
    words: str


def claims_of(path: Path) -> Iterator[Claim]:
    """Yield the claims above each command. Each claim must belong to a command, and each command have one."""
    waiting: list[re.Match[str]] = []
    for line in path.read_text().splitlines():
        if match := _CLAIM.fullmatch(line):
            waiting.append(match)
        elif match := _COMMAND.fullmatch(line):
            assert waiting, f"{path.name}: nothing is said of {line}"
            for claim in waiting:
                yield Claim(path.name, match["command"], int(claim["code"]), claim["rule"] or "", claim["words"])
            waiting = []
        else:
            assert not waiting, f"{path.name}: {line} is no command of ours"
    assert not waiting, path.name


CLAIMS = [claim for path in FILES for claim in claims_of(path)]


def commands_in(node: Node) -> Iterator[str]:
    """Yield every scalar that runs uplock: in ``run``, ``entry`` and ``script``."""
    match node:
        case dict():
            for key, value in node.items():
                if key in {"run", "entry", "script", "before_script"}:
                    lines = value if isinstance(value, list) else [value]
                    yield from (line for line in lines if isinstance(line, str) and line.startswith("uplock"))
                elif not isinstance(value, str):
                    yield from commands_in(value)
        case list():
            for each in node:
                yield from commands_in(each)


# --- what makes a claim true ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Estate:
    """A project with locks, and the index that they came from."""

    folder: Path
    index: IndexSimulator
    http: HttpIndex

    def configure(self, text: str) -> None:
        """Write another pyproject.toml."""
        project(self.folder, text)

    def own(self, *, python: str = "", more: str = "") -> str:
        """Return the configuration of a project for the interpreter that runs the tests, or for another."""
        target = own_target()
        targets = python or target.interpreter.version
        return OWN.format(python=f'{targets}", "{more}' if more else targets, platform=target.platform.name)


def nothing(estate: Estate) -> None:
    """Leave everything as it was locked."""


def other_requirements(estate: Estate) -> None:
    estate.configure(PYPROJECT.replace('"crypt"', '"crypt", "coin<9"'))


def narrower_requirement(estate: Estate) -> None:
    estate.configure(PYPROJECT.replace('"till"', '"till<2"'))


def no_locks(estate: Estate) -> None:
    shutil.rmtree(estate.folder / "locks")


def edited_lock(estate: Estate) -> None:
    with (estate.folder / "locks" / "pylock.py312-linux-x86_64.toml").open("a") as lock:
        lock.write("# merged by hand\n")


def another_file(estate: Estate) -> None:
    estate.index.publish(*build_wheel("coin", "1.1", tag="cp312-cp312-any"), upload_time=LATER)


def yanked(estate: Estate) -> None:
    estate.index.yank("coin-1.1-py3-none-any.whl", "leaks credentials")


def withdrawn(estate: Estate) -> None:
    estate.index.withdraw("coin-1.1-py3-none-any.whl")


def replaced(estate: Estate) -> None:
    estate.index.publish(*build_wheel("coin", "1.1", files={"coin.py": b"steal()"}), upload_time=UPLOADED)


def refused(estate: Estate) -> None:
    estate.http.fail(403)


def interpreter_here(estate: Estate) -> None:
    estate.configure(estate.own())


def one_interpreter_here(estate: Estate) -> None:
    estate.configure(estate.own(more=NOT_HERE))


def no_interpreter_here(estate: Estate) -> None:
    estate.configure(estate.own(python=NOT_HERE))


def read_differently(estate: Estate) -> None:
    """Publish what pip takes and uv refuses: a yanked version that only a dependency pins (PEP 592 allows both)."""
    estate.configure(estate.own() + 'resolver = "pip-tools"\n')
    estate.index.publish(*build_wheel("till", "3.0", requires_dist=("coin==0.9",)), upload_time=UPLOADED)
    estate.index.withdraw("till-1.0-py3-none-any.whl")
    estate.index.withdraw("till-2.0-py3-none-any.whl")
    estate.index.publish(*build_wheel("coin", "0.9"), upload_time=UPLOADED, yanked="loses orders")


def no_solution(estate: Estate) -> None:
    estate.configure(estate.own().replace('"till"', '"till>=99"'))


def refused_here(estate: Estate) -> None:
    estate.configure(estate.own())
    refused(estate)


SITUATIONS: dict[tuple[str, int, str], tuple[Callable[[Estate], None], ...]] = {
    (CHECK, 0, ""): (nothing,),
    (CHECK, 1, "LK005"): (other_requirements, narrower_requirement),
    (CHECK, 1, "LK011"): (narrower_requirement,),
    (CHECK, 2, ""): (no_locks,),
    (CHECK, 4, "LK013"): (edited_lock,),
    (HOOK, 0, ""): (nothing,),
    (HOOK, 1, "LK005"): (other_requirements,),
    (HOOK, 2, ""): (no_locks,),
    (HOOK, 4, "LK013"): (edited_lock,),
    (INDEX, 0, ""): (nothing,),
    (INDEX, 0, "AR014"): (another_file,),
    (INDEX, 0, "AR015"): (yanked,),
    (INDEX, 1, "AR003"): (withdrawn,),
    (INDEX, 1, "AR013"): (replaced,),
    (INDEX, 3, ""): (refused,),
    (INDEX, 4, "LK013"): (edited_lock,),
    (CROSS, 0, ""): (interpreter_here,),
    (CROSS, 0, "LK009"): (one_interpreter_here,),
    (CROSS, 1, "LK009"): (read_differently,),
    (CROSS, 3, "LK009"): (no_interpreter_here,),
    (CROSS, 3, ""): (no_solution, refused_here),
}


@pytest.fixture
def estate(
    index: IndexSimulator,
    http: HttpIndex,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Estate:
    """A project that is locked, as the current folder."""
    folder = project(tmp_path / "shop")
    monkeypatch.chdir(folder)
    assert uplock(capfd, "lock").code == 0
    return Estate(folder, index, http)


RUNS = [
    pytest.param(key, situation, id=f"{'-'.join(key[0].split()[2:])}-{key[1]}-{situation.__name__}")
    for key, situations in SITUATIONS.items()
    for situation in situations
]


@pytest.mark.allow_hosts(["127.0.0.1"])
@pytest.mark.parametrize(("claim", "situation"), RUNS)
def test_a_command_of_the_recipes_exits_as_they_say(
    claim: tuple[str, int, str],
    situation: Callable[[Estate], None],
    estate: Estate,
    capfd: pytest.CaptureFixture[str],
) -> None:
    command, code, rule = claim
    situation(estate)
    answer = uplock(capfd, *shlex.split(command)[1:])
    assert answer.code == code, answer.out + answer.err
    named = set(re.findall(r"^(?:error|warning|info) ([A-Z]{2}[0-9]{3}) ", answer.out, re.MULTILINE))
    assert rule in named if rule else not named, answer.out


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: f"{claim.file}: {claim.command}: exit {claim.code}")
def test_everything_that_a_recipe_says_of_a_command_is_tried(claim: Claim) -> None:
    assert (claim.command, claim.code, claim.rule) in SITUATIONS, claim.words


def test_everything_that_is_tried_is_said_in_a_recipe() -> None:
    assert set(SITUATIONS) == {(claim.command, claim.code, claim.rule) for claim in CLAIMS}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_no_command_of_a_recipe_is_overlooked(path: Path) -> None:
    said = list(dict.fromkeys((claim.command, claim.file) for claim in claims_of(path)))
    assert [command for command, _ in said] == list(commands_in(read_yaml(path.read_text())))


# --- the files themselves ---------------------------------------------------------------------------------------------


def hook_of(path: Path) -> dict[str, Node]:
    """Return the one hook of a file, without the words for people."""
    document = read_yaml(path.read_text())
    if isinstance(document, dict):
        repositories = document["repos"]
        assert isinstance(repositories, list)
        (repository,) = repositories
        assert isinstance(repository, dict)
        document = repository["hooks"]
    assert isinstance(document, list)
    (hook,) = document
    assert isinstance(hook, dict)
    return hook


def test_the_hook_runs_the_offline_check_once_whatever_files_changed() -> None:
    hook = hook_of(HOOKS)
    assert hook["id"] == "uplock-lock-check"
    assert (hook["entry"], hook["language"], hook["pass_filenames"]) == (HOOK, "python", "false")


@pytest.mark.parametrize(("folder", "code"), [("shop", 0), ("elsewhere", 2)])
@pytest.mark.allow_hosts(["127.0.0.1"])
def test_a_project_in_a_folder_of_its_own_is_named_behind_the_hook(
    folder: str, code: int, estate: Estate, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(estate.folder.parent)
    assert uplock(capfd, *shlex.split(str(hook_of(HOOKS)["entry"]))[1:], folder).code == code


def test_the_hook_of_the_recipe_is_the_one_that_we_publish_but_for_its_language() -> None:
    ours, recipe = hook_of(HOOKS), hook_of(REPOSITORY / "docs/recipes/pre-commit-config.yaml")
    assert {**ours, "language": "system"} == {**recipe, "description": ours["description"]}


@pytest.mark.parametrize(
    "path",
    [
        "pyproject.toml",
        "services/shop/pyproject.toml",
        "uplock.toml",
        "requirements.in",
        "requirements-dev.txt",
        "constraints.txt",
        "locks/lockset.json",
        "locks/pylock.py312-linux-x86_64.toml",
        "locks/requirements.py312-linux-x86_64.txt",
    ],
)
def test_the_hook_looks_when_this_file_changes(path: str) -> None:
    assert re.search(str(hook_of(HOOKS)["files"]), path)


@pytest.mark.parametrize("path", ["src/shop.py", "docs/requirements.md", "sboms/py312.cdx.json", "my-pyproject.toml"])
def test_the_hook_does_not_look_when_this_file_changes(path: str) -> None:
    assert not re.search(str(hook_of(HOOKS)["files"]), path)


@pytest.mark.parametrize("path", RECIPES, ids=lambda path: path.name)
def test_a_recipe_pins_every_action_by_commit(path: Path) -> None:
    used = re.findall(r"uses: (\S+)", path.read_text())
    assert [action for action in used if not re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}", action)] == []
    assert used or not path.name.startswith("github")


def test_every_recipe_stands_in_the_docs() -> None:
    page = (REPOSITORY / "docs" / "ci.md").read_text()
    files = sorted(path.name for path in (REPOSITORY / "docs" / "recipes").iterdir())
    assert [name for name in files if f"recipes/{name}" not in page] == []


@pytest.mark.parametrize(
    "text",
    [
        "a: b: c\n",
        "a: 1\na: 2\n",
        "a:\n  b: 1\n   c: 2\n",
        "a: [1, 2]\n",
        "a: {b: 1}\n",
        "a: &anchor 1\n",
        'a: "x"\n',
        "a: >\n  folded\n",
        "- a\nb: c\n",
        "a:\tb\n",
    ],
)
def test_what_is_not_plain_yaml_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="line"):
        read_yaml(text)


def test_plain_yaml_is_read() -> None:
    text = "# top\na:\n  - b: 'it''s' # why\n    c: |\n      1\n      2\n  - d e\nf:\ng:\n  - h\n"
    assert read_yaml(text) == {"a": [{"b": "it's", "c": "1\n2"}, "d e"], "f": "", "g": ["h"]}


# --- with the real pre-commit -----------------------------------------------------------------------------------------


def run_in(folder: Path, *command: str | Path) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = {
        **os.environ,
        "PATH": path,
        **{f"GIT_{who}_{what}": "t@index.example" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
    }
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.network
@pytest.mark.skipif(shutil.which("pre-commit") is None, reason="pre-commit is not installed")
@pytest.mark.allow_hosts(["127.0.0.1"])
def test_pre_commit_itself_runs_the_hook_of_the_recipe(estate: Estate) -> None:
    folder = estate.folder
    shutil.copy(REPOSITORY / "docs/recipes/pre-commit-config.yaml", folder / ".pre-commit-config.yaml")
    (folder / ".gitignore").write_text(".uplock/\n")
    run_in(folder, "git", "init", "--quiet")
    run_in(folder, "git", "add", ".")
    assert run_in(folder, "pre-commit", "validate-manifest", HOOKS).returncode == 0
    done = run_in(folder, "pre-commit", "run")
    assert (done.returncode, "Passed" in done.stdout) == (0, True), done.stdout + done.stderr
    edited_lock(estate)
    run_in(folder, "git", "add", ".")
    done = run_in(folder, "pre-commit", "run")
    assert done.returncode == 1
    assert "exit code: 4" in done.stdout
    assert "LK013" in done.stdout
