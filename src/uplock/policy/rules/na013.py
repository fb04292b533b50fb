"""NA013: the documents of a wheel name what is not in it, or another version (PEP 770)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from uplock.model.finding import Finding
from uplock.model.native_sbom import Difference
from uplock.model.policy import Policy
from uplock.policy.documents import contradicted, named
from uplock.policy.rule import Rule
from uplock.policy.subject import Subject
from uplock.policy.wording import printable

_LENGTH = 80


def check(subject: Subject, policy: Policy, as_of: datetime) -> Iterator[Finding]:
    """Yield one finding per artifact whose documents say something that its files contradict."""
    del as_of
    for artifact, false in contradicted(subject, {"over-claimed", "version", "wrong-platform"}):
        absent = [each for each in false if each.kind == "over-claimed"]
        outside = [each for each in false if each.kind == "wrong-platform"]
        other = [each for each in false if each.kind == "version"]
        says = [
            f"{verb} {named(of, versions=versions)}"
            for of, verb, versions in (
                (absent, "name what is not there:", _declared),
                (outside, "name what is taken from the system:", _declared),
                (other, "name other versions:", _both),
            )
            if of
        ]
        yield RULE.finding(
            subject,
            policy,
            about=artifact.filename,
            of=artifact,
            message=f"the documents of {artifact.filename} {'; they '.join(says)}",
            remedy="Check before relying on what a scanner makes of these documents, and report it to the publisher.",
            place=min((path for each in false for path in each.documents), default=""),
        )


def _declared(difference: Difference) -> str:
    return ", ".join(difference.declared)


def _both(difference: Difference) -> str:
    """Return versions that the documents tell, and those that were found."""
    declared, observed = (printable(", ".join(each), _LENGTH) for each in (difference.declared, difference.observed))
    return f"{declared} (found: {observed})"


RULE = Rule(
    id="NA013",
    description="The documents in a wheel name libraries or versions that are not in it",
    severity="warning",
    reach="artifact",
    why="""\
A document in a wheel (PEP 770) that names another version than the files have hides defects of one and reports those of
the other; one that names what was only used in the build, or what another platform's wheel has, makes scanners report
what is not there. Only contradictions count: a version that nothing in the files proves is none.""",
    example=(
        "the documents of pillow-13.0.0-cp312-cp312-manylinux_2_27_x86_64.whl name what is taken from the system: "
        "zlib-ng 2.3.3; they name other versions: libtiff 4.7.1 (found: 4.7.2)"
    ),
    remedy="""\
Check before relying on what a scanner makes of these documents, and report it to the publisher.""",
    waive="""\
Right if nobody reads the wheel's own documents. Name the version (`pkg:pypi/NAME@VERSION`) or the digest.""",
    check=check,
)
