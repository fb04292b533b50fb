"""``verify env``: a directory, read from disk and compared with the wheels of a lock. Nothing of it is run."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from uplock.content.bytecode import CachedName, parse_cached_name
from uplock.content.compare import compare_files, contests, describe_strangers, found_content, strangers
from uplock.content.digest import environment_digest, predict, settle
from uplock.content.expected import Expected, expected_files, located
from uplock.content.found import Found
from uplock.content.notes import NOTE_LIMITS, contradictions_of_notes
from uplock.content.scheme import Layout, LayoutKind, layout_of
from uplock.content.scripts import MAX_GENERATED, MAX_HEAD, head_of
from uplock.content.tree import Listing
from uplock.environment.bootstrap import bootstrap_contents
from uplock.environment.bytecode import BytecodeCheck, Candidate
from uplock.environment.recompile import Recompiler
from uplock.environment.scaffold import CONFIGURATION, Scaffold, scaffold_of
from uplock.environment.tree import Tree
from uplock.model.content import (
    DistributionContent,
    EnvironmentDifference,
    EnvironmentResult,
    PredictedContent,
    WheelContent,
)
from uplock.model.target import Target

MAX_LISTED = 2000
"""Differences that are listed; the others are counted."""


def verify_environment(
    directory: Path, contents: Iterable[WheelContent], target: Target, python: Path, uv: Path | None = None
) -> EnvironmentResult:
    """Compare a directory with what the wheels of a lock put there.

    ``python`` is the interpreter that the lock is for: a program that is trusted, for it compiles the sources; links to
    it are followed. ``uv`` is needed to judge what uv puts into its environments besides packages. Raises
    :class:`InputError` if the directory cannot be read, :class:`ToolError` if the interpreter or uv cannot do their
    part.
    """
    return _Verification(directory, contents, target, Path(os.path.realpath(python)), uv).result()


class _Verification:
    """One comparison: what is read, and in which order."""

    def __init__(
        self, directory: Path, contents: Iterable[WheelContent], target: Target, python: Path, uv: Path | None
    ) -> None:
        self._tree = Tree(directory)
        self._target = target
        self._python = python
        self._listing = self._tree.listing()
        self._layout = find_layout(self._listing, target.interpreter.minor)
        whole = list(contents)
        self._predicted: PredictedContent = predict(whole, target)
        self._contents = [settle(content, target) for content in whole]
        self._bootstrap = self._bundled()
        everything = [*self._contents, *(settle(content, target) for content in self._bootstrap)]
        self._expected = located(expected_files(everything, self._layout), self._listing, self._layout)
        self._folders = frozenset(self._layout.place(path) for content in everything for path in content.folders)
        self._scaffold = self._own(uv)
        self._found = self._read()

    def result(self) -> EnvironmentResult:
        found, expected = self._found, self._expected
        candidates = dict(self._candidates())
        owned = {path: candidate.package for path, candidate in candidates.items()}
        unowned = strangers(expected, owned, self._folders, found)
        unproved = {path: each for path, each in candidates.items() if not self._is_wheels_own(path)}
        recompiler = Recompiler(self._python)
        differences = [
            *self._scaffold.differences,
            *contests(self._predicted.contested, found),
            *compare_files(expected, owned, found),
            *contradictions_of_notes(expected, owned, found),
            *BytecodeCheck(self._tree, self._layout, self._target.interpreter, recompiler).differences(unproved),
            *describe_strangers(unowned, found),
        ]
        differences.sort(key=lambda each: (each.path, each.kind, each.detail))
        distributions = found_content(self._contents, self._places(), unowned, found)
        return self._summary(differences, distributions, len(candidates))

    def _summary(
        self, differences: list[EnvironmentDifference], distributions: tuple[DistributionContent, ...], bytecode: int
    ) -> EnvironmentResult:
        compared = [each for each in self._expected.values() if each.path in self._listing.files]
        return EnvironmentResult(
            status="different" if differences else "equal",
            target=self._target.name,
            layout=self._layout.kind,
            digest=environment_digest(distributions),
            predicted=self._predicted.digest,
            distributions=distributions,
            bootstrap=tuple(f"{content.name} {content.version}" for content in self._bootstrap),
            files=sum(1 for each in compared if each.role == "content"),
            bytecode=bytecode,
            scripts=sum(1 for each in compared if each.role == "script"),
            differences=tuple(differences[:MAX_LISTED]),
            omitted=max(len(differences) - MAX_LISTED, 0),
        )

    def _bundled(self) -> tuple[WheelContent, ...]:
        if self._layout.kind != "venv":
            return ()
        tops = {path.partition("/")[0] for path in map(self._layout.below_site, self._listing.files) if path}
        folders = [top for top in tops if top.endswith(".dist-info")]
        return bootstrap_contents(self._python, folders, [content.name for content in self._contents])

    def _own(self, uv: Path | None) -> Scaffold:
        """Return the scaffold; uv leaves an empty lock file in every directory that it installs into."""
        paths = {".lock"} if self._listing.files.get(".lock") == 0 else set()
        if self._layout.kind != "venv":
            return Scaffold(paths=frozenset(paths), interpreters=frozenset())
        scaffold = scaffold_of(self._tree, self._listing, self._python, uv)
        return Scaffold(
            paths=scaffold.paths | paths, interpreters=scaffold.interpreters, differences=scaffold.differences
        )

    def _read(self) -> Found:
        sizes = self._listing.files
        texts, plain = {}, []
        for path, each in self._expected.items():
            if path not in sizes:
                continue
            limit = _text_limit(each)
            if limit is None:
                if each.file is not None and sizes[path] == each.file.size:
                    plain.append(path)
            elif (text := self._tree.read(path, limit)) is not None:
                texts[path] = text
        return Found(
            layout=self._layout,
            listing=self._listing,
            hashes=self._tree.hashes(plain),
            texts=texts,
            interpreters=frozenset(self._startable(texts)),
            scaffold=self._scaffold.paths,
        )

    def _startable(self, texts: Mapping[str, bytes]) -> Iterator[str]:
        """Yield what scripts start, where that is the environment's interpreter, or the locked one if it has none."""
        folder = str(self._tree.root / self._layout.scripts)
        for starts in {head.starts for head in map(head_of, texts.values()) if head is not None}:
            place, name = os.path.split(starts)
            if self._layout.kind == "venv":
                here = place == "." or os.path.realpath(place) == folder
                if here and name in self._scaffold.interpreters:
                    yield starts
            elif place != "." and os.path.realpath(starts) == str(self._python) and not _is_configured(place):
                yield starts

    def _candidates(self) -> Iterator[tuple[str, Candidate]]:
        """Yield the bytecode files whose source is there, from a wheel or of the environment itself."""
        for path in self._listing.files:
            name = parse_cached_name(path)
            if name is None or name.source not in self._listing.files:
                continue
            source = self._expected.get(name.source)
            if source is not None and source.role == "content":
                yield path, self._candidate(path, source.package, name)
            elif name.source in self._scaffold.paths:
                yield path, self._candidate(path, "", name)

    def _candidate(self, path: str, package: str, name: CachedName) -> Candidate:
        size = self._listing.files[path] + self._listing.files[name.source]
        return Candidate(path=path, package=package, name=name, size=size)

    def _is_wheels_own(self, path: str) -> bool:
        """Whether a bytecode file is one that a wheel brought along, unchanged."""
        each = self._expected.get(path)
        return each is not None and each.file is not None and self._found.hashes.get(path) == each.file.sha256

    def _places(self) -> dict[str, str]:
        """Return where every neutral path is in the directory."""
        places = {file.path: self._layout.place(file.path) for content in self._contents for file in content.files}
        moved = {each.file.path: path for path, each in self._expected.items() if each.file is not None}
        return places | {neutral: path for neutral, path in moved.items() if neutral in places}


def _is_configured(folder: str) -> bool:
    """Whether a program in ``folder`` starts as that of a virtual environment (PEP 405), with its packages."""
    return any(os.path.lexists(os.path.join(place, CONFIGURATION)) for place in (folder, os.path.dirname(folder)))


def _text_limit(each: Expected) -> int | None:
    """Return how many bytes of a file are read whole, or ``None`` if it is only hashed."""
    if each.role == "note":
        return NOTE_LIMITS[each.path.rpartition("/")[2]]
    if each.role == "script":
        return MAX_GENERATED
    return each.file.size + MAX_HEAD if each.file is not None and each.file.rewritten else None


def find_layout(listing: Listing, minor: str) -> Layout:
    """Return what a directory is: a virtual environment, a prefix, or a flat directory of ``--target``."""
    kind: LayoutKind = "target"
    if CONFIGURATION in listing.files or CONFIGURATION in listing.links:
        kind = "venv"
    elif any(path.startswith(f"lib/python{minor}/site-packages/") for path in listing.files):
        kind = "prefix"
    return layout_of(kind, minor)
