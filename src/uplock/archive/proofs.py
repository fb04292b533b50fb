"""Proofs and rehearsals: in-toto statements among the blobs, and ``proofs.jsonl``, which says when each was made.

Specifications: in-toto Attestation Framework, Statement v1; SLSA Verification Summary v1.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from uplock.archive.archive import DirectoryArchive
from uplock.archive.reading import read_error, read_own
from uplock.archive.statement import STATEMENT_TYPE, DigestSet, StatementSubject
from uplock.errors import InputError
from uplock.files import MAX_TEXT, append_line
from uplock.model.digest import Sha256
from uplock.model.proof import Proof
from uplock.model.rehearsal import Rehearsal, Rehearsed
from uplock.model.value import Value, decode, encode

FILE = "proofs.jsonl"
PROOF_TYPE: Literal["urn:uplock:proof:1"] = "urn:uplock:proof:1"
REHEARSAL_TYPE: Literal["urn:uplock:rehearsal:1"] = "urn:uplock:rehearsal:1"
SUMMARY_TYPE: Literal["https://slsa.dev/verification_summary/v1"] = "https://slsa.dev/verification_summary/v1"
_VERIFIER = "urn:uplock"
_NAMES = {"type_": "_type", "predicate_type": "predicateType"}


class ProofStatement(Value, frozen=True, kw_only=True, rename=_NAMES):
    """What was proved of the lock files of one target."""

    type_: Literal["https://in-toto.io/Statement/v1"]
    subject: tuple[StatementSubject, ...]
    predicate_type: Literal["urn:uplock:proof:1"]
    predicate: Proof


class RehearsalStatement(Value, frozen=True, kw_only=True, rename=_NAMES):
    """What was rehearsed with the lock files of a generation."""

    type_: Literal["https://in-toto.io/Statement/v1"]
    subject: tuple[StatementSubject, ...]
    predicate_type: Literal["urn:uplock:rehearsal:1"]
    predicate: Rehearsal


class SummaryResource(Value, frozen=True, kw_only=True):
    """A document by name and digest."""

    uri: str
    digest: DigestSet


class SummaryVerifier(Value, frozen=True, kw_only=True):
    """Who judged, with versions."""

    id: str
    version: dict[str, str]


class Summary(
    Value,
    frozen=True,
    kw_only=True,
    rename={
        "time_verified": "timeVerified",
        "resource_uri": "resourceUri",
        "input_attestations": "inputAttestations",
        "verification_result": "verificationResult",
        "verified_levels": "verifiedLevels",
        "slsa_version": "slsaVersion",
    },
):
    """The predicate of a SLSA verification summary."""

    verifier: SummaryVerifier
    time_verified: datetime
    resource_uri: str
    policy: SummaryResource
    input_attestations: tuple[SummaryResource, ...]
    verification_result: Literal["PASSED", "FAILED"]
    verified_levels: tuple[str, ...]
    slsa_version: str = "1.0"


class SummaryStatement(Value, frozen=True, kw_only=True, rename=_NAMES):
    """How the policy judged the lock files of a generation, in the form that deployment gates read."""

    type_: Literal["https://in-toto.io/Statement/v1"]
    subject: tuple[StatementSubject, ...]
    predicate_type: Literal["https://slsa.dev/verification_summary/v1"]
    predicate: Summary


class ProofEntry(Value, frozen=True, kw_only=True):
    """One line of ``proofs.jsonl``; ``content`` is the digest of what the generation says."""

    kind: Literal["proof", "rehearsal"]
    generation: Sha256
    content: Sha256
    record: Sha256
    at: datetime
    holds: bool
    summary: Sha256 | None = None


class DirectoryProofs:
    """Implements the ``Proofs`` port beside the archive of a project."""

    def __init__(self, archive: DirectoryArchive) -> None:
        self._archive = archive
        self._path = archive.place / FILE

    def keep_proof(self, proof: Proof, content: Sha256, subjects: tuple[tuple[str, Sha256], ...]) -> Sha256:
        """Keep a proof about files, given by name and digest; return the digest of its statement."""
        statement = ProofStatement(
            type_=STATEMENT_TYPE, subject=_subjects(subjects), predicate_type=PROOF_TYPE, predicate=proof
        )
        record = self._archive.put(encode(statement))
        self._note(
            ProofEntry(
                kind="proof",
                generation=proof.generation,
                content=content,
                record=record,
                at=proof.made_at,
                holds=proof.holds,
            )
        )
        return record

    def keep_rehearsal(
        self, rehearsal: Rehearsal, subjects: tuple[tuple[str, Sha256], ...], *, passed: bool
    ) -> tuple[Sha256, Sha256 | None]:
        """Keep a rehearsal and its verification summary; return the digests of both statements, read back.

        ``passed`` is what policy says. What was judged for another day has no summary: that would speak of now. Raises
        :class:`ArchiveError` if they cannot be kept.
        """
        files = _subjects(subjects)
        record = self._archive.put(
            encode(
                RehearsalStatement(
                    type_=STATEMENT_TYPE, subject=files, predicate_type=REHEARSAL_TYPE, predicate=rehearsal
                )
            )
        )
        summary = None
        if is_of_its_day(rehearsal):
            summary = self._archive.put(encode(_summary(rehearsal, files, record, passed=passed)))
            self._archive.read(summary)
        self._archive.read(record)
        self._note(
            ProofEntry(
                kind="rehearsal",
                generation=rehearsal.generation,
                content=rehearsal.content,
                record=record,
                at=rehearsal.made_at,
                holds=rehearsal.ready,
                summary=summary,
            )
        )
        return record, summary

    def newest_rehearsal(self, content: Sha256) -> Rehearsed:
        """Return what is known of the newest rehearsal of a generation that says ``content``.

        A line whose statement is gone, or says something else, counts as none: the line alone proves nothing. Nor does
        a rehearsal that was judged for another day than its own.
        """
        found = [entry for entry in self.entries() if entry.kind == "rehearsal" and entry.content == content]
        for entry in sorted(found, key=lambda entry: entry.at, reverse=True):
            if not self._archive.has(entry.record):
                continue
            try:
                rehearsal = decode(self._archive.read(entry.record), RehearsalStatement).predicate
            except InputError:
                continue
            if rehearsal.content == content and is_of_its_day(rehearsal):
                return Rehearsed(at=rehearsal.made_at, ready=rehearsal.ready, record=entry.record)
        return Rehearsed()

    def entries(self) -> tuple[ProofEntry, ...]:
        """Return all that was proved here, in the order of recording; damaged lines are passed over."""
        try:
            text = read_own(self._path, MAX_TEXT)
        except (FileNotFoundError, NotADirectoryError):
            return ()
        except OSError as error:
            raise read_error(self._path, error) from error
        found = []
        for line in text.splitlines():
            try:
                entry = decode(line, ProofEntry)
            except InputError:
                continue
            if entry.at.tzinfo is not None:
                found.append(entry)
        return tuple(found)

    def _note(self, entry: ProofEntry) -> None:
        append_line(self._path, encode(entry))


def is_of_its_day(rehearsal: Rehearsal) -> bool:
    """Whether the verdicts of a rehearsal are those of the day on which it was made."""
    return rehearsal.as_of.date() == rehearsal.made_at.date()


def _subjects(files: tuple[tuple[str, Sha256], ...]) -> tuple[StatementSubject, ...]:
    return tuple(StatementSubject(name=name, digest=DigestSet(sha256=digest)) for name, digest in files)


def _summary(
    rehearsal: Rehearsal, files: tuple[StatementSubject, ...], record: Sha256, *, passed: bool
) -> SummaryStatement:
    evidence = SummaryResource(uri=REHEARSAL_TYPE, digest=DigestSet(sha256=record))
    return SummaryStatement(
        type_=STATEMENT_TYPE,
        subject=files,
        predicate_type=SUMMARY_TYPE,
        predicate=Summary(
            verifier=SummaryVerifier(id=_VERIFIER, version={"uplock": rehearsal.made_by.rpartition(" ")[2]}),
            time_verified=rehearsal.made_at,
            resource_uri=f"{_VERIFIER}:generation:{rehearsal.generation}",
            policy=SummaryResource(uri=f"{_VERIFIER}:policy", digest=DigestSet(sha256=rehearsal.policy)),
            input_attestations=(evidence,),
            verification_result="PASSED" if passed else "FAILED",
            verified_levels=("UPLOCK_ROLLBACK_READY",) if rehearsal.ready else ("FAILED",) if not passed else (),
        ),
    )
