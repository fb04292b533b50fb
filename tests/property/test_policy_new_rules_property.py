"""No rule raises, whatever wheels, indexes and tables say, and what it says is safe to show."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

from hypothesis import example, given, settings
from hypothesis import strategies as st

from support.native import native_library
from support.strategies import platforms
from support.subjects import check, make_artifact_results, make_lock, make_package, make_subject
from uplock.model.lifecycle import Blocks, Claim, LatestPatch, Lifecycle
from uplock.model.lock import LockedPackage
from uplock.model.native import NativeProfile
from uplock.model.platform import GlibcLinux
from uplock.model.policy import Policy
from uplock.model.results import ArtifactResults
from uplock.model.target import SUPPORTED_MINORS, Interpreter, Target
from uplock.model.value import changed
from uplock.policy.lifecycle import load_lifecycles
from uplock.policy.registry import rules
from uplock.policy.rules.ar004 import RULE as AR004
from uplock.policy.rules.ar009 import MAX_REQUIRES
from uplock.policy.rules.ar009 import RULE as AR009
from uplock.policy.rules.na002 import RULE as NA002
from uplock.policy.settings import MAX_DAYS
from uplock.policy.subject import Subject

ANYTHING = st.text(max_size=60) | st.text(st.sampled_from("09.-_<>=!~,* \x00\x1b\u202e٣é"), max_size=60)
"""Any text, and texts of what versions, tags and specifiers are made of."""

HUGE = "9" * 5000
WHEEL = "demo-1.0-py3-none-any.whl"
PY314 = Target(interpreter=Interpreter(version="3.14.1"), platform=GlibcLinux(arch="x86_64"))
OLD_TAGS = {
    f"manylinux{policy}_{arch}"
    for policy in ("1", "2010", *(f"_2_{minor}" for minor in range(17)))
    for arch in ("x86_64", "i686")
}
DAYS = st.dates()
MOMENTS = st.datetimes(
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=23, minutes=59)), timezone(-timedelta(hours=23))])
)
JUDGED = st.datetimes(timezones=st.just(UTC))
VERSIONS = st.none() | ANYTHING | st.sampled_from(["1.1.1w", "3.0.9", "3.4.0", f"{HUGE}.0.0", f"3.{HUGE}.1", "9.9.9"])
SPECIFIERS = (
    st.none()
    | ANYTHING
    | st.lists(
        st.tuples(
            st.sampled_from(["<", "<=", ">", ">=", "==", "===", "!=", "~=", "=", " "]),
            st.sampled_from(["3", "3.13", "3.13.*", "3.12.0", "4.0.dev0", "1!3", "x", HUGE, "٣.13", ""]),
        ).map("".join),
        max_size=5,
    ).map(",".join)
)
TAGS = ANYTHING | st.sampled_from(["any", "manylinux1_x86_64", f"manylinux_2_{HUGE}_x86_64", "manylinux_2_5_i686."])

libraries = st.builds(
    native_library,
    st.sampled_from(["openssl", "OpenSSL", "zlib"]) | ANYTHING,
    VERSIONS,
    paths=st.lists(ANYTHING, min_size=1, max_size=2).map(tuple),
    linkage=st.sampled_from(["static", "bundled"]),
    method=st.sampled_from(["string", "file-name", "soname"]),
    evidence=ANYTHING,
    soname=st.none() | ANYTHING,
)
profiles = st.builds(
    NativeProfile,
    libraries=st.lists(libraries, max_size=4).map(tuple),
    skipped=st.lists(ANYTHING, max_size=4).map(tuple),
)


@st.composite
def artifacts(draw: st.DrawFn) -> ArtifactResults:
    results = make_artifact_results(native=draw(profiles))
    metadata = changed(results.metadata, name=draw(ANYTHING), version=draw(ANYTHING), requires_python=draw(SPECIFIERS))
    return changed(results, metadata=metadata, filename=draw(ANYTHING))


@st.composite
def packages(draw: st.DrawFn) -> LockedPackage:
    package = make_package(
        draw(ANYTHING | TAGS.map("demo-1.0-py3-none-{}.whl".format)), name=draw(ANYTHING), version=draw(ANYTHING)
    )
    return changed(
        package,
        artifact=changed(package.artifact, upload_time=draw(st.none() | MOMENTS)),
        requires_python=draw(SPECIFIERS),
    )


claims = st.builds(
    Claim,
    end_of_life=DAYS,
    extended=st.none() | DAYS,
    blocks=st.none() | st.builds(Blocks, deprecated=DAYS, create_block=st.none() | DAYS, update_block=st.none() | DAYS),
    source=ANYTHING,
    retrieved=DAYS,
    verified=st.booleans(),
)
rows = st.builds(
    Lifecycle,
    product=st.sampled_from(["debian", "alpine", "aws-lambda"]),
    line=ANYTHING,
    name=st.none() | ANYTHING,
    libc=st.none() | ANYTHING | st.sampled_from(["glibc 2.26", "glibc 9999.9999", f"glibc 2.{HUGE}", "glibc ٢.٣"]),
    claims=claims.map(lambda claim: (claim,)),
)
latest = st.builds(
    LatestPatch,
    line=st.sampled_from(SUPPORTED_MINORS),
    version=st.sampled_from(["3.13.99", "3.13.0rc1", f"3.13.{HUGE}"]) | ANYTHING,
    source=ANYTHING,
    retrieved=DAYS,
)
policies = st.builds(
    Policy,
    eol_warning_days=st.integers(0, MAX_DAYS),
    block_warning_days=st.integers(0, MAX_DAYS),
    table_days=st.integers(0, MAX_DAYS),
    cooldown_days=st.integers(0, MAX_DAYS),
)


@st.composite
def subjects(draw: st.DrawFn) -> Subject:
    minor = draw(st.sampled_from(SUPPORTED_MINORS))
    target = Target(interpreter=Interpreter(version=f"{minor}.{draw(st.integers(0, 999))}"), platform=draw(platforms))
    locked = draw(st.lists(packages(), max_size=12))
    own = draw(st.none() | claims)
    return make_subject(
        *draw(st.lists(artifacts(), max_size=3)),
        target=target,
        lock=make_lock(target, locked),
        lifecycles=tuple(
            changed(row, claims=(own,)) if own and (row.product, row.line) == ("cpython", minor) else row
            for row in load_lifecycles()
        ),
        latest_patches=tuple(draw(st.lists(latest, max_size=3))),
        runs_on=tuple(draw(st.lists(rows, max_size=3))),
    )


@given(subject=subjects(), policy=policies, moment=JUDGED)
@settings(max_examples=200)
def test_no_rule_raises_and_all_say_what_is_safe_to_show(*, subject: Subject, policy: Policy, moment: datetime) -> None:
    for rule in rules():
        for found in rule.check(subject, policy, moment):
            assert found.rule == rule.id
            assert found.message
            shown = found.subject + found.message + found.remedy + found.place
            assert shown.isprintable()
            assert len(shown) < 4000


@given(requires=SPECIFIERS)
@example(requires=f"==={HUGE}")
@example(requires=">1!0")
def test_ar009_says_of_an_upper_bound_what_packaging_says_of_it(requires: str | None) -> None:
    from packaging.specifiers import SpecifierSet

    package = changed(make_package(WHEEL), requires_python=requires)
    found = check(AR009, make_subject(target=PY314, lock=make_lock(PY314, [package])))
    try:
        parsed = SpecifierSet(requires or "")
        bounded = any(each.operator not in {">", ">="} for each in parsed)
        admitted = len(requires or "") > MAX_REQUIRES or parsed.contains("3.15.0")
    except ValueError:
        bounded, admitted = False, True
    assert bool(found) == (bounded and not admitted)


@given(st.text(st.sampled_from("manylinux_0125789.x86_64i-"), max_size=40) | TAGS)
@example("manylinux_2_5_x86_64.manylinux1_x86_64")
def test_ar004_speaks_about_wheels_all_of_whose_tags_are_old(tags: str) -> None:
    package = make_package(f"demo-1.0-py3-none-{tags}.whl", name="demo", version="1.0")
    found = check(AR004, make_subject(lock=make_lock(packages=[package])))
    assert bool(found) == (set(tags.rpartition("-")[2].split(".")) <= OLD_TAGS)


@given(line=st.sampled_from(["3.0", "3.4", "3.5", "4.0"]), patch=st.integers(0, 99), day=st.dates(date(2020, 1, 1)))
def test_na002_speaks_from_the_day_after_the_end_of_the_line(line: str, patch: int, day: date) -> None:
    library = native_library("openssl", f"{line}.{patch}")
    subject = make_subject(make_artifact_results(native=NativeProfile(libraries=(library,))))
    (end,) = (row.end_of_life for row in load_lifecycles() if (row.product, row.line) == ("openssl", line))
    found = check(NA002, subject, as_of=datetime(day.year, day.month, day.day, tzinfo=UTC))
    assert bool(found) == (day > end)
