"""Locks of other tools that ask for very much time, memory or stack, or that hide what they say."""

from __future__ import annotations

import time

import pytest

from support.foreign import NEW, fixture
from uplock.errors import InputError
from uplock.lockfile.foreign.read import pins_for, read_foreign_lock

SECONDS = 10
"""Linear work on these sizes takes a small part of it, also on a busy machine; quadratic work takes hours."""

REGISTRY = 'source = { registry = "https://index.example/simple" }\n'
UV = 'version = 1\nrequires-python = ">=3.8"\n'
PYLOCK = 'lock-version = "1.0"\ncreated-by = "x"\n'


def refusal(text: str | bytes, filename: str) -> str:
    raw = text if isinstance(text, bytes) else text.encode()
    start = time.monotonic()
    with pytest.raises(InputError) as caught:
        pins_for(read_foreign_lock(raw, filename), NEW)
    assert time.monotonic() - start < SECONDS
    assert caught.value.remedy
    assert len(caught.value.message) < 100_000
    return caught.value.message


def answers(text: str, filename: str) -> int:
    start = time.monotonic()
    found = len(pins_for(read_foreign_lock(text.encode(), filename), NEW))
    assert time.monotonic() - start < SECONDS
    return found


def uv_package(name: str, version: str = "1", more: str = "") -> str:
    return f'[[package]]\nname = "{name}"\nversion = "{version}"\n{REGISTRY}{more}'


DEEP = "(" * 200_000 + "os_name == 'nt'" + ")" * 200_000
DEEP_SHORT = "(" * 5000 + "os_name == 'nt'" + ")" * 5000


@pytest.mark.parametrize("marker", [DEEP, DEEP_SHORT], ids=["long", "short"])
@pytest.mark.parametrize("filename", ["uv.lock", "pylock.toml", "poetry.lock", "requirements.txt"])
def test_parentheses_that_exhaust_the_stack_are_refused(filename: str, marker: str) -> None:
    text = {
        "uv.lock": UV + uv_package("a", more=f'resolution-markers = ["{marker}"]\n'),
        "pylock.toml": f'{PYLOCK}[[packages]]\nname = "a"\nversion = "1"\nmarker = "{marker}"\n',
        "poetry.lock": f'[[package]]\nname = "a"\nversion = "1"\nmarkers = "{marker}"\n[metadata]\n',
        "requirements.txt": f"a==1 ; {marker}\n",
    }[filename]
    assert "parentheses" in refusal(text, filename) or "at most" in refusal(text, filename)


@pytest.mark.parametrize("start", ["a===x' ;", "a===x@y';", "a @ https://index.example/';x' ;", "a @ x:y' ;"])
def test_a_quote_before_the_marker_hides_no_parentheses(start: str) -> None:
    for depth in (51, 300, 1000):
        line = f"{start}{'(' * depth}os_name == 'nt'{')' * depth}\n"
        assert refusal(line, "requirements.txt") == "line 1: parentheses more than 50 deep"


def test_parentheses_of_an_environment_are_refused() -> None:
    assert "deep" in refusal(f'{PYLOCK}environments = ["{DEEP_SHORT}"]\npackages = []\n', "pylock.toml")
    assert "deep" in refusal(f'{UV}supported-markers = ["{DEEP_SHORT}"]\n', "uv.lock")
    need = f'dependencies = [{{ name = "a", marker = "{DEEP_SHORT}" }}]\n'
    assert "deep" in refusal(UV + uv_package("a", more=need), "uv.lock")


def test_parentheses_side_by_side_are_no_depth() -> None:
    marker = " or ".join(["(os_name == 'nt')"] * 500) + " or os_name == 'posix'"
    assert answers(UV + uv_package("a", more=f'resolution-markers = ["{marker}"]\n'), "uv.lock") == 1


@pytest.mark.parametrize("filename", ["uv.lock", "pylock.toml", "poetry.lock", "renamed.toml"])
@pytest.mark.parametrize("bomb", [b"a = " + b"[" * 200_000, b"a." * 200_000 + b"b = 1", b"a = " + b"9" * 200_000])
def test_a_bomb_in_toml_is_refused(bomb: bytes, filename: str) -> None:
    assert refusal(bomb, filename).startswith("not TOML")


@pytest.mark.parametrize(
    "line",
    [
        "a==1 \\\n" * 100_000,
        "a/" * 500_000,
        "a==1 " + "--hash=sha256:" * 50_000,
        "a==1" + " #" * 400_000 + "\n\x0b",
        "-" * 1_000_000,
        "--" + "a-" * 500_000,
        "[" * 1_000_000,
        "a" + "@" * 3000 + "\n" + "a@" * 1500,
        "a" + "[b," * 1300,
        "a==" + "1." * 1900 + "*",
        "a==" + "1" * 3990 + "a" * 5,
        "\\\n" * 1_000_001,
        "x" * 2_000_000,
        ("a==1 ; os_name == 'x' " + "and os_name == 'x' " * 180 + "(\n") * 100,
    ],
    ids=range(14),
)
def test_a_line_that_parsers_could_choke_on_is_refused_in_time(line: str) -> None:
    refusal(f"b==1\n{line}\na==\n", "requirements.txt")


def test_a_file_of_defects_is_given_up() -> None:
    assert refusal("a==\n" * 900_000, "requirements.txt").endswith("1801 more defects")


