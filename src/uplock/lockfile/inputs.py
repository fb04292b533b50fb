"""What a project asks for: PEP 621 dependencies with extras, PEP 735 groups, or requirements.in with its includes.

Nothing is silently left out: whatever cannot be locked by name and hash (URLs, paths, editable installs, options that
would bring in another index) is refused with its place.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from uplock.errors import ConfigError
from uplock.lockfile.config import PYPROJECT, REQUIREMENTS, Config, read_toml
from uplock.lockfile.fields import listed
from uplock.lockfile.groups import Groups, group_lines
from uplock.lockfile.names import by_name, normalized
from uplock.lockfile.overrides import Overrides
from uplock.lockfile.reference import Reference, reference_of
from uplock.lockfile.requirement import canonical_lines, render
from uplock.lockfile.requirements_in import read_requirements_in
from uplock.lockfile.self_reference import Extras, expand
from uplock.model.about import Asked, Origin
from uplock.model.digest import Sha256, digest_of
from uplock.model.value import Value

_REMEDY = "Ask for packages by name and version, as flask>=3; indexes are configured, not required."


class Requirements(Value, frozen=True, kw_only=True):
    """Requirement lines (PEP 508) in canonical form, sorted, each once, and what decides how they are answered."""

    requirements: tuple[str, ...]
    constraints: tuple[str, ...] = ()
    overrides: tuple[str, ...] = ()
    excludes: tuple[str, ...] = ()
    allow_sdist: tuple[str, ...] = ()
    """Names whose source distributions may be locked, or ``*``."""
    indexes: tuple[str, ...] = ()
    """``NAME: PATTERN …`` of every configured index, in order: another order or pinning is another question."""
    origins: tuple[Asked, ...] = ()
    """The requirements again, sorted, each with where it stands: of no consequence for the answer."""

    @property
    def digest(self) -> Sha256:
        """Digest of what is asked for, whatever files it stood in."""
        further = {
            "overrides": self.overrides,
            "excludes": self.excludes,
            "allow_sdist": self.allow_sdist,
            "indexes": self.indexes,
        }
        asked = {"requirements": self.requirements, "constraints": self.constraints}
        return digest_of(asked | {key: value for key, value in further.items() if value})

    @property
    def references(self) -> tuple[Reference, ...]:
        """The archives that are asked for by URL."""
        from packaging.requirements import Requirement

        found = (reference_of(Requirement(line)) for line in self.requirements if "@" in line)
        return tuple(sorted({each for each in found if each is not None}, key=lambda each: each.url))

    def asked(self) -> tuple[str, ...]:
        """Return the lines as a resolver sees them: overridden, and by name alone where a URL says which file."""
        from packaging.requirements import Requirement

        overrides = Overrides(self.overrides, self.excludes)
        lines: set[str] = set()
        for line in self.requirements:
            requirement = Requirement(line)
            requirement.url = None
            lines.update(overrides.applied(line if "@" not in line else render(requirement)))
        return tuple(sorted(lines))

    def sdist_allowed(self, name: str) -> bool:
        """Whether a source distribution of a package may be locked where no wheel fits."""
        return "*" in self.allow_sdist or name in self.allow_sdist


def read_requirements_of(config: Config, read: Callable[[str], bytes | None]) -> Requirements:
    """Return what the project asks for. ``read`` returns a file of its folder, or ``None`` if it is not there.

    ``[project]`` of pyproject.toml is taken if there is one, else requirements.in; groups come on top. A project whose
    dependencies are dynamic (PEP 621) must have a requirements.in. Raises one :class:`ConfigError` with every defect
    and its place.
    """
    document = read_toml(PYPROJECT, read) or {}
    defects: list[str] = []
    project = document.get("project")
    if project is not None and not isinstance(project, Mapping):
        raise ConfigError("project: must be a table", context=PYPROJECT, remedy="Correct the file.")
    table: Mapping[str, Any] = {} if project is None else project
    lines: list[str] = []
    constraints: list[str] = []
    if "dependencies" in table:
        if _is_dynamic(table, "dependencies"):
            defects.append(f"{PYPROJECT}: project.dynamic: dependencies stand in [project] as well (PEP 621)")
        lines += canonical_lines(table["dependencies"], f"{PYPROJECT}: project.dependencies", defects)
    elif (found := read_requirements_in(REQUIREMENTS, read, defects)) is not None:
        lines += found[0]
        constraints += found[1]
    elif _is_dynamic(table, "dependencies"):
        raise ConfigError(
            "dependencies are dynamic: what they are is known to the build backend only",
            context=f"{PYPROJECT}: project.dynamic",
            remedy=f"List them in project.dependencies, or in a {REQUIREMENTS}.",
        )
    elif project is None and not config.groups:
        raise ConfigError(
            "nothing says what to lock",
            remedy=f"Add [project] dependencies to {PYPROJECT}, or write a {REQUIREMENTS}.",
        )
    origins = _origins(table, document.get("dependency-groups", {}), config, lines, defects)
    lines = [each.requirement for each in origins]
    overrides = _overrides(config, defects)
    _refuse_two_references(lines, defects)
    defects += [f"{line.partition(' ')[0]}: a constraint is no URL" for line in constraints if " @ " in line]
    if defects:
        raise ConfigError(listed(list(dict.fromkeys(defects))), remedy=_REMEDY)
    return Requirements(
        origins=origins,
        requirements=tuple(sorted(set(lines))),
        constraints=tuple(sorted(set(constraints))),
        overrides=overrides,
        excludes=config.excludes,
        allow_sdist=config.allow_sdist,
        indexes=tuple(
            f"{entry.name}: {' '.join(entry.packages)}{' explicit' * entry.explicit}" for entry in config.indexes
        ),
    )


def _overrides(config: Config, defects: list[str]) -> tuple[str, ...]:
    lines = canonical_lines(list(config.overrides), config.at("overrides"), defects)
    both = {line for line in lines if _named(line) in config.excludes}
    defects += [f"{config.at('overrides')}: {line} is overridden and excluded" for line in sorted(both)]
    defects += [f"{config.at('overrides')}: {line}: a URL overrides nothing" for line in lines if " @ " in line]
    return tuple(sorted(set(lines)))


def _refuse_two_references(lines: list[str], defects: list[str]) -> None:
    """Note names that are asked for by two URLs: one lock has one file of each package."""
    seen: dict[str, str] = {}
    for line in lines:
        _, at, url = line.partition(" ; ")[0].partition(" @ ")
        if at and seen.setdefault(_named(line), url) != url:
            defects.append(f"{_named(line)}: asked for by two URLs")


def _named(line: str) -> str:
    from packaging.requirements import Requirement

    return Requirement(line).name


def _origins(
    project: Mapping[str, Any], raw_groups: object, config: Config, lines: list[str], defects: list[str]
) -> tuple[Asked, ...]:
    """Return every requirement with its place; references to the project itself become what they stand for."""
    found: set[tuple[str, Origin, str]] = set()
    groups = by_name(raw_groups, f"{PYPROJECT}: dependency-groups", defects)
    wanted = _chosen_groups(config, groups, defects)
    stated = {each: group_lines([each], groups, f"{PYPROJECT}: dependency-groups", defects) for each in wanted}
    place = f"{PYPROJECT}: project.optional-dependencies"
    extras = Extras(by_name(project.get("optional-dependencies", {}), place, defects), place, defects)
    name = project.get("name")
    own = normalized(name) if isinstance(name, str) else None
    found |= {(line, "project", "") for line in expand(lines, own, (), extras)}
    for extra in _chosen_extras(project, config, extras, defects):
        found |= {(line, "extra", extra) for line in expand([], own, (extra,), extras)}
    for group in wanted:
        found |= {(line, "group", group) for line in expand(stated[group], own, (), extras)}
    return tuple(Asked(requirement=line, origin=origin, name=where) for line, origin, where in sorted(found))


def _chosen_extras(project: Mapping[str, Any], config: Config, extras: Extras, defects: list[str]) -> list[str]:
    chosen = []
    for place, extra in enumerate(config.extras):
        name = normalized(extra)
        if name is not None and name in extras:
            chosen.append(name)
        elif _is_dynamic(project, "optional-dependencies"):
            defects.append(f"{config.at(f'extras[{place}]')}: extras are dynamic: only the build backend knows them")
        else:
            defects.append(f"{config.at(f'extras[{place}]')}: the project has no extra {extra!r}")
    return chosen


def _chosen_groups(config: Config, groups: Groups, defects: list[str]) -> list[str]:
    wanted = []
    for place, name in enumerate(config.groups):
        found = normalized(name)
        if found is None or found not in groups:
            defects.append(f"{config.at(f'groups[{place}]')}: there is no dependency group {name!r}")
        else:
            wanted.append(found)
    return wanted


def _is_dynamic(project: Mapping[str, Any], key: str) -> bool:
    dynamic = project.get("dynamic")
    return isinstance(dynamic, list) and key in dynamic
