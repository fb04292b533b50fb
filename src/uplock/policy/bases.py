"""What a target runs on below its interpreter: distributions, as the rules about support see them."""

from __future__ import annotations

from collections.abc import Iterator

from uplock.model.lifecycle import Lifecycle
from uplock.policy.subject import Subject


def distributions(subject: Subject) -> Iterator[Lifecycle]:
    """Yield the distributions that a target is deployed on; managed runtimes have rules of their own."""
    return (row for row in subject.runs_on if row.claim.blocks is None)


def named(row: Lifecycle) -> str:
    """Return a line of a product as people call it: ``debian 12 (bookworm)``."""
    return f"{row.product} {row.line}{f' ({row.name})' if row.name else ''}"
