"""Publishers as people write them down: on the command line, in the policy, and in ``publishers.toml``.

A publisher has the keys of PEP 740 (``kind``, ``repository``, ``workflow``, …), and may have ``claims``, a table of
what else the certificate must say: claim to pattern, in which ``*`` stands for any text.
"""

from __future__ import annotations

from collections.abc import Mapping

from uplock.errors import InputError
from uplock.model.results import CircleCI, Email, GitHub, GitLab, Google, Other, Publisher
from uplock.model.value import Value, convert

CLAIMS = frozenset(
    {
        "build-config",
        "build-config-digest",
        "build-signer",
        "build-signer-digest",
        "commit",
        "environment",
        "identity",
        "issuer",
        "owner",
        "owner-id",
        "ref",
        "repository",
        "repository-id",
        "run",
        "runner-environment",
        "trigger",
        "visibility",
    }
)
"""Claims of certificates, after Fulcio's extensions; ``identity`` is the subject alternative name."""

MAX_PATTERN = 500


class _Given(Value, frozen=True, kw_only=True):
    """Holds a publisher, because a union alone is no type to parse into."""

    publisher: Publisher


def read_publisher(given: object) -> tuple[Publisher, tuple[tuple[str, str], ...]]:
    """Return the publisher and the claims (sorted) of a table. Raises :class:`InputError` with the defect.

    An empty environment and empty claims count as none.
    """
    if not isinstance(given, Mapping):
        raise InputError("must be a table with kind and the keys of that kind")
    empty = {key for key in ("claims", "environment") if given.get(key, 0) in (None, "")}
    claims = () if "claims" in empty else read_claims(given.get("claims", {}))
    try:
        table = {key: value for key, value in given.items() if key not in {*empty, "claims"}}
        publisher = convert({"publisher": table}, _Given).publisher
    except InputError as error:
        raise InputError(error.message.replace("$.publisher", "$")) from error
    if defect := _defect(publisher):
        raise InputError(defect)
    return publisher, claims


def read_claims(given: object) -> tuple[tuple[str, str], ...]:
    """Return claims and patterns, sorted. Raises :class:`InputError` with the defect."""
    if not isinstance(given, Mapping):
        raise InputError("claims must be a table of claims and patterns")
    for name, pattern in given.items():
        if name not in CLAIMS:
            raise InputError(f"claims: there is no claim {str(name)[:40]!r} (known: {', '.join(sorted(CLAIMS))})")
        if not isinstance(pattern, str) or not 0 < len(pattern) <= MAX_PATTERN:
            raise InputError(f"claims.{name}: must be a pattern of 1 to {MAX_PATTERN} characters")
    return tuple(sorted(given.items()))


def _defect(publisher: Publisher) -> str:  # noqa: C901 - one case per kind of publisher
    """Say why no certificate can ever match ``publisher``; empty if one can."""
    defect = ""
    match publisher:
        case GitHub(repository=repository, workflow=workflow):
            if repository.count("/") != 1 or not all(repository.split("/")):
                defect = "a GitHub repository is owner/name"
            elif not workflow or "/" in workflow:
                defect = "a GitHub workflow is a file name without folders"
        case GitLab(repository=repository, workflow_filepath=path):
            if "/" not in repository or not all(repository.split("/")):
                defect = "a GitLab repository is group/project"
            elif not path:
                defect = "a GitLab pipeline definition is a path in the repository"
        case CircleCI(project_id=project, pipeline_definition_id=definition):
            if not project or not definition:
                defect = "a CircleCI publisher has a project id and a pipeline definition id"
        case Google(email=email) | Email(email=email):
            defect = "" if "@" in email else "an e-mail address contains an @"
        case Other(identity=identity, issuer=issuer):
            defect = "" if identity and issuer else "identity and issuer must not be empty"
    return defect
