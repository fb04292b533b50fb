"""Attack: an authority of one's own, planted as trusted root in the cache that Sigstore clients share per user.

The reference implementation believes it offline, which proves that the plant is where clients look.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from pypi_attestations import Attestation, Distribution, GitHubPublisher

from support.attestations import DIGEST, WHEEL, attested, failure, private_instance
from uplock.attest.roots import embedded_root, sigstore_place
from uplock.attest.verify import SigstoreVerifier

if TYPE_CHECKING:
    import pytest


def _plant(cache: Path) -> None:
    (shipped,) = sigstore_place().glob("_store/*sigstore.dev")
    place = cache / "sigstore-python" / "tuf" / shipped.name
    place.mkdir(parents=True)
    (place / "trusted_root.json").write_bytes(private_instance().root())


def test_a_planted_root_is_not_believed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    _plant(tmp_path / "cache")
    document = json.dumps(attested()).encode()
    publisher = GitHubPublisher(repository="octo/shop", workflow="release.yml")

    Attestation.model_validate_json(document).verify(publisher, Distribution(name=WHEEL, digest=DIGEST), offline=True)

    ours = SigstoreVerifier(embedded_root("production")).verify(WHEEL, DIGEST, document, None)
    assert failure(ours) == "untrusted-chain"
