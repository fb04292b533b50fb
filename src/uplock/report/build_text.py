"""Text about wheels that were built here, for people."""

from __future__ import annotations

from collections.abc import Iterator

from uplock.model.build_outcome import BuildResult, PackageBuild
from uplock.model.built import MemberDifference, Rebuilt
from uplock.report.check_text import finding_lines
from uplock.report.text import Paint, count, join, plain

_STATUS = {
    "built": "built",
    "kept": "was built before",
    "restored": "was built before, and again now with the same bytes, since this archive did not have it",
}
_KINDS = {
    "changed": "differs",
    "only-first": "is in the first only",
    "only-second": "is in the second only",
    "attributes": "has equal bytes and other attributes",
}


def build_text(result: BuildResult, paint: Paint) -> str:
    """Render ``uplock build``."""
    how = f" · {result.isolation}" if result.isolation else ""
    lines = [
        f"uplock build · {result.project} · {result.target} · CPython {result.python}{how}",
        *(line for package in result.packages for line in _package(package, paint)),
        *([] if result.packages else ["no source distribution is locked: there is nothing to build"]),
        "",
        *(f"  {file.path}  sha256 {file.sha256}" for file in result.files),
        *(line for finding in result.findings for line in finding_lines(finding, paint)),
        *(plain(f"note: {note}") for note in result.notes),
    ]
    return join(lines)


def _package(package: PackageBuild, paint: Paint) -> Iterator[str]:
    row = package.wheel
    yield plain(f"{row.package} {row.version}: {row.wheel} {_STATUS[package.status]}")
    yield f"  sha256 {row.wheel_sha256}, {count(row.wheel_size, 'byte')}"
    yield plain(f"  from {row.sdist}  sha256 {row.sdist_sha256}")
    used = ", ".join(f"{each.name} {each.version}" for each in row.requirements) or "nothing but its own backend"
    yield plain(f"  with {used}")
    if package.again is not None:
        yield from _again(package.again, paint)


def _again(again: Rebuilt, paint: Paint) -> Iterator[str]:
    if again.equal:
        yield f"  built again: {paint('equal bytes', 'green')}"
        return
    total = len(again.differences) + again.omitted
    what = f"{count(total, 'member')} {'differs' if total == 1 else 'differ'}" if total else "all members are equal"
    yield f"  built again: {paint('other bytes', 'yellow')}, {what} (sha256 {again.sha256})"
    yield from (_difference(each) for each in again.differences)
    if again.omitted:
        yield f"    and {again.omitted} more"


def _difference(each: MemberDifference) -> str:
    return plain(f"    {each.path} {_KINDS[each.kind]}")
