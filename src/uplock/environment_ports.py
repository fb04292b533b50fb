"""The seams of environments: making them, looking at them, putting one in the place of another, building in one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from uplock.model.built import BuildSystem
from uplock.model.content import EnvironmentResult, WheelContent
from uplock.model.host import HostPython
from uplock.model.installed import ImportFailure, ImportTrace, Installed
from uplock.model.target import Target
from uplock.model.value import Value


class InstallOrder(Value, frozen=True, kw_only=True):
    """An environment that is to be made. ``place`` must not be there yet, and is where it stays: scripts name it."""

    place: Path
    python: HostPython
    requirements: bytes
    """The text of ``requirements.<target>.txt``: every pin with its one hash."""
    wheels: tuple[tuple[str, Path], ...]
    """File names of wheels, and where their bytes are: nothing else may be installed."""
    isolated: bool = False
    """Whether the installer runs without a network, which then must be cut off for real."""
    unpacked: Path | None = None
    """A folder on the same file system for what is unpacked, which following orders use again; only uv needs one."""


class Installer(Protocol):
    """Makes virtual environments with one program, uv or pip, which decides nothing: pins, hashes, bytes are ours."""

    def install(self, order: InstallOrder) -> Installed:
        """Make the environment, or leave nothing.

        Raises :class:`~uplock.errors.ToolError` with the program's words if it fails, and
        :class:`~uplock.errors.UnaskableError` if the network was to be cut off and cannot be.
        """


class Environments(Protocol):
    """Looks at environments, and puts one in the place of another."""

    def isolation(self) -> str:
        """Return how the network can be cut off here, tried. Raises :class:`~uplock.errors.UnaskableError`."""

    def compare(
        self, directory: Path, contents: Iterable[WheelContent], target: Target, python: HostPython
    ) -> EnvironmentResult:
        """Compare a directory with what wheels put there; runs nothing of it. Raises InputError, ToolError."""

    def check_imports(
        self, directory: Path, modules: Mapping[str, tuple[str, ...]], limit: float
    ) -> tuple[ImportFailure, ...]:
        """Import modules, given by package, in processes of their own without a network; ``limit`` is in seconds each.

        Raises :class:`~uplock.errors.UnaskableError` if the network cannot be cut off.
        """

    def trace_imports(self, directory: Path, modules: Mapping[str, tuple[str, ...]], limit: float) -> ImportTrace:
        """Import modules as :meth:`check_imports` does, and tell besides in whose code it failed, and what was loaded.

        Raises the same.
        """

    def current(self, link: Path) -> Path | None:
        """Return the environment that is switched in at ``link``, ``None`` if nothing is there.

        Raises :class:`~uplock.errors.UsageError` if something else is there than a link of ours.
        """

    def fresh(self, link: Path, label: str) -> Path:
        """Return a place beside ``link`` for a new environment; ``label`` begins its name. Nothing is there yet."""

    def made(self, link: Path) -> tuple[Path, ...]:
        """Return all environments beside ``link`` that are there, the one that was made last first."""

    def begin(self, place: Path) -> None:
        """Note that an environment is being made at ``place``: until it is switched in, :meth:`sweep` deletes it."""

    def sweep(self, link: Path) -> None:
        """Delete what killed installations left behind beside ``link``, whose lock the caller holds."""

    def switch(self, link: Path, place: Path) -> None:
        """Let ``link`` lead to ``place``, in one step. Raises :class:`~uplock.errors.ArchiveError`."""

    def discard(self, place: Path) -> None:
        """Delete an environment that :meth:`fresh` gave the place of; what cannot be deleted is left."""


class BuildOrder(Value, frozen=True, kw_only=True):
    """A wheel that is to be built from a source distribution, in an environment with exactly ``wheels``."""

    sdist: Path
    filename: str
    """Of the source distribution."""
    system: BuildSystem
    python: HostPython
    wheels: tuple[tuple[str, Path], ...]
    """File names of the wheels of the environment, and where their bytes are."""
    epoch: int
    """``SOURCE_DATE_EPOCH`` of the build: seconds since 1970."""
    label: str = "build"
    """Stands in the path of the scratch folder, so that building twice happens in two places."""


class Builder(Protocol):
    """Runs the build backends of source distributions: strangers' code, without a network and where it harms nobody."""

    def isolation(self) -> str:
        """Return how a build is kept from the network and from files, tried.

        Raises :class:`~uplock.errors.UnaskableError` if one of the two cannot be done here.
        """

    def requirements(self, order: BuildOrder) -> tuple[str, ...]:
        """Return what the backend asks for beyond what the sdist says, as it says it. Raises as :meth:`build` does."""

    def build(self, order: BuildOrder) -> AbstractContextManager[Path]:
        """Build the wheel and give its path, which is gone when the context ends.

        Raises :class:`~uplock.errors.ToolError` with the backend's last words if it fails or takes too long,
        :class:`~uplock.errors.InputError` for an sdist that cannot be unpacked, and what :meth:`isolation` raises.
        """
