"""AR009: bounds of Requires-Python around the next line."""

from __future__ import annotations

from datetime import UTC, date, datetime

from support.rule_cases import Case
from support.subjects import make_artifact_results, make_lock, make_package, make_subject, make_target
from uplock.model.lifecycle import LatestPatch
from uplock.model.value import changed
from uplock.policy.subject import Subject

BEFORE_313 = datetime(2024, 10, 6, tzinfo=UTC)
IN_2022 = datetime(2022, 11, 1, tzinfo=UTC)
READ = date(2026, 11, 23)
TARGET = make_target("3.12.1")


def requiring(*requires: str | None, python: str = "3.12.1", newest: str | None = None) -> Subject:
    """Return a lock whose packages require these; ``newest`` is the newest known release of 3.13."""
    target = make_target(python)
    packages = (
        changed(make_package(f"numpy{place or ''}-1.26.4-py3-none-any.whl"), requires_python=each)
        for place, each in enumerate(requires)
    )
    latest = [] if newest is None else [LatestPatch(line="3.13", version=newest, source="a test", retrieved=READ)]
    return make_subject(target=target, lock=make_lock(target, packages), latest_patches=tuple(latest))


def stating(requires: str) -> Subject:
    """Return a lock that says nothing, and an artifact that does."""
    artifact = make_artifact_results("numpy-1.26.4-py3-none-any.whl")
    return make_subject(changed(artifact, metadata=changed(artifact.metadata, requires_python=requires)), target=TARGET)


SPEAKS: dict[str, Case] = {
    "an upper bound": Case(
        requiring("<3.13,>=3.9"),
        says="numpy 1.26.4 requires Python <3.13,>=3.9, which excludes CPython 3.13",
        findings=1,
    ),
    **{
        each: Case(requiring(each), says=f"requires Python {each}, which excludes CPython 3.13")
        for each in ("<=3.12", "~=3.12.0", "==3.12.*", "!=3.13.*,>=3.8", ">=3.8, < 3.13")
    },
    "from 3.9 the next supported line is meant": Case(
        requiring("<3.11", python="3.9.18"), says="excludes CPython 3.11"
    ),
    "lines are numbers, and 3.9 is the one after 3.8": Case(
        requiring("<3.9", python="3.8.18"), as_of=IN_2022, says="excludes CPython 3.9"
    ),
    "the newest release that is known": Case(requiring("<3.13.5", newest="3.13.18"), says="excludes CPython 3.13"),
    "the first release, where none is known": Case(requiring("!=3.13.0"), says="excludes CPython 3.13"),
    "an index that does not tell": Case(stating("<3.13"), says="numpy 1.26.4 requires Python <3.13"),
    "each of ten": Case(requiring(*["<3.13"] * 10), says="numpy9", findings=10),
    "eleven together": Case(requiring(*["<3.13"] * 11), says="11 packages exclude CPython 3.13: numpy", findings=1),
}

SILENT: dict[str, Case] = {
    **{
        each or "nothing": Case(requiring(each))
        for each in (">=3.8", ">3.8", "<4", "<3.14", "!=3.0.*,>=2.7", "", ">=3.8,!=3.9.7")
    },
    "the first release alone is excluded": Case(requiring("!=3.13.0", newest="3.13.18")),
    "what is unknown": Case(requiring(None)),
    "what cannot be read": Case(requiring("<three")),
    "a requirement that is too long to be read": Case(stating(",".join(["<3.13"] * 1000))),
    "an artifact that admits it, by an index that does not tell": Case(stating(">=3.8")),
    "a next line that is not out yet": Case(requiring("<3.13"), as_of=BEFORE_313),
    "the newest line": Case(requiring("<3.16", python="3.15.2")),
    "no lock": Case(make_subject(locked=False, target=TARGET)),
}
