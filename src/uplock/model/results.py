"""Results about artifacts: what the bytes contain, and whether their attestations hold."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from uplock.model.content import RecordLie
from uplock.model.digest import Sha256
from uplock.model.native import NativeProfile
from uplock.model.value import Value

# --- intrinsic: core metadata -------------------------------------------------------------------------------------


class CoreMetadata(Value, frozen=True, kw_only=True):
    """Core metadata (METADATA in a wheel) as far as uplock uses it; strings verbatim, names normalized."""

    name: str
    version: str
    metadata_version: str
    requires_python: str | None = None
    requires_dist: tuple[str, ...] = ()
    provides_extra: tuple[str, ...] = ()
    license_expression: str | None = None
    license: str | None = None
    classifiers: tuple[str, ...] = ()
    summary: str | None = None
    author: str | None = None
    author_email: str | None = None
    maintainer: str | None = None
    maintainer_email: str | None = None
    project_urls: tuple[tuple[str, str], ...] = ()
    """Pairs of label and URL; ``Home-page`` appears under the label ``Homepage``."""


# --- verification -------------------------------------------------------------------------------------------------


class GitHub(Value, frozen=True, kw_only=True, tag="GitHub", tag_field="kind"):
    """A GitHub Actions workflow (PEP 740 publisher)."""

    repository: str
    workflow: str
    environment: str | None = None


class GitLab(Value, frozen=True, kw_only=True, tag="GitLab", tag_field="kind"):
    """A GitLab CI pipeline definition, at gitlab.com or at a host of one's own."""

    repository: str
    workflow_filepath: str
    environment: str | None = None
    host: str | None = None
    """The self-managed instance (``gitlab.example.org``), which is also who vouches; ``None`` is gitlab.com."""


class Google(Value, frozen=True, kw_only=True, tag="Google", tag_field="kind"):
    """A Google service account."""

    email: str


class CircleCI(Value, frozen=True, kw_only=True, tag="CircleCI", tag_field="kind"):
    """A pipeline definition of a CircleCI project; both ids are UUIDs."""

    project_id: str
    pipeline_definition_id: str
    vcs_origin: str | None = None
    """The repository that triggered it (``github.com/owner/name``), and :attr:`vcs_ref`, where the certificate says."""
    vcs_ref: str | None = None


class Email(Value, frozen=True, kw_only=True, tag="Email", tag_field="kind"):
    """A person or machine known by e-mail address to an OpenID issuer."""

    email: str
    issuer: str


class Other(Value, frozen=True, kw_only=True, tag="Other", tag_field="kind"):
    """A certificate identity of no kind that we know: its subject alternative name and issuer, verbatim."""

    identity: str
    issuer: str


Publisher = GitHub | GitLab | Google | CircleCI | Email | Other

FailureClass = Literal[
    "malformed",
    "unsupported-version",
    "unknown-publisher",
    "subject-name-mismatch",
    "subject-digest-mismatch",
    "predicate-mismatch",
    "identity-mismatch",
    "untrusted-chain",
    "outside-certificate-validity",
    "no-trusted-time",
    "bad-log-entry",
    "bad-signature",
]

UncheckedReason = Literal[
    "not-offered", "unreachable", "not-asked", "refused", "server-error", "timed-out", "redirected"
]
"""Why nothing could be asked: the source offers no provenance at all; no connection; nobody asked; status 401 or 403;
another status that is neither success nor absence; no answer in time; sent to another host, which was not followed."""


class Build(Value, frozen=True, kw_only=True):
    """What SLSA provenance (version 1) says of a build, as far as it was compared with the certificate."""

    builder: str
    source: str
    """Repository, as a URL."""
    ref: str | None = None
    commit: str | None = None


class VerifiedAttestation(Value, frozen=True, kw_only=True):
    """One attestation that holds. ``log_time`` is the trusted time of signing.

    The time is the transparency log's (Rekor v1), or a timestamp authority's (RFC 3161).
    """

    predicate_type: str
    publisher: Publisher
    """From the certificate, never from the provenance's publisher object."""
    log_time: datetime
    time_source: Literal["log", "timestamp"] = "log"
    log_index: int
    claims: tuple[tuple[str, str], ...] = ()
    """Certificate claims (Fulcio extension names) that are present, sorted: issuer, ref, commit, environment …"""
    build: Build | None = None
    """Of SLSA provenance; ``None`` for other predicates."""


class OtherAttestation(Value, frozen=True, kw_only=True):
    """An attestation that holds, from a publisher of unknown kind: ``unknown-publisher``, so it counts for nothing.

    ``kind`` is what the index calls it.
    """

    kind: str
    attestation: VerifiedAttestation


class Verified(Value, frozen=True, kw_only=True, tag="verified", tag_field="outcome"):
    """Every attestation of the document holds for this artifact."""

    publisher: Publisher
    document: Sha256
    attestations: tuple[VerifiedAttestation, ...]
    others: tuple[OtherAttestation, ...] = ()


class NotAttested(Value, frozen=True, kw_only=True, tag="not-attested", tag_field="outcome"):
    """The source was asked and has none (or the document carries no attestation at all)."""

    detail: str
    document: Sha256 | None = None


class Invalid(Value, frozen=True, kw_only=True, tag="invalid", tag_field="outcome"):
    """There is an attestation and it does not hold, for one reason of a closed set."""

    failure: FailureClass
    detail: str
    document: Sha256 | None = None
    """Digest of the document; ``None`` of one that could not be taken in whole, so that nobody knows it."""


class Unchecked(Value, frozen=True, kw_only=True, tag="unchecked", tag_field="outcome"):
    """Nothing could be asked. Never shown as good."""

    reason: UncheckedReason
    detail: str


Verification = Verified | NotAttested | Invalid | Unchecked


class VerificationRecord(Value, frozen=True, kw_only=True):
    """A verification as it is kept: a union needs a holder."""

    verification: Verification


# --- what a generation keeps per artifact -------------------------------------------------------------------------


class ArtifactResults(Value, frozen=True, kw_only=True):
    """All results about one artifact, as rules, SBOM and reports see them."""

    filename: str
    sha256: Sha256
    sha512: str
    size: int
    metadata: CoreMetadata
    native: NativeProfile
    verification: Verification
    document: str | None = None
    """Where the provenance document came from: a file name or URL without credentials."""
    lies: tuple[RecordLie, ...] = ()
    """How RECORD contradicts the wheel, sorted by path: the first hundred."""
    more_lies: int = 0
    """Lies beyond those, which are counted and not listed."""
    uninstallable: str = ""
    """Why it cannot be told what the wheel installs; empty if it can."""
