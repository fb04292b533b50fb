"""The libraries of the system that wheels need: external components, with ranges of versions.

A range is ``vers:generic/>=V`` where symbols tell the least version that has them, and ``vers:generic/*`` where
nothing is asked but the SONAME.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import quote

from uplock.linkage.linux import is_glibc
from uplock.model.native import NativeMember, NativeProfile
from uplock.model.need import Need
from uplock.model.results import ArtifactResults
from uplock.model.value import Value
from uplock.sbom.clean import Cleaner
from uplock.sbom.identifier import purl
from uplock.sbom.parts import Component, License, Organization, Property, SpdxExpression, SpdxId
from uplock.sbom.vocabulary import Term

_VERSION = re.compile(r"[0-9]{1,6}(?:\.[0-9]{1,6}){1,3}\Z")
_MUSL = re.compile(r"(?:libc|ld)[.-]musl-[a-z0-9_]{1,32}\.so\.1\Z")
_GLIBCXX = re.compile(r"3\.4(?:\.([0-9]{1,3}))?\Z")


class _Project(Value, frozen=True, kw_only=True):
    """A library of the system that is known by more than one SONAME, or by the versions of its symbols."""

    name: str
    families: tuple[str, ...] = ()
    """Families of versioned symbols that it has; the first one tells its own version."""
    license: License
    """Of the project, as its own site says; that of what stands on a machine is not known."""
    homepage: str


_GCC_LICENSE = SpdxExpression(expression="GPL-3.0-or-later WITH GCC-exception-3.1", acknowledgement="concluded")
_GLIBC = _Project(
    name="glibc",
    families=("GLIBC",),
    license=SpdxId(id="LGPL-2.1-or-later", acknowledgement="concluded"),
    homepage="https://www.gnu.org/software/libc/",
)
_MUSL_LIBC = _Project(
    name="musl", license=SpdxId(id="MIT", acknowledgement="concluded"), homepage="https://musl.libc.org/"
)
_BY_SONAME = {
    "libstdc++.so.6": _Project(
        name="libstdc++",
        families=("GLIBCXX", "CXXABI"),
        license=_GCC_LICENSE,
        homepage="https://gcc.gnu.org/onlinedocs/libstdc++/",
    ),
    "libgcc_s.so.1": _Project(name="libgcc", families=("GCC",), license=_GCC_LICENSE, homepage="https://gcc.gnu.org/"),
}


def system_ref(soname: str) -> str:
    """Return the reference of the system's library that has this SONAME."""
    project = _project(soname)
    return f"soname:{quote(soname)}" if project is None else f"system:{quote(project.name)}"


def external_libraries(
    needs: Mapping[str, Sequence[Need]], results: Mapping[str, ArtifactResults]
) -> tuple[Component, ...]:
    """Return one component for each library that the system must bring, sorted.

    ``needs`` and ``results`` are by package. glibc is one component, whatever the number of its SONAMEs, with the
    highest version of symbols of any package that needs it; so are others whose symbols have versions, by the files
    that need them. What only a driver of the machine brings is optional.
    """
    found: dict[str, _Library] = {}
    for package, wanted in needs.items():
        profile = results[package].native if package in results else NativeProfile()
        members: dict[str, list[NativeMember]] = {}
        for member in profile.members:
            members.setdefault(member.path, []).append(member)
        for need in wanted:
            if need.provider is None:
                library = found.setdefault(system_ref(need.soname), _Library(need.soname))
                library.add(need, [member for path in need.members for member in members.get(path, ())], profile.glibc)
    return tuple(library.component(ref) for ref, library in sorted(found.items()))


class _Library:
    """What is needed of one library, taken together."""

    def __init__(self, soname: str) -> None:
        self._project = _project(soname)
        self._sonames: set[str] = set()
        self._floors: dict[str, str] = {}
        self._optional = True

    def add(self, need: Need, members: Sequence[NativeMember], glibc: str | None) -> None:
        """Take in one need, with the files that have it and the highest glibc of their package."""
        self._sonames.add(need.soname)
        self._optional = self._optional and need.kind == "driver"
        for family in () if self._project is None else self._project.families:
            versions = [member.symbol_floors.get(family) for member in members] if family != "GLIBC" else [glibc]
            for version in versions:
                if version is not None and _VERSION.match(version):
                    self._floors[family] = max(version, self._floors.get(family, version), key=_parts)

    def component(self, ref: str) -> Component:
        """Return the component."""
        clean = Cleaner()
        sonames = sorted(self._sonames)
        last = sonames[0].rpartition("/")[2] or sonames[0]
        name = clean.name("SONAME", last) if self._project is None else self._project.name
        stated = [fact for each in sonames for fact in clean.facts(Term.SONAME, each)]
        return Component(
            ref=ref,
            type="library",
            name=name,
            purl=purl("generic", name, None),
            version_range=f"vers:generic/{self._range()}",
            external=True,
            licenses=() if self._project is None else (self._project.license,),
            supplier=None if self._project is None else Organization(urls=(self._project.homepage,)),
            scope="optional" if self._optional else "required",
            properties=(*stated, *self._told(), *clean.notes),
        )

    def _range(self) -> str:
        first = None if self._project is None else next(iter(self._project.families), None)
        floor = None if first is None else self._floors.get(first)
        if first == "GLIBCXX" and floor is not None:
            floor = _of_libstdcxx(floor)
        return "*" if floor is None else f">={floor}"

    def _told(self) -> Iterator[Property]:
        for family, version in sorted(self._floors.items()):
            yield Term.NATIVE_FLOOR.of(f"{family}_{version}")


def _of_libstdcxx(floor: str) -> str | None:
    """Return the version of libstdc++.so that first has symbols ``GLIBCXX_3.4.N``: it is 6.0.N (GCC's ABI policy)."""
    match = _GLIBCXX.match(floor)
    return None if match is None else f"6.0.{match[1] or 0}"


def _project(soname: str) -> _Project | None:
    if is_glibc(soname):
        return _GLIBC
    return _MUSL_LIBC if _MUSL.match(soname) else _BY_SONAME.get(soname)


def _parts(version: str) -> list[int]:
    return [int(part) for part in version.split(".")]
