"""The newest trusted root of an update repository, verified as The Update Framework (TUF 1.0) says.

The TUF client decides whom to believe: it begins with keys that the caller holds, and every further byte is signed or
hashed. It works in a fresh folder that is thrown away, so what others left in a cache that tools share is not read.
How bytes are fetched is the caller's.

This module is the only door to tuf.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from uplock.attest.roots import MAX_ROOT, update_address, update_keys
from uplock.attest.trust_content import read_content
from uplock.errors import Error, InputError, IntegrityError, NetworkError
from uplock.files import write_error
from uplock.model.trust_outcome import Instance, NewestRoot, TufVersions
from uplock.model.value import Value

if TYPE_CHECKING:
    from tuf.api.exceptions import DownloadError, RepositoryError
    from tuf.ngclient.updater import Updater

TARGET = "trusted_root.json"

MAX_DOWNLOAD = 5_000_000
"""Bytes of any one file of a repository; the client bounds each kind of metadata closer."""

_ROLES = ("root", "timestamp", "snapshot", "targets")
_NOT_FOUND = 404

_WAIT = "Keep the root that you have, and try again later."
_OFFLINE = "Check the network, or copy the file and its .tuf.json from a machine that can reach the repository."
_CLOCK = "Check this machine's clock, and try again later."
_STRANGER = "Keep the root that you have, and find out who answers in the repository's place."

Fetch = Callable[[str, int], bytes | None]
"""Returns the bytes at a URL, at most so many, or ``None`` if the server says that it has none (403, 404).

Raises :class:`NetworkError`, :class:`InputError` for more bytes.
"""


class Repository(Value, frozen=True, kw_only=True):
    """An update repository: its URL, and the TUF root metadata by which everything in it is believed."""

    url: str
    keys: bytes


def public_repository(instance: Instance) -> Repository:
    """Return the update repository of a public Sigstore instance, with the keys that the installed sigstore ships.

    Raises :class:`ToolError`, :class:`InputError` if these are not there.
    """
    return Repository(url=update_address(instance), keys=update_keys(instance))


def newest_root(repository: Repository, fetch: Fetch) -> NewestRoot:
    """Return the newest trusted root, verified against the keys of ``repository`` and the clock of this machine.

    Raises :class:`NetworkError` if the repository cannot be read or serves what has expired, :class:`IntegrityError`
    if what it serves contradicts the keys, versions or digests that it must follow from, and :class:`InputError` if it
    is malformed, over a bound, or has no trusted root. None of these leaves anything behind.
    """
    from tuf.api.exceptions import DownloadError, RepositoryError

    try:
        with tempfile.TemporaryDirectory(prefix="uplock-tuf-") as folder:
            updater = _updater(repository, fetch, folder)
            updater.refresh()
            root = _target(updater)
            versions, expires = _metadata(Path(folder))
    except DownloadError as error:
        raise _unreadable(error, repository.url) from error
    except RepositoryError as error:
        raise _unbelievable(error, repository.url) from error
    except OSError as error:
        raise write_error(Path(tempfile.gettempdir()), error) from error
    read_content(root)
    return NewestRoot(root=root, versions=versions, expires=expires)


def _updater(repository: Repository, fetch: Fetch, folder: str) -> Updater:
    """Return a client without memory. It looks for targets in the top-level metadata only, whose version we keep."""
    from tuf.api.exceptions import DownloadHTTPError
    from tuf.ngclient.config import UpdaterConfig
    from tuf.ngclient.fetcher import FetcherInterface
    from tuf.ngclient.updater import Updater

    class Fetcher(FetcherInterface):
        def _fetch(self, url: str) -> Iterator[bytes]:
            body = fetch(url, MAX_DOWNLOAD)
            if body is None:
                raise DownloadHTTPError("the server has no such file", _NOT_FOUND)
            return iter([body])

    base = repository.url.rstrip("/") + "/"
    return Updater(
        metadata_dir=folder,
        metadata_base_url=base,
        target_dir=folder,
        target_base_url=f"{base}targets/",
        fetcher=Fetcher(),
        config=UpdaterConfig(max_delegations=0),
        bootstrap=repository.keys,
    )


def _target(updater: Updater) -> bytes:
    """Download the trusted root by the digest and length that are signed for it."""
    from tuf.api.exceptions import DownloadLengthMismatchError, LengthOrHashMismatchError

    info = updater.get_targetinfo(TARGET)
    if info is None or info.length > MAX_ROOT:
        what = "names no trusted root" if info is None else f"names a trusted root of more than {MAX_ROOT} bytes"
        raise InputError(f"the update repository {what}", remedy=_WAIT)
    try:
        return Path(updater.download_target(info)).read_bytes()
    except DownloadLengthMismatchError as error:
        raise LengthOrHashMismatchError from error


def _metadata(folder: Path) -> tuple[TufVersions, datetime]:
    """Return versions, and the earliest end, of the metadata that the client has verified and kept."""
    from tuf.api.metadata import Metadata

    found = {role: Metadata[Any].from_file(str(folder / f"{role}.json")).signed for role in _ROLES}
    expires: list[datetime] = [each.expires for each in found.values()]
    return TufVersions(**{role: each.version for role, each in found.items()}), min(expires)


def _unreadable(error: DownloadError, url: str) -> Error:
    """Return our error for a download that failed: the caller's own, where it is one."""
    from tuf.api.exceptions import DownloadLengthMismatchError

    match error.__cause__, error:
        case NetworkError() as ours, _:
            return NetworkError(ours.message, context=ours.context or url, remedy=_OFFLINE)
        case Error() as ours, _:
            ours.remedy = ours.remedy or _WAIT
            return ours
        case _, DownloadLengthMismatchError():
            return InputError("a file of the update repository is over its bound", context=url, remedy=_WAIT)
        case _:
            return NetworkError("the update repository has not all of its files", context=url, remedy=_WAIT)


def _unbelievable(error: RepositoryError, url: str) -> Error:
    """Return our error for metadata or a target that the client does not accept."""
    from tuf.api.exceptions import (
        BadVersionNumberError,
        ExpiredMetadataError,
        LengthOrHashMismatchError,
        UnsignedMetadataError,
    )

    match error:
        case ExpiredMetadataError():
            return NetworkError("the update repository serves what has expired", context=url, remedy=_CLOCK)
        case UnsignedMetadataError():
            message = "the update repository serves what is not signed by its keys"
        case BadVersionNumberError():
            message = "the update repository serves another version than is signed for"
        case LengthOrHashMismatchError():
            message = "the update repository serves another file than is signed for"
        case _:
            return InputError("the update repository serves what is no TUF metadata", context=url, remedy=_WAIT)
    return IntegrityError(message, context=url, remedy=_STRANGER)
