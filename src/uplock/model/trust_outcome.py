"""What a trusted root holds, the record that a refreshed one has beside it, and the answers of ``uplock trust``."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Literal

from uplock.errors import InputError
from uplock.model.digest import Sha256, parse_sha256
from uplock.model.identity import ExpectedPublisher, KnownPublisher, TrustedRoot
from uplock.model.value import Value, decode

Instance = Literal["production", "staging"]
"""A public instance of Sigstore, each with an update repository of its own."""

RECORD_SUFFIX = ".tuf.json"
"""What the name of a root's record has more than that of the root."""

MAX_VERSION = 2**31 - 1
"""No TUF metadata has a higher version."""


class TufVersions(Value, frozen=True, kw_only=True):
    """Versions of the four top-level roles of a TUF repository, as of one moment. Each only ever grows."""

    root: int
    timestamp: int
    snapshot: int
    targets: int
    """Of the metadata that names the trusted root with its digest."""


class NewestRoot(Value, frozen=True, kw_only=True):
    """A trusted root that an update repository names as the current one, and by which metadata."""

    root: bytes
    versions: TufVersions
    expires: datetime
    """Moment at which the first of that metadata ends."""


class RootRecord(Value, frozen=True, kw_only=True):
    """``FILE.tuf.json``: how ``uplock trust refresh`` came by a trusted root. Unsigned, so it is never evidence.

    It says how old a file is, and what an update must not fall behind. Whoever can change it can change the root too.
    """

    format: Literal[1] = 1
    sha256: Sha256
    """Of the trusted root that this is about: it tells nothing of any other."""
    instance: Instance
    versions: TufVersions
    confirmed: date
    """Day (UTC) on which the repository's signed metadata named this root as the current one."""
    expires: datetime
    """Moment at which the first of that metadata ends: signed, and never before :attr:`confirmed`."""


class AuthorityCertificate(Value, frozen=True, kw_only=True):
    """One certificate of an authority's chain."""

    subject: str
    """As RFC 4514 writes it."""
    key: str
    """Kind of its public key, ``EC secp384r1``."""
    not_before: datetime
    not_after: datetime
    sha256: Sha256
    """Of the DER encoding: what is called its fingerprint."""


class Authority(Value, frozen=True, kw_only=True):
    """A certificate authority or timestamp authority; ``start`` and ``end`` are when the root lets it act."""

    url: str
    subject: str
    start: datetime | None = None
    end: datetime | None = None
    certificates: tuple[AuthorityCertificate, ...]
    """From the one that issues to the one that is trusted."""


class Log(Value, frozen=True, kw_only=True):
    """A transparency log or certificate log; ``start`` and ``end`` are when the root lets it sign."""

    url: str
    key: str
    """Kind of its key in the words of Sigstore's ``PublicKeyDetails``, ``PKIX_ECDSA_P256_SHA_256``."""
    log_id: str
    """Hexadecimal: what log entries and certificates call the log by."""
    sha256: Sha256
    """Of the public key as the root holds it (DER)."""
    start: datetime | None = None
    end: datetime | None = None


class RootContent(Value, frozen=True, kw_only=True):
    """Everybody whom a trusted root trusts, in the order of the file."""

    media_type: str
    certificate_authorities: tuple[Authority, ...] = ()
    certificate_logs: tuple[Log, ...] = ()
    transparency_logs: tuple[Log, ...] = ()
    timestamp_authorities: tuple[Authority, ...] = ()


class TrustShowResult(Value, frozen=True, kw_only=True):
    """``uplock trust show``."""

    root: TrustedRoot
    source: str
    """Where the root comes from: ``sigstore 4.5.1, production``, or the file's name."""
    as_of: datetime
    age_days: int | None = None
    """Whole days from the day that it is dated to ``as_of``; ``None`` if it has no date, or one that is later."""
    record: RootRecord | None = None
    """Of a file with a record that is about it."""
    content: RootContent


class PinnedPublisher(Value, frozen=True, kw_only=True):
    """What ``uplock trust pin`` wrote of one package, and what stood there before."""

    package: str
    publishers: tuple[ExpectedPublisher, ...]
    before: tuple[ExpectedPublisher, ...] = ()
    filenames: tuple[str, ...]
    """The verified files that it is taken from."""


class TrustPinResult(Value, frozen=True, kw_only=True):
    """``uplock trust pin``: expected publishers, from the verified files of a generation."""

    file: str
    generation: Sha256
    written: bool
    """Whether the file was written: not with ``--dry-run``, nor if it says all of it already."""
    pinned: tuple[PinnedPublisher, ...]
    unchanged: tuple[str, ...] = ()
    """Packages of which the file says so already."""


class TrustForgetResult(Value, frozen=True, kw_only=True):
    """``uplock trust forget``: publishers that are not known from now on."""

    lockset: str
    forgotten: tuple[KnownPublisher, ...]


class TrustRefreshResult(Value, frozen=True, kw_only=True):
    """``uplock trust refresh``."""

    file: str
    state: Literal["new", "updated", "unchanged"]
    """Of the root: an unchanged one has been confirmed all the same, and is as young as a new one."""
    before: Sha256 | None = None
    """Digest of the file that was there."""
    record: RootRecord
    versions_before: TufVersions | None = None
    """Of the record that was there."""


def age_days(root: TrustedRoot, as_of: datetime) -> int | None:
    """Return whole days (UTC) from the day that a root is dated to ``as_of``; ``None`` if it has no date.

    It is ``None`` too where the date is later: nobody has a root of tomorrow, so a record that says so tells nothing.
    """
    if root.dated is None:
        return None
    days = (as_of.astimezone(UTC).date() - root.dated).days
    return days if days >= 0 else None


def parse_record(raw: bytes) -> RootRecord:
    """Parse ``FILE.tuf.json``. Raises :class:`InputError` if it is malformed or contradicts itself."""
    record = decode(raw, RootRecord)
    parse_sha256(record.sha256)
    versions = record.versions
    for role in (versions.root, versions.timestamp, versions.snapshot, versions.targets):
        if not 1 <= role <= MAX_VERSION:
            raise InputError(f"a TUF version is {role}")
    if record.expires.utcoffset() is None:
        raise InputError("expires has no time zone")
    if record.confirmed > record.expires.date():
        raise InputError(f"confirmed on {record.confirmed} by metadata that had ended on {record.expires.date()}")
    return record
