"""Environments in words: what is shown, in which order, and how much of it."""

from __future__ import annotations

from support.subjects import NOTHING
from uplock.model.content import DifferenceKind, DistributionContent, EnvironmentDifference, EnvironmentResult
from uplock.model.digest import sha256_of
from uplock.model.value import changed
from uplock.report.env_text import MOST_PACKAGES, MOST_ROWS, env_text

EQUAL = EnvironmentResult(
    status="equal",
    target="py312-linux-x86_64",
    layout="prefix",
    digest=NOTHING,
    predicted=NOTHING,
    distributions=(DistributionContent(name="demo", version="1.0", digest=NOTHING, files=3),),
    bootstrap=("pip 24.2", "setuptools 65.5.0"),
    files=3,
    bytecode=1,
    scripts=2,
)


def paint(text: str, colour: str) -> str:
    return f"<{colour}>{text}</>"


def differing(*differences: tuple[DifferenceKind, str, str], omitted: int = 0) -> list[str]:
    result = changed(
        EQUAL,
        status="different",
        digest=sha256_of(b"other"),
        differences=tuple(
            EnvironmentDifference(kind=kind, path=path, package=package) for kind, path, package in differences
        ),
        omitted=omitted,
    )
    return env_text(result, lambda text, _: text).splitlines()


def test_what_is_equal_is_said_in_three_lines() -> None:
    assert env_text(EQUAL, paint).splitlines() == [
        "<green>EQUAL</>  py312-linux-x86_64 · prefix · compared: 1 distribution, 3 files, 1 bytecode file, 2 scripts",
        f"content {NOTHING}, as predicted",
        "from the interpreter itself: pip 24.2, setuptools 65.5.0",
    ]


def test_what_differs_is_listed_by_package_and_what_is_of_none_comes_first() -> None:
    lines = differing(("changed", "b", "beta"), ("not-owned", "x\x1b[31m", ""), ("missing", "a", "alpha"))
    assert lines[0].startswith("DIFFERENT  py312-linux-x86_64 · prefix · 3 differences; compared: 1 distribution")
    assert lines[1:3] == [f"content   {sha256_of(b'other')}", f"predicted {NOTHING}"]
    assert lines[4:] == [
        "",
        "of no package",
        "  not owned: x\\x1b[31m",
        "",
        "alpha",
        "  missing: a",
        "",
        "beta",
        "  changed: b",
    ]


def test_long_lists_are_cut_and_counted() -> None:
    lines = differing(*[("changed", f"{number}", "demo") for number in range(MOST_ROWS + 1)], omitted=7)
    assert "  and 1 more; --json lists them" in lines
    assert lines[-1] == "and 7 differences more, which are counted only"
    assert f"· {MOST_ROWS + 8} differences;" in lines[0]
    lines = differing(*[("changed", "x", f"demo{number:03}") for number in range(MOST_PACKAGES + 2)])
    assert lines[-1] == "and 2 differences of other packages; --json lists them"
    assert f"demo{MOST_PACKAGES:03}" not in lines


def test_content_that_is_equal_though_something_differs_is_said_so() -> None:
    result = changed(
        EQUAL, status="different", differences=(EnvironmentDifference(kind="bytecode", path="x", detail="is wrong"),)
    )
    lines = env_text(result, paint).splitlines()
    assert lines[0].startswith("<red>DIFFERENT</>  py312-linux-x86_64 · prefix · 1 difference;")
    assert lines[1] == f"content {NOTHING}, as predicted"
    assert lines[-1] == "  bytecode: x: is wrong"
