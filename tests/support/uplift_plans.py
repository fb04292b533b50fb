"""Plans as values, for what renders them."""

from __future__ import annotations

from datetime import UTC, date, datetime

from uplock.model.digest import sha256_of
from uplock.model.uplift import (
    BaseFit,
    Blocker,
    Change,
    Counts,
    Entering,
    Leaving,
    Library,
    NativeChange,
    NativeSide,
    Parity,
    PlanSide,
    Rung,
    StandardUse,
    UpliftPlan,
    WayOut,
    Why,
)
from uplock.model.value import changed

HOSTILE = "<script>alert(1)</script>\u202e\x1b[31m|`*\"'&"
"""What an index, a wheel or a failing import may put into a plan."""


def plan(words: str = "import breaks fails with breaks 1.0: RuntimeError: no") -> UpliftPlan:
    """Return a plan with something of everything, whose foreign texts are ``words``."""
    return UpliftPlan(
        project="shop",
        platform="linux-x86_64",
        before=_side("3.9.18", "locks/pylock.py39-linux-x86_64.toml"),
        after=_side("3.12.1", "locks/uplift/pylock.py312-linux-x86_64.toml"),
        resolver="uv 0.13.9",
        status="ready",
        counts=Counts(
            before=67, after=70, kept=48, changed=2, major=1, added=1, removed=1, before_imports=1, declared=12
        ),
        changes=(
            Change(name="breaks", before="1.0", after="1.3", major=False, direct=False, why=(_why("L3", words),)),
            Change(
                name="a-package-with-a-very-long-name-indeed",
                before="1.22.2.post20220301",
                after="2026.11.23.dev0",
                major=True,
                direct=True,
                why=(_why("L1", "it has no wheel"), _why("requires", words)),
            ),
        ),
        added=(Entering(name="entering", version="2.0", needed_by=("native",)),),
        removed=(Leaving(name="gone", version="1.0", why=words),),
        ladder=tuple(
            Rung(
                name=f"package-{number}",
                version="1.0",
                direct=number == 0,
                requires_python=">=3.8",
                wheel=f"package_{number}-1.0-py3-none-any.whl",
                declares=("target", "others", "none")[number % 3],
                imports="imported",
                detail="",
            )
            for number in range(12)
        ),
        parity=(Parity(name="native", now="1.0", planned="1.2", declared_since=None, newest="1.3"),),
        native=(NativeChange(name="native", before=_native("1.0", "3.0.9"), after=_native("1.2", "3.5.4")),),
        standard=(
            StandardUse(
                package="native",
                module="distutils.core",
                removed_in="3.12",
                file="native/build.py",
                line=12,
                context="nested",
                loaded=False,
            ),
        ),
        base=BaseFit(
            image="python:3.12-slim",
            python="3.12",
            distribution="debian-13",
            libc="glibc 2.41",
            end_of_life=date(2028, 8, 9),
            fits=True,
            reasons=("the tag names no release: it moves",),
        ),
        blockers=(),
        remaining=("Run the project's own tests.", words),
        lock="locks/uplift/pylock.py312-linux-x86_64.toml",
    )


def blocked_plan(words: str = "no version installs on 3.12") -> UpliftPlan:
    """Return a plan that something blocks."""
    blocker = Blocker(
        name="native",
        version="1.0",
        level="L1",
        reason=words,
        direct=True,
        blocks=("capped", "shopfront"),
        ways_out=(WayOut(kind="build", text="Build it."), WayOut(kind="waiver", text=words)),
    )
    return changed(plan(words), status="blocked", blockers=(blocker,), lock=None)


def _side(python: str, source: str) -> PlanSide:
    target = f"py{''.join(python.split('.')[:2])}-linux-x86_64"
    cut_off = datetime(2026, 11, 20, tzinfo=UTC)
    return PlanSide(target=target, python=python, cut_off=cut_off, source=source, sha256=sha256_of(b""))


def _why(level: str, words: str) -> Why:
    return Why(level=level, evidence=words, by=("caller",))  # type: ignore[arg-type]  # one of the levels


def _native(version: str, openssl: str) -> NativeSide:
    return NativeSide(
        version=version,
        filename=f"native-{version}-cp312-cp312-manylinux_2_28_x86_64.whl",
        tag="cp312-cp312-manylinux_2_28_x86_64",
        floor="glibc 2.28",
        libraries=(Library(project="openssl", version=openssl), Library(project="zlib", version=None)),
    )
