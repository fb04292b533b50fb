"""The composition root: the only place that names adapters, and makes each of them once."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from uplock import __version__
from uplock.archive.archive import DirectoryArchive
from uplock.archive.places import archive_place, user_cache
from uplock.archive.store import DirectoryStore
from uplock.attest.roots import embedded_root, load_root
from uplock.errors import ArchiveError, UsageError
from uplock.files import digest_file, digest_folder, exclusive
from uplock.model.digest import Sha256, digest_of, sha256_of
from uplock.policy.lifecycle import table_digest
from uplock.ports import PROVENANCE_SUFFIXES, OnEvent, ProvenanceSource, Verifier
from uplock.workflow.receipt import Probe

if TYPE_CHECKING:
    from uplock.index.remote import RemoteIndex
    from uplock.index.settings import IndexSettings
    from uplock.resolve.uv import UvResolver
    from uplock.workflow.project import Project
    from uplock.workflow.seams import Seams


class Context:
    """Adapters of one command, made from options, environment and configuration when they are first used."""

    def __init__(  # noqa: PLR0913 - one argument per option that chooses an adapter
        self,
        root: Path,
        on_event: OnEvent,
        *,
        archive: str | None = None,
        index_url: str | None = None,
        provenance_dir: Path | None = None,
        trusted_root: Path | None = None,
        staging: bool = False,
        environ: Mapping[str, str] = os.environ,
    ) -> None:
        """``root`` is the project's folder; options win over configuration."""
        if trusted_root is not None and staging:
            raise UsageError("--trusted-root and --staging exclude each other", remedy="Give one of them.")
        self.root = root
        self.on_event = on_event
        self.environ = environ
        self._archive_flag = archive
        self._index_flag = index_url
        self._provenance_flag = provenance_dir
        self._trusted_root = trusted_root
        self.probes: dict[str, Sha256 | None] = {}
        """Files outside the project that were looked for, by absolute path, as they were then."""
        self.folders: tuple[Probe, ...] = ()
        self._instance: Literal["production", "staging"] = "staging" if staging else "production"

    @cached_property
    def archive(self) -> DirectoryArchive:
        """The project's archive."""
        return DirectoryArchive(archive_place(self.root, self._archive_flag, self.environ))

    def recorded(self) -> None:
        """Raise :class:`ArchiveError` if there is no archive yet, so that reading it never makes one."""
        if not self.archive.place.is_dir():
            raise ArchiveError(
                "no generation is recorded here yet", context=str(self.archive.place), remedy="Run uplock run first."
            )

    def alone(self) -> AbstractContextManager[None]:
        """Hold the archive for this command alone.

        Raises :class:`ArchiveError` at once if another holds it, :class:`UsageError` if there is no project folder.
        """
        if not self.root.is_dir():
            raise UsageError("there is no such folder", context=str(self.root), remedy="Name the folder of a project.")
        return exclusive(self.archive.place / "lock", "Wait for the other run to end, or name another --archive.")

    @cached_property
    def cache(self) -> DirectoryStore:
        """The user's cache of artifacts."""
        return DirectoryStore(user_cache(self.environ, Path.home(), sys.platform))

    @cached_property
    def root_bytes(self) -> bytes:
        """The trusted root that everything is verified under."""
        return embedded_root(self._instance) if self._trusted_root is None else load_root(self._trusted_root)

    @cached_property
    def root_digest(self) -> Sha256:
        """Digest of the trusted root."""
        return sha256_of(self.root_bytes)

    def index_settings(self, configured: str | None) -> IndexSettings:
        """Read where the index is, from flag, configuration, environment, uv and pip."""
        from uplock.index.settings import read_settings

        settings = read_settings(
            flag=self._index_flag,
            configured=configured,
            environ=self.environ,
            home=Path.home(),
            project=self.root,
        )
        self.probes = {path: digest_file(Path(path)) for path in settings.probes}
        return settings

    def verifier(self) -> Verifier:
        """Make the verifier: imports sigstore."""
        from uplock.attest.verify import SigstoreVerifier

        return SigstoreVerifier(self.root_bytes)

    def index(self, settings: IndexSettings) -> RemoteIndex:
        """Make the index client."""
        from uplock.index.http import Http
        from uplock.index.remote import RemoteIndex

        return RemoteIndex(Http(settings), settings.url)

    def provenance(self, configured: str | None, index: RemoteIndex) -> tuple[ProvenanceSource, Sha256 | None]:
        """Return the provenance source, and the digest of its content if it is a directory."""
        place = self._provenance_flag
        if place is None and configured is not None:
            place = self.root / configured
        if place is None:
            return index, None
        self.folders = (Probe(path=str(place.resolve()), sha256=digest_folder(place, PROVENANCE_SUFFIXES)),)
        return self.provenance_directory(place), self.folders[0].sha256

    def provenance_directory(self, place: Path) -> ProvenanceSource:
        """Return a directory as provenance source. Raises :class:`UsageError` if there is none."""
        from uplock.index.directory import ProvenanceDirectory

        return ProvenanceDirectory(place)

    def seams(self, project: Project) -> Seams:
        """Make the adapters of ``run`` and ``lock``."""
        from uplock.index.serve import serve
        from uplock.workflow.seams import Seams

        settings = self.index_settings(project.config.index_url)
        index = self.index(settings)
        source, identity = self.provenance(project.config.provenance_dir, index)
        return Seams(
            archive=self.archive,
            cache=self.cache,
            index=index,
            index_name=settings.url,
            index_from=settings.source,
            notes=settings.ignored,
            resolver=_resolver,
            serve=serve,
            provenance=lambda view: (source, identity or digest_of({"view": view, "index": settings.url})),
            verifier=self.verifier,
            verifier_id=(verifier_version(), self.root_digest),
            on_event=self.on_event,
        )

    def timestamp(self) -> datetime | None:
        """Return ``SOURCE_DATE_EPOCH`` as a moment, if set. Raises :class:`UsageError` if it is no number."""
        text = self.environ.get("SOURCE_DATE_EPOCH")
        if not text:
            return None
        try:
            return datetime.fromtimestamp(int(text), UTC)
        except (ValueError, OverflowError, OSError) as error:
            raise UsageError(
                f"SOURCE_DATE_EPOCH is {text!r}", remedy="Set it to seconds since 1970, or unset it."
            ) from error

    def facts(self, **call: object) -> dict[str, object]:
        """Return everything outside files that a run rests on: call, environment, root, version."""
        relevant = ("UPLOCK_", "UV_", "PIP_")
        return {
            "version": __version__,
            "root": self.root_digest,
            "verifier": verifier_version(),
            "lifecycle": table_digest(),
            "environment": {
                key: value
                for key, value in self.environ.items()
                if key.startswith(relevant) or key == "SOURCE_DATE_EPOCH"
            },
            "index": self._index_flag,
            "provenance": None if self._provenance_flag is None else str(self._provenance_flag.resolve()),
            "call": call,
        }


def verifier_version() -> str:
    """Return what the results of the verifier depend on besides its root: without importing sigstore."""
    from uplock.attest.version import verifier_version as version

    return version()


def _resolver() -> UvResolver:
    from uplock.resolve.uv import UvResolver, find_uv

    return UvResolver(find_uv())
