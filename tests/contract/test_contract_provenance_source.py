"""What every source of provenance promises: an index in memory, one or several over HTTP, a directory, an archive."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.http_index import HttpIndex
from support.index_client import remote
from support.index_simulator import IndexSimulator
from support.memory_store import MemoryStore
from support.subjects import make_artifact_results
from support.wheels import build_wheel
from uplock.index.directory import ProvenanceDirectory
from uplock.index.several import Member, SeveralIndexes
from uplock.model.provenance import ProvenanceAbsent, ProvenanceAnswer, ProvenanceFound, is_settled
from uplock.model.results import Invalid, NotAttested
from uplock.ports import ProvenanceSource
from uplock.workflow.recorded import RecordedProvenance

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

ATTESTED, BODY = build_wheel("demo", "1.0")
BARE, BARE_BODY = build_wheel("demo", "0.9")
DOCUMENT = b"not even JSON: a source does not read what it delivers \xff"


@pytest.fixture(params=["simulator", "http", "http again", "several", "directory", "archive"])
def source(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ProvenanceSource]:
    simulator = IndexSimulator()
    simulator.publish(ATTESTED, BODY, provenance=DOCUMENT)
    simulator.publish(BARE, BARE_BODY)
    store = MemoryStore(tmp_path)
    match request.param:
        case "simulator":
            yield simulator
        case "http":
            with HttpIndex(simulator) as server:
                yield remote(server.url)
        case "http again":
            with HttpIndex(simulator, etags=True) as server:
                remote(server.url, store).provenance(ATTESTED, "demo")
                yield remote(server.url, store)
        case "several":
            with HttpIndex(IndexSimulator()) as empty, HttpIndex(simulator) as server:
                yield SeveralIndexes(
                    [Member("first", empty.url, remote(empty.url)), Member("second", server.url, remote(server.url))]
                )
        case "archive":
            digest = store.put(DOCUMENT)
            invalid = Invalid(failure="malformed", detail="no JSON", document=digest)
            yield RecordedProvenance(
                store,
                [
                    make_artifact_results(ATTESTED, verification=invalid, document=f"{ATTESTED}.provenance"),
                    make_artifact_results(BARE, verification=NotAttested(detail="the index has none")),
                ],
            )
        case _:
            (tmp_path / f"{ATTESTED}.provenance").write_bytes(DOCUMENT)
            yield ProvenanceDirectory(tmp_path)


def test_a_document_is_delivered_unread_with_its_place(source: ProvenanceSource) -> None:
    answer = source.provenance(ATTESTED, "demo")
    assert isinstance(answer, ProvenanceFound)
    assert answer.document == DOCUMENT
    assert answer.source


def test_a_file_without_a_document_is_absent_and_not_unchecked(source: ProvenanceSource) -> None:
    answer = source.provenance(BARE, "demo")
    assert isinstance(answer, ProvenanceAbsent)
    assert "://" not in answer.said or isinstance(source, IndexSimulator)


def test_asking_twice_gives_the_same_answer(source: ProvenanceSource) -> None:
    assert source.provenance(ATTESTED, "demo") == source.provenance(ATTESTED, "demo")


def test_both_answers_may_be_kept(source: ProvenanceSource) -> None:
    assert is_settled(source.provenance(ATTESTED, "demo"))
    assert is_settled(source.provenance(BARE, "demo"))


def test_many_may_ask_at_the_same_time(source: ProvenanceSource) -> None:
    answers: list[ProvenanceAnswer] = []
    threads = [
        threading.Thread(target=lambda name: answers.append(source.provenance(name, "demo")), args=(name,))
        for name in (ATTESTED, BARE) * 8
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(isinstance(answer, ProvenanceFound) for answer in answers) == 8
    assert sum(isinstance(answer, ProvenanceAbsent) for answer in answers) == 8
