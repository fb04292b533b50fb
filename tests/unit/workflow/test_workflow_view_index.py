"""An archived view in the place of an index: what was seen is seen again, and what was not is not known."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path

import pytest

from support.index_simulator import IndexSimulator, artifact_of
from support.subjects import NOTHING, make_lock
from support.wheels import build_wheel
from uplock.archive.archive import DirectoryArchive
from uplock.errors import ArchiveError, IntegrityError
from uplock.model.digest import Sha256, digest_of
from uplock.model.lock import Lock, LockedPackage
from uplock.model.results import Unchecked
from uplock.model.value import changed, encode
from uplock.model.view import IndexFile
from uplock.ports import ignore_events
from uplock.workflow.view import ViewRecorder
from uplock.workflow.view_index import ViewIndex

CUT_OFF = datetime(2026, 3, 1, tzinfo=UTC)
WHEEL, OTHER = build_wheel("demo", "1.0"), build_wheel("demo", "1.1")


class Seen:
    """A view of an index, taken and archived."""

    def __init__(self, folder: Path, *, hashes: bool = True) -> None:
        self.index = IndexSimulator(provenance_offered=True)
        self.locked = self.index.publish(*WHEEL, provenance=b"{}", requires_python=">=3.8")
        self.index.publish(*OTHER, yanked="broken")
        self.index.hashes = hashes
        self.archive = DirectoryArchive(folder / "archive")
        self.taken = self.recorded(self.index)
        view, pages = self.taken.view()
        for blob in (*pages.values(), encode(view)):
            self.archive.put(blob)
        for key, record in self.taken.records.items():
            self.archive.keep(key, record)
        self.view = digest_of(view)

    def recorded(self, index: IndexSimulator | ViewIndex) -> ViewRecorder:
        """Look at a project, at metadata of its first file, and at one that is not there."""
        recorder = ViewRecorder(index, self.archive, CUT_OFF, ignore_events)
        page = recorder.page("demo")
        assert page is not None
        recorder.metadata(page.files[0])
        assert recorder.page("nothing") is None
        return recorder

    def lock(self) -> Lock:
        package = LockedPackage(
            name="demo",
            version="1.0",
            artifact=artifact_of(self.locked),
            index="https://index.example/simple",
            hashed_here=not self.index.hashes,
        )
        return make_lock(packages=(package,))

    def again(self, view: Sha256 | None = None) -> ViewIndex:
        return ViewIndex(self.archive, view or self.view, (self.lock(),))


@pytest.fixture
def seen(tmp_path: Path) -> Seen:
    return Seen(tmp_path)


@pytest.mark.parametrize("hashes", [True, False], ids=["with digests", "without digests"])
def test_a_view_of_the_view_is_the_same_view_with_the_same_metadata(tmp_path: Path, hashes: bool) -> None:
    """Files with and without provenance, digests, yanks: nothing of it may get lost on the way."""
    seen = Seen(tmp_path, hashes=hashes)
    again = seen.recorded(seen.again())
    assert again.view() == seen.taken.view()
    assert again.records == seen.taken.records


def test_addresses_are_those_of_the_lock_and_otherwise_lead_nowhere(seen: Seen) -> None:
    index = seen.again()
    page = index.page("demo")
    assert page is not None
    urls = {file.filename: file.url for file in page.files}
    assert urls[WHEEL[0]] == seen.locked.url
    assert urls[OTHER[0]] == f"https://nowhere.invalid/{OTHER[0]}"
    assert index.address("demo") == "https://index.example/simple"
    assert index.address("another") == "https://nowhere.invalid"
    assert index.holders("demo") == ("",)
    assert index.names == {"demo", "nothing"}


def test_digests_of_files_that_were_hashed_here_are_those_of_the_lock(tmp_path: Path) -> None:
    assert Seen(tmp_path / "with").again().hashed == {}
    seen = Seen(tmp_path / "without", hashes=False)
    assert seen.again().hashed == {WHEEL[0]: seen.locked.sha256}
    (package,) = seen.lock().packages
    assert seen.again().metadata_of(package) is not None
    assert seen.again().metadata_of(changed(package, name="other")) is None


def test_a_project_that_was_not_asked_for_is_not_known(seen: Seen) -> None:
    with pytest.raises(ArchiveError, match="no page of coin"):
        seen.again().page("coin")


def test_metadata_that_nobody_looked_at_are_not_known(seen: Seen) -> None:
    page = seen.again().page("demo")
    assert page is not None
    with pytest.raises(ArchiveError, match=r"no metadata of demo-1\.1"):
        seen.again().metadata(page.files[1])


def test_bodies_and_provenance_are_not_there(seen: Seen) -> None:
    index, out = seen.again(), io.BytesIO()
    with pytest.raises(ArchiveError, match=r"demo-1\.0"):
        index.fetch(artifact_of(seen.locked), out, 0)
    with pytest.raises(ArchiveError, match=r"demo-1\.0"):
        index.download(IndexFile(filename=WHEEL[0], sha256=None, url=""), out)
    with pytest.raises(ArchiveError, match=r"demo-1\.0"):
        index.open(IndexFile(filename=WHEEL[0], sha256=None, url=""))
    assert out.getvalue() == b""
    answer = index.provenance(WHEEL[0], "demo")
    assert isinstance(answer, Unchecked)
    assert answer.reason == "not-asked"


def test_a_view_that_is_not_there_and_one_that_was_changed_are_told_apart(seen: Seen) -> None:
    with pytest.raises(ArchiveError, match="not in this archive"):
        seen.again(NOTHING)
    place = seen.archive.path(seen.view)
    data = place.read_bytes()
    place.unlink()
    place.write_bytes(data.replace(b"demo", b"dem0"))
    with pytest.raises(IntegrityError):
        seen.again()
