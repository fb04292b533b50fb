"""Inspecting both ends of a move: native code before and after, removed standard modules, and a base image."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cached_property

from uplock.content.modules import top_level_modules
from uplock.errors import InputError, located
from uplock.inspect.removed_modules import TABLE, standard_uses
from uplock.inspect.wheel import open_wheel
from uplock.model.digest import digest_of, sha256_of
from uplock.model.lock import Lock, LockedPackage
from uplock.model.native import NativeProfile
from uplock.model.platform import MuslLinux
from uplock.model.target import Target
from uplock.model.uplift import BaseFit, NativeChange, StandardUse
from uplock.model.value import Value, changed, encode
from uplock.policy.lifecycle import load_lifecycles
from uplock.ports import Event, OnEvent
from uplock.uplift.base_fit import base_fit
from uplock.uplift.native_change import native_changes
from uplock.workflow.contents import contents_of, kept
from uplock.workflow.environment_content import content_of_artifact
from uplock.workflow.inspect_lock import Shelf
from uplock.workflow.side_by_side import side_by_side
from uplock.workflow.uplift.trying import Tried

WORKERS = 4
"""Wheels at once."""
USES_VERSION = 1
"""Of what finds imports: kept results of another one count for none."""


class Uses(Value, frozen=True, kw_only=True):
    """The removed modules that one wheel imports, as it is kept."""

    uses: tuple[StandardUse, ...]


class Inspected:
    """What is in the wheels of two locks; ``new`` is ``None`` if there is no lock for the target."""

    def __init__(self, *, old: Lock, new: Lock | None, shelf: Shelf, tried: Tried | None, on_event: OnEvent) -> None:
        self._old = old
        self._new = new
        self._shelf = shelf
        self._tried = tried
        self._on_event = on_event

    def native(self) -> tuple[NativeChange, ...]:
        """Return what differs in native code. Raises what fetching and reading wheels raise."""
        return () if self._new is None else native_changes(self._ends(self._old), self._after)

    @cached_property
    def _after(self) -> dict[str, tuple[LockedPackage, NativeProfile]]:
        return {} if self._new is None else self._ends(self._new)

    def _ends(self, lock: Lock) -> dict[str, tuple[LockedPackage, NativeProfile]]:
        def one(package: LockedPackage) -> tuple[LockedPackage, NativeProfile]:
            path = self._shelf.path(package.artifact)
            with located(package.artifact.filename):
                return package, contents_of(package.artifact, path, self._shelf).native

        found = side_by_side(one, lock.packages, WORKERS, lambda _, done: self._tell(lock, "native code", done))
        return {package.name: (package, native) for package, native in found}

    def standard(self, minor: str) -> tuple[StandardUse, ...]:
        """Return imports of modules that the target has no more, with who brings them and whether they were loaded."""
        if self._new is None:
            return ()
        lock = self._new
        found = side_by_side(
            lambda package: self._uses(package, minor),
            lock.packages,
            WORKERS,
            lambda _, done: self._tell(lock, "standard modules", done),
        )
        providers = self._providers(lock)
        loaded = None if self._tried is None else frozenset(self._tried.trace.loaded)
        return tuple(
            changed(
                use,
                provided_by=providers.get(use.module.partition(".")[0]),
                loaded=None if loaded is None else use.file in loaded,
            )
            for each in found
            for use in each.uses
            if use.package != providers.get(use.module.partition(".")[0])
        )

    def _uses(self, package: LockedPackage, minor: str) -> Uses:
        artifact = package.artifact
        path = self._shelf.path(artifact)
        key = digest_of(
            {
                "kind": "standard-uses",
                "artifact": artifact.sha256,
                "name": artifact.filename,
                "minor": minor,
                "table": sha256_of(TABLE.read_bytes()),
                "by": USES_VERSION,
            }
        )
        known = kept(self._shelf, key, Uses)
        if known is None:
            try:
                with path.open("rb") as stream:
                    known = Uses(uses=standard_uses(open_wheel(stream, artifact.filename), minor))
            except InputError:
                return Uses(uses=())  # what cannot be read was refused before, where that decides
            self._shelf.keep(key, encode(known))
        return known

    def _providers(self, lock: Lock) -> dict[str, str]:
        """Return packages by the modules that they bring; setuptools puts ``distutils`` in place when it starts."""
        contents = [
            content_of_artifact(each.artifact, self._shelf.path(each.artifact), self._shelf) for each in lock.packages
        ]
        found = {module: name for name, modules in top_level_modules(contents).items() for module in modules}
        if any(each.name == "setuptools" for each in lock.packages):
            found.setdefault("distutils", "setuptools")
        return found

    def told(self, standard: tuple[StandardUse, ...]) -> Iterator[str]:
        """Yield a sentence for what importing cannot tell: imports in functions, and files that were not loaded."""
        hidden = sorted(
            {
                (use.package, use.module)
                for use in standard
                if use.provided_by is None and use.context != "guarded" and (use.context == "nested" or not use.loaded)
            }
        )
        for package, module in hidden:
            yield f"Try what uses {module} in {package}: that module is gone, and importing does not show it."

    def base(self, image: str, target: Target, today: date) -> BaseFit:
        """Return whether a base image can run the lock. Raises :class:`~uplock.errors.UsageError` for no image."""
        floors = [native.glibc for _, native in self._after.values() if native.glibc is not None]
        highest = max(floors, key=lambda floor: tuple(int(part) for part in floor.split(".")), default=None)
        needs = "musl" if isinstance(target.platform, MuslLinux) else None if highest is None else f"glibc {highest}"
        return base_fit(image, target.interpreter.minor, needs, load_lifecycles(), today)

    def _tell(self, lock: Lock, what: str, done: int) -> None:
        self._on_event(
            Event(stage="uplift", message=f"{lock.target.name}: {what}", done=done, total=len(lock.packages))
        )
