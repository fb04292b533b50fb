"""Fetching: once, resumed, whole or not at all."""

import threading
from pathlib import Path

import pytest

from support.index_simulator import IndexSimulator, artifact_of
from support.wheels import build_wheel
from uplock.archive.store import DirectoryStore
from uplock.errors import Error, IntegrityError, NetworkError, UnaskableError
from uplock.model.digest import sha256_of
from uplock.model.lock import Artifact
from uplock.model.value import changed
from uplock.workflow.fetch import ensure, pinned_wheel

NAME, DATA = build_wheel("demo", "1.0")
RUNNING = threading.Event()


@pytest.fixture
def stores(tmp_path: Path) -> tuple[DirectoryStore, DirectoryStore]:
    return DirectoryStore(tmp_path / "archive"), DirectoryStore(tmp_path / "cache")


def published(*, ranges: bool = True) -> tuple[IndexSimulator, Artifact]:
    index = IndexSimulator(ranges=ranges)
    return index, artifact_of(index.publish(NAME, DATA))


def test_bytes_are_fetched_once_and_kept_in_both_stores(stores: tuple[DirectoryStore, DirectoryStore]) -> None:
    index, artifact = published()
    assert ensure(artifact, *stores, index, RUNNING).read_bytes() == DATA
    assert ensure(artifact, *stores, index, RUNNING).read_bytes() == DATA
    assert index.calls == [f"fetch {NAME}"]
    assert all(store.has(sha256_of(DATA)) for store in stores)


def test_another_archive_takes_them_from_the_cache(
    stores: tuple[DirectoryStore, DirectoryStore], tmp_path: Path
) -> None:
    index, artifact = published()
    ensure(artifact, *stores, index, RUNNING)
    other = DirectoryStore(tmp_path / "other")
    assert ensure(artifact, other, stores[1], index, RUNNING).read_bytes() == DATA
    assert len(index.calls) == 1


@pytest.mark.parametrize("ranges", [True, False], ids=["with ranges", "without ranges"])
@pytest.mark.parametrize("size_known", [True, False], ids=["size known", "size unknown"])
def test_an_interrupted_download_goes_on(
    stores: tuple[DirectoryStore, DirectoryStore], ranges: bool, size_known: bool
) -> None:
    index, artifact = published(ranges=ranges)
    partial = stores[1].partial(artifact.sha256)
    partial.parent.mkdir(parents=True)
    partial.write_bytes(DATA[:100])
    wanted = artifact if size_known else changed(artifact, size=None)
    assert ensure(wanted, *stores, index, RUNNING).read_bytes() == DATA
    assert not partial.exists()


def test_a_partial_file_that_is_too_long_is_started_anew(stores: tuple[DirectoryStore, DirectoryStore]) -> None:
    index, artifact = published()
    partial = stores[1].partial(artifact.sha256)
    partial.parent.mkdir(parents=True)
    partial.write_bytes(DATA + b"more")
    assert ensure(artifact, *stores, index, RUNNING).read_bytes() == DATA


def test_a_whole_partial_file_needs_no_download(stores: tuple[DirectoryStore, DirectoryStore]) -> None:
    index, artifact = published()
    partial = stores[1].partial(artifact.sha256)
    partial.parent.mkdir(parents=True)
    partial.write_bytes(DATA)
    assert ensure(artifact, *stores, index, RUNNING).read_bytes() == DATA
    assert index.calls == []


def test_other_bytes_are_refused_and_not_kept(stores: tuple[DirectoryStore, DirectoryStore]) -> None:
    index, artifact = published()
    index.tamper(NAME)
    with pytest.raises(IntegrityError) as raised:
        ensure(artifact, *stores, index, RUNNING)
    assert raised.value.context == NAME
    assert not any(store.has(artifact.sha256) for store in stores)
    assert not stores[1].partial(artifact.sha256).exists()


def test_a_damaged_partial_file_is_not_blamed_on_the_index(stores: tuple[DirectoryStore, DirectoryStore]) -> None:
    index, artifact = published()
    partial = stores[1].partial(artifact.sha256)
    partial.parent.mkdir(parents=True)
    for left in (b"x" * 100, b"x" * len(DATA)):
        partial.write_bytes(left)
        assert ensure(artifact, *stores, index, RUNNING).read_bytes() == DATA
        for store in stores:
            store.path(artifact.sha256).unlink()


def test_a_run_that_is_over_stops_its_downloads_and_keeps_what_came(
    stores: tuple[DirectoryStore, DirectoryStore],
) -> None:
    index, artifact = published()
    over = threading.Event()
    over.set()
    with pytest.raises(NetworkError):
        ensure(artifact, *stores, index, over)
    assert ensure(artifact, *stores, index, RUNNING).read_bytes() == DATA


def test_two_runs_that_want_the_same_file_do_not_mix_their_bytes(tmp_path: Path) -> None:
    index, artifact = published()
    failures: list[Error] = []

    def fetch(number: int) -> None:
        try:
            ensure(artifact, DirectoryStore(tmp_path / str(number)), DirectoryStore(tmp_path / "cache"), index, RUNNING)
        except Error as error:
            failures.append(error)

    threads = [threading.Thread(target=fetch, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert index.calls == [f"fetch {NAME}"]


def test_a_wheel_that_uplock_pins_itself_comes_from_the_index_once(
    stores: tuple[DirectoryStore, DirectoryStore],
) -> None:
    index, artifact = published()
    for _ in range(2):
        assert pinned_wheel("demo", "1.0", artifact.sha256, stores[1], index).read_bytes() == DATA
    assert index.calls == ["page demo", f"fetch {NAME}"]


@pytest.mark.parametrize("name", ["demo", "nobody"])
def test_an_index_without_that_wheel_makes_its_user_unaskable_and_is_no_failure(
    stores: tuple[DirectoryStore, DirectoryStore], name: str
) -> None:
    index, _ = published()
    with pytest.raises(UnaskableError, match=f"does not have {name} 1.0"):
        pinned_wheel(name, "1.0", sha256_of(b"other"), stores[1], index)
