"""Files that are made to hang, fill or end whoever scans them."""

import pytest

from uplock.errors import InputError
from uplock.uplift.scan.dockerfile_document import instructions, substituted
from uplock.uplift.scan.json_document import parse_json
from uplock.uplift.scan.readers import read
from uplock.uplift.scan.source import Source
from uplock.uplift.scan.syntax_tree import parse as parse_syntax
from uplock.uplift.scan.toml_document import parse_toml
from uplock.uplift.scan.tox import environments
from uplock.uplift.scan.versions import read_specifier, read_version
from uplock.uplift.scan.yaml_document import parse


def test_aliases_that_multiply_are_refused() -> None:
    lines = ["a: &a [x, x, x, x, x, x, x, x, x]"]
    lines += [
        f"{name}: &{name} [{', '.join(['*' + before] * 9)}]" for before, name in zip("abcdefg", "bcdefgh", strict=True)
    ]
    with pytest.raises(InputError, match="multiply"):
        parse("\n".join(lines))


def test_a_value_that_contains_itself_is_refused() -> None:
    with pytest.raises(InputError):
        parse("a: &a [*a]")


@pytest.mark.parametrize("text", ["[" * 5000, "{a: " * 5000, "a:\n" + "".join(" " * n + "b:\n" for n in range(1, 400))])
def test_yaml_that_nests_without_end_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        parse(text)


@pytest.mark.parametrize("text", ["a: 1\na: 2", "\tb: 1", "a: 'x", "a: !!python/object:os.system x\nb: }", "%YAML 9"])
def test_what_is_no_yaml_is_told_as_such(text: str) -> None:
    with pytest.raises(InputError, match=r"no YAML|twice|line"):
        parse(text)


@pytest.mark.parametrize("text", ["a = " + "[" * 5000 + "]" * 5000, "a = {b = " * 3000, "a = 1\na = 2", "[a]\n[a]"])
def test_toml_that_nests_or_repeats_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        parse_toml(text)


def test_hcl_that_nests_without_end_is_refused() -> None:
    with pytest.raises(InputError):
        parse_syntax("hcl", "a = " + "[" * 3000 + "]" * 3000)
    with pytest.raises(InputError, match="line 2"):
        parse_syntax("hcl", "a = 1\nb = = 2\n")


def test_comments_of_json_without_an_end_are_read_once() -> None:
    with pytest.raises(InputError):
        parse_json('{"a": 1,' + "/*" * 200_000)


def test_arguments_cannot_grow_without_end() -> None:
    values = {"A": "x" * 4000}
    with pytest.raises(InputError):
        substituted("$A$A", values)


def test_a_dockerfile_that_ends_in_a_continuation_ends() -> None:
    assert [each.name for each in instructions("FROM python:3.9 \\\n\n# and\n")] == ["FROM"]
    assert [each.name for each in instructions("RUN <<EOF\nFROM python:2.7\n")] == ["RUN"]


def test_braces_that_multiply_are_refused() -> None:
    with pytest.raises(InputError, match="environments"):
        environments("-".join(["{a,b,c,d,e,f,g,h,i,j}"] * 6))


@pytest.mark.parametrize("name", ["setup.py", "noxfile.py"])
def test_python_that_nests_without_end_is_refused(name: str) -> None:
    with pytest.raises(InputError):
        read(Source(path=name, text="x = " + "(" * 100_000))
    with pytest.raises(InputError):
        read(Source(path=name, text="x" * 2_000_000))


@pytest.mark.parametrize("text", ["^" * 10_000, "3." + "9" * 5000, ">=3.9," * 10_000, "~" + "1." * 4000, "=" * 5000])
def test_versions_of_any_length_end(text: str) -> None:
    read_version(text)
    try:
        read_specifier(text)
    except InputError:
        return


def test_a_setup_file_is_never_run() -> None:
    code = "raise SystemExit('ran')\nfrom setuptools import setup\nsetup(python_requires='>=3.9')\n"
    (found,) = read(Source(path="setup.py", text=code))
    assert found.specifier == ">=3.9"
