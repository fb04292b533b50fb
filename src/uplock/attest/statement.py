"""What an attestation states: in-toto statements (version 1) about exactly one file, as PEP 740 restricts them."""

from __future__ import annotations

from functools import cache

from uplock.attest.refusal import AttestationError, shown
from uplock.attest.strict_json import malformed, parse
from uplock.model.digest import Sha256
from uplock.model.wheel_name import is_bounded

PAYLOAD_TYPE = "application/vnd.in-toto+json"
"""Type of the payload in the signed envelope; PEP 740 leaves it out because there is no other."""

_STATEMENT = "https://in-toto.io/Statement/v1"


def signed_message(statement: bytes) -> bytes:
    """Return the bytes that are signed for a statement (pre-authentication encoding of DSSE 1.0)."""
    return b"DSSEv1 %d %s %d %s" % (len(PAYLOAD_TYPE), PAYLOAD_TYPE.encode(), len(statement), statement)


def check_statement(statement: bytes, filename: str, sha256: Sha256) -> str:
    """Check that a statement, whose signature holds, is about this file; return its predicate type.

    File names are compared as the specifications of wheels and sdists parse them, so that spelling does not count.
    Raises :class:`AttestationError` of class ``malformed``, ``subject-name-mismatch`` or ``subject-digest-mismatch``.
    """
    node = parse(statement, "the statement")
    if node.need("_type").text() != _STATEMENT:
        malformed("the statement is not an in-toto statement of version 1")
    subjects = tuple(node.need("subject").items(1))
    if not subjects:
        malformed("the statement is about no file")
    name = subjects[0].need("name").text()
    if not _same_file(name, filename):
        raise AttestationError("subject-name-mismatch", f"the statement is about {shown(name)}")
    digest = subjects[0].need("digest").find("sha256")
    if digest is None or digest.text() != sha256:
        raise AttestationError("subject-digest-mismatch", "the statement is about a file with another digest")
    predicate = node.need("predicateType").text()
    if predicate not in _known_predicates():
        malformed(f"the statement is of the type {shown(predicate)}, which PEP 740 does not know")
    return predicate


def is_build_provenance(predicate: str) -> bool:
    """Whether a predicate type is that of SLSA provenance."""
    from pypi_attestations import AttestationType

    return predicate == AttestationType.SLSA_PROVENANCE_V1.value


def _same_file(name: str, other: str) -> bool:
    """Whether two file names parse and mean the same wheel or sdist; equal ones that are neither do not."""
    from packaging.utils import InvalidSdistFilename, InvalidWheelFilename, parse_sdist_filename, parse_wheel_filename

    wheel = name.endswith(".whl")
    if wheel != other.endswith(".whl") or not (is_bounded(name) and is_bounded(other)):
        return False
    try:
        if wheel:
            return parse_wheel_filename(name) == parse_wheel_filename(other)
        return parse_sdist_filename(name) == parse_sdist_filename(other)
    except (InvalidWheelFilename, InvalidSdistFilename):
        return False


@cache
def _known_predicates() -> frozenset[str]:
    from pypi_attestations import AttestationType

    return frozenset(each.value for each in AttestationType)
