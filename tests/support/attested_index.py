"""An index whose wheels are attested by the private Sigstore instance."""

from __future__ import annotations

from support.attestations import private_instance
from support.index_simulator import IndexSimulator
from support.shop import UPLOADED
from support.signers import Signer, github
from support.wheels import build_wheel
from uplock.model.digest import sha256_of


def publish_attested(index: IndexSimulator, name: str, version: str = "1.0", signer: Signer | None = None) -> str:
    """Publish a wheel with its provenance; return its file name."""
    filename, data = build_wheel(name, version)
    documents = private_instance().attest_all([(filename, sha256_of(data))], lambda _: signer or github())
    index.publish(filename, data, upload_time=UPLOADED, provenance=documents[filename])
    return filename


def attested_index(*names: str) -> IndexSimulator:
    """Return an index of projects with one attested wheel each."""
    index = IndexSimulator()
    for name in names:
        publish_attested(index, name)
    return index
