"""Statement 8 of ``uplock rehearse``: recorded attestation outcomes come out again, or are named."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from support.attested_shop import attested_estate, root_file
from support.http_index import HttpIndex
from support.index_simulator import IndexSimulator
from support.shop import AS_OF, project, uplock
from support.workbenches import simulated_bench
from uplock.archive.archive import DirectoryArchive
from uplock.archive.proofs import DirectoryProofs
from uplock.attest.verify import SigstoreVerifier
from uplock.model.rehearsal import RehearsedStatement
from uplock.model.results import Verified
from uplock.ports import ignore_events
from uplock.workflow.project import Project
from uplock.workflow.recall import recall_named
from uplock.workflow.rehearsing.rehearse import Means, rehearse

pytestmark = [pytest.mark.allow_hosts(["127.0.0.1"]), pytest.mark.enable_socket]

Capture = pytest.CaptureFixture[str]
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture
def index() -> IndexSimulator:
    """The estate, all of it attested."""
    return attested_estate()


@pytest.fixture
def shop(http: HttpIndex, tmp_path: Path, capfd: Capture) -> Path:
    folder = project(tmp_path / "shop")
    assert uplock(capfd, "run", folder, "--as-of", AS_OF, "--trusted-root", root_file(tmp_path)).code == 0
    assert uplock(capfd, "vault", "add", "--project", folder).code == 0
    assert http.url
    return folder


def eighth(shop: Path) -> RehearsedStatement:
    """Return statement 8, tried again."""
    archive = DirectoryArchive(shop / ".uplock")
    means = Means(
        archive=archive,
        proofs=DirectoryProofs(archive),
        bench=simulated_bench(shop.parent),
        verifier=SigstoreVerifier,
        as_of=NOW,
        now=NOW,
        on_event=ignore_events,
    )
    head = recall_named(shop, archive, None)
    return rehearse(Project(shop, NOW.date()), head, head, means).statements[7]


def document_of(shop: Path, name: str) -> Path:
    """Return where the provenance of an artifact lies, by the beginning of its file name."""
    archive = DirectoryArchive(shop / ".uplock")
    for each in recall_named(shop, archive, None).results.values():
        if each.filename.startswith(name) and isinstance(each.verification, Verified):
            return archive.path(each.verification.document)
    raise LookupError(name)


def test_verified_documents_verify_again_under_the_archived_root(shop: Path) -> None:
    found = eighth(shop)
    assert found.holds is True
    assert found.detail == "5 verified"


def test_a_stripped_document_is_named(shop: Path) -> None:
    document_of(shop, "coin").unlink()
    found = eighth(shop)
    assert found.holds is False
    assert found.detail.startswith("coin-1.1-py3-none-any.whl was verified and is unchecked")


def test_a_changed_document_is_named(shop: Path) -> None:
    path = document_of(shop, "coin")
    path.chmod(0o644)
    path.write_bytes(path.read_bytes().replace(b"octo", b"otto", 1))
    found = eighth(shop)
    assert found.holds is False
    assert found.detail.startswith("coin-1.1-py3-none-any.whl")


def test_without_the_root_nothing_is_reproduced(shop: Path) -> None:
    archive = DirectoryArchive(shop / ".uplock")
    root = recall_named(shop, archive, None).content.trusted_root
    assert root is not None
    archive.path(root.sha256).unlink()
    found = eighth(shop)
    assert found.holds is False
    assert "trusted root" in found.detail
