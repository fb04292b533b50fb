"""Taking a view: every page a resolver asks for, filtered once, kept, and served again unchanged."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from threading import Lock as Mutex

from uplock.errors import InputError
from uplock.lockfile.inputs import Requirements
from uplock.lockfile.overrides import NO_VERSION, Overrides
from uplock.lockfile.reference import Reference
from uplock.model.digest import Sha256, digest_of, sha256_of
from uplock.model.target import Target
from uplock.model.value import changed, encode
from uplock.model.view import IndexFile, IndexPage, View, ViewEntry, ViewFile, ViewPage
from uplock.ports import Event, Index, OnEvent, Store
from uplock.workflow.choose import Chooser, normal_version
from uplock.workflow.standin import SdistMetadata, stand_ins

_NOTHING_ASKED = Requirements(requirements=())


class ViewRecorder:
    """A page source for resolvers that remembers what it showed.

    The view holds every file that was uploaded up to the cut-off, of each project that was asked for; of a project
    that is asked for by URL, that one file. Resolvers are shown the wheels among them, and stand-ins for sdists where
    these are allowed. Files without an upload time are admitted too, since some indexes have none, and listed in
    :attr:`undated`: for them the cut-off does not hold, and the user is told. Yanked files stay, marked, so that the
    resolver applies PEP 592 (an exact pin may still name one). Overrides and exclusions are applied to all metadata.
    Safe for concurrent calls; each project is asked for once.
    """

    def __init__(  # noqa: PLR0913 - what a view is taken of, and how
        self,
        index: Index,
        cache: Store,
        exclude_newer: datetime,
        on_event: OnEvent,
        *,
        requirements: Requirements = _NOTHING_ASKED,
        targets: Iterable[Target] = (),
        refresh: bool = False,
    ) -> None:
        """With ``refresh`` kept metadata is asked for again."""
        self._refresh = refresh
        self._index = index
        self._cache = cache
        self.exclude_newer = exclude_newer
        self._on_event = on_event
        self._requirements = requirements
        self._references = {reference.name: reference for reference in requirements.references}
        self._overrides = Overrides(requirements.overrides, requirements.excludes, self._references)
        self._choosers = {target: Chooser(target) for target in targets}
        self._sdists = SdistMetadata(index, cache, self._preview)
        self._guard = Mutex()
        self._asking: dict[str, Mutex] = {}
        self._dated: dict[str, IndexPage | None] = {}
        self._shown: dict[str, IndexPage] = {}
        self._stand_ins: dict[str, tuple[IndexFile, IndexPage]] = {}
        self.undated: set[str] = set()
        """File names that were admitted without an upload time."""
        self.unfollowed: set[str] = set()
        """Files whose metadata asks for something by URL: they cannot be chosen."""
        self._previews: dict[Sha256, bytes] = {}

    @property
    def names(self) -> set[str]:
        """Every project that was asked for."""
        with self._guard:
            return set(self._dated)

    def dated(self, name: str) -> IndexPage | None:
        """Return what there is of a project up to the cut-off, sdists too; ``None`` for no such project."""
        with self._guard:
            mutex = self._asking.setdefault(name, Mutex())
        with mutex:
            if name not in self._dated:
                self._on_event(Event(stage="lock", message=f"index: {name}", done=len(self._dated)))
                reference = self._references.get(name)
                page = self._index.page(name) if reference is None else _page_of(reference)
                self._dated[name] = self._up_to_cut_off(page)
        return self._dated[name]

    def _up_to_cut_off(self, page: IndexPage | None) -> IndexPage | None:
        if page is None:
            return None
        files = tuple(file for file in page.files if file.upload_time is None or file.upload_time <= self.exclude_newer)
        return changed(page, files=files)

    def page(self, name: str) -> IndexPage | None:
        """Return what resolvers are shown of a project, or ``None`` if the index does not know it."""
        dated = self.dated(name)
        if dated is None:
            return None
        with self._guard:
            if name not in self._shown:
                files = [file for file in dated.files if file.filename.endswith(".whl")]
                if self._requirements.sdist_allowed(name):
                    made = stand_ins(dated, self._choosers)
                    self._stand_ins |= {filename: (sdist, dated) for filename, (_, sdist) in made.items()}
                    files += [file for file, _ in made.values()]
                self.undated.update(file.filename for file in files if file.upload_time is None)
                self._shown[name] = changed(dated, files=tuple(files))
            return self._shown[name]

    def page_for(self, name: str, target: Target) -> IndexPage | None:
        """Return what of :meth:`page` fits ``target`` by its tags and ``Requires-Python``."""
        page = self.page(name)
        if page is None:
            return None
        with self._guard:
            chooser = self._choosers.get(target) or self._choosers.setdefault(target, Chooser(target))
        return changed(page, files=tuple(file for file in page.files if chooser.admits(file)))

    def metadata(self, file: IndexFile) -> bytes:
        """Return METADATA of a file that a page shows, with overrides and exclusions applied."""
        source = self._stand_ins.get(file.filename)
        raw = self._preview(file) if source is None else self._sdists.of(*source)
        check_identity(raw, file.filename)
        shown = self._overrides.metadata(raw)
        if NO_VERSION.encode() in shown and NO_VERSION.encode() not in raw:
            self.unfollowed.add(file.filename)
        return shown

    def _preview(self, file: IndexFile) -> bytes:
        """Return METADATA of a wheel: kept by the wheel's digest, and compared when the wheel itself is here."""
        if file.sha256 is None:
            return self._asked(file)
        key = preview_key(file.sha256)
        kept = self._previews.get(key) or (None if self._refresh else self._cache.result(key))
        if kept is None:
            kept = self._asked(file)
            self._cache.keep(key, kept)
        with self._guard:
            self._previews[key] = kept
        return kept

    @property
    def records(self) -> dict[Sha256, bytes]:
        """All metadata that was shown, as the index or an sdist has it, by the key that it is kept under."""
        with self._guard:
            return {**self._previews, **self._sdists.records}

    def _asked(self, file: IndexFile) -> bytes:
        self._on_event(Event(stage="lock", message=f"metadata: {file.filename}", done=len(self._dated)))
        return self._index.metadata(file)

    def view(self) -> tuple[View, dict[Sha256, bytes]]:
        """Return the manifest of everything asked for, and its pages by digest."""
        pages, entries = {}, []
        for name in sorted(self._dated):
            raw = encode(view_page(name, self._dated[name]))
            digest = sha256_of(raw)
            pages[digest] = raw
            entries.append(ViewEntry(name=name, page=digest))
        return View(exclude_newer=self.exclude_newer, pages=tuple(entries)), pages


