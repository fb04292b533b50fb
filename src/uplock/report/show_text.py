"""``uplock show`` for people."""

from __future__ import annotations

from collections.abc import Iterator

from uplock.model.show_outcome import ShownPackage, ShownTarget, ShownWaiver, ShowResult
from uplock.report.identity_text import root_text
from uplock.report.text import count, join, moment, plain, publisher_text


def show_text(result: ShowResult) -> str:
    """Render one generation: what it is, its locks with every package, and what else it recorded."""
    return join(plain(line) for line in _lines(result))


def _lines(result: ShowResult) -> Iterator[str]:
    version = f" {result.version}" if result.version else ""
    yield f"uplock show · {result.project}{version} · generation {result.id}"
    yield f"  parent {result.parent}" if result.parent else "  no parent"
    when = f"recorded {moment(result.recorded_at)}" if result.recorded_at else "recorded before this archive"
    yield f"  {when}{', the head' if result.head else ''}, {'kept' if result.kept else 'not kept'}"
    cut_off = f", cut-off {moment(result.exclude_newer)}" if result.exclude_newer else ""
    yield f"  view sha256 {result.view}{'' if result.view_archived else ' (not archived)'}{cut_off}"
    if result.trusted_root is not None:
        yield f"  {root_text(result.trusted_root)}{'' if result.trusted_root_archived else ' (not archived)'}"
    for target in result.targets:
        yield ""
        yield from _target(target)
    yield from _rest(result)


def _rest(result: ShowResult) -> Iterator[str]:
    rest = [
        *(f"{each.target}  CPython {each.python}  no lock: {each.detail}" for each in result.missing),
        *(
            f"{each.target}: {', '.join(each.packages)} contest {count(each.paths, 'path')}"
            for each in result.contested
        ),
        *(f"override {each}" for each in result.overrides),
        *(f"excluded {each}" for each in result.excludes),
        *(_waiver(each) for each in result.waivers),
    ]
    if rest:
        yield ""
        yield from rest


def _target(target: ShownTarget) -> Iterator[str]:
    role = "leaving" if target.role == "baseline" else "target"
    total = f"{count(len(target.packages), 'package')}"
    yield f"{target.target}  CPython {target.python}  {target.platform}  {role}  {total}  {target.resolver}"
    yield f"  content digest {target.content or 'not known'}"
    for each in target.packages:
        yield from _package(each)


def _package(package: ShownPackage) -> Iterator[str]:
    facts = [fact for fact, holds in (("direct", package.direct), ("built here", package.built_here)) if holds]
    if package.yanked is not None:
        facts.append(f"yanked: {package.yanked}" if package.yanked else "yanked")
    by = f" by {publisher_text(package.publisher)}" if package.publisher else ""
    noted = f" ({', '.join(facts)})" if facts else ""
    why = f": {package.reason}" if package.outcome == "invalid" and package.reason else ""
    yield f"  {package.name} {package.version}{noted}  {package.outcome}{by}{why}"
    yield f"    {package.filename}  {package.size} bytes  sha256 {package.sha256}"
    native = list(dict.fromkeys(f"{each.project} {each.version or '?'}" for each in package.libraries))
    native += [count(package.crates, "Rust crate")] if package.crates else []
    if native:
        yield f"    native: {', '.join(native)}"


def _waiver(waiver: ShownWaiver) -> str:
    if waiver.id is None:
        return f"waiver {waiver.path}  not readable: {'; '.join(waiver.defects)}"
    return f"waiver {waiver.path}  {waiver.rule} until {waiver.expires_at}"
