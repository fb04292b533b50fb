"""The in-toto statement that signing a document signs: the lock files are its subjects, the document its predicate.

The document is a subject too, by the digest of its bytes: the predicate alone would hold for any other spelling of the
same tree. Specifications: in-toto Attestation Framework, Statement v1 and the predicate CycloneDX.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import unquote, urlsplit

from uplock.errors import InputError, UsageError
from uplock.model.digest import Sha256, parse_sha256, sha256_of
from uplock.model.value import Value
from uplock.sbom.strict_json import canonical, strict_object

STATEMENT_TYPE = "https://in-toto.io/Statement/v1"
PREDICATE_TYPE = "https://cyclonedx.org/bom"
MEDIA_TYPE = "application/vnd.cyclonedx+json"
"""Of the document; marks the subject that stands for its bytes."""

_PREDICATE_TYPES = re.compile(re.escape(PREDICATE_TYPE) + r"(/v?[0-9]{1,2}\.[0-9]{1,2})?\Z")
"""Other tools write the version of CycloneDX behind it."""
_MAX_SUBJECTS = 1000


class Subject(Value, frozen=True, kw_only=True):
    """A file that a statement is about."""

    name: str
    sha256: Sha256


class LockReference(Value, frozen=True, kw_only=True):
    """A lock file as a document names it: ``place`` is relative to the document, ``None`` if it says no such place."""

    name: str
    sha256: Sha256
    place: str | None


class Document(Value, frozen=True, kw_only=True):
    """A CycloneDX document: the digest of its bytes, its tree, and the lock files it was made of."""

    sha256: Sha256
    tree: dict[str, Any]
    locks: tuple[LockReference, ...]


class Statement(Value, frozen=True, kw_only=True):
    """What was signed about a document. ``document`` is the digest of its bytes, if the statement says it."""

    subjects: tuple[Subject, ...]
    """All but the document itself: the lock files."""
    document: Sha256 | None
    predicate: dict[str, Any]


def read_document(raw: bytes) -> Document:
    """Parse a document. Raises :class:`UsageError` for XML, which no predicate can hold, else :class:`InputError`."""
    if raw.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        raise UsageError(
            "XML cannot be signed: a signature is over the JSON of the document",
            remedy="Write the document with uplock sbom --format json and sign that.",
        )
    tree = strict_object(raw, "the document")
    if tree.get("bomFormat") != "CycloneDX":
        raise InputError("not a CycloneDX document", remedy="Name a CycloneDX document in JSON.")
    return Document(sha256=sha256_of(raw), tree=tree, locks=tuple(_locks(tree)))


def write_statement(document: Document, name: str, locks: Iterable[Subject]) -> bytes:
    """Return the statement about a document with this file name, made of these lock files, as canonical JSON."""
    subjects: list[dict[str, object]] = [
        {"name": each.name, "digest": {"sha256": each.sha256}} for each in sorted(locks, key=lambda each: each.name)
    ]
    subjects.append({"name": name, "digest": {"sha256": document.sha256}, "mediaType": MEDIA_TYPE})
    return canonical(
        {
            "_type": STATEMENT_TYPE,
            "subject": subjects,
            "predicateType": PREDICATE_TYPE,
            "predicate": document.tree,
        }
    )


def read_statement(raw: bytes) -> Statement:
    """Parse a statement about a CycloneDX document. Raises :class:`InputError` for anything else."""
    tree = strict_object(raw, "the statement")
    if tree.get("_type") != STATEMENT_TYPE:
        raise _malformed(f"its type is not {STATEMENT_TYPE}")
    kind, predicate, subjects = tree.get("predicateType"), tree.get("predicate"), tree.get("subject")
    if not isinstance(kind, str) or not _PREDICATE_TYPES.match(kind) or not isinstance(predicate, dict):
        raise _malformed("its predicate is no CycloneDX document")
    if not isinstance(subjects, list) or not 0 < len(subjects) <= _MAX_SUBJECTS:
        raise _malformed(f"it has not from 1 to {_MAX_SUBJECTS} subjects")
    read = [(_subject(each), each.get("mediaType") == MEDIA_TYPE) for each in subjects]
    documents = [subject.sha256 for subject, is_document in read if is_document]
    if len(documents) > 1:
        raise _malformed("it is about several documents")
    return Statement(
        subjects=tuple(subject for subject, is_document in read if not is_document),
        document=documents[0] if documents else None,
        predicate=predicate,
    )


def disagreement(statement: Statement, document: Document) -> str | None:
    """Return why a statement is not about a document and the very lock files that it names, ``None`` if it is."""
    if canonical(statement.predicate) != canonical(document.tree):
        return "another document was signed"
    if statement.document not in {None, document.sha256}:
        return "the document was spelled otherwise when it was signed: same content, other bytes"
    about = {each.sha256 for each in statement.subjects}
    for lock in document.locks:
        if lock.sha256 not in about:
            return f"the statement is not about the lock {lock.name} that the document names"
    return None


def _locks(tree: dict[str, Any]) -> Iterator[LockReference]:
    """Yield what a document refers to as ``build-meta`` with a SHA-256; anything odd is passed over."""
    references = tree.get("externalReferences")
    for each in references if isinstance(references, list) else ():
        if not isinstance(each, dict) or each.get("type") != "build-meta" or not isinstance(each.get("url"), str):
            continue
        hashes = each.get("hashes")
        for found in hashes if isinstance(hashes, list) else ():
            if isinstance(found, dict) and found.get("alg") == "SHA-256" and isinstance(found.get("content"), str):
                place = _place(each["url"])
                name = posixpath.basename(place or each["url"])[:255] or "lock"
                yield LockReference(name=name, sha256=parse_sha256(found["content"]), place=place)


def _place(url: str) -> str | None:
    """Return the path that a relative reference (RFC 3986 section 4.2) names, ``None`` for an address elsewhere."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    path = unquote(parts.path)
    if parts.scheme or parts.netloc or parts.query or parts.fragment or path.startswith("/") or "\0" in path:
        return None
    return path or None


def _subject(tree: Any) -> Subject:
    digests = tree.get("digest") if isinstance(tree, dict) else None
    digest = digests.get("sha256") if isinstance(digests, dict) else None
    if not isinstance(digest, str):
        raise _malformed("a subject has no SHA-256 digest")
    name = tree.get("name")
    return Subject(name=name[:255] if isinstance(name, str) else "", sha256=parse_sha256(digest))


def _malformed(message: str) -> InputError:
    return InputError(f"not a statement about a CycloneDX document: {message}")
