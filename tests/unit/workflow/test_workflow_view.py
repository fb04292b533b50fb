"""Taking a view: what is admitted, what is shown to resolvers, and what is remembered."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from support.index_simulator import IndexSimulator
from support.memory_store import MemoryStore
from support.sdists import build_sdist
from support.subjects import make_target
from support.wheels import build_wheel
from uplock.errors import IntegrityError, NetworkError
from uplock.lockfile.inputs import Requirements
from uplock.model.digest import digest_of, sha256_of
from uplock.model.value import changed, decode
from uplock.model.view import IndexFile, ViewPage
from uplock.ports import ignore_events
from uplock.workflow.view import ViewRecorder

CUT_OFF = datetime(2024, 3, 1, tzinfo=UTC)
BEFORE, AFTER = CUT_OFF - timedelta(days=1), CUT_OFF + timedelta(seconds=1)
NINE, TWELVE = make_target("3.9.18"), make_target("3.12.1")


@pytest.fixture
def index() -> IndexSimulator:
    shelf = IndexSimulator(provenance_offered=False)
    shelf.publish(*build_wheel("demo", "1.0", requires_dist=("coin>=1",)), upload_time=BEFORE)
    return shelf


@pytest.fixture
def store(tmp_path: Path) -> MemoryStore:
    return MemoryStore(tmp_path)


def recorder(index: IndexSimulator, store: MemoryStore, **asked: tuple[str, ...]) -> ViewRecorder:
    requirements = changed(Requirements(requirements=asked.pop("requirements", ())), **asked)
    return ViewRecorder(
        index, store, CUT_OFF, ignore_events, requirements=requirements, targets=(NINE, TWELVE), refresh=False
    )


def names(files: tuple[IndexFile, ...]) -> list[str]:
    return [file.filename for file in files]


def shown(view: ViewRecorder, name: str = "demo") -> list[str]:
    page = view.page(name)
    assert page is not None
    return names(page.files)


def file_of(view: ViewRecorder, name: str = "demo") -> IndexFile:
    page = view.page(name)
    assert page is not None
    return page.files[0]


def test_nothing_later_than_the_cut_off_is_admitted(index: IndexSimulator, store: MemoryStore) -> None:
    index.publish(*build_wheel("demo", "1.1"), upload_time=CUT_OFF)
    index.publish(*build_wheel("demo", "1.2"), upload_time=AFTER)
    view = recorder(index, store)
    assert shown(view) == ["demo-1.0-py3-none-any.whl", "demo-1.1-py3-none-any.whl"]
    assert view.undated == set()


def test_files_without_a_time_are_admitted_and_named(index: IndexSimulator, store: MemoryStore) -> None:
    index.publish(*build_wheel("demo", "1.2"), upload_time=None)
    view = recorder(index, store)
    assert "demo-1.2-py3-none-any.whl" in shown(view)
    assert view.undated == {"demo-1.2-py3-none-any.whl"}


def test_yanked_files_stay_and_are_marked(index: IndexSimulator, store: MemoryStore) -> None:
    index.yank("demo-1.0-py3-none-any.whl", "broken")
    assert file_of(recorder(index, store)).yanked == "broken"


def test_sdists_are_in_the_view_and_shown_only_where_they_are_allowed(
    index: IndexSimulator, store: MemoryStore
) -> None:
    index.publish(*build_sdist("demo", "2.0"), upload_time=BEFORE)
    refused, allowed = recorder(index, store), recorder(index, store, allow_sdist=("demo",))
    assert shown(refused) == ["demo-1.0-py3-none-any.whl"]
    assert shown(allowed) == ["demo-1.0-py3-none-any.whl", "demo-2.0-0_sdist-py3-none-any.whl"]
    assert recorder(index, store, allow_sdist=("*",)).page("demo") == allowed.page("demo")
    for view in (refused, allowed):
        view.page("demo")
        _, pages = view.view()
        (page,) = (decode(raw, ViewPage) for raw in pages.values())
        assert [file.filename for file in page.files] == ["demo-1.0-py3-none-any.whl", "demo-2.0.tar.gz"]


def test_each_project_is_asked_for_once_and_one_that_is_unknown_is_remembered(
    index: IndexSimulator, store: MemoryStore
) -> None:
    view = recorder(index, store)
    for _ in range(2):
        assert view.page("demo") is not None
        assert view.page("nothing") is None
        assert view.page_for("nothing", TWELVE) is None
    assert sorted(index.calls) == ["page demo", "page nothing"]
    assert view.names == {"demo", "nothing"}
    manifest, pages = view.view()
    assert [entry.name for entry in manifest.pages] == ["demo", "nothing"]
    assert decode(pages[manifest.pages[1].page], ViewPage).files == ()


def test_what_fails_is_asked_for_again(index: IndexSimulator, store: MemoryStore) -> None:
    view = recorder(index, store)
    index.down = True
    with pytest.raises(NetworkError):
        view.page("demo")
    index.down = False
    assert shown(view) == ["demo-1.0-py3-none-any.whl"]


def test_a_target_is_shown_the_one_file_of_each_version_that_it_installs(
    index: IndexSimulator, store: MemoryStore
) -> None:
    for tag in ("cp312-cp312-manylinux_2_17_x86_64", "cp39-cp39-manylinux_2_17_x86_64", "cp312-cp312-win_amd64"):
        index.publish(*build_wheel("demo", "1.0", tag=tag), upload_time=BEFORE)
    index.publish(*build_wheel("demo", "2.0"), upload_time=BEFORE, requires_python=">=3.10")
    view = recorder(index, store)
    by_target = {}
    for target in (NINE, TWELVE):
        page = view.page_for("demo", target)
        assert page is not None
        by_target[target.name] = names(page.files)
    assert by_target == {
        NINE.name: ["demo-1.0-cp39-cp39-manylinux_2_17_x86_64.whl"],
        TWELVE.name: ["demo-1.0-cp312-cp312-manylinux_2_17_x86_64.whl", "demo-2.0-py3-none-any.whl"],
    }


def test_equal_content_gives_an_equal_view_whatever_the_order_time_or_address(
    index: IndexSimulator, store: MemoryStore
) -> None:
    index.publish(*build_wheel("coin", "1.0"), upload_time=BEFORE)
    one, other = recorder(index, store), recorder(index, store)
    for name in ("demo", "coin"):
        one.page(name)
    for name in ("coin", "demo", "coin"):
        other.dated(name)
    assert one.view() == other.view()
    later = ViewRecorder(index, store, CUT_OFF + timedelta(seconds=1), ignore_events)
    later.page("demo")
    later.page("coin")
    assert digest_of(later.view()[0]) != digest_of(one.view()[0])


def test_metadata_are_asked_for_once_and_kept_by_the_wheel_s_digest(index: IndexSimulator, store: MemoryStore) -> None:
    view = recorder(index, store)
    file = file_of(view)
    first = view.metadata(file)
    assert b"Requires-Dist: coin>=1" in first
    assert view.metadata(file) == first
    assert len(view.records) == 1
    index.calls.clear()
    again = recorder(index, store)
    assert again.metadata(file_of(again)) == first
    assert index.calls == ["page demo"]
    assert again.records == view.records


def test_a_refresh_asks_again(index: IndexSimulator, store: MemoryStore) -> None:
    view = recorder(index, store)
    view.metadata(file_of(view))
    fresh = ViewRecorder(index, store, CUT_OFF, ignore_events, refresh=True)
    index.calls.clear()
    fresh.metadata(file_of(fresh))
    assert "metadata demo-1.0-py3-none-any.whl" in index.calls


def test_overrides_change_what_is_shown_and_not_what_is_kept(index: IndexSimulator, store: MemoryStore) -> None:
    view = recorder(index, store, overrides=("coin==9",))
    assert b"coin==9" in view.metadata(file_of(view))
    (kept,) = view.records.values()
    assert b"Requires-Dist: coin>=1" in kept


def test_metadata_of_a_file_without_a_digest_are_kept_for_this_view_and_never_believed_again(
    index: IndexSimulator, store: MemoryStore
) -> None:
    index.hashes = False
    view = recorder(index, store)
    view.metadata(file_of(view))
    assert len(view.records) == 1
    assert store.records == {}
    again = recorder(index, store)
    index.calls.clear()
    again.metadata(file_of(again))
    assert "metadata demo-1.0-py3-none-any.whl" in index.calls
    assert again.records == view.records


def by_url(index: IndexSimulator, sha256: str | None = None) -> str:
    page = index.listing("demo")
    assert page is not None
    return f"demo @ {page.files[0].url}#sha256={sha256 or page.files[0].sha256}"


def test_what_is_asked_for_by_url_is_that_one_file_and_no_index_is_asked(
    index: IndexSimulator, store: MemoryStore
) -> None:
    index.publish(*build_wheel("demo", "2.0"), upload_time=BEFORE)
    view = recorder(index, store, requirements=(by_url(index),))
    assert shown(view) == ["demo-1.0-py3-none-any.whl"]
    assert b"Requires-Dist: coin>=1" in view.metadata(file_of(view))
    assert index.calls == ["fetch demo-1.0-py3-none-any.whl"]
    assert view.undated == set()
    _, pages = view.view()
    (page,) = (decode(raw, ViewPage) for raw in pages.values())
    assert [file.filename for file in page.files] == ["demo-1.0-py3-none-any.whl"]


def test_other_bytes_behind_a_url_are_never_read(index: IndexSimulator, store: MemoryStore) -> None:
    view = recorder(index, store, requirements=(by_url(index, sha256_of(b"other")),))
    with pytest.raises(IntegrityError):
        view.metadata(file_of(view))
    assert store.records == {}
    assert view.records == {}
