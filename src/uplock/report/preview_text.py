"""A preview of a remote wheel: that it is unverified, what it cost, what is needed, and which wheels bring that."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from uplock.model.native import NativeProfile
from uplock.model.preview import Cost, NotInspected, PreviewNeed, PreviewResult, Provider
from uplock.report.inspect_text import indented, profile_lines, size_text
from uplock.report.text import count, join, plain

_SHOWN = 8
"""Names that are told in one line; there are more in ``--json``."""


def preview_text(result: PreviewResult) -> str:
    """Render a preview."""
    return join(plain(line) for line in _lines(result))


def _lines(result: PreviewResult) -> Iterator[str]:
    yield "unverified preview: no digest of the whole file was checked, so nothing here is evidence"
    yield f"read of this wheel: {_cost(result.preview)}"
    yield result.filename
    yield f"  {size_text(result.size)}, {_claim(result)}; for {result.target}"
    metadata = result.metadata
    yield f"  {metadata.name} {metadata.version} (metadata {metadata.metadata_version})"
    if result.needs:
        yield f"  needed from outside: {len(result.needs)}"
        yield from indented(_needs(result.needs), 2)
    yield from _providers(result.providers)
    yield from _section("not followed", result.notes)
    yield from _section("not inspected", [_left(each) for each in result.not_inspected])
    yield from _read(result)


def _claim(result: PreviewResult) -> str:
    """Say what the index claims."""
    if result.claimed_sha256 is None:
        return "of which the index claims no SHA-256"
    return f"of which the index claims sha256 {result.claimed_sha256}"


def _read(result: PreviewResult) -> Iterator[str]:
    """Yield what the files that were read say, as of a whole wheel; without any, nothing is said about native code."""
    if result.not_inspected and not result.members:
        yield "  no native file was read"
        return
    profile = NativeProfile(
        members=result.members,
        libraries=result.libraries,
        declared=result.declared,
        glibc=result.glibc,
        glibc_claimed=result.glibc_claimed,
    )
    yield "  of the files that were read:"
    yield from indented(profile_lines(profile), 2)


def _left(each: NotInspected) -> str:
    claim = f"RECORD claims sha256 {each.sha256}" if each.sha256 else "RECORD claims no SHA-256"
    return f"{each.path}: {each.reason}; {size_text(each.size)}, {claim}"


def _cost(cost: Cost) -> str:
    share = f"{100 * cost.bytes / cost.size:.2f} %" if cost.size else "all"
    return f"{size_text(cost.bytes)} of {size_text(cost.size)} ({share}), {count(cost.requests, 'request')}"


def _needs(needs: tuple[PreviewNeed, ...]) -> Iterator[str]:
    """Yield what a required wheel brings, then in one line what none of them does."""
    for need in needs:
        if need.provider is not None:
            yield f"{need.soname}, in {need.provider}; needed by {_some(need.needed_by)}"
    others = [need.soname for need in needs if need.provider is None]
    if others:
        yield f"in no required wheel: {', '.join(others)}"


def _providers(providers: tuple[Provider, ...]) -> Iterator[str]:
    if providers:
        size = size_text(sum(each.preview.bytes for each in providers))
        requests = count(sum(each.preview.requests for each in providers), "request")
        yield f"  required wheels with shared libraries: {len(providers)}, listed with {size} in {requests}"
        for each in providers:
            yield from indented(_provider(each), 2)


def _provider(each: Provider) -> Iterator[str]:
    yield f"{each.name} {each.version}, required by {' > '.join(each.required_by)}"
    if each.provides:
        yield f"  needed: {_some(each.provides)}"
    reached = [_base(path) for path in each.on_runpath]
    if reached:
        yield f"  where RUNPATH of files that were read leads: {_some(reached)}"
    others = [_base(path) for path in each.libraries if path not in each.on_runpath]
    if others:
        yield f"  elsewhere: {_some(others)}"


def _section(title: str, lines: Sequence[str]) -> Iterator[str]:
    if lines:
        yield f"  {title}: {len(lines)}"
        yield from indented(lines, 2)


def _base(path: str) -> str:
    return path.rpartition("/")[2]


def _some(names: Iterable[str]) -> str:
    """Return some names, and how many more there are."""
    known = list(names)
    rest = len(known) - _SHOWN
    return ", ".join(known[:_SHOWN]) + (f" and {rest} more" if rest > 0 else "")
