"""The plan of an uplift: the smallest move of a lock to another interpreter, with the evidence for every step."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from uplock.model.digest import Sha256
from uplock.model.value import Value, named

Level = Literal["index", "L0", "L1", "requires", "L3"]
"""What demands a change of version, in the order of the ladder.

``index``: the old version is no longer listed. ``L0``: its ``Requires-Python`` does not admit the target. ``L1``: no
wheel of it fits the target. ``requires``: another package of the plan asks for a newer one. ``L3``: a module cannot be
imported on the target. (L2, that its metadata declares the target, demands nothing: see :class:`Rung`.)
"""


class Why(Value, frozen=True, kw_only=True):
    """One reason for a change. Taking the change back makes the plan fail at this level."""

    level: Level
    evidence: str
    """A sentence that names the file, requirement or failing import."""
    by: tuple[str, ...] = ()
    """Of ``requires``: the packages that ask. Of ``L3``: the packages whose modules cannot be imported."""


class Change(Value, frozen=True, kw_only=True):
    """A package of the old lock that has another version in the plan."""

    name: str
    before: str = named("from")
    after: str = named("to")
    major: bool
    """Whether the first number of the version, or its epoch, is another."""
    direct: bool
    """Whether the project asks for it by name."""
    why: tuple[Why, ...]


class Entering(Value, frozen=True, kw_only=True):
    """A package that the old lock has not; it resolves to the highest version that fits."""

    name: str
    version: str
    needed_by: tuple[str, ...]


class Leaving(Value, frozen=True, kw_only=True):
    """A package of the old lock that the plan does not need; ``why`` is a sentence."""

    name: str
    version: str
    why: str


Declares = Literal["target", "others", "none"]
"""Which minors a package's classifiers name: the target, only others, or no minor at all."""


class Rung(Value, frozen=True, kw_only=True):
    """How far one package of the plan got on the ladder of evidence."""

    name: str
    version: str
    direct: bool
    requires_python: str | None
    """L0: what it says; it admits the target, or there were no plan."""
    wheel: str
    """L1: file name of the wheel that is locked."""
    declares: Declares
    """L2."""
    imports: Literal["imported", "failed", "nothing", "excluded", "not-tried"]
    """L3: all top-level modules; ``nothing``: it has none; ``excluded``: the project says that they are not tried."""
    detail: str = ""
    """Of a failure: what the interpreter said. Of an exclusion: its reason."""


class Parity(Value, frozen=True, kw_only=True):
    """A direct dependency, and when its project began to declare the target."""

    name: str
    now: str
    """Version in the old lock; empty if it has none there."""
    planned: str
    """Version in the plan; empty if the plan has none."""
    declared_since: str | None
    """The first final version, by version order, whose classifiers name the target; ``None`` if none does."""
    newest: str
    """The newest final version up to the cut-off that has a file for the target; empty if none has."""


class Library(Value, frozen=True, kw_only=True):
    """A native library inside a wheel; ``version`` is ``None`` where none is proved."""

    project: str
    version: str | None


class NativeSide(Value, frozen=True, kw_only=True):
    """What of a package is native in one of the two locks."""

    version: str
    filename: str
    tag: str
    """Interpreter, ABI and platform of the wheel: ``cp312-cp312-manylinux_2_28_x86_64``; for several the best."""
    floor: str | None
    """Oldest C library or operating system that its native code runs on, as found in it: ``glibc 2.17``."""
    libraries: tuple[Library, ...]


class NativeChange(Value, frozen=True, kw_only=True):
    """A package with native code on either side, before and after, if anything of it differs."""

    name: str
    before: NativeSide | None
    after: NativeSide | None


class StandardUse(Value, frozen=True, kw_only=True):
    """An import of a module that the standard library of the target no longer has, in the code of a planned package."""

    package: str
    module: str
    """As imported: ``distutils.version``."""
    removed_in: str
    """The minor that removed it: ``3.12``."""
    file: str
    """Member of the wheel."""
    line: int
    context: Literal["top-level", "guarded", "nested"]
    """``guarded``: inside ``try`` that catches the failure, or an ``if``; ``nested``: inside a function."""
    provided_by: str | None = None
    """Package of the plan that brings a module of that name (setuptools brings ``distutils``)."""
    loaded: bool | None = None
    """Whether importing the top-level modules loaded this file at L3; ``None`` if that was not tried."""


class BaseFit(Value, frozen=True, kw_only=True):
    """Whether a base image can run the plan."""

    image: str
    """As it was named."""
    python: str | None
    """Minor of its interpreter."""
    distribution: str | None
    """Line of the lifecycle table: ``debian-12``."""
    libc: str | None
    end_of_life: date | None
    fits: bool | None
    """``None`` where the table does not know it."""
    reasons: tuple[str, ...]
    """Why it does not, one sentence each, or what is not known."""


class WayOut(Value, frozen=True, kw_only=True):
    """Something that could remove a blocker."""

    kind: Literal["newer-version", "other-requirement", "other-package", "other-target", "build", "waiver"]
    text: str
    """One imperative sentence."""


class Blocker(Value, frozen=True, kw_only=True):
    """A package that cannot move. Those that block most come first."""

    name: str
    version: str
    """Version in the old lock; empty if it has none there."""
    level: Level
    reason: str
    direct: bool
    blocks: tuple[str, ...]
    """Packages of the old lock that need it, directly or not, sorted: what waits for it."""
    ways_out: tuple[WayOut, ...]


class Counts(Value, frozen=True, kw_only=True):
    """Numbers of the plan, to begin a report with."""

    before: int
    """Packages of the old lock."""
    after: int
    """Packages of the plan; 0 if it is blocked before there is one."""
    kept: int
    changed: int
    major: int
    added: int
    removed: int
    before_imports: int
    """How many versions changed before anything was imported."""
    declared: int
    """Packages of the plan that declare the target (L2)."""


class PlanSide(Value, frozen=True, kw_only=True):
    """One of the two locks: ``target`` is its name, ``cut_off`` its own, ``sha256`` of its ``pylock`` text."""

    target: str
    python: str
    cut_off: datetime
    source: str
    """Path of the lock below the project, or ``resolved now``."""
    sha256: Sha256 | None


class UpliftPlan(Value, frozen=True, kw_only=True):
    """``uplock uplift plan --json``: what has to change, why, who blocks it, and what remains to be tried."""

    format: int = 1
    project: str
    platform: str
    before: PlanSide = named("from")
    after: PlanSide = named("to")
    resolver: str
    status: Literal["ready", "untried", "blocked"]
    """``ready``: installs from wheels and every top-level module imports on the target. ``untried``: installs from
    wheels, and nothing was imported, since the target's interpreter is not here. ``blocked``: see ``blockers``."""
    counts: Counts
    changes: tuple[Change, ...]
    added: tuple[Entering, ...]
    removed: tuple[Leaving, ...]
    ladder: tuple[Rung, ...]
    parity: tuple[Parity, ...]
    native: tuple[NativeChange, ...]
    standard: tuple[StandardUse, ...]
    base: BaseFit | None
    blockers: tuple[Blocker, ...]
    remaining: tuple[str, ...]
    """What remains to be tried, one sentence each."""
    lock: str | None
    """Path of the proposed lock below the project, beside the current ones; ``None`` if there is none."""
    files: tuple[str, ...] = ()
    """All files that were written, below the project."""
