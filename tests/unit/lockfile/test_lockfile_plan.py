"""From configured names to targets."""

from __future__ import annotations

import pytest

from support.platforms import PLATFORM_NAMES
from uplock.errors import ConfigError
from uplock.lockfile.config import Config
from uplock.lockfile.plan import plan_targets
from uplock.model.platform_name import parse_platform

LATEST = {"3.9": "3.9.25", "3.12": "3.12.12", "3.13": "3.13.9"}


def plan(**keys: object) -> list[tuple[str, str, str, bool]]:
    config = Config(**({"file": "pyproject.toml"} | keys))  # type: ignore[arg-type] # one case sets one key
    return [
        (each.target.name, each.target.interpreter.version, each.role, each.deployed)
        for each in plan_targets(config, LATEST, ("3.12", "3.13"))
    ]


def refusal(**keys: object) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        plan(**keys)
    assert caught.value.remedy
    return str(caught.value).splitlines()


def test_the_defaults_are_targets_that_gate() -> None:
    assert plan() == [
        ("py312-linux-x86_64", "3.12.12", "target", True),
        ("py313-linux-x86_64", "3.13.9", "target", True),
    ]


def test_the_interpreter_being_left_comes_first_and_does_not_gate() -> None:
    assert plan(baseline="3.9.18", targets=("3.13", "3.12.1")) == [
        ("py39-linux-x86_64", "3.9.18", "baseline", False),
        ("py312-linux-x86_64", "3.12.1", "target", True),
        ("py313-linux-x86_64", "3.13.9", "target", True),
    ]


def test_one_version_in_from_and_targets_is_one_target() -> None:
    assert plan(baseline="3.12", targets=("3.12.12", "3.12")) == [("py312-linux-x86_64", "3.12.12", "target", True)]


def test_platforms_multiply_sorted_and_once() -> None:
    platforms = ("linux-x86_64-glibc2.17", "linux-aarch64", "linux-x86_64", "linux-x86_64-glibc2.28")
    assert [name for name, *_ in plan(targets=("3.12",), platforms=platforms)] == [
        "py312-linux-aarch64",
        "py312-linux-x86_64",
        "py312-linux-x86_64-glibc2_17",
    ]


def test_every_kind_of_platform_can_be_planned_at_once() -> None:
    assert [name for name, *_ in plan(targets=("3.12",), platforms=PLATFORM_NAMES)] == [
        f"py312-{parse_platform(name).slug}" for name in sorted(PLATFORM_NAMES)
    ]


@pytest.mark.parametrize("name", ["3.9", "3.9.25", "py39-linux-x86_64"])
def test_deploy_names_what_gates(name: str) -> None:
    gates = {name: deployed for name, _, _, deployed in plan(baseline="3.9", deploy=(name,))}
    assert gates == {"py39-linux-x86_64": True, "py312-linux-x86_64": False, "py313-linux-x86_64": False}


def test_versions_are_in_the_order_of_numbers() -> None:
    assert [version for _, version, *_ in plan(targets=("3.12.1", "3.9.1", "3.10.0"))] == ["3.9.1", "3.10.0", "3.12.1"]


@pytest.mark.parametrize("keys", [{"targets": ("3.12.1", "3.12")}, {"baseline": "3.12.1", "targets": ("3.12",)}])
def test_two_patches_of_one_minor_are_refused(keys: dict[str, object]) -> None:
    assert refusal(**keys) == [
        "pyproject.toml: tool.uplock.targets: two patches of 3.12: 3.12.1 and 3.12.12 would have the same files"
    ]


@pytest.mark.parametrize(
    "version",
    ["", "3", "2.7", "3.7", "3.99", "3.12.01", "3.12.x", "v3.12", "3.12t", "pypy3.10", "3.12.\u0661", "3.12.1\n"],
)
def test_an_unknown_interpreter_is_refused_with_its_place(version: str) -> None:
    (line,) = refusal(targets=("3.13", version))
    assert line.startswith(f"pyproject.toml: tool.uplock.targets[1]: {version!r}")


@pytest.mark.parametrize(
    ("keys", "line"),
    [
        ({"targets": ("3.13t",)}, "tool.uplock.targets[0]: '3.13t': free-threaded builds are not supported: "),
        ({"baseline": "pypy3.10"}, "tool.uplock.from: 'pypy3.10': PyPy is not supported: "),
        ({"baseline": "3.7.17"}, "tool.uplock.from: '3.7.17' is not supported: the oldest CPython is 3.8"),
        ({"targets": ("3.16",)}, "tool.uplock.targets[0]: '3.16' is not supported: the newest CPython is 3.15"),
        ({"platforms": ("windows-x86",)}, "tool.uplock.platforms[0]: platform 'windows-x86': 32-bit systems are not "),
        (
            {"platforms": ("linux-riscv64",)},
            "tool.uplock.platforms[0]: platform 'linux-riscv64': Linux is supported on ",
        ),
        ({"platforms": ("android",)}, "tool.uplock.platforms[0]: platform 'android': Android is not supported: "),
    ],
)
def test_what_is_not_supported_is_refused_with_its_own_reason(keys: dict[str, object], line: str) -> None:
    (found,) = refusal(**keys)
    assert found.startswith(f"pyproject.toml: {line}")


def test_a_minor_without_a_known_patch_is_refused() -> None:
    assert refusal(baseline="3.15", file="uplock.toml") == [
        "uplock.toml: from: '3.15': no patch release of 3.15 is known here: name one in full, as 3.15.0"
    ]


def test_every_defect_is_told_at_once() -> None:
    assert [
        line.partition(": ")[2].partition(":")[0]
        for line in refusal(baseline="1", targets=("2",), platforms=("linux-x86_64", "win32"), deploy=("3.14",))
    ] == ["tool.uplock.platforms[1]", "tool.uplock.targets[0]", "tool.uplock.from", "tool.uplock.deploy[0]"]


def test_nothing_to_lock_for_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"tool\.uplock\.targets: nothing to lock for"):
        plan_targets(Config(file="pyproject.toml"), LATEST, ())
