"""Builders of kept generations over real wheels in an archive."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

from support.generations import RECORDED
from support.subjects import INDEX, NOTHING, make_artifact_results, make_lock, make_target
from uplock.archive.archive import DirectoryArchive
from uplock.lockfile.pylock import write_pylock
from uplock.lockfile.requirements import write_requirements
from uplock.model.digest import Sha256, sha256_of
from uplock.model.generation import GenerationArtifact, GenerationContent, GenerationLock
from uplock.model.kept import KeptFile, KeptGeneration
from uplock.model.lock import Artifact, LockedPackage
from uplock.model.results import ArtifactResults, NotAttested, Verified
from uplock.model.value import Value, changed


class File(Value, frozen=True, kw_only=True):
    """A locked file with its bytes, and what lock and results say of it."""

    filename: str
    data: bytes
    upload_time: datetime | None = None
    yanked: str | None = None
    requires_python: str | None = None
    provenance: bytes | None = None

    @property
    def sha256(self) -> Sha256:
        """Digest of the bytes."""
        return sha256_of(self.data)

    def package(self) -> LockedPackage:
        """Return it as locked."""
        name, version = self.filename.removesuffix(".tar.gz").split("-")[:2]
        artifact = Artifact(
            filename=self.filename,
            sha256=self.sha256,
            url=f"https://index.example/files/{self.filename}",
            size=len(self.data),
            upload_time=self.upload_time,
        )
        return LockedPackage(
            name=name.replace("_", "-"),
            version=version,
            artifact=artifact,
            requires_python=self.requires_python,
            index=INDEX,
            yanked=self.yanked,
        )

    def results(self) -> ArtifactResults:
        """Return what was found out about it."""
        found = make_artifact_results(self.filename, verification=NotAttested(detail="the index has none"))
        if self.provenance is not None:
            verified = make_artifact_results(self.filename).verification
            assert isinstance(verified, Verified)
            found = changed(found, verification=changed(verified, document=sha256_of(self.provenance)))
        return changed(found, sha256=self.sha256, size=len(self.data))


def record(archive: DirectoryArchive, files: Iterable[File], *, day: int = 0, python: str = "3.12.1") -> Sha256:
    """Record a generation with one target that locks ``files``, and their bytes; return its id."""
    files = tuple(sorted(files, key=lambda file: file.package().name))
    lock = make_lock(make_target(python), (file.package() for file in files))
    artifacts = []
    for file in files:
        archive.put(file.data)
        if file.provenance is not None:
            archive.put(file.provenance)
        artifacts.append(
            GenerationArtifact(filename=file.filename, sha256=file.sha256, results=archive.put_results(file.results()))
        )
    content = GenerationContent(
        project="shop",
        inputs=NOTHING,
        lifecycle=NOTHING,
        view=NOTHING,
        locks=(
            GenerationLock(
                target=lock.target.name,
                role="target",
                pylock=archive.put(write_pylock(lock)),
                requirements=archive.put(write_requirements(lock)),
            ),
        ),
        artifacts=tuple(artifacts),
    )
    return archive.record(content, None, RECORDED + timedelta(days=day))


def keep(archive: DirectoryArchive, files: Iterable[File], *, day: int = 0) -> Sha256:
    """Record a generation as :func:`record` does, and note it as kept."""
    files = tuple(files)
    identity = record(archive, files, day=day)
    rows = tuple(
        KeptFile(
            filename=file.filename,
            sha256=file.sha256,
            size=len(file.data),
            provenance=None if file.provenance is None else sha256_of(file.provenance),
        )
        for file in files
    )
    archive.keep_generation(KeptGeneration(generation=identity, project="shop", files=rows))
    return identity


def opened(folder: Path) -> DirectoryArchive:
    """Return an archive in a folder."""
    return DirectoryArchive(folder / "archive")
