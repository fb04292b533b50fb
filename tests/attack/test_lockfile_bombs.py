"""Small files that ask for very much memory, time or stack."""

from __future__ import annotations

import pytest

from support.subjects import make_lock, make_package
from uplock.errors import ConfigError, Error, InputError
from uplock.lockfile.config import Config, read_config
from uplock.lockfile.inputs import read_requirements_of
from uplock.lockfile.lockset import read_lockset
from uplock.lockfile.pylock import read_pylock, write_pylock

BOMBS = [
    b"a." * 200_000 + b"b = 1",
    b"[" + b"a." * 200_000 + b"b]",
    b'"a" . ' * 100_000 + b"b = 1",
    b"a = " + b"[" * 200_000,
    b"a = " + b"{a=" * 200_000,
    b"a = " + b"9" * 200_000,
    b"a = -" + b"1" * 5000,
    b"a = 1e" + b"9" * 5000 + b"]",
    b"'" * 200_000,
    b'"' * 200_001,
    b"zz = 1\n" * 2,
    b'zz = "' + b'\\" ' * 200_000,
    b'zz = """' + b'\\"a ' * 200_000,
    b'"long" . ' * 20_000 + b'"',
]


@pytest.mark.parametrize("bomb", BOMBS, ids=range(len(BOMBS)))
def test_a_bomb_in_toml_is_refused(bomb: bytes) -> None:
    """Quadratic work or worse would not come to an end here."""
    with pytest.raises(Error):
        read_pylock(bomb, "x")
    with pytest.raises(Error):
        read_config({"uplock.toml": bomb}.get)


def test_very_many_unknown_keys_are_refused() -> None:
    text = b"".join(b"targetz%d = 1\n" % number for number in range(20_000))
    with pytest.raises(Error):
        read_config({"uplock.toml": text}.get)


def test_a_number_beyond_64_bits_is_refused() -> None:
    raw = write_pylock(make_lock()).replace(b"format = 1", b"format = " + b"1" * 400)
    with pytest.raises(InputError, match=r"tool\.uplock\.format"):
        read_pylock(raw, "x")


def test_deep_json_is_refused() -> None:
    with pytest.raises(InputError):
        read_lockset(b'{"format":' + b"[" * 500_000, "x")


def refused_inputs(pyproject: str = "", **files: str) -> str:
    named = {name.replace("_", "."): text.encode() for name, text in files.items()}
    named["pyproject.toml"] = pyproject.encode()
    with pytest.raises(ConfigError) as caught:
        read_requirements_of(read_config(named.get), named.get)
    return str(caught.value)


def test_a_cycle_of_includes_is_refused_with_its_way() -> None:
    message = refused_inputs(requirements_in="-r a.in", a_in="six\n-r ./b.in", b_in="-r a.in")
    assert message == "b.in:1: includes itself: requirements.in -> a.in -> b.in -> a.in"
    assert refused_inputs(requirements_in="-c requirements.in").startswith("requirements.in:1: includes itself")


def test_a_cycle_of_groups_is_refused_with_its_way() -> None:
    groups = 'a = [{include-group = "B"}]\nB = [{include-group = "a"}]'
    message = refused_inputs(f'[dependency-groups]\n{groups}\n[tool.uplock]\ngroups = ["a"]')
    assert message == "pyproject.toml: dependency-groups.B: includes itself: a -> b -> a"


def test_groups_nested_too_deeply_are_refused() -> None:
    groups = "".join(f'g{number} = [{{include-group = "g{number + 1}"}}]\n' for number in range(100))
    message = refused_inputs(f'[dependency-groups]\n{groups}g100 = []\n[tool.uplock]\ngroups = ["g0"]')
    assert "dependency-groups.g63: more than 64 includes deep" in message


def test_doubling_at_every_level_takes_everything_once() -> None:
    includes = {f"f{number}.in": b"-r f%d.in\n" % (number + 1) * 1000 for number in range(14)}
    includes |= {"f14.in": b"six", "requirements.in": b"-r f0.in\n" * 1000}
    assert read_requirements_of(read_config(includes.get), includes.get).requirements == ("six",)
    twice = '[{{include-group = "g{0}"}}, {{include-group = "g{0}"}}]'
    groups = "".join(f"g{number} = {twice.format(number + 1)}\n" for number in range(60))
    text = f'[dependency-groups]\n{groups}g60 = ["six"]\n[tool.uplock]\ngroups = ["g0"]'
    files = {"pyproject.toml": text.encode()}
    assert read_requirements_of(read_config(files.get), files.get).requirements == ("six",)


def extras_text(count: int, lines: str) -> str:
    extras = "".join(f"x{number} = {lines.format(number + 1)}\n" for number in range(count))
    head = '[project]\nname = "demo"\n[tool.uplock]\nextras = ["x0"]\n[project.optional-dependencies]\n'
    return f'{head}{extras}x{count} = ["six"]'


def test_extras_that_multiply_with_their_markers_are_refused() -> None:
    fork = "[\"demo[x{0}]; os_name == 'a'\", \"demo[x{0}]; os_name == 'b'\"]"
    assert "too many references of the project to itself" in refused_inputs(extras_text(30, fork))


def test_a_very_long_chain_of_extras_is_refused() -> None:
    chain = "[\"demo[x{0}]; os_name == 'a'\"]"
    assert "too many references of the project to itself" in refused_inputs(extras_text(500, chain))


def test_extras_that_double_without_markers_are_taken_once() -> None:
    files = {"pyproject.toml": extras_text(20, '["demo[x{0}]", "demo[x{0}]"]').encode()}
    assert read_requirements_of(read_config(files.get), files.get).requirements == ("six",)


def test_many_escaped_quotes_in_a_valid_file_are_read() -> None:
    for text in ['"' + '\\" ' * 50_000 + '"', '"""' + '\\"a ' * 50_000 + '"""']:
        with pytest.raises(ConfigError, match="unknown key"):
            read_config({"uplock.toml": f"zz = {text}".encode()}.get)


def test_a_wheel_name_that_stands_for_very_many_tags_is_refused_without_expanding_them() -> None:
    tags = "-".join(".".join(f"{kind}{number}" for number in range(40)) for kind in "pal")
    packages = [make_package(f"p{number}-1.0-{tags}.whl") for number in range(100, 400)]
    raw = write_pylock(make_lock(packages=packages))
    with pytest.raises(InputError, match=r"packages\[0\]\.wheels\[0\]\.name: stands for more than 512 tags"):
        read_pylock(raw, "x")


def test_very_many_defects_are_counted_and_not_all_listed() -> None:
    with pytest.raises(InputError) as caught:
        read_pylock(b"packages = [" + b"{}," * 20_000 + b"]", "x")
    assert caught.value.message.count("\n") == 200
    assert caught.value.message.endswith(" more defects")
    with pytest.raises(ConfigError, match=r"requirements\.in:200: .*\n800 more defects"):
        read_requirements_of(Config(file="pyproject.toml"), {"requirements.in": b"-e .\n" * 1000}.get)
