"""The composition root: the only place that names adapters, and makes each of them once."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from uplock import __version__
from uplock.archive.archive import DirectoryArchive
from uplock.archive.places import archive_place, user_cache
from uplock.archive.store import DirectoryStore
from uplock.cli.root_choice import RootChoice
from uplock.errors import ArchiveError, InputError, UsageError
from uplock.files import digest_file, digest_folder, exclusive, put_in_place, read_bytes
from uplock.model.digest import Sha256, digest_of, sha256_of
from uplock.model.identity import TrustedRoot
from uplock.model.provenance import PROVENANCE_SUFFIXES
from uplock.policy.lifecycle import table_digest
from uplock.ports import Event, Index, OnEvent, ProvenanceSource, Verifier
from uplock.workflow.receipt import Probe

if TYPE_CHECKING:
    from uplock.index.named import NamedIndex
    from uplock.lockfile.config import Config
    from uplock.workflow.project import Project
    from uplock.workflow.seams import Closing, Seams


_SECRET_BYTES = 16
_NOTHING = "no generation is recorded here yet"


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
        pythons: tuple[tuple[str, Path], ...] = (),
        environ: Mapping[str, str] = os.environ,
    ) -> None:
        """``root`` is the project's folder; options win over configuration."""
        self.root = root
        self.on_event = on_event
        self.environ = environ
        self._archive_flag = archive
        self._index_flag = index_url
        self._provenance_flag = provenance_dir
        self._root_options = (trusted_root, staging)
        self._choice = RootChoice(root, trusted_root, staging=staging)
        self._pythons = dict(pythons)
        self.probes: dict[str, Sha256 | None] = {}
        """Files outside the project that were looked for, by absolute path, as they were then."""
        self.folders: tuple[Probe, ...] = ()

    @cached_property
    def archive(self) -> DirectoryArchive:
        """The project's archive."""
        return DirectoryArchive(archive_place(self.root, self._archive_flag, self.environ))

    def recorded(self, message: str = _NOTHING, remedy: str = "Run uplock run first.") -> None:
        """Raise :class:`ArchiveError` if there is no archive yet, so that reading it never makes one."""
        if not self.archive.place.is_dir():
            raise ArchiveError(message, context=str(self.archive.place), remedy=remedy)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Hold the archive for this command alone; what an interrupted command left of the project's files is settled.

        Raises :class:`ArchiveError` at once if another holds it, :class:`UsageError` if there is no project folder.
        """
        if not self.root.is_dir():
            raise UsageError("there is no such folder", context=str(self.root), remedy="Name the folder of a project.")
        from uplock.workflow.replacement import settle

        with exclusive(self.archive.place / "lock", "Wait for the other run to end, or name another --archive."):
            settled = settle(self.root)
            if settled != "nothing":
                self.on_event(Event(stage="recover", message=f"an interrupted command's files: {settled}"))
            yield

    @cached_property
    def cache(self) -> DirectoryStore:
        """The user's cache of artifacts."""
        return DirectoryStore(user_cache(self.environ, Path.home(), sys.platform), durable=False)

    @cached_property
    def view_secret(self) -> str:
        """What the addresses of views on loopback begin with: it stays the same, since resolvers cache by it."""
        place = self.cache.place / "view-secret"
        try:
            known = read_bytes(place, _SECRET_BYTES * 2).decode("ascii", "replace")
        except InputError:
            known = ""
        if not re.fullmatch(rf"[0-9a-f]{{{_SECRET_BYTES * 2}}}", known):
            import secrets

            known = secrets.token_hex(_SECRET_BYTES)
            put_in_place(place, known.encode(), 0o600)
        return known

    def configure(self, config: Config) -> None:
        """Let the project's configuration choose the trusted root, where no option does."""
        self._choice.configure(config)
        self.probes |= self._choice.probes()

    @property
    def root_bytes(self) -> bytes:
        """The trusted root that everything is verified under."""
        return self._choice.content

    @cached_property
    def root_digest(self) -> Sha256:
        """Digest of the trusted root."""
        return sha256_of(self.root_bytes)

    @property
    def trusted_root(self) -> TrustedRoot:
        """What is known of the trusted root."""
        return self._choice.description

    def index_settings(self, config: Config) -> tuple[NamedIndex, ...]:
        """Read where the indexes are, the default one from flag, configuration, environment, uv and pip."""
        from uplock.index.client_config import usual_places
        from uplock.index.named import indexes_of

        found = indexes_of(
            usual_places(Path.home(), self.root),
            config.indexes,
            flag=self._index_flag,
            configured=config.index_url,
            environ=self.environ,
        )
        self.probes |= {path: digest_file(Path(path)) for each in found for path in each.settings.probes}
        return found

    def verifier(self) -> Verifier:
        """Make the verifier: imports sigstore."""
        from uplock.attest.verify import SigstoreVerifier

        return SigstoreVerifier(self.root_bytes)

    def index(self, indexes: tuple[NamedIndex, ...]) -> Index:
        """Make the client of one index, or of several behind one port."""
        from uplock.index.http import Http
        from uplock.index.named import DEFAULT_NAME
        from uplock.index.remote import RemoteIndex

        clients = [RemoteIndex(Http(each.settings), each.settings.url, self.cache) for each in indexes]
        if [each.name for each in indexes] == [DEFAULT_NAME]:
            return clients[0]
        from uplock.index.several import Member, SeveralIndexes

        return SeveralIndexes(
            [
                Member(each.name, each.settings.url, client, each.packages, each.explicit)
                for each, client in zip(indexes, clients, strict=True)
            ]
        )

    def provenance(self, configured: str | None, index: Index) -> tuple[ProvenanceSource, Sha256 | None]:
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

        self.configure(project.config)
        indexes = self.index_settings(project.config)
        index = self.index(indexes)
        addresses = ", ".join(each.settings.url for each in indexes)
        source, identity = self.provenance(project.config.provenance_dir, index)
        return Seams(
            archive=self.archive,
            cache=self.cache,
            index=index,
            index_name=addresses,
            index_from=", ".join(each.settings.source for each in indexes),
            notes=indexes[-1].settings.ignored,
            resolver=lambda name: self.resolver(name, index),
            serve=lambda recorder: serve(recorder, address_for=self.view_secret, secret=self.view_secret),
            provenance=lambda view: (source, identity or digest_of({"view": view, "index": addresses})),
            verifier=self.verifier,
            verifier_id=(verifier_version(), self.root_digest),
            trusted_root=self.trusted_root,
            root_bytes=lambda: self.root_bytes,
            on_event=self.on_event,
        )

    def resolver(self, name: str, index: Index) -> Closing:
        """Make a resolver by name; what pip-tools needs itself comes from ``index``, by digests that uplock pins."""
        from uplock.resolve.uv import UvResolver, find_uv

        if name == "uv":
            return UvResolver(find_uv(), cache=self.cache.place / "resolvers")
        from uplock.resolve.pip_tools import PipToolsResolver
        from uplock.workflow.fetch import pinned_wheel

        return PipToolsResolver(
            uv=find_uv(),
            environments=self.cache.place / "environments",
            fetch=lambda package, version, sha256: pinned_wheel(package, version, sha256, self.cache, index),
            home=Path.home(),
            pythons=self._pythons,
            environ=self.environ,
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
        """Return everything outside files that a run rests on: call, environment, root, version.

        The root is the one that the options choose: what the configuration chooses is among the :attr:`probes`.
        """
        option, staging = self._root_options
        relevant = ("UPLOCK_", "UV_", "PIP_")
        return {
            "version": __version__,
            "root": RootChoice(self.root, option, staging=staging).description,
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
