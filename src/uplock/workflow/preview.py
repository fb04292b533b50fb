"""Wheels of an index by name and version: found for a target, fetched whole, or looked at from outside."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from uplock.errors import ConfigError, InputError, IntegrityError, UsageError, located
from uplock.inspect.preview import preview_wheel
from uplock.linkage.search import folders, installed
from uplock.model.lock import Artifact
from uplock.model.native import NativeMember
from uplock.model.preview import PreviewNeed, PreviewResult, Provider, WheelPreview
from uplock.model.target import Target, parse_interpreter, parse_platform
from uplock.model.value import Value, changed
from uplock.model.view import IndexFile
from uplock.ports import Index, OnEvent, ignore_events
from uplock.workflow.choose import Chooser, files_of_version, normal_version
from uplock.workflow.preview_requirements import Followed

_TARGET = re.compile(r"py(?P<major>3)(?P<minor>\d{1,2})-(?P<platform>.+)")
_POINT = re.compile(r"(-(?:glibc|musl)?\d+)_(\d+)\Z")
"""Where the platform of a target's name has lost a dot."""


class Named(Value, frozen=True, kw_only=True):
    """One version of a project, as ``NAME==VERSION`` or ``NAME[EXTRA]==VERSION`` names it; names are normalized."""

    name: str
    version: str
    extras: frozenset[str] = frozenset()


def parse_named(text: str) -> Named | None:
    """Return what ``NAME==VERSION`` names; ``None`` for what is no requirement of one exact version."""
    from packaging.requirements import InvalidRequirement, Requirement
    from packaging.utils import canonicalize_name

    try:
        parsed = Requirement(text)
    except (InvalidRequirement, RecursionError):
        return None
    exact = re.fullmatch(r"==([^=*,]+)", str(parsed.specifier))
    version = None if exact is None else normal_version(exact[1])
    if version is None or parsed.marker is not None or parsed.url is not None:
        return None
    extras = frozenset(canonicalize_name(extra) for extra in parsed.extras)
    return Named(name=canonicalize_name(parsed.name), version=version, extras=extras)


def choose_target(name: str | None, known: Iterable[Target], latest: Mapping[str, str]) -> Target:
    """Return the target of a name such as ``py39-linux-x86_64``; without one, the only target that is ``known``.

    A known target is taken with the interpreter's patch release that it has, another with the ``latest`` of its line.

    Raises :class:`UsageError` if there is no name and not exactly one known target, or the name is none.
    """
    targets = {each.name: each for each in known}
    if name is None:
        if len(targets) == 1:
            return next(iter(targets.values()))
        of_these = f"one of {', '.join(sorted(targets))}" if targets else "a target, as in py312-linux-x86_64"
        raise UsageError(
            "wheels differ between targets, and none is named", context="--target", remedy=f"Name {of_these}."
        )
    if name in targets:
        return targets[name]
    match = _TARGET.fullmatch(name)
    if match is None:
        raise UsageError(
            f"{name!r} is no target", context="--target", remedy="Name one as py312-linux-x86_64 or py39-macos-arm64."
        )
    try:
        return Target(
            interpreter=parse_interpreter(f"{match['major']}.{match['minor']}", latest),
            platform=parse_platform(_POINT.sub(r"\1.\2", match["platform"])),
        )
    except ConfigError as error:
        raise UsageError(error.message, context="--target", remedy=error.remedy) from error


def locate(index: Index, named: Named, target: Target) -> IndexFile:
    """Return the wheel of a version that an installer would take for ``target``.

    Raises :class:`InputError` if the index has no such project, version or wheel, and what the index raises.
    """
    page = index.page(named.name)
    place = f"{named.name}=={named.version}"
    if page is None:
        raise InputError("the index has no such project", context=place, remedy="Check the name and the index.")
    files = files_of_version(page, named.version)
    if not files:
        raise InputError(
            "the index has no such version", context=place, remedy="Name a version that the project released."
        )
    wheel = Chooser(target).best_wheel(files)
    if wheel is None:
        raise InputError(
            f"it has no wheel for {target.name}", context=place, remedy="Name another version or another target."
        )
    return wheel


