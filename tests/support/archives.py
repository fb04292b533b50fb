"""A whole archive as ``uplock run`` and ``uplock vault add`` leave it, made without an index: small, and every part."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

from support.subjects import TODAY, digest_for, make_artifact_results, make_library
from uplock.archive.archive import DirectoryArchive
from uplock.archive.proofs import DirectoryProofs
from uplock.lockfile.lockset import write_lockset
from uplock.model.digest import Sha256, sha256_of
from uplock.model.generation import GenerationArtifact, GenerationContent, GenerationLock
from uplock.model.identity import TrustedRoot
from uplock.model.kept import KeptFile, KeptGeneration
from uplock.model.lock import LockEntry, LockSet, Preferences
from uplock.model.native import NativeProfile
from uplock.model.proof import InterpreterIdentity, Proof
from uplock.model.rehearsal import Rehearsal
from uplock.model.results import NotAttested
from uplock.model.value import changed, encode
from uplock.model.view import View, ViewEntry, ViewPage

RECORDED = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)
TARGET = "py312-linux-x86_64"
ROOT = b'{"mediaType": "a trusted root"}'
DOCUMENT = b'{"version": 1, "attestation_bundles": []}'


def wheel(name: str, version: str) -> tuple[str, bytes]:
    """Return file name and bytes of an artifact; archives do not look into it."""
    return f"{name}-{version}-py3-none-any.whl", f"the bytes of {name} {version}".encode() * 50


class Filled:
    """An archive with a chain of generations: ``till`` changes in each, ``coin`` stays, and carries zlib."""

    def __init__(self, place: Path, *, length: int = 2, keep: tuple[int, ...] = (), cache: Path | None = None) -> None:
        """``keep`` are places in the chain, from 0; artifacts are linked from ``cache`` if there is one."""
        self.archive = DirectoryArchive(place)
        self.cache = None if cache is None else DirectoryArchive(cache)
        self.ids: list[Sha256] = []
        for number in range(length):
            self.add(str(number + 1))
        for number in keep:
            self.keep(self.ids[number])

    def copied(self, folder: Path) -> Filled:
        """Return a copy of archive and cache below ``folder``: links between them stay links."""
        subprocess.run(["cp", "-a", f"{self.place.parent}/.", folder], check=True)
        made = Filled(folder / self.place.name, length=0, cache=folder / "cache" if self.cache else None)
        made.ids = list(self.ids)
        return made

    @property
    def place(self) -> Path:
        """Where it is."""
        return self.archive.place

    def add(self, version: str, python: str = "3.12.1") -> Sha256:
        """Record a further generation and return its id."""
        archive = self.archive
        artifacts = tuple(sorted((self._artifact("till", version), self._artifact("coin", "1")), key=_by_name))
        lock = GenerationLock(
            target=TARGET.replace("312", python.rpartition(".")[0].replace(".", "")),
            role="target",
            pylock=archive.put(f"pylock {version}".encode()),
            requirements=archive.put(f"requirements {version}".encode()),
        )
        view = self._view(version)
        preferences = archive.put(encode(Preferences(targets={TARGET: (("till", version),)})))
        root = TrustedRoot(sha256=archive.put(ROOT), origin="embedded")
        lockset = LockSet(
            exclude_newer=TODAY,
            inputs=digest_for("inputs"),
            view=view,
            resolver="uv 0.13.9",
            targets=(
                LockEntry(
                    target=lock.target,
                    python=python,
                    platform="linux-x86_64",
                    role="target",
                    pylock=lock.pylock,
                    requirements=lock.requirements,
                ),
            ),
            preferred=preferences,
            trusted_root=root,
        )
        content = GenerationContent(
            project="shop",
            inputs=lockset.inputs,
            lifecycle=digest_for("lifecycle"),
            view=view,
            lockset=archive.put(write_lockset(lockset)),
            locks=(lock,),
            artifacts=artifacts,
            trusted_root=root,
        )
        parent = self.ids[-1] if self.ids else None
        self.ids.append(archive.record(content, parent, RECORDED + timedelta(days=len(self.ids))))
        archive.keep(digest_for(f"key {version}"), b'{"some": "record"}')
        return self.ids[-1]

    def keep(self, identity: Sha256) -> KeptGeneration:
        """Keep a generation, as ``uplock vault add`` does."""
        content = self.archive.generation(identity).content
        for each in content.artifacts:
            self.archive.secure(self.archive.path(each.sha256), each.sha256)
        note = KeptGeneration(
            generation=identity,
            project=content.project,
            files=tuple(
                KeptFile(
                    filename=each.filename,
                    sha256=each.sha256,
                    size=self.archive.path(each.sha256).stat().st_size,
                    provenance=sha256_of(DOCUMENT) if "coin" in each.filename else None,
                )
                for each in content.artifacts
            ),
            trusted_root=sha256_of(ROOT),
        )
        self.archive.keep_generation(note)
        return note

    def prove(self, identity: Sha256) -> Sha256:
        """Keep a proof of a generation, and return the digest of its statement."""
        content = self.archive.generation(identity).content
        proof = Proof(
            project="shop",
            generation=identity,
            target=TARGET,
            pylock=content.locks[0].pylock,
            requirements=content.locks[0].requirements,
            predicted=digest_for("predicted"),
            interpreter=InterpreterIdentity(version="3.12.1", path="python", sha256=digest_for("p"), platform="Linux"),
            installs=(),
            holds=True,
            made_at=RECORDED,
            made_by="uplock 1.0",
        )
        return DirectoryProofs(self.archive).keep_proof(proof, sha256_of(encode(content)), ())

    def rehearse(self, identity: Sha256) -> tuple[Sha256, Sha256]:
        """Keep a rehearsal of a generation, and return the digests of its statement and of the summary."""
        rehearsal = Rehearsal(
            ready=True,
            project="shop",
            generation=identity,
            content=sha256_of(encode(self.archive.generation(identity).content)),
            head=identity,
            old=(TARGET,),
            new=(TARGET,),
            statements=(),
            policy=digest_for("policy"),
            as_of=RECORDED,
            made_at=RECORDED,
            made_by="uplock 1.0",
        )
        record, summary = DirectoryProofs(self.archive).keep_rehearsal(rehearsal, (), passed=True)
        assert summary is not None
        return record, summary

    def artifact(self, number: int, name: str = "till") -> Sha256:
        """Return the digest of an artifact of the generation at a place in the chain."""
        content = self.archive.generation(self.ids[number]).content
        return next(each.sha256 for each in content.artifacts if each.filename.startswith(name))

    def _artifact(self, name: str, version: str) -> GenerationArtifact:
        filename, data = wheel(name, version)
        if self.cache is None:
            digest = self.archive.put(data)
        else:
            digest = self.cache.put(data)
            self.archive.adopt(self.cache.path(digest), digest)
        document = self.archive.put(DOCUMENT) if name == "coin" else None
        native = NativeProfile(libraries=(make_library("zlib", "1.2.13"),)) if name == "coin" else None
        results = make_artifact_results(
            filename, native=native, verification=NotAttested(detail="none", document=document)
        )
        results = changed(results, sha256=digest, size=len(data))
        return GenerationArtifact(filename=filename, sha256=digest, results=self.archive.put_results(results))

    def _view(self, version: str) -> Sha256:
        pages = tuple(
            ViewEntry(name=name, page=self.archive.put(encode(ViewPage(name=f"{name} {version}", files=()))))
            for name in ("coin", "till")
        )
        return self.archive.put(encode(View(exclude_newer=TODAY, pages=pages)))


def _by_name(artifact: GenerationArtifact) -> str:
    return artifact.filename
