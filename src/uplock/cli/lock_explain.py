"""``uplock lock --explain``."""

from __future__ import annotations

from pathlib import Path

from uplock.cli.context import Context
from uplock.cli.options import now
from uplock.cli.output import answer
from uplock.lockfile.names import normalized
from uplock.ports import ignore_events
from uplock.report.lock_text import explain_text
from uplock.workflow.explain import explain
from uplock.workflow.project import Project


def explained(project: Path, name: str, archive: str | None, *, as_json: bool) -> int:
    """Explain one package; reads only, and makes no archive where there is none."""
    context = Context(project, ignore_events, archive=archive)
    store = context.archive if context.archive.place.is_dir() else None
    told = explain(Project(project, now().date()), normalized(name) or name, store)
    answer(told, as_json=as_json, text=explain_text)
    return 0
