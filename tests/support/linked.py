"""Locks of wheels that need libraries of one another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from support.native import native_member
from support.subjects import make_artifact_results, make_lock, make_package, make_target
from uplock.linkage.providers import Linkage
from uplock.model.lock import Lock
from uplock.model.native import NativeMember, NativeProfile
from uplock.model.need import Need
from uplock.model.platform import Platform
from uplock.model.results import ArtifactResults
from uplock.model.target import Target
from uplock.model.value import changed


def on(platform: Platform, python: str = "3.12.1") -> Target:
    """Return a target of a platform."""
    return changed(make_target(python), platform=platform)


def library(path: str, soname: str | None = None, **fields: Any) -> NativeMember:
    """Return a shared library, called as its file unless another name is given."""
    return native_member(path, role="library", soname=soname or path.rpartition("/")[2], **fields)


def wheel(
    name: str,
    *members: NativeMember,
    outside: Sequence[str] = (),
    requires: Sequence[str] = (),
    skipped: Sequence[str] = (),
) -> ArtifactResults:
    """Return the results about a wheel that does not bring ``outside`` itself; by default all that is needed."""
    native = NativeProfile(
        members=members,
        system=tuple(outside or sorted({each for member in members for each in (*member.needed, *member.delayed)})),
        skipped=tuple(skipped),
    )
    made = make_artifact_results(f"{name.replace('-', '_')}-1.0-py3-none-manylinux_2_17_x86_64.whl", native=native)
    return changed(made, metadata=changed(made.metadata, name=name, requires_dist=tuple(requires)))


def locked(
    *artifacts: ArtifactResults, edges: Mapping[str, Sequence[str]] | None = None, target: Target | None = None
) -> Lock:
    """Return a lock of these wheels, in which packages depend on others by ``edges``."""
    return make_lock(
        target or on(make_target().platform),
        (
            changed(
                make_package(each.filename, name=each.metadata.name),
                dependencies=tuple(sorted((edges or {}).get(each.metadata.name, ()))),
            )
            for each in artifacts
        ),
    )


def linked(
    *artifacts: ArtifactResults, edges: Mapping[str, Sequence[str]] | None = None, target: Target | None = None
) -> Linkage:
    """Return the linkage of a lock of these wheels."""
    return Linkage.of(locked(*artifacts, edges=edges, target=target), {each.metadata.name: each for each in artifacts})


def only(linkage: Linkage, package: str = "consumer") -> Need:
    """Return the one need of a package."""
    (need,) = linkage.of_package(package)
    return need
