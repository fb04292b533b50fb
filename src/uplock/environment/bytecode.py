"""All bytecode of a directory, held against its sources as the locked interpreter compiles them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping

from uplock.content.bytecode import MAX_BYTECODE, CachedName, examine, filename_in, odd_filenames
from uplock.content.scheme import Layout
from uplock.content.tree import shown
from uplock.environment.recompile import Recompiler, Source
from uplock.environment.tree import Tree
from uplock.model.content import EnvironmentDifference
from uplock.model.target import Interpreter
from uplock.model.value import Value

AT_ONCE = 500
"""Files that are held in memory together."""
BYTES_AT_ONCE = 256 * 1024 * 1024
"""Bytes of files, as they are listed, that are held in memory together; one file may have more."""


class Candidate(Value, frozen=True, kw_only=True):
    """One bytecode file whose source is there and belongs to a package."""

    path: str
    package: str
    name: CachedName
    size: int
    """Bytes of it and of its source, as they were listed."""


class BytecodeCheck:
    """Compares bytecode with what one interpreter compiles."""

    def __init__(self, tree: Tree, layout: Layout, interpreter: Interpreter, recompiler: Recompiler) -> None:
        self._tree = tree
        self._layout = layout
        self._interpreter = interpreter
        self._recompiler = recompiler
        self._filenames: dict[str, tuple[str, str]] = {}
        self._site = os.path.join(tree.root, layout.site)

    def differences(self, candidates: Mapping[str, Candidate]) -> Iterator[EnvironmentDifference]:
        """Yield what is wrong with bytecode. Raises :class:`ToolError` if the interpreter cannot compile."""
        tag = "cpython-" + self._interpreter.minor.replace(".", "")
        ours = [candidate for candidate in candidates.values() if candidate.name.tag == tag]
        for candidate in candidates.values():
            if candidate.name.tag != tag:
                yield _wrong(candidate, f"is of another interpreter ({candidate.name.tag}): no source can prove it")
        for batch in batches(ours):
            yield from self._compare(batch)
        here = frozenset(
            os.path.normpath(os.path.join(root, self._layout.site)) for root in (self._tree.root, self._tree.given)
        )
        for path, detail in sorted(odd_filenames(self._filenames, here).items()):
            yield _wrong(candidates[path], detail)

    def _compare(self, batch: list[Candidate]) -> Iterator[EnvironmentDifference]:
        data = {candidate.path: self._tree.read(candidate.path, MAX_BYTECODE) or b"" for candidate in batch}
        self._guess(batch[0], data[batch[0].path])
        sources = [self._source(candidate) for candidate in batch]
        for candidate, source, compiled in zip(batch, sources, self._recompiler.compile(sources), strict=True):
            found = examine(
                data[candidate.path], self._mtime(candidate.name.source), compiled, self._interpreter.release
            )
            if found.problem:
                yield _wrong(candidate, found.problem)
            else:
                named = found.filename or source.filename
                self._filenames[candidate.path] = (named, self._below(candidate.name.source))

    def _guess(self, candidate: Candidate, data: bytes) -> None:
        """Take the place that one file names for that of the others: equal names make equal bytes, told at once."""
        below = self._layout.below_site(candidate.name.source)
        named = filename_in(data, self._interpreter.release)
        if below is not None and named is not None and named.endswith(f"/{below}"):
            self._site = named[: -len(below) - 1]

    def _source(self, candidate: Candidate) -> Source:
        source = candidate.name.source
        below = self._layout.below_site(source)
        filename = f"{self._tree.root}/{source}" if below is None else f"{self._site}/{below}"
        text = self._tree.read(source, MAX_BYTECODE)
        return Source(data=text or b"", filename=filename, level=candidate.name.level)

    def _below(self, source: str) -> str:
        """Return the source's path below site-packages, or below the directory if it is elsewhere."""
        return self._layout.below_site(source) or source

    def _mtime(self, source: str) -> int:
        try:
            return int(os.lstat(self._tree.root / source).st_mtime)
        except OSError:
            return 0


def batches(candidates: Iterable[Candidate]) -> Iterator[list[Candidate]]:
    """Yield candidates in groups that fit into memory: whoever planted a file chose its size."""
    batch: list[Candidate] = []
    size = 0
    for candidate in candidates:
        if batch and (len(batch) == AT_ONCE or size + candidate.size > BYTES_AT_ONCE):
            yield batch
            batch, size = [], 0
        batch.append(candidate)
        size += candidate.size
    if batch:
        yield batch


def _wrong(candidate: Candidate, detail: str) -> EnvironmentDifference:
    return EnvironmentDifference(kind="bytecode", path=shown(candidate.path), package=candidate.package, detail=detail)
