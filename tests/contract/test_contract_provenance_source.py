"""What every source of provenance promises: an index in memory, an index over HTTP, a directory in its place."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from support.http_index import HttpIndex
from support.index_client import remote
from support.index_simulator import IndexSimulator
from support.wheels import build_wheel
from uplock.index.directory import ProvenanceDirectory
from uplock.ports import ProvenanceAbsent, ProvenanceFound, ProvenanceSource

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

ATTESTED, BODY = build_wheel("demo", "1.0")
BARE, BARE_BODY = build_wheel("demo", "0.9")
DOCUMENT = b"not even JSON: a source does not read what it delivers \xff"


@pytest.fixture(params=["simulator", "http", "directory"])
def source(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ProvenanceSource]:
    simulator = IndexSimulator()
    simulator.publish(ATTESTED, BODY, provenance=DOCUMENT)
    simulator.publish(BARE, BARE_BODY)
    match request.param:
        case "simulator":
            yield simulator
        case "http":
            with HttpIndex(simulator) as server:
                yield remote(server.url)
        case _:
            (tmp_path / f"{ATTESTED}.provenance").write_bytes(DOCUMENT)
            yield ProvenanceDirectory(tmp_path)


def test_a_document_is_delivered_unread_with_its_place(source: ProvenanceSource) -> None:
    answer = source.provenance(ATTESTED, "demo")
    assert isinstance(answer, ProvenanceFound)
    assert answer.document == DOCUMENT
    assert answer.source.endswith(f"{ATTESTED}.provenance")


def test_a_file_without_a_document_is_absent_and_not_unchecked(source: ProvenanceSource) -> None:
    assert isinstance(source.provenance(BARE, "demo"), ProvenanceAbsent)


def test_asking_twice_gives_the_same_answer(source: ProvenanceSource) -> None:
    assert source.provenance(ATTESTED, "demo") == source.provenance(ATTESTED, "demo")
