"""Taking a view: every page a resolver asks for, filtered once, kept, and served again unchanged."""

from __future__ import annotations

from datetime import datetime
from threading import Lock as Mutex

from uplock.model.digest import Sha256, digest_of, sha256_of
from uplock.model.target import Target
from uplock.model.value import changed, encode
from uplock.model.view import IndexFile, IndexPage, View, ViewEntry, ViewFile, ViewPage
from uplock.ports import Event, Index, OnEvent, Store
from uplock.workflow.choose import Chooser


class ViewRecorder:
    """A page source for resolvers that remembers what it showed.

    Admitted are wheels uploaded up to the cut-off. Files without an upload time are admitted too, since some indexes
    have none, and listed in :attr:`undated`: for them the cut-off does not hold, and the user is told.
    Yanked files stay, marked, so that the resolver applies PEP 592 (an exact pin may still name one).
    Safe for concurrent calls; each project is asked for once.
    """

    def __init__(
        self, index: Index, cache: Store, exclude_newer: datetime, on_event: OnEvent, *, refresh: bool = False
    ) -> None:
        """With ``refresh`` kept metadata is asked for again."""
        self._refresh = refresh
        self._index = index
        self._cache = cache
        self._exclude_newer = exclude_newer
        self._on_event = on_event
        self._guard = Mutex()
        self._asking: dict[str, Mutex] = {}
        self._dated: dict[str, IndexPage | None] = {}
        self._admitted: dict[str, IndexPage] = {}
        self._choosers: dict[Target, Chooser] = {}
        self.undated: set[str] = set()
        """File names that were admitted without an upload time."""

    def dated(self, name: str) -> IndexPage | None:
        """Return what the index has of a project up to the cut-off, sdists too; ``None`` for no such project."""
        with self._guard:
            mutex = self._asking.setdefault(name, Mutex())
        with mutex:
            if name not in self._dated:
                self._on_event(Event(stage="lock", message=f"index: {name}", done=len(self._dated)))
                self._dated[name] = self._up_to_cut_off(self._index.page(name))
        return self._dated[name]

    def _up_to_cut_off(self, page: IndexPage | None) -> IndexPage | None:
        if page is None:
            return None
        files = tuple(
            file for file in page.files if file.upload_time is None or file.upload_time <= self._exclude_newer
        )
        return changed(page, files=files)

    @property
    def names(self) -> set[str]:
        """Every project that was asked for."""
        with self._guard:
            return set(self._dated)

    def page(self, name: str) -> IndexPage | None:
        """Return what is admitted of a project, or ``None`` if the index does not know it."""
        dated = self.dated(name)
        if dated is None:
            return None
        with self._guard:
            if name not in self._admitted:
                files = tuple(file for file in dated.files if file.filename.endswith(".whl"))
                self.undated.update(file.filename for file in files if file.upload_time is None)
                self._admitted[name] = changed(dated, files=files)
            return self._admitted[name]

    def page_for(self, name: str, target: Target) -> IndexPage | None:
        """Return what of :meth:`page` fits ``target`` by its tags and ``Requires-Python``."""
        page = self.page(name)
        if page is None:
            return None
        with self._guard:
            chooser = self._choosers.setdefault(target, Chooser(target))
        return changed(page, files=tuple(file for file in page.files if chooser.admits(file)))

    def metadata(self, file: IndexFile) -> bytes:
        """Return METADATA of a wheel: a preview, kept by the wheel's digest and compared when the wheel is here."""
        key = None if file.sha256 is None else preview_key(file.sha256)
        kept = None if self._refresh or key is None else self._cache.result(key)
        if kept is not None:
            return kept
        self._on_event(Event(stage="lock", message=f"metadata: {file.filename}", done=len(self._dated)))
        raw = self._index.metadata(file)
        if key is not None:
            self._cache.keep(key, raw)
        return raw

    def view(self) -> tuple[View, dict[Sha256, bytes]]:
        """Return the manifest of everything asked for, and its pages by digest."""
        pages, entries = {}, []
        for name in sorted(self._dated):
            raw = encode(view_page(name, self.page(name)))
            digest = sha256_of(raw)
            pages[digest] = raw
            entries.append(ViewEntry(name=name, page=digest))
        return View(exclude_newer=self._exclude_newer, pages=tuple(entries)), pages


def view_page(name: str, page: IndexPage | None) -> ViewPage:
    """Return the address-free form of an admitted page, files sorted by name."""
    if page is None:
        return ViewPage(name=name, files=())
    files = tuple(
        ViewFile(
            filename=file.filename,
            sha256=file.sha256,
            size=file.size,
            upload_time=file.upload_time,
            requires_python=file.requires_python,
            yanked=file.yanked,
            provenance=file.provenance is not None,
        )
        for file in sorted(page.files, key=lambda file: file.filename)
    )
    return ViewPage(name=name, files=files, provenance_offered=page.provenance_offered)


def preview_key(sha256: Sha256) -> Sha256:
    """Key under which the METADATA preview of a wheel is kept."""
    return digest_of({"kind": "metadata-preview", "artifact": sha256})
