"""LK016: packages of one lock bring different bytes for one path."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from uplock.model.finding import Finding
from uplock.model.policy import Policy
from uplock.policy.rule import Rule
from uplock.policy.subject import Subject
from uplock.policy.wording import counted, listed


def check(subject: Subject, policy: Policy, as_of: datetime) -> Iterator[Finding]:
    """Yield one finding per group of packages that contest paths."""
    del as_of
    for each in subject.contested:
        who = listed(each.packages)
        verb = "brings" if len(each.packages) == 1 else "bring"
        what = listed(each.examples) + (f" and {more} more" if (more := each.paths - len(each.examples)) else "")
        yield RULE.finding(
            subject,
            policy,
            about=who,
            package=each.packages[0],
            message=f"{who} {verb} different bytes for {counted(each.paths, 'path')}: {what}",
            remedy="Leave one of the packages out, or lock versions that do not share paths.",
        )


RULE = Rule(
    id="LK016",
    description="Packages of one lock bring different bytes for one path",
    severity="warning",
    reach="package",
    why="""\
Who is installed last decides what is there, and installers go in no certain order, or do several at a time. So two
environments of one lock may differ although every hash was checked. The target has no content digest, and no
environment of it can be verified or proved. Paths that hold the same bytes in all packages are no matter.""",
    example="alpha, beta bring different bytes for 1 path: site/tests/conftest.py",
    remedy="""\
Leave one of the packages out (often two builds of one project are locked side by side), lock versions that do not share
paths, or report it to the owners of the package that should not bring the file.""",
    waive="""\
Right if the contested files are of no use at run time (tests and examples that were packed by mistake): name the
package that the finding is about, and what the files are. `severities = { LK016 = "error" }` keeps such locks out
where environments must be proved.""",
    check=check,
)
