"""Checking: the newest generation judged for a day, without gathering again."""

from __future__ import annotations

from datetime import datetime

from uplock.files import replace_all
from uplock.model.digest import sha256_of
from uplock.model.outcome import CheckResult, OutputFile
from uplock.model.value import encode_pretty
from uplock.ports import Archive
from uplock.workflow.judge import judge, overall, summarize, verdict_path
from uplock.workflow.project import Project
from uplock.workflow.recall import recall


def check(project: Project, archive: Archive, as_of: datetime) -> CheckResult:
    """Judge every target of the newest generation and write the verdicts."""
    recalled = recall(project.root, archive)
    subjects = recalled.subjects(project)
    verdicts = judge(subjects, project.policy, as_of, recalled.id)
    files = {verdict_path(verdict.target): encode_pretty(verdict) for verdict in verdicts}
    replace_all({project.root / path: data for path, data in files.items()})
    return CheckResult(
        project=project.name,
        generation=recalled.id,
        as_of=as_of,
        status=overall(verdicts),
        targets=tuple(
            summarize(subject, verdict, (OutputFile(path=path, sha256=sha256_of(data)),))
            for subject, verdict, (path, data) in zip(subjects, verdicts, files.items(), strict=True)
        ),
    )
