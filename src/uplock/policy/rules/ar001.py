"""AR001: there is no wheel for the target, and nothing is built from source."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from uplock.model.finding import Finding
from uplock.model.policy import Policy
from uplock.policy.rule import Rule
from uplock.policy.subject import Subject


def check(subject: Subject, policy: Policy, as_of: datetime) -> Iterator[Finding]:
    """Yield a finding for every package that kept the target from being locked."""
    del as_of
    missing = subject.missing
    if missing is None:
        return
    where = f"CPython {missing.python} on {missing.platform}"
    why = f": {missing.detail}" if missing.detail else ""
    for package in missing.packages or (subject.target.name,):
        name = package if missing.packages else "some package"
        yield RULE.finding(
            subject,
            policy,
            about=package,
            package=package if missing.packages else None,
            message=f"{name} has no wheel for {where}{why}",
            remedy=(
                "Admit a version that has a wheel for this target, replace the package, or allow its source "
                "distribution (allow-sdist)."
            ),
        )


RULE = Rule(
    id="AR001",
    description="A package has no wheel for the target",
    severity="error",
    reach="package",
    why="""\
uplock installs wheels only: building from source runs code of the package, and gives other bytes on every machine. A
package without a wheel for the interpreter and platform keeps the whole target from being locked.""",
    example="cffi has no wheel for CPython 3.12.16 on linux-x86_64: 1.15.0 has wheels up to CPython 3.10",
    remedy="""\
Admit a version that has a wheel for this target, replace the package, or allow its source distribution (`allow-sdist`,
then AR012 speaks). The finding names the package.""",
    waive="""\
Right while a publisher is known to be preparing the wheel: name the package and the interpreter, and let it end soon
after the day on which the wheel is due. There is still no lock for the target. A target that nobody waits for should
rather leave `targets`.""",
    check=check,
    at_lock=True,
)
