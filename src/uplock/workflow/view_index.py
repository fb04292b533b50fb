"""An archived view in the place of an index: what was seen then is seen again, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable

from uplock.errors import ArchiveError
from uplock.model.digest import Sha256
from uplock.model.lock import Artifact, Lock, LockedPackage
from uplock.model.provenance import ProvenanceAnswer
from uplock.model.results import Unchecked
from uplock.model.value import decode
from uplock.model.view import IndexFile, IndexPage, View, ViewPage
from uplock.ports import Archive, RemoteFile, Sink
from uplock.workflow.metadata_keys import preview_key, unhashed_key

_OFFERED = "kept elsewhere"
"""Stands for the address of a provenance document, which views do not have."""
_NOWHERE = "https://nowhere.invalid"
"""Stands for the address of what the locks do not name (RFC 6761): views have no addresses."""
_REMEDY = "Run uplock lock --fresh to take a new view, or use the archive in which the locks were made."


class ViewIndex:
    """Implements the ``Index`` port over a view in the archive; addresses of files come from the locks themselves.

    Whatever the view does not hold raises :class:`ArchiveError`: it is not known, which is not the same as absent.
    """

    def __init__(self, archive: Archive, view: Sha256, locks: Iterable[Lock]) -> None:
        """Raises :class:`ArchiveError` if the view is not in the archive, :class:`IntegrityError` if it is damaged."""
        self._archive = archive
        self.view = decode(_read(archive, view), View)
        self._pages = {entry.name: entry.page for entry in self.view.pages}
        packages = [package for lock in locks for package in lock.packages]
        self._urls = {package.listed.filename: package.listed.url for package in packages}
        self.hashed = {each.artifact.filename: each.artifact.sha256 for each in packages if each.hashed_here}
        """Digests of files that the index names none of: what was downloaded when they were locked."""
        self._addresses = {package.name: package.index or "" for package in packages}

    @property
    def names(self) -> frozenset[str]:
        """Every project that was asked for when the view was taken."""
        return frozenset(self._pages)

    def view_page(self, name: str) -> ViewPage:
        """Return the page of a project as the view has it."""
        if name not in self._pages:
            raise ArchiveError(f"the archived view has no page of {name}", remedy=_REMEDY)
        return decode(_read(self._archive, self._pages[name]), ViewPage)

    def page(self, name: str) -> IndexPage | None:
        """Return the page of a project; one without files is of a project that the index did not have."""
        page = self.view_page(name)
        if not page.files:
            return None
        return IndexPage(
            name=name,
            files=tuple(
                IndexFile(
                    filename=file.filename,
                    sha256=file.sha256,
                    url=self._urls.get(file.filename, f"{_NOWHERE}/{file.filename}"),
                    size=file.size,
                    upload_time=file.upload_time,
                    requires_python=file.requires_python,
                    yanked=file.yanked,
                    provenance=_OFFERED if file.provenance else None,
                )
                for file in page.files
            ),
            provenance_offered=page.provenance_offered,
        )

    def metadata(self, file: IndexFile) -> bytes:
        """Return METADATA as resolvers were shown it."""
        from packaging.utils import canonicalize_name

        if file.sha256 is not None:
            key = preview_key(file.sha256)
        else:
            key = unhashed_key(self._pages[canonicalize_name(file.filename.partition("-")[0])], file.filename)
        kept = self._archive.result(key)
        if kept is None:
            raise ArchiveError(f"the archive has no metadata of {file.filename}", remedy=_REMEDY)
        return kept

    def metadata_of(self, package: LockedPackage) -> bytes | None:
        """Return METADATA of a locked wheel that the index names no digest of, or ``None`` if it is not kept."""
        page = self._pages.get(package.name)
        return None if page is None else self._archive.result(unhashed_key(page, package.artifact.filename))

    def open(self, file: IndexFile) -> RemoteFile:
        """Refuse, as :meth:`fetch` does."""
        raise ArchiveError(f"the archive has not read {file.filename}", remedy=_REMEDY)

    def fetch(self, artifact: Artifact, out: Sink, offset: int) -> int:
        """Refuse: a view has no bodies."""
        del out, offset
        raise ArchiveError(f"the archive has not read {artifact.filename}", remedy=_REMEDY)

    def download(self, file: IndexFile, out: Sink) -> None:
        """Refuse, as :meth:`fetch` does."""
        del out
        raise ArchiveError(f"the archive has not read {file.filename}", remedy=_REMEDY)

    def address(self, name: str) -> str:
        """Return the index that the locks name."""
        return self._addresses.get(name, _NOWHERE)

    def holders(self, name: str) -> tuple[str, ...]:
        """Return one nameless index: which others had the project is in the lock set, not in the view."""
        del name
        return ("",)

    def provenance(self, filename: str, name: str) -> ProvenanceAnswer:
        """Return that nobody was asked."""
        del filename, name
        return Unchecked(reason="not-asked", detail="an archived view has no provenance")


def _read(archive: Archive, digest: Sha256) -> bytes:
    if not archive.has(digest):
        raise ArchiveError("the view that the locks rest on is not in this archive", remedy=_REMEDY)
    return archive.read(digest)
