"""Declarations: one claim per locked file, one about the interpreter, one per waiver that is about the target."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest

from support.sboms import make_sbom_subject, properties, python_lifecycles, read, shop_subject, wheel
from support.sections import (
    DEMO,
    PYTHON,
    attachment,
    claim_about,
    declared,
    demo_subject,
    evidence_of,
    mapping_to,
)
from support.subjects import NOTHING, UNCHECKED, digest_for, make_artifact_results, make_target
from support.waivers import make_file
from uplock.model.identity import TrustedRoot
from uplock.model.results import GitHub, Invalid, NotAttested, Unchecked, Verified, VerifiedAttestation
from uplock.model.value import changed
from uplock.model.waiver import WaiverFile, WaiverScope
from uplock.sbom.build import bom_of
from uplock.sbom.sections.standard import EXCEPTIONS, PROVENANCE, SUPPORTED

PUBLISHER = GitHub(repository="team/demo", workflow="release.yml")
WAIVER = "waiver:py39-until-uplift.toml"


def attested(*moments: datetime, **fields: Any) -> Verified:
    """Return verified attestations, one for each trusted time."""
    return Verified(
        publisher=PUBLISHER,
        document=NOTHING,
        attestations=tuple(
            VerifiedAttestation(
                predicate_type=f"https://docs.index.example/{number}",
                publisher=PUBLISHER,
                log_time=moment,
                log_index=number,
            )
            for number, moment in enumerate(moments)
        ),
        **fields,
    )


def scoped(**scope: Any) -> WaiverFile:
    return make_file(scope=WaiverScope(**scope))


# --- attestations ---------------------------------------------------------------------------------------------------


def test_every_locked_file_has_one_claim_whatever_is_known_of_it() -> None:
    found = {each.target.partition("@")[0]: each for each in declared(shop_subject()).claims}
    assert {name.rpartition("/")[2]: each.predicate for name, each in found.items()} == {
        "crypto": "The publish attestations of this file were verified (PEP 740)",
        "gpu": "No publish attestations of this file were published",
        "gpu-runtime": "The publish attestations of this file were not checked: not-offered",
        "pure": "The publish attestations of this file do not hold: bad-signature",
        "unseen": "Nobody looked into this file",
        "python": "Security support of Python 3.12 ends on 2028-10-31",
    }


def test_only_what_was_verified_speaks_for_the_requirement_and_what_is_not_known_for_neither_side() -> None:
    mapping = mapping_to(shop_subject(), PROVENANCE.ref)
    assert mapping is not None
    names = [{ref.split("/")[1].split("@")[0] for ref in refs} for refs in (mapping.claims, mapping.counter_claims)]
    assert names == [{"crypto"}, {"gpu", "pure"}]
    assert mapping.score == "0.2000"
    assert mapping.rationale == (
        "Share of verified files, of 5: verified 1, none published 1, not checked 1, failed 1, not looked into 1"
    )


def test_evidence_of_verified_attestations_is_of_their_latest_trusted_time() -> None:
    moments = (datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 5, 2, 8, 30, tzinfo=UTC), datetime(2026, 4, 1))  # noqa: DTZ001 - taken for UTC
    root = TrustedRoot(sha256=digest_for("root"), origin="embedded")
    subject = demo_subject(verification=attested(*moments), trusted_root=root)
    assert claim_about(subject, DEMO).evidence == (f"evidence:{DEMO}",)
    evidence = evidence_of(subject, f"evidence:{DEMO}")
    assert evidence.created == moments[1]
    said = attachment(evidence)
    assert (said["outcome"], said["document"], said["trusted_root"]) == ("verified", NOTHING, digest_for("root"))
    assert said["publisher"] == {
        "kind": "GitHub",
        "repository": "team/demo",
        "workflow": "release.yml",
        "environment": None,
    }
    assert [each["log_index"] for each in said["attestations"]] == [0, 1, 2]
    assert said["attestations"][2]["log_time"] == "2026-04-01T00:00:00Z"


def test_an_outcome_that_names_no_attestation_is_no_verified_one() -> None:
    subject = demo_subject(verification=attested())
    assert claim_about(subject, DEMO).evidence == ()
    assert mapping_to(subject, PROVENANCE.ref) is None


def test_a_failure_is_counter_evidence_without_a_date() -> None:
    failed = Invalid(failure="identity-mismatch", detail="signed by somebody else", document=NOTHING)
    subject = demo_subject(verification=failed)
    claim = claim_about(subject, DEMO)
    assert (claim.evidence, claim.counter_evidence) == ((), (f"evidence:{DEMO}",))
    evidence = evidence_of(subject, f"evidence:{DEMO}")
    assert evidence.created is None
    said = attachment(evidence)
    assert (said["outcome"], said["failure"], said["detail"]) == ("invalid", failed.failure, failed.detail)
    mapping = mapping_to(subject, PROVENANCE.ref)
    assert mapping is not None
    assert (mapping.claims, mapping.counter_claims, mapping.score) == ((), (claim.ref,), "0.0000")


@pytest.mark.parametrize(
    "found",
    [NotAttested(detail="asked, and there is none"), Unchecked(reason="timed-out", detail="asked, and there is none")],
)
def test_an_outcome_without_attestations_is_a_claim_without_evidence(found: NotAttested | Unchecked) -> None:
    claim = claim_about(demo_subject(verification=found), DEMO)
    assert (claim.evidence, claim.counter_evidence, claim.reasoning) == ((), (), "asked, and there is none")


def test_where_no_file_could_be_looked_at_there_is_no_share() -> None:
    assert mapping_to(demo_subject(verification=UNCHECKED), PROVENANCE.ref) is None
    assert mapping_to(make_sbom_subject((wheel(), None)), PROVENANCE.ref) is None
    assert mapping_to(make_sbom_subject(), PROVENANCE.ref) is None


def test_a_share_is_never_rounded_up() -> None:
    names = [f"p{number}-1.0-py3-none-any.whl" for number in range(3)]
    good = attested(datetime(2026, 3, 1, tzinfo=UTC))
    outcomes = (good, good, NotAttested(detail="none"))
    pairs = [
        (wheel(name), changed(make_artifact_results(name), verification=outcome))
        for name, outcome in zip(names, outcomes, strict=True)
    ]
    mapping = mapping_to(make_sbom_subject(*pairs), PROVENANCE.ref)
    assert mapping is not None
    assert mapping.score == "0.6666"


def test_of_several_results_about_one_file_the_order_says_nothing() -> None:
    both = (
        demo_subject(verification=NotAttested(detail="none")).artifacts[0],
        demo_subject(verification=Unchecked(reason="timed-out", detail="late")).artifacts[0],
    )
    one, other = (changed(demo_subject(), artifacts=order) for order in (both, both[::-1]))
    assert declared(one) == declared(other)


def test_many_attestations_are_bounded_and_that_is_noted() -> None:
    subject = demo_subject(verification=attested(*(datetime(2026, 3, 1, tzinfo=UTC) for _ in range(70))))
    assert len(attachment(evidence_of(subject, f"evidence:{DEMO}"))["attestations"]) == 64
    notes = properties(read(subject)["metadata"], "uplock:omitted")
    assert "attestation: only the first 64 items of an array" in notes


# --- support of the interpreter -------------------------------------------------------------------------------------


def test_the_end_of_support_is_evidence_of_the_day_on_which_its_source_was_read() -> None:
    claim = claim_about(demo_subject(), PYTHON)
    evidence = evidence_of(demo_subject(), *claim.evidence)
    assert evidence.created == datetime(2026, 11, 23, tzinfo=UTC)
    assert evidence.description == "a dated source (opened on 2026-11-23)"
    assert attachment(evidence)["end_of_life"] == "2028-10-31"
    mapping = mapping_to(demo_subject(), SUPPORTED.ref)
    assert mapping is not None
    assert mapping.claims == (claim.ref,)


def test_support_that_has_ended_by_the_day_of_the_document_speaks_against_the_requirement() -> None:
    subject = make_sbom_subject(target=make_target("3.9.25"))
    claim = claim_about(subject, "pkg:generic/python@3.9.25")
    mapping = mapping_to(subject, SUPPORTED.ref)
    assert mapping is not None
    assert (mapping.claims, mapping.counter_claims, len(claim.counter_evidence)) == ((), (claim.ref,), 1)
    last_day = changed(subject, timestamp=datetime(2025, 10, 31, 23, 59, tzinfo=UTC))
    assert claim_about(last_day, claim.target).evidence == claim.counter_evidence


def test_a_source_that_was_not_opened_speaks_for_neither_side() -> None:
    rows = [changed(each, claims=(changed(each.claim, verified=False),)) for each in python_lifecycles()]
    subject = demo_subject(lifecycles=tuple(rows), verification=UNCHECKED)
    assert claim_about(subject, PYTHON).evidence == (f"evidence:{PYTHON}",)
    assert evidence_of(subject, f"evidence:{PYTHON}").description == "a dated source (not opened on 2026-11-23)"
    assert declared(subject).attestations == ()


def test_without_a_date_of_the_interpreter_that_is_what_is_claimed() -> None:
    claim = claim_about(demo_subject(lifecycles=()), PYTHON)
    assert (claim.predicate, claim.evidence) == ("When support of Python 3.12 ends is not known", ())


# --- accepted risks -------------------------------------------------------------------------------------------------


def test_a_waiver_is_evidence_with_its_people_and_its_last_second() -> None:
    file = make_file(scope=WaiverScope(), approved_by=("security-review", "architecture-board"))
    subject = demo_subject(file)
    evidence = evidence_of(subject, WAIVER)
    assert (evidence.created, evidence.expires) == (
        datetime(2026, 10, 1, tzinfo=UTC),
        datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC),
    )
    assert evidence.author is not None
    assert evidence.reviewer is not None
    assert (evidence.author.name, evidence.reviewer.name) == ("service-owner", "security-review")
    assert evidence.description == (
        "Waiver py39-until-uplift of PY001, ticket SEC-1234, 2026-10-01 to 2026-12-31; requested by service-owner, "
        "approved by security-review, architecture-board: "
        "The card terminal's driver is certified for this interpreter only"
    )
    said = attachment(evidence)
    assert (said["file"], said["sha256"]) == (file.path, file.sha256)
    assert said["waiver"]["approved_by"] == ["security-review", "architecture-board"]


def test_a_waiver_is_claimed_as_recorded_and_mitigated_by_its_approval() -> None:
    subject = demo_subject(scoped())
    claim = claim_about(subject, "project:shop")
    assert claim.predicate == "Risk accepted, as recorded, until 2026-12-31: PY001"
    assert (claim.mitigations, claim.evidence, claim.counter_evidence) == ((WAIVER,), (), ())
    mapping = mapping_to(subject, EXCEPTIONS.ref)
    assert mapping is not None
    assert (mapping.claims, mapping.score) == ((claim.ref,), None)


def test_whether_a_waiver_is_in_force_is_not_said() -> None:
    ended = make_file(scope=WaiverScope(), expires_at=date(2020, 1, 1))
    (claim,) = [each for each in declared(demo_subject(ended)).claims if each.mitigations]
    assert claim.predicate == "Risk accepted, as recorded, until 2020-01-01: PY001"


@pytest.mark.parametrize(
    ("scope", "target"),
    [
        ({}, "project:shop"),
        ({"service": "shop"}, "project:shop"),
        ({"service": "SHOP"}, "project:shop"),
        ({"platform": "linux-x86_64"}, "project:shop"),
        ({"interpreter": "3.12"}, PYTHON),
        ({"interpreter": "3.12.16"}, PYTHON),
        ({"purl": "pkg:pypi/demo"}, DEMO),
        ({"purl": "pkg:pypi/demo@1.0"}, DEMO),
        ({"purl": "pkg:pypi/demo@1.0.0"}, DEMO),
        ({"purl": "pkg:pypi/demo", "interpreter": "3.12"}, DEMO),
        ({"sha256": digest_for("demo-1.0-py3-none-any.whl")}, DEMO),
        ({"sha256": digest_for("demo-1.0-py3-none-any.whl"), "purl": "pkg:pypi/demo@1.0"}, DEMO),
    ],
)
def test_a_risk_is_accepted_for_the_nearest_thing_that_the_scope_names(scope: dict[str, str], target: str) -> None:
    (claim,) = [each for each in declared(demo_subject(scoped(**scope))).claims if each.mitigations]
    assert claim.target == target


@pytest.mark.parametrize(
    "scope",
    [
        {"service": "other"},
        {"service": "\N{KELVIN SIGN}shop"},
        {"platform": "linux-aarch64"},
        {"interpreter": "3.9"},
        {"interpreter": "3.1"},
        {"interpreter": "3.12.1"},
        {"purl": "pkg:pypi/other"},
        {"purl": "pkg:pypi/demo@2.0"},
        {"sha256": NOTHING},
        {"sha256": NOTHING, "purl": "pkg:pypi/demo"},
        {"sha256": digest_for("demo-1.0-py3-none-any.whl"), "purl": "pkg:pypi/other"},
    ],
)
def test_a_waiver_of_something_else_is_no_part_of_the_document(scope: dict[str, str]) -> None:
    assert declared(demo_subject(scoped(**scope))) == declared(demo_subject())


def test_a_waiver_file_that_cannot_be_read_is_named_with_what_is_wrong() -> None:
    odd = WaiverFile(path="waivers/odd.toml", sha256=NOTHING, defects=("reason: says\nnothing", "ticket: missing"))
    subject = demo_subject(odd)
    assert declared(subject) == declared(demo_subject())
    assert properties(read(subject)["metadata"], "uplock:waiver:unreadable") == [
        "waivers/odd.toml: reason: says nothing; ticket: missing"
    ]


def test_the_last_day_that_there_is_can_be_the_last_day_of_a_waiver() -> None:
    evidence = evidence_of(demo_subject(make_file(scope=WaiverScope(), expires_at=date.max)), WAIVER)
    assert evidence.expires == datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)


def test_the_order_of_waivers_says_nothing() -> None:
    one, two = scoped(), make_file(id="another", scope=WaiverScope())
    assert declared(demo_subject(one, two)) == declared(demo_subject(two, one))


# --- foreign texts --------------------------------------------------------------------------------------------------


def test_foreign_texts_are_cleaned_and_bounded_and_that_is_noted() -> None:
    hostile = "a\x00b\u202ec " + "d" * 5000
    waiver = make_file(
        scope=WaiverScope(),
        reason=hostile,
        ticket=hostile,
        requested_by="\n",
        approved_by=("\t", hostile),
        compensating_controls=(hostile,) * 100,
    )
    subject = demo_subject(
        waiver,
        verification=changed(
            attested(datetime(2026, 3, 1, tzinfo=UTC)), publisher=GitHub(repository=hostile, workflow="")
        ),
    )
    bom = bom_of(subject)
    text = json.dumps(read(subject)["declarations"], ensure_ascii=False)
    assert "\\u0000" not in text
    assert "\u202e" not in text
    assert "d" * 1025 not in text
    evidence = evidence_of(subject, WAIVER)
    assert evidence.author is None
    assert evidence.reviewer is not None
    assert len(evidence.reviewer.name or "") == 256
    assert len(attachment(evidence)["waiver"]["compensating_controls"]) == 64
    notes = {each.value for each in bom.properties if each.name == "uplock:omitted"}
    assert notes == {
        "attestation: cut to 1024 characters",
        "attestation: unprintable characters replaced",
        "waiver: cut to 1024 characters",
        "waiver: cut to 256 characters",
        "waiver: only the first 64 items of an array",
        "waiver: unprintable characters replaced",
    }
