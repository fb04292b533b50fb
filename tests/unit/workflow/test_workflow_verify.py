"""Many artifacts over real HTTP: few connections, one question each, bounded memory, and the first error ends it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import pytest

from support.attestations import private_verifier
from support.check_results import make_finding
from support.http_index import HttpIndex
from support.index_client import http_for, remote
from support.index_simulator import IndexSimulator
from support.memory_store import MemoryStore
from support.subjects import VERIFIED
from support.wheels import build_wheel
from uplock.errors import InputError, IntegrityError
from uplock.index.remote import RemoteIndex
from uplock.model.digest import Sha256, sha256_of
from uplock.model.identity import ExpectedPublisher, TrustedRoot
from uplock.model.provenance import ProvenanceAbsent, ProvenanceAnswer, ProvenanceFound, ProvenanceUnusable
from uplock.model.results import Invalid, NotAttested, Other, Publisher, Unchecked, Verification
from uplock.model.verify_outcome import AttestationCounts
from uplock.ports import Event, ignore_events
from uplock.workflow.outcomes import count, may_stand, reason_of
from uplock.workflow.verify import WORKERS, Checked, Named, check_all, check_one, conclude, row, status_of

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

FILES = 200
DIGEST = Sha256("ab" * 32)
ROOT = TrustedRoot(sha256=DIGEST, origin="file")
DOCUMENT = b"{}"


class Busy:
    """A verifier that notes whether it was ever at work twice at the same time."""

    identity = ("busy", DIGEST)

    def __init__(self) -> None:
        self.calls = 0
        self.policies: dict[str, tuple[Publisher | None, tuple[tuple[str, str], ...]]] = {}
        self._guard = threading.Lock()

    def verify(
        self,
        filename: str,
        sha256: Sha256,
        document: bytes,
        expected: Publisher | None,
        claims: tuple[tuple[str, str], ...] = (),
    ) -> Verification:
        self.policies[filename] = (expected, claims)
        assert self._guard.acquire(blocking=False)
        self.calls += 1
        self._guard.release()
        assert document == DOCUMENT
        return NotAttested(detail=sha256)


@pytest.fixture(scope="module")
def index() -> IndexSimulator:
    made = IndexSimulator()
    for number in range(FILES):
        made.publish(*build_wheel(f"p{number}", "1.0"), provenance=DOCUMENT)
    return made


@pytest.fixture
def server(index: IndexSimulator) -> Iterator[HttpIndex]:
    with HttpIndex(index, etags=True) as running:
        yield running


def named(index: IndexSimulator) -> list[Named]:
    found = []
    for number in range(FILES):
        filename = f"p{number}-1.0-py3-none-any.whl"
        body = index.body(filename)
        assert body is not None
        found.append(Named(f"p{number}", filename, sha256_of(body)))
    return found


def test_200_files_are_asked_for_once_each_over_few_connections(server: HttpIndex) -> None:
    wanted, verifier = named(server.index), Busy()
    found = check_all([*wanted, *reversed(wanted)], remote(server.url), verifier, ignore_events)
    assert [each.filename for each in found] == sorted(each.filename for each in wanted)
    assert len(server.requests) == 2 * FILES
    assert len(set(server.paths())) == 2 * FILES
    assert verifier.calls == FILES
    assert server.peak <= WORKERS
    assert server.connections <= WORKERS


def test_a_later_run_asks_over_as_few_connections_whether_documents_hold(server: HttpIndex, tmp_path: Path) -> None:
    wanted, cache = named(server.index), MemoryStore(tmp_path)
    check_all(wanted, remote(server.url, cache), Busy(), ignore_events)
    made = server.connections
    server.requests.clear()
    found = check_all(wanted, remote(server.url, cache), Busy(), ignore_events)
    assert len(found) == FILES
    assert len(server.requests) == 2 * FILES
    assert all("if-none-match" in request.headers for request in server.requests)
    assert server.connections - made <= WORKERS


def test_busy_and_cut_answers_do_not_cost_connections_without_bound(server: HttpIndex) -> None:
    server.fail(503, times=20, part=".provenance", retry_after="1")
    server.truncate("p1", keep=1, times=20)
    pauses: list[float] = []
    source = RemoteIndex(http_for(server.url, sleep=pauses.append), server.url)
    found = check_all(named(server.index), source, Busy(), ignore_events)
    assert len(found) == FILES
    assert server.peak <= WORKERS + 1  # one that was cut may not have been closed by the server when the next comes
    assert pauses


def test_progress_is_told_from_the_first_file_to_the_last(server: HttpIndex) -> None:
    events: list[Event] = []
    check_all(named(server.index)[:20], remote(server.url), Busy(), events.append)
    assert [event.done for event in events] == list(range(1, 21))
    assert {event.total for event in events} == {20}
    assert {event.stage for event in events} == {"verify"}


def test_a_generic_policy_holds_for_its_project_alone(server: HttpIndex) -> None:
    first, second = named(server.index)[:2]
    somebody = Other(identity="https://ci.example/shop", issuer="https://issuer.example")
    policy = ExpectedPublisher(package=first.project, publisher=somebody, claims=(("ref", "refs/tags/*"),))
    verifier = Busy()
    check_all([first, second], remote(server.url), verifier, ignore_events, {first.project: policy})
    assert verifier.policies == {first.filename: (somebody, policy.claims), second.filename: (None, ())}


def test_no_artifacts_need_no_questions() -> None:
    class Nobody:
        def provenance(self, filename: str, name: str) -> NoReturn:
            raise AssertionError(filename + name)

    assert check_all([], Nobody(), Busy(), ignore_events) == ()


def test_the_first_error_ends_it_and_nothing_further_is_asked() -> None:
    asked: list[str] = []

    class Damaged:
        def provenance(self, filename: str, name: str) -> ProvenanceAnswer:
            del name
            asked.append(filename)
            raise IntegrityError("changed", remedy="Look.")

    wanted = [Named(f"p{number}", f"p{number:03}.whl", DIGEST) for number in range(FILES)]
    with pytest.raises(IntegrityError, match="changed"):
        check_all(wanted, Damaged(), Busy(), ignore_events)
    assert len(asked) <= WORKERS


def test_a_root_that_cannot_be_used_is_an_error_and_no_outcome() -> None:
    class Unusable(Busy):
        def verify(self, *_: object, **__: object) -> NoReturn:
            raise InputError("the trusted root cannot be used")

    class One:
        def provenance(self, filename: str, name: str) -> ProvenanceAnswer:
            return ProvenanceFound(document=DOCUMENT, source=filename + name)

    with pytest.raises(InputError, match="trusted root"):
        check_all([Named("p", "p.whl", DIGEST)], One(), Unusable(), ignore_events)


# --- outcomes ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "expected", "place"),
    [
        (ProvenanceAbsent(source="x"), NotAttested(detail="x has no provenance of this file"), None),
        (ProvenanceAbsent(source="x", detail="gone"), NotAttested(detail="gone"), None),
        (ProvenanceUnusable(source="u", detail="huge"), Invalid(failure="malformed", detail="huge"), "u"),
        (Unchecked(reason="refused", detail="no"), Unchecked(reason="refused", detail="no"), None),
    ],
)
def test_an_answer_without_a_document_has_its_outcome(
    answer: ProvenanceAnswer, expected: Verification, place: str | None
) -> None:
    checked = check_one(Named("p", "p.whl", DIGEST), answer, Busy())
    assert (checked.verification, checked.document) == (expected, place)


def test_a_row_names_class_and_reason_apart() -> None:
    def shown(verification: Verification) -> tuple[str, str | None, str | None, str | None]:
        made = row(Checked(project="p", filename="f", sha256=DIGEST, verification=verification), DIGEST)
        return made.outcome, made.failure, made.unchecked, made.reason

    assert shown(Invalid(failure="malformed", detail="huge")) == ("invalid", "malformed", None, "huge")
    assert shown(NotAttested(detail="none")) == ("not-attested", "no-attestation", None, "none")
    assert shown(Unchecked(reason="timed-out", detail="slow")) == ("unchecked", None, "timed-out", "slow")


def test_outcomes_are_counted_worded_and_known_to_stand_or_not() -> None:
    invalid = Invalid(failure="bad-signature", detail="d", document=DIGEST)
    huge = Invalid(failure="malformed", detail="huge")
    absent, refused = NotAttested(detail="a"), Unchecked(reason="refused", detail="r")
    every: list[Verification] = [VERIFIED, invalid, huge, absent, refused, Unchecked(reason="not-offered", detail="o")]
    assert count(every) == AttestationCounts(verified=1, not_attested=1, invalid=2, unchecked=2)
    assert [may_stand(each) for each in every] == [True, True, False, True, False, True]
    assert [reason_of(each) for each in every] == [
        None,
        "bad-signature: d",
        "malformed: huge",
        "a",
        "refused: r",
        "not-offered: o",
    ]


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        (AttestationCounts(), "undetermined"),
        (AttestationCounts(not_attested=5, unchecked=5), "undetermined"),
        (AttestationCounts(verified=1, not_attested=5, unchecked=5), "pass"),
        (AttestationCounts(verified=1, invalid=1), "fail"),
    ],
)
def test_nothing_verified_is_never_good(counts: AttestationCounts, expected: str) -> None:
    assert status_of(counts) == expected


def test_a_failing_finding_fails_and_a_warning_does_not() -> None:
    checked = [Checked(project="p", filename="f", sha256=DIGEST, verification=VERIFIED)]
    error, warning = make_finding(severity="error"), make_finding(severity="warning")
    assert conclude(checked, ROOT, findings=(warning,)).status == "pass"
    result = conclude(checked, ROOT, findings=(warning, error))
    assert (result.status, result.findings) == ("fail", (warning, error))


def test_the_real_verifier_judges_what_was_asked_for(server: HttpIndex) -> None:
    """An empty object is no provenance: malformed, with the digest of what came."""
    (found,) = check_all(named(server.index)[:1], remote(server.url), private_verifier(), ignore_events)
    assert isinstance(found.verification, Invalid)
    assert found.verification.document == sha256_of(DOCUMENT)
