"""The documents that a wheel brings about itself: all files under ``.dist-info/sboms/``, whatever their names.

The rule is of PEP 770. CycloneDX and SPDX in JSON are read. A document that cannot be read is told with the reason, and
fails nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from uplock.errors import InputError
from uplock.inspect.boundedjson import object_of, read_json
from uplock.inspect.declaration import Declaration
from uplock.inspect.declared_cyclonedx import read_cyclonedx
from uplock.inspect.declared_spdx import read_spdx
from uplock.inspect.declared_spdx3 import is_spdx3, read_spdx3
from uplock.inspect.wheel import Wheel
from uplock.inspect.zipdirectory import Member
from uplock.model.digest import sha256_of
from uplock.model.native_sbom import DeclaredDocument

MAX_BYTES = 64 * 1024 * 1024
"""Inflated size of all documents of one wheel together."""
MAX_DOCUMENTS = 1000
"""Documents of one wheel that are read."""


def read_documents(wheel: Wheel) -> tuple[DeclaredDocument, ...]:
    """Return all documents of a wheel, sorted by path."""
    folder = f"{wheel.dist_info}/sboms/"
    members = [member for member in wheel.members if member.path.startswith(folder)]
    return tuple(_bounded(wheel, sorted(members, key=_path)))


def read_document(path: str, data: bytes) -> DeclaredDocument:
    """Return what one document says. Raises nothing: whatever is wrong with it becomes its ``reason``."""
    digest = sha256_of(data)
    try:
        content = _content(path, data)
    except InputError as error:
        return DeclaredDocument(path=path, size=len(data), sha256=digest, reason=error.message)
    return DeclaredDocument(
        path=path,
        size=len(data),
        sha256=digest,
        format=content.format,
        version=content.version,
        subject=content.subject,
        components=content.components,
    )


def _path(member: Member) -> str:
    return member.path


def _bounded(wheel: Wheel, members: list[Member]) -> Iterator[DeclaredDocument]:
    budget = MAX_BYTES
    for position, member in enumerate(members):
        if position >= MAX_DOCUMENTS:
            yield _unread(member, f"is behind {MAX_DOCUMENTS} other documents")
        elif member.size > budget:
            yield _unread(member, f"has {member.size} bytes, and {MAX_BYTES} are read of all documents together")
        else:
            budget -= member.size
            yield _read(wheel, member)


def _read(wheel: Wheel, member: Member) -> DeclaredDocument:
    try:
        data = wheel.read_member(member.path, member.size)
    except InputError as error:
        return _unread(member, error.message)
    return read_document(member.path, data)


def _unread(member: Member, reason: str) -> DeclaredDocument:
    return DeclaredDocument(path=member.path, size=member.size, sha256=None, reason=reason)


def _content(path: str, data: bytes) -> Declaration:
    """Tell the format by what the document says, and read it."""
    start = data.removeprefix(b"\xef\xbb\xbf").lstrip()[:16]
    if start.startswith(b"<"):
        raise InputError("is XML, which is not read")
    if start.startswith(b"SPDXVersion:"):
        raise InputError("is SPDX in tag-value form, which is not read")
    document = object_of(read_json(data), "content")
    if document.get("bomFormat") == "CycloneDX":
        return read_cyclonedx(document, path)
    if "spdxVersion" in document:
        return read_spdx(document, path)
    if is_spdx3(document):
        return read_spdx3(document, path)
    raise InputError("is neither CycloneDX nor SPDX")
