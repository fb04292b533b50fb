"""Statements 4 to 7: interpreters, installations without a network, imports, and going back and forth."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from uplock.content.digest import predict
from uplock.environment_ports import Installer
from uplock.errors import Error, UnaskableError
from uplock.model.proof import InterpreterIdentity, Proof
from uplock.ports import Archive, Event, OnEvent
from uplock.workflow.prove import Trial, archived_contents, order_of, prove, scratch_folder
from uplock.workflow.rehearsing.ends import End, Ends
from uplock.workflow.rehearsing.found import Found, counted, fails, holds, some, undecided
from uplock.workflow.workbench import Workbench, identity_of


class Installs:
    """What is tried by installing, one statement after the other."""

    def __init__(  # noqa: PLR0913 - what is tried, with what, and when
        self,
        ends: Ends,
        *,
        project: str,
        bench: Workbench,
        archive: Archive,
        exclusions: dict[str, str],
        now: datetime,
        on_event: OnEvent,
    ) -> None:
        self._ends = ends
        self._project = project
        self._bench = bench
        self._archive = archive
        self._exclusions = exclusions
        self._now = now
        self._on_event = on_event
        self.proofs: tuple[Proof, ...] = ()

    def interpreters(self) -> Found:
        """Decide statement 4."""
        found: list[InterpreterIdentity] = []
        for end in self._ends.all:
            try:
                found.append(identity_of(self._bench.find(end.lock.target)))
            except UnaskableError as error:
                return fails(str(error))
        return holds("; ".join(f"CPython {each.version} (program sha256 {each.sha256})" for each in found))

    def installed(self) -> Found:
        """Decide statement 5, and make the proofs that statement 6 reads."""
        try:
            method = self._bench.environments.isolation()
        except UnaskableError as error:
            return undecided(str(error))
        proofs = []
        for end in self._ends.all:
            try:
                proofs.append(prove(self._trial(end), self._bench, self._archive, self._now, self._on_event))
            except UnaskableError as error:
                return undecided(str(error))
            except Error as error:
                return fails(f"{end.name}: {error}")
        self.proofs = tuple(proofs)
        wrong = [
            f"{each.target}: {problem}" for each in proofs for problem in _installing(each, len(self._bench.installers))
        ]
        if wrong:
            return fails(some(wrong))
        told = "; ".join(
            f"{each.target} {each.predicted[:16]} by {' and '.join(install.installer for install in each.installs)}"
            for each in proofs
        )
        return holds(f"{told}; cut off by {method}")

    def imported(self) -> Found:
        """Decide statement 6, of what was installed for statement 5."""
        failures = [
            f"{proof.target}: {each.module} of {each.package} ({each.kind}: {each.detail})"
            for proof in self.proofs
            for each in (proof.imports.failures if proof.imports is not None else ())
        ]
        if failures:
            return fails(some(failures))
        if any(proof.imports is None for proof in self.proofs):
            return undecided("nothing was imported")
        if not any(proof.imports.modules for proof in self.proofs if proof.imports is not None):
            return undecided("nothing was imported: no package has a module that is not excluded")
        checks = [proof.imports for proof in self.proofs if proof.imports is not None]
        modules = sum(each.modules for each in checks)
        excluded = sorted({f"{each.package} ({each.reason})" for check in checks for each in check.excluded})
        without = f"; not imported: {some(excluded)}" if excluded else ""
        return holds(f"{counted(modules, 'module')} in {counted(len(checks), 'environment')}{without}")

    def round_trip(self) -> Found:
        """Decide statement 7: from every new end to every old one and back, by switching."""
        steps = 0
        with scratch_folder() as scratch:
            link = scratch / "service"
            for new in self._ends.new:
                for old in self._ends.old:
                    for end in (new, old, new):
                        self._on_event(Event(stage="rehearse", message=f"switching to {end.name}"))
                        try:
                            problem = self._step(end, link, self._bench.installers[0])
                        except Error as error:
                            problem = str(error)
                        if problem:
                            return fails(f"after {counted(steps, 'switch')}{'es' if steps != 1 else ''}: {problem}")
                        steps += 1
        return holds(f"{steps} switches, each to the recorded digest")

    def _step(self, end: End, link: Path, installer: Installer) -> str:
        """Install one end beside the link, switch to it and read it through the link; return what is wrong."""
        contents = archived_contents(end.lock, self._archive)
        target = end.lock.target
        python = self._bench.find(target)
        place = self._bench.environments.fresh(link, end.name)
        installer.install(order_of(self._trial(end), self._archive, place, python))
        self._bench.environments.switch(link, place)
        result = self._bench.environments.compare(link, contents, target, python)
        expected = end.entry.content or predict(contents, target).digest
        if result.differences:
            first = result.differences[0]
            return f"{end.name} has {first.path} {first.kind}"
        return "" if result.digest == expected else f"{end.name} has the digest {result.digest}, recorded is {expected}"

    def _trial(self, end: End) -> Trial:
        return Trial(
            project=self._project,
            generation=end.generation,
            entry=end.entry,
            lock=end.lock,
            exclusions=self._exclusions,
        )


def _installing(proof: Proof, installers: int) -> list[str]:
    """Return what is wrong with the installations of a proof, imports aside."""
    digests = {each.digest for each in proof.installs} | {proof.predicted}
    clean = len(proof.installs) == installers and not any(each.differences for each in proof.installs)
    if clean and len(digests) == 1 and proof.recorded in {None, proof.predicted}:
        return []
    return list(proof.failures) or ["the digests differ"]
