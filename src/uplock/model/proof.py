"""Proofs: what was tried with a lock and its archived bytes on a machine, at a moment, and what came of it."""

from __future__ import annotations

from datetime import datetime

from uplock.model.content import EnvironmentDifference
from uplock.model.digest import Sha256
from uplock.model.installed import ImportCheck
from uplock.model.value import Value


class InterpreterIdentity(Value, frozen=True, kw_only=True):
    """The interpreter that was used, so that one can tell whether it is still the same."""

    version: str
    path: str
    """The program, with links followed."""
    sha256: Sha256
    """Digest of the program."""
    platform: str
    """System, machine, and libc with its version."""


class InstallProof(Value, frozen=True, kw_only=True):
    """One installation, without a network, from archived bytes alone."""

    installer: str
    """``pip 24.2``, ``uv 0.13.9``."""
    isolation: str
    """How the network was cut off."""
    digest: Sha256
    """Content digest of what was installed, hashed from disk."""
    files: int
    """Files that were compared with the wheels'."""
    differences: tuple[EnvironmentDifference, ...] = ()
    """The first of them; there must be none."""


class Proof(Value, frozen=True, kw_only=True):
    """``uplock prove``: one lock, installed with pip and with uv, compared with its prediction, and imported."""

    format: int = 1
    project: str
    generation: Sha256
    target: str
    pylock: Sha256
    requirements: Sha256
    """Digests of the two lock files."""
    predicted: Sha256
    """The content digest that the locked wheels determine."""
    recorded: Sha256 | None = None
    """The content digest that the generation recorded."""
    interpreter: InterpreterIdentity
    installs: tuple[InstallProof, ...]
    imports: ImportCheck | None = None
    """``None`` if nothing could be imported, because nothing was installed as predicted."""
    holds: bool
    failures: tuple[str, ...] = ()
    """Why it does not hold, in sentences."""
    made_at: datetime
    made_by: str
    """``uplock 1.0``."""


class ProofResult(Value, frozen=True, kw_only=True):
    """``uplock prove --json``: the proof, and the digest under which the archive keeps it as an in-toto statement."""

    proof: Proof
    record: Sha256
