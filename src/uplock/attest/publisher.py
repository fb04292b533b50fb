"""Publishers: read from a certificate, given on the command line, and compared.

What the index says about the publisher is not signed by anybody and never used here.
"""

from __future__ import annotations

from collections.abc import Sequence

from uplock.attest.certificate import Identity
from uplock.attest.refusal import AttestationError, shown
from uplock.attest.strict_json import parse
from uplock.errors import InputError, UsageError
from uplock.model.results import Email, GitHub, GitLab, Google, Other, Publisher
from uplock.model.value import Value, changed, convert

_GITHUB = "https://github.com/"
_GITHUB_ISSUER = "https://token.actions.githubusercontent.com"
_WORKFLOWS = "/.github/workflows/"
_GITLAB = "https://gitlab.com/"
_GITLAB_ISSUER = "https://gitlab.com"
_GOOGLE_ISSUER = "https://accounts.google.com"

_FORM = 'Write it as in PEP 740, for example {"kind": "GitHub", "repository": "owner/name", "workflow": "release.yml"}.'


class _Given(Value, frozen=True, kw_only=True):
    """Holds a publisher, because a union alone is no type to parse into."""

    publisher: Publisher


def parse_publisher(json_text: str) -> Publisher:
    """Parse a publisher as PEP 740 writes it (an empty environment counts as none). Raises :class:`UsageError`."""
    try:
        given = parse(json_text.encode(errors="surrogatepass"), "the publisher").value
        if isinstance(given, dict):
            dropped = {key for key in ("claims", "environment") if given.get(key, 0) in (None, "")}
            given = {key: value for key, value in given.items() if key not in dropped}
        publisher = convert({"publisher": given}, _Given).publisher
    except AttestationError as error:
        raise UsageError(error.detail, context="--publisher", remedy=_FORM) from error
    except InputError as error:
        raise UsageError(error.message.replace("$.publisher", "$"), context="--publisher", remedy=_FORM) from error
    defect = _defect(publisher)
    if defect:
        raise UsageError(defect, context="--publisher", remedy=_FORM)
    return publisher


def _defect(publisher: Publisher) -> str:
    """Say why no certificate can ever match ``publisher``; empty if one can."""
    match publisher:
        case GitHub(repository=repository, workflow=workflow):
            if repository.count("/") != 1 or not all(repository.split("/")):
                return "a GitHub repository is owner/name"
            return "a GitHub workflow is a file name without folders" if not workflow or "/" in workflow else ""
        case GitLab(repository=repository, workflow_filepath=path):
            if "/" not in repository or not all(repository.split("/")):
                return "a GitLab repository is group/project"
            return "" if path else "a GitLab pipeline definition is a path in the repository"
        case Google(email=email) | Email(email=email):
            return "" if "@" in email else "an e-mail address contains an @"
        case Other(identity=identity, issuer=issuer):
            return "" if identity and issuer else "identity and issuer must not be empty"


def publisher_of(identity: Identity) -> Publisher:
    """Return the publisher that a certificate names; a workflow whose claims are not as known is ``Other``."""
    known: Publisher | None = None
    if identity.email and identity.issuer == _GOOGLE_ISSUER:
        known = Google(email=identity.name)
    elif identity.email:
        known = Email(email=identity.name, issuer=identity.issuer)
    elif identity.issuer == _GITHUB_ISSUER:
        known = _github(identity)
    elif identity.issuer == _GITLAB_ISSUER:
        known = _gitlab(identity)
    return known or Other(identity=identity.name, issuer=identity.issuer)


def _github(identity: Identity) -> GitHub | None:
    repository, workflow = _built(identity, _GITHUB, _WORKFLOWS)
    if not repository or "/" in workflow:
        return None
    return GitHub(repository=repository, workflow=workflow, environment=identity.claim("environment") or None)


def _gitlab(identity: Identity) -> GitLab | None:
    repository, path = _built(identity, _GITLAB, "//")
    if not repository:
        return None
    return GitLab(repository=repository, workflow_filepath=path, environment=identity.claim("environment") or None)


