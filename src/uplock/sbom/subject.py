"""What an SBOM is made of: everything that one document says comes from these values, and from nothing else."""

from __future__ import annotations

from datetime import datetime

from uplock.model.about import About, Asked
from uplock.model.digest import Sha256
from uplock.model.identity import TrustedRoot
from uplock.model.interpreter_parts import InterpreterParts
from uplock.model.lifecycle import Lifecycle
from uplock.model.lock import Agreement, Lock
from uplock.model.results import ArtifactResults
from uplock.model.target import Interpreter
from uplock.model.value import Value
from uplock.model.waiver import WaiverFile


class SbomSubject(Value, frozen=True, kw_only=True):
    """One target of a generation. Equal subjects give equal bytes, in whatever order ``artifacts`` come."""

    project_name: str
    project_version: str | None
    lock: Lock
    artifacts: tuple[ArtifactResults, ...]
    """Results about the locked files; found by digest, so others are ignored and missing ones are stated."""
    baseline: Interpreter | None
    """The interpreter being left. Of the same minor version as the target's, there is no uplift to record."""
    lifecycles: tuple[Lifecycle, ...]
    timestamp: datetime
    """UTC. Never the clock: ``SOURCE_DATE_EPOCH`` or the cut-off of the locks."""
    pylock_sha256: Sha256
    """Digest of the lock file (PEP 751) that holds the same target."""
    generator_version: str
    """Version of uplock."""
    trusted_root: TrustedRoot | None = None
    """What attestations were verified under."""
    about: About | None = None
    """What the project says of itself."""
    asked: tuple[Asked, ...] = ()
    """What the project asks for, and where it says so."""
    waivers: tuple[WaiverFile, ...] = ()
    """The waiver files of the generation, whatever they are worth."""
    agreement: Agreement | None = None
    """What a second resolver said about this target, if one was named."""
    overrides: tuple[str, ...] = ()
    """Requirements that replaced those of packages, and :attr:`excludes`, packages that were left out."""
    excludes: tuple[str, ...] = ()
    content: Sha256 | None = None
    """Predicted content digest of an environment of this lock."""
    baseline_bom: str | None = None
    """BOM-Link (``urn:cdx:…``) to the document of the interpreter being left, of the same generation."""
    parts: InterpreterParts | None = None
    """What the interpreter itself brings, if one was at hand to be asked."""
