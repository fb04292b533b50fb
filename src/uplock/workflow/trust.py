"""The trusted root: look at it, and get a newer one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from uplock.errors import IntegrityError, UsageError
from uplock.files import read_bytes, replace_all
from uplock.model.digest import sha256_of
from uplock.model.identity import TrustedRoot
from uplock.model.trust_outcome import (
    RECORD_SUFFIX,
    Instance,
    NewestRoot,
    RootContent,
    RootRecord,
    TrustRefreshResult,
    TrustShowResult,
    age_days,
)
from uplock.model.value import encode_pretty

_ROLES = ("root", "timestamp", "snapshot", "targets")
_OLDER = "Keep the root that you have; if the repository was really set back, delete the file and its .tuf.json."


def show(
    root: TrustedRoot, content: RootContent, *, source: str, record: RootRecord | None, as_of: datetime
) -> TrustShowResult:
    """Return what there is to say about a trusted root on the day of ``as_of``; a record of another one is left out."""
    return TrustShowResult(
        root=root,
        source=source,
        as_of=as_of,
        age_days=age_days(root, as_of),
        record=record if record is not None and record.sha256 == root.sha256 else None,
        content=content,
    )


class Source(NamedTuple):
    """Where newer roots of an instance come from."""

    instance: Instance
    shipped: bytes
    """The root embedded in sigstore: it may be replaced although it has no record."""
    newest: Callable[[], NewestRoot]
    """Asks the repository."""


def refresh(path: Path, source: Source, *, record: RootRecord | None, now: datetime) -> TrustRefreshResult:
    """Write the newest trusted root of a repository to ``path`` and its record beside it, both or none.

    ``record`` is the one that is there, whichever root it is about: nothing older than it says is accepted, so that
    whoever stands between cannot bring back keys that were withdrawn.

    Raises :class:`UsageError` if ``path`` holds something that is not known to come from this instance,
    :class:`IntegrityError` for a repository that is older than the record or contradicts it, whatever asking raises,
    and :class:`ArchiveError`. The files are then as they were.
    """
    before = read_bytes(path) if path.exists() else None
    _check_origin(path, source, before, record)
    found = source.newest()
    if record is not None:
        _check_order(path, record, found)
    made = RootRecord(
        sha256=sha256_of(found.root),
        instance=source.instance,
        versions=found.versions,
        confirmed=now.astimezone(UTC).date(),
        expires=found.expires,
    )
    replace_all({path: found.root, path.with_name(path.name + RECORD_SUFFIX): encode_pretty(made)})
    return TrustRefreshResult(
        file=str(path),
        state="new" if before is None else "unchanged" if before == found.root else "updated",
        before=None if before is None else sha256_of(before),
        record=made,
        versions_before=None if record is None else record.versions,
    )


def _check_origin(path: Path, source: Source, before: bytes | None, record: RootRecord | None) -> None:
    """Refuse to replace what came from elsewhere: a root of one's own, or something that is no root at all."""
    if record is not None and record.instance != source.instance:
        raise UsageError(
            f"this file comes from the {record.instance} instance, not from {source.instance}",
            context=str(path),
            remedy="Name another file.",
        )
    if record is None and before not in {None, source.shipped}:
        raise UsageError(
            "there is no record that this file was written by uplock trust refresh",
            context=str(path),
            remedy="Name another file, or delete this one.",
        )


def _check_order(path: Path, record: RootRecord, found: NewestRoot) -> None:
    """Refuse metadata older than recorded (TUF 5.3 to 5.6, rollback), and the same version with another root."""
    for role in _ROLES:
        known, offered = getattr(record.versions, role), getattr(found.versions, role)
        if offered < known:
            raise IntegrityError(
                f"the update repository offers version {offered} of its {role} metadata, and {known} was seen before",
                context=str(path),
                remedy=_OLDER,
            )
    if found.versions.targets == record.versions.targets and sha256_of(found.root) != record.sha256:
        raise IntegrityError(
            f"the update repository names another root under version {found.versions.targets}, which was seen before",
            context=str(path),
            remedy=_OLDER,
        )
