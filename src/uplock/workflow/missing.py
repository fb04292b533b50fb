"""Targets that can have no lock: "no solution" turned into a decided fact, where packages have no file for them."""

from __future__ import annotations

import re
from typing import Literal

from uplock.errors import ResolutionError
from uplock.lockfile.inputs import Requirements
from uplock.model.lock import MissingLock
from uplock.model.target import Target
from uplock.model.view import IndexPage
from uplock.workflow.choose import pinned_without_wheel, without_wheels
from uplock.workflow.view import ViewRecorder


def unlockable(requirements: Requirements, recorder: ViewRecorder, target: Target, error: ResolutionError) -> list[str]:
    """Return the packages that have no file for ``target``, among those that the resolver's explanation names."""
    from packaging.requirements import Requirement
    from packaging.utils import canonicalize_name

    named = {canonicalize_name(word) for word in re.findall(r"[A-Za-z0-9][A-Za-z0-9._-]*", error.message)}
    pages: dict[str, tuple[IndexPage, IndexPage]] = {}
    for name in sorted(named & recorder.names):
        dated, admitted = recorder.dated(name), recorder.page(name)
        if dated is not None and admitted is not None:
            pages[name] = (dated, admitted)
    found = set(without_wheels(pages, pages, target))
    for line in requirements.asked():
        name = canonicalize_name(Requirement(line).name)
        if name in pages and pinned_without_wheel(line, *pages[name], target):
            found.add(name)
    return sorted(found)


def missing_lock(
    target: Target, role: Literal["baseline", "target"], packages: list[str], error: ResolutionError
) -> MissingLock:
    """Return the fact that ``target`` has no lock, with the resolver's own words."""
    return MissingLock(
        target=target.name,
        python=target.interpreter.version,
        platform=target.platform.name,
        role=role,
        packages=tuple(packages),
        detail=error.message,
    )
