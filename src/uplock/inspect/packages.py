"""Which project of the library table a declared component is, and which version of it (``packages.toml``).

Documents name packages of a distribution, source archives or repositories; binaries show projects. Package URLs are
read as far as that needs it (purl-spec: type, name, version).
"""

from __future__ import annotations

import functools
import re
from typing import Literal
from urllib.parse import unquote

from uplock.inspect.libraries import project_of, project_of_dll, table
from uplock.model.native_sbom import DeclaredComponent
from uplock.model.value import Value, convert


class Packages(Value, frozen=True, kw_only=True):
    """The package names of one project."""

    project: str
    names: tuple[str, ...] = ()
    crates: tuple[str, ...] = ()
    certain: bool = False


class PackageTable(Value, frozen=True, kw_only=True):
    """The whole table. Its version is part of the key of every result that was made with it."""

    version: int
    packages: tuple[Packages, ...]


class Declared(Value, frozen=True, kw_only=True):
    """What a component stands for among native libraries."""

    projects: frozenset[str]
    """Any of these; for a package that is in no table, what its shared library may be called."""
    version: str | None
    """Of the project, without what a distribution adds."""
    kind: Literal["package", "crate"]
    """A crate that brings a library's source along may use it or not: it names the library and promises nothing."""


class Purl(Value, frozen=True, kw_only=True):
    """The parts of a package URL that matter here, percent-decoded."""

    type: str
    name: str
    version: str | None
    subpath: bool


_SOURCES = frozenset(
    {"", "generic", "rpm", "deb", "apk", "alpm", "brew", "conan", "conda", "nix", "vcpkg"}
    | {"github", "gitlab", "bitbucket", "sourceforge", "nuget"}
)
"""Types of package URLs that can name a native library, with ``""`` for none. The others are languages' own."""
_CONTENT = frozenset({"library", "framework", "application", "platform", "source", "archive", "install", "unspecified"})
"""Types of components that can be a library; not files, data, devices, …"""
_AFFIX = re.compile(
    r"(?:[-_](?:libs?|dev|devel|static|shared|bin|minimal|common|core)|t64|[-_.]?\d[\d.]*(?:[a-z]\d?)?)\Z"
)
_RELEASED = frozenset({"rpm", "deb", "alpm"})
"""Types whose versions are ``[epoch:]version-release``."""
_APK_RELEASE = re.compile(r"-r\d{1,6}\Z")
_EPOCH = re.compile(r"\A\d{1,6}:")
_NOT_UPSTREAM = re.compile(r"[+~.](?:dfsg|ds|really|repack|git|nmu).*\Z|\+b\d.*\Z", re.DOTALL)
_NUMBERED = re.compile(r"\d{1,10}(?:[._]\d{1,10}){1,5}[a-z]{0,2}(?![A-Za-z0-9])")
_TAG = re.compile(r"\A(?:release|version|[a-z][a-z0-9]*(?=[-_]\d)|v|n|r)?[-_]?v?(?=\d)", re.IGNORECASE)
_MAX_STRIPPED = 3


@functools.cache
def package_table() -> PackageTable:
    """Return the table that is part of this package."""
    import tomllib
    from importlib.resources import files

    return convert(tomllib.loads((files(__package__) / "packages.toml").read_text("utf-8")), PackageTable)


def meaning(component: DeclaredComponent) -> Declared | None:
    """Return what native library a component stands for, or ``None`` if it is none: a Python package, say."""
    purl = purl_of(component)
    kind = purl.type if purl is not None else ""
    if kind == "cargo" and purl is not None:
        projects = _crates().get(purl.name)
        version = of_build_metadata(purl.version or component.version or "")
        return Declared(projects=projects, version=version, kind="crate") if projects else None
    if kind not in _SOURCES or component.type not in _CONTENT:
        return None
    names = {_normal(name) for name in (*component.name.split(" / "), *((purl.name,) if purl is not None else ()))}
    known = frozenset[str]().union(*(_projects(name) for name in names))
    return Declared(
        projects=known or frozenset(stem for name in names for stem in (name, f"lib{name}")),
        version=_upstream(component.version or (purl.version if purl is not None else None), kind),
        kind="package",
    )


def projects_of_crate(name: str) -> frozenset[str]:
    """Return the projects whose source a Rust crate brings along."""
    return _crates().get(name, frozenset())


