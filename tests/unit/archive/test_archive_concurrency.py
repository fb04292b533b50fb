"""Readers hold no lock: while generations are recorded and bytes collected, they see whole things or none."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event as Flag

from support.archives import Filled
from uplock.archive import index
from uplock.archive.archive import DirectoryArchive
from uplock.archive.fsck import Examined, head_of
from uplock.archive.gc import collect
from uplock.archive.index_find import with_library
from uplock.ports import ignore_events
from uplock.workflow.archive_history import chain


def test_readers_are_right_while_a_writer_records_and_collects(tmp_path: Path) -> None:
    filled = Filled(tmp_path / "archive", length=1, keep=(0,))
    first, over = filled.ids[0], Flag()

    def read(read_one: Callable[[DirectoryArchive], object]) -> int:
        times = 0
        while not over.is_set() or times == 0:
            read_one(DirectoryArchive(filled.place))
            times += 1
        return times

    def history(archive: DirectoryArchive) -> None:
        entries = index.opened(archive).entries()
        recorded = {identity: at for identity, at in archive.recorded().items() if identity in entries}
        head = archive.head()
        if head in entries:
            assert chain(entries, recorded, head)[-1] == first

    def library(archive: DirectoryArchive) -> None:
        assert with_library(index.opened(archive), "zlib").generations[0].id == first

    def walk(archive: DirectoryArchive) -> None:
        assert [identity for identity, _, _ in archive.history()][-1] == first

    with ThreadPoolExecutor(3) as pool:
        readers = [pool.submit(read, each) for each in (history, library, walk)]
        try:
            for number in range(6):
                filled.add(f"new {number}")
                collect(filled.archive, None, ignore_events, dry_run=False)
                assert Examined(filled.archive, head_of(filled.archive), ignore_events).rows == ()
        finally:
            over.set()
        assert all(reader.result(60) > 0 for reader in readers)
    assert len(index.opened(filled.archive).entries()) == 7
