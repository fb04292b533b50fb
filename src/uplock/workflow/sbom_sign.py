"""Signing documents with a key of one's own, and verifying that: both offline, both against the lock files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Protocol

from uplock.errors import InputError, IntegrityError, UsageError, located
from uplock.files import digest_file
from uplock.model.digest import Sha256
from uplock.model.sbom_sign_outcome import SbomSignatureResult, SignedLock
from uplock.model.value import changed
from uplock.sbom.envelope import (
    PAYLOAD_TYPE,
    STATEMENT_TYPES,
    Envelope,
    Signature,
    read_envelope,
    signed_bytes,
    write_envelope,
)
from uplock.sbom.signed import (
    Document,
    LockReference,
    Statement,
    Subject,
    disagreement,
    read_document,
    read_statement,
    write_statement,
)

SUFFIX = ".intoto.json"
"""What the name of a document's envelope has more than that of the document."""

MAX_ENVELOPE = 96 * 1024 * 1024
"""Bytes: base64 makes the largest document a third larger."""


class Verifying(Protocol):
    """A public key."""

    @property
    def keyid(self) -> Sha256:
        """SHA-256 of the SubjectPublicKeyInfo (DER)."""

    @property
    def algorithm(self) -> str:
        """What it signs with."""

    def verify(self, signature: bytes, message: bytes) -> bool:
        """Whether this key made a signature over a message."""


class Signing(Protocol):
    """A private key."""

    @property
    def public(self) -> Verifying:
        """The key that verifies what this one signs."""

    def sign(self, message: bytes) -> bytes:
        """Return the signature over a message."""


def sign_document(
    raw: bytes, place: Path, locks: tuple[Path, ...], key: Signing
) -> tuple[bytes, tuple[SignedLock, ...], Sha256]:
    """Return the envelope of a document that is at ``place``, the locks it is about, and the document's digest.

    ``locks`` are where lock files are that do not stand where the document says; for a document that names none, they
    are the subjects. Raises :class:`IntegrityError` if a lock file is not the one that the document was made of.
    """
    with located(str(place)):
        document = read_document(raw)
    known = _states(_subjects(document), document, place, locks) if document.locks else tuple(_given(locks))
    if not known:
        raise UsageError(
            "the document names no lock with its SHA-256, and a signature is about a lock",
            context=str(place),
            remedy="Name the lock that it was made of with --lock.",
        )
    subjects = (Subject(name=each.name, sha256=each.sha256) for each in known)
    payload = write_statement(document, place.name, subjects)
    signature = Signature(keyid=key.public.keyid, signature=key.sign(signed_bytes(payload, PAYLOAD_TYPE)))
    envelope = Envelope(payload=payload, payload_type=PAYLOAD_TYPE, signatures=(signature,))
    return write_envelope(envelope), known, document.sha256


def verify_document(  # noqa: PLR0913 - two files with their places, the locks, and the key
    raw: bytes, place: Path, envelope: bytes, envelope_place: Path, *, locks: tuple[Path, ...], key: Verifying
) -> SbomSignatureResult:
    """Verify that ``key`` signed a document, and compare the lock files that are there with what was signed.

    Raises :class:`InputError` for a document or envelope that cannot be read, :class:`IntegrityError` if a lock file
    contradicts the digest that was signed.
    """
    with located(str(place)):
        document = read_document(raw)
    with located(str(envelope_place)):
        read = read_envelope(envelope)
    statement = _signed(read, document, key)
    result = SbomSignatureResult(
        outcome="invalid",
        document=str(place),
        sha256=document.sha256,
        envelope=str(envelope_place),
        keyid=key.keyid,
        algorithm=key.algorithm,
        signatures=len(read.signatures),
    )
    if isinstance(statement, str):
        return changed(result, reason=statement)
    return changed(
        result,
        outcome="verified",
        bound="content" if statement.document is None else "bytes",
        locks=_states(statement.subjects, document, place, locks),
    )


def signature_state(raw: bytes, envelope: bytes, key: Verifying) -> bool | None:
    """Return whether ``key`` signed a document, ``None`` if document or envelope cannot be read. No file is read."""
    try:
        return not isinstance(_signed(read_envelope(envelope), read_document(raw), key), str)
    except (InputError, UsageError):
        return None


def _signed(envelope: Envelope, document: Document, key: Verifying) -> Statement | str:
    """Return what ``key`` says about a document, or why it says nothing about it.

    Nothing of the payload is parsed before a signature over it holds. That one does is all that counts: others may sign
    the same, and what an envelope says about keys is not asked.
    """
    message = signed_bytes(envelope.payload, envelope.payload_type)
    if not envelope.signatures:
        return "the envelope holds no signature"
    if not any(key.verify(each.signature, message) for each in envelope.signatures):
        return "no signature in the envelope was made with this key over what it holds"
    if envelope.payload_type not in STATEMENT_TYPES:
        return "what was signed is no in-toto statement"
    try:
        statement = read_statement(envelope.payload)
    except InputError as error:
        return error.message
    return disagreement(statement, document) or statement


def _subjects(document: Document) -> Iterable[Subject]:
    """Return each lock that a document names once, by name."""
    return sorted({(each.name, each.sha256): _subject(each) for each in document.locks}.values(), key=_by_name)


def _subject(lock: LockReference) -> Subject:
    return Subject(name=lock.name, sha256=lock.sha256)


def _by_name(subject: Subject) -> tuple[str, str]:
    return subject.name, subject.sha256


def _states(
    subjects: Iterable[Subject], document: Document, place: Path, locks: tuple[Path, ...]
) -> tuple[SignedLock, ...]:
    """Return which of the subjects were compared with files: those given, and where the document says they are.

    Raises :class:`IntegrityError` for a file whose digest is none of them.
    """
    subjects = tuple(subjects)
    pinned = {each.sha256 for each in subjects}
    found = set()
    for path, given in zip(locks, _given(locks), strict=True):
        if given.sha256 not in pinned:
            raise _contradiction(path, given.sha256, pinned)
        found.add(given.sha256)
    for lock in document.locks:
        if lock.place is None or lock.sha256 in found:
            continue
        path = place.parent / lock.place
        digest = digest_file(path)
        if digest is not None and digest != lock.sha256:
            raise _contradiction(path, digest, {lock.sha256})
        if digest is not None:
            found.add(digest)
    return tuple(SignedLock(name=each.name, sha256=each.sha256, compared=each.sha256 in found) for each in subjects)


def _given(locks: tuple[Path, ...]) -> Iterator[SignedLock]:
    """Yield the files that were named. Raises :class:`InputError` for one that cannot be read."""
    for path in locks:
        digest = digest_file(path)
        if digest is None:
            raise InputError("no file that can be read", context=str(path), remedy="Name the lock file with --lock.")
        yield SignedLock(name=path.name, sha256=digest, compared=True)


def _contradiction(path: Path, digest: Sha256, expected: set[Sha256]) -> IntegrityError:
    return IntegrityError(
        f"has the SHA-256 {digest}, and the document is about {', '.join(sorted(expected)) or 'no lock'}",
        context=str(path),
        remedy="Use the lock that the document was made of, or write and sign the document again.",
    )
