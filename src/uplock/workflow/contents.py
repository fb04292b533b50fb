"""What artifacts contain, read once per digest: kept under the digest of everything that it rests on.

Headers and metadata rest on the bytes and on what reads them; libraries rest on the tables as well. So new tables cost
a search, and no reading of headers.
"""

from __future__ import annotations

import functools
import hashlib
from pathlib import Path
from typing import BinaryIO, Protocol, TypeVar

from uplock.errors import InputError, IntegrityError
from uplock.files import digest_file
from uplock.model.digest import Sha256, digest_of, sha256_of
from uplock.model.lock import Artifact
from uplock.model.native import NativeHeaders, NativeLibraries, NativeProfile
from uplock.model.results import CoreMetadata
from uplock.model.value import Value, decode, encode

T = TypeVar("T")

_CHUNK = 1 << 20


class Intrinsic(Value, frozen=True, kw_only=True):
    """What the bytes of one artifact contain, with their second digest and size in bytes."""

    sha512: str
    size: int
    metadata: CoreMetadata
    metadata_sha256: Sha256
    """Digest of METADATA itself, to be compared with what the index showed the resolver."""
    headers: NativeHeaders


class Contents(Value, frozen=True, kw_only=True):
    """All that is known of an artifact from its bytes."""

    intrinsic: Intrinsic
    native: NativeProfile


class Results(Protocol):
    """Records kept by the digest of all their inputs."""

    def result(self, key: Sha256) -> bytes | None:
        """Return a record, or ``None``."""

    def keep(self, key: Sha256, record: bytes) -> None:
        """Keep a record."""


def contents_of(artifact: Artifact, path: Path, store: Results) -> Contents:
    """Return what the artifact at ``path`` contains, as far as possible from ``store``; what is new is kept there.

    Raises :class:`IntegrityError` if the file's digest is not the artifact's, :class:`InputError` if it is malformed.
    """
    if artifact.filename.endswith(".whl"):
        return _wheel(artifact, path, store)
    key = _key("intrinsic", artifact)
    intrinsic = kept(store, key, Intrinsic)
    if intrinsic is None:
        with path.open("rb") as stream:
            intrinsic = _sdist(stream, artifact)
        store.keep(key, encode(intrinsic))
    elif digest_file(path) != artifact.sha256:
        raise changed_on_disk()
    return Contents(intrinsic=intrinsic, native=NativeProfile())


def kept(store: Results, key: Sha256, kind: type[T]) -> T | None:
    """Return a kept record, or ``None``; one that an older version wrote differently counts as none."""
    raw = store.result(key)
    if raw is None:
        return None
    try:
        return decode(raw, kind)
    except InputError:
        return None


def _wheel(artifact: Artifact, path: Path, store: Results) -> Contents:
    from uplock.inspect.profile import LIBRARIES_VERSION, profile_of

    key = _key("intrinsic", artifact)
    intrinsic = kept(store, key, Intrinsic)
    libraries_key = digest_of({"kind": "libraries", "in": key, "by": LIBRARIES_VERSION})
    libraries = None if intrinsic is None else kept(store, libraries_key, NativeLibraries)
    if intrinsic is None or libraries is None:
        with path.open("rb") as stream:
            intrinsic, libraries = _read_wheel(stream, artifact, intrinsic)
        store.keep(key, encode(intrinsic))
        store.keep(libraries_key, encode(libraries))
    elif digest_file(path) != artifact.sha256:
        raise changed_on_disk()
    return Contents(intrinsic=intrinsic, native=profile_of(intrinsic.headers, libraries))


def _key(kind: str, artifact: Artifact) -> Sha256:
    return digest_of({"kind": kind, "artifact": artifact.sha256, "name": artifact.filename, "by": _readers()})


@functools.cache
def _readers() -> str:
    """Return the versions of all that reads: names and requirements, headers, and the table of the stable ABI."""
    from importlib.metadata import version

    from packaging import __version__ as packaging_version

    from uplock.inspect.profile import READER_VERSION

    return f"{READER_VERSION} packaging/{packaging_version} abi3info/{version('abi3info')}"


def _read_wheel(stream: BinaryIO, artifact: Artifact, known: Intrinsic | None) -> tuple[Intrinsic, NativeLibraries]:
    from uplock.inspect.profile import find_libraries, inspect_wheel
    from uplock.inspect.wheel import read_metadata

    sha512, size = _rehash(stream, artifact)
    if known is not None:
        return known, find_libraries(stream, artifact.filename, known.headers)
    contents = inspect_wheel(stream, artifact.filename)
    intrinsic = Intrinsic(
        sha512=sha512,
        size=size,
        metadata=contents.metadata,
        metadata_sha256=sha256_of(read_metadata(stream, artifact.filename)),
        headers=contents.headers,
    )
    return intrinsic, contents.libraries


def _sdist(stream: BinaryIO, artifact: Artifact) -> Intrinsic:
    """Read an sdist, which has no native code before it is built."""
    from uplock.inspect.sdist import inspect_sdist

    sha512, size = _rehash(stream, artifact)
    source = inspect_sdist(stream, artifact.filename)
    return Intrinsic(
        sha512=sha512,
        size=size,
        metadata=source.metadata,
        metadata_sha256=sha256_of(source.raw),
        headers=NativeHeaders(),
    )


def changed_on_disk() -> IntegrityError:
    """Return the error for bytes that are no longer those that came in."""
    return IntegrityError(
        "the stored bytes are not those that were fetched",
        remedy="Find out what changed them, delete the file from archive and cache, and run again.",
    )


def _rehash(stream: BinaryIO, artifact: Artifact) -> tuple[str, int]:
    """Return SHA-512 and size of what lies in the archive, and rewind.

    Raises :class:`IntegrityError` if it is no longer what came in: no result may be kept for bytes that changed.
    """
    sha256, sha512, size = hashlib.sha256(), hashlib.sha512(), 0
    while chunk := stream.read(_CHUNK):
        sha256.update(chunk)
        sha512.update(chunk)
        size += len(chunk)
    if sha256.hexdigest() != artifact.sha256:
        raise changed_on_disk()
    stream.seek(0)
    return sha512.hexdigest(), size
