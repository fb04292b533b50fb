"""What a project asks for: PEP 621 dependencies with extras, PEP 735 groups, or requirements.in with its includes.

Nothing is silently left out: whatever cannot be locked by name and hash (URLs, paths, editable installs, options that
would bring in another index) is refused with its place.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from typing import Any

from uplock.errors import ConfigError
from uplock.lockfile.config import PYPROJECT, REQUIREMENTS, Config
from uplock.lockfile.requirement import canonical, parse
from uplock.lockfile.requirements_in import read_requirements_in
from uplock.model.digest import Sha256, digest_of
from uplock.model.value import Value

MAX_INCLUDES = 64
"""Deepest nesting of groups, and of extras that name their own project."""

_REMEDY = "Ask for packages by name and version, as flask>=3; indexes are configured, not required."


class Requirements(Value, frozen=True, kw_only=True):
    """Requirement lines (PEP 508) in canonical form, sorted, each once."""

    requirements: tuple[str, ...]
    constraints: tuple[str, ...] = ()

    @property
    def digest(self) -> Sha256:
        """Digest of what is asked for, whatever files it stood in."""
        return digest_of({"requirements": self.requirements, "constraints": self.constraints})


def read_requirements_of(config: Config, read: Callable[[str], bytes | None]) -> Requirements:
    """Return what the project asks for. ``read`` returns a file of its folder, or ``None`` if it is not there.

    ``[project]`` of pyproject.toml is taken if there is one, else requirements.in; groups come on top. Raises one
    :class:`ConfigError` with every defect and its place.
    """
    raw = read(PYPROJECT)
    document = {} if raw is None else tomllib.loads(raw.decode("utf-8"))
    defects: list[str] = []
    project = document.get("project")
    lines: list[str] = []
    constraints: list[str] = []
    if isinstance(project, Mapping):
        lines += _project(project, config.extras, defects)
    elif config.extras:
        defects.append(f"{PYPROJECT}: tool.uplock.extras: there is no [project] whose extras these could be")
    if not isinstance(project, Mapping) or "dependencies" not in project:
        found = read_requirements_in(REQUIREMENTS, read, defects)
        if found is None and not isinstance(project, Mapping) and not config.groups:
            raise ConfigError(
                "nothing says what to lock",
                remedy=f"Add [project] dependencies to {PYPROJECT}, or write a {REQUIREMENTS}.",
            )
        lines += found[0] if found else []
        constraints += found[1] if found else []
    lines += _groups(document.get("dependency-groups", {}), config.groups, defects)
    if defects:
        raise ConfigError("\n".join(defects), remedy=_REMEDY)
    return Requirements(requirements=tuple(sorted(set(lines))), constraints=tuple(sorted(set(constraints))))


def _project(project: Mapping[str, Any], extras: tuple[str, ...], defects: list[str]) -> list[str]:
    """Return the project's dependencies with those of its extras; an extra may name others of the same project."""
    from packaging.utils import canonicalize_name

    own = canonicalize_name(str(project.get("name", "")))
    tables = _by_name(project.get("optional-dependencies", {}))
    lines = _lines(project.get("dependencies", []), f"{PYPROJECT}: project.dependencies", defects)
    wanted: list[str] = [canonicalize_name(extra) for extra in extras]
    done: set[str] = set()
    for place, extra in enumerate(wanted):
        if extra not in tables:
            defects.append(f"{PYPROJECT}: tool.uplock.extras[{place}]: there is no extra {extra!r}")
    while wanted:
        extra = wanted.pop()
        if extra in done or extra not in tables:
            continue
        done.add(extra)
        key, value = tables[extra]
        for text in _lines(value, f"{PYPROJECT}: project.optional-dependencies.{key}", defects):
            inner = parse(text, "", [])
            if inner is not None and inner.name == own and inner.extras:
                wanted += [canonicalize_name(name) for name in inner.extras]
            else:
                lines.append(text)
    return lines


def _groups(raw: object, names: tuple[str, ...], defects: list[str]) -> list[str]:
    from packaging.utils import canonicalize_name

    tables = _by_name(raw)
    lines: list[str] = []
    for place, name in enumerate(names):
        if canonicalize_name(name) not in tables:
            defects.append(f"{PYPROJECT}: tool.uplock.groups[{place}]: there is no dependency group {name!r}")
        else:
            lines += _group(canonicalize_name(name), tables, (), defects)
    return lines


def _group(name: str, tables: Mapping[str, tuple[str, object]], path: tuple[str, ...], defects: list[str]) -> list[str]:
    """Return one group's lines with those of the groups that it includes (PEP 735)."""
    from packaging.utils import canonicalize_name

    key, members = tables[name]
    place = f"{PYPROJECT}: dependency-groups.{key}"
    if name in path or len(path) >= MAX_INCLUDES:
        defects.append(f"{place}: includes itself: {' -> '.join((*path, name))}")
        return []
    if not isinstance(members, list):
        defects.append(f"{place}: must be an array")
        return []
    lines: list[str] = []
    for at, member in enumerate(members):
        where = f"{place}[{at}]"
        if isinstance(member, Mapping):
            included = canonicalize_name(str(member.get("include-group", "")))
            if set(member) != {"include-group"} or included not in tables:
                defects.append(f"{where}: must be a requirement or {{include-group = NAME}} of a group that exists")
            else:
                lines += _group(included, tables, (*path, name), defects)
        else:
            text = canonical(member, where, defects)
            lines += [] if text is None else [text]
    return lines


def _lines(raw: object, place: str, defects: list[str]) -> list[str]:
    if not isinstance(raw, list):
        defects.append(f"{place}: must be an array of requirements")
        return []
    found = (canonical(each, f"{place}[{at}]", defects) for at, each in enumerate(raw))
    return [line for line in found if line is not None]


def _by_name(raw: object) -> dict[str, tuple[str, Any]]:
    """Return a table's keys and values by normalized key."""
    from packaging.utils import canonicalize_name

    table = raw if isinstance(raw, Mapping) else {}
    return {canonicalize_name(str(key)): (str(key), value) for key, value in table.items()}
