"""Waivers: what is written is read again, and a waiver changes nothing but what it covers."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from support.subjects import TODAY, make_artifact_results, make_subject, make_target
from support.waivers import DAY, SERVICE, judge_files, make_file, make_waiver
from uplock.lockfile.waivers import normal_purl, read_waiver, write_waiver
from uplock.model.digest import Sha256, sha256_of
from uplock.model.finding import Finding
from uplock.model.policy import Policy
from uplock.model.value import changed
from uplock.model.waiver import LEVELS, Risk, Waiver, WaiverFile, WaiverScope
from uplock.policy.evaluate import excused, findings_of
from uplock.policy.registry import statements
from uplock.policy.waivers.cover import Cover, fits
from uplock.policy.waivers.misuse import MISUSE, misuse_findings
from uplock.policy.waivers.standing import standings

LINES = ("3.9", "3.9.18", "3.1", "3.10", "3.12", "3.12.1")
VERSIONS = ("3.9.18", "3.9.1", "3.10.1", "3.12.1", "3.12.10", "3.1.9")
PLATFORMS = ("linux-x86_64", "linux-aarch64", "macos-arm64")
NAMES = ("demo", "demo-plus", "other")
RELEASES = ("1.0", "1.0.0", "1", "1.0+cpu", "1.0.post1", "2!1.0")
DIGESTS = tuple(sha256_of(each.encode()) for each in NAMES)
RULES = tuple(statements())
ROLES = ("service-owner", "Service Owner", "@acme/service-owner", "security-review", "audit", "platform+on-call")


def purls() -> st.SearchStrategy[str]:
    """Package URLs in normal form."""
    texts = st.one_of(
        st.sampled_from(NAMES).map("pkg:pypi/{}".format),
        st.tuples(st.sampled_from(NAMES), st.sampled_from(RELEASES)).map(lambda pair: "pkg:pypi/{}@{}".format(*pair)),
    )
    return texts.map(lambda text: normal_purl(text) or "")


def scopes() -> st.SearchStrategy[WaiverScope]:
    """Scopes of this service or of all."""
    return st.builds(
        WaiverScope,
        service=st.sampled_from((None, SERVICE)),
        interpreter=st.none() | st.sampled_from(LINES),
        platform=st.none() | st.sampled_from(PLATFORMS),
        purl=st.none() | purls(),
        sha256=st.none() | st.sampled_from(DIGESTS),
    ).filter(lambda scope: scope != WaiverScope())


SENTENCES = st.text(
    st.characters(codec="utf-8", exclude_categories=("C", "Zl", "Zp")),
    max_size=40,
).map(lambda text: f"The terminal driver is certified for this interpreter alone {text}")


def waivers() -> st.SearchStrategy[Waiver]:
    """Waivers that can be read, in order or not."""
    return st.builds(
        lambda first, days, **rest: make_waiver(approved_at=first, expires_at=first + timedelta(days=days), **rest),
        st.dates(DAY - timedelta(days=400), DAY + timedelta(days=50)),
        st.integers(0, 500),
        id=st.from_regex(r"w[a-z0-9]{2,20}(-[a-z0-9]{1,8}){0,2}", fullmatch=True),
        rule=st.sampled_from(RULES),
        scope=scopes(),
        reason=SENTENCES,
        risk=st.builds(Risk, likelihood=st.sampled_from(LEVELS), impact=st.sampled_from(LEVELS)),
        compensating_controls=st.lists(SENTENCES, min_size=1, max_size=3).map(tuple),
        requested_by=st.sampled_from(ROLES),
        approved_by=st.lists(st.sampled_from(ROLES), min_size=1, max_size=3).map(tuple),
        ticket=st.from_regex(r"[A-Z]{3}-[1-9][0-9]{0,5}", fullmatch=True).filter(
            lambda text: text[:3] not in "TBDTBATBCXXX"
        ),
        supersedes=st.lists(st.from_regex(r"s[a-z0-9]{2,20}", fullmatch=True), max_size=3).map(tuple),
    )


def findings() -> st.SearchStrategy[Finding]:
    """Findings about an artifact, a package or neither."""

    def made(rule: str, name: str | None, version: str | None, sha256: Sha256 | None) -> Finding:
        return Finding(
            rule=rule,
            severity="error",
            target="one",
            subject=name or "interpreter",
            message="it is so",
            remedy="Mend it.",
            package=name,
            version=version if name else None,
            sha256=sha256 if name else None,
        )

    return st.builds(
        made,
        st.sampled_from(RULES),
        st.none() | st.sampled_from(NAMES),
        st.none() | st.sampled_from(RELEASES),
        st.none() | st.sampled_from(DIGESTS),
    )


@given(waivers())
def test_what_is_written_is_read_as_the_same_waiver(waiver: Waiver) -> None:
    raw = write_waiver(waiver)
    file = read_waiver(f"waivers/{waiver.id}.toml", raw)
    assert file.waiver == waiver, file.defects
    assert write_waiver(file.waiver) == raw


@given(st.binary(max_size=400) | st.text(max_size=400).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_reading_never_raises_and_never_gives_half_a_waiver(raw: bytes) -> None:
    file = read_waiver("waivers/any.toml", raw)
    assert (file.waiver is None) == bool(file.defects)
    assert all(each.isprintable() for each in file.defects)


@given(waivers(), st.data())
def test_a_file_that_was_changed_in_one_place_is_read_or_refused(waiver: Waiver, data: st.DataObject) -> None:
    raw = bytearray(write_waiver(waiver))
    for place in data.draw(st.lists(st.integers(0, len(raw) - 1), min_size=1, max_size=3)):
        raw[place] = data.draw(st.integers(0, 255))
    file = read_waiver(f"waivers/{waiver.id}.toml", bytes(raw))
    assert (file.waiver is None) == bool(file.defects)
    if file.waiver is not None:
        assert file.waiver.id == waiver.id


@given(scopes(), findings(), st.sampled_from(VERSIONS), st.sampled_from(PLATFORMS))
def test_a_finding_outside_the_scope_is_never_covered(
    scope: WaiverScope, finding: Finding, version: str, platform: str
) -> None:
    inside = fits(scope, finding, version=version, platform=platform)
    parts = version.split(".")
    outside = (
        (scope.interpreter is not None and parts[: scope.interpreter.count(".") + 1] != scope.interpreter.split("."))
        or (scope.platform is not None and scope.platform != platform)
        or (scope.sha256 is not None and scope.sha256 != finding.sha256)
        or (
            scope.purl is not None
            and (finding.package is None or scope.purl.split("/")[1].split("@")[0] != finding.package)
        )
        or (scope.purl is not None and "@" in scope.purl and finding.version is None)
    )
    if outside:
        assert not inside


@settings(max_examples=40)
@given(st.lists(findings(), max_size=8), st.lists(waivers(), max_size=4), waivers())
def test_one_more_waiver_excuses_only_what_it_covers_and_changes_nothing_else(
    found: list[Finding], before: list[Waiver], waiver: Waiver
) -> None:
    one = changed(waiver, supersedes=())
    files = [make_file(each) for each in {each.id: each for each in before if each.id != one.id}.values()]
    without, with_it = Cover(judge_files(*files)), Cover(judge_files(*files, make_file(one)))
    for finding in found:
        old = without.waived(finding, version="3.9.18", platform=PLATFORMS[0])
        new = with_it.waived(finding, version="3.9.18", platform=PLATFORMS[0])
        assert changed(new, waived=None) == finding
        assert old.waived is None or new.waived is not None
        if old.waived is None and new.waived is not None:
            assert new.waived.waiver == one.id
            assert new.rule == one.rule
            assert fits(one.scope, finding, version="3.9.18", platform=PLATFORMS[0])
            assert one.approved_at <= DAY <= one.expires_at


@settings(max_examples=40)
@given(st.lists(findings(), min_size=1, max_size=8), st.lists(waivers(), max_size=6))
def test_what_cannot_be_waived_never_is(found: list[Finding], given_waivers: list[Waiver]) -> None:
    cover = Cover(judge_files(*(make_file(each) for each in {each.id: each for each in given_waivers}.values())))
    for finding in found:
        if statements()[finding.rule].reach == "nothing":
            assert cover.waived(finding, version="3.9.18", platform=PLATFORMS[0]) is finding
    assert {statements()[rule].reach for rule in (*MISUSE, "EV001")} == {"nothing"}


@settings(max_examples=40)
@given(st.lists(waivers(), max_size=6))
def test_the_order_of_files_makes_no_difference(given_waivers: list[Waiver]) -> None:
    files = [make_file(each, path=f"waivers/{place}.toml") for place, each in enumerate(given_waivers)]
    assert judge_files(*files) == judge_files(*files[::-1])


@given(waivers(), st.integers(-800, 800))
def test_a_day_later_a_waiver_is_a_day_nearer_its_end_and_never_what_it_was_before(waiver: Waiver, days: int) -> None:
    order = {"not-yet": 0, "in-force": 1, "expired": 2}
    day = DAY + timedelta(days=days)
    (one,) = judge_files(make_file(waiver), day=day)
    (next_one,) = judge_files(make_file(waiver), day=day + timedelta(days=1))
    assert one.days_left is not None
    assert next_one.days_left == one.days_left - 1
    if one.state in order:
        assert order[one.state] <= order[next_one.state]
        assert (one.state == "in-force") == (waiver.approved_at <= day <= waiver.expires_at)
    else:
        assert one.state == next_one.state
        assert one.misuse == next_one.misuse


@given(waivers(), st.sampled_from(ROLES))
def test_nobody_approves_alone(waiver: Waiver, role: str) -> None:
    (standing,) = judge_files(make_file(changed(waiver, requested_by=role, approved_by=(role,))))
    assert standing.state == "refused"
    assert "WV004" in {rule for rule, _ in standing.misuse}


@settings(max_examples=40)
@given(st.lists(waivers(), max_size=3))
def test_a_whole_target_keeps_its_findings_and_their_severities(given_waivers: list[Waiver]) -> None:
    target = make_target("3.9.18")
    names = ("demo-1.0-py3-none-any.whl", "other-2.0-py3-none-any.whl")
    subject = make_subject(*map(make_artifact_results, names), target=target)
    found = findings_of(subject, Policy(), TODAY)
    assert "PY001" in {each.rule for each in found}
    files: tuple[WaiverFile, ...] = tuple(
        make_file(each) for each in {each.id: each for each in given_waivers}.values()
    )
    known = standings(files, service=SERVICE, statements=statements(), policy=Policy(), day=DAY)
    after = set(excused(subject, found, Cover(known)))
    assert {changed(each, waived=None) for each in after} == found
    for each in misuse_findings(known, (), Policy()):
        assert each.waived is None
        assert each.target == ""
