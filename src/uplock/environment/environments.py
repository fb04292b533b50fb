"""Environments in directories: the adapter behind the ``Environments`` port."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from uplock.environment import switch as switching
from uplock.environment.imports import check_imports, trace_imports
from uplock.environment.verify import verify_environment
from uplock.host.isolation import Isolation
from uplock.model.content import EnvironmentResult, WheelContent
from uplock.model.host import HostPython
from uplock.model.installed import ImportFailure, ImportTrace
from uplock.model.target import Target


class DirectoryEnvironments:
    """Implements ``Environments`` on folders and links."""

    def __init__(self, uv: Path, find_isolation: Callable[[], Isolation]) -> None:
        """``uv`` is needed to judge what uv puts into its environments besides packages."""
        self._uv = uv
        self._find_isolation = find_isolation

    def isolation(self) -> str:
        """Return how the network can be cut off here. Raises :class:`UnaskableError`."""
        return self._find_isolation().name

    def compare(
        self, directory: Path, contents: Iterable[WheelContent], target: Target, python: HostPython
    ) -> EnvironmentResult:
        """Compare a directory with what wheels put there; runs nothing of it. Raises as the port says."""
        return verify_environment(directory, contents, target, Path(python.path), self._uv)

    def check_imports(
        self, directory: Path, modules: Mapping[str, tuple[str, ...]], limit: float
    ) -> tuple[ImportFailure, ...]:
        """Import modules without a network. Raises :class:`UnaskableError` if it cannot be cut off."""
        return check_imports(directory, modules, limit, self._find_isolation())

    def trace_imports(self, directory: Path, modules: Mapping[str, tuple[str, ...]], limit: float) -> ImportTrace:
        """Import modules without a network, and look closer. Raises :class:`UnaskableError` as the other does."""
        return trace_imports(directory, modules, limit, self._find_isolation())

    def current(self, link: Path) -> Path | None:
        """Return the environment that is switched in. Raises :class:`UsageError` for what is not ours."""
        return switching.current(link)

    def fresh(self, link: Path, label: str) -> Path:
        """Return a place for a new environment. Raises :class:`UsageError` for what is not ours."""
        return switching.fresh(link, label)

    def made(self, link: Path) -> tuple[Path, ...]:
        """Return all environments beside the link, the one that was made last first."""
        return switching.environments_of(link)

    def begin(self, place: Path) -> None:
        """Note that an environment is being made. Raises :class:`ArchiveError`."""
        switching.begin(place)

    def sweep(self, link: Path) -> None:
        """Delete what killed installations left behind beside the link."""
        switching.sweep(link)

    def switch(self, link: Path, place: Path) -> None:
        """Let the link lead to the place, in one step. Raises :class:`ArchiveError`."""
        switching.switch(link, place)

    def discard(self, place: Path) -> None:
        """Delete an environment; what cannot be deleted is left."""
        switching.discard(place)
