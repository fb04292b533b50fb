"""The ratchet: what a package's attestations said before must not silently become less, or somebody else's.

Publishers are known from the committed lock set (trust on first use): the first that verified attestations of a
package name becomes known, and nothing takes its place but an expectation that somebody wrote down. So a difference is
said again in every run until it is accepted.

A publisher is compared by its place (a repository, an address, a pipeline definition), and a place by the numeric ids
that the certificate carries: a name can be given to somebody else, an id cannot.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

from uplock.model.digest import Sha256
from uplock.model.identity import KnownPublisher
from uplock.model.results import (
    ArtifactResults,
    CircleCI,
    Email,
    GitHub,
    GitLab,
    Google,
    Invalid,
    NotAttested,
    Other,
    Publisher,
    Unchecked,
    Verification,
    Verified,
)
from uplock.model.value import Value, changed
from uplock.policy.subject import Subject

IDS = ("owner-id", "repository-id")
"""Claims that stay when a repository or its owner is renamed."""

Relation = Literal[
    "same", "other-workflow", "renamed", "taken-over", "changed", "lost", "withdrawn", "unasked", "gained"
]
"""How what is known now relates to what was known before: ``same``; the same place, but another workflow or
environment; the same ids under another name; the same name with other ids; another place; no attestation any more, of a
version or of the very file that had one; cannot be asked any more; and known for the first time."""

_RANK: tuple[Relation, ...] = ("same", "other-workflow", "renamed", "taken-over", "changed")
"""A package may have several known publishers: the closest one counts."""


class Compared(Value, frozen=True, kw_only=True):
    """How one file of a package stands to what is known of the package."""

    relation: Relation
    was: KnownPublisher | None = None
    """The known publisher that is closest, if the relation is to one."""


def compare(
    known: Sequence[KnownPublisher], target: str, sha256: Sha256, verification: Verification
) -> Compared | None:
    """Compare one locked file with the known publishers of its package; ``None`` if there is nothing to compare.

    That the attestation is missing counts for the very file that had one, in whatever target it is locked, and for
    others only where the target had one of the package: an older version for another interpreter may never have had
    any.
    """
    match verification:
        case Verified():
            return _closest(known, verification) if known else Compared(relation="gained")
        case Invalid():
            return None
        case NotAttested() | Unchecked():
            holder = next((each for each in known if sha256 in each.files), None)
            was = holder or next((each for each in known if target in each.targets), None)
            if was is None:
                return None
            if isinstance(verification, Unchecked):
                return Compared(relation="unasked", was=was)
            return Compared(relation="withdrawn" if holder else "lost", was=was)


def compared(subject: Subject, *relations: Relation) -> Iterator[tuple[ArtifactResults, KnownPublisher]]:
    """Yield the files of a target that stand in one of ``relations`` to what is known, with the known publisher."""
    known: dict[str, list[KnownPublisher]] = {}
    for each in subject.known:
        known.setdefault(each.package, []).append(each)
    for artifact in subject.artifacts:
        rows = known.get(artifact.metadata.name)
        found = compare(rows, subject.target.name, artifact.sha256, artifact.verification) if rows else None
        if found is not None and found.was is not None and found.relation in relations:
            yield artifact, found.was


def signer(artifact: ArtifactResults) -> str:
    """Return who signed a verified file, in words."""
    match artifact.verification:
        case Verified(publisher=publisher):
            return described(publisher)
        case _:
            return "nobody"


def reason(artifact: ArtifactResults) -> str:
    """Return why a file is unchecked."""
    return artifact.verification.reason if isinstance(artifact.verification, Unchecked) else ""


def state(artifact: ArtifactResults) -> str:
    """Return the outcome of a file in words."""
    match artifact.verification:
        case Verified():
            return "verified"
        case NotAttested():
            return "not attested"
        case Invalid(failure=failure):
            return f"invalid ({failure})"
        case Unchecked(reason=why):
            return f"unchecked ({why})"


def described(publisher: Publisher) -> str:
    """Return a publisher in a few words."""
    match publisher:
        case GitHub(repository=repository):
            words = f"GitHub {repository}"
        case GitLab(repository=repository, host=host):
            words = f"GitLab {repository}" if host is None else f"GitLab {repository} at {host}"
        case CircleCI(project_id=project, vcs_origin=origin):
            words = f"CircleCI project {project}" + (f" from {origin}" if origin else "")
        case Google(email=email):
            words = f"Google {email}"
        case Email(email=name, issuer=issuer) | Other(identity=name, issuer=issuer):
            words = f"{name} known to {issuer}"
    workflow, *environment = (*way_of(publisher), None, None)[:2]
    named = [*([workflow] if workflow else []), *(f"environment {each}" for each in environment if each)]
    return f"{words} ({', '.join(named)})" if named else words


def ids_of(verification: Verified) -> tuple[tuple[str, str], ...]:
    """Return the numeric ids that the certificates of all attestations carry alike, sorted."""
    claims = [dict(each.claims) for each in verification.attestations]
    return tuple(
        (name, claims[0][name])
        for name in IDS
        if claims and claims[0].get(name) and all(each.get(name) == claims[0][name] for each in claims)
    )


def place_of(publisher: Publisher) -> tuple[str, ...]:
    """Return where a publisher is, without workflow and environment; GitHub's names do not depend on case."""
    match publisher:
        case GitHub(repository=repository):
            return ("GitHub", repository.lower())
        case GitLab(repository=repository, host=host):
            return ("GitLab", host or "", repository)
        case CircleCI(project_id=project):
            return ("CircleCI", project)
        case Google(email=email):
            return ("Google", email)
        case Email(email=email, issuer=issuer):
            return ("Email", email, issuer)
        case Other(identity=identity, issuer=issuer):
            return ("Other", identity, issuer)


