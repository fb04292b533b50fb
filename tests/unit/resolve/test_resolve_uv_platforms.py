"""Targets as uv sees them: the real uv is asked which wheels fit and which markers hold, and has to agree with us."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing

import pytest
from packaging.tags import Tag

from support.index_simulator import IndexSimulator
from support.platforms import PLATFORM_NAMES, target_on
from support.wheels import build_wheel
from uplock.index.serve import Served, serve
from uplock.model.target import SUPPORTED_MINORS, Target
from uplock.ports import Question
from uplock.resolve.uv import UvResolver, find_uv

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

_MACOS = ("10_4", "10_9", "10_14", "10_15", "10_16", "11_0", "11_1", "12_0", "13_0", "13_1", "14_0", "15_0", "26_0")
_LINUX = (
    *("manylinux1", "manylinux2010", "manylinux2014", "musllinux_1_0", "musllinux_1_1", "musllinux_1_2"),
    *(f"manylinux_2_{minor}" for minor in (4, 5, 16, 17, 27, 28, 29, 40, 41)),
    *("musllinux_1_3", "linux"),
)

SYSTEMS = (
    *(f"{kind}_{arch}" for kind in _LINUX for arch in ("x86_64", "aarch64", "i686")),
    *(
        f"macosx_{version}_{form}"
        for version in _MACOS
        for form in ("arm64", "x86_64", "universal2", "intel", "fat64", "universal")
    ),
    *("win32", "win_amd64", "win_arm64"),
)
"""Platform tags around every edge; without the 32-bit fat format, which uv and packaging spell differently."""

INTERPRETERS = (
    *(f"cp3{minor}-cp3{minor}-win_amd64" for minor in range(7, 17)),
    *(f"cp3{minor}-cp3{minor}t-win_amd64" for minor in (13, 14, 15)),
    *(f"cp3{minor}-abi3-win_amd64" for minor in (1, 2, 7, 8, 12, 15, 16)),
    *(f"cp3{minor}-none-any" for minor in range(7, 17)),
    *(f"cp3{minor}-none-win_amd64" for minor in (7, 8, 12, 15, 16)),
    *(f"py3{minor}-none-any" for minor in (0, 8, 12, 15, 16)),
    *("py3-none-any", "py2-none-any", "py2.py3-none-any", "py3-none-win_amd64"),
    *("cp37-cp37m-win_amd64", "cp315-abi3t-win_amd64", "cp315-abi3.abi3t-win_amd64", "pp310-pypy310_pp73-win_amd64"),
)

MARKERS = {
    "implementation_name": ("cpython", "pypy"),
    "implementation_version": ("3.9.18", "3.13.0"),
    "os_name": ("nt", "posix"),
    "platform_machine": ("x86_64", "AMD64", "amd64", "aarch64", "ARM64", "arm64"),
    "platform_python_implementation": ("CPython", "PyPy"),
    "platform_release": ("", "6"),
    "platform_system": ("Darwin", "Linux", "Windows"),
    "platform_version": ("", "6"),
    "python_full_version": ("3.9.18", "3.13.0"),
    "python_version": ("3.9", "3.13"),
    "sys_platform": ("darwin", "linux", "win32"),
}


@pytest.fixture(scope="module")
def resolver() -> Iterator[UvResolver]:
    with closing(UvResolver(find_uv())) as uv:
        yield uv


def published(names: Iterable[str], tag_of: dict[str, str]) -> IndexSimulator:
    """Return an index of projects: 1.0 for everybody, and where a tag is given a 2.0 for that tag."""
    index = IndexSimulator()
    for name in names:
        index.publish(*build_wheel(name, "1.0", tag="py2.py3-none-any"))
        if name in tag_of:
            index.publish(*build_wheel(name, "2.0", tag=tag_of[name]))
    return index


@pytest.fixture(scope="module")
def wheels() -> dict[str, str]:
    """Projects by name, each with the tag of its one wheel of version 2.0."""
    tags = [*(f"py3-none-{system}" for system in SYSTEMS), *INTERPRETERS]
    return {f"p{number}": tag for number, tag in enumerate(tags)}


@pytest.fixture(scope="module")
def served(wheels: dict[str, str]) -> Iterator[Served]:
    with serve(published(wheels, wheels)) as address:
        yield address


def accepted_by_uv(resolver: UvResolver, served: Served, target: Target, wheels: dict[str, str]) -> set[str]:
    resolution = resolver.resolve(Question(requirements=tuple(wheels), target=target), served)
    return {wheels[pin.name] for pin in resolution.pins if pin.version == "2.0"}


def accepted_by_us(target: Target, wheels: dict[str, str]) -> set[str]:
    ours = set(target.tags())
    return {
        tag
        for tag in wheels.values()
        if not ours.isdisjoint(
            Tag(python, abi, system)
            for python in tag.split("-")[0].split(".")
            for abi in tag.split("-")[1].split(".")
            for system in tag.split("-")[2].split(".")
        )
    }


@pytest.mark.parametrize("name", [*PLATFORM_NAMES, "macos-arm64-26.0", "macos-x86_64-11.0", "macos-x86_64-10.9"])
def test_uv_takes_the_same_wheels_on_every_platform(
    name: str, resolver: UvResolver, served: Served, wheels: dict[str, str]
) -> None:
    target = target_on(name)
    ours = accepted_by_us(target, wheels)
    assert accepted_by_uv(resolver, served, target, wheels) == ours
    assert any(not tag.endswith("-any") for tag in ours)


@pytest.mark.parametrize("minor", SUPPORTED_MINORS)
def test_uv_takes_the_same_wheels_for_every_interpreter(
    minor: str, resolver: UvResolver, served: Served, wheels: dict[str, str]
) -> None:
    target = target_on("windows-x86_64", f"{minor}.1")
    ours = accepted_by_us(target, wheels)
    assert accepted_by_uv(resolver, served, target, wheels) == ours
    assert f"{target.interpreter.tag}-{target.interpreter.tag}-win_amd64" in ours


@pytest.mark.parametrize("name", PLATFORM_NAMES)
def test_uv_evaluates_all_eleven_markers_as_we_do(name: str, resolver: UvResolver) -> None:
    target = target_on(name, "3.13.0")
    asked = {
        f"{variable.replace('_', '-')}-{number}": (variable, value)
        for variable, values in MARKERS.items()
        for number, value in enumerate(values)
    }
    assert set(MARKERS) == set(target.marker_environment())
    question = Question(
        requirements=tuple(f"{project} ; {variable} == '{value}'" for project, (variable, value) in asked.items()),
        target=target,
    )
    with serve(published(asked, {})) as served:
        pins = resolver.resolve(question, served).pins
    assert {asked[pin.name] for pin in pins} == set(target.marker_environment().items())
