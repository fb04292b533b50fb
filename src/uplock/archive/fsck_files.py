"""The small files of an archive held against what they are about: head, log, notes of what is kept, proofs.

Each can be told from other facts, or carries a digest, so that a single changed byte is found.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from uplock.archive import log, proofs
from uplock.archive.archive import DirectoryArchive
from uplock.archive.keeping import FOLDER, note_path
from uplock.archive.reading import read_error, read_own
from uplock.errors import ArchiveError, Error, InputError, IntegrityError
from uplock.files import MAX_TEXT
from uplock.model.archive_outcome import Defect
from uplock.model.digest import Sha256, digest_of
from uplock.model.generation import Generation
from uplock.model.kept import KeptFile, KeptGeneration
from uplock.model.results import Unchecked
from uplock.model.value import changed, decode, decode_json, encode

RECEIPT = "receipt.json"
_CRASH = "a crash left it before it was complete"
_CHANGED = "it is not as it was written"


def log_defects(archive: DirectoryArchive) -> Iterator[Defect]:
    """Yield the lines of the log that are not as they were written."""
    for each in log.defects(archive.log_text()):
        yield Defect(
            kind="torn" if each.torn else "flipped",
            path=log.FILE,
            detail=f"line {each.number}: {_CRASH if each.torn else _CHANGED}",
        )


def newest(archive: DirectoryArchive, whole: Mapping[Sha256, object]) -> Sha256 | None:
    """Return the id that the head must have: of the last recording here whose manifest is here, if there is one."""
    found = [each for each in log.entries(archive.log_text()) if each.id in whole]
    recorded = [each for each in found if not each.imported] or found[:1]
    return recorded[-1].id if recorded else None


def head_defects(archive: DirectoryArchive, whole: Mapping[Sha256, object]) -> Iterator[Defect]:
    """Yield what is wrong with the head: it is the last generation that was recorded here, in one form of bytes."""
    expected = newest(archive, whole)
    try:
        head = archive.head()
    except ArchiveError as error:
        yield Defect(kind="flipped", path="head", detail=error.message)
        return
    if head is None:
        if expected is not None:
            yield Defect(kind="missing", path="head", detail=f"generation {expected} was recorded last")
    elif expected is not None and head != expected:
        known = head in whole
        detail = f"it names {head}, and {expected} was recorded last"
        yield Defect(kind="torn" if known else "flipped", path="head", detail=detail)
    elif expected is None and head not in whole:
        yield Defect(kind="missing", path="head", detail=f"it names {head}, which is not here")
    elif read_own(archive.place / "head", MAX_TEXT) != f"{head}\n".encode():
        yield Defect(kind="flipped", path="head", detail=_CHANGED)
    if head is not None and log.FILE not in {each.name for each in archive.place.iterdir()}:
        yield Defect(kind="missing", path=log.FILE, detail="nothing says when generations were recorded")


def expected_note(archive: DirectoryArchive, identity: Sha256, sizes: Mapping[Sha256, int]) -> KeptGeneration:
    """Return what a note must say of a generation whose every file is here. Raises as reading does."""
    content = archive.generation(identity).content
    files = []
    for each in content.artifacts:
        results = archive.results(each.results)
        if (results.filename, results.sha256) != (each.filename, each.sha256):
            raise IntegrityError(
                f"the results of {each.filename} are about {results.filename}",
                remedy="Restore the archive from a copy.",
            )
        match results.verification:
            case Unchecked():
                document = None
            case verification:
                document = verification.document
        files.append(
            KeptFile(filename=each.filename, sha256=each.sha256, size=sizes.get(each.sha256, -1), provenance=document)
        )
    root = None if content.trusted_root is None else content.trusted_root.sha256
    return KeptGeneration(
        generation=identity,
        project=content.project,
        files=tuple(files),
        trusted_root=root if root in sizes else None,
    )


def note_defects(
    archive: DirectoryArchive, notes: list[Sha256], sizes: Mapping[Sha256, int], whole: Mapping[Sha256, object]
) -> Iterator[Defect]:
    """Yield the notes that do not say what their generation says, byte for byte, and files that are not their own."""
    for identity in notes:
        path = f"{FOLDER}/{identity}.json"
        try:
            raw = read_own(note_path(archive.place, identity), MAX_TEXT)
            note = archive.kept(identity)
        except OSError as error:
            raise read_error(note_path(archive.place, identity), error) from error
        except (IntegrityError, ArchiveError) as error:
            yield Defect(kind="flipped", path=path, detail=error.message)
            continue
        if identity not in whole or note is None:
            continue  # that the manifest is missing or flipped is told already
        try:
            expected = expected_note(archive, identity, sizes)
        except Error:
            continue  # so are results that cannot be read
        root = archive.generation(identity).content.trusted_root
        if note.trusted_root is None or (root is not None and note.trusted_root == root.sha256):
            expected = changed(expected, trusted_root=note.trusted_root)  # its bytes may have come or gone since
        if any(each.size < 0 for each in expected.files):
            present = {each.sha256: each.size for each in expected.files if each.size >= 0}
            same = {each.sha256: each.size for each in note.files if each.sha256 in present} == present
            told = same and raw == encode(note) + b"\n"
        else:
            told = raw == encode(expected) + b"\n"
        if not told:
            yield Defect(kind="flipped", path=path, detail="it does not say what its generation and files say")


def proof_defects(archive: DirectoryArchive) -> Iterator[Defect]:
    """Yield the lines of ``proofs.jsonl`` that are torn, or do not say what the statement says that they name."""
    text = _proof_text(archive)
    for number, raw in enumerate(text.split(b"\n"), 1):
        if not raw:
            continue
        unfinished = not text.endswith(b"\n") and number == text.count(b"\n") + 1
        try:
            entry = decode(raw, proofs.ProofEntry)
            named = [digest for digest in (entry.record, entry.summary) if digest is not None]
            missing = [digest for digest in named if not archive.has(digest)]
            for digest in missing:
                path = archive.path(digest).relative_to(archive.place).as_posix()
                yield Defect(kind="missing", path=path, detail=f"the statement of {proofs.FILE}, line {number}")
            if missing:
                continue
            whole = encode(rebuilt(archive, entry)) == raw
        except ArchiveError:
            raise
        except Error:
            whole = False
        if unfinished or not whole:
            kind, detail = ("torn", _CRASH) if unfinished else ("flipped", _CHANGED)
            yield Defect(
                kind="torn" if kind == "torn" else "flipped", path=proofs.FILE, detail=f"line {number}: {detail}"
            )


def rebuilt(archive: DirectoryArchive, entry: proofs.ProofEntry) -> proofs.ProofEntry:
    """Return a line as its statement says it. Raises :class:`IntegrityError`, :class:`InputError`."""
    raw = archive.read(entry.record)
    if entry.kind == "rehearsal":
        said = decode(raw, proofs.RehearsalStatement).predicate
        if entry.summary is not None:
            evidence = decode(archive.read(entry.summary), proofs.SummaryStatement).predicate.input_attestations
            if entry.record not in {each.digest.sha256 for each in evidence}:
                raise InputError("its summary is about another rehearsal")
        return proofs.ProofEntry(
            kind="rehearsal",
            generation=said.generation,
            content=said.content,
            record=entry.record,
            at=said.made_at,
            holds=said.ready,
            summary=entry.summary,
        )
    proof = decode(raw, proofs.ProofStatement).predicate
    content = entry.content
    if archive.has(proof.generation):
        content = digest_of(decode(archive.read(proof.generation), Generation).content)
    return proofs.ProofEntry(
        kind="proof",
        generation=proof.generation,
        content=content,
        record=entry.record,
        at=proof.made_at,
        holds=proof.holds,
    )


def receipt_defects(archive: DirectoryArchive) -> Iterator[Defect]:
    """Yield a receipt that is none: the next run makes it anew."""
    try:
        raw = read_own(archive.place / RECEIPT, MAX_TEXT)
    except FileNotFoundError:
        return
    except OSError as error:
        raise read_error(archive.place / RECEIPT, error) from error
    try:
        sealed = decode_json(raw)
    except InputError:
        sealed = None
    if not isinstance(sealed, dict) or sealed.get("sha256") != digest_of(sealed.get("receipt")):
        yield Defect(kind="flipped", path=RECEIPT, detail=_CHANGED)


def _proof_text(archive: DirectoryArchive) -> bytes:
    try:
        return read_own(archive.place / proofs.FILE, MAX_TEXT)
    except FileNotFoundError:
        return b""
    except OSError as error:
        raise read_error(archive.place / proofs.FILE, error) from error
