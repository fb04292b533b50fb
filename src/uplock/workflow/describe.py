"""Describing: one valid SBOM per target, and one of the uplift, from facts that a generation holds."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from uplock import __version__
from uplock.errors import Error
from uplock.files import is_content
from uplock.model.digest import sha256_of
from uplock.model.generation import GenerationContent
from uplock.model.interpreter_parts import InterpreterParts
from uplock.model.lock import Lock
from uplock.model.target import Interpreter
from uplock.model.value import Value, changed
from uplock.policy.subject import Subject
from uplock.ports import Event, OnEvent
from uplock.workflow.judge import verdict_path
from uplock.workflow.locks import lock_paths

if TYPE_CHECKING:
    from uplock.sbom.subject import SbomSubject
    from uplock.sbom.uplift import DescribedLock

SBOMS = "sboms"
UPLIFT = "uplift"
"""What the document of the uplift is called, as a target would be."""

Form = Literal["json", "xml"]

_SERIAL = re.compile(rb'serialNumber"?(?:=|: )"urn:uuid:([0-9a-f-]{36})"')
"""In a document of ours: within texts, quotes are escaped."""


class Described(Value, frozen=True, kw_only=True):
    """How documents are written, and which: all, for no names."""

    spec: Literal["1.6", "1.7"] = "1.7"
    form: Form = "json"
    names: tuple[str, ...] = ()
    """Targets, or :data:`UPLIFT`."""
    parts: tuple[InterpreterParts, ...] = ()
    """What interpreters of the targets' very versions said of their own libraries."""


NEWEST = Described()
"""All documents of a generation, as a run writes them."""

OTHERS = (Described(form="xml"), Described(spec="1.6"), Described(spec="1.6", form="xml"))
"""What else they can be written as."""


class SbomFacts(Value, frozen=True, kw_only=True):
    """What every SBOM of a generation shares."""

    content: GenerationContent
    timestamp: datetime

    @property
    def baseline(self) -> Interpreter | None:
        """The interpreter being left."""
        return None if self.content.baseline is None else Interpreter(version=self.content.baseline)

    def is_baseline(self, target: str) -> bool:
        """Whether a target is the interpreter being left."""
        return any((each.target, each.role) == (target, "baseline") for each in self.content.locks)


def shared_facts(content: GenerationContent, timestamp: datetime) -> SbomFacts:
    """Collect it from a generation alone; the project as it is today has no say."""
    return SbomFacts(content=content, timestamp=timestamp)


def sbom_path(target: str, written: Described = NEWEST) -> str:
    """Return where the SBOM of a target stands, below the project; a version that is not the newest is named."""
    version = "" if written.spec == "1.7" else f".{written.spec}"
    return f"{SBOMS}/{target}{version}.cdx.{written.form}"


def target_paths(target: str) -> tuple[str, ...]:
    """Return every file that a run may write for a target, below the project."""
    return (*lock_paths(target), sbom_path(target), verdict_path(target))


def outdated(root: Path, files: Mapping[str, bytes]) -> tuple[str, ...]:
    """Return the documents of other forms and versions that stand beside one of ``files`` which says something new.

    They were written for what the project was: nobody may take them for what it is.
    """
    found = []
    for path, data in files.items():
        name, dot, form = path.partition(".cdx.")
        if path.startswith(f"{SBOMS}/") and dot and form == NEWEST.form and not is_content(root / path, data):
            found += [sbom_path(name.removeprefix(f"{SBOMS}/"), each) for each in OTHERS]
    return tuple(path for path in found if path not in files and (root / path).is_file())


