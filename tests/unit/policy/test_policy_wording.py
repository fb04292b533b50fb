from __future__ import annotations

import pytest

from uplock.policy.wording import counted, listed, printable


@pytest.mark.parametrize("text", ["", "demo-1.0.whl", "Łukasz 1 → 2", "back\\slash 'quoted'"])
def test_plain_text_is_left_alone(text: str) -> None:
    assert printable(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred", "\\x1b[31mred"),
        ("two\nlines\r\t", "two\\nlines\\r\\t"),
        ("\u202egnp.exe", "\\u202egnp.exe"),
        ("\u200bzero", "\\u200bzero"),
        ("\ud800", "\\ud800"),
        ("\u2028", "\\u2028"),
    ],
)
def test_what_could_steer_a_terminal_or_deceive_is_escaped(text: str, shown: str) -> None:
    assert printable(text) == shown


def test_long_text_is_cut_with_a_mark() -> None:
    assert printable("a" * 10, 10) == "a" * 10
    assert printable("a" * 11, 10) == "a" * 9 + "…"
    assert printable("\x1b" * 10, 10) == "\\x1b\\x1b\\" + "…"
    assert len(printable("\x1b" * 1_000_000)) == 300


def test_lists_are_sorted_without_repetition_and_bounded() -> None:
    assert listed([]) == ""
    assert listed(["b", "a", "b"]) == "a, b"
    assert listed("abc", limit=3) == "a, b, c"
    assert listed("dcba", limit=3) == "a, b, c and 1 more"


def test_counts_agree_with_their_noun() -> None:
    assert [counted(number, "day") for number in (0, 1, 2)] == ["0 days", "1 day", "2 days"]