def artifact_of(file: IndexFile) -> Artifact:
    """Return a listed file as something to fetch by its digest. Raises :class:`InputError` if the index lists none."""
    if file.sha256 is None:
        raise InputError(
            "the index names no SHA-256 of this wheel, so nothing would be known of what comes",
            context=file.filename,
            remedy="Download it yourself and inspect the file, or look at it with --preview.",
        )
    return Artifact(filename=file.filename, sha256=file.sha256, url=file.url, size=file.size)


def preview(index: Index, named: Named, target: Target, on_event: OnEvent = ignore_events) -> PreviewResult:
    """Look at a wheel and at what it requires, in few parts of their bytes; nothing is verified by that.

    Raises :class:`NetworkError`, also if the index does not send parts of files, :class:`InputError` if the wheel
    cannot be read or its parts contradict each other, and :class:`IntegrityError` if its METADATA is not what the index
    lists.
    """
    file = locate(index, named, target)
    remote = index.open(file)
    seen = preview_wheel(remote.stream, file.filename, remote.prefetch)
    if file.core_metadata not in {None, seen.metadata_sha256}:
        raise IntegrityError(
            "the wheel has other metadata than the index lists",
            context=file.filename,
            remedy="Do not use this index until its operators have explained it.",
        )
    followed = Followed(index, target, on_event)
    with located(file.filename):
        followed.follow(seen.metadata, named.extras)
    providers = _matched(seen, followed.providers)
    return PreviewResult(
        filename=file.filename,
        claimed_sha256=file.sha256,
        size=remote.cost.size,
        target=target.name,
        metadata=seen.metadata,
        preview=remote.cost,
        members=seen.members,
        not_inspected=seen.not_inspected,
        libraries=seen.libraries,
        declared=seen.declared,
        system=seen.system,
        glibc=seen.glibc,
        glibc_claimed=seen.glibc_claimed,
        needs=_needs(seen, providers),
        providers=providers,
        notes=tuple(dict.fromkeys(followed.notes)),
    )


def _needs(seen: WheelPreview, providers: Iterable[Provider]) -> tuple[PreviewNeed, ...]:
    """Return what is needed from outside, with the packages of ``providers`` that are matched already."""
    brought: dict[str, str] = {}
    for provider in sorted(providers, key=lambda each: each.name, reverse=True):
        brought.update(dict.fromkeys(provider.provides, provider.name))
    return tuple(
        PreviewNeed(
            soname=soname,
            needed_by=tuple(sorted({each.path for each in seen.members if soname in _asked_by(each)})),
            provider=brought.get(soname),
        )
        for soname in seen.system
    )


def _asked_by(member: NativeMember) -> set[str]:
    names = {*member.needed, *member.delayed}
    return {name.lower() for name in names} if member.format == "pe" else names


def _wanted(soname: str) -> str:
    """Return the file name that would provide a library; none for a path into the system (macOS)."""
    return "" if soname.startswith("/") else _base(soname)


def _matched(seen: WheelPreview, providers: Iterable[Provider]) -> tuple[Provider, ...]:
    wanted = {_wanted(soname): soname for soname in seen.system}
    windows = any(each.format == "pe" for each in seen.members)
    searched = {folder for member in seen.members for folder in folders(member)}
    found = []
    for each in providers:
        names = {_base(path).lower() if windows else _base(path) for path in each.libraries}
        reached = tuple(path for path in each.libraries if installed(path).rpartition("/")[0] in searched)
        provides = tuple(sorted(wanted[name] for name in names if name in wanted))
        found.append(changed(each, provides=provides, on_runpath=reached))
    return tuple(sorted(found, key=lambda provider: provider.name))


def _base(path: str) -> str:
    return path.rpartition("/")[2]