def _built(identity: Identity, host: str, separator: str) -> tuple[str, str]:
    """Return repository and definition file out of the claims; both empty unless these agree with one another.

    The build configuration is ``REPOSITORY SEPARATOR FILE @ REVISION``, where repository and revision are claims of
    their own: a file name is what these leave over, so a name that contains an ``@`` cannot shift the border.
    """
    repository = identity.claim("repository") or ""
    config = identity.claim("build-config") or ""
    start = repository + separator
    if not repository.startswith(host) or not config.startswith(start):
        return "", ""
    for revision in (identity.claim("ref"), identity.claim("commit")):
        end = f"@{revision}"
        if revision and config.endswith(end) and len(config) > len(start) + len(end):
            return repository.removeprefix(host), config[len(start) : -len(end)]
    return "", ""


def require(expected: Publisher, identity: Identity) -> None:
    """Compare what the caller expects with whom a certificate names.

    GitHub compares repository and environment names without case, as the service does; everything else is compared
    exactly. An expected environment that the certificate does not mention is not verified and not refused. ``Email``
    and ``Other`` are compared with name and issuer of any certificate.
    Raises :class:`AttestationError` of class ``identity-mismatch``.
    """
    actual = publisher_of(identity)
    if not _matches(expected, actual, identity):
        raise AttestationError("identity-mismatch", f"signed by {described(actual)}, expected {described(expected)}")


def _matches(expected: Publisher, actual: Publisher, identity: Identity) -> bool:
    match expected, actual:
        case GitHub(), GitHub():
            return (
                expected.repository.lower() == actual.repository.lower()
                and expected.workflow == actual.workflow
                and _agree(expected.environment, actual.environment, fold=True)
            )
        case GitLab(), GitLab():
            return (
                expected.repository == actual.repository
                and expected.workflow_filepath == actual.workflow_filepath
                and _agree(expected.environment, actual.environment, fold=False)
            )
        case ((Email(email=name, issuer=issuer) | Other(identity=name, issuer=issuer)), _):
            return (name, issuer) == (identity.name, identity.issuer)
        case _:
            return expected == actual


def _agree(expected: str | None, actual: str | None, *, fold: bool) -> bool:
    """Whether two environments agree: one that is not asked for, or not in the certificate, contradicts nothing."""
    if expected is None or actual is None:
        return True
    return expected.lower() == actual.lower() if fold else expected == actual


def common(publishers: Sequence[Publisher]) -> Publisher:
    """Return the one publisher of all attestations of a file; an environment only if every certificate names it.

    Raises :class:`AttestationError` of class ``identity-mismatch`` if there are several: then none speaks for all.
    """
    first, *others = publishers
    if all(each == first for each in others):
        return first
    bare = _without_environment(first)
    for each in others:
        if _without_environment(each) != bare:
            raise AttestationError(
                "identity-mismatch", f"one attestation is signed by {described(first)}, another by {described(each)}"
            )
    return bare


def _without_environment(publisher: Publisher) -> Publisher:
    return changed(publisher, environment=None) if isinstance(publisher, GitHub | GitLab) else publisher


def described(publisher: Publisher) -> str:
    """Return a publisher in words, for sentences."""
    match publisher:
        case GitHub(repository=repository, workflow=file, environment=environment):
            return f"workflow {shown(file)} of {shown(repository)} at GitHub{_suffix(environment)}"
        case GitLab(repository=repository, workflow_filepath=file, environment=environment):
            return f"pipeline {shown(file)} of {shown(repository)} at GitLab{_suffix(environment)}"
        case Google(email=email):
            return f"{shown(email)} at Google"
        case Email(email=name, issuer=issuer) | Other(identity=name, issuer=issuer):
            return f"{shown(name)} known to {shown(issuer)}"


def _suffix(environment: str | None) -> str:
    return "" if environment is None else f" in environment {shown(environment)}"
