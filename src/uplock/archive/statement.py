"""In-toto Statements: the form in which the archive keeps results, so that other tools can read them.

Specification: in-toto Attestation Framework, Statement v1.
"""

from __future__ import annotations

from typing import Literal

from uplock.errors import IntegrityError
from uplock.model.digest import Sha256
from uplock.model.results import ArtifactResults
from uplock.model.value import Value, decode, encode

STATEMENT_TYPE: Literal["https://in-toto.io/Statement/v1"] = "https://in-toto.io/Statement/v1"
RESULTS_TYPE: Literal["urn:uplock:artifact-results:1"] = "urn:uplock:artifact-results:1"


class DigestSet(Value, frozen=True, kw_only=True):
    """Digests of a subject; the one that uplock pins."""

    sha256: Sha256


class StatementSubject(Value, frozen=True, kw_only=True):
    """What a statement is about: a file by name and digest."""

    name: str
    digest: DigestSet


class Statement(Value, frozen=True, kw_only=True, rename={"type_": "_type", "predicate_type": "predicateType"}):
    """A statement about exactly one artifact."""

    type_: Literal["https://in-toto.io/Statement/v1"]
    subject: tuple[StatementSubject]
    predicate_type: Literal["urn:uplock:artifact-results:1"]
    predicate: ArtifactResults


def write_statement(results: ArtifactResults) -> bytes:
    """Return the statement of one artifact's results as canonical JSON."""
    subject = StatementSubject(name=results.filename, digest=DigestSet(sha256=results.sha256))
    statement = Statement(type_=STATEMENT_TYPE, subject=(subject,), predicate_type=RESULTS_TYPE, predicate=results)
    return encode(statement)


def read_statement(raw: bytes) -> ArtifactResults:
    """Return the results of a statement.

    Raises :class:`InputError` if it is malformed, :class:`IntegrityError` if subject and results disagree.
    """
    statement = decode(raw, Statement)
    subject, results = statement.subject[0], statement.predicate
    if (subject.name, subject.digest.sha256) != (results.filename, results.sha256):
        raise IntegrityError(
            f"a statement about {subject.name} carries results of {results.filename}",
            remedy="Delete the record from the archive and run uplock run.",
        )
    return results
