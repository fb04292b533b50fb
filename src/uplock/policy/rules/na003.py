"""NA003: one native library is in the lock in several versions."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from uplock.model.finding import Finding
from uplock.model.policy import Policy
from uplock.policy.rule import Rule
from uplock.policy.subject import Subject
from uplock.policy.wording import counted, listed


def check(subject: Subject, policy: Policy, as_of: datetime) -> Iterator[Finding]:
    """Yield one finding per library of which several versions are known; what has no version is left out."""
    del as_of
    found: dict[str, dict[str, set[str]]] = {}
    for artifact in subject.artifacts:
        for library in artifact.native.libraries:
            if library.version is not None and not library.is_crate:
                versions = found.setdefault(library.project.casefold(), {})
                versions.setdefault(library.version, set()).add(artifact.metadata.name)
    for name, versions in sorted(found.items()):
        if len(versions) > 1:
            copies = listed(f"{version} in {listed(packages, limit=3)}" for version, packages in versions.items())
            yield RULE.finding(
                subject,
                policy,
                about=name,
                message=f"{name} is in the lock in {counted(len(versions), 'version')}: {copies}",
                remedy="Where it matters, move the packages to versions that bundle the same.",
            )


RULE = Rule(
    id="NA003",
    description="A native library is in the lock in several versions",
    severity="info",
    reach="target",
    why="""\
Each wheel brings its own copy of what it needs. Two versions of one library in a process are usually kept apart by
their names, and are loaded twice; and a fix for that library has to arrive through every one of these packages. Most
locks of scientific projects have some, so this is information. Rust crates are left out: programs have several versions
of them by design.""",
    example="openblas is in the lock in 2 versions: 0.3.27 in scipy, 0.3.34 in numpy",
    remedy="""\
Where it matters (crashes at import, a fix that must be everywhere), move the packages to versions that bundle the same
one.""",
    waive="""\
Needed only where the policy makes it an error. Name the interpreter or the platform.""",
    check=check,
)
