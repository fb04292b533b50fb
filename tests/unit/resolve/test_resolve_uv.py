"""uv as a resolver: its answers parsed, and the real program against an index on loopback."""

import sys
from contextlib import closing
from pathlib import Path

import pytest

from support.index_simulator import IndexSimulator
from support.wheels import build_wheel
from uplock.errors import ResolutionError, ToolError
from uplock.index.serve import Served, serve
from uplock.model.target import Interpreter, Target, parse_platform
from uplock.ports import Pin, Question
from uplock.resolve.program import explanation, parse_pins
from uplock.resolve.uv import UvResolver, find_uv

TARGET = Target(interpreter=Interpreter(version="3.9.18"), platform=parse_platform("linux-x86_64"))


def published(*wheels: tuple[str, bytes]) -> IndexSimulator:
    index = IndexSimulator()
    for filename, data in wheels:
        index.publish(filename, data)
    return index


def test_pins_carry_who_needs_them_and_whether_the_project_asks() -> None:
    output = (
        "a==1.0                    # via -r requirements.in\n"
        "b==2.0.post1              # via a, c, -r requirements.in, -c constraints.in\n"
        "c==3                      # via a\n"
    )
    assert parse_pins(output, "uv") == (
        Pin(name="a", version="1.0", direct=True),
        Pin(name="b", version="2.0.post1", needed_by=("a", "c"), direct=True),
        Pin(name="c", version="3", needed_by=("a",)),
    )


def test_an_unexpected_line_is_refused() -> None:
    with pytest.raises(ToolError, match="unexpected line"):
        parse_pins("a @ https://index.example/a.whl\n", "uv")


def test_an_explanation_hides_the_loopback_address_and_the_drawing() -> None:
    words = "\x1b[31m  \u00d7 No solution found\x1b[0m\n  ╰─▶ Because http://127.0.0.1:4711/simple/a/ has no a"
    assert explanation(words, "http://127.0.0.1:4711/simple/") == "No solution found Because the index: a/ has no a"
    assert explanation("", "http://127.0.0.1:1/") == "no explanation given"


@pytest.mark.allow_hosts(["127.0.0.1"])
def test_the_real_resolver_answers_for_an_interpreter_that_is_not_installed() -> None:
    index = published(
        build_wheel("shop", "1.0", requires_dist=("till>=1", 'old; python_version < "3.10"')),
        build_wheel("till", "1.5"),
        build_wheel("till", "2.0", requires_python=">=3.10"),
        build_wheel("old", "0.1"),
    )
    with serve(index) as served, closing(UvResolver(find_uv())) as resolver:
        resolution = resolver.resolve(Question(requirements=("shop",), target=TARGET), served)
    assert [(pin.name, pin.version, pin.direct) for pin in resolution.pins] == [
        ("old", "0.1", False),
        ("shop", "1.0", True),
        ("till", "1.5", False),
    ]
    assert not [call for call in index.calls if call.startswith("fetch")]


@pytest.mark.allow_hosts(["127.0.0.1"])
def test_no_solution_is_told_in_the_resolvers_words() -> None:
    index = published(build_wheel("shop", "1.0", requires_dist=("till>=9",)), build_wheel("till", "1.5"))
    with serve(index) as served, closing(UvResolver(find_uv())) as resolver, pytest.raises(ResolutionError) as raised:
        resolver.resolve(Question(requirements=("shop",), target=TARGET), served)
    assert "till" in str(raised.value)
    assert "127.0.0.1" not in str(raised.value)


def test_its_version_is_its_own_word() -> None:
    with closing(UvResolver(find_uv())) as resolver:
        assert resolver.version.startswith("uv 0.")


def test_a_missing_program_is_a_tool_error_with_a_remedy(tmp_path: Path) -> None:
    with closing(UvResolver(tmp_path / "nowhere")) as resolver, pytest.raises(ToolError) as raised:
        _ = resolver.version
    assert raised.value.remedy


def test_a_program_that_is_not_uv_is_refused() -> None:
    with closing(UvResolver(Path(sys.executable))) as resolver, pytest.raises(ToolError):
        _ = resolver.version


def test_a_crashing_resolver_is_no_missing_solution() -> None:
    with closing(UvResolver(find_uv())) as resolver, pytest.raises(ToolError, match="exit 2"):
        resolver.resolve(Question(requirements=("not a requirement !!",), target=TARGET), Served("127.0.0.1:9"))
