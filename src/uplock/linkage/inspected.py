"""What is asked of the wheels of a lock."""

from __future__ import annotations

from typing import Protocol

from uplock.model.native import NativeProfile
from uplock.model.results import CoreMetadata


class Inspected(Protocol):
    """A wheel that was read: :class:`~uplock.model.results.ArtifactResults`, or less than that."""

    @property
    def metadata(self) -> CoreMetadata:
        """Its core metadata."""

    @property
    def native(self) -> NativeProfile:
        """Its native code."""
