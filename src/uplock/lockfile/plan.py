"""From configured names to targets: which interpreters on which platforms, and which of them gate."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

from uplock.errors import ConfigError
from uplock.lockfile.config import Config
from uplock.model.target import SUPPORTED_MINORS, Interpreter, Platform, Target, parse_interpreter, parse_platform
from uplock.model.value import Value


class PlannedTarget(Value, frozen=True, kw_only=True):
    """A target that was asked for. ``deployed`` targets gate a run."""

    target: Target
    role: Literal["baseline", "target"]
    deployed: bool


def plan_targets(
    config: Config, latest: Mapping[str, str], default_minors: tuple[str, ...]
) -> tuple[PlannedTarget, ...]:
    """Return every target: the interpreter being left first, then by version, then by platform.

    ``latest`` maps a minor to its latest known patch. ``from`` and a target of the same version are one target. Two
    patches of one minor have the same names on disk, so they are refused. Raises one :class:`ConfigError`.
    """
    defects: list[str] = []
    platforms = _platforms(config, defects)
    targets = [
        _interpreter(text, config.at(f"targets[{place}]"), latest, defects)
        for place, text in enumerate(config.targets or default_minors)
    ]
    chosen = sorted({each.version for each in targets if each is not None}, key=_order)
    left = None if config.baseline is None else _interpreter(config.baseline, config.at("from"), latest, defects)
    versions = [*([left.version] if left is not None and left.version not in chosen else []), *chosen]
    _refuse_two_patches(versions, config.at("targets"), defects)
    if not versions and not defects:
        defects.append(f"{config.at('targets')}: nothing to lock for: no supported interpreter fits requires-python")
    planned = [
        (Target(interpreter=Interpreter(version=version), platform=platform), version in chosen)
        for version in versions
        for platform in platforms
    ]
    deployed = _deployed(config, planned, defects)
    if defects:
        raise ConfigError(
            "\n".join(defects),
            remedy=f"Name CPython {SUPPORTED_MINORS[0]} to {SUPPORTED_MINORS[-1]} with the GIL, as 3.12 or 3.12.1, on "
            "Linux, macOS or Windows, as linux-x86_64, macos-arm64 or windows-x86_64.",
        )
    return tuple(
        PlannedTarget(target=target, role="target" if wanted else "baseline", deployed=target.name in deployed)
        for target, wanted in planned
    )


def _platforms(config: Config, defects: list[str]) -> list[Platform]:
    found: dict[str, Platform] = {}
    for place, text in enumerate(config.platforms):
        try:
            platform = parse_platform(text)
        except ConfigError as error:
            defects.append(f"{config.at(f'platforms[{place}]')}: {error.message}")
        else:
            found[platform.name] = platform
    return [found[name] for name in sorted(found)]


def _interpreter(text: str, place: str, latest: Mapping[str, str], defects: list[str]) -> Interpreter | None:
    try:
        return parse_interpreter(text, latest)
    except ConfigError as error:
        defects.append(f"{place}: {error.message}")
        return None


def _refuse_two_patches(versions: Iterable[str], place: str, defects: list[str]) -> None:
    by_minor: dict[str, list[str]] = {}
    for version in versions:
        by_minor.setdefault(Interpreter(version=version).minor, []).append(version)
    defects += [
        f"{place}: two patches of {minor}: {' and '.join(found)} would have the same files"
        for minor, found in by_minor.items()
        if len(found) > 1
    ]


def _deployed(config: Config, planned: list[tuple[Target, bool]], defects: list[str]) -> set[str]:
    """Return the names of the targets that gate: those that ``deploy`` names, else all that are not being left."""
    if config.deploy is None:
        return {target.name for target, wanted in planned if wanted}
    deployed: set[str] = set()
    for place, name in enumerate(config.deploy):
        found = {target.name for target, _ in planned if name in names_of(target)}
        if not found:
            defects.append(
                f"{config.at(f'deploy[{place}]')}: {name!r} is neither an interpreter nor a target of this project"
            )
        deployed |= found
    return deployed


def names_of(target: Target) -> tuple[str, ...]:
    """Return what ``deploy`` and ``runs-on`` can call a target: line or version of its interpreter, or its name."""
    return (target.interpreter.minor, target.interpreter.version, target.name)


def _order(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))
