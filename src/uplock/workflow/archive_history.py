"""The chain of generations, followed and held against what is known of it elsewhere."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

from uplock.errors import IntegrityError, UsageError
from uplock.lockfile.lockset import LOCKSET
from uplock.model.digest import Sha256
from uplock.model.lock import LockSet
from uplock.model.outcome import HistoryEntry
from uplock.model.value import changed
from uplock.workflow.heads import SHORTEST

_RESTORE = "Restore the archive from a copy, or import the generation from an export of it."


def chain(
    entries: Mapping[Sha256, HistoryEntry], recorded: Mapping[Sha256, datetime], head: Sha256 | None
) -> tuple[Sha256, ...]:
    """Return the ids of the head and its ancestors, newest first, as far as they were ever here.

    ``entries`` are the generations that are here, each with the bytes of its id; ``recorded`` those that the log names.
    A fresh clone begins in the middle: an ancestor that was never here ends the chain. Raises :class:`IntegrityError`
    if a generation that was here is not, or the head is not.
    """
    for identity, at in recorded.items():
        if identity not in entries:
            raise IntegrityError(
                f"the log says that it was recorded here on {at.date().isoformat()}, and it is not here",
                context=f"generation {identity}",
                remedy=_RESTORE,
            )
    if head is None and entries:
        raise IntegrityError(
            "generations were recorded here, and none is the head",
            context="head",
            remedy="Run uplock archive fsck --repair.",
        )
    found = []
    if head is not None and head not in entries:
        raise IntegrityError("it is the head, and it is not here", context=f"generation {head}", remedy=_RESTORE)
    while head is not None and head in entries:
        found.append(head)
        head = entries[head].parent
    return tuple(found)


def expected_here(entries: Mapping[Sha256, HistoryEntry], lockset: LockSet | None, expected: str | None) -> None:
    """Check that the archive has the generations that are known from elsewhere: else its newest were cut off.

    The project's lock set names one, which an archive that has none at all need not have: a fresh clone. Raises
    :class:`IntegrityError` that says where the missing one is named, :class:`UsageError` if ``expected`` is no id.
    """
    named = None if lockset is None or lockset.generation is None else lockset.generation.id
    if entries and named is not None and named not in entries:
        raise IntegrityError(
            f"it names generation {named}, which this archive does not have: the newest were cut off, or the locks "
            "came from elsewhere",
            context=LOCKSET,
            remedy="Run uplock run if the locks are right, else restore the archive from a copy.",
        )
    if expected is None:
        return
    if not re.fullmatch(rf"[0-9a-f]{{{SHORTEST},64}}", expected):
        raise UsageError(
            f"{expected[:80]!r} is not the id of a generation, nor {SHORTEST} or more digits of one",
            remedy="Give the id that was noted down.",
        )
    if not any(identity.startswith(expected) for identity in entries):
        raise IntegrityError(
            f"generation {expected} is expected, and this archive does not have it: its chain was cut, or is another",
            context="--expect-head",
            remedy=_RESTORE,
        )


def listed(
    entries: Mapping[Sha256, HistoryEntry], chained: tuple[Sha256, ...], *, everything: bool
) -> tuple[HistoryEntry, ...]:
    """Return what is told: the chain, newest first; with ``everything`` all that was recorded, the latest first."""
    if not everything:
        return tuple(entries[identity] for identity in chained)
    among = frozenset(chained)
    return tuple(changed(entry, chained=entry.id in among) for entry in reversed(list(entries.values())))
