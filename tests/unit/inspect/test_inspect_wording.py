from uplock.inspect.wording import listed, shown


def test_texts_are_escaped_and_cut() -> None:
    assert shown("3.5.8") == "3.5.8"
    assert shown("é\x1b'") == r"\xe9\x1b'"
    assert shown("x" * 500) == "x" * 120


def test_lists_are_sorted_and_cut() -> None:
    assert listed({"b", "a"}) == "a, b"
    assert listed(map(str, range(10))) == "0, 1, 2, 3, 4, 5, 6, 7, 8, 9"
    assert listed(chr(97 + number) for number in range(12)) == "a, b, c, d, e, f, g, h, i, j, 2 more"
