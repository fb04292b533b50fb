"""Builders of generations and of chains of them in an archive."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from uplock.archive.archive import DirectoryArchive
from uplock.model.digest import Sha256, sha256_of
from uplock.model.generation import GenerationContent, GenerationLock

RECORDED = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
"""When the first of a chain is recorded; each further one a day later."""


def make_content(text: str = "") -> GenerationContent:
    """Return the content of a generation without artifacts; another ``text`` gives another generation."""
    digest = sha256_of(text.encode())
    lock = GenerationLock(target="py312-linux-x86_64", role="target", pylock=digest, requirements=digest)
    return GenerationContent(project="shop", inputs=digest, lifecycle=digest, view=digest, locks=(lock,), artifacts=())


def record_chain(archive: DirectoryArchive, length: int, parent: Sha256 | None = None) -> list[Sha256]:
    """Record a chain and return its ids, oldest first."""
    identities: list[Sha256] = []
    for day in range(length):
        parent = archive.record(make_content(f"day {day}"), parent, RECORDED + timedelta(days=day))
        identities.append(parent)
    return identities
