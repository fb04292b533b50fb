"""Stand-ins: source distributions shown to resolvers as wheels, so that nothing has to be built to resolve.

A resolver builds an sdist to learn what it needs. It is shown a wheel ``NAME-VERSION-0_sdist-py3-none-any.whl`` with
the metadata that stands in the sdist instead. Stand-ins exist in what is served only: never in a view, nor in a lock.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from uplock.errors import InputError
from uplock.model.digest import Sha256, digest_of
from uplock.model.lock import Artifact
from uplock.model.target import Target
from uplock.model.value import changed
from uplock.model.view import IndexFile, IndexPage
from uplock.ports import Index, Store
from uplock.workflow.choose import Chooser, file_version, files_of_version, is_sdist, version_key
from uplock.workflow.fetch import cached


def stand_ins(page: IndexPage, targets: Iterable[Target]) -> dict[str, tuple[IndexFile, IndexFile]]:
    """Return stand-in and sdist by the stand-in's file name, for versions that some target has no wheel of."""
    choosers = [Chooser(target) for target in targets]
    by_version: dict[str | None, list[IndexFile]] = {}
    for file in page.files:
        by_version.setdefault(version_key(file_version(file.filename)), []).append(file)
    by_version.pop(None, None)
    found = {}
    for files in by_version.values():
        sources = [file for file in files if is_sdist(file.filename)]
        if sources and not all(any(chooser.admits(file) for file in files) for chooser in choosers):
            sdist = min(sources, key=lambda file: (file.yanked is not None, file.filename))
            filename = f"{page.name.replace('-', '_')}-{file_version(sdist.filename)}-0_sdist-py3-none-any.whl"
            found[filename] = (changed(sdist, filename=filename, size=None, core_metadata=None), sdist)
    return found


class SdistMetadata:
    """Reads the metadata of sdists: from their own bytes, which are fetched and hashed for it."""

    def __init__(self, index: Index, cache: Store, preview: Callable[[IndexFile], bytes]) -> None:
        """``preview`` returns METADATA of a wheel."""
        self._index = index
        self._cache = cache
        self._preview = preview
        self.records: dict[Sha256, bytes] = {}
        """What was read of sdists, by the key that it is kept under."""

    def of(self, sdist: IndexFile, page: IndexPage) -> bytes:
        """Return what resolvers are shown for ``sdist`` of ``page``.

        If the sdist may compute its dependencies when it is built, a wheel of the same version knows better: its
        METADATA is what a build came to, if only on another platform. Raises :class:`InputError` for one that cannot
        be read.
        """
        raw, fixed = self._own(sdist)
        if fixed:
            return raw
        version = file_version(sdist.filename)
        wheels = [] if version is None else files_of_version(page, version)
        built = min((file for file in wheels if not is_sdist(file.filename)), key=_by_name, default=None)
        return raw if built is None else self._preview(built)

    def _own(self, sdist: IndexFile) -> tuple[bytes, bool]:
        if sdist.sha256 is None:
            raise InputError(
                "the index names no SHA-256 of this sdist", context=sdist.filename, remedy="Use another index."
            )
        key = sdist_key(sdist.sha256)
        kept = self._cache.result(key)
        if kept is None:
            kept = self._read(sdist, sdist.sha256)
            self._cache.keep(key, kept)
        self.records[key] = kept
        return kept[1:], kept[:1] == _FIXED

    def _read(self, sdist: IndexFile, sha256: Sha256) -> bytes:
        from uplock.inspect.sdist import inspect_sdist

        artifact = Artifact(filename=sdist.filename, sha256=sha256, url=sdist.url, size=sdist.size)
        with cached(artifact, self._cache, self._index).open("rb") as stream:
            contents = inspect_sdist(stream, sdist.filename)
        return (_FIXED if contents.fixed else _OPEN) + contents.raw


_FIXED, _OPEN = b"+", b"-"
_READER = "1"
"""What sdists are read by: another number where the same bytes are read otherwise."""


def _by_name(file: IndexFile) -> tuple[bool, str]:
    return file.yanked is not None, file.filename


def sdist_key(sha256: Sha256) -> Sha256:
    """Key under which the metadata of an sdist is kept."""
    return digest_of({"kind": "sdist-metadata", "artifact": sha256, "by": _READER})
