"""Picking: the one artifact of every pin, with its hash, from what the view has."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

from uplock.errors import ResolutionError, located
from uplock.lockfile.inputs import Requirements
from uplock.model.digest import Sha256, parse_sha256
from uplock.model.lock import Artifact, LockedPackage, Shadowed
from uplock.model.target import Target
from uplock.model.view import IndexFile
from uplock.ports import Index, Pin, Resolution
from uplock.workflow.choose import Chooser, files_by_version, valid_specifier, version_key
from uplock.workflow.view import ViewRecorder

NONE: Mapping[str, Sha256] = {}

MAX_REASON = 500
"""Characters of a yank's reason that a lock keeps."""


class Picker:
    """Chooses files for pins. Each file that an index lists without a SHA-256 is downloaded and hashed once."""

    def __init__(
        self, requirements: Requirements, recorder: ViewRecorder, index: Index, hashed: Mapping[str, Sha256] = NONE
    ) -> None:
        """``hashed`` are digests by file name of files that were downloaded and hashed before."""
        self._requirements = requirements
        self._recorder = recorder
        self._index = index
        self._references = {reference.name for reference in requirements.references}
        self._choosers: dict[Target, Chooser] = {}
        self._versions: dict[str, dict[str | None, list[IndexFile]]] = {}
        self._found: dict[tuple[str, str, str], IndexFile | None] = {}
        self._hashed: dict[str, Sha256] = dict(hashed)

    def was_read(self, pin: Pin, target: Target) -> bool:
        """Whether a pin rests on the metadata of the file that ``target`` installs, or on equal metadata."""
        file = self._best(pin, target)
        return file is not None and self._recorder.read_alike(file)

    def _best(self, pin: Pin, target: Target) -> IndexFile | None:
        key = (target.name, pin.name, pin.version)
        if key not in self._found:
            chooser = self._choosers.get(target) or self._choosers.setdefault(target, Chooser(target))
            files = self._files(pin.name).get(version_key(pin.version), [])
            self._found[key] = chooser.best_of(files, sdist=self._requirements.sdist_allowed(pin.name))
        return self._found[key]

    def _files(self, name: str) -> dict[str | None, list[IndexFile]]:
        """Return the files of a project by version, sorted out once."""
        if name not in self._versions:
            page = self._recorder.dated(name)
            self._versions[name] = files_by_version(() if page is None else page.files)
        return self._versions[name]

    def packages(self, resolution: Resolution, target: Target) -> tuple[LockedPackage, ...]:
        """Return what is locked for every pin, with the edges between them. Raises as :meth:`package` does."""
        needs: dict[str, set[str]] = {pin.name: set() for pin in resolution.pins}
        for pin in resolution.pins:
            for parent in pin.needed_by:
                if parent != pin.name and parent in needs:
                    needs[parent].add(pin.name)
        with located(target.name):
            return tuple(self.package(pin, needs[pin.name], target) for pin in resolution.pins)

    def package(self, pin: Pin, needs: set[str], target: Target) -> LockedPackage:
        """Return what is locked for a pin. Raises :class:`ResolutionError` if the view has no file of it."""
        file = self._best(pin, target)
        if file is None:
            raise ResolutionError(
                f"the resolver chose {pin.name} {pin.version}, and the view has no file of it for this target",
                remedy="Exclude that version in the requirements.",
            )
        by_url = pin.name in self._references
        return LockedPackage(
            name=pin.name,
            version=pin.version,
            artifact=Artifact(
                filename=file.filename,
                sha256=file.sha256 or self._hash(file),
                url=file.url,
                size=file.size,
                upload_time=file.upload_time,
            ),
            dependencies=tuple(sorted(needs)),
            requires_python=valid_specifier(file.requires_python),
            direct=pin.direct,
            index=None if by_url else self._index.address(pin.name),
            yanked=None if file.yanked is None else _one_line(file.yanked),
            hashed_here=file.sha256 is None,
        )

    def shadowed(self, names: Iterable[str]) -> tuple[Shadowed, ...]:
        """Return those of ``names`` that several indexes have and that nothing pins to one of them."""
        found = []
        for name in sorted(set(names) - self._references):
            holders = self._index.holders(name)
            if len(holders) > 1:
                found.append(Shadowed(name=name, index=holders[0], others=holders[1:]))
        return tuple(found)

    def _hash(self, file: IndexFile) -> Sha256:
        if file.filename not in self._hashed:
            sink = Hashing()
            with located(file.filename):
                self._index.download(file, sink)
            self._hashed[file.filename] = parse_sha256(sink.hexdigest())
        return self._hashed[file.filename]


def _one_line(reason: str) -> str:
    """Return a yank's reason as files of lines can carry it."""
    return " ".join("".join(each if each.isprintable() else " " for each in reason).split())[:MAX_REASON]


class Hashing:
    """Hashes what is written, and keeps none of it."""

    def __init__(self) -> None:
        self._hash = hashlib.sha256()

    def write(self, chunk: bytes, /) -> int:
        """Hash ``chunk``."""
        self._hash.update(chunk)
        return len(chunk)

    def hexdigest(self) -> str:
        """Return the SHA-256 of everything written."""
        return self._hash.hexdigest()
