"""Proving: one lock, installed with pip and with uv from archived bytes alone, compared and imported."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from uplock import __version__
from uplock.content.digest import predict
from uplock.content.modules import top_level_modules
from uplock.environment_ports import InstallOrder
from uplock.errors import ArchiveError, ToolError, UsageError, located
from uplock.lockfile.requirements import write_offline
from uplock.model.content import WheelContent
from uplock.model.digest import Sha256
from uplock.model.generation import GenerationLock
from uplock.model.host import HostPython
from uplock.model.installed import ImportCheck, ImportExclusion, ImportFailure, Installed
from uplock.model.lock import Lock
from uplock.model.proof import InstallProof, Proof
from uplock.model.value import Value
from uplock.ports import Archive, Event, OnEvent
from uplock.workflow.environment_content import content_of_artifact
from uplock.workflow.workbench import Workbench, identity_of

IMPORT_LIMIT = 60.0
"""Seconds that the modules of one package may take to import."""

MAX_SHOWN = 20
"""Differences and failures that a proof lists."""


class Trial(Value, frozen=True, kw_only=True):
    """One lock that is to be proved, with where it comes from."""

    project: str
    generation: Sha256
    entry: GenerationLock
    lock: Lock
    exclusions: dict[str, str]
    """Packages that are not imported, each with the reason."""


def archived_contents(lock: Lock, archive: Archive) -> tuple[WheelContent, ...]:
    """Return what the locked wheels install, from their archived bytes, which are hashed on the way.

    Raises :class:`UsageError` for an sdist, :class:`ArchiveError` for bytes that are not there,
    :class:`IntegrityError` for those of another digest.
    """
    found = []
    for package in lock.packages:
        artifact = package.artifact
        with located(artifact.filename):
            if package.is_sdist:
                raise UsageError(
                    "is a source distribution: what it installs is known when it is built",
                    remedy=f"Run uplock build {lock.target.name}.",
                )
            path = archive.path(artifact.sha256)
            if not archive.has(artifact.sha256):
                raise ArchiveError("is not in the archive", remedy="Run uplock vault add.")
            found.append(content_of_artifact(artifact, path, archive))
    return tuple(found)


def order_of(trial: Trial, archive: Archive, place: Path, python: HostPython) -> InstallOrder:
    """Return the order for an environment of a lock, made without a network from archived bytes."""
    packages = trial.lock.packages
    return InstallOrder(
        place=place,
        python=python,
        requirements=write_offline(trial.lock),
        wheels=tuple((each.artifact.filename, archive.path(each.artifact.sha256)) for each in packages),
        isolated=True,
    )


def prove(trial: Trial, bench: Workbench, archive: Archive, now: datetime, on_event: OnEvent) -> Proof:
    """Try one lock with every installer, and import what is in it.

    What contradicts the lock is in the proof; raised is what keeps it from being tried:
    :class:`~uplock.errors.UnaskableError` without the interpreter or a way to cut the network off, and as
    :func:`archived_contents`.
    """
    proving = _Proving(trial, bench, archive, on_event)
    installs, imports = proving.tried()
    failures = (*proving.failures, *map(_told, () if imports is None else imports.failures))
    return Proof(
        project=trial.project,
        generation=trial.generation,
        target=trial.lock.target.name,
        pylock=trial.entry.pylock,
        requirements=trial.entry.requirements,
        predicted=proving.predicted.digest,
        recorded=trial.entry.content,
        interpreter=identity_of(proving.python),
        installs=installs,
        imports=imports,
        holds=not failures and imports is not None,
        failures=failures,
        made_at=now,
        made_by=f"uplock {__version__}",
    )


class _Proving:
    """One proof in the making."""

    def __init__(self, trial: Trial, bench: Workbench, archive: Archive, on_event: OnEvent) -> None:
        self._trial = trial
        self._bench = bench
        self._archive = archive
        self._on_event = on_event
        self._target = trial.lock.target
        self._contents = archived_contents(trial.lock, archive)
        self.predicted = predict(self._contents, self._target)
        self.python = bench.find(self._target)
        self.failures = list(self._contradictions())

    def _contradictions(self) -> Iterator[str]:
        if self._trial.entry.content not in {None, self.predicted.digest}:
            yield f"the generation recorded the content digest {self._trial.entry.content}, its wheels give another"
        for each in self.predicted.contested:
            if not each.equal:
                yield f"{' and '.join(each.owners)} bring different files {each.path}"

    def tried(self) -> tuple[tuple[InstallProof, ...], ImportCheck | None]:
        """Install with every installer; import from the first environment that is as predicted."""
        installs: list[InstallProof] = []
        imports: ImportCheck | None = None
        with scratch_folder() as scratch:
            for place, installer in enumerate(self._bench.installers):
                self._tell("installing")
                made = scratch / f"environment-{place}"
                try:
                    done = installer.install(order_of(self._trial, self._archive, made, self.python))
                except ToolError as error:
                    self.failures.append(str(error))
                    continue
                installs.append(self._compared(made, done))
                wrong = list(_complaints(installs[-1], self.predicted.digest))
                self.failures += wrong
                if imports is None and not wrong:
                    self._tell("importing")
                    imports = import_all(made, self._contents, self._trial.exclusions, self._bench)
        return tuple(installs), imports

    def _compared(self, place: Path, done: Installed) -> InstallProof:
        result = self._bench.environments.compare(place, self._contents, self._target, self.python)
        return InstallProof(
            installer=done.installer,
            isolation=done.isolation or "",
            digest=result.digest,
            files=result.files,
            differences=result.differences[:MAX_SHOWN],
        )

    def _tell(self, what: str) -> None:
        self._on_event(Event(stage="prove", message=f"{self._target.name}: {what}"))


def _told(failure: ImportFailure) -> str:
    what = {"raised": "cannot be imported", "timed-out": "does not end importing", "killed": "ends the interpreter"}
    return f"{failure.module} of {failure.package} {what[failure.kind]}: {failure.detail}"


def _complaints(install: InstallProof, predicted: Sha256) -> Iterator[str]:
    if install.differences:
        first = install.differences[0]
        yield f"{install.installer} left {first.path} {first.kind}{f': {first.detail}' if first.detail else ''}"
    elif install.digest != predicted:
        yield f"{install.installer} installed the content digest {install.digest}, predicted is {predicted}"


def import_all(
    place: Path, contents: tuple[WheelContent, ...], exclusions: Mapping[str, str], bench: Workbench
) -> ImportCheck:
    """Import every top-level module of an environment but those of excluded packages."""
    modules = top_level_modules(contents)
    wanted = {name: found for name, found in modules.items() if name not in exclusions and found}
    return ImportCheck(
        packages=len(wanted),
        modules=sum(map(len, wanted.values())),
        failures=bench.environments.check_imports(place, wanted, IMPORT_LIMIT),
        excluded=tuple(
            ImportExclusion(package=name, reason=exclusions[name]) for name in sorted(exclusions) if name in modules
        ),
    )


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """Give a folder that is gone afterwards, whatever an installer left in it."""
    with tempfile.TemporaryDirectory(prefix="uplock-", ignore_cleanup_errors=True) as folder:
        yield Path(folder).resolve()
