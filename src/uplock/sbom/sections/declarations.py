"""What uplock claims about what it locked, each claim with its evidence: attestations, support, accepted risks.

Only what was verified supports a requirement; what is known to miss it speaks against it; what nobody could look at is
stated and speaks for neither side. Evidence is dated by itself, never by the clock.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time
from decimal import ROUND_DOWN, Decimal
from typing import get_args

from uplock.model.digest import Sha256
from uplock.model.lifecycle import Lifecycle
from uplock.model.results import ArtifactResults
from uplock.model.value import changed, encode
from uplock.sbom.clean import Cleaner, in_utc
from uplock.sbom.parts import Component, Organization
from uplock.sbom.sections.attached import attached
from uplock.sbom.sections.provenance import Kind, Stated, stated_of_file
from uplock.sbom.sections.standard import EXCEPTIONS, PROVENANCE, STANDARD, SUPPORTED
from uplock.sbom.sections.values import Assessor, Attestation, Claim, Declarations, Evidence, Requirement
from uplock.sbom.sections.values import Mapping as Mapped
from uplock.sbom.sections.waivers import Scene, accepted_risks
from uplock.sbom.subject import SbomSubject

ASSESSOR = Assessor(ref="assessor:uplock", third_party=False, organization=Organization(name="uplock"))

_SUMMARY = (
    "What uplock found when it looked at the locked files, and what the project has written down. "
    "Accepted risks are as recorded: whether one is in order, and in force on a day, is not said here."
)


def declarations(
    subject: SbomSubject, *, root: Component, interpreter: Component, packages: Mapping[str, Component], clean: Cleaner
) -> Declarations:
    """Return one claim per locked file, one about the interpreter, and one per waiver that is about this target.

    ``packages`` has the component of every locked package, by name; ``clean`` notes what was changed in foreign texts.
    """
    trusted = None if subject.trusted_root is None else subject.trusted_root.sha256
    results = _results(subject)
    files = [
        stated_of_file(packages[each.name].ref, results.get(each.artifact.sha256), trusted, clean)
        for each in subject.lock.packages
    ]
    support = _support(subject, interpreter, clean)
    stated = (*files, support)
    accepted = tuple(accepted_risks(subject, Scene(root, interpreter, packages), clean))
    mappings = (
        _provenance(files),
        _mapped(SUPPORTED, (support,)),
        Mapped(requirement=EXCEPTIONS.ref, claims=tuple(each.claim.ref for each in accepted)),
    )
    weighed = tuple(each for each in mappings if each.claims or each.counter_claims)
    return Declarations(
        assessors=(ASSESSOR,),
        attestations=(Attestation(summary=_SUMMARY, assessor=ASSESSOR.ref, mappings=weighed),) if weighed else (),
        claims=(*(each.claim for each in stated), *(each.claim for each in accepted)),
        evidence=(
            *(each.evidence for each in stated if each.evidence is not None),
            *(each.evidence for each in accepted),
        ),
        standards=(STANDARD,),
    )


def _results(subject: SbomSubject) -> dict[Sha256, ArtifactResults]:
    """Return what is known by digest; of several results about one file the same one, whatever their order."""
    found: dict[Sha256, ArtifactResults] = {}
    for each in subject.artifacts:
        other = found.get(each.sha256)
        found[each.sha256] = each if other is None else max(each, other, key=encode)
    return found


def _provenance(files: Sequence[Stated]) -> Mapped:
    """Return how far the files meet the requirement: the share that was verified, never rounded up.

    A file that nobody could look at counts as one that was not verified; if none could be, there is no share.
    """
    mapped = _mapped(PROVENANCE, files)
    if not mapped.claims and not mapped.counter_claims:
        return mapped
    counted = Counter(each.kind for each in files)
    kinds: tuple[Kind, ...] = get_args(Kind)
    share = (Decimal(counted["verified"]) / len(files)).quantize(Decimal("0.0001"), rounding=ROUND_DOWN)
    counts = ", ".join(f"{kind} {counted[kind]}" for kind in kinds)
    return changed(mapped, score=str(share), rationale=f"Share of verified files, of {len(files)}: {counts}")


def _mapped(requirement: Requirement, stated: Sequence[Stated]) -> Mapped:
    return Mapped(
        requirement=requirement.ref,
        claims=tuple(each.claim.ref for each in stated if each.side == "for"),
        counter_claims=tuple(each.claim.ref for each in stated if each.side == "against"),
    )


def _support(subject: SbomSubject, interpreter: Component, clean: Cleaner) -> Stated:
    """Return what is claimed of the support of the interpreter, weighed on the day of the document."""
    ref, line = f"claim:{interpreter.ref}", subject.lock.target.interpreter.minor
    row = next((each for each in subject.lifecycles if (each.product, each.line) == ("cpython", line)), None)
    if row is None:
        unknown = f"When support of Python {line} ends is not known"
        return Stated("not looked into", "neither", Claim(ref=ref, target=interpreter.ref, predicate=unknown))
    evidence = _source(f"evidence:{interpreter.ref}", row, clean)
    predicate = f"Security support of Python {line} ends on {row.end_of_life.isoformat()}"
    if row.end_of_life < in_utc(subject.timestamp).date():
        claim = Claim(ref=ref, target=interpreter.ref, predicate=predicate, counter_evidence=(evidence.ref,))
        return Stated("failed", "against", claim, evidence)
    claim = Claim(ref=ref, target=interpreter.ref, predicate=predicate, evidence=(evidence.ref,))
    if row.verified:
        return Stated("verified", "for", claim, evidence)
    return Stated("not checked", "neither", claim, evidence)


def _source(ref: str, row: Lifecycle, clean: Cleaner) -> Evidence:
    """Return where the dates come from; the evidence is of the day on which that was read."""
    claim = row.claim
    opened = "opened" if row.verified else "not opened"
    return Evidence(
        ref=ref,
        description=clean.line("lifecycle", f"{claim.source} ({opened} on {claim.retrieved.isoformat()})") or ref,
        created=datetime.combine(claim.retrieved, time(), tzinfo=UTC),
        data=(attached("lifecycle", claim, clean),),
    )
