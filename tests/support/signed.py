"""Verified files and known publishers, for rules about who signs what."""

from __future__ import annotations

from support.subjects import NOTHING, TODAY, digest_for, make_artifact_results, make_subject, make_target
from uplock.model.digest import Sha256
from uplock.model.identity import KnownPublisher
from uplock.model.results import GitHub, NotAttested, Publisher, Verification, Verified, VerifiedAttestation
from uplock.policy.subject import Subject

OLD = "demo-1.0-py3-none-any.whl"
NEW = "demo-2.0-py3-none-any.whl"
HERE = make_target().name
DEMO = GitHub(repository="owner/demo", workflow="release.yml")
IDS = {"repository-id": "4711", "owner-id": "42"}
NOT_ATTESTED = NotAttested(detail="the index has no provenance of this file")


def verified(publisher: Publisher = DEMO, **claims: str) -> Verified:
    """Return a verified outcome; claims are written with underscores, the ids are those of the known publisher."""
    named = {**IDS, **{name.replace("_", "-"): value for name, value in claims.items()}}
    attestation = VerifiedAttestation(
        predicate_type="publish",
        publisher=publisher,
        log_time=TODAY,
        log_index=1,
        claims=tuple(sorted((name, value) for name, value in named.items() if value)),
    )
    return Verified(publisher=publisher, document=NOTHING, attestations=(attestation,))


def known(
    publisher: Publisher = DEMO, *, package: str = "demo", target: str = HERE, files: tuple[Sha256, ...] | None = None
) -> KnownPublisher:
    """Return a publisher that is known of a package, from its file of version 1.0."""
    return KnownPublisher(
        package=package,
        publisher=publisher,
        ids=tuple(sorted(IDS.items())),
        targets=(target,),
        files=(digest_for(OLD),) if files is None else files,
    )


def holding(verification: Verification, *rows: KnownPublisher, filename: str = NEW) -> Subject:
    """Return a target that locks one file of demo with this outcome, and what is known."""
    return make_subject(make_artifact_results(filename, verification=verification), known=rows)
