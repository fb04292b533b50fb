"""The vault: what is kept of a generation so that one can go back to it, whatever becomes of cache and index."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from uplock.errors import ArchiveError, located
from uplock.files import digest_file
from uplock.model.digest import Sha256
from uplock.model.kept import KeptFile, KeptGeneration
from uplock.model.results import ArtifactResults, Unchecked
from uplock.model.vault_outcome import VaultAddResult, VaultedFile
from uplock.ports import Archive, Event, OnEvent, Store
from uplock.workflow.recall import Recalled


def add(recalled: Recalled, archive: Archive, cache: Store, place: Path, on_event: OnEvent) -> VaultAddResult:
    """Keep a generation: every artifact of all its locks, its provenance, and the trusted root.

    Files come from the archive or else from the user's cache, hashed as they are taken; what is kept is hashed again.
    The note that the generation is kept is written last, so it is kept whole or not at all. Raises
    :class:`ArchiveError` that names what is nowhere, :class:`IntegrityError` for bytes that are others.
    """
    before = archive.kept(recalled.id)
    results = [recalled.results[each.sha256] for each in recalled.content.artifacts]
    sources = dict(_sources(results, archive, cache))
    rows = []
    for done, each in enumerate(results):
        on_event(Event(stage="vault", message=each.filename, done=done, total=len(results)))
        here = archive.path(each.sha256)
        kept_already = before is not None and _is_own(here) and digest_file(here) == each.sha256
        with located(each.filename):
            archive.secure(sources[each.sha256], each.sha256)
            if (document := document_of(each)) is not None:
                archive.read(document)
        rows.append(
            VaultedFile(
                filename=each.filename,
                sha256=each.sha256,
                size=archive.path(each.sha256).stat().st_size,
                provenance=document_of(each),
                added=not kept_already,
            )
        )
    root = recalled.content.trusted_root
    if root is not None and archive.has(root.sha256):
        archive.read(root.sha256)
    kept = KeptGeneration(
        generation=recalled.id,
        project=recalled.content.project,
        files=tuple(
            KeptFile(filename=each.filename, sha256=each.sha256, size=each.size, provenance=each.provenance)
            for each in rows
        ),
        trusted_root=root.sha256 if root is not None and archive.has(root.sha256) else None,
    )
    archive.keep_generation(kept)
    return VaultAddResult(
        project=kept.project,
        generation=recalled.id,
        place=str(place),
        changed=kept != before or any(each.added for each in rows),
        files=tuple(rows),
        trusted_root=kept.trusted_root,
    )


def document_of(results: ArtifactResults) -> Sha256 | None:
    """Return the digest of the provenance document that was recorded for an artifact, if there was one."""
    match results.verification:
        case Unchecked():
            return None
        case verification:
            return verification.document


def _sources(results: list[ArtifactResults], archive: Archive, cache: Store) -> Iterator[tuple[Sha256, Path]]:
    """Yield where each file is. Raises :class:`ArchiveError` with the names of all that are nowhere."""
    missing = []
    for each in results:
        store = next((store for store in (archive, cache) if store.has(each.sha256)), None)
        if store is None:
            missing.append(each.filename)
        elif store is archive and digest_file(archive.path(each.sha256)) != each.sha256 and cache.has(each.sha256):
            yield each.sha256, cache.path(each.sha256)
        else:
            yield each.sha256, store.path(each.sha256)
    if missing:
        more = f" and {len(missing) - 20} more" if len(missing) > 20 else ""  # noqa: PLR2004 - what a reader takes in
        raise ArchiveError(
            f"neither the archive nor the cache has {', '.join(missing[:20])}{more}",
            remedy="Run uplock run with that generation's locks in place: it fetches what an index still has.",
        )


def _is_own(path: Path) -> bool:
    try:
        return path.lstat().st_nlink == 1
    except OSError:
        return False
