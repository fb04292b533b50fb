"""Every way of cutting the network off: a build works under it, and what it must not do does not."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.backends import in_tree_sdist
from support.building import order_of
from uplock.environment.build import IsolatedBuilder
from uplock.environment.confined import Confinement
from uplock.errors import Error, ToolError, UnaskableError
from uplock.host.isolation import METHODS, Isolation, prefix_of, trial_of
from uplock.resolve.uv import find_uv

OUTLIVING = """
def build_wheel(out, config=None, metadata=None, plain=build_wheel):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            import time
            time.sleep(600)
        os._exit(0)
    os.wait()
    return plain(out)
"""
REACHING = "\nimport socket\nsocket.create_connection(('192.0.2.1', 80), 5)\n"


@pytest.fixture(params=METHODS, ids=lambda pair: pair[1])
def cut(request: pytest.FixtureRequest) -> Isolation:
    name, method = request.param
    isolation = Isolation(name=name, prefix=prefix_of(method))
    if reason := trial_of(isolation.prefix):
        pytest.skip(reason)
    return isolation


@pytest.fixture
def builder(cut: Isolation) -> IsolatedBuilder:
    return IsolatedBuilder(find_uv(), lambda: cut, 60.0)


def test_a_wheel_is_built_and_nothing_outlives_the_build(tmp_path: Path, builder: IsolatedBuilder) -> None:
    before = set(os.listdir("/proc"))
    with builder.build(order_of(tmp_path, in_tree_sdist("raw", "1.0", OUTLIVING))) as wheel:
        assert wheel.name == "raw-1.0-py3-none-any.whl"
        time.sleep(0.1)
        assert list(left(before)) == []
    assert not wheel.exists()


def left(before: set[str]) -> Iterator[str]:
    for pid in set(os.listdir("/proc")) - before:
        try:
            words = Path(f"/proc/{pid}/cmdline").read_bytes()
        except OSError:
            continue
        if b"get_requires_for_build_wheel" in words:
            yield pid


def test_the_network_is_out_of_reach(tmp_path: Path, builder: IsolatedBuilder) -> None:
    order = order_of(tmp_path, in_tree_sdist("raw", "1.0", REACHING))
    with pytest.raises(ToolError, match="Error"):
        builder.requirements(order)


def test_it_says_how_it_isolates(cut: Isolation, builder: IsolatedBuilder) -> None:
    assert builder.isolation() == f"{cut.name}, Landlock"


def test_where_nothing_confines_nothing_is_built(tmp_path: Path) -> None:
    broken = Isolation(name="nothing", prefix=("/bin/sh", "-c", "echo 'uplock: no such thing'; exit 97"))
    refused = IsolatedBuilder(find_uv(), lambda: broken)
    with pytest.raises(UnaskableError, match="a build cannot be confined: no such thing"):
        refused.isolation()
    order = order_of(tmp_path, in_tree_sdist("raw", "1.0"))
    with pytest.raises(UnaskableError), refused.build(order):
        pass


def test_a_program_that_is_not_there_is_a_tool_error(tmp_path: Path, cut: Isolation) -> None:
    with pytest.raises(ToolError, match="No such file"):
        Confinement(cut, 20.0).run([str(tmp_path / "none")], tmp_path, {}, (), tmp_path)
    absent = Isolation(name="absent", prefix=(str(tmp_path / "none"),))
    with pytest.raises(Error, match="cannot be run"):
        Confinement(absent, 20.0).name()
