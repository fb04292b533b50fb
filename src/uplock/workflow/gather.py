"""Gathering: the bytes of every artifact, what they contain, and whether their attestations hold.

Each result is kept under the digest of everything that it rests on, so a second run computes none of them anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from pathlib import Path
from threading import Event as Flag
from threading import Lock as Mutex

from uplock.errors import InputError, IntegrityError, located
from uplock.model.content import WheelContent
from uplock.model.digest import Sha256, digest_of, sha256_of
from uplock.model.identity import ExpectedPublisher
from uplock.model.lock import Artifact, Lock, LockedPackage
from uplock.model.provenance import is_settled
from uplock.model.results import (
    ArtifactResults,
    Verification,
    VerificationRecord,
)
from uplock.model.value import Value, encode, to_builtins
from uplock.ports import Event, Index, OnEvent, ProvenanceSource, Store, Verifier
from uplock.workflow.contents import Intrinsic, contents_of, kept
from uplock.workflow.environment_content import content_of_artifact
from uplock.workflow.fetch import ensure
from uplock.workflow.metadata_keys import preview_key
from uplock.workflow.observe import BUILT_HERE, Observation, observed_of
from uplock.workflow.outcomes import worst

_WORKERS = 4
"""Downloads and inspections at once: zlib and sockets release the interpreter lock, links seldom carry more."""

MAX_LIES = 100
"""Lies of one RECORD that a generation lists; the others are counted."""


class Gathered(Value, frozen=True, kw_only=True):
    """What was found out about artifacts, by digest."""

    results: dict[Sha256, ArtifactResults]
    contents: dict[Sha256, WheelContent]
    """What the wheels install, as far as that can be told."""


class _One(Value, frozen=True, kw_only=True):
    """What was found out about one artifact."""

    results: ArtifactResults
    content: WheelContent | None


class Gatherer:
    """Holds the seams of one run and what it found out, per artifact."""

    def __init__(  # noqa: PLR0913 - the seams and values of one use case
        self,
        *,
        archive: Store,
        cache: Store,
        index: Index,
        provenance: ProvenanceSource,
        provenance_id: Sha256,
        verifier: Callable[[], Verifier],
        verifier_id: tuple[str, Sha256],
        on_event: OnEvent,
        generic: Mapping[str, ExpectedPublisher] | None = None,
        refresh: bool = False,
    ) -> None:
        """``provenance_id`` covers the view or directory that is asked; ``verifier`` is made when first needed.

        ``generic`` are policies by package that also cover publishers whose kind is not known.

        With ``refresh`` the provenance source is asked again even where its answer is kept.
        """
        self._generic = generic or {}
        self._refresh = refresh
        self._archive = archive
        self._cache = cache
        self._index = index
        self._provenance = provenance
        self._provenance_id = provenance_id
        self._make_verifier = verifier
        self._verifier: Verifier | None = None
        self._verifier_id = verifier_id
        self._verifying = Mutex()
        self._stop = Flag()
        self._on_event = on_event

    def gather(self, locks: Iterable[Lock]) -> Gathered:
        """Return the results and the content of every distinct artifact of ``locks``, by digest.

        Raises the first error; what was complete by then is kept, so that the next run goes on from there.
        """
        packages: dict[Sha256, dict[tuple[str, str, str], LockedPackage]] = {}
        for package in (package for lock in locks for package in lock.packages):
            name = (package.artifact.filename, package.name, package.version)
            packages.setdefault(package.artifact.sha256, {}).setdefault(name, package)
        pool = ThreadPoolExecutor(max_workers=_WORKERS, thread_name_prefix="gather")
        try:
            futures = {
                digest: pool.submit(self._one, [named[name] for name in sorted(named)])
                for digest, named in sorted(packages.items())
            }
            self._watch(list(futures.values()))
            found = {digest: future.result() for digest, future in futures.items()}
        finally:
            # After an error or Ctrl-C nobody waits for what the others are still downloading.
            self._stop.set()
            pool.shutdown(wait=False, cancel_futures=True)
        return Gathered(
            results={digest: each.results for digest, each in found.items()},
            contents={digest: each.content for digest, each in found.items() if each.content is not None},
        )

    def _watch(self, futures: list[Future[_One]]) -> None:
        pending = set(futures)
        while pending:
            done, pending = wait(pending, timeout=0.2, return_when=FIRST_EXCEPTION)
            for future in done:
                future.result()
            finished = len(futures) - len(pending)
            self._on_event(Event(stage="gather", message="artifacts", done=finished, total=len(futures)))

    def _one(self, packages: Sequence[LockedPackage]) -> _One:
        """Return what is found out about one file; ``packages`` are what locks call it, under several names if need be.

        Then it must be the package that each of them says, and is attested as badly as under the worst of its names.
        """
        artifact = packages[0].artifact
        path = ensure(artifact, self._archive, self._cache, self._index, self._stop)
        with located(artifact.filename):
            contents = contents_of(artifact, path, self._archive)
            intrinsic = contents.intrinsic
            self._compare_preview(artifact, path, intrinsic)
            for package in packages:
                _check_package(intrinsic, package)
            content, defect = self._content(artifact, path)
        asked = [(package.artifact, self._observe(package.artifact, package.name)) for package in packages]
        found = {each.filename: self._verified(each, packages[0].name, observed) for each, observed in asked}
        verification = worst(*found.values())
        artifact, observed = next(pair for pair in asked if found[pair[0].filename] is verification)
        lies = () if content is None else content.lies
        results = ArtifactResults(
            filename=artifact.filename,
            sha256=artifact.sha256,
            sha512=intrinsic.sha512,
            size=intrinsic.size,
            metadata=intrinsic.metadata,
            native=contents.native,
            verification=verification,
            document=observed.source or None,
            lies=lies[:MAX_LIES],
            more_lies=max(len(lies) - MAX_LIES, 0),
            uninstallable=defect,
        )
        return _One(results=results, content=content)

    def _content(self, artifact: Artifact, path: Path) -> tuple[WheelContent | None, str]:
        """Return what a wheel installs, or why that cannot be told: no error, since rules judge it.

        The bytes were hashed just now.
        """
        if not artifact.filename.endswith(".whl"):
            return None, ""
        try:
            return content_of_artifact(artifact, path, self._archive, hashed=True), ""
        except InputError as error:
            return None, str(error).removeprefix(f"{artifact.filename}: ")

    def _compare_preview(self, artifact: Artifact, path: Path, intrinsic: Intrinsic) -> None:
        """Hold what the resolver was shown against the wheel; a lie is replaced by the truth before it is told."""
        key = preview_key(artifact.sha256)
        preview = self._archive.result(key)
        if preview is None or sha256_of(preview) == intrinsic.metadata_sha256:
            return
        from uplock.inspect.wheel import read_metadata

        with path.open("rb") as stream:
            self._archive.keep(key, read_metadata(stream, artifact.filename))
        raise IntegrityError(
            "the index showed the resolver other metadata than the wheel carries",
            remedy="Resolve again with uplock lock --refresh; if it happens again, report the index to its owners.",
        )

    def _observe(self, artifact: Artifact, name: str) -> Observation:
        if not artifact.url:
            return Observation(detail=BUILT_HERE)
        key = digest_of(
            {"kind": "provenance", "artifact": artifact.sha256, "name": artifact.filename, "of": self._provenance_id}
        )
        known = None if self._refresh else kept(self._archive, key, Observation)
        if known is not None and (known.document is None or self._archive.has(known.document)):
            return known
        answer = self._provenance.provenance(artifact.filename, name)
        observed = observed_of(answer, self._archive)
        if is_settled(answer):
            self._archive.keep(key, encode(observed))
        return observed

    def _verified(self, artifact: Artifact, name: str, observed: Observation) -> Verification:
        if observed.document is None:
            return observed.without_document()
        version, root = self._verifier_id
        generic = self._generic.get(name)
        key = digest_of(
            {
                "kind": "verification",
                "artifact": artifact.sha256,
                "name": artifact.filename,
                "document": observed.document,
                "root": root,
                "by": version,
                "expected": None if generic is None else to_builtins(generic),
            }
        )
        known = kept(self._archive, key, VerificationRecord)
        if known is not None:
            return known.verification
        document = self._archive.read(observed.document)
        with self._verifying:
            if self._verifier is None:
                self._verifier = self._make_verifier()
            verification = self._verifier.verify(
                artifact.filename,
                artifact.sha256,
                document,
                None if generic is None else generic.publisher,
                () if generic is None else generic.claims,
            )
        self._archive.keep(key, encode(VerificationRecord(verification=verification)))
        return verification


def _check_package(intrinsic: Intrinsic, package: LockedPackage) -> None:
    if (intrinsic.metadata.name, intrinsic.metadata.version) != (package.name, package.version):
        found = f"{intrinsic.metadata.name} {intrinsic.metadata.version}"
        raise IntegrityError(
            f"the file says it is {found}, the lock says {package.name} {package.version}",
            remedy="Do not install it; report the file to its owners.",
        )
