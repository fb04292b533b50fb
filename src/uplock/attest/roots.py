"""Trusted roots of Sigstore instances, as bytes: shipped with sigstore, or given as a file.

A root is an explicit input with a digest. It is read from the installed package or from the caller's file and from
nowhere else: the cache that Sigstore clients share per user is not signed for offline use, so anything that can write
there could make its own authority trusted.
"""

from __future__ import annotations

import os
import re
from datetime import date
from pathlib import Path
from urllib.parse import unquote

from uplock.errors import InputError, ToolError, located
from uplock.files import read_bytes
from uplock.model.digest import sha256_of
from uplock.model.identity import TrustedRoot
from uplock.model.trust_outcome import RECORD_SUFFIX, Instance, RootRecord, parse_record
from uplock.model.value import Value, decode

MAX_ROOT = 1024 * 1024
"""Bytes of a trusted root; the public instance's has 7 000."""

MAX_RECORD = 64 * 1024
"""Bytes of the record beside a refreshed root; ours have 400."""

_REPOSITORIES: dict[Instance, str] = {
    "production": "https%3A%2F%2Ftuf-repo-cdn.sigstore.dev",
    "staging": "https%3A%2F%2Ftuf-repo-cdn.sigstage.dev",
}
"""Folders in sigstore's data, named after the update repositories that they were taken from."""

_MEDIA_TYPE = b"application/vnd.dev.sigstore.trustedroot"

_RELEASES = Path(__file__).with_name("data") / "sigstore-releases.json"
_METADATA_FOLDER = re.compile(r"sigstore-([0-9][^-]*)\.dist-info")


class _Release(Value, frozen=True, kw_only=True):
    """A release of the sigstore package and its day (UTC)."""

    version: str
    released: date


class _Releases(Value, frozen=True, kw_only=True):
    """``data/sigstore-releases.json``: when the releases came out whose embedded roots may be met, oldest first."""

    format: int
    package: str
    source: str
    retrieved: date
    releases: tuple[_Release, ...]


def sigstore_place() -> Path:
    """Return the folder of the installed sigstore package, which is not imported for it.

    Raises :class:`ToolError` if it is not installed.
    """
    from importlib.util import find_spec

    spec = find_spec("sigstore")
    if spec is None or not spec.submodule_search_locations:
        raise ToolError("sigstore is not installed", remedy="Install uplock again with its dependencies.")
    return Path(spec.submodule_search_locations[0])


def sigstore_version() -> str | None:
    """Return the version of the installed sigstore package; ``None`` if its metadata does not lie beside it."""
    names = (_METADATA_FOLDER.fullmatch(name) for name in os.listdir(sigstore_place().parent))
    return next((match[1] for match in names if match), None)


def embedded_root(instance: Instance) -> bytes:
    """Return the trusted root of a public Sigstore instance that the installed sigstore ships.

    Raises :class:`ToolError` if sigstore is missing, :class:`InputError` if it carries no such root.
    """
    return _shipped(instance, "trusted_root.json")


def update_keys(instance: Instance) -> bytes:
    """Return the TUF root metadata that sigstore ships: by its keys every later one is recognized. Raises as above.

    Its version is that of the *keys of the update repository*. No trusted root is named in it, so it does not tell the
    age of the one that lies beside it; and that it has expired matters to nobody but whoever signs its successor.
    """
    return _shipped(instance, "root.json")


def update_address(instance: Instance) -> str:
    """Return the URL of the update repository of an instance, as the installed sigstore names its own data after it."""
    return unquote(_REPOSITORIES[instance])


def _shipped(instance: Instance, name: str) -> bytes:
    return read_bytes(sigstore_place() / "_store" / _REPOSITORIES[instance] / name, MAX_ROOT)


def load_root(path: Path) -> bytes:
    """Return the trusted root in a file. Raises :class:`InputError` if it is unreadable, too large or something else.

    Whether its keys can be used is found when the first attestation is verified.
    """
    root = read_bytes(path, MAX_ROOT)
    if _MEDIA_TYPE not in root:
        raise InputError(
            "not a trusted root of Sigstore",
            context=str(path),
            remedy="Give a trusted_root.json (media type application/vnd.dev.sigstore.trustedroot+json).",
        )
    return root


def describe(root: bytes, path: Path | None) -> TrustedRoot:
    """Return what is known of a trusted root: the file at ``path``, or without one an embedded root.

    An embedded root is dated by the release of the package that it came with, and has no TUF version: the package
    ships no metadata that names it. A file is dated by the record beside it, if that is about these very bytes, and
    its TUF version is that of the targets metadata which named it. Whatever else is not known stays unknown.

    Raises :class:`InputError` for a record that is malformed or contradicts itself.
    """
    digest = sha256_of(root)
    if path is None:
        version = sigstore_version()
        dated = None if version is None else _release_days().get(version)
        return TrustedRoot(sha256=digest, origin="embedded", dated=dated)
    record = read_record(path)
    if record is None or record.sha256 != digest:
        return TrustedRoot(sha256=digest, origin="file")
    return TrustedRoot(sha256=digest, origin="file", tuf_version=record.versions.targets, dated=record.confirmed)


def record_place(path: Path) -> Path:
    """Return where the record of the root at ``path`` is, if it has one."""
    return path.with_name(path.name + RECORD_SUFFIX)


def read_record(path: Path) -> RootRecord | None:
    """Return the record of the root at ``path``, whichever root it is about; ``None`` if there is none.

    Raises :class:`InputError` if it cannot be read, is malformed, or contradicts itself.
    """
    place = record_place(path)
    if not os.path.lexists(place):
        return None
    raw = read_bytes(place, MAX_RECORD)
    try:
        with located(str(place)):
            return parse_record(raw)
    except InputError as error:
        error.remedy = f"Restore it from version control, or delete it: the age of {path.name} is then unknown."
        raise


def _release_days() -> dict[str, date]:
    table = decode(read_bytes(_RELEASES), _Releases)
    return {each.version: each.released for each in table.releases}
