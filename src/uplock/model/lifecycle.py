"""Lifecycles: dated claims about when lines of software end, each with its source.

Dates are calendar days in UTC. What a claim says may be corrected by a later one; none is ever removed, so that it
stays known what was believed when.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from uplock.model.value import Value

Product = Literal["cpython", "openssl", "debian", "ubuntu", "alpine", "rhel", "amazon-linux", "aws-lambda"]


class Blocks(Value, frozen=True, kw_only=True):
    """What a provider of managed runtimes does with a deprecated one: each the first day of it, as the source says."""

    deprecated: date
    create_block: date | None = None
    """No function can be created with it from this day on."""
    update_block: date | None = None
    """No function that uses it can be updated from this day on."""


class Claim(Value, frozen=True, kw_only=True):
    """What one source said on one day about the end of a line."""

    end_of_life: date
    """Last day of security support that everybody gets, inclusive."""
    end_of_support: date | None = None
    """Last day of bug-fix releases, if the source says."""
    extended: date | None = None
    """Last day of longer support that has to be asked or paid for (LTS, ESM, ELS), if there is any."""
    blocks: Blocks | None = None
    """For managed runtimes; ``end_of_life`` is then the day before ``deprecated``."""
    source: str
    retrieved: date
    verified: bool
    """Whether the source was opened on ``retrieved``; rules that rest on an unverified claim warn at most."""


class Lifecycle(Value, frozen=True, kw_only=True):
    """One line of a product, with every claim about its end, oldest first: the last one holds."""

    product: Product
    line: str
    """``3.9``, ``1.1.1``, ``12``, ``22.04``, ``3.20``, ``python3.9``."""
    name: str | None = None
    """Code name, if it has one: ``bookworm``."""
    released: date | None = None
    python: str | None = None
    """Line of CPython that it carries as its own: ``3.11``."""
    libc: str | None = None
    """C library that it carries: ``glibc 2.36``, ``musl 1.2.5``."""
    claims: tuple[Claim, ...]

    @property
    def claim(self) -> Claim:
        """What holds now."""
        return self.claims[-1]

    @property
    def end_of_life(self) -> date:
        """Last day of security support, inclusive."""
        return self.claim.end_of_life

    @property
    def verified(self) -> bool:
        """Whether the claim that holds rests on a source that was opened."""
        return self.claim.verified


class LatestPatch(Value, frozen=True, kw_only=True):
    """The newest known release of a CPython line: dated data, not a promise."""

    line: str
    version: str
    source: str
    retrieved: date
    verified: bool = True
    """Whether the source was opened on ``retrieved``; rules that rest on an unverified release warn at most."""
