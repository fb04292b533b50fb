"""AR017: wheels of which it cannot be told what they install."""

from __future__ import annotations

from support.rule_cases import Case
from support.subjects import make_artifact_results, make_subject
from uplock.model.value import changed
from uplock.policy.subject import Subject


def uninstallable(defect: str) -> Subject:
    """Return a subject with one wheel that has this defect."""
    return make_subject(changed(make_artifact_results(), uninstallable=defect))


SPEAKS: dict[str, Case] = {
    "an unknown scheme": Case(
        uninstallable("demo-1.0.data/extra/x: is in a scheme that does not exist: 'extra'"),
        says="it cannot be told what demo-1.0-py3-none-any.whl installs: demo-1.0.data/extra/x: is in a scheme",
        findings=1,
    ),
    "text that would steer a terminal": Case(uninstallable("\x1b[2J: is damaged"), says="installs: \\x1b[2J"),
}

SILENT: dict[str, Case] = {
    "a wheel whose content is known": Case(make_subject(make_artifact_results())),
    "no lock": Case(make_subject(locked=False)),
}
