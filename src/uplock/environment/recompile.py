"""Compiling sources with the locked interpreter, in a process that does nothing else.

It starts isolated and without ``site`` (``-I -S``): nothing of the environment is imported, no source is executed. Its
input are sources, its output is marshalled code, which the caller compares and never loads.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from uplock.content.bytecode import Compiled
from uplock.errors import ToolError
from uplock.model.value import Value

TIME_LIMIT = 300
"""Seconds for one batch of sources."""
BATCH = 4 * 1024 * 1024
"""Bytes of source that one process compiles."""

_PROGRAM = """
import sys, importlib.util, importlib._bootstrap_external as external, struct
import warnings
warnings.simplefilter("ignore")
read, write = sys.stdin.buffer.read, sys.stdout.buffer.write
write(importlib.util.MAGIC_NUMBER)
while True:
    head = read(12)
    if not head:
        break
    level, named, size = struct.unpack("<iII", head)
    name = read(named).decode("utf-8", "surrogateescape")
    source = read(size)
    try:
        code = compile(source, name, "exec", dont_inherit=True, optimize=level)
        pyc = external._code_to_timestamp_pyc(code, 0, 0)[16:]
    except Exception:
        pyc = b""
    write(importlib.util.source_hash(source) + struct.pack("<I", len(pyc)) + pyc)
sys.stdout.buffer.flush()
"""
_REMEDY = "Name the interpreter that the lock is for with --python."


class Source(Value, frozen=True, kw_only=True):
    """One source to compile: its bytes, the file name to put into the code, and the level of optimisation."""

    data: bytes
    filename: str
    level: int


class Recompiler:
    """An interpreter as a compiler. It must be one that is trusted: never one that lies in what is verified."""

    def __init__(self, python: Path, workers: int = 2) -> None:
        self._python = python
        self._workers = workers

    def compile(self, sources: Iterable[Source]) -> Iterator[Compiled]:
        """Yield what the interpreter makes of each source, in their order.

        Raises :class:`ToolError` if it cannot be run, takes too long or gives no answer.
        """
        with ThreadPoolExecutor(self._workers) as pool:
            for batch in pool.map(self._run, list(_batches(sources))):
                yield from batch

    def _run(self, batch: Sequence[Source]) -> list[Compiled]:
        import subprocess

        question = b"".join(_framed(source) for source in batch)
        command = [str(self._python), "-I", "-S", "-B", "-c", _PROGRAM]
        try:
            done = subprocess.run(  # noqa: S603 - our own program, no shell; sources travel as input and are compiled
                command, input=question, capture_output=True, timeout=TIME_LIMIT, check=False, env={}, cwd="/"
            )
        except OSError as error:
            raise ToolError(f"cannot be run: {error.strerror}", context=str(self._python), remedy=_REMEDY) from error
        except subprocess.TimeoutExpired as error:
            raise ToolError(
                f"compiling took longer than {TIME_LIMIT} seconds", context=str(self._python), remedy=_REMEDY
            ) from error
        try:
            return _answers(done.stdout, batch)
        except (struct.error, IndexError) as error:
            words = " ".join(done.stderr.decode("utf-8", "replace").split())[:500]
            raise ToolError(
                f"gave no answer when it compiled sources (exit {done.returncode}): {words}",
                context=str(self._python),
                remedy=_REMEDY,
            ) from error


def _batches(sources: Iterable[Source]) -> Iterator[list[Source]]:
    batch: list[Source] = []
    size = 0
    for source in sources:
        batch.append(source)
        size += len(source.data)
        if size >= BATCH:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _framed(source: Source) -> bytes:
    name = source.filename.encode("utf-8", "surrogateescape")
    return struct.pack("<iII", source.level, len(name), len(source.data)) + name + source.data


def _answers(output: bytes, batch: Sequence[Source]) -> list[Compiled]:
    magic, position = output[:4], 4
    found = []
    for source in batch:
        source_hash = output[position : position + 8]
        (size,) = struct.unpack_from("<I", output, position + 8)
        position += 12
        code = output[position : position + size]
        position += size
        if len(code) != size:
            raise IndexError(position)
        found.append(Compiled(magic=magic, source_hash=source_hash, source_size=len(source.data), code=code))
    return found
