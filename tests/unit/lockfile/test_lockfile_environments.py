"""The ``environments`` of a lock (PEP 751): on which machines it holds, over all pairs of targets."""

from __future__ import annotations

import pytest
from packaging.markers import Marker

from support.platforms import PLATFORM_NAMES, all_targets, target_on
from support.subjects import make_lock
from uplock.lockfile.pylock import environment_marker, read_pylock, write_pylock
from uplock.model.target import Target

MACHINES = {
    "linux-x86_64": {"linux-x86_64", "linux-x86_64-glibc2.17", "linux-x86_64-musl"},
    "linux-aarch64": {"linux-aarch64", "linux-aarch64-glibc2.40", "linux-aarch64-musl"},
    "macos-arm64": {"macos-arm64", "macos-arm64-14.0"},
    "macos-x86_64": {"macos-x86_64", "macos-x86_64-10.15"},
    "windows-x86_64": {"windows-x86_64"},
    "windows-arm64": {"windows-arm64"},
}
"""What markers can tell apart: system and processor."""


def same_machine(one: Target, other: Target) -> bool:
    return any({one.platform.name, other.platform.name} <= names for names in MACHINES.values())


def test_every_platform_is_one_kind_of_machine() -> None:
    assert sorted(name for names in MACHINES.values() for name in names) == sorted(PLATFORM_NAMES)


@pytest.mark.parametrize("name", PLATFORM_NAMES)
def test_a_marker_holds_on_its_own_kind_of_machine_and_interpreter_only(name: str) -> None:
    targets = all_targets()
    for target in (each for each in targets if each.platform.name == name):
        marker = Marker(environment_marker(target))
        for other in targets:
            same = same_machine(target, other) and target.interpreter.minor == other.interpreter.minor
            assert marker.evaluate(other.marker_environment()) is same, f"{target.name} on {other.name}"


@pytest.mark.parametrize("name", PLATFORM_NAMES)
def test_another_patch_version_is_served_and_another_implementation_is_not(name: str) -> None:
    target = target_on(name, "3.12.1")
    marker = Marker(environment_marker(target))
    assert marker.evaluate(target_on(name, "3.12.16").marker_environment())
    assert not marker.evaluate(target.marker_environment() | {"implementation_name": "pypy"})


@pytest.mark.parametrize("name", PLATFORM_NAMES)
def test_a_lock_of_any_platform_is_read_as_it_was_written(name: str) -> None:
    lock = make_lock(target_on(name))
    assert read_pylock(write_pylock(lock), "pylock.toml") == lock
