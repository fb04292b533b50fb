"""Results of ``uplock inspect``: what wheels contain. Nothing of it was executed or verified."""

from __future__ import annotations

from uplock.model.digest import Sha256
from uplock.model.native import NativeProfile
from uplock.model.need import Need
from uplock.model.results import CoreMetadata
from uplock.model.value import Value


class InspectResult(NativeProfile, frozen=True, kw_only=True):
    """``uplock inspect WHEEL``: what one wheel contains; the digest is that of the file as it is."""

    filename: str
    sha256: Sha256
    size: int
    metadata: CoreMetadata


class Unread(Value, frozen=True, kw_only=True):
    """A file that could not be inspected, and why."""

    filename: str
    reason: str


class InspectFolderResult(Value, frozen=True, kw_only=True):
    """``uplock inspect DIR``: the wheels that lie in a directory, sorted by file name."""

    wheels: tuple[InspectResult, ...]
    unread: tuple[Unread, ...] = ()


class LockInspection(Value, frozen=True, kw_only=True):
    """What the artifacts of one lock contain, by package."""

    target: str
    wheels: tuple[InspectResult, ...]
    needs: tuple[Need, ...] = ()
    """What native code needs from outside its wheel, and who brings it, sorted by package and name."""
    unread: tuple[Unread, ...] = ()


class InspectLockResult(Value, frozen=True, kw_only=True):
    """``uplock inspect lock``: what is locked for each target."""

    targets: tuple[LockInspection, ...]
