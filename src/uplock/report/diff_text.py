"""``uplock diff`` for people."""

from __future__ import annotations

from collections.abc import Iterator

from uplock.model.diff_outcome import DiffResult, FindingsChange, PackageChange, PackageSide, TargetChange, TargetSide
from uplock.report.text import Paint, count, day_text, join, moment, plain, publisher_text

NONE = "none"


def diff_text(result: DiffResult, paint: Paint) -> str:
    """Render the difference, or one line that there is none."""
    head = [
        f"uplock diff · {plain(result.project[0])}",
        f"  from generation {result.before}",
        f"    to generation {result.after}",
    ]
    if result.equal and result.as_of is None:
        return join([*head, "Both say the same."])
    lines = [*map(plain, _about(result))]
    for target in result.targets:
        lines += ["", *_target(target, paint)]
    if result.findings is not None and result.as_of is not None:
        lines += ["", f"findings as of {day_text(result.as_of)}, by today's policy and waivers"]
        lines += _findings(result.findings, paint)
    return join([*head, *lines])


def _about(result: DiffResult) -> Iterator[str]:
    old, new = result.trusted_root
    changes = (
        ("project", *result.project),
        ("version", *(each or NONE for each in result.version)),
        ("trusted root sha256", old.sha256 if old else NONE, new.sha256 if new else NONE),
    )
    yield from (f"{what} {before} -> {after}" for what, before, after in changes if before != after)
    for what, changed in (
        ("the project's requirements", result.inputs_changed),
        ("the view of the index", result.view_changed),
        ("the lifecycle table", result.lifecycle_changed),
    ):
        if changed:
            yield f"{what} changed"
    for each in result.waivers:
        state = "added" if each.before is None else "removed" if each.after is None else "changed"
        yield f"waiver {each.path} {state}"


def _target(target: TargetChange, paint: Paint) -> Iterator[str]:
    one, other = target.before, target.after
    if one is None or other is None:
        known = one or other
        if known is not None:
            yield f"{_title(known)}  {'added' if one is None else 'removed'}, {_size(known)}"
    else:
        yield _title(other) if one.target == other.target else f"{one.target} -> {_title(other)}"
        yield from (f"  {line}" for line in _facts(one, other))
        if not target.packages and one.locked and other.locked:
            yield f"  the same {count(other.packages, 'package')}"
        for package in target.packages:
            yield from (plain(f"  {line}") for line in _package(package))
    if target.findings is not None:
        yield from _findings(target.findings, paint)


def _title(side: TargetSide) -> str:
    return f"{side.target}  CPython {side.python}  {side.platform}"


def _size(side: TargetSide) -> str:
    return count(side.packages, "package") if side.locked else "without a lock"


def _facts(one: TargetSide, other: TargetSide) -> Iterator[str]:
    changes = (
        ("CPython", one.python, other.python),
        ("role", one.role, other.role),
        ("lock", "there" if one.locked else "missing", "there" if other.locked else "missing"),
        ("cut-off", _when(one), _when(other)),
        ("resolver", one.resolver, other.resolver),
        ("content digest", one.content, other.content),
    )
    for what, before, after in changes:
        if before != after:
            yield f"{what} {before or NONE} -> {after or NONE}"


def _when(side: TargetSide) -> str | None:
    return None if side.exclude_newer is None else moment(side.exclude_newer)


def _package(change: PackageChange) -> Iterator[str]:
    before, after = change.before, change.after
    major = ", major" if change.major else ""
    if before is None or after is None:
        known = before or after
        version = "" if known is None else f" {known.version}"
        yield f"{change.name}{version}  {change.kind}"
        if known is not None:
            yield f"  {known.filename}  sha256 {known.sha256}  {_attested(known)}"
    else:
        same = before.version == after.version
        versions = before.version if same else f"{before.version} -> {after.version}"
        yield f"{change.name} {versions}  {change.kind}{major}"
        if before.sha256 != after.sha256:
            yield f"  {before.filename}  sha256 {before.sha256}"
            yield f"  {after.filename}  sha256 {after.sha256}"
        if _attested(before) != _attested(after):
            yield f"  attestations {_attested(before)} -> {_attested(after)}"
    for each in change.libraries:
        yield f"  native {each.project} {_versions(each.before)} -> {_versions(each.after)}"


def _attested(side: PackageSide) -> str:
    return f"{side.outcome} by {publisher_text(side.publisher)}" if side.publisher else side.outcome


def _versions(versions: tuple[str, ...]) -> str:
    return " and ".join(versions) or NONE


def _findings(findings: FindingsChange, paint: Paint) -> Iterator[str]:
    from uplock.report.check_text import finding_lines

    if findings.before != findings.after:
        yield f"  verdict {findings.before or NONE} -> {findings.after or NONE}"
    for word, found in (("appeared", findings.appeared), ("vanished", findings.vanished)):
        for finding in found:
            lines = finding_lines(finding, paint)
            yield f"  {word}: {lines[0]}"
            yield from (f"  {line}" for line in lines[1:])
