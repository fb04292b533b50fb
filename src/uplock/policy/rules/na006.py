"""NA006: a wheel brings libraries that no table knows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from uplock.model.finding import Finding
from uplock.model.policy import Policy
from uplock.policy.rule import Rule
from uplock.policy.subject import Subject
from uplock.policy.wording import listed, printable

SHOWN = 5
_LENGTH = 80


def check(subject: Subject, policy: Policy, as_of: datetime) -> Iterator[Finding]:
    """Yield one finding per artifact with libraries that only the name of their file tells apart."""
    del as_of
    for artifact in subject.artifacts:
        unknown = [each for each in artifact.native.libraries if each.linkage == "bundled" and each.confidence == "low"]
        names = {printable(each.project, _LENGTH) for each in unknown}
        noun = "a library" if len(names) == 1 else f"{len(names)} libraries"
        if names:
            yield RULE.finding(
                subject,
                policy,
                about=artifact.filename,
                of=artifact,
                message=f"{artifact.filename} bundles {noun} that no table knows: {listed(names, limit=SHOWN)}",
                remedy="Find out what they are before relying on what is known of the wheel.",
                place=min((where.path for each in unknown for where in each.members), default=""),
            )


RULE = Rule(
    id="NA006",
    description="A wheel bundles libraries that could not be identified",
    severity="info",
    reach="artifact",
    why="""\
A shared library of which nothing but the name of its file is known may have any age and any defect: no rule about
versions sees it, and scanners do not find it either. Libraries of the wheel's own project can be among them.""",
    example=("pycurl-7.49.0-cp312-cp312-manylinux_2_28_x86_64.whl bundles a library that no table knows: libsfparse"),
    remedy="""\
Find out what they are, from the wheel's own documents or its build scripts; a row in uplock's table of libraries makes
them known to everybody.""",
    waive="""\
Needed only where the policy makes it an error. Name the version (`pkg:pypi/NAME@VERSION`) or the digest, and what the
libraries are.""",
    check=check,
)
