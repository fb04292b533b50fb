"""An update repository (TUF) with one trusted root, made with the reference library, and spoilt where a test asks."""

from __future__ import annotations

import ssl
from dataclasses import dataclass, field
from datetime import UTC, datetime

from securesystemslib.signer import CryptoSigner, Signer  # type: ignore[attr-defined] # public, but not declared so
from tuf.api.metadata import (  # type: ignore[attr-defined] # public, but not declared so
    DelegatedRole,
    Delegations,
    Metadata,
    MetaFile,
    Root,
    Snapshot,
    TargetFile,
    Targets,
    Timestamp,
)

from support.http_index import Answer, HttpIndex, Request
from support.index_simulator import IndexSimulator
from uplock.attest.trust_update import TARGET, Repository

FAR = datetime(2040, 1, 1, tzinfo=UTC)
URL = "https://updates.example"


def _keys() -> dict[str, Signer]:
    return {role: CryptoSigner.generate_ed25519() for role in ("root", "timestamp", "snapshot", "targets")}


@dataclass
class TufRepository:
    """A repository whose files are made anew from its fields by :meth:`publish`; ``files`` is what is served."""

    content: bytes
    version: int = 1
    """Of timestamp, snapshot and targets alike."""
    root_version: int = 1
    expires: dict[str, datetime] = field(default_factory=dict)
    """By role; else far away."""
    signers: dict[str, Signer] = field(default_factory=_keys)
    target: str = TARGET
    files: dict[str, bytes] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.publish()

    def repository(self) -> Repository:
        """Return it as a client knows it that was made when its first keys were the newest."""
        return Repository(url=URL, keys=self.files["1.root.json"])

    def publish(self) -> None:
        """Sign everything anew. Old files stay where they are, as in a real repository."""
        end = {role: self.expires.get(role, FAR) for role in self.signers}
        root = Root(version=self.root_version, expires=end["root"], consistent_snapshot=True)
        for role, signer in self.signers.items():
            root.add_key(signer.public_key, role)
        target = TargetFile.from_data(self.target, self.content, ["sha256"])
        targets = Targets(version=self.version, expires=end["targets"], targets={self.target: target})
        meta = {"targets.json": MetaFile(version=self.version)}
        snapshot = Snapshot(version=self.version, expires=end["snapshot"], meta=meta)
        timestamp = Timestamp(
            version=self.version, expires=end["timestamp"], snapshot_meta=MetaFile(version=self.version)
        )
        self.files |= {
            f"{self.root_version}.root.json": self._signed(Metadata(root), "root"),
            f"{self.version}.targets.json": self._signed(Metadata(targets), "targets"),
            f"{self.version}.snapshot.json": self._signed(Metadata(snapshot), "snapshot"),
            "timestamp.json": self._signed(Metadata(timestamp), "timestamp"),
            self.target_path: self.content,
        }

    @property
    def target_path(self) -> str:
        """Where the trusted root is served."""
        digest = TargetFile.from_data(self.target, self.content, ["sha256"]).hashes["sha256"]
        return f"targets/{digest}.{self.target}"

    def update(self, content: bytes) -> None:
        """Publish another trusted root under the next version."""
        self.content, self.version = content, self.version + 1
        self.publish()

    def rotate(self, role: str) -> None:
        """Replace the key of a role, as the next version of the keys says; signed by the keys of before."""
        before = self.signers["root"]
        self.signers = {**self.signers, role: CryptoSigner.generate_ed25519()}
        self.root_version += 1
        self.publish()
        name = f"{self.root_version}.root.json"
        metadata: Metadata[Root] = Metadata.from_bytes(self.files[name])
        metadata.sign(before, append=True)
        self.files[name] = metadata.to_bytes()

    def delegate(self, content: bytes) -> None:
        """Name the trusted root in metadata of a delegated role only, as a repository of many parties could."""
        signer = CryptoSigner.generate_ed25519()
        role = DelegatedRole("party", [signer.public_key.keyid], 1, terminating=True, paths=["*"])
        delegations = Delegations({signer.public_key.keyid: signer.public_key}, {"party": role})
        target = TargetFile.from_data(TARGET, content, ["sha256"])
        party = Targets(version=1, expires=FAR, targets={TARGET: target})
        targets = Targets(version=self.version, expires=FAR, delegations=delegations)
        meta = {"targets.json": MetaFile(version=self.version), "party.json": MetaFile(version=1)}
        snapshot = Snapshot(version=self.version, expires=FAR, meta=meta)
        signed: Metadata[Targets] = Metadata(party)
        signed.sign(signer)
        self.files |= {
            "1.party.json": signed.to_bytes(),
            f"{self.version}.targets.json": self._signed(Metadata(targets), "targets"),
            f"{self.version}.snapshot.json": self._signed(Metadata(snapshot), "snapshot"),
            f"targets/{target.hashes['sha256']}.{TARGET}": content,
        }

    def fetch(self, url: str, limit: int) -> bytes | None:
        """Serve a file: what :data:`~uplock.attest.trust_update.Fetch` is."""
        path = url.removeprefix(f"{URL}/")
        self.asked.append(path)
        found = self.files.get(path)
        return None if found is None else found[: limit + 1]

    def _signed(
        self, metadata: Metadata[Root] | Metadata[Timestamp] | Metadata[Snapshot] | Metadata[Targets], role: str
    ) -> bytes:
        metadata.sign(self.signers[role])
        return metadata.to_bytes()


class TufServer(HttpIndex):
    """Serves a repository on loopback, with everything that an index's server can do wrong."""

    def __init__(self, served: TufRepository, tls: ssl.SSLContext | None = None) -> None:
        super().__init__(IndexSimulator(), tls=tls)
        self.served = served

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.origin.rpartition(":")[2])

    def respond(self, request: Request) -> Answer:
        """Return the honest answer."""
        found = self.served.files.get(request.path.removeprefix("/"))
        return Answer(status=404, body=b"not here") if found is None else Answer(body=found)

    def repository(self) -> Repository:
        """Return the repository as :meth:`TufRepository.repository` does, at its address here."""
        return Repository(url=self.origin, keys=self.served.repository().keys)
