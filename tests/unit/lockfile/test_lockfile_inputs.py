"""What a project asks for, from PEP 621 tables, PEP 735 groups and requirements.in."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from uplock.errors import ConfigError
from uplock.lockfile.config import read_config
from uplock.lockfile.inputs import Requirements, read_requirements_of


def folder(**files: str) -> Callable[[str], bytes | None]:
    """Return a reader of files whose names have ``_`` for ``.``."""
    named = {name.replace("_", "."): text.encode() for name, text in files.items()}
    return named.get


def ask(pyproject: str | None = None, **files: str) -> Requirements:
    read = folder(**files, **({} if pyproject is None else {"pyproject_toml": pyproject}))
    return read_requirements_of(read_config(read), read)


def refusal(pyproject: str | None = None, **files: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        ask(pyproject, **files)
    assert caught.value.remedy
    return str(caught.value).splitlines()


DEMO = '[project]\nname = "Demo.App"\n'


def test_dependencies_are_normalized_sorted_and_taken_once() -> None:
    asked = ask(f'{DEMO}dependencies = ["Flask_Login >=1, <2", "attrs", "flask-login<2,>=1", "uvicorn[Standard,a_X]"]')
    assert asked.requirements == ("attrs", "flask-login<2,>=1", "uvicorn[a-x,standard]")


def test_markers_pre_releases_epochs_and_local_versions_are_kept() -> None:
    asked = ask(f"""{DEMO}dependencies = [
        "tomli>=1.1; python_version < '3.11'", "b==1!2.0rc1", "torch==2.1+cu118", "c===weird-1"
    ]""")
    assert asked.requirements == (
        "b==1!2.0rc1",
        "c===weird-1",
        'tomli>=1.1 ; python_version < "3.11"',
        "torch==2.1+cu118",
    )


def test_equal_questions_have_equal_digests_whatever_file_they_stand_in() -> None:
    here = ask(f'{DEMO}dependencies = ["flask", "attrs"]')
    there = ask(requirements_in="attrs  # a comment\nFlask\n")
    assert here == there
    assert here.digest == there.digest
    assert here.digest != ask(requirements_in="attrs\n-c c.in\nflask", c_in="six").digest


def test_extras_may_name_other_extras_of_the_project() -> None:
    text = f"""{DEMO}dependencies = ["attrs"]
    [project.optional-dependencies]
    all = ["demo-app[Web]", "demo_app[cli]", "six"]
    web = ["flask"]
    cli = ["click; os_name == 'posix'"]
    unused = ["demo @ https://index.example/demo.whl"]
    """
    asked = ask(text + '[tool.uplock]\nextras = ["ALL"]')
    assert asked.requirements == ("attrs", 'click ; os_name == "posix"', "flask", "six")
    assert ask(text).requirements == ("attrs",)


def test_the_marker_of_a_reference_to_the_project_goes_to_all_that_it_stands_for() -> None:
    asked = ask(f"""{DEMO}dependencies = ["demo-app[old]; python_version < '3.9' or os_name == 'nt'"]
    [project.optional-dependencies]
    old = ["six; platform_machine == 'x86_64'", "demo.app[older]; sys_platform == 'linux'"]
    older = ["nose"]
    """)
    assert asked.requirements == (
        'nose ; (python_version < "3.9" or os_name == "nt") and sys_platform == "linux"',
        'six ; (python_version < "3.9" or os_name == "nt") and platform_machine == "x86_64"',
    )


def test_extras_that_name_each_other_are_taken_once() -> None:
    asked = ask(f"""{DEMO}[project.optional-dependencies]
    a = ["demo-app[b]", "x"]
    b = ["demo-app[a]", "y"]
    [tool.uplock]
    extras = ["a"]""")
    assert asked.requirements == ("x", "y")


def test_a_package_whose_name_begins_with_that_of_the_project_is_another() -> None:
    assert ask(f'{DEMO}dependencies = ["demo-app-core[x]"]').requirements == ("demo-app-core[x]",)


def test_an_extra_of_the_project_that_is_not_there_is_refused() -> None:
    lines = refusal(f"""{DEMO}[project.optional-dependencies]
    a = ["demo-app[b]"]
    [tool.uplock]
    extras = ["a", "c"]""")
    assert lines == [
        "pyproject.toml: tool.uplock.extras[1]: the project has no extra 'c'",
        "pyproject.toml: project.optional-dependencies: the project asks itself for 'b', which is not there",
    ]


def test_groups_include_groups() -> None:
    asked = ask("""[dependency-groups]
    test = ["pytest", {include-group = "Lint_Base"}, {include-group = "lint"}]
    lint-base = ["ruff"]
    lint = ["mypy", {include-group = "lint.base"}]
    docs = ["sphinx"]
    [tool.uplock]
    groups = ["TEST", "lint"]""")
    assert asked.requirements == ("mypy", "pytest", "ruff")


def test_groups_come_on_top_of_the_project() -> None:
    asked = ask(f"""{DEMO}dependencies = ["attrs"]
    [dependency-groups]
    dev = ["demo-app[x]", "ruff"]
    [project.optional-dependencies]
    x = ["six"]
    [tool.uplock]
    groups = ["dev"]""")
    assert asked.requirements == ("attrs", "ruff", "six")


@pytest.mark.parametrize(
    ("members", "defect"),
    [
        ('"x"', "dependency-groups.dev: must be an array"),
        ("[1]", "dependency-groups.dev[0]: must be a string"),
        ('[{include-group = "none"}]', "dependency-groups.dev[0]: must be a requirement or {include-group = NAME}"),
        ("[{include-group = 1}]", "dependency-groups.dev[0]: must be a requirement or {include-group = NAME}"),
        ('[{include-group = "dev", x = 1}]', "dependency-groups.dev[0]: must be a requirement or"),
        ('[{set-phasers-to = "stun"}]', "dependency-groups.dev[0]: must be a requirement or"),
        ('["ok", "not ok"]', "dependency-groups.dev[1]: 'not ok' is not a requirement: "),
    ],
)
def test_a_malformed_group_is_refused_with_its_place(members: str, defect: str) -> None:
    (line,) = refusal(f'[dependency-groups]\ndev = {members}\n[tool.uplock]\ngroups = ["dev"]')
    assert line.startswith(f"pyproject.toml: {defect}")


def test_a_group_that_is_not_there_is_refused_with_the_place_of_the_wish() -> None:
    assert refusal(uplock_toml='groups = ["dev"]', requirements_in="six") == [
        "uplock.toml: groups[0]: there is no dependency group 'dev'"
    ]


def test_names_that_are_the_same_after_normalization_are_refused() -> None:
    lines = refusal(f"""{DEMO}[project.optional-dependencies]
    Dev_x = []
    dev-x = []
    "d\\u00e9v" = []
    [dependency-groups]
    a_b = []
    a-b = []""")
    assert lines == [
        "pyproject.toml: dependency-groups.a-b: the same name as a_b",
        "pyproject.toml: project.optional-dependencies.dev-x: the same name as Dev_x",
        'pyproject.toml: project.optional-dependencies: "d\u00e9v" is not a name',
    ]


def test_dynamic_dependencies_never_lock_nothing() -> None:
    assert refusal(f'{DEMO}dynamic = ["dependencies"]') == [
        "pyproject.toml: project.dynamic: dependencies are dynamic: what they are is known to the build backend only"
    ]


def test_dynamic_dependencies_are_those_of_requirements_in_if_there_is_one() -> None:
    assert ask(f'{DEMO}dynamic = ["dependencies"]', requirements_in="six").requirements == ("six",)


def test_dependencies_cannot_be_static_and_dynamic() -> None:
    (line,) = refusal(f'{DEMO}dependencies = []\ndynamic = ["dependencies"]')
    assert line.startswith("pyproject.toml: project.dynamic: dependencies stand in [project] as well")


def test_dynamic_extras_are_refused_when_one_is_wanted() -> None:
    (line,) = refusal(f'{DEMO}dynamic = ["optional-dependencies"]\n[tool.uplock]\nextras = ["x"]')
    assert line.startswith("pyproject.toml: tool.uplock.extras[0]: extras are dynamic")


def test_a_project_without_dependencies_asks_for_nothing() -> None:
    assert ask(DEMO).requirements == ()
    assert ask(DEMO.replace("name", "version")).requirements == ()


def test_the_project_table_wins_over_requirements_in() -> None:
    assert ask(f'{DEMO}dependencies = ["attrs"]', requirements_in="six").requirements == ("attrs",)


@pytest.mark.parametrize("pyproject", [None, "", "[tool.other]\nx = 1"])
def test_a_folder_that_says_nothing_is_refused(pyproject: str | None) -> None:
    assert refusal(pyproject) == ["nothing says what to lock"]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("project = 1", ["pyproject.toml: project: must be a table"]),
        (f'{DEMO}dependencies = "x"', ["pyproject.toml: project.dependencies: must be an array of requirements"]),
        (f"{DEMO}dependencies = [1]", ["pyproject.toml: project.dependencies[0]: must be a string"]),
        (
            f"{DEMO}optional-dependencies = 1",
            ["pyproject.toml: project.optional-dependencies: must be a table"],
        ),
        (f"dependency-groups = 1\n{DEMO}", ["pyproject.toml: dependency-groups: must be a table"]),
    ],
)
def test_tables_of_another_kind_are_refused(text: str, lines: list[str]) -> None:
    assert refusal(text) == lines


def test_every_defect_is_told_at_once() -> None:
    lines = refusal(f"""{DEMO}dependencies = ["a @ https://index.example/a.whl", "b.whl", "fine"]
    [tool.uplock]
    extras = ["x"]
    groups = ["y"]""")
    assert [line.split(": ")[1] for line in lines] == [
        "project.dependencies[0]",
        "project.dependencies[1]",
        "tool.uplock.groups[0]",
        "tool.uplock.extras[0]",
    ]


@pytest.mark.parametrize(
    ("requirement", "reason"),
    [
        ("demo @ https://user:secret@index.example/demo.whl", "demo is asked for by a URL with credentials"),
        ("demo @ file:///srv/demo.whl", "demo is a local path"),
        ("git+https://user:secret@index.example/demo.git", "version control, which no hash can pin"),
        ("demo @ git+https://index.example/demo.git", "demo is asked for from version control"),
        ("demo @ https://index.example/demo-1.0-py3-none-any.whl", "by URL without its hash"),
        ("https://user:secret@index.example/demo.whl", "a URL without a name"),
        ("./demo", "'./demo' is not a requirement"),
        ("demo-1.0-py3-none-any.whl", "is a file, which no index hash can pin"),
        ("demo.tar.gz", "demo.tar.gz is a file"),
        ("demo; extra == 'x'", "a marker on extras or groups never holds here"),
        ("demo===1${SECRET}", "'${' is not allowed in a requirement"),
        ("demo===1\\\\", "is not allowed in a requirement"),
        ("demo; os_name == 'a # b'", "'#' is not allowed in a requirement"),
        ("demo==1 --hash=sha256:00", "is not a requirement"),
        ("", "'' is not a requirement"),
        ("d\\u00e9mo", "is not a requirement"),
        ("demo\\u2028six", "a requirement is at most 4000 printable characters"),
        ("demo" * 1001, "a requirement is at most 4000 printable characters"),
        ("demo; " + "(" * 51 + "os_name == 'a'" + ")" * 51, "more than 50 parentheses"),
    ],
)
def test_what_cannot_be_locked_by_name_and_hash_is_refused(requirement: str, reason: str) -> None:
    (line,) = refusal(f'{DEMO}dependencies = ["{requirement}"]')
    assert line.startswith("pyproject.toml: project.dependencies[0]: ")
    assert reason in line
    assert "secret" not in line


def test_a_marker_may_compare_with_the_word_extra() -> None:
    asked = ask(f"""{DEMO}dependencies = ["demo; platform_version != 'extra'"]""")
    assert asked.requirements == ('demo ; platform_version != "extra"',)
