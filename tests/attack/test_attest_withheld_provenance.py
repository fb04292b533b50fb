"""Attack: whoever sits between us and an index makes an attestation unreachable, and hopes that it counts as absent.

Each way has its own outcome, none of them is "not attested" or good, and none keeps the other files from being judged.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.attestations import private_instance, private_verifier
from support.attested_index import attested_index, publish_attested
from support.http_index import PROVENANCE, Answer, HttpIndex
from support.index_client import QUICK, http_for
from support.shop import AS_OF, project, uplock
from uplock.index.provenance import MAX_PROVENANCE
from uplock.index.remote import RemoteIndex
from uplock.model.digest import sha256_of
from uplock.model.results import Invalid, NotAttested, Unchecked, Verification, Verified
from uplock.model.value import changed
from uplock.ports import ignore_events
from uplock.workflow.verify import Named, check_all

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

Capture = pytest.CaptureFixture[str]

WHEEL, OTHER = "till-1.0-py3-none-any.whl", "coin-1.0-py3-none-any.whl"
PLACE = f"{WHEEL}.provenance"
IMPATIENT = changed(QUICK, read=0.2, deadline=0.6, attempts=1)


@pytest.fixture
def server() -> Iterator[HttpIndex]:
    with HttpIndex(attested_index("till", "coin")) as running:
        yield running


def outcome(server: HttpIndex) -> Verification:
    """Return the outcome of the wheel under attack; the other one must be verified whatever happens."""
    artifacts = []
    for name in (WHEEL, OTHER):
        body = server.index.body(name)
        assert body is not None
        artifacts.append(Named(name.partition("-")[0], name, sha256_of(body)))
    source = RemoteIndex(http_for(server.url, IMPATIENT), server.url)
    found = {each.filename: each for each in check_all(artifacts, source, private_verifier(), ignore_events)}
    assert isinstance(found[OTHER].verification, Verified)
    return found[WHEEL].verification


def unchecked(server: HttpIndex) -> str:
    found = outcome(server)
    assert isinstance(found, Unchecked), found
    return found.reason


def test_without_an_attack_it_is_verified(server: HttpIndex) -> None:
    assert isinstance(outcome(server), Verified)


def test_status_403_is_a_refusal(server: HttpIndex) -> None:
    server.fail(403, part=PLACE)
    assert unchecked(server) == "refused"


def test_status_404_for_a_document_that_the_index_lists_is_not_attested_and_says_so(server: HttpIndex) -> None:
    """Only the index can say so, and the ratchet holds it against what was known of the package."""
    server.fail(404, part=PLACE)
    assert outcome(server) == NotAttested(detail="the index lists a provenance of this file and does not have it")


def test_status_500_is_a_failure_of_the_server(server: HttpIndex) -> None:
    server.fail(500, part=PLACE)
    assert unchecked(server) == "server-error"


def test_silence_is_a_time_out(server: HttpIndex) -> None:
    server.slow(30, part=PLACE)
    assert unchecked(server) == "timed-out"


def test_a_slow_drip_is_a_time_out(server: HttpIndex) -> None:
    server.drip(PLACE, 0.05)
    assert unchecked(server) == "timed-out"


def test_a_redirect_to_another_host_that_says_404_is_not_followed(server: HttpIndex) -> None:
    with HttpIndex(attested_index()) as liar:
        server.redirect(PLACE, f"{liar.origin}/nothing-here")
        assert unchecked(server) == "redirected"
        assert liar.requests == []


def test_an_oversized_document_is_malformed_and_not_unchecked(server: HttpIndex) -> None:
    size = MAX_PROVENANCE // 65536 + 1
    server.answer(PLACE, Answer(body=b" " * 65536, repeat_body=size, headers={"Content-Type": PROVENANCE}))
    found = outcome(server)
    assert isinstance(found, Invalid)
    assert (found.failure, found.document) == ("malformed", None)


def test_the_provenance_of_another_file_is_invalid(server: HttpIndex) -> None:
    document = server.index.document(OTHER)
    assert document is not None
    server.answer(PLACE, Answer(body=document, headers={"Content-Type": PROVENANCE}))
    found = outcome(server)
    assert isinstance(found, Invalid)
    assert found.failure == "subject-name-mismatch"


def test_the_provenance_of_another_version_is_invalid(server: HttpIndex) -> None:
    document = server.index.document(publish_attested(server.index, "till", "1.1"))
    assert document is not None
    server.answer(PLACE, Answer(body=document, headers={"Content-Type": PROVENANCE}))
    found = outcome(server)
    assert isinstance(found, Invalid)
    assert found.failure.startswith("subject-")


# --- remembered --------------------------------------------------------------------------------------------------


@pytest.fixture
def locked(server: HttpIndex, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: Capture) -> Path:
    monkeypatch.setenv("UPLOCK_INDEX_URL", server.url)
    (tmp_path / "root.json").write_bytes(private_instance().root())
    folder = project(
        tmp_path / "shop",
        '[project]\nname = "shop"\nversion = "1"\ndependencies = ["till"]\n[tool.uplock]\ntargets = ["3.12.1"]\n',
    )
    assert uplock(capfd, "lock", folder).code == 0
    return folder


@pytest.mark.parametrize("status", [403, 500])
def test_a_failure_to_ask_is_not_remembered_as_not_attested(
    server: HttpIndex, locked: Path, tmp_path: Path, capfd: Capture, status: int
) -> None:
    """An attack for one run must not last longer than that run."""
    arguments = ("run", locked, "--as-of", AS_OF, "--trusted-root", tmp_path / "root.json", "--json")
    server.fail(status, part=PLACE)
    counts = uplock(capfd, *arguments).json["targets"][0]["attestations"]
    assert (counts["unchecked"], counts["not_attested"], counts["verified"]) == (1, 0, 0)
    server.sabotage.clear()
    counts = uplock(capfd, *arguments).json["targets"][0]["attestations"]
    assert (counts["unchecked"], counts["not_attested"], counts["verified"]) == (0, 0, 1)


def test_an_oversized_document_is_not_remembered(
    server: HttpIndex, locked: Path, tmp_path: Path, capfd: Capture
) -> None:
    arguments = ("run", locked, "--as-of", AS_OF, "--trusted-root", tmp_path / "root.json", "--json")
    size = MAX_PROVENANCE // 65536 + 1
    server.answer(PLACE, Answer(body=b" " * 65536, repeat_body=size, headers={"Content-Type": PROVENANCE}))
    assert uplock(capfd, *arguments).json["targets"][0]["attestations"]["invalid"] == 1
    server.sabotage.clear()
    assert uplock(capfd, *arguments).json["targets"][0]["attestations"]["verified"] == 1


def test_nothing_is_remembered_between_calls_of_verify(
    server: HttpIndex, locked: Path, tmp_path: Path, capfd: Capture
) -> None:
    arguments = ("verify", "lock", "--project", locked, "--trusted-root", tmp_path / "root.json", "--json")
    server.fail(403, part=PLACE)
    answer = uplock(capfd, *arguments)
    assert (answer.code, answer.json["artifacts"][0]["unchecked"]) == (3, "refused")
    server.sabotage.clear()
    assert uplock(capfd, *arguments).code == 0
    shutil.rmtree(tmp_path / "cache")
    assert uplock(capfd, *arguments).code == 0
