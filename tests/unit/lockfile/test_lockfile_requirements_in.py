"""requirements.in as pip reads it, less everything that would bring in something unpinned."""

from __future__ import annotations

import pytest

from uplock.errors import ConfigError
from uplock.lockfile.requirements_in import MAX_DEPTH, MAX_FILES, MAX_LINES, logical_lines, read_requirements_in


def walk(text: str, **files: str) -> tuple[list[str], list[str], list[str]]:
    """Return requirements, constraints and defects; ``a__b_in`` names the file ``a/b.in``."""
    named = {name.replace("__", "/").replace("_", "."): body.encode() for name, body in files.items()}
    defects: list[str] = []
    found = read_requirements_in("requirements.in", (named | {"requirements.in": text.encode()}).get, defects)
    assert found is not None
    return *found, defects


def test_a_file_that_is_not_there_is_none() -> None:
    assert read_requirements_in("requirements.in", lambda _: None, []) is None


def test_comments_blanks_continuations_and_a_byte_order_mark_are_as_in_pip() -> None:
    text = "\ufeff# head \\\n\nflask \\\n  >= 3 \\\n  # between\n\t\nsix#egg\nattrs # why\r\nclick"
    requirements, _, defects = walk(text)
    assert requirements == ["flask>=3", "attrs", "click"]
    assert [defect.split(": ")[0] for defect in defects] == ["requirements.in:7"]


def test_a_logical_line_has_the_number_of_its_first_physical_line() -> None:
    assert list(logical_lines("x", b"\na\\\nb\n# c\nd")) == [(2, "ab"), (5, "d")]


@pytest.mark.parametrize("option", ["-r sub/more.in", "-rsub/more.in", "--requirement=sub/more.in", "-r ./sub/more.in"])
def test_an_include_is_relative_to_the_file_that_has_it(option: str) -> None:
    found = walk(f"flask\n{option}", sub__more_in="-r ../base.in\nsix", base_in="attrs")
    assert found == (["flask", "attrs", "six"], [], [])


@pytest.mark.parametrize("option", ["-c c.in", "--constraint c.in", "-cc.in"])
def test_constraints_are_kept_apart(option: str) -> None:
    assert walk(f"flask\n{option}", c_in="six<2\n-c d.in", d_in="attrs<3") == (["flask"], ["six<2", "attrs<3"], [])


def test_a_file_may_be_requirements_and_constraints_each_once() -> None:
    assert walk("-r a.in\n-c a.in\n-r a.in\n-c a.in", a_in="six") == (["six"], ["six"], [])


def test_a_constraints_file_cannot_bring_in_requirements() -> None:
    *_, defects = walk("-c c.in", c_in="-r r.in", r_in="six")
    assert defects == ["c.in:1: a constraints file cannot include requirements"]


@pytest.mark.parametrize(
    ("line", "defect"),
    [
        ("--index-url https://user:secret@index.example", "--index-url is not allowed here"),
        ("--extra-index-url=https://user:secret@index.example", "--extra-index-url is not allowed here"),
        ("-ihttps://user:secret@index.example", "-i is not allowed here"),
        ("-fhttps://user:secret@index.example", "-f is not allowed here"),
        ("-e .", "-e is not allowed here"),
        ("--editable=.", "--editable is not allowed here"),
        ("--trusted-host index.example", "--trusted-host is not allowed here"),
        ("--pre", "--pre is not allowed here"),
        ("--no-binary :all:", "--no-binary is not allowed here"),
        ("-", "- is not allowed here"),
        ("--", "- is not allowed here"),
        ("-r", "-r is not allowed here"),
        ("-r https://user:secret@index.example/r.in", "a URL cannot be included"),
        ("-r none.in", "none.in is not there, or one of too many files"),
        ("-r ../r.in", "'../r.in' is outside the project"),
        ("-r ..", "'..' is outside the project"),
        ("-r a/../../r.in", "'../r.in' is outside the project"),
        ("-r /etc/hosts", "'/etc/hosts' is outside the project"),
        ("-r a\0b", "not a usable path"),
        ("-r " + "a" * 300, "not a usable path"),
        ("flask==${SECRET}", "'flask==${SECRET}' is not a requirement"),
        ("flask @ https://user:secret@index.example/f.whl", "flask is asked for by a URL with credentials"),
    ],
)
def test_everything_else_is_refused_with_its_line(line: str, defect: str) -> None:
    *_, defects = walk(f"# head\n{line}\nsix")
    assert len(defects) == 1
    assert defects[0].startswith(f"requirements.in:2: {defect}")
    assert "secret" not in defects[0]


def test_a_file_that_is_not_utf_8_is_refused_with_its_line() -> None:
    with pytest.raises(ConfigError, match=r"^requirements\.in:2: not UTF-8 text$"):
        read_requirements_in("requirements.in", lambda _: b"six\n\xff", [])


def test_too_many_lines_are_refused() -> None:
    with pytest.raises(ConfigError, match=f"more than {MAX_LINES} lines"):
        read_requirements_in("requirements.in", lambda _: b"\n" * (MAX_LINES + 1), [])


def test_includes_are_bounded_in_depth() -> None:
    files = {f"{number}.in": f"-r {number + 1}.in".encode() for number in range(MAX_DEPTH + 1)}
    defects: list[str] = []
    read_requirements_in("0.in", files.get, defects)
    assert defects == [f"{MAX_DEPTH - 1}.in:1: more than {MAX_DEPTH} includes deep"]


def test_includes_are_bounded_in_number() -> None:
    files = {f"{number}.in": b"six" for number in range(MAX_FILES + 1)}
    text = "".join(f"-r {name}\n" for name in files).encode()
    defects: list[str] = []
    read_requirements_in("requirements.in", (files | {"requirements.in": text}).get, defects)
    assert [defect.split(":")[1] for defect in defects] == [str(MAX_FILES), str(MAX_FILES + 1)]
