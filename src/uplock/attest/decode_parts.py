"""Decodes the parts of an attestation for people to look at: its statement and log entries. Verifies nothing."""

from __future__ import annotations

from uplock.attest.decode_pieces import Pieces, cut
from uplock.attest.slsa import MAX_DEPENDENCIES
from uplock.attest.statement import is_build_provenance
from uplock.attest.strict_json import Node, parse
from uplock.model.attestation_outcome import (
    CheckpointedProof,
    StatedBuild,
    StatedLogEntry,
    StatedSubject,
    Statement,
)
from uplock.model.digest import sha256_of
from uplock.model.value import changed

MAX_SUBJECTS = 20
MAX_DIGESTS = 8
MAX_HASHES = 64
"""Elements that are looked at. PEP 740 allows one subject."""

_BUILD = "provenance"
"""In the predicate types of builds: what is without is not compared, since the library that knows them loads slowly."""
_GIT = "git+"
_COMMITS = ("gitCommit", "sha1")


def _is_build(predicate_type: str | None) -> bool:
    return predicate_type is not None and _BUILD in predicate_type and is_build_provenance(predicate_type)


def decode_statement(raw: bytes, pieces: Pieces) -> Statement:
    """Return what an in-toto statement says."""
    bare = Statement(sha256=sha256_of(raw), size=len(raw))
    node = pieces.get(lambda: parse(raw, "the statement"))
    if node is None:
        return bare
    predicate_type = pieces.text(pieces.need(node, "predicateType"))
    return changed(
        bare,
        type=pieces.text(pieces.need(node, "_type")),
        predicate_type=predicate_type,
        subjects=tuple(
            StatedSubject(
                name=pieces.text(pieces.need(each, "name")),
                digests=pieces.pairs(pieces.need(each, "digest"), MAX_DIGESTS),
            )
            for each in pieces.some(pieces.need(node, "subject"), MAX_SUBJECTS)
        ),
        build=_build(pieces.need(node, "predicate"), pieces) if _is_build(predicate_type) else None,
    )


def _build(predicate: Node | None, pieces: Pieces) -> StatedBuild:
    """Return what SLSA provenance says; the commit is that of the dependency which is the source."""
    definition = pieces.need(predicate, "buildDefinition")
    builder = pieces.need(pieces.need(predicate, "runDetails"), "builder")
    workflow = pieces.find(pieces.find(definition, "externalParameters"), "workflow")
    build = StatedBuild(
        type=pieces.text(pieces.find(definition, "buildType")),
        builder=pieces.text(pieces.need(builder, "id")),
        source=pieces.text(pieces.find(workflow, "repository")),
        ref=pieces.text(pieces.find(workflow, "ref")),
    )
    for dependency in pieces.some(pieces.find(definition, "resolvedDependencies"), MAX_DEPENDENCIES):
        uri = pieces.text(pieces.find(dependency, "uri")) or ""
        source, _, ref = uri.removeprefix(_GIT).partition("@")
        if uri.startswith(_GIT) and (build.source or source).lower() == source.lower():
            digest = pieces.find(dependency, "digest")
            commits = [pieces.text(pieces.find(digest, name)) for name in _COMMITS]
            return changed(
                build,
                source=build.source or source,
                ref=build.ref or ref or None,
                commit=next(filter(None, commits), None),
            )
    return build


def decode_entry(node: Node, pieces: Pieces) -> StatedLogEntry:
    """Return what an entry of a transparency log says (``TransparencyLogEntry`` of Sigstore's specifications)."""
    kind = pieces.need(node, "kindVersion")
    log_id = pieces.base64(pieces.need(pieces.need(node, "logId"), "keyId"))
    promise = pieces.base64(pieces.need(pieces.find(node, "inclusionPromise"), "signedEntryTimestamp"))
    proof = pieces.find(node, "inclusionProof")
    pieces.base64(pieces.need(node, "canonicalizedBody"))
    return StatedLogEntry(
        kind=pieces.text(pieces.need(kind, "kind")),
        version=pieces.text(pieces.need(kind, "version")),
        log_id=None if log_id is None else cut(log_id.hex()),
        log_index=pieces.integer(pieces.need(node, "logIndex")),
        integrated_time=pieces.moment(pieces.find(node, "integratedTime")),
        promise=bool(promise),
        proof=None if proof is None else _proof(proof, pieces),
    )


def _proof(node: Node, pieces: Pieces) -> CheckpointedProof:
    root = pieces.base64(pieces.need(node, "rootHash"))
    hashes = [pieces.base64(each) for each in pieces.some(pieces.find(node, "hashes"), MAX_HASHES)]
    envelope = pieces.need(pieces.find(node, "checkpoint"), "envelope")
    return CheckpointedProof(
        log_index=pieces.integer(pieces.need(node, "logIndex")),
        tree_size=pieces.integer(pieces.need(node, "treeSize")),
        root_hash=None if root is None else cut(root.hex()),
        hashes=len(hashes),
        origin=None if envelope is None else _origin(envelope, pieces),
    )


def _origin(envelope: Node, pieces: Pieces) -> str | None:
    """Return the first line of a checkpoint, which is a signed note: lines, an empty line, signatures."""
    note = pieces.get(envelope.text)
    if note is None:
        return None
    body, gap, _ = note.partition("\n\n")
    if not gap or body.count("\n") < 2:  # noqa: PLR2004 - origin, size and root hash are a line each
        pieces.defect(f"{envelope.place} is not a signed note")
        return None
    return cut(body.partition("\n")[0])
