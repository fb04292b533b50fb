"""AR012: a source distribution is locked, which installers must build."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from uplock.model.finding import Finding
from uplock.model.policy import Policy
from uplock.policy.rule import Rule
from uplock.policy.subject import Subject


def check(subject: Subject, policy: Policy, as_of: datetime) -> Iterator[Finding]:
    """Yield a finding per locked sdist: building it runs its code, and gives other bytes each time."""
    del as_of
    for package in () if subject.lock is None else subject.lock.packages:
        if package.is_sdist:
            yield RULE.finding(
                subject,
                policy,
                about=package.artifact.filename,
                of=package,
                message=(
                    f"{package.name} {package.version} is locked as the sdist {package.artifact.filename}: no wheel "
                    "of it fits this target, and its dependencies are those that stand in its metadata"
                ),
                remedy=f"Admit a version with a wheel, or build it once: uplock build {subject.target.name}.",
            )


RULE = Rule(
    id="AR012",
    description="A source distribution is locked",
    severity="warning",
    reach="artifact",
    why="""\
With `allow-sdist` (or `--allow-sdist`) a package without a fitting wheel is locked as its sdist. Whoever installs it
builds it: that runs its code, fetches what its build asks for, and gives other bytes on every machine. Locking builds
nothing; the dependencies are those that stand in its metadata (PEP 643), or in a wheel of the same version for another
platform. Going back to such a lock is not possible for sure either: `uplock rehearse` says so.""",
    example=(
        "pyyaml 6.0.1 is locked as the sdist PyYAML-6.0.1.tar.gz: no wheel of it fits this target, and its "
        "dependencies are those that stand in its metadata"
    ),
    remedy="""\
Admit a version with a wheel for this target. Or build one wheel of it: `uplock build TARGET` does that once, isolated,
and lets the lock name the wheel (AR016); or publish a wheel on an index of your own.""",
    waive="""\
Right if the sdist was read and is built in a place that nothing secret reaches. Name the version
(`pkg:pypi/NAME@VERSION`) or the digest. `allow-sdist = ["NAME"]` keeps others out, and
`severities = { AR012 = "error" }` makes every sdist wait for such an approval.""",
    check=check,
    at_lock=True,
)
