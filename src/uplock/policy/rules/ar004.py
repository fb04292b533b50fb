"""AR004: a wheel was built to a manylinux policy older than manylinux2014 (PEP 513, PEP 571, PEP 600)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from uplock.model.finding import Finding
from uplock.model.policy import Policy
from uplock.policy.rule import Rule
from uplock.policy.subject import Subject

_OLD = re.compile(r"manylinux(?:1|2010|_2_(?:[0-9]|1[0-6]))_(?:x86_64|i686)")
"""manylinux1, manylinux2010 and every PEP 600 tag below glibc 2.17: they exist for these two processors only."""


def check(subject: Subject, policy: Policy, as_of: datetime) -> Iterator[Finding]:
    """Yield a finding per locked wheel all of whose platform tags are that old: one newer tag is enough."""
    del as_of
    for package in () if subject.lock is None else subject.lock.packages:
        filename = package.artifact.filename
        tags = filename.removesuffix(".whl").rpartition("-")[2]
        if "manylinux" in tags and all(_OLD.fullmatch(tag) for tag in tags.split(".")):
            yield RULE.finding(
                subject,
                policy,
                about=filename,
                of=package,
                message=f"{filename} was built for {tags}, a base that ended years ago",
                remedy=f"Move {package.name} to a version with wheels for manylinux2014 or later.",
            )


RULE = Rule(
    id="AR004",
    description="A wheel is built to a manylinux policy older than manylinux2014",
    severity="info",
    reach="artifact",
    why="""\
manylinux1 and manylinux2010 (PEP 513, PEP 571) build on CentOS 5 and 6, whose toolchains and libraries have had no
fixes since 2017 and 2020; what such a wheel bundles is as old. It installs and runs, so this is information: old tags
are a sign of a package that nobody releases any more.""",
    example="demo-1.0-cp39-cp39-manylinux1_x86_64.whl was built for manylinux1_x86_64, a base that ended years ago",
    remedy="""\
Move to a version of the package that was built since. If there is none, look for another package.""",
    waive="""\
Needed only where the policy makes it an error. Name the version (`pkg:pypi/NAME@VERSION`).""",
    check=check,
    at_lock=True,
)