def describe(
    shared: SbomFacts, subjects: Iterable[Subject], on_event: OnEvent, written: Described = NEWEST
) -> Mapping[str, bytes]:
    """Return the SBOMs by path, each checked against the official schema; targets without a lock have none."""
    from uplock.sbom.build import build_sbom
    from uplock.sbom.uplift import DescribedLock

    locked = [(each, each.lock) for each in subjects if each.lock is not None]
    locked = [pair for pair in locked if _needed(pair[0].target.name, shared, written)]
    locked.sort(key=lambda pair: not shared.is_baseline(pair[0].target.name))
    described: dict[str, DescribedLock] = {}
    files = {}
    for subject, lock in locked:
        name = subject.target.name
        on_event(Event(stage="sbom", message=name))
        path, plain = sbom_path(name, written), sbom_path(name, changed(written, form="json"))
        about = _subject(shared, subject, lock, described.values(), written)
        document = build_sbom(about, spec=written.spec)
        described[name] = DescribedLock(
            lock=lock, link=_link(document), path=plain.removeprefix(f"{SBOMS}/"), sha256=sha256_of(document)
        )
        if written.form != "json":
            document = build_sbom(about, spec=written.spec, form=written.form)
        files[path] = document
    if not written.names or UPLIFT in written.names:
        files |= _uplift(shared, tuple(subject for subject, _ in locked), described, written)
    wanted = {sbom_path(name, written) for name in written.names} if written.names else files.keys()
    return {path: _checked(path, document) for path, document in files.items() if path in wanted}


def _needed(target: str, shared: SbomFacts, written: Described) -> bool:
    """Whether a document is asked for, or linked by one that is: the others link that of the interpreter being left."""
    if not written.names or UPLIFT in written.names or target in written.names:
        return True
    return shared.is_baseline(target)


def _subject(
    shared: SbomFacts, subject: Subject, lock: Lock, described: Iterable[DescribedLock], written: Described
) -> SbomSubject:
    from uplock.sbom.subject import SbomSubject

    content, name = shared.content, subject.target.name
    row = next(each for each in content.locks if each.target == name)
    left = _left(shared, lock, described)
    return SbomSubject(
        project_name=content.project,
        project_version=content.version,
        about=content.about,
        asked=content.asked,
        lock=lock,
        artifacts=subject.artifacts,
        baseline=shared.baseline,
        baseline_bom=None if left is None else left.link,
        lifecycles=subject.lifecycles,
        timestamp=shared.timestamp,
        pylock_sha256=row.pylock,
        generator_version=__version__,
        trusted_root=subject.trusted_root,
        waivers=content.waivers,
        agreement=next((each for each in content.agreement if each.target == name), None),
        overrides=content.overrides,
        excludes=content.excludes,
        content=row.content,
        parts=next((each for each in written.parts if each.version == lock.target.interpreter.version), None),
    )


def _left(shared: SbomFacts, lock: Lock, described: Iterable[DescribedLock]) -> DescribedLock | None:
    """Return the interpreter that ``lock`` takes over from: on the same platform, else on any."""
    left = [each for each in described if shared.is_baseline(each.lock.target.name)]
    if shared.is_baseline(lock.target.name):
        return None
    same = [each for each in left if each.lock.target.platform == lock.target.platform]
    return next(iter((*same, *left)), None)


def _uplift(
    shared: SbomFacts, subjects: tuple[Subject, ...], described: Mapping[str, DescribedLock], written: Described
) -> dict[str, bytes]:
    """Return the document of the uplift, if an interpreter is being left for another minor version."""
    from uplock.sbom.uplift import UpliftSubject, build_uplift

    before = tuple(each for name, each in described.items() if shared.is_baseline(name))
    minors = {each.lock.target.interpreter.minor for each in before}
    after = tuple(
        each
        for name, each in described.items()
        if not shared.is_baseline(name) and each.lock.target.interpreter.minor not in minors
    )
    if not before or not after:
        return {}
    artifacts = {each.sha256: each for subject in subjects for each in subject.artifacts}
    uplift = UpliftSubject(
        project_name=shared.content.project,
        project_version=shared.content.version,
        about=shared.content.about,
        before=before,
        after=after,
        artifacts=tuple(artifacts.values()),
        lifecycles=subjects[0].lifecycles,
        timestamp=shared.timestamp,
        generator_version=__version__,
    )
    return {sbom_path(UPLIFT, written): build_uplift(uplift, spec=written.spec, form=written.form)}


def _link(document: bytes) -> str:
    """Return the BOM-Link of a document of ours."""
    found = _SERIAL.search(document)
    assert found is not None  # noqa: S101 - every document of ours has one
    return f"urn:cdx:{found[1].decode()}/1"


def _checked(path: str, document: bytes) -> bytes:
    from uplock.sbom.validate import validate_sbom

    if defects := validate_sbom(document):
        raise Error(
            f"the document would not be valid: {'; '.join(defects[:5])}",
            context=path,
            remedy="Report it with the locks that led to it; nothing was written.",
        )
    return document
