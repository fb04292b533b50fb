"""AR001: packages that keep a target from being locked."""

from __future__ import annotations

from support.rule_cases import Case
from support.subjects import make_artifact_results, make_missing, make_subject, make_target

PY312 = make_target("3.12.16")
OLD = make_missing("cffi", detail="1.15.0 has wheels up to CPython 3.10", target=PY312)

SPEAKS: dict[str, Case] = {
    "a package without a wheel": Case(
        make_subject(target=PY312, missing=OLD),
        says="cffi has no wheel for CPython 3.12.16 on linux-x86_64: 1.15.0 has wheels up to CPython 3.10",
        findings=1,
    ),
    "two packages without a wheel": Case(
        make_subject(missing=make_missing("old-native", "older")), says="older has no wheel for", findings=2
    ),
}

SILENT: dict[str, Case] = {
    "a target that is locked": Case(make_subject(make_artifact_results())),
    "a target with neither lock nor reason": Case(make_subject(locked=False)),
}
