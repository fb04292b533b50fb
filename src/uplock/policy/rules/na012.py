"""NA012: the documents of a wheel leave out what is in it (PEP 770)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from uplock.model.finding import Finding
from uplock.model.policy import Policy
from uplock.policy.documents import contradicted, named
from uplock.policy.rule import Rule
from uplock.policy.subject import Subject


def check(subject: Subject, policy: Policy, as_of: datetime) -> Iterator[Finding]:
    """Yield one finding per artifact with documents, none of which names something that was found in it."""
    del as_of
    for artifact, missing in contradicted(subject, {"missing"}):
        yield RULE.finding(
            subject,
            policy,
            about=artifact.filename,
            of=artifact,
            message=f"the documents of {artifact.filename} leave out {named(missing)}",
            remedy="Rely on what uplock found in the wheel, and report the gap to its publisher.",
            place=min((path for each in missing for path in each.members), default=""),
        )


RULE = Rule(
    id="NA012",
    description="The documents in a wheel leave out libraries that are in it",
    severity="warning",
    reach="artifact",
    why="""\
A wheel can carry documents about what it contains (PEP 770), and scanners believe them. Most are written by a tool that
knows only what came from packages of the build machine, so what the publisher built from source is missing: usually
what matters, such as OpenSSL. A wheel without documents promises nothing and is no finding.""",
    example=(
        "the documents of psycopg2_binary-2.9.13-cp312-cp312-manylinux_2_17_x86_64.whl leave out libpq 17.11, "
        "openssl 3.5.8"
    ),
    remedy="""\
Rely on what uplock found in the wheel (`uplock inspect`, the SBOM), and report the gap to its publisher.""",
    waive="""\
Right if nobody reads the wheel's own documents. Name the version (`pkg:pypi/NAME@VERSION`) or the digest.""",
    check=check,
)
