"""Results of ``uplock inspect --preview``: what parts of a remote wheel show. No digest covers them: never evidence."""

from __future__ import annotations

from typing import Literal

from uplock.model.digest import Sha256
from uplock.model.native import NativeLibrary, NativeMember
from uplock.model.native_sbom import DeclaredDocument
from uplock.model.results import CoreMetadata
from uplock.model.value import Value


class NotInspected(Value, frozen=True, kw_only=True):
    """A file of the wheel that was not read, or could not be, and why."""

    path: str
    size: int
    """Inflated."""
    compressed_size: int
    """As it is stored: what reading it would cost."""
    sha256: Sha256 | None
    """What RECORD claims; ``None`` if it claims nothing."""
    reason: str
    """In words that follow the path."""


class WheelPreview(Value, frozen=True, kw_only=True):
    """What the directory, the documents and the small native files of a wheel say.

    Fields mean what they mean in :class:`~uplock.model.native.NativeProfile`, of the files that were read alone.
    """

    metadata: CoreMetadata
    metadata_sha256: Sha256
    """Of METADATA as it was read, for comparison with what an index lists."""
    members: tuple[NativeMember, ...] = ()
    not_inspected: tuple[NotInspected, ...] = ()
    libraries: tuple[NativeLibrary, ...] = ()
    """Of files that were not read by their names alone, with the digests that RECORD claims."""
    declared: tuple[DeclaredDocument, ...] = ()
    system: tuple[str, ...] = ()
    glibc: str | None = None
    glibc_claimed: str | None = None


class Cost(Value, frozen=True, kw_only=True):
    """What a preview fetched of a file. ``verified`` is always false: only the digest of the whole verifies a file."""

    bytes: int
    size: int
    """Bytes of the whole file."""
    requests: int
    verified: Literal[False] = False


class PreviewNeed(Value, frozen=True, kw_only=True):
    """A library that the files which were read need from outside the wheel."""

    soname: str
    """SONAME, install name, or name of a DLL in lower case."""
    needed_by: tuple[str, ...]
    """Files of the wheel, sorted."""
    provider: str | None = None
    """Normalized name of the required package that has a file of this name; ``None``: the system, or nobody."""


class Provider(Value, frozen=True, kw_only=True):
    """A wheel among the requirements that has shared libraries: its directory was listed, none of its files was read.

    The version is the newest that the requirement and the target admit today: a lock may say otherwise.
    """

    name: str
    version: str
    filename: str
    required_by: tuple[str, ...]
    """Names of packages from the wheel itself on to the one that asks for this."""
    requirement: str
    """The words of the last of these, from METADATA."""
    provides: tuple[str, ...] = ()
    """Those of the needed libraries that it has, sorted."""
    on_runpath: tuple[str, ...] = ()
    """Its libraries in folders where files that were read look for libraries (RUNPATH): files that were not read may
    need these too. Paths, sorted."""
    libraries: tuple[str, ...] = ()
    """Paths of all its shared libraries, extension modules left out, sorted."""
    preview: Cost


class PreviewResult(Value, frozen=True, kw_only=True):
    """``uplock inspect --preview``: an unverified preview of one remote wheel, and of what it needs.

    Keys that ``uplock inspect`` has as well mean the same here, of the files that were read alone.
    """

    filename: str
    claimed_sha256: Sha256 | None
    """What the index says the digest of the whole file is. Nothing was compared with it."""
    size: int
    target: str
    metadata: CoreMetadata
    preview: Cost
    members: tuple[NativeMember, ...] = ()
    not_inspected: tuple[NotInspected, ...] = ()
    libraries: tuple[NativeLibrary, ...] = ()
    declared: tuple[DeclaredDocument, ...] = ()
    system: tuple[str, ...] = ()
    glibc: str | None = None
    glibc_claimed: str | None = None
    needs: tuple[PreviewNeed, ...] = ()
    providers: tuple[Provider, ...] = ()
    notes: tuple[str, ...] = ()
    """What could not be followed among the requirements, each in a sentence."""
