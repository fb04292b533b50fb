"""Publishers: read from a certificate, given on the command line, and compared.

What the index says about the publisher is not signed by anybody and never used here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from uplock.attest.certificate import Identity
from uplock.attest.refusal import AttestationError, shown
from uplock.attest.strict_json import parse
from uplock.errors import InputError, UsageError
from uplock.model.pattern import matches
from uplock.model.results import CircleCI, Email, GitHub, GitLab, Google, Other, Publisher
from uplock.model.value import changed
from uplock.policy.publishers import read_publisher

_GITHUB = "https://github.com/"
_GITHUB_ISSUER = "https://token.actions.githubusercontent.com"
_WORKFLOWS = "/.github/workflows/"
_GITLAB_ISSUER = "https://gitlab.com"
_CIRCLECI_ISSUER = "https://oidc.circleci.com"
_CIRCLECI_DEFINITION = re.compile(
    r"https://circleci\.com/api/v2/projects/([0-9a-f-]{36})/pipeline-definitions/([0-9a-f-]{36})\Z"
)
_GOOGLE_ISSUER = "https://accounts.google.com"

_FORM = 'Write it as in PEP 740, for example {"kind": "GitHub", "repository": "owner/name", "workflow": "release.yml"}.'


def parse_publisher(json_text: str) -> Publisher:
    """Parse a publisher as PEP 740 writes it, without its claims. Raises :class:`UsageError`."""
    return parse_expected(json_text)[0]


def parse_expected(json_text: str) -> tuple[Publisher, tuple[tuple[str, str], ...]]:
    """Parse a publisher as PEP 740 writes it, and the claims (name to pattern) that go with it.

    An empty environment counts as none. Raises :class:`UsageError`.
    """
    try:
        given = parse(json_text.encode(errors="surrogatepass"), "the publisher").value
        return read_publisher(given)
    except AttestationError as error:
        raise UsageError(error.detail, context="--publisher", remedy=_FORM) from error
    except InputError as error:
        raise UsageError(error.message, context="--publisher", remedy=_FORM) from error


def publisher_of(identity: Identity) -> Publisher:
    """Return the publisher that a certificate names; a workflow whose claims are not as known is ``Other``."""
    known: Publisher | None = None
    if identity.email and identity.issuer == _GOOGLE_ISSUER:
        known = Google(email=identity.name)
    elif identity.email:
        known = Email(email=identity.name, issuer=identity.issuer)
    elif identity.issuer == _GITHUB_ISSUER:
        known = _github(identity)
    elif identity.issuer == _CIRCLECI_ISSUER:
        known = _circleci(identity)
    else:
        known = _gitlab(identity)
    return known or Other(identity=identity.name, issuer=identity.issuer)


def _github(identity: Identity) -> GitHub | None:
    repository, workflow = _built(identity, _GITHUB, _WORKFLOWS)
    if not repository or "/" in workflow:
        return None
    return GitHub(repository=repository, workflow=workflow, environment=identity.claim("environment") or None)


def _gitlab(identity: Identity) -> GitLab | None:
    """Return a pipeline of the instance that vouches for it: it is the issuer and has the repository."""
    instance = identity.issuer
    if not instance.startswith("https://") or instance == _GITHUB_ISSUER:
        return None
    repository, path = _built(identity, f"{instance}/", "//")
    if not repository:
        return None
    return GitLab(
        repository=repository,
        workflow_filepath=path,
        environment=identity.claim("environment") or None,
        host=None if instance == _GITLAB_ISSUER else instance.removeprefix("https://"),
    )


def _circleci(identity: Identity) -> CircleCI | None:
    """Return a pipeline definition, which CircleCI's issuer states as the builder (claim 9)."""
    found = _CIRCLECI_DEFINITION.match(identity.claim("build-signer") or "")
    if found is None:
        return None
    return CircleCI(
        project_id=found[1],
        pipeline_definition_id=found[2],
        vcs_origin=identity.claim("repository"),
        vcs_ref=identity.claim("ref"),
    )


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


def covers_any_kind(expected: Publisher | None) -> bool:
    """Whether the caller's policy is generic, so that it also covers publishers of kinds that are not known."""
    return isinstance(expected, Other)


def require(expected: Publisher, identity: Identity, claims: Sequence[tuple[str, str]] = ()) -> None:
    """Compare what the caller expects with whom a certificate names.

    GitHub compares repository and environment names without case, as the service does; everything else is compared
    exactly. An expected environment that the certificate does not mention is not verified and not refused. ``Email``
    and ``Other`` are compared with name and issuer of any certificate, the name of ``Other`` as a pattern. Every claim
    of ``claims`` must be there and match its pattern; ``identity`` is the name.
    Raises :class:`AttestationError` of class ``identity-mismatch``.
    """
    actual = publisher_of(identity)
    if not _matches(expected, actual, identity):
        raise AttestationError("identity-mismatch", f"signed by {described(actual)}, expected {described(expected)}")
    for name, pattern in claims:
        value = identity.name if name == "identity" else identity.claim(name)
        if value is None:
            raise AttestationError("identity-mismatch", f"the certificate does not say its {name}")
        if not matches(pattern, value):
            raise AttestationError("identity-mismatch", f"{name} is {shown(value)}, expected {shown(pattern)}")


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
                (expected.host, expected.repository) == (actual.host, actual.repository)
                and expected.workflow_filepath == actual.workflow_filepath
                and _agree(expected.environment, actual.environment, fold=False)
            )
        case CircleCI(), CircleCI():
            return (
                (expected.project_id, expected.pipeline_definition_id)
                == (actual.project_id, actual.pipeline_definition_id)
                and expected.vcs_origin in {None, actual.vcs_origin}
                and expected.vcs_ref in {None, actual.vcs_ref}
            )
        case Email(email=name, issuer=issuer), _:
            return (name, issuer) == (identity.name, identity.issuer)
        case Other(identity=name, issuer=issuer), _:
            return issuer == identity.issuer and (name == identity.name or matches(name, identity.name))
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
            place = "GitLab" if publisher.host is None else shown(publisher.host)
            return f"pipeline {shown(file)} of {shown(repository)} at {place}{_suffix(environment)}"
        case CircleCI(project_id=project, pipeline_definition_id=definition):
            return f"pipeline {shown(definition)} of project {shown(project)} at CircleCI"
        case Google(email=email):
            return f"{shown(email)} at Google"
        case Email(email=name, issuer=issuer) | Other(identity=name, issuer=issuer):
            return f"{shown(name)} known to {shown(issuer)}"


def _suffix(environment: str | None) -> str:
    return "" if environment is None else f" in environment {shown(environment)}"
