"""``uplock sbom score``: a document of anybody, held against the rubric with what stands beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

from uplock.errors import Error, InputError, UsageError, located
from uplock.files import read_bytes
from uplock.lockfile.pylock import read_pylock
from uplock.model.digest import sha256_of
from uplock.model.lock import Lock
from uplock.model.sbom_score_outcome import PointState, SbomScoreResult
from uplock.model.value import Value
from uplock.sbom.reading.read import ReadBom, read_bom
from uplock.sbom.score.document import Document, digests, references, text_of
from uplock.sbom.score.point import Given, Twin
from uplock.sbom.score.rubric import score
from uplock.sbom.validate import defects_of
from uplock.workflow.sbom_file import sbom_bytes
from uplock.workflow.sbom_sign import MAX_ENVELOPE, SUFFIX, Verifying, signature_state

MAX_BESIDE = 256
"""No more documents beside the one that is scored are looked into."""
MAX_LOCKS = 16
"""Nor are more locks that a document names."""
_FORMS = {"json": ("cdx.json", "cdx.xml"), "xml": ("cdx.xml", "cdx.json")}
_SERIAL = re.compile(rb"urn:uuid:([0-9a-fA-F-]{36})")


class _Locked(Value, frozen=True, kw_only=True):
    """A lock file, with the lock if it holds one of ours."""

    path: str
    sha256: str
    lock: Lock | None


def score_file(
    file: Path,
    *,
    lock: Path | None = None,
    signature: Path | None = None,
    key: Verifying | None = None,
    fail_under: int | None = None,
) -> SbomScoreResult:
    """Score a document with its lock, its other form, the documents that it links to, and its signature.

    ``signature`` is looked into with ``key`` only, and is by default where ``uplock sbom sign`` writes it. Raises
    :class:`InputError` for a document, named lock or signature that cannot be read.
    """
    data = sbom_bytes(file)
    bom = read_bom(data, str(file))
    with located(str(file)):
        defects = defects_of(bom, data, schema_only=True)
    locked = _named_lock(lock) if lock is not None else _lock_beside(file, bom)
    given = Given(
        schema_defects=defects.count,
        lock=None if locked is None else locked.lock,
        lock_sha256=None if locked is None else locked.sha256,
        twin=_twin(file, bom),
        links=frozenset(_links(file, bom)),
        signature=None if key is None else _signature(file, data, signature, key),
    )
    points = score(bom, given)
    states: list[PointState] = [each.state for each in points]
    document = Document(bom)
    return SbomScoreResult(
        file=str(file),
        sha256=sha256_of(data),
        format=bom.format,
        spec_version=bom.spec_version,
        components=len(document.parts) + bool(document.subject.node),
        lock=None if locked is None else locked.path,
        held=states.count("held"),
        lost=states.count("lost"),
        not_assessed=states.count("not assessed"),
        fail_under=fail_under,
        points=points,
    )


def _named_lock(path: Path) -> _Locked:
    raw = read_bytes(path)
    return _Locked(path=str(path), sha256=sha256_of(raw), lock=read_pylock(raw, str(path)))


def _lock_beside(file: Path, bom: ReadBom) -> _Locked | None:
    """Return the lock that a document names by digest, from where it says; one that does not fit holds nothing.

    A file of another tool, or one that is not there, says nothing about the document.
    """
    contradicting = None
    for reference in references(bom.tree, "build-meta")[:MAX_LOCKS]:
        path = _beside(file, text_of(reference, "url"))
        stated = digests(reference, "SHA-256")
        if path is None or not stated:
            continue
        try:
            raw = read_bytes(path)
        except InputError:
            continue
        found = _Locked(path=str(path), sha256=sha256_of(raw), lock=None)
        if found.sha256 not in stated:
            contradicting = found
            continue
        try:
            return _Locked(path=found.path, sha256=found.sha256, lock=read_pylock(raw, str(path)))
        except Error:
            return found
    return contradicting


def _beside(file: Path, url: str) -> Path | None:
    """Return the place that a relative reference names; ``None`` for an address elsewhere."""
    path = unquote(url.partition("#")[0])
    if not path or "?" in path or "\0" in path or "\\" in path or re.match(r"[A-Za-z][A-Za-z0-9+.-]*:|/", path):
        return None
    return file.parent / path


def _twin(file: Path, bom: ReadBom) -> Twin | None:
    """Return the other form of a document: the file of the same name but for its ending."""
    own, other = _FORMS[bom.format]
    if not file.name.endswith(f".{own}"):
        return None
    twin = file.with_name(f"{file.name.removesuffix(own)}{other}")
    if not twin.is_file():
        return None
    try:
        data = sbom_bytes(twin)
        read = read_bom(data, str(twin))
        valid = read.format != bom.format and not defects_of(read, data, schema_only=True).count
    except InputError:
        valid = False
    return Twin(name=twin.name, bom=read if valid else None)


def _links(file: Path, bom: ReadBom) -> Iterator[str]:
    """Yield the BOM-Links of documents in the same folder, of those that the document links to."""
    urls = [text_of(each, "url").lower() for each in references(bom.tree, "bom")]
    wanted = {each.removeprefix("urn:cdx:").partition("/")[0].encode() for each in urls if each.startswith("urn:cdx:")}
    if not wanted:
        return
    try:
        named = sorted(each for each in file.parent.iterdir() if each.name.endswith((".json", ".xml")))
    except OSError:  # a folder that cannot be listed: no other document is at hand
        return
    for each in named[:MAX_BESIDE]:
        try:
            data = sbom_bytes(each)
            if wanted.isdisjoint(serial.lower() for serial in _SERIAL.findall(data)):
                continue
            tree = read_bom(data, str(each)).tree
        except InputError:
            continue
        serial = text_of(tree, "serialNumber").removeprefix("urn:uuid:").lower()
        yield f"urn:cdx:{serial}/{tree.get('version', 1)}"


def _signature(file: Path, data: bytes, signature: Path | None, key: Verifying) -> bool | None:
    """Return whether the key signed the document, ``None`` if there is no signature, or none that can be read."""
    place = Path(f"{file}{SUFFIX}") if signature is None else signature
    if signature is None and not place.is_file():
        return None
    return signature_state(data, read_bytes(place, MAX_ENVELOPE), key)


def refuse_contradictions(signature: Path | None, *, has_key: bool) -> None:
    """Raise :class:`UsageError` for a signature without the key that must have made it."""
    if signature is not None and not has_key:
        raise UsageError(
            "nothing says who must have signed", context=f"--signature {signature}", remedy="Name the key with --key."
        )
