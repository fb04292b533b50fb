"""Checking locks against what the index serves now (``--check=index``): gone, replaced, yanked, or joined by others."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from datetime import datetime

from uplock.errors import located
from uplock.model.finding import Finding
from uplock.model.lock import Lock, LockedPackage
from uplock.model.outcome import LockCheckResult
from uplock.model.value import changed
from uplock.model.view import IndexFile, IndexPage
from uplock.policy.checks import CHECKS
from uplock.ports import Event, Index, OnEvent, Store
from uplock.workflow.choose import Chooser, files_of_version
from uplock.workflow.lock_check import check_offline, place_of, there_must_be_locks
from uplock.workflow.locks import committed
from uplock.workflow.pick import Hashing
from uplock.workflow.project import Project

Report = Callable[[str, LockedPackage, str, str], Finding]
"""Makes a finding of check, locked package, message and remedy."""
Served = Callable[[IndexFile], str]
"""Returns the SHA-256 of what is served as a file now."""


def check_index(project: Project, index: Index, cache: Store, on_event: OnEvent) -> LockCheckResult:
    """Ask whether every locked file is still served, unchanged and not yanked; and what came after the cut-off.

    What the index names no digest of is downloaded, once, and hashed. Locks that were edited are not asked about.
    Raises :class:`NetworkError` if the index cannot be asked: not knowing is no finding.
    """
    lockset, offline = there_must_be_locks(project), check_offline(project, cache)
    if offline.edited:
        return changed(offline, depth="index")
    locks = committed(project.root, ())
    names = sorted({package.name for lock in locks for package in lock.packages if package.index is not None})
    pages: dict[str, IndexPage | None] = {}
    for done, name in enumerate(names):
        on_event(Event(stage="check", message=f"index: {name}", done=done, total=len(names)))
        pages[name] = index.page(name)

    @functools.cache
    def served(file: IndexFile) -> str:
        sink = Hashing()
        with located(file.filename):
            index.download(file, sink)
        return sink.hexdigest()

    findings = [each for lock in locks for each in _judged(project, lock, pages, served, lockset.exclude_newer)]
    return changed(offline, depth="index", findings=(*offline.findings, *findings))


def _judged(
    project: Project, lock: Lock, pages: dict[str, IndexPage | None], served: Served, cut_off: datetime
) -> Iterator[Finding]:
    target = lock.target.name
    chooser = Chooser(lock.target)

    def report(check: str, package: LockedPackage, message: str, remedy: str) -> Finding:
        return CHECKS[check].found(
            project.policy,
            target=target,
            about=package.listed.filename,
            of=package,
            message=message,
            remedy=remedy,
            place=place_of(target),
        )

    for package in lock.packages:
        if package.index is None:
            yield from _referenced(package, served, report)
            continue
        page = pages[package.name]
        listed = page.files if page is not None else ()
        file = next((file for file in listed if file.filename == package.listed.filename), None)
        yield from _listed(package, file, served, report)
        if page is not None:
            yield from _late(package, page, chooser, cut_off, report)


def _listed(package: LockedPackage, file: IndexFile | None, served: Served, report: Report) -> Iterator[Finding]:
    """Yield what became of the locked file itself."""
    name = package.listed.filename
    if file is None:
        remedy = f"Restore it from the archive or another mirror, or run uplock lock --upgrade-package {package.name}."
        yield report("AR003", package, f"the index no longer lists {name}", remedy)
        return
    if file.sha256 is not None and file.sha256 != package.listed.sha256:
        message = f"the index lists {name} with sha256 {file.sha256}, and {package.listed.sha256} is locked"
        yield report("AR013", package, message, "Do not install it. Ask the index's operators who replaced the file.")
    elif None not in {file.size, package.listed.size} and file.size != package.listed.size:
        message = f"the index lists {name} with {file.size} bytes, and {package.listed.size} are locked"
        yield report("AR013", package, message, "Do not install it. Ask the index's operators who replaced the file.")
    elif file.sha256 is None:
        yield from _rehashed(package, file, served, report)
    if file.yanked is not None and package.yanked is None:
        message = f"{name} was yanked since it was locked: {file.yanked or 'no reason given'}"
        yield report("AR015", package, message, f"Run uplock lock --upgrade-package {package.name}.")


def _late(
    package: LockedPackage, page: IndexPage, chooser: Chooser, cut_off: datetime, report: Report
) -> Iterator[Finding]:
    """Yield one finding for the files that a locked version got after the cut-off."""
    late = [
        file
        for file in files_of_version(page, package.version)
        if file.upload_time is not None and file.upload_time > cut_off
    ]
    if late:
        fitting = sum(chooser.admits(file) for file in late)
        names = ", ".join(file.filename for file in late[:3]) + (", ..." if len(late) > 3 else "")  # noqa: PLR2004
        message = f"{package.name} {package.version} got {len(late)} more files after the cut-off ({names})"
        message += f", of which {fitting} fit this target" if fitting else ", none of which fits this target"
        remedy = f"Leave it, or look again with uplock lock --upgrade-package {package.name}."
        yield report("AR014", package, message, remedy)


def _referenced(package: LockedPackage, served: Served, report: Report) -> Iterator[Finding]:
    """Yield whether what is locked by URL has other bytes now: it is downloaded, since nothing lists it."""
    artifact = package.listed
    yield from _rehashed(package, IndexFile(filename=artifact.filename, sha256=None, url=artifact.url), served, report)


def _rehashed(package: LockedPackage, file: IndexFile, served: Served, report: Report) -> Iterator[Finding]:
    """Yield whether a file that no digest is listed for has other bytes than the locked one."""
    found, locked = served(file), package.listed.sha256
    if found != locked:
        message = f"{file.filename} now has sha256 {found}, and {locked} is locked"
        yield report("AR013", package, message, "Do not install it. Ask its owners who replaced the file.")
