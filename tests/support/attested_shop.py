"""The shop's estate with every wheel attested by a private Sigstore instance, and ways to make that go wrong."""

from __future__ import annotations

from pathlib import Path

from support.attestations import private_instance
from support.index_simulator import IndexSimulator, project_of
from support.shop import estate
from support.signers import Signer, github
from uplock.model.digest import sha256_of

TILL_12 = "till-2.0-py3-none-any.whl"
"""What 3.12 locks of till; 3.9 locks version 1.0."""
COIN = "coin-1.1-py3-none-any.whl"


def usual(package: str) -> Signer:
    """Return who publishes a package of the estate: each has a repository and numbers of its own."""
    number = str(1000 + sum(package.encode()))
    return github(f"octo/{package}", repository_id=number, owner_id="42")


def attested_estate() -> IndexSimulator:
    """Return the estate on an index that offers provenance of every wheel."""
    index = estate()
    index.provenance_offered = True
    for filename in index.filenames():
        attest(index, filename, usual(project_of(filename)))
    return index


def attest(index: IndexSimulator, filename: str, signer: Signer) -> None:
    """Let the index offer provenance of a file that ``signer`` made."""
    body = index.body(filename)
    assert body is not None
    documents = private_instance().attest_all([(filename, sha256_of(body))], lambda _: signer)
    index.change_publisher(filename, documents[filename])


def root_file(folder: Path) -> Path:
    """Write the trusted root of the private instance and return the file."""
    path = folder / "trusted_root.json"
    path.write_bytes(private_instance().root())
    return path
