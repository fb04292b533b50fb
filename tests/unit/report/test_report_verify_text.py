"""The table of ``uplock verify``: worst first, bounded, and nothing in it steers a terminal."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from support.check_results import make_finding
from uplock.model.digest import Sha256
from uplock.model.identity import TrustedRoot
from uplock.model.results import (
    GitHub,
    Invalid,
    NotAttested,
    Unchecked,
    UncheckedReason,
    Verification,
    Verified,
    VerifiedAttestation,
)
from uplock.model.verify_outcome import Baseline, VerifyResult
from uplock.report.verify_text import FEW_ROWS, MOST_ROWS, verification_text, verify_text
from uplock.workflow.verify import Checked, conclude, row

DIGEST = Sha256("ab" * 32)
ROOT = TrustedRoot(sha256=DIGEST, origin="embedded", tuf_version=15, dated=date(2026, 10, 1))
PUBLISHER = GitHub(repository="octo/shop", workflow="release.yml")
SIGNED = Verified(
    publisher=PUBLISHER,
    document=DIGEST,
    attestations=(
        VerifiedAttestation(
            predicate_type="https://predicate.example/v1",
            publisher=PUBLISHER,
            log_time=datetime(2026, 3, 1, 12, tzinfo=UTC),
            log_index=7,
            claims=(("commit", "c" * 40), ("ref", "refs/tags/v1.0")),
        ),
    ),
)


def checked(name: str, verification: Verification, document: str | None = None) -> Checked:
    return Checked(project=name, filename=f"{name}.whl", sha256=DIGEST, verification=verification, document=document)


def unpainted(text: str, colour: str) -> str:
    assert colour in {"green", "red", "yellow", "cyan"}
    return text


def shown(*every: Checked, baseline: Baseline | None = None) -> str:
    return verify_text(conclude(every, ROOT, baseline=baseline), unpainted)


def test_groups_stand_worst_first_and_one_line_sums_up() -> None:
    text = shown(
        checked("good", SIGNED),
        checked("bad", Invalid(failure="bad-signature", detail="it does not fit", document=DIGEST), "bad.provenance"),
        checked("none", NotAttested(detail="the index has no provenance of this file")),
        checked("slow", Unchecked(reason="timed-out", detail="no answer in time")),
    )
    places = [text.index(head) for head in ("INVALID", "UNCHECKED", "NOT-ATTESTED", "VERIFIED", "trusted root", "FAIL")]
    assert places == sorted(places)
    assert text.splitlines()[:4] == [
        "INVALID  1 artifact",
        "  bad.whl  bad-signature: it does not fit",
        "    from bad.provenance",
        f"    sha256 {DIGEST}",
    ]
    assert "    remedy: Do not install the file" in text
    assert "  good.whl  GitHub octo/shop (release.yml)  refs/tags/v1.0  cccccccccccc  2026-03-01T12:00:00Z" in text
    assert text.endswith("FAIL  4 artifacts: 1 verified, 1 not attested, 1 invalid, 1 unchecked\n")
    assert f"trusted root sha256 {DIGEST} (embedded, of 2026-10-01, TUF version 15)" in text


def test_columns_stand_below_each_other() -> None:
    rows = [line for line in shown(checked("a", SIGNED), checked("longer-name", SIGNED)).splitlines() if "refs" in line]
    assert len({line.index("GitHub") for line in rows}) == 1


@pytest.mark.parametrize(
    "verification",
    [
        SIGNED,
        NotAttested(detail="none"),
        Unchecked(reason="not-offered", detail="none here"),
        Invalid(failure="malformed", detail="huge"),
    ],
)
def test_500_rows_are_bounded_and_counted(verification: Verification) -> None:
    text = shown(*(checked(f"package-{number}", verification) for number in range(500)))
    assert len(text.splitlines()) < 6 * MOST_ROWS
    most = FEW_ROWS if isinstance(verification, Unchecked) else MOST_ROWS
    assert f"and {500 - most} more; --json lists all" in text
    assert "500 artifacts" in text.splitlines()[-1]


def test_500_different_excuses_are_bounded_as_well() -> None:
    every = (checked(f"p{n}", Unchecked(reason="unreachable", detail=f"does not list p{n}")) for n in range(500))
    text = shown(*every)
    assert len(text.splitlines()) < 30
    assert f"and {500 - FEW_ROWS} more" in text


@pytest.mark.parametrize(
    "reason", ["not-offered", "unreachable", "not-asked", "refused", "server-error", "timed-out", "redirected"]
)
def test_every_reason_for_not_checking_has_words(reason: UncheckedReason) -> None:
    text = shown(checked("p", Unchecked(reason=reason, detail="its own words")))
    assert f"  {reason}  1 artifact: " in text
    assert "    its own words:\n      p.whl\n" in text
    assert text.splitlines()[-1].startswith("UNDETERMINED")


def test_nothing_in_it_steers_a_terminal() -> None:
    evil = "a\x1b[2J\n::error::b\u202e"
    text = shown(
        checked(evil, Invalid(failure="malformed", detail=evil), evil),
        checked(evil, NotAttested(detail=evil)),
        checked(evil, Unchecked(reason="refused", detail=evil)),
        baseline=Baseline(state="held", known=1, gained=(evil,)),
    )
    assert all(line.isprintable() for line in text.splitlines())
    assert not any(line.lstrip().startswith("::") for line in text.splitlines())
    one = verification_text(row(checked(evil, Invalid(failure="malformed", detail=evil), evil), DIGEST), unpainted)
    assert all(line.isprintable() for line in one.splitlines())


def test_a_baseline_is_told_whether_there_is_one_or_not() -> None:
    good = checked("good", SIGNED)
    assert "publishers: " not in shown(good)
    assert "publishers: none known from before" in shown(good, baseline=Baseline(state="none"))
    assert "publishers: compared with those of 2 packages\n" in shown(good, baseline=Baseline(state="held", known=2))
    gained = Baseline(state="held", known=2, gained=tuple(f"p{number}" for number in range(500)))
    assert "and 490 more" in shown(good, baseline=gained)


def test_findings_stand_before_the_summary() -> None:
    result = conclude([checked("good", SIGNED)], ROOT, findings=(make_finding(rule="AT003"),))
    text = verify_text(result, unpainted)
    assert text.index("VERIFIED") < text.index("AT003") < text.index("FAIL")


def test_one_artifact_is_shown_with_all_its_claims() -> None:
    text = verification_text(row(checked("good", SIGNED, "good.provenance"), DIGEST), unpainted)
    for part in ("verified  good.whl", "from good.provenance", "log index 7", "commit: " + "c" * 40, "trusted root"):
        assert part in text
    text = verification_text(
        row(checked("bad", Invalid(failure="bad-signature", detail="no", document=DIGEST)), DIGEST), unpainted
    )
    assert "invalid  bad.whl: bad-signature: no" in text
    assert "remedy: " in text
    text = verification_text(row(checked("u", Unchecked(reason="refused", detail="no")), DIGEST), unpainted)
    assert "unchecked  u.whl: refused: no" in text


def test_a_root_of_unknown_age_says_so() -> None:
    result = conclude([checked("good", SIGNED)], TrustedRoot(sha256=DIGEST, origin="file"))
    assert isinstance(result, VerifyResult)
    assert "(file, of unknown age)" in verify_text(result, unpainted)
