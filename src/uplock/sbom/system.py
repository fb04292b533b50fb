"""The libraries of the system that wheels need."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import quote

from uplock.linkage.linux import is_glibc
from uplock.model.native import NativeProfile
from uplock.sbom.clean import Cleaner
from uplock.sbom.identifier import purl
from uplock.sbom.parts import Component
from uplock.sbom.vocabulary import Term

_VERSION = re.compile(r"[0-9]{1,6}(?:\.[0-9]{1,6}){1,3}\Z")


def system_ref(soname: str) -> str:
    """Return the reference of the system's library that has this SONAME."""
    return "system:glibc" if is_glibc(soname) else f"soname:{quote(soname)}"


def system_components(needs: Iterable[tuple[str, NativeProfile]]) -> tuple[Component, ...]:
    """Return one component for each library of the system, from pairs of a SONAME and the profile that needs it.

    glibc is one component, whatever the number of its SONAMEs, and has the highest floor of all as its range.
    """
    sonames: dict[str, set[str]] = {}
    floors = []
    for soname, profile in needs:
        sonames.setdefault(system_ref(soname), set()).add(soname)
        if is_glibc(soname) and profile.glibc and _VERSION.match(profile.glibc):
            floors.append(profile.glibc)
    floor = max(floors, key=lambda text: [int(part) for part in text.split(".")], default=None)
    return tuple(_component(ref, sorted(found), floor) for ref, found in sorted(sonames.items()))


def _component(ref: str, sonames: list[str], floor: str | None) -> Component:
    clean = Cleaner()
    glibc = is_glibc(sonames[0])
    stated = [fact for each in sonames for fact in clean.facts(Term.SONAME, each)]
    name = "glibc" if glibc else clean.name("SONAME", sonames[0].rpartition("/")[2] or sonames[0])
    return Component(
        ref=ref,
        type="library",
        name=name,
        purl=purl("generic", name, None),
        version_range=f"vers:generic/>={floor}" if glibc and floor else None,
        external=True,
        properties=(*stated, *clean.notes),
    )
