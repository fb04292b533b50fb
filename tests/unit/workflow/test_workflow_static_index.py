"""Static indexes of kept generations: which files, what the pages say of them, and what is refused."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from support.kept_generations import File, keep, opened, record
from support.wheels import build_wheel
from uplock.archive.archive import DirectoryArchive
from uplock.errors import ArchiveError, InputError
from uplock.inspect.wheel import open_wheel
from uplock.model.digest import Sha256, sha256_of
from uplock.model.kept import KeptFile, KeptGeneration
from uplock.model.vault_index_outcome import VaultIndexResult
from uplock.ports import Event, ignore_events
from uplock.workflow.static_index import write_index

UPLOADED = datetime(2026, 1, 1, tzinfo=UTC)


def wheel(name: str = "demo", version: str = "1.0", *, requires_python: str | None = None, text: str = "") -> File:
    filename, data = build_wheel(
        name, version, requires_python=requires_python, files={f"{name}/__init__.py": text.encode()}
    )
    return File(filename=filename, data=data, upload_time=UPLOADED)


def write(archive: DirectoryArchive, place: Path, *named: Sha256) -> VaultIndexResult:
    return write_index(place, named, archive, ignore_events)


def page(place: Path, name: str) -> Any:
    return json.loads((place / f"simple/{name}/index.json").read_text())


@pytest.fixture
def archive(tmp_path: Path) -> DirectoryArchive:
    return opened(tmp_path)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "index"


def test_metadata_stands_beside_a_wheel_exactly_as_in_it(
    archive: DirectoryArchive, place: Path, tmp_path: Path
) -> None:
    file = wheel(requires_python=">=3.9,<4")
    keep(archive, [file])
    (row,) = write(archive, place).files
    (tmp_path / file.filename).write_bytes(file.data)
    with (tmp_path / file.filename).open("rb") as stream:
        opened_wheel = open_wheel(stream, file.filename)
        metadata = opened_wheel.read_member(f"{opened_wheel.dist_info}/METADATA", 1 << 20)
    assert (place / f"{row.path}.metadata").read_bytes() == metadata
    (entry,) = page(place, "demo")["files"]
    assert entry["core-metadata"] == {"sha256": sha256_of(metadata)}
    assert entry["requires-python"] == ">=3.9,<4"
    assert entry["upload-time"] == "2026-01-01T00:00:00Z"
    assert 'data-requires-python="&gt;=3.9,&lt;4"' in (place / "simple/demo/index.html").read_text()


def test_a_source_distribution_is_listed_without_metadata(archive: DirectoryArchive, place: Path) -> None:
    keep(archive, [File(filename="demo-1.0.tar.gz", data=b"a source", requires_python=">=3.8")])
    result = write(archive, place)
    (entry,) = page(place, "demo")["files"]
    assert "core-metadata" not in entry
    assert entry["requires-python"] == ">=3.8"
    assert not list(place.rglob("*.metadata"))
    assert result.files[0].metadata is None


def test_a_page_without_documents_does_not_claim_to_know_provenance(archive: DirectoryArchive, place: Path) -> None:
    signed = File(filename=(made := build_wheel("signed", "1.0"))[0], data=made[1], provenance=b"{}")
    keep(archive, [wheel(), signed])
    write(archive, place)
    assert page(place, "demo")["meta"] == {"api-version": "1.1"}
    assert "provenance" not in page(place, "demo")["files"][0]
    assert page(place, "signed")["meta"] == {"api-version": "1.3"}
    assert (place / f"files/{signed.sha256[:2]}/{signed.sha256[2:]}/{signed.filename}.provenance").read_bytes() == b"{}"


def test_of_what_differs_the_newest_generation_says(archive: DirectoryArchive, place: Path) -> None:
    from uplock.model.value import changed

    file = changed(wheel(), provenance=b"first")
    keep(archive, [changed(file, yanked="broken", upload_time=None, provenance=b"second")], day=2)
    keep(archive, [file], day=1)
    write(archive, place)
    (entry,) = page(place, "demo")["files"]
    assert (entry["yanked"], entry["upload-time"]) == ("broken", "2026-01-01T00:00:00Z")
    assert next(iter(place.rglob("*.provenance"))).read_bytes() == b"second"
    assert 'data-yanked="broken"' in (place / "simple/demo/index.html").read_text()


def test_versions_and_projects_are_listed_sorted(archive: DirectoryArchive, place: Path) -> None:
    keep(archive, [wheel("zebra"), wheel("demo", "1.0")], day=1)
    keep(archive, [wheel("demo", "1.10")], day=2)
    seen: list[Event] = []
    result = write_index(place, (), archive, seen.append)
    assert page(place, "demo")["versions"] == ["1.0", "1.10"]
    assert [each["name"] for each in json.loads((place / "simple/index.json").read_text())["projects"]] == [
        "demo",
        "zebra",
    ]
    assert (place / "simple/index.html").read_text().index("demo/") < (place / "simple/index.html").read_text().index(
        "zebra/"
    )
    assert [(each.done, each.total) for each in seen] == [(0, 3), (1, 3), (2, 3)]
    assert (result.projects, len(result.files)) == (2, 3)


def test_a_requires_python_that_no_reader_takes_is_left_out(archive: DirectoryArchive, place: Path) -> None:
    keep(archive, [wheel(requires_python=">=3.9," * 1000 + ">=3")])
    write(archive, place)
    assert "requires-python" not in page(place, "demo")["files"][0]


def test_one_name_with_two_digests_is_refused(archive: DirectoryArchive, place: Path) -> None:
    one = keep(archive, [wheel(text="a = 1")], day=1)
    keep(archive, [wheel(text="a = 2")], day=2)
    with pytest.raises(ArchiveError, match="in another kept generation"):
        write(archive, place)
    assert not place.exists()
    assert write(archive, place, one).projects == 1


def test_a_generation_that_is_not_kept_is_refused_before_anything_is_written(
    archive: DirectoryArchive, place: Path
) -> None:
    with pytest.raises(ArchiveError, match="no generation is kept"):
        write(archive, place)
    keep(archive, [wheel()])
    other = record(archive, [wheel("other")], day=1)
    with pytest.raises(ArchiveError, match="is not kept"):
        write(archive, place, other)
    assert not place.exists()


def test_a_note_that_misses_a_file_is_refused(archive: DirectoryArchive, place: Path) -> None:
    identity = record(archive, [wheel()])
    archive.keep_generation(KeptGeneration(generation=identity, project="shop", files=()))
    with pytest.raises(ArchiveError, match="does not name demo"):
        write(archive, place)


def test_a_size_is_that_of_the_bytes_whatever_the_note_says(archive: DirectoryArchive, place: Path) -> None:
    file = wheel()
    noted = KeptFile(filename=file.filename, sha256=file.sha256, size=1)
    archive.keep_generation(KeptGeneration(generation=record(archive, [file]), project="shop", files=(noted,)))
    (row,) = write(archive, place).files
    assert row.size == page(place, "demo")["files"][0]["size"] == len(file.data)


def test_a_file_that_is_no_wheel_is_an_error_with_its_name(archive: DirectoryArchive, place: Path) -> None:
    keep(archive, [File(filename="demo-1.0-py3-none-any.whl", data=b"no zip file")])
    with pytest.raises(InputError) as caught:
        write(archive, place)
    assert caught.value.context == "demo-1.0-py3-none-any.whl"
    assert not (place / "simple").exists()
