"""Attack: a root of somebody's own, or one of long ago, in the cache that Sigstore clients share per user.

The reference implementation believes what lies there offline, which proves that the plant is where clients look.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pypi_attestations import Attestation, Distribution, GitHubPublisher, Provenance, VerificationError

from support.attestations import DIGEST, WHEEL, attested, case, failure, private_instance
from support.tuf_repository import TufRepository
from uplock.attest.roots import describe, embedded_root, sigstore_place
from uplock.attest.trust_update import newest_root
from uplock.attest.verify import SigstoreVerifier
from uplock.model.results import Verified


@pytest.fixture(autouse=True)
def user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user's own folders, all below one."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path


def _plant(user: Path, root: bytes) -> None:
    (shipped,) = sigstore_place().glob("_store/*sigstore.dev")
    place = user / "cache" / "sigstore-python" / "tuf" / shipped.name
    place.mkdir(parents=True)
    (place / "trusted_root.json").write_bytes(root)


def test_a_planted_root_is_not_believed(user: Path) -> None:
    _plant(user, private_instance().root())
    document = json.dumps(attested()).encode()
    publisher = GitHubPublisher(repository="octo/shop", workflow="release.yml")

    Attestation.model_validate_json(document).verify(publisher, Distribution(name=WHEEL, digest=DIGEST), offline=True)

    ours = SigstoreVerifier(embedded_root("production")).verify(WHEEL, DIGEST, document, None)
    assert failure(ours) == "untrusted-chain"


def test_an_old_root_in_the_cache_does_not_outlive_an_upgrade(user: Path) -> None:
    """As an earlier release left it there: without the authority of today, so that what is genuine is refused."""
    old = json.loads(embedded_root("production"))
    old["certificateAuthorities"] = old["certificateAuthorities"][:1]
    _plant(user, json.dumps(old).encode())
    genuine = case("abi3info-2024.10.8-py3-none-any.whl.provenance")
    (bundle,) = Provenance.model_validate_json(genuine.document()).attestation_bundles
    artifact = Distribution(name=genuine.artifact, digest=genuine.sha256)

    with pytest.raises(VerificationError):
        bundle.attestations[0].verify(bundle.publisher, artifact, offline=True)

    root = embedded_root("production")
    ours = SigstoreVerifier(root).verify(genuine.artifact, genuine.sha256, genuine.document(), genuine.publisher)
    assert isinstance(ours, Verified)
    assert describe(root, None).sha256 == SigstoreVerifier(root).identity[1]


def test_a_refresh_neither_reads_nor_writes_what_clients_share(user: Path) -> None:
    """The TUF metadata of a stranger lies where clients keep theirs; nobody looks, and nothing is left there."""
    made, stranger = TufRepository(private_instance().root()), TufRepository(b"{}", version=99)
    (shipped,) = sigstore_place().glob("_store/*sigstore.dev")
    place = user / "data" / "sigstore-python" / "tuf" / shipped.name
    place.mkdir(parents=True)
    for name, body in stranger.files.items():
        (place / name.rpartition("/")[2]).write_bytes(body)
    before = sorted(user.rglob("*"))

    assert newest_root(made.repository(), made.fetch).versions.timestamp == 1
    assert sorted(user.rglob("*")) == before
