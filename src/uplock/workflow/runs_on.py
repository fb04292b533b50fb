"""What targets are deployed on, as the configuration says it, as rows of the lifecycle table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from uplock.errors import ConfigError
from uplock.lockfile.config import Config
from uplock.model.lifecycle import Lifecycle
from uplock.model.platform import GlibcLinux, MuslLinux
from uplock.model.target import Target
from uplock.model.value import Value
from uplock.policy.lifecycle import find, load_lifecycles

MANAGED = "aws-lambda"
"""Named without a line: its runtime follows from the interpreter."""

DISTRIBUTIONS = frozenset({"debian", "ubuntu", "alpine", "rhel", "amazon-linux"})


class Base(Value, frozen=True, kw_only=True):
    """What one target runs on: the rows that are known, and the names of those that the table does not have."""

    rows: tuple[Lifecycle, ...] = ()
    unknown: tuple[str, ...] = ()


def known_bases() -> tuple[str, ...]:
    """Return every name that ``runs-on`` can hold, by product, oldest line first."""
    return (MANAGED, *(f"{row.product}-{row.line}" for row in load_lifecycles() if row.product in DISTRIBUTIONS))


def check_runs_on(config: Config, targets: Iterable[Target]) -> None:
    """Raise one :class:`ConfigError` for every name in ``runs-on`` that means nothing, with its place."""
    names = {name for target in targets for name in _names_of(target)}
    known = known_bases()
    defects = []
    for key, bases in config.runs_on.items():
        place = f"runs-on.{key}" if key else "runs-on"
        if key and key not in names:
            defects.append(f"{config.at(place)}: {key!r} is neither an interpreter nor a target of this project")
        defects += [f"{config.at(place)}: {base!r} is not known" for base in bases if base not in known]
    if defects:
        raise ConfigError("\n".join(defects), remedy=f"Name some of {', '.join(known)}.")


def base_of(config: Config, target: Target) -> Base:
    """Return what a target runs on; distributions with another C library than the target's are for other targets."""
    rows: list[Lifecycle] = []
    unknown: list[str] = []
    for name in dict.fromkeys(_configured(config, target)):
        product, line = (MANAGED, f"python{target.interpreter.minor}") if name == MANAGED else _split(name)
        row = find(load_lifecycles(), product, line)
        if row is None:
            unknown.append(f"{product} {line}")
        elif _fits(row, target):
            rows.append(row)
    return Base(rows=tuple(rows), unknown=tuple(unknown))


def _configured(config: Config, target: Target) -> Iterator[str]:
    for key in ("", *_names_of(target)):
        yield from config.runs_on.get(key, ())


def _names_of(target: Target) -> tuple[str, ...]:
    """Return the keys that mean a target: as in ``deploy``."""
    return (target.interpreter.minor, target.interpreter.version, target.name)


def _split(name: str) -> tuple[str, str]:
    product, _, line = name.rpartition("-")
    return product, line


def _fits(row: Lifecycle, target: Target) -> bool:
    libc = (row.libc or "glibc").partition(" ")[0]
    match target.platform:
        case GlibcLinux():
            return libc == "glibc"
        case MuslLinux():
            return libc == "musl"
        case _:
            return False
