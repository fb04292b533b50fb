"""What one native file shows of one library: evidence, before that of all files of a wheel is put together."""

from __future__ import annotations

from uplock.model.native import Confidence, Linkage, Method
from uplock.model.value import Value


class Sighting(Value, frozen=True, kw_only=True):
    """One piece of evidence. Fields mean what they mean in :class:`~uplock.model.native.NativeLibrary`."""

    project: str
    version: str | None
    linkage: Linkage
    method: Method
    confidence: Confidence
    evidence: str
    soname: str | None = None