def check_identity(raw: bytes, filename: str) -> None:
    """Check that METADATA, where it names project and version, names those of its file. Raises :class:`InputError`."""
    from packaging.utils import canonicalize_name

    name, version = (_field(raw, field) for field in (b"name", b"version"))
    if not name or not version:
        return  # no metadata at all: resolvers know what to do with that
    named, release = filename.split("-")[:2]
    same = canonicalize_name(name) == canonicalize_name(named)
    if same and normal_version(version) == normal_version(release.replace("_", "-")):
        return
    raise InputError(
        f"its METADATA is of {name[:80]!r} {version[:80]!r}",
        context=filename,
        remedy=f"Exclude that version in the requirements, as in {named}!={release}, and report it to its owners.",
    )


def _field(raw: bytes, name: bytes) -> str:
    match = re.search(rb"^" + name + rb"[ \t]*:[ \t]*([^\r\n]*)", raw, re.IGNORECASE | re.MULTILINE)
    return match[1].decode("utf-8", "replace").strip() if match else ""


def _page_of(reference: Reference) -> IndexPage:
    """Return the page of a project that is asked for by URL: that file, and no other version."""
    file = IndexFile(filename=reference.filename, sha256=reference.sha256, url=reference.url)
    return IndexPage(name=reference.name, files=(file,))


def view_page(name: str, page: IndexPage | None) -> ViewPage:
    """Return the address-free form of a page, files sorted by name."""
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
