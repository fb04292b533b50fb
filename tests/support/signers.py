"""Whom signing certificates name: the workflows, machines and people that Sigstore's certificate authority knows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from cryptography import x509

from support import der

GITHUB_ISSUER = "https://token.actions.githubusercontent.com"
GOOGLE_ISSUER = "https://accounts.google.com"
CIRCLECI_ISSUER = "https://oidc.circleci.com"

COMMIT = "c" * 40
TAG = "refs/tags/v1.0"

Json = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Signer:
    """Whom a certificate names: subject alternative name, and claims by the last number of their identifier."""

    name: x509.GeneralName
    claims: Mapping[int, str]
    bare_issuer: str | None = None
    """Value of the old claim .1, which is not DER."""
    raw: Mapping[int, bytes] = field(default_factory=dict)
    """Claims whose bytes are given as they are, well-formed or not."""
    publisher: Mapping[str, str] = field(default_factory=dict)
    """The publisher object that an honest index writes for this signer; empty if PEP 740 has none."""

    def claiming(self, **changes: str | None) -> Signer:
        """Return this signer with claims changed or removed: ``claiming(_23="prod", _13=None)``."""
        claims = {**self.claims, **{int(key[1:]): value for key, value in changes.items()}}
        return replace(self, claims={key: value for key, value in claims.items() if value is not None})

    def extensions(self) -> dict[int, bytes]:
        """Return the values of the claims' extensions, in the order of the public instance."""
        bare = {} if self.bare_issuer is None else {1: self.bare_issuer.encode()}
        texts = {number: der.utf8(value) for number, value in self.claims.items()}
        return dict(sorted({**bare, **texts, **self.raw}.items()))


def github(
    repository: str = "octo/shop",
    workflow: str = "release.yml",
    environment: str | None = None,
    *,
    ref: str = TAG,
    repository_id: str = "4711",
    owner_id: str = "42",
) -> Signer:
    """Return a workflow of GitHub Actions."""
    url = f"https://github.com/{repository}"
    config = f"{url}/.github/workflows/{workflow}@{ref}"
    claims = {8: GITHUB_ISSUER, 12: url, 13: COMMIT, 14: ref, 15: repository_id, 17: owner_id, 18: config}
    publisher = {"kind": "GitHub", "repository": repository, "workflow": workflow}
    if environment is not None:
        claims[23] = publisher["environment"] = environment
    return Signer(name=x509.UniformResourceIdentifier(config), claims=claims, publisher=publisher)


def gitlab(
    repository: str = "group/sub/shop",
    path: str = ".gitlab-ci.yml",
    environment: str | None = None,
    *,
    host: str = "gitlab.com",
    ref: str = TAG,
    repository_id: str | None = None,
    owner_id: str | None = None,
) -> Signer:
    """Return a pipeline of GitLab. A self-managed instance (``host``) vouches itself for its pipelines."""
    url = f"https://{host}/{repository}"
    config = f"{url}//{path}@{ref}"
    claims = {8: f"https://{host}", 12: url, 13: COMMIT, 14: ref, 18: config}
    optional = {15: repository_id, 17: owner_id, 23: environment}
    claims |= {number: value for number, value in optional.items() if value is not None}
    publisher = {"kind": "GitLab", "repository": repository, "workflow_filepath": path}
    if environment is not None:
        publisher["environment"] = environment
    return Signer(name=x509.UniformResourceIdentifier(config), claims=claims, publisher=publisher)


def google(email: str = "release@shop.example") -> Signer:
    """Return a service account of Google Cloud."""
    return replace(person(email, GOOGLE_ISSUER), publisher={"kind": "Google", "email": email})


def circleci(
    project: str = "11111111-2222-3333-4444-555555555555",
    definition: str = "66666666-7777-8888-9999-000000000000",
    *,
    origin: str | None = "github.com/octo/shop",
    ref: str | None = TAG,
) -> Signer:
    """Return a pipeline of CircleCI; one that a custom webhook triggers has neither origin nor ref."""
    config = f"https://circleci.com/api/v2/projects/{project}/pipeline-definitions/{definition}"
    claims = {8: CIRCLECI_ISSUER, 9: config}
    claims |= {number: value for number, value in {12: origin, 14: ref}.items() if value is not None}
    publisher = {"kind": "CircleCI", "project_id": project, "pipeline_definition_id": definition}
    publisher |= {key: value for key, value in {"vcs_origin": origin, "vcs_ref": ref}.items() if value is not None}
    return Signer(name=x509.UniformResourceIdentifier(config), claims=claims, publisher=publisher)


def person(email: str, issuer: str) -> Signer:
    """Return somebody known by e-mail address."""
    return Signer(name=x509.RFC822Name(email), claims={8: issuer})


def custom(uri: str, issuer: str, **claims: str | None) -> Signer:
    """Return whoever a URI names to an issuer, with claims as :meth:`Signer.claiming` takes them."""
    return Signer(name=x509.UniformResourceIdentifier(uri), claims={8: issuer}).claiming(**claims)
