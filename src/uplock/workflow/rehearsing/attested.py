"""Statement 8: the recorded attestation outcomes come out again, from archived documents and the archived root."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from uplock.errors import ArchiveError, IntegrityError, located
from uplock.model.policy import Policy
from uplock.model.results import ArtifactResults, Invalid, Unchecked, Verification, Verified
from uplock.policy.expected import generic_policies
from uplock.ports import Archive, Event, OnEvent, Verifier
from uplock.workflow.outcomes import outcome_of
from uplock.workflow.recall import Recalled
from uplock.workflow.recorded import RecordedProvenance
from uplock.workflow.rehearsing.found import Found, fails, holds, some, undecided
from uplock.workflow.verify import Named, check_one


def outcomes_hold(
    wanted: Recalled, archive: Archive, verifier: Callable[[bytes], Verifier], policy: Policy, on_event: OnEvent
) -> Found:
    """Decide it: every document is verified again under the root's archived bytes.

    That there was none, or that no source offered any, is said again and counted; that a source could not be asked
    leaves the statement undecided.
    """
    results = [wanted.results[digest] for digest in sorted(wanted.results)]
    documented = [each for each in results if _documented(each.verification)]
    root = wanted.content.trusted_root
    if documented and root is None:
        return fails("the generation names no trusted root")
    found: dict[str, Verification] = {}
    if documented and root is not None:
        try:
            with located("the trusted root of the generation"):
                made = verifier(archive.read(root.sha256))
        except (ArchiveError, IntegrityError) as error:
            return fails(f"{error}: run uplock run with the same root, so that it is archived")
        source, generic = RecordedProvenance(archive, results), generic_policies(policy)
        for place, each in enumerate(documented):
            on_event(Event(stage="rehearse", message="verifying again", done=place, total=len(documented)))
            expected = generic.get(each.metadata.name)
            named = Named(each.metadata.name, each.filename, each.sha256)
            try:
                answer = source.provenance(each.filename, each.metadata.name)
            except IntegrityError as error:
                return fails(f"{each.filename}: {error}")
            found[each.filename] = check_one(named, answer, made).verification
            if expected is not None and _essence(found[each.filename]) != _essence(each.verification):
                # A generic policy of then may have let a publisher of unknown kind count; today's stands for it.
                again = check_one(named, answer, made, expected.publisher, expected.claims).verification
                if _essence(again) == _essence(each.verification):
                    found[each.filename] = again
    return _concluded(results, found)


def _documented(verification: Verification) -> bool:
    """Whether a document was archived that the outcome rests on."""
    return not isinstance(verification, Unchecked) and verification.document is not None


def _concluded(results: list[ArtifactResults], found: dict[str, Verification]) -> Found:
    others = [
        f"{each.filename} was {outcome_of(each.verification)} and is {_told(found[each.filename])}"
        for each in results
        if each.filename in found and _essence(found[each.filename]) != _essence(each.verification)
    ]
    if others:
        return fails(some(others))
    unasked = [
        each.filename
        for each in results
        if isinstance(each.verification, Unchecked) and each.verification.reason != "not-offered"
    ]
    if unasked:
        return undecided(f"their source could not be asked when they were recorded: {some(unasked)}")
    counts = Counter(_label(each.verification) for each in results)
    return holds(", ".join(f"{number} {label}" for label, number in sorted(counts.items())) or "no artifacts")


def _essence(verification: Verification) -> object:
    match verification:
        case Verified(publisher=publisher):
            return "verified", publisher
        case Invalid(failure=failure):
            return "invalid", failure
        case _:
            return outcome_of(verification)


def _told(verification: Verification) -> str:
    match verification:
        case Verified():
            return "verified, by another publisher"
        case Unchecked(detail=detail):
            return f"unchecked ({detail})"
        case Invalid(failure=failure):
            return f"invalid ({failure})"
        case _:
            return outcome_of(verification)


def _label(verification: Verification) -> str:
    return f"unchecked ({verification.reason})" if isinstance(verification, Unchecked) else outcome_of(verification)
