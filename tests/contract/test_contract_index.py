"""What every index promises: the simulator, the HTTP adapter over JSON and HTML, and several indexes as one."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import shake_256
from pathlib import Path

import pytest

from support.http_index import HttpIndex
from support.index_client import remote
from support.index_simulator import IndexSimulator, artifact_of
from support.memory_store import MemoryStore
from support.wheels import build_wheel
from uplock.index.remote import RemoteIndex
from uplock.index.several import Member, SeveralIndexes
from uplock.model.digest import sha256_of
from uplock.model.provenance import ProvenanceAbsent, ProvenanceFound
from uplock.model.results import Unchecked
from uplock.model.value import changed
from uplock.model.view import IndexFile
from uplock.ports import Index

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

UPLOADED = datetime(2026, 3, 4, 5, 6, 7, 890000, tzinfo=UTC)
WHEEL, BODY = build_wheel(
    "demo", "1.0", requires_dist=["other>=2"], files={"demo/data.bin": shake_256(b"demo").digest(300_000)}
)
OLDER, OLDER_BODY = build_wheel("demo", "0.9")
DOCUMENT = b'{"version": 1, "attestation_bundles": []}'
KINDS = (
    "simulator",
    "json",
    "json-compressed",
    "json-metadata",
    "json-kept",
    "html",
    "html-without-ranges",
    "several-first",
    "several-last",
    "several-pinned",
)


@pytest.fixture
def simulator() -> IndexSimulator:
    index = IndexSimulator()
    index.publish(WHEEL, BODY, upload_time=UPLOADED, requires_python=">=3.9,<4", provenance=DOCUMENT)
    index.publish(OLDER, OLDER_BODY, yanked="broken <build>")
    index.publish(*build_wheel("other", "2.0"))
    return index


@pytest.fixture(params=KINDS)
def index(request: pytest.FixtureRequest, simulator: IndexSimulator, tmp_path: Path) -> Iterator[Index]:
    kind: str = request.param
    if kind == "simulator":
        yield simulator
        return
    with HttpIndex(
        simulator,
        as_html=kind.startswith("html"),
        compressed=kind == "json-compressed",
        core_metadata=kind == "json-metadata",
        ranges=kind != "html-without-ranges",
        etags=kind == "json-kept",
    ) as server:
        cache = MemoryStore(tmp_path) if kind == "json-kept" else None
        if cache is not None:
            remote(server.url, cache).page("demo")
        yield among_others(kind, remote(server.url, cache), server.url)


def among_others(kind: str, index: RemoteIndex, url: str) -> Index:
    """Return an index as the first, the last, or the pinned one of several, if that is wanted."""
    this, other = Member("default", url, index), Member("other", "https://other.example/simple", IndexSimulator())
    match kind:
        case "several-first":
            return SeveralIndexes([this, other])
        case "several-last":
            return SeveralIndexes([other, this])
        case "several-pinned":
            return SeveralIndexes([other, this._replace(packages=("demo", "nobody-*"))])
        case _:
            return index


def listed(index: Index, filename: str = WHEEL) -> IndexFile:
    page = index.page("demo")
    assert page is not None
    (file,) = [file for file in page.files if file.filename == filename]
    return file


def test_a_page_lists_all_files_of_one_project_by_name(index: Index) -> None:
    page = index.page("demo")
    assert page is not None
    assert page.name == "demo"
    assert [(file.filename, file.sha256) for file in page.files] == [
        (OLDER, sha256_of(OLDER_BODY)),
        (WHEEL, sha256_of(BODY)),
    ]


def test_a_page_carries_what_resolvers_need(index: Index) -> None:
    assert listed(index).requires_python == ">=3.9,<4"
    assert (listed(index).yanked, listed(index, OLDER).yanked) == (None, "broken <build>")


def test_sizes_and_times_are_exact_where_the_index_tells_them(index: Index, request: pytest.FixtureRequest) -> None:
    told = "html" not in request.node.name
    assert listed(index).size == (len(BODY) if told else None)
    assert listed(index).upload_time == (UPLOADED if told else None)


def test_an_unknown_project_has_no_page(index: Index) -> None:
    assert index.page("nobody-has-this") is None


def test_metadata_is_that_of_the_wheel(index: Index) -> None:
    assert b"Requires-Dist: other>=2" in index.metadata(listed(index))


def test_an_artifact_arrives_whole(index: Index) -> None:
    out = io.BytesIO()
    assert index.fetch(artifact_of(listed(index)), out, 0) == 0
    assert out.getvalue() == BODY


@pytest.mark.parametrize("offset", [1, 70_000, len(BODY) - 1])
def test_a_fetch_goes_on_where_an_earlier_one_stopped(index: Index, offset: int) -> None:
    out = io.BytesIO()
    assert index.fetch(artifact_of(listed(index)), out, offset) == offset
    assert out.getvalue() == BODY[offset:]


def test_a_fetch_from_the_end_writes_nothing(index: Index) -> None:
    out = io.BytesIO()
    assert index.fetch(artifact_of(listed(index)), out, len(BODY)) == len(BODY)
    assert out.getvalue() == b""


def test_a_tampered_artifact_is_delivered_as_it_is_for_the_caller_to_hash(
    index: Index, simulator: IndexSimulator
) -> None:
    artifact = artifact_of(listed(index))
    simulator.tamper(WHEEL)
    out = io.BytesIO()
    index.fetch(artifact, out, 0)
    assert sha256_of(out.getvalue()) != artifact.sha256


def test_provenance_comes_with_its_place(index: Index) -> None:
    answer = index.provenance(WHEEL, "demo")
    assert isinstance(answer, ProvenanceFound)
    assert answer.document == DOCUMENT
    assert answer.source.endswith(f"{WHEEL}.provenance")


def test_a_file_without_provenance_is_answered_as_absent(index: Index) -> None:
    assert isinstance(index.provenance(OLDER, "demo"), ProvenanceAbsent)


@pytest.mark.parametrize(("filename", "name"), [("demo-7-py3-none-any.whl", "demo"), (WHEEL, "nobody-has-this")])
def test_provenance_of_an_unlisted_file_is_unchecked(index: Index, filename: str, name: str) -> None:
    answer = index.provenance(filename, name)
    assert isinstance(answer, Unchecked)
    assert answer.reason == "unreachable"


def test_an_index_that_knows_no_provenance_says_so(index: Index, simulator: IndexSimulator) -> None:
    simulator.provenance_offered = False
    page = index.page("demo")
    answer = index.provenance(WHEEL, "demo")
    assert page is not None
    assert not page.provenance_offered
    assert isinstance(answer, Unchecked)
    assert answer.reason == "not-offered"


def test_an_artifact_without_a_known_size_arrives_whole(index: Index) -> None:
    out = io.BytesIO()
    index.fetch(changed(artifact_of(listed(index)), size=None), out, 0)
    assert out.getvalue() == BODY


# --- indexes without digests --------------------------------------------------------------------------------------


@pytest.fixture
def unhashed(simulator: IndexSimulator, index: Index) -> Index:
    simulator.hashes = False
    return index


def test_a_file_without_a_digest_is_listed_without_one(unhashed: Index) -> None:
    assert listed(unhashed).sha256 is None
    assert listed(unhashed).requires_python == ">=3.9,<4"


def test_a_file_without_a_digest_can_be_read_and_downloaded(unhashed: Index) -> None:
    out = io.BytesIO()
    unhashed.download(listed(unhashed), out)
    assert out.getvalue() == BODY
    assert b"Requires-Dist: other>=2" in unhashed.metadata(listed(unhashed))


def test_a_listed_file_is_downloaded_whole_with_or_without_a_digest(index: Index) -> None:
    out = io.BytesIO()
    index.download(listed(index), out)
    assert sha256_of(out.getvalue()) == listed(index).sha256


# --- which index --------------------------------------------------------------------------------------------------


def test_the_index_of_a_project_is_named_by_name_and_address(index: Index) -> None:
    assert index.page("demo") is not None
    assert index.holders("demo") == ("default",)
    assert index.address("demo").endswith("/simple")
    assert "@" not in index.address("demo")
