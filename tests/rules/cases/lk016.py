"""LK016: packages that contest paths."""

from __future__ import annotations

from support.rule_cases import Case
from support.subjects import make_artifact_results, make_subject
from uplock.model.content import Contested
from uplock.model.value import changed
from uplock.policy.subject import Subject

CONFTEST = "site/tests/conftest.py"


def contesting(*groups: tuple[tuple[str, ...], int, tuple[str, ...]]) -> Subject:
    """Return a subject in which groups of packages contest so many paths, of which some are named."""
    subject = make_subject(make_artifact_results())
    contests = (
        Contested(target=subject.target.name, packages=packages, paths=paths, examples=examples)
        for packages, paths, examples in groups
    )
    return changed(subject, contested=tuple(contests))


SPEAKS: dict[str, Case] = {
    "two packages": Case(
        contesting((("alpha", "beta"), 1, (CONFTEST,))),
        says="alpha, beta bring different bytes for 1 path: site/tests/conftest.py",
        findings=1,
    ),
    "more paths than are named": Case(
        contesting((("alpha", "beta"), 12, (CONFTEST, "site/tests/x.py"))),
        says="bring different bytes for 12 paths: site/tests/conftest.py, site/tests/x.py and 10 more",
    ),
    "a package that contests with itself": Case(
        contesting((("alpha",), 1, ("scripts/tool",))), says="alpha brings different bytes for 1 path: scripts/tool"
    ),
    "two groups": Case(
        contesting((("alpha", "beta"), 1, (CONFTEST,)), (("beta", "gamma"), 1, ("data/etc/x",))),
        says="beta, gamma bring",
        findings=2,
    ),
    "a path that would steer a terminal": Case(contesting((("a", "b"), 1, ("site/\x1b[31m",))), says="site/\\x1b[31m"),
}

SILENT: dict[str, Case] = {
    "nothing contested": Case(make_subject(make_artifact_results())),
    "no lock": Case(make_subject(locked=False)),
}
