"""AR016: a locked wheel was built here, from a source distribution."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from uplock.model.finding import Finding
from uplock.model.policy import Policy
from uplock.policy.rule import Rule
from uplock.policy.subject import Subject

_AGAIN = {
    None: "nobody has built it a second time",
    True: "building it again gave the same bytes",
    False: "building it again gave other bytes",
}


def check(subject: Subject, policy: Policy, as_of: datetime) -> Iterator[Finding]:
    """Yield a finding per wheel that was built here: nobody else has seen these bytes, nor vouches for them."""
    del as_of
    for package in () if subject.lock is None else subject.lock.packages:
        built = package.built_from
        if built is not None:
            yield RULE.finding(
                subject,
                policy,
                about=package.artifact.filename,
                of=package,
                message=(
                    f"{package.artifact.filename} was built here from the sdist {built.sdist.filename}: no index has "
                    f"it, and {_AGAIN[built.reproducible]}"
                ),
                remedy=(
                    "Keep the archive that has it, or admit a version with a wheel for this target."
                    if built.reproducible is not None
                    else f"Compare with a second build: uplock build {subject.target.name} --again."
                ),
            )


RULE = Rule(
    id="AR016",
    description="A locked wheel was built here",
    severity="warning",
    reach="artifact",
    why="""\
`uplock build` turned a source distribution into one wheel, and the lock names that wheel. So every installation has the
same bytes, and nothing is built where it is deployed. But these bytes exist in this archive only: no index has them,
nobody has attested them, and what they contain came from the source distribution and from the packages that built it
(they stand, with their hashes, in `locks/lockset.json`). The finding says whether a second build gave the same.""",
    example=(
        "markupsafe-3.0.2-cp312-cp312-linux_x86_64.whl was built here from the sdist markupsafe-3.0.2.tar.gz: no index "
        "has it, and building it again gave other bytes"
    ),
    remedy="""\
Keep the archive (`uplock vault add`), build a second time to compare (`uplock build TARGET --again`), or admit a
version with a wheel for this target.""",
    waive="""\
Right if the source distribution was read, and the archive is kept. Name the digest of the wheel: another build of the
same version is then found again.""",
    check=check,
    at_lock=True,
)
