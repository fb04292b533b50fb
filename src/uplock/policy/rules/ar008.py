"""AR008: RECORD of a wheel contradicts the wheel (PEP 427, "The .dist-info directory")."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from uplock.model.finding import Finding
from uplock.model.policy import Policy
from uplock.policy.rule import Rule
from uplock.policy.subject import Subject
from uplock.policy.wording import counted, printable

SHOWN = 3
"""Entries that a message tells of one wheel."""


def check(subject: Subject, policy: Policy, as_of: datetime) -> Iterator[Finding]:
    """Yield one finding per wheel whose RECORD says something else than its members."""
    del as_of
    for artifact in subject.artifacts:
        if artifact.lies:
            number = len(artifact.lies) + artifact.more_lies
            told = "; ".join(f"{printable(each.path)}: {printable(each.detail)}" for each in artifact.lies[:SHOWN])
            more = f"; and {number - SHOWN} more" if number > SHOWN else ""
            yield RULE.finding(
                subject,
                policy,
                about=artifact.filename,
                of=artifact,
                message=f"RECORD contradicts the wheel in {counted(number, 'place')}: {told}{more}",
                remedy="Compare with the same release elsewhere, and report the wheel to its owners.",
            )


RULE = Rule(
    id="AR008",
    description="RECORD contradicts the wheel",
    severity="error",
    reach="artifact",
    why="""\
A wheel lists its own files with their hashes in RECORD. Installers are to refuse a wheel with a file that is not listed
or has another hash (PEP 427); pip and uv do not look, and install what is there. So a file that was changed or added
after the wheel was built comes in unseen, scanners that go by RECORD pass over it, and a strict installer gives another
result than a lenient one. The content digest of an environment goes by the real bytes, whatever RECORD says.""",
    example=(
        "RECORD contradicts the wheel in 2 places: demo/cli.py: RECORD says 10 bytes, it has 12; demo/extra.py: RECORD "
        "does not list it"
    ),
    remedy="""\
Compare the wheel with the same release elsewhere: with another index, or with one built from its source. If nobody
changed it, its owners' build is at fault: report it to them, and lock another version or build.""",
    waive="""\
Right if the owners say that their build makes it so (some large wheels are patched after they are packed): name the
version (`pkg:pypi/NAME@VERSION`) or the digest, and where they say it.""",
    check=check,
)
