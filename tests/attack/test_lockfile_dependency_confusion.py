"""A line somewhere in the project's inputs tries to bring in packages from where nobody looks."""

from __future__ import annotations

import pytest

from uplock.errors import ConfigError
from uplock.lockfile.config import read_config
from uplock.lockfile.inputs import Requirements, read_requirements_of


def ask(**files: str) -> Requirements:
    named = {name.replace("_", "."): text.encode() for name, text in files.items()}
    return read_requirements_of(read_config(named.get), named.get)


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n", "\f", "\v", "\x1c", "\x85", "\u2028", "\u2029", " \\\n\n"])
@pytest.mark.parametrize("option", ["--extra-index-url", "--index-url", "-i", "--find-links", "-f"])
def test_an_option_for_another_index_is_refused_whatever_ends_the_line_before(end: str, option: str) -> None:
    with pytest.raises(ConfigError, match=rf"requirements\.in:\d: {option} is not allowed here"):
        ask(requirements_in=f"# harmless{end}{option} https://user:secret@index.example/")


def test_an_option_deep_in_an_include_is_refused_with_its_place() -> None:
    with pytest.raises(ConfigError, match=r"b\.in:2: --extra-index-url is not allowed here"):
        ask(requirements_in="-r a.in", a_in="-c b.in", b_in="six\n--extra-index-url https://index.example/")


@pytest.mark.parametrize("end", ["\\\\n", "\\n", "\\r", "\\u2028", "\\\\x0a", "\\u0085"])
def test_a_line_end_inside_a_marker_never_begins_a_new_line_for_the_resolver(end: str) -> None:
    text = f"\"six ; platform_version != 'a{end}--extra-index-url https://index.example/ #'\""
    with pytest.raises(ConfigError, match=r"project\.dependencies\[0\]"):
        ask(pyproject_toml=f'[project]\nname = "demo"\ndependencies = [{text}]')


@pytest.mark.parametrize("line", ["DEMO", "demo[x]", "De_Mo"[:2] + "mo"])
def test_the_project_s_own_name_is_never_asked_of_an_index(line: str) -> None:
    text = f'[project]\nname = "demo"\ndependencies = ["{line}", "six"]\noptional-dependencies = {{x = ["attrs"]}}'
    assert not any(each.startswith("demo") for each in ask(pyproject_toml=text).requirements)


@pytest.mark.parametrize("name", ["pand\u0430s", "\uff50andas", "pandas\u200b", "\u212aivy", "p\u0131ndas"])
def test_look_alikes_of_a_name_are_refused_not_folded(name: str) -> None:
    with pytest.raises(ConfigError):
        ask(requirements_in=name)
    table = f'[project]\noptional-dependencies = {{"{name}" = []}}\n[dependency-groups]\n"{name}" = []'
    with pytest.raises(ConfigError, match="is not a name"):
        ask(pyproject_toml=table)
    for key in ("extras", "groups"):
        wish = f'[project]\noptional-dependencies = {{kivy = []}}\n[tool.uplock]\n{key} = ["{name}"]'
        with pytest.raises(ConfigError, match=rf"tool\.uplock\.{key}\[0\]"):
            ask(pyproject_toml=wish)


def test_credentials_in_an_address_are_neither_taken_nor_shown() -> None:
    for files in (
        {"requirements_in": "six", "uplock_toml": 'index-url = "https://user:secret@index.example/"'},
        {"requirements_in": "six @ https://user:secret@index.example/six.whl"},
        {"requirements_in": "git+https://user:secret@index.example/six"},
        {"requirements_in": "-r https://user:secret@index.example/r.in"},
        {"requirements_in": "--index-url=https://user:secret@index.example/"},
    ):
        with pytest.raises(ConfigError) as caught:
            ask(**files)
        assert "secret" not in str(caught.value)