def test_a_file_beyond_all_measure_is_refused_unread() -> None:
    assert refusal(b"#" * (16 * 1024 * 1024 + 1), "requirements.txt") == "larger than 16777216 bytes"


def test_very_many_hashes_and_comments_are_read_in_time() -> None:
    hashes = "".join(f" \\\n    --hash=sha256:{number:064x}" for number in range(12_000))
    assert answers(f"a==1{hashes}\n" + "    # via b\n" * 100_000, "requirements.txt") == 1


def test_dependencies_that_multiply_are_refused() -> None:
    """Every dependency without a version means every package of its name."""
    packages = "".join(uv_package("a", str(number)) for number in range(4000))
    needs = 'dependencies = [{ name = "a" }' + ', { name = "a" }' * 19_999 + "]\n"
    root = f'[[package]]\nname = "demo"\nversion = "0"\nsource = {{ virtual = "." }}\n{needs}'
    assert refusal(UV + packages + root, "uv.lock") == "too many dependencies, or too many packages of one name"


def test_a_graph_in_which_ways_double_at_every_step_is_walked_once() -> None:
    need = 'dependencies = [{{ name = "a{0}" }}, {{ name = "b{0}" }}]\n'
    packages = "".join(uv_package(f"{kind}{at}", more=need.format(at + 1)) for at in range(2000) for kind in "ab")
    root = f'[[package]]\nname = "demo"\nversion = "0"\nsource = {{ virtual = "." }}\n{need.format(0)}'
    assert answers(UV + packages + root, "uv.lock") == 4000


def test_more_packages_than_any_project_has_are_refused() -> None:
    many = '[[packages]]\nname = "a"\nversion = "1"\n' * 20_001
    assert "at most 20000" in refusal(PYLOCK + many, "pylock.toml")
    assert "at most 20000" in refusal(UV + many.replace("packages", "package"), "uv.lock")
    assert "at most 20000" in refusal(many.replace("packages", "package") + "[metadata]\n", "poetry.lock")
    assert "more than 20000 pins" in refusal("".join(f"a{at}==1\n" for at in range(20_001)), "requirements.txt")


TAGS = "-".join(".".join(f"{kind}{number}" for number in range(200)) for kind in "pal")


@pytest.mark.parametrize(
    "file",
    [
        f'name = "a-1-{TAGS}.whl", url = "https://index.example/"',
        f'url = "https://index.example/a-1-{TAGS}.whl"',
        f'url = "https://index.example/a-1-{TAGS}.whl?query#fragment"',
        f'url = "https://index.example/a-1-{TAGS}.whl;parameter"',
        f'url = "https://index.example/a-1-{TAGS.replace(".", "%2E")}.whl"',
        f'path = "wheels/a-1-{TAGS}.whl"',
        f'path = "wheels/a-1-?{TAGS}.whl"',
        f'path = "wheels\\\\a-1-{TAGS}.whl"',
    ],
    ids=range(8),
)
def test_a_wheel_whose_tags_multiply_is_refused_before_a_parser_has_it(file: str) -> None:
    wheels = f'wheels = [{{ {file}, hashes = {{ sha256 = "{"0" * 64}" }} }}]\n'
    message = refusal(f'{PYLOCK}[[packages]]\nname = "a"\nversion = "1"\n{wheels}', "pylock.toml")
    assert message.startswith("packages[0].wheels[0].")
    assert message.endswith("stands for more than 512 tags")


def test_very_many_different_markers_are_answered_in_time() -> None:
    marker = "os_name == 'posix' and sys_platform != '{}'"
    packages = "".join(
        uv_package(f"a{at}", more=f'resolution-markers = ["{marker.format(at)}"]\n') for at in range(3000)
    )
    assert answers(UV + packages, "uv.lock") == 3000


def test_a_version_beyond_what_numbers_are_parsed_of_is_refused() -> None:
    marker = f"python_full_version < '{'9' * 5000}'"
    assert "cannot be answered" in refusal(UV + uv_package("a", more=f'resolution-markers = ["{marker}"]\n'), "uv.lock")
    assert "is not a version" in refusal(UV + uv_package("a", "9" * 3000), "uv.lock")


def test_credentials_are_in_no_message_and_no_note() -> None:
    raw = fixture("sources/pip-freeze.txt").replace(b"https://", b"https://me:secret@")
    raw += (
        b"--index-url https://me:secret@index.example\n-f https://me:secret@index.example\n-e git+https://me:secret@x\n"
    )
    assert "secret" not in repr(read_foreign_lock(raw, "x.txt"))
    for path in ("sources/uv.lock", "sources/pylock.uv-export.toml", "poetry/poetry.lock"):
        raw = fixture(path).replace(b"https://", b"https://me:secret@")
        assert "secret" not in repr(read_foreign_lock(raw, path.rpartition("/")[2]))
    for netloc in ("me:secret@[x", "me:secret@\u2100.example", "me:secret@x:port"):
        wheel = f'wheels = [{{ url = "https://{netloc}/a-1.whl", hashes = {{ sha256 = "{"0" * 64}" }} }}]'
        text = f'{PYLOCK}[[packages]]\nname = "a"\nversion = "1"\n{wheel}\n'
        assert "secret" not in refusal(text, "pylock.toml")
