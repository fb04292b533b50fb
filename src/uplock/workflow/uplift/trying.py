"""Trying: an answer installed from wheels on the real target, cut off from the network, and imported (L3)."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path

from uplock.content.modules import top_level_modules
from uplock.environment_ports import InstallOrder
from uplock.lockfile.requirements import write_offline
from uplock.model.content import WheelContent
from uplock.model.digest import Sha256
from uplock.model.host import HostPython
from uplock.model.installed import ImportTrace, TracedFailure
from uplock.model.lock import Lock
from uplock.model.value import Value, changed
from uplock.ports import Event, OnEvent
from uplock.workflow.prove import IMPORT_LIMIT
from uplock.workflow.workbench import Workbench

SITE = "site/"
"""What paths of a wheel's content begin with that come to lie in ``site-packages``."""

Bytes = Callable[[Lock], Mapping[Sha256, tuple[Path, WheelContent]]]
"""Fetches the wheels of a lock: where they are, and what they install, by digest."""


class Tried(Value, frozen=True, kw_only=True):
    """What came of one try: the modules of every package, what failed, and what files were loaded."""

    modules: dict[str, tuple[str, ...]]
    """By package, as far as they were imported."""
    trace: ImportTrace
    owners: dict[str, str]
    """Packages by file below ``site-packages``."""

    def failed(self, packages: Collection[str] | None = None) -> tuple[TracedFailure, ...]:
        """Return the failures, or those of some packages."""
        return tuple(each for each in self.trace.failures if packages is None or each.failure.package in packages)

    def suspects(self, failure: TracedFailure) -> tuple[str, ...]:
        """Return the packages in whose code it failed, the innermost first, and the one that was imported last."""
        found = [self.owners[file] for file in reversed(failure.frames) if file in self.owners]
        return tuple(dict.fromkeys([*found, failure.failure.package]))


class Trying:
    """Tries locks on one interpreter; what is unpacked of a wheel is used again by the next try."""

    def __init__(  # noqa: PLR0913 - what is tried with what
        self,
        *,
        bench: Workbench,
        python: HostPython,
        fetch: Bytes,
        exclusions: Mapping[str, str],
        scratch: Path,
        on_event: OnEvent,
    ) -> None:
        """``exclusions`` are packages that are not imported, each with the reason; ``scratch`` is a folder of ours."""
        self._bench = bench
        self._python = python
        self._fetch = fetch
        self.exclusions = exclusions
        self._scratch = scratch
        self._on_event = on_event
        self.tries = 0

    def glimpsed(self, lock: Lock, package: str, *, beside: Iterable[str] = ()) -> Tried:
        """Install one package with what it needs, and what is named ``beside`` it, and import that package's modules.

        Quicker than the whole, and no evidence: what it loads without asking for it may not be there.
        """
        needs = {each.name: each.dependencies for each in lock.packages}
        found, front = set[str](), {package, *beside} & needs.keys()
        while front:
            found |= front
            front = {name for each in front for name in needs[each]} - found
        part = changed(lock, packages=tuple(each for each in lock.packages if each.name in found))
        return self.imported(part, (package,))

    def imported(self, lock: Lock, only: Iterable[str] | None = None) -> Tried:
        """Install a lock with uv and import the modules of its packages, or of ``only`` some.

        Raises :class:`~uplock.errors.ToolError` if it cannot be installed, :class:`~uplock.errors.UnaskableError` if
        the network cannot be cut off, and what fetching raises.
        """
        self._tell(lock, "fetching")
        found = self._fetch(lock)
        self.tries += 1
        with tempfile.TemporaryDirectory(prefix="try-", dir=self._scratch, ignore_cleanup_errors=True) as folder:
            return self._tried(lock, found, Path(folder) / "environment", only)

    def _tried(
        self, lock: Lock, found: Mapping[Sha256, tuple[Path, WheelContent]], place: Path, only: Iterable[str] | None
    ) -> Tried:
        contents = tuple(content for _, content in found.values())
        order = InstallOrder(
            place=place,
            python=self._python,
            requirements=write_offline(lock),
            wheels=tuple((each.artifact.filename, found[each.artifact.sha256][0]) for each in lock.packages),
            isolated=True,
            unpacked=self._scratch / "unpacked",
        )
        self._tell(lock, "installing")
        self._bench.installers[0].install(order)
        wanted = None if only is None else set(only)
        modules = {
            name: each
            for name, each in top_level_modules(contents).items()
            if each and name not in self.exclusions and (wanted is None or name in wanted)
        }
        self._tell(lock, f"importing {sum(map(len, modules.values()))} modules")
        trace = self._bench.environments.trace_imports(place, modules, IMPORT_LIMIT)
        return Tried(modules=modules, trace=trace, owners=_owners(contents))

    def _tell(self, lock: Lock, what: str) -> None:
        self._on_event(Event(stage="uplift", message=f"{lock.target.name}: {what}", done=self.tries))


def _owners(contents: Iterable[WheelContent]) -> dict[str, str]:
    return {
        file.path.removeprefix(SITE): content.name
        for content in contents
        for file in content.files
        if file.path.startswith(SITE)
    }
