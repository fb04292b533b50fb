"""Writing and parsing TOML; the standard library's parser is the oracle of the writer."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime

import pytest

from uplock.lockfile.toml_document import MAX_BYTES, MAX_KEY_PARTS, parse_toml
from uplock.lockfile.toml_text import Item, item, key_text, table


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "true"),
        (False, "false"),
        (0, "0"),
        ('a"\\\x00\n\x7f\u2028é', '"a\\"\\\\\\u0000\\n\\u007F\u2028é"'),
        (datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), "2026-01-02T03:04:05Z"),
        (("a", "b"), '["a", "b"]'),
        ((), "[]"),
        ({"a": 1, "b": None, "c d": "x"}, '{a = 1, "c d" = "x"}'),
    ],
)
def test_every_kind_of_value_has_one_form(value: Item, text: str) -> None:
    assert item(value) == text


def test_none_is_left_out_of_tables_and_refused_elsewhere() -> None:
    assert table({"a": None, "b": 1}) == "b = 1\n"
    with pytest.raises(ValueError, match="no null"):
        item(None)


@pytest.mark.parametrize("key", ["", "a.b", 'a"b', "\x1b", "é", "a b"])
def test_a_key_is_quoted_where_toml_needs_it(key: str) -> None:
    assert tomllib.loads(f"{key_text(key)} = 1") == {key: 1}
    assert key_text("a-b_9") == "a-b_9"


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"x" * (MAX_BYTES + 1), "larger than"),
        (b"\n\xff", r"not UTF-8 \(at line 2\)"),
        (b"\n" + b"a." * MAX_KEY_PARTS + b"b = 1", r"dotted key has more than 64 parts \(at line 2\)"),
        (b"[" + b"'a' . " * MAX_KEY_PARTS + b'"b"]', "dotted key"),
        (b"a = " + b"[" * 100_000, "nested too deeply"),
        (b"a = " + b"9" * 5000, "limit"),
        (b"a = ", "line 1|end of document"),
    ],
)
def test_what_is_over_a_bound_or_no_toml_is_a_value_error(raw: bytes, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        parse_toml(raw)


def test_as_many_parts_as_are_allowed_are_read() -> None:
    assert list(parse_toml(b"a." * (MAX_KEY_PARTS - 1) + b"b = 1")) == ["a"]


DEEP = ".".join("a" * (MAX_KEY_PARTS + 1))


@pytest.mark.parametrize("text", [f'x = "{DEEP}"', f"x = '{DEEP}'", f'x = """\n{DEEP}"""', f"x = 1 # {DEEP}"])
def test_dots_in_strings_and_comments_are_no_key(text: str) -> None:
    assert list(parse_toml(text.encode())) == ["x"]


@pytest.mark.parametrize(
    "before",
    [
        'x = "#"',
        'x = ""',
        'x = "\\\\"',
        "x = '\\'",
        'x = """"""',
        'x = """a""""',
        'x = """a"""""',
        'x = """\\""""',
        'x = """ "" """',
        'x = """\n#"\n"""',
        "x = '''a''''",
        "x = '''a'''''",
        "x = '''\n\"\n'''",
        'x = \'"""\'',
        "# it's",
        '# """',
        "'a\"b' = 1",
        '"a#b" = 1',
        'x = [1, #"\n2]',
    ],
)
def test_no_string_or_comment_before_it_hides_a_deep_key(before: str) -> None:
    tomllib.loads(before)  # it is valid, so the parser goes on to what follows
    for deep in (f"{DEEP} = 1", f"[{DEEP}]", f"y = {{{DEEP} = 1}}"):
        with pytest.raises(ValueError, match="dotted key"):
            parse_toml(f"{before}\n{deep}\n".encode())
