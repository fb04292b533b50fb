from __future__ import annotations

from pathlib import Path

import pytest

from support.memory_store import MemoryStore
from support.subjects import VERIFIED, make_artifact_results
from uplock.errors import IntegrityError
from uplock.model.digest import sha256_of
from uplock.model.provenance import ProvenanceAbsent, ProvenanceAnswer, ProvenanceFound, ProvenanceUnusable
from uplock.model.results import Invalid, NotAttested, Unchecked, UncheckedReason, Verification
from uplock.model.value import changed
from uplock.workflow.recorded import RecordedProvenance

WHEEL = "demo-1.0-py3-none-any.whl"
DOCUMENT = b"the document of then"
DIGEST = sha256_of(DOCUMENT)


@pytest.fixture
def store(tmp_path: Path) -> MemoryStore:
    made = MemoryStore(tmp_path)
    made.put(DOCUMENT)
    return made


def ask(store: MemoryStore, verification: Verification, filename: str = WHEEL) -> ProvenanceAnswer:
    results = make_artifact_results(WHEEL, verification=verification)
    return RecordedProvenance(store, [results]).provenance(filename, "demo")


@pytest.mark.parametrize(
    "verification",
    [
        changed(VERIFIED, document=DIGEST),
        Invalid(failure="bad-signature", detail="d", document=DIGEST),
        NotAttested(detail="the provenance carries no attestation", document=DIGEST),
    ],
)
def test_the_document_of_then_is_handed_out_whatever_was_thought_of_it(
    store: MemoryStore, verification: Verification
) -> None:
    assert ask(store, verification) == ProvenanceFound(document=DOCUMENT, source=f"archive sha256:{DIGEST}")


def test_changed_bytes_are_an_integrity_error(store: MemoryStore) -> None:
    store.blobs[DIGEST] += b" "
    with pytest.raises(IntegrityError):
        ask(store, changed(VERIFIED, document=DIGEST))


def test_a_lost_document_is_unchecked_and_names_the_archive(store: MemoryStore) -> None:
    del store.blobs[DIGEST]
    answer = ask(store, changed(VERIFIED, document=DIGEST))
    assert isinstance(answer, Unchecked)
    assert answer.detail.startswith("the archive lacks the document")


@pytest.mark.parametrize("reason", ["not-offered", "refused", "timed-out"])
def test_what_could_not_be_asked_then_is_unchecked_now_for_the_same_reason(
    store: MemoryStore, reason: UncheckedReason
) -> None:
    answer = ask(store, Unchecked(reason=reason, detail="x"))
    assert answer == Unchecked(reason=reason, detail="x, as recorded")


def test_what_was_absent_then_is_absent(store: MemoryStore) -> None:
    answer = ask(store, NotAttested(detail="the index has none"))
    assert isinstance(answer, ProvenanceAbsent)
    assert answer.said == "the index has none, as recorded"


def test_what_could_not_be_taken_in_then_stays_invalid(store: MemoryStore) -> None:
    answer = ask(store, Invalid(failure="malformed", detail="huge"))
    assert answer == ProvenanceUnusable(source="archive", detail="huge, as recorded")


def test_a_file_that_was_not_there_then_is_unchecked(store: MemoryStore) -> None:
    answer = ask(store, VERIFIED, filename="other-1.0-py3-none-any.whl")
    assert answer == Unchecked(reason="not-asked", detail="the generation does not know this file")
