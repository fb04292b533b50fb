"""NA011: a wheel claims the stable ABI of CPython and uses more (PEP 384, 803)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from uplock.model.finding import Finding
from uplock.model.policy import Policy
from uplock.policy.claims import broken_claims
from uplock.policy.rule import Rule
from uplock.policy.subject import Subject


def check(subject: Subject, policy: Policy, as_of: datetime) -> Iterator[Finding]:
    """Yield one finding per artifact with modules that are not what their stable ABI asks for."""
    del as_of
    remedy = "Choose a wheel for exactly this CPython, or a version whose claim holds."
    yield from broken_claims(RULE, subject, policy, "abi3", remedy=remedy)


RULE = Rule(
    id="NA011",
    description="A wheel claims the stable ABI of CPython and does not keep to it",
    severity="error",
    reach="artifact",
    why="""\
A wheel tagged `cp39-abi3` promises to work with CPython 3.9 and all that follow (PEP 384), because its modules use
nothing but the stable ABI as of 3.9. A module that uses other symbols, or newer ones, imports on some versions and
fails or crashes on others, and an uplift is when that shows. The symbols are compared with the stable ABI as CPython
documents it.""",
    example=(
        "demo-1.0-cp39-abi3-manylinux_2_17_x86_64.whl does not keep what it promises: demo/_native.abi3.so: it uses "
        "PyUnicode_AsUTF8AndSize, in the stable ABI since 3.10"
    ),
    remedy="""\
Choose a wheel for exactly this CPython, or a version whose claim holds, and report it to the publisher: `abi3audit`
would have shown it.""",
    waive="""\
Right if the module was tested with exactly the deployed CPython. Name the version (`pkg:pypi/NAME@VERSION`) or the
digest, and the interpreter.""",
    check=check,
)
