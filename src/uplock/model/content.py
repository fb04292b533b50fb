"""What wheels put into an environment, predicted without installing, and what is there instead.

Paths are *neutral*: they begin with the scheme (PEP 427, ``sysconfig``), so that a virtual environment, a prefix and a
``--target`` directory give equal ones. ``site/`` stands for purelib and platlib alike, ``scripts/`` for ``bin`` or
``Scripts``, ``headers/`` for the include directory (with the normalized name of the distribution in front), ``data/``
for the prefix.
"""

from __future__ import annotations

from typing import Literal

from uplock.model.digest import Sha256
from uplock.model.value import Value

ScriptKind = Literal["console", "gui"]

LieKind = Literal["unlisted", "absent", "hash", "size", "weak", "malformed"]
"""How RECORD contradicts its own wheel: a member that it does not list, a row without a member, another hash or size, a
row without a strong hash, a row that cannot be read."""

DifferenceKind = Literal[
    "missing", "changed", "not-owned", "bytecode", "script", "record", "configuration", "interpreter", "contested"
]
"""``missing``: in a wheel and not here. ``changed``: other bytes than the wheel's. ``not-owned``: in no wheel, and
nothing that an installer makes. ``bytecode``: not what the source compiles to. ``script``: not what the entry point
generates. ``record``: installer's notes (RECORD and the like) that contradict the directory. ``configuration``:
``pyvenv.cfg`` and the files of the environment itself. ``interpreter``: not the locked one. ``contested``: two wheels
own one path with different bytes."""


class ContentFile(Value, frozen=True, kw_only=True):
    """One file that a wheel installs, under its neutral path; size in bytes.

    ``rewritten``: a script whose first line is the installer's (``#!python``, PEP 427): digest and size are those of
    the script with exactly ``#!python`` and a line feed as its first line.
    """

    path: str
    size: int
    sha256: Sha256
    rewritten: bool = False


class EntryPointScript(Value, frozen=True, kw_only=True):
    """A script that installers generate: ``from MODULE import ATTRIBUTE...`` (entry points specification)."""

    name: str
    module: str
    attribute: str
    """With dots: ``App.run``."""
    kind: ScriptKind


class RecordLie(Value, frozen=True, kw_only=True):
    """One way in which RECORD of a wheel contradicts the wheel itself. ``path`` as it stands there."""

    path: str
    kind: LieKind
    detail: str


class WheelContent(Value, frozen=True, kw_only=True):
    """What one wheel installs, wherever that is: intrinsic to its bytes."""

    format: int = 1
    name: str
    """Normalized (PEP 503)."""
    version: str
    dist_info: str
    """The metadata directory, ``numpy-2.0.2.dist-info``."""
    files: tuple[ContentFile, ...]
    """Sorted by path; RECORD and bytecode in ``__pycache__`` are not among them."""
    bytecode: tuple[ContentFile, ...] = ()
    """Bytecode in ``__pycache__`` that the wheel brings along: installers may replace it."""
    scripts: tuple[EntryPointScript, ...] = ()
    """Sorted by name."""
    lies: tuple[RecordLie, ...] = ()
    clashes: tuple[str, ...] = ()
    """Neutral paths that the wheel itself fills twice with different bytes."""
    folders: tuple[str, ...] = ()
    """Neutral paths of directories that the wheel names and puts nothing into: uv makes them, pip does not."""


class ContestedPath(Value, frozen=True, kw_only=True):
    """A path that several distributions install, or that differs from another only in case.

    ``equal``: all bring the same bytes, so that the order of installing does not matter.
    """

    path: str
    owners: tuple[str, ...]
    equal: bool


class Contested(Value, frozen=True, kw_only=True):
    """Paths for which packages of one lock bring different bytes: which are there depends on who is installed last."""

    target: str
    packages: tuple[str, ...]
    """Normalized names, sorted; one name if it contests with itself."""
    paths: int
    examples: tuple[str, ...]
    """The first of the paths, neutral."""


class DistributionContent(Value, frozen=True, kw_only=True):
    """One distribution and the digest over its files."""

    name: str
    version: str
    digest: Sha256
    files: int


class PredictedContent(Value, frozen=True, kw_only=True):
    """The content of an environment as its wheels determine it."""

    digest: Sha256
    distributions: tuple[DistributionContent, ...]
    contested: tuple[ContestedPath, ...] = ()


class EnvironmentDifference(Value, frozen=True, kw_only=True):
    """One way in which a directory differs from what the lock says."""

    kind: DifferenceKind
    path: str
    """Relative to the directory, escaped where it is not text."""
    package: str = ""
    """Normalized name of the distribution that it belongs to, if any."""
    detail: str = ""


class EnvironmentResult(Value, frozen=True, kw_only=True):
    """``uplock verify env``: a directory compared with the lock of one target.

    ``digest`` equals ``predicted`` if and only if every file of every wheel is there and equal, and nothing else is
    there that could be content. Bytecode, scripts of entry points and the environment's own files are no content: they
    are compared by themselves.
    """

    format: int = 1
    status: Literal["equal", "different"]
    target: str
    layout: Literal["venv", "prefix", "target"]
    """What the directory is: a virtual environment, a prefix (``--prefix``), or a ``--target`` directory."""
    digest: Sha256
    predicted: Sha256
    distributions: tuple[DistributionContent, ...]
    """As found, by name."""
    bootstrap: tuple[str, ...] = ()
    """What the interpreter's own ``ensurepip`` put there, compared with its bundled wheels: ``pip 24.2``."""
    files: int
    """Files that were compared with a wheel."""
    bytecode: int = 0
    """Bytecode files that were compared with their recompiled source."""
    scripts: int = 0
    """Scripts that were compared with their entry points."""
    differences: tuple[EnvironmentDifference, ...] = ()
    """Sorted by path and kind."""
    omitted: int = 0
    """Differences beyond the first thousands, which are counted and not listed."""
