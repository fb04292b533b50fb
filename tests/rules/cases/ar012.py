"""AR012: sdists among wheels."""

from __future__ import annotations

from support.rule_cases import Case
from support.subjects import make_lock, make_missing, make_package, make_subject
from uplock.model.policy import Policy

WHEEL = make_package("other-1.0-py3-none-any.whl")
SDIST = make_package("PyYAML-6.0.1.tar.gz", name="pyyaml", version="6.0.1")
WITH_SDIST = make_subject(lock=make_lock(packages=[SDIST, WHEEL]))

SPEAKS: dict[str, Case] = {
    "an sdist beside a wheel": Case(
        WITH_SDIST, says="pyyaml 6.0.1 is locked as the sdist PyYAML-6.0.1.tar.gz", findings=1
    ),
    "a policy that forbids them": Case(
        WITH_SDIST, Policy(severities={"AR012": "error"}), severity="error", says="as the sdist"
    ),
}

SILENT: dict[str, Case] = {
    "wheels only": Case(make_subject(lock=make_lock(packages=[WHEEL]))),
    "no lock": Case(make_subject(missing=make_missing("pyyaml"))),
}
