"""What targets are deployed on, as the configuration says it, as rows of the lifecycle table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from uplock.errors import ConfigError
from uplock.lockfile.config import Config
from uplock.lockfile.plan import names_of
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
    by_name: dict[str, list[Target]] = {"": []}
    for target in targets:
        for name in ("", *names_of(target)):
            by_name.setdefault(name, []).append(target)
    known = known_bases()
    defects = []
    for key, bases in config.runs_on.items():
        place = config.at(f"runs-on.{key}" if key else "runs-on")
        if key not in by_name:
            defects.append(f"{place}: {key!r} is neither an interpreter nor a target of this project")
            continue
        for base in bases:
            if base not in known:
                defects.append(f"{place}: {base!r} is not known")
            elif not any(_may_run_on(base, target) for target in by_name[key]):
                defects.append(f"{place}: {base!r} has another C library than every target that it is named for")
    if defects:
        raise ConfigError("\n".join(defects), remedy=f"Name some of {', '.join(known)}.")


def base_of(config: Config, target: Target) -> Base:
    """Return what a target runs on; distributions with another C library than the target's are for other targets."""
    rows: list[Lifecycle] = []
    unknown: list[str] = []
    for name in dict.fromkeys(_configured(config, target)):
        product, line = _meant(name, target)
        row = find(load_lifecycles(), product, line)
        if row is None:
            unknown.append(f"{product} {line}")
        elif _fits(row, target):
            rows.append(row)
    return Base(rows=tuple(rows), unknown=tuple(unknown))


def _may_run_on(base: str, target: Target) -> bool:
    """Whether a known base is one for the target's platform: what the table does not know is judged later."""
    row = find(load_lifecycles(), *_meant(base, target))
    return row is None or _fits(row, target)


def _configured(config: Config, target: Target) -> Iterator[str]:
    for key in ("", *names_of(target)):
        yield from config.runs_on.get(key, ())


def _meant(name: str, target: Target) -> tuple[str, str]:
    """Return product and line of a name in ``runs-on``."""
    if name == MANAGED:
        return MANAGED, f"python{target.interpreter.minor}"
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
