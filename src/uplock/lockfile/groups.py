"""Dependency groups (PEP 735): arrays of requirements and of includes of other groups."""

from __future__ import annotations

from collections.abc import Mapping

from uplock.lockfile.names import normalized
from uplock.lockfile.requirement import canonical

MAX_DEPTH = 64
"""Deepest nesting of includes."""

Groups = Mapping[str, tuple[str, object]]
"""Key as written, and value, by normalized name."""


def group_lines(names: list[str], groups: Groups, place: str, defects: list[str]) -> list[str]:
    """Return the lines of groups that exist, and of those that they include, in canonical form; each group once."""
    lines: list[str] = []
    done: set[str] = set()
    for name in names:
        _add(name, (), (groups, place, done), lines, defects)
    return lines


def _add(
    name: str, trail: tuple[str, ...], of: tuple[Groups, str, set[str]], lines: list[str], defects: list[str]
) -> None:
    groups, place, done = of
    if name in trail or len(trail) >= MAX_DEPTH:
        reason = "includes itself" if name in trail else f"more than {MAX_DEPTH} includes deep"
        defects.append(f"{place}.{groups[trail[-1]][0]}: {reason}: {' -> '.join((*trail, name))}")
        return
    if name in done:
        return
    done.add(name)
    key, members = groups[name]
    if not isinstance(members, list):
        defects.append(f"{place}.{key}: must be an array")
        return
    for at, member in enumerate(members):
        where = f"{place}.{key}[{at}]"
        if isinstance(member, Mapping):
            included = _included(member)
            if included is None or included not in groups:
                defects.append(f"{where}: must be a requirement or {{include-group = NAME}} of a group that exists")
            else:
                _add(included, (*trail, name), of, lines, defects)
        elif (text := canonical(member, where, defects)) is not None:
            lines.append(text)


def _included(member: Mapping[object, object]) -> str | None:
    name = member.get("include-group")
    return normalized(name) if set(member) == {"include-group"} and isinstance(name, str) else None
