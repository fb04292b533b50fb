"""File names whose compressed tag sets stand for millions of tags: read, they would eat time and memory."""

import pytest

from support.index_simulator import IndexSimulator
from support.wheels import build_wheel
from uplock.errors import InputError
from uplock.inspect.wheel import parse_wheel_name
from uplock.model.target import Interpreter, Target, parse_platform
from uplock.model.wheel_name import is_bounded
from uplock.workflow.choose import Chooser

TAGS = "-".join(".".join(f"{kind}{number}" for number in range(60)) for kind in ("cp", "abi", "linux"))
NAME = f"demo-1.0-{TAGS}.whl"


def test_such_a_name_is_passed_over_when_a_wheel_is_chosen() -> None:
    """Expanded, 200 such names would take minutes."""
    index = IndexSimulator()
    for build in range(200):
        index.publish(NAME.replace("1.0-", f"1.0-{build}-"), b"")
    index.publish(*build_wheel("demo", "1.0"))
    page = index.page("demo")
    assert page is not None
    target = Target(interpreter=Interpreter(version="3.12.1"), platform=parse_platform("linux-x86_64"))
    chosen = Chooser(target).best(page, "1.0")
    assert chosen is not None
    assert chosen.filename == "demo-1.0-py3-none-any.whl"


def test_such_a_wheel_is_refused() -> None:
    with pytest.raises(InputError):
        parse_wheel_name(NAME)


def test_real_names_are_within_the_bound() -> None:
    assert is_bounded("orjson-3.11.5-cp312-cp312-macosx_10_15_x86_64.macosx_11_0_arm64.macosx_10_15_universal2.whl")
    assert is_bounded("six-1.16.0-py2.py3-none-any.whl")
