"""Accepting publishers: what was verified becomes what is expected, or is forgotten. Never silently."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from uplock.errors import UsageError
from uplock.files import replace_all
from uplock.lockfile.lockset import LOCKSET, write_lockset
from uplock.lockfile.names import normalized
from uplock.model.identity import ExpectedPublisher
from uplock.model.results import ArtifactResults, CircleCI, Other, Publisher, Verified
from uplock.model.trust_outcome import PinnedPublisher, TrustForgetResult, TrustPinResult
from uplock.model.value import changed, encode
from uplock.policy.ratchet import ids_of
from uplock.ports import Archive
from uplock.workflow.locks import committed_set
from uplock.workflow.project import Project
from uplock.workflow.publisher_file import PUBLISHERS, write_publishers
from uplock.workflow.recall import recall

_TAGS = "refs/tags/"


def pin(project: Project, archive: Archive, names: Iterable[str], *, write: bool) -> TrustPinResult:
    """Write the publishers that the newest generation verified into ``publishers.toml``, of ``names`` or of all.

    What the file says of other packages stays. Raises :class:`UsageError` for a package that is not verified, or
    whose publisher the configuration names.
    """
    recalled = recall(project.root, archive)
    verified: dict[str, list[ArtifactResults]] = {}
    for each in recalled.results.values():
        if isinstance(each.verification, Verified):
            verified.setdefault(each.metadata.name, []).append(each)
    wanted = _wanted(names, verified)
    elsewhere = {each.package for each in project.policy.publishers if each.file != PUBLISHERS}
    if twice := sorted(elsewhere & wanted):
        raise UsageError(
            f"the configuration names the publisher of {', '.join(twice[:10])}",
            context=project.config.file,
            remedy="Take it out there, or name other packages.",
        )
    before = [each for each in project.policy.publishers if each.file == PUBLISHERS]
    pinned, after = [], [each for each in before if each.package not in wanted]
    for name in sorted(wanted):
        stood = tuple(each for each in before if each.package == name)
        expected = _expected(name, verified[name])
        after += expected
        row = PinnedPublisher(
            package=name,
            publishers=expected,
            before=stood,
            filenames=tuple(sorted(each.filename for each in verified[name])),
        )
        pinned.append(row)
    news = tuple(row for row in pinned if row.publishers != row.before)
    if write and news:
        replace_all({project.root / PUBLISHERS: write_publishers(after)}, remove=[])
    return TrustPinResult(
        file=PUBLISHERS,
        generation=recalled.id,
        written=write and bool(news),
        pinned=news,
        unchanged=tuple(row.package for row in pinned if row.publishers == row.before),
    )


def _wanted(names: Iterable[str], verified: dict[str, list[ArtifactResults]]) -> set[str]:
    wanted = set()
    for name in names:
        package = normalized(name) or name
        if package not in verified:
            raise UsageError(
                f"no verified file of {name[:80]!r} is in the newest generation",
                remedy="Name a package that is verified there, or run uplock run first.",
            )
        wanted.add(package)
    if not wanted and not verified:
        raise UsageError("no file in the newest generation is verified", remedy="Give a source of provenance.")
    return wanted or set(verified)


def _expected(package: str, results: Iterable[ArtifactResults]) -> tuple[ExpectedPublisher, ...]:
    """Return today's publishers of a package, each once: with numeric ids, and tags only where it was a tag."""
    found = set()
    for each in results:
        if isinstance(each.verification, Verified):
            refs = {dict(attestation.claims).get("ref") for attestation in each.verification.attestations}
            tagged = all(ref is not None and ref.startswith(_TAGS) for ref in refs)
            if "*" in name_of(each.verification.publisher) + "".join(value for _, value in ids_of(each.verification)):
                raise UsageError(
                    f"the name of whoever signed {package} contains *, which would match others",
                    remedy="Write its publisher yourself, with other claims.",
                )
            claims = (*ids_of(each.verification), *([("ref", f"{_TAGS}*")] if tagged and refs else []))
            found.add(
                ExpectedPublisher(
                    package=package,
                    publisher=_of_any_version(each.verification.publisher),
                    claims=tuple(sorted(claims)),
                    file=PUBLISHERS,
                )
            )
    return tuple(sorted(found, key=encode))


def _of_any_version(publisher: Publisher) -> Publisher:
    """Return a publisher without what is another in every version: CircleCI's ref, for which there is a claim."""
    return changed(publisher, vcs_ref=None) if isinstance(publisher, CircleCI) else publisher


def name_of(publisher: Publisher) -> str:
    """Return the name that an expectation compares as a pattern; only a generic publisher has one."""
    return publisher.identity if isinstance(publisher, Other) else ""


def forget(root: Path, names: Iterable[str]) -> TrustForgetResult:
    """Take what is known of the publishers of packages out of the committed lock set.

    The next run knows whom it finds then. Raises :class:`UsageError` for a package of which nothing is known.
    """
    lockset = committed_set(root)
    known = {each.package for each in lockset.publishers}
    wanted = {normalized(name) or name for name in names}
    if unknown := sorted(wanted - known):
        raise UsageError(
            f"no publisher of {unknown[0][:80]!r} is known", context=LOCKSET, remedy="Name packages that have one."
        )
    kept = tuple(each for each in lockset.publishers if each.package not in wanted)
    forgotten = tuple(each for each in lockset.publishers if each.package in wanted)
    replace_all({root / LOCKSET: write_lockset(changed(lockset, publishers=kept))}, remove=[])
    return TrustForgetResult(lockset=LOCKSET, forgotten=forgotten)
