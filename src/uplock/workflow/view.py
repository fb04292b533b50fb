"""Taking a view: every page a resolver asks for, filtered once, kept, and served again unchanged."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from threading import Lock as Mutex

from uplock.errors import InputError
from uplock.lockfile.inputs import Requirements
from uplock.lockfile.overrides import NO_VERSION, Overrides
from uplock.lockfile.reference import Reference
from uplock.model.digest import Sha256, digest_of, sha256_of
from uplock.model.lock import Artifact
from uplock.model.target import Target
from uplock.model.value import changed, encode
from uplock.model.view import IndexFile, IndexPage, View, ViewEntry, ViewFile, ViewPage
from uplock.ports import Event, Index, OnEvent, Store
from uplock.workflow.choose import Chooser, file_version, files_by_version, valid_specifier, version_key
from uplock.workflow.fetch import cached
from uplock.workflow.metadata_keys import preview_key, source_key, unhashed_key
from uplock.workflow.shown import UNUSABLE, shown_metadata, unusable_metadata
from uplock.workflow.standin import SdistMetadata, stand_ins

_NOTHING_ASKED = Requirements(requirements=())


class ViewRecorder:
    """A page source for resolvers that remembers what it showed.

    The view holds every file that was uploaded up to the cut-off, of each project that was asked for; of a project
    that is asked for by URL, that one file, whose bytes are fetched and hashed. Resolvers are shown the wheels among
    them, and stand-ins for sdists where these are allowed. Files without an upload time are admitted too, since some
    indexes have none, and listed in :attr:`undated`: for them the cut-off does not hold, and the user is told. Yanked
    files stay, marked, so that the resolver applies PEP 592 (an exact pin may still name one). Overrides and exclusions
    are applied to all metadata.
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
        remember: bool = True,
    ) -> None:
        """With ``refresh`` kept metadata is asked for again.

        Without ``remember``, ``cache`` is the archive of the view that is shown again: nothing is added to it.
        """
        self._refresh = refresh
        self._remember = remember
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
        self._fitting: dict[tuple[str, Target], IndexPage] = {}
        self._stands_in: dict[str, IndexFile] = {}
        self._stand_ins: dict[str, tuple[IndexFile, IndexPage]] = {}
        self.undated: set[str] = set()
        """File names that were admitted without an upload time."""
        self.unusable: dict[str, str] = {}
        """Why files cannot be chosen: their metadata cannot be read, or asks for something by URL."""
        self._read: dict[tuple[str, str | None], dict[str, bytes]] = {}
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
        if name == UNUSABLE:
            return IndexPage(name=name, files=())
        dated = self.dated(name)
        if dated is None:
            return None
        with self._guard:
            if name not in self._shown:
                files = self._worth_showing(dated)
                if self._requirements.sdist_allowed(name):
                    made = stand_ins(dated, self._choosers)
                    self._stand_ins |= {filename: (sdist, dated) for filename, (_, sdist) in made.items()}
                    self._stands_in |= {sdist.filename: file for file, sdist in made.values()}
                    files += [file for file, _ in made.values()]
                if name not in self._references:  # these are dated by their hash
                    self.undated.update(file.filename for file in files if file.upload_time is None)
                self._shown[name] = changed(dated, files=tuple(_readable(file) for file in files))
            return self._shown[name]

    def _worth_showing(self, page: IndexPage) -> list[IndexFile]:
        """Return the wheels that fit some target, and one of each version that no wheel of fits any.

        Those one has to show so that resolvers can say why they do not choose the version.
        """
        wheels = [file for file in page.files if file.filename.endswith(".whl")]
        if not self._choosers:
            return wheels
        choosers = tuple(self._choosers.values())
        found = [file for file in wheels if any(chooser.tags_fit(file.filename) for chooser in choosers)]
        known = {file_version(file.filename) for file in found}
        for file in wheels:
            if (version := file_version(file.filename)) not in known:
                known.add(version)
                found.append(file)
        return found

    def page_for(self, name: str, target: Target) -> IndexPage | None:
        """Return what of :meth:`page` installers would take on ``target``: one file of each version, if any.

        So a resolver that reads any file of a version reads the one that is locked. An sdist stands in where no wheel
        fits.
        """
        page = self.page(name)
        if page is None:
            return None
        if (name, target) in self._fitting:
            return self._fitting[name, target]
        with self._guard:
            chooser = self._choosers.get(target) or self._choosers.setdefault(target, Chooser(target))
        found = []
        for files in files_by_version(page.files).values():
            wheels = (file for file in files if file.filename not in self._stand_ins)
            best = chooser.best_wheel(wheels) or chooser.best_wheel(files)
            found += [] if best is None else [best]
        self._fitting[name, target] = changed(page, files=tuple(found))
        return self._fitting[name, target]

    def metadata(self, file: IndexFile) -> bytes:
        """Return what decides of METADATA of a file that a page shows, with overrides and exclusions applied.

        Metadata that cannot be read makes the file unusable, not the whole lock: see :attr:`unusable`.
        """
        read = self._read.setdefault(_release(file.filename), {})
        if file.filename not in read:
            read[file.filename] = self._decisive(file)
        return read[file.filename]

    def _decisive(self, file: IndexFile) -> bytes:
        source = self._stand_ins.get(file.filename)
        try:
            raw = self._preview(file) if source is None else self._sdists.of(*source)
            shown = shown_metadata(raw, file.filename, self._overrides)
        except InputError as error:
            self.unusable[file.filename] = str(error)
            return unusable_metadata(file.filename)
        if NO_VERSION.encode() in shown:
            self.unusable[file.filename] = (
                f"{file.filename} asks for packages by URL, and such references are not followed"
            )
        return shown

    def described(self, file: IndexFile) -> bytes:
        """Return METADATA of a wheel as it is, with what describes it: a preview, and no part of what is shown."""
        return self._preview(file)

    def read_alike(self, file: IndexFile) -> bool:
        """Whether all files of one version that a resolver looked at say what ``file`` says."""
        file = self._stands_in.get(file.filename, file)
        shown = self.metadata(file)
        return all(each == shown for each in self._read[_release(file.filename)].values())

    def _preview(self, file: IndexFile) -> bytes:
        """Return METADATA of a wheel: kept by the wheel's digest, and compared when the wheel itself is here."""
        if file.sha256 is None:
            return self._unhashed(file)
        key, source = preview_key(file.sha256), source_key(file)
        kept = self._previews.get(key) or (
            None if self._refresh else self._cache.result(source if self._remember else key)
        )
        if kept is None:
            kept = self._asked(file)
            if self._remember:
                self._cache.keep(source, kept)
        with self._guard:
            self._previews[key] = kept
        return kept

    def _unhashed(self, file: IndexFile) -> bytes:
        """Return METADATA of a file without a digest: asked for in every run, and kept for this view alone."""
        from packaging.utils import canonicalize_name

        raw, name = self._asked(file), canonicalize_name(file.filename.partition("-")[0])
        page = digest_of(view_page(name, self._dated[name]))
        with self._guard:
            self._previews[unhashed_key(page, file.filename)] = raw
        return raw

    @property
    def records(self) -> dict[Sha256, bytes]:
        """All metadata that was shown, as the index or an sdist has it, by the key that it is kept under."""
        with self._guard:
            return {**self._previews, **self._sdists.records}

    def _asked(self, file: IndexFile) -> bytes:
        self._on_event(Event(stage="lock", message=f"metadata: {file.filename}", done=len(self._dated)))
        named = any(each.url == file.url for each in self._references.values())
        if not named or file.sha256 is None:
            return self._index.metadata(file)
        from uplock.inspect.wheel import read_metadata

        artifact = Artifact(filename=file.filename, sha256=file.sha256, url=file.url)
        with cached(artifact, self._cache, self._index).open("rb") as stream:  # nobody but the project vouches for it
            return read_metadata(stream, file.filename)

    def view(self) -> tuple[View, dict[Sha256, bytes]]:
        """Return the manifest of everything asked for, and its pages by digest."""
        pages, entries = {}, []
        for name in sorted(self._dated):
            raw = encode(view_page(name, self._dated[name]))
            digest = sha256_of(raw)
            pages[digest] = raw
            entries.append(ViewEntry(name=name, page=digest))
        return View(exclude_newer=self.exclude_newer, pages=tuple(entries)), pages


def _readable(file: IndexFile) -> IndexFile:
    """Return a file without a ``Requires-Python`` that cannot be read: pip admits such files, uv would not."""
    if file.requires_python is None or valid_specifier(file.requires_python) is not None:
        return file
    return changed(file, requires_python=None)


def _release(filename: str) -> tuple[str, str | None]:
    """Return project and version of a wheel, however they are spelled."""
    from packaging.utils import canonicalize_name

    return canonicalize_name(filename.partition("-")[0]), version_key(file_version(filename))


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