def purl_of(component: DeclaredComponent) -> Purl | None:
    """Return the parts of a component's package URL, or ``None`` if it has none that is one."""
    scheme, _, rest = (component.purl or "").partition(":")
    rest, _, subpath = rest.partition("#")
    path, mark, version = rest.partition("?")[0].rpartition("@")
    if not mark or "/" in version:  # an "@" in the path is a namespace's own
        path, version = rest.partition("?")[0], ""
    kind, _, names = path.strip("/").partition("/")
    name = unquote(names.rpartition("/")[2])
    if scheme.lower() != "pkg" or not name:
        return None
    return Purl(type=kind.lower(), name=name, version=unquote(version) or None, subpath=bool(subpath))


def project_of_soname(soname: str) -> str | None:
    """Return the project of a library that the system provides, by the name under which it is needed."""
    file = soname.rpartition("/")[2]
    if file.lower().endswith(".dll"):
        found = project_of_dll(file[:-4].lower())
    else:
        found = project_of(file.partition(".")[0] if file.endswith(".dylib") else file.partition(".so")[0])
    return found.name if found is not None else None


def family_of(project: str) -> str:
    """Return the project of which this one is a fork under the same file names, or itself."""
    return _families().get(project, project)


def can_be_seen(project: str) -> bool:
    """Whether a project that is not found is not there: its own texts come with its code, however it is linked."""
    return project in _certain()


def versions_agree(one: str, other: str) -> bool:
    """Whether two versions can be of the same release: equal, or one is the beginning of the other."""
    return all(a == b for a, b in zip(_parts(one), _parts(other), strict=False))


@functools.lru_cache(maxsize=4096)
def _parts(version: str) -> tuple[str, ...]:
    return tuple(part.lstrip("0") or "0" for part in re.split(r"[-._+~]", version.casefold()) if part)


def _normal(name: str) -> str:
    return "-".join(name.casefold().split())


@functools.lru_cache(maxsize=4096)
def _projects(name: str) -> frozenset[str]:
    """Return the projects of a package name: as it stands, then with what distributions append taken off."""
    for _ in range(_MAX_STRIPPED):
        if known := _names().get(name):
            return known
        if library := project_of(name):
            return frozenset({library.name})
        name = _AFFIX.sub("", name)
    return frozenset()


@functools.cache
def _names() -> dict[str, frozenset[str]]:
    """Return all package names: the projects' own and those of their shared libraries, unless the table says more."""
    pairs = [(library.name, library.name) for library in table().libraries]
    pairs += [(name.casefold(), one.name) for one in table().libraries for name in one.names if not name.endswith("*")]
    told = [(name, one.project) for one in package_table().packages for name in (one.project, *one.names)]
    return _grouped(pairs) | _grouped(told)


@functools.cache
def _crates() -> dict[str, frozenset[str]]:
    return _grouped([(name, one.project) for one in package_table().packages for name in one.crates])


def _grouped(pairs: list[tuple[str, str]]) -> dict[str, frozenset[str]]:
    grouped: dict[str, set[str]] = {}
    for name, project in pairs:
        grouped.setdefault(name, set()).add(project)
    return {name: frozenset(projects) for name, projects in grouped.items()}


@functools.cache
def _families() -> dict[str, str]:
    return {fork: library.name for library in table().libraries for fork in library.forks}


@functools.cache
def _certain() -> frozenset[str]:
    return frozenset(one.project for one in package_table().packages if one.certain)


def of_build_metadata(version: str) -> str | None:
    """Return the library's version as crates write it behind a plus sign (``2.1.0+zstd.1.5.7``)."""
    match = _NUMBERED.search(version.partition("+")[2])
    return match[0] if match else None


def _upstream(version: str | None, kind: str) -> str | None:
    """Return the project's version in a package's: no epoch, no release, no ``v`` or name of a tag in front."""
    if version is None:
        return None
    if kind in _RELEASED:
        version = _EPOCH.sub("", version)
        version = version.rpartition("-")[0] or version
        version = _NOT_UPSTREAM.sub("", version)
    elif kind == "apk":
        version = _APK_RELEASE.sub("", version)
    bare = _TAG.sub("", version)
    return bare if bare[:1].isdigit() else None