def way_of(publisher: Publisher) -> tuple[str | None, ...]:
    """Return how a publisher publishes from its place: workflow or pipeline definition, and environment."""
    match publisher:
        case GitHub(workflow=workflow, environment=environment):
            return (workflow, (environment or "").lower() or None)
        case GitLab(workflow_filepath=workflow, environment=environment):
            return (workflow, environment)
        case CircleCI(pipeline_definition_id=definition):
            return (definition,)
        case Google() | Email() | Other():
            return ()


def _closest(known: Iterable[KnownPublisher], now: Verified) -> Compared:
    found = [Compared(relation=_relation(each, now), was=each) for each in known]
    return min(found, key=lambda each: _RANK.index(each.relation))


def _relation(was: KnownPublisher, now: Verified) -> Relation:
    before, after = dict(was.ids), dict(ids_of(now))
    if place_of(was.publisher) == place_of(now.publisher):
        if any(after.get(name) != value for name, value in before.items()):
            return "taken-over"
        if _from_elsewhere(was.publisher, now.publisher):
            return "changed"
        return "same" if _same_way(was.publisher, now.publisher) else "other-workflow"
    repository = before.get("repository-id")
    same_service = place_of(was.publisher)[:-1] == place_of(now.publisher)[:-1]
    if same_service and repository is not None and repository == after.get("repository-id"):
        return "renamed"
    return "changed"


def _from_elsewhere(was: Publisher, now: Publisher) -> bool:
    """Whether a pipeline was started from another repository than before: forks start those of their origin."""
    return (
        isinstance(was, CircleCI)
        and isinstance(now, CircleCI)
        and was.vcs_origin is not None
        and was.vcs_origin != now.vcs_origin
    )


def _same_way(was: Publisher, now: Publisher) -> bool:
    """Whether workflow and environment are those of before; one that was not known before may be any.

    Certificates did not always carry the environment, so that it appears is no change.
    """
    return all(known in {None, found} for known, found in zip(way_of(was), way_of(now), strict=True))


def sharpened(was: KnownPublisher, now: Verified) -> KnownPublisher:
    """Return a known publisher with what the certificates of the same one say beyond it: environment, and ids."""
    more = [each for each in ids_of(now) if each[0] not in dict(was.ids)]
    publisher = was.publisher
    if isinstance(publisher, GitHub | GitLab) and isinstance(now.publisher, GitHub | GitLab):
        publisher = changed(publisher, environment=publisher.environment or now.publisher.environment)
    return changed(was, publisher=publisher, ids=tuple(sorted((*was.ids, *more))))
