"""How the private Sigstore instance signs something, and the steps that it can be told to get wrong."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, TypedDict

SIGNED_AT = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
"""When everything is signed; certificates are valid from then on for ten minutes."""

Fault = Literal[
    "issued-by-stranger",
    "sct-by-stranger",
    "promise-by-stranger",
    "checkpoint-by-stranger",
    "checkpoint-of-other-tree",
    "other-root-hash",
    "other-body",
    "no-promise",
    "no-proof",
    "no-checkpoint",
    "no-time",
    "second-entry-bad",
    "stamped-by-stranger",
    "stamp-of-other-signature",
    "stamp-refused",
]
"""One step that goes wrong, while all others stay sound. A stranger has the right names and the wrong key.

``other-root-hash`` is a proof whose checkpoint is about the log's real tree; ``checkpoint-of-other-tree`` is a sound
checkpoint of the same log beside a sound proof for another tree; ``other-body`` logs another statement of the same
signer; ``no-time`` leaves out whatever says when it was signed.
"""


class Options(TypedDict, total=False):
    """The members of :class:`Signing`, as keyword arguments."""

    sct: bool
    code: bool
    signed_at: datetime
    log: Literal["v1", "v2"]
    stamps: tuple[datetime, ...] | None
    entries: int
    faults: frozenset[Fault]


@dataclass(frozen=True, kw_only=True)
class Signing:
    """How something is signed; every default is sound."""

    sct: bool = True
    """The certificate log has seen the certificate."""
    code: bool = True
    """The certificate is for code signing, not for e-mail."""
    signed_at: datetime = SIGNED_AT
    """The time that the log or, of Rekor v2, the timestamp authority vouches for."""
    log: Literal["v1", "v2"] = "v1"
    """Version of Rekor: a ``dsse`` entry with a promise about its time, or a ``hashedrekord`` entry without."""
    stamps: tuple[datetime, ...] | None = None
    """Times of RFC 3161 timestamps; ``None`` is one at ``signed_at`` with Rekor v2, and none with v1."""
    entries: int = 1
    """Log entries, all about the same."""
    faults: frozenset[Fault] = frozenset()

    def __post_init__(self) -> None:
        """Refuse faults in what is not there: tests with them would prove nothing."""
        absent = {"promise-by-stranger", "no-promise"} if self.log == "v2" else set()
        if not self.times():
            absent |= {"stamped-by-stranger", "stamp-of-other-signature", "stamp-refused"}
        if idle := self.faults & absent:
            raise ValueError(f"nothing can go wrong by {', '.join(sorted(idle))}")

    def times(self) -> tuple[datetime, ...]:
        """Return the times to stamp."""
        if "no-time" in self.faults:
            return ()
        if self.stamps is None:
            return (self.signed_at,) if self.log == "v2" else ()
        return self.stamps
