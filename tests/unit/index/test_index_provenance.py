"""Provenance over HTTP: every way of not getting a document has its own answer, and none of them costs the others."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest

from support.http_index import JSON, PROVENANCE, Answer, HttpIndex, Request
from support.index_client import QUICK, http_for, remote, settings_for
from support.index_simulator import IndexSimulator
from support.memory_store import MemoryStore
from support.wheels import build_wheel
from uplock.archive.store import DirectoryStore
from uplock.index.provenance import MAX_PROVENANCE
from uplock.index.remote import RemoteIndex
from uplock.index.several import Member, SeveralIndexes
from uplock.index.silence import LIMIT
from uplock.model.provenance import ProvenanceAbsent, ProvenanceAnswer, ProvenanceFound, ProvenanceUnusable, is_settled
from uplock.model.results import Unchecked, UncheckedReason
from uplock.model.value import changed
from uplock.ports import Store

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

WHEEL, BODY = build_wheel("demo", "1.0")
DOCUMENT = b'{"version": 1, "attestation_bundles": []}'


@pytest.fixture
def server() -> Iterator[HttpIndex]:
    index = IndexSimulator()
    index.publish(WHEEL, BODY, provenance=DOCUMENT)
    with HttpIndex(index, etags=True) as running:
        yield running


@pytest.fixture(params=[MemoryStore, DirectoryStore])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    made: Store = request.param(tmp_path / "store")
    return made


def ask(server: HttpIndex, cache: Store | None = None) -> ProvenanceAnswer:
    return remote(server.url, cache).provenance(WHEEL, "demo")


def reason(answer: ProvenanceAnswer) -> UncheckedReason:
    assert isinstance(answer, Unchecked), answer
    assert is_settled(answer) == (answer.reason == "not-offered")
    return answer.reason


def document(answer: ProvenanceAnswer) -> bytes:
    assert isinstance(answer, ProvenanceFound), answer
    assert is_settled(answer)
    return answer.document


# --- failures -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("part", ["/simple/", ".provenance"])
@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (401, "refused"),
        (403, "refused"),
        (400, "server-error"),
        (407, "server-error"),
        (451, "server-error"),
        (500, "server-error"),
        (418, "server-error"),
        (206, "server-error"),
        (304, "server-error"),
        (429, "server-error"),
        (503, "server-error"),
    ],
)
def test_a_status_that_is_no_answer_is_unchecked_with_its_class(
    server: HttpIndex, part: str, status: int, expected: UncheckedReason
) -> None:
    server.fail(status, part=part)
    answer = ask(server)
    assert reason(answer) == expected
    assert f"status {status}" in str(answer)


@pytest.mark.parametrize("status", [404, 410])
def test_a_document_that_the_index_lists_and_does_not_have_is_not_attested(server: HttpIndex, status: int) -> None:
    server.fail(status, part=".provenance")
    answer = ask(server)
    assert isinstance(answer, ProvenanceAbsent)
    assert answer.said == "the index lists a provenance of this file and does not have it"
    assert is_settled(answer)


def test_a_file_for_which_the_page_names_no_document_is_not_attested(server: HttpIndex) -> None:
    server.index.change_publisher(WHEEL, None)
    answer = ask(server)
    assert answer == ProvenanceAbsent(source="the index")
    assert isinstance(answer, ProvenanceAbsent)
    assert answer.said == "the index has no provenance of this file"


@pytest.mark.parametrize("status", [404, 410])
def test_a_page_that_is_gone_says_nothing_about_attestations(server: HttpIndex, status: int) -> None:
    server.fail(status, part="/simple/")
    assert reason(ask(server)) == "unreachable"


def test_a_file_that_the_page_no_longer_lists_is_unchecked(server: HttpIndex) -> None:
    answer = remote(server.url).provenance("demo-2.0-py3-none-any.whl", "demo")
    assert reason(answer) == "unreachable"
    assert "does not list demo-2.0-py3-none-any.whl" in str(answer)


def test_an_index_without_provenance_offers_none(server: HttpIndex) -> None:
    server.index.provenance_offered = False
    assert reason(ask(server)) == "not-offered"


@pytest.mark.parametrize("part", ["/simple/", ".provenance"])
def test_no_answer_in_time_is_timed_out(server: HttpIndex, part: str) -> None:
    server.slow(30, part=part)
    limits = changed(QUICK, read=0.05, attempts=2)
    answer = RemoteIndex(http_for(server.url, limits), server.url).provenance(WHEEL, "demo")
    assert reason(answer) == "timed-out"
    assert len(server.paths(part)) == 2


@pytest.mark.parametrize("slow", ["head", "body"])
def test_an_answer_byte_by_byte_is_timed_out_when_all_its_time_is_up(server: HttpIndex, slow: str) -> None:
    server.drip(".provenance", 0.02, head=slow == "head")
    limits = changed(QUICK, deadline=0.2)
    answer = RemoteIndex(http_for(server.url, limits), server.url).provenance(WHEEL, "demo")
    assert reason(answer) == "timed-out"
    assert len(server.paths(".provenance")) == 1


def test_a_host_that_is_not_there_is_unreachable() -> None:
    with HttpIndex(IndexSimulator()) as closed:
        url = closed.url
    assert reason(remote(url).provenance(WHEEL, "demo")) == "unreachable"


@pytest.mark.parametrize("location", ["//127.0.0.2/x.provenance", "https://127.0.0.1/x", "http://other.example/x"])
def test_a_redirect_to_another_host_is_not_followed(server: HttpIndex, location: str) -> None:
    server.redirect(".provenance", location)
    assert reason(ask(server)) == "redirected"


@pytest.mark.parametrize("location", ["file:///etc/passwd", "http://[", "http://a@b@c/"])
def test_a_redirect_to_no_address_is_a_failure_of_the_server(server: HttpIndex, location: str) -> None:
    server.redirect(".provenance", location)
    assert reason(ask(server)) == "server-error"


def test_a_redirect_on_the_same_host_is_followed(server: HttpIndex) -> None:
    server.answer("/moved/", Answer(body=DOCUMENT, headers={"Content-Type": PROVENANCE}))
    server.redirect("whl.provenance", "/moved/demo")
    answer = ask(server)
    assert document(answer) == DOCUMENT


def test_redirects_in_a_circle_are_a_failure_of_the_server(server: HttpIndex) -> None:
    server.redirect(".provenance", "/x.provenance")
    assert reason(ask(server)) == "server-error"


def test_a_page_that_is_none_is_a_failure_of_the_server(server: HttpIndex) -> None:
    server.answer("/simple/", Answer(body=b"<<<", headers={"Content-Type": "application/json"}))
    assert reason(ask(server)) == "server-error"


def test_a_document_over_the_bound_is_unusable_and_never_kept(server: HttpIndex, store: Store) -> None:
    headers = {"Content-Type": PROVENANCE, "ETag": '"huge"'}
    size = MAX_PROVENANCE // 65536 + 1
    server.answer(".provenance", Answer(body=b" " * 65536, repeat_body=size, headers=headers))
    for _ in range(2):
        answer = ask(server, store)
        assert isinstance(answer, ProvenanceUnusable)
        assert answer.detail == f"the answer is larger than {MAX_PROVENANCE} bytes"
        assert answer.source.endswith(f"{WHEEL}.provenance")
        assert not is_settled(answer)
    assert all("if-none-match" not in each.headers for each in server.requests if "provenance" in each.path)


def test_a_bomb_is_unusable(server: HttpIndex) -> None:
    server.bomb(".provenance", 100 * MAX_PROVENANCE)
    assert isinstance(ask(server), ProvenanceUnusable)


def test_provenance_on_another_host_that_the_index_names_itself_is_taken(server: HttpIndex) -> None:
    with HttpIndex(server.index) as other:
        address = f"{other.reference(WHEEL)}.provenance"
        body = server.respond(Request("/simple/demo/", {})).body.replace(
            b'"provenance": "/files', f'"provenance": "{other.origin}/files'.encode()
        )
        server.answer("/simple/", Answer(body=body, headers={"Content-Type": JSON}))
        answer = ask(server)
        assert answer == ProvenanceFound(document=DOCUMENT, source=address)


# --- what goes on in spite of accidents ------------------------------------------------------------------------------


def test_a_busy_server_is_asked_again_when_it_wishes(server: HttpIndex) -> None:
    server.fail(503, times=2, part=".provenance", retry_after="4")
    pauses: list[float] = []
    index = RemoteIndex(http_for(server.url, sleep=pauses.append), server.url)
    assert document(index.provenance(WHEEL, "demo")) == DOCUMENT
    assert pauses == [4.0, 4.0]


def test_a_server_cannot_wish_for_more_patience_than_there_is(server: HttpIndex) -> None:
    server.fail(429, part=".provenance", retry_after="86400")
    pauses: list[float] = []
    index = RemoteIndex(http_for(server.url, sleep=pauses.append), server.url)
    assert reason(index.provenance(WHEEL, "demo")) == "server-error"
    assert pauses == [QUICK.patience, QUICK.patience]


@pytest.mark.parametrize("keep", [0, 1, 20, len(DOCUMENT) - 1])
def test_a_document_that_was_cut_is_asked_for_again(server: HttpIndex, keep: int) -> None:
    server.truncate(".provenance", keep=keep, times=2)
    assert document(ask(server)) == DOCUMENT
    assert len(server.paths(".provenance")) == 3


def test_a_document_that_is_always_cut_is_no_document(server: HttpIndex) -> None:
    server.truncate(".provenance", keep=len(DOCUMENT) - 1)
    assert reason(ask(server)) == "unreachable"


# --- later runs ---------------------------------------------------------------------------------------------------


def test_a_later_run_asks_whether_a_document_still_holds(server: HttpIndex, store: Store) -> None:
    first = ask(server, store)
    assert ask(server, store) == first
    tags = [each.headers.get("if-none-match") for each in server.requests if each.path.endswith(".provenance")]
    assert tags[0] is None
    assert tags[1] is not None
    assert document(first) == DOCUMENT


def test_a_document_that_changed_is_taken_anew(server: HttpIndex, store: Store) -> None:
    ask(server, store)
    server.index.change_publisher(WHEEL, b"another")
    assert document(ask(server, store)) == b"another"
    assert document(ask(server, store)) == b"another"


@pytest.mark.parametrize("status", [403, 404, 500, 503])
def test_a_kept_document_is_never_an_answer_by_itself(server: HttpIndex, store: Store, status: int) -> None:
    ask(server, store)
    server.fail(status, part=".provenance")
    assert not isinstance(ask(server, store), ProvenanceFound)


def test_an_answer_without_validators_is_not_kept(server: HttpIndex, store: Store) -> None:
    server.etags = False
    ask(server, store)
    server.etags = True
    ask(server, store)
    assert all("if-none-match" not in each.headers for each in server.requests)


def test_a_document_is_kept_apart_for_every_user_and_index(server: HttpIndex, store: Store) -> None:
    index = RemoteIndex(http_for(settings_for(server.url, user="ann", password="x")), server.url, store)  # noqa: S106 - invented
    assert document(index.provenance(WHEEL, "demo")) == DOCUMENT
    ask(server, store)
    RemoteIndex(http_for(server.url), f"{server.origin}/simple/../simple", store).provenance(WHEEL, "demo")
    assert all("if-none-match" not in each.headers for each in server.requests if "provenance" in each.path)


def test_a_damaged_record_counts_as_none(server: HttpIndex, tmp_path: Path) -> None:
    cache = MemoryStore(tmp_path)
    ask(server, cache)
    cache.records = dict.fromkeys(cache.records, b"{\ndamaged")
    assert document(ask(server, cache)) == DOCUMENT


# --- hosts that do not answer -------------------------------------------------------------------------------------


def test_a_silent_host_is_not_waited_for_again_and_again() -> None:
    with HttpIndex(IndexSimulator()) as closed:
        url = closed.url
    pauses: list[float] = []
    index = RemoteIndex(http_for(url, sleep=pauses.append), url)
    answers = [index.provenance(f"p{number}-1.0-py3-none-any.whl", f"p{number}") for number in range(50)]
    assert {reason(answer) for answer in answers} == {"unreachable"}
    assert len(pauses) == LIMIT * (QUICK.attempts - 1)
    assert "not asked again" in str(answers[-1])


def test_a_host_that_lets_everybody_wait_is_timed_out_for_the_others_as_well(server: HttpIndex) -> None:
    server.slow(30)
    index = RemoteIndex(http_for(server.url, changed(QUICK, read=0.05, attempts=1)), server.url)
    answers = [index.provenance(f"p{number}-1.0-py3-none-any.whl", f"p{number}") for number in range(LIMIT + 5)]
    assert {reason(answer) for answer in answers} == {"timed-out"}
    assert len(server.requests) == LIMIT


def test_a_host_that_answers_now_and_then_is_asked_on(server: HttpIndex) -> None:
    server.slow(30, part=".provenance")
    index = RemoteIndex(http_for(server.url, changed(QUICK, read=0.05, attempts=1)), server.url)
    for number in range(LIMIT + 2):
        assert reason(index.provenance(WHEEL, "demo")) == "timed-out"
        assert reason(index.provenance(f"p{number}-1.0-py3-none-any.whl", f"p{number}")) == "unreachable"
    assert len(server.paths(".provenance")) == LIMIT + 2


def test_a_page_is_asked_for_once_whoever_wants_it_at_the_same_time(server: HttpIndex) -> None:
    server.slow(0.05, part="/simple/")
    index = remote(server.url)
    threads = [Thread(target=index.provenance, args=(WHEEL, "demo")) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(server.paths("/simple/")) == 1


# --- several indexes ----------------------------------------------------------------------------------------------


def test_of_several_indexes_a_failure_keeps_its_class(server: HttpIndex) -> None:
    with HttpIndex(IndexSimulator()) as other:
        several = SeveralIndexes(
            [Member("first", other.url, remote(other.url)), Member("second", server.url, remote(server.url))]
        )
        other.fail(403)
        assert reason(several.provenance(WHEEL, "demo")) == "refused"
        other.sabotage.clear()
        other.answer("/simple/", Answer(body=b"<<<", headers={"Content-Type": "application/json"}))
        assert reason(several.provenance(WHEEL, "demo")) == "server-error"
        other.sabotage.clear()
        assert document(several.provenance(WHEEL, "demo")) == DOCUMENT
