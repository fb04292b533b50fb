"""One platform of every kind, for tests that hold for all of them."""

from __future__ import annotations

from uplock.model.platform import Platform
from uplock.model.platform_name import parse_platform
from uplock.model.target import SUPPORTED_MINORS, Interpreter, Target

PLATFORM_NAMES = (
    "linux-x86_64",
    "linux-aarch64",
    "linux-x86_64-glibc2.17",
    "linux-aarch64-glibc2.40",
    "linux-x86_64-musl",
    "linux-aarch64-musl",
    "macos-arm64",
    "macos-x86_64",
    "macos-arm64-14.0",
    "macos-x86_64-10.15",
    "windows-x86_64",
    "windows-arm64",
)
PLATFORMS: tuple[Platform, ...] = tuple(parse_platform(name) for name in PLATFORM_NAMES)


def target_on(platform: str, python: str = "3.12.1") -> Target:
    """Return a target by the name of its platform."""
    return Target(interpreter=Interpreter(version=python), platform=parse_platform(platform))


def all_targets() -> tuple[Target, ...]:
    """Return every supported minor on every platform above."""
    return tuple(target_on(name, f"{minor}.1") for minor in SUPPORTED_MINORS for name in PLATFORM_NAMES)
