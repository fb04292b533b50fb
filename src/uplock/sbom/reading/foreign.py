"""What a file is that is no CycloneDX document: said by its name where it has one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn

from uplock.errors import InputError

READABLE = "Give a CycloneDX document of version 1.4 to 1.7, in JSON or XML."

_MAGIC: Mapping[bytes, str] = {
    b"\x1f\x8b": "is compressed with gzip",
    b"BZh": "is compressed with bzip2",
    b"\xfd7zXZ\x00": "is compressed with xz",
    b"\x28\xb5\x2f\xfd": "is compressed with zstd",
    b"PK": "is a ZIP archive",
    b"\xff\xfe": "is UTF-16",
    b"\xfe\xff": "is UTF-16",
}
_SHOWN = 40


def refuse_foreign(message: str) -> NoReturn:
    """Raise :class:`InputError` for what is no document that we read."""
    raise InputError(message, remedy=READABLE)


def foreign_bytes(data: bytes) -> str:
    """Return what bytes are that are no UTF-8."""
    return next((meaning for magic, meaning in _MAGIC.items() if data.startswith(magic)), "is not UTF-8")


def foreign_text(text: str) -> str:
    """Return what a text is that begins neither as JSON nor as XML does."""
    start = text[:4096].lstrip()
    if not start:
        return "is empty"
    if "SPDXVersion:" in start:
        return "is an SPDX document, not CycloneDX"
    return "is neither JSON nor XML"


def foreign_json(tree: Any) -> str:
    """Return what a JSON document is that has no CycloneDX version."""
    if not isinstance(tree, dict):
        return "is JSON, but no CycloneDX document"
    if "spdxVersion" in tree or "spdx.org" in str(tree.get("@context"))[:4096]:
        return "is an SPDX document, not CycloneDX"
    if {"payload", "payloadType"} <= tree.keys():
        return "is a signed envelope (DSSE), not the document inside"
    if tree.get("bomFormat") == "CycloneDX" or "specVersion" in tree:
        return of_version(tree.get("specVersion"))
    return "is JSON, but no CycloneDX document"


def foreign_xml(namespace: str, name: str) -> str:
    """Return what an XML document is whose root element is of no CycloneDX version that we read."""
    cyclonedx = "http://cyclonedx.org/schema/bom/"
    if namespace.startswith(cyclonedx) and name == "bom":
        return of_version(namespace.removeprefix(cyclonedx))
    if "spdx.org" in namespace or name == "RDF":
        return "is an SPDX document, not CycloneDX"
    return "is XML, but no CycloneDX document"


def of_version(version: object) -> str:
    """Return that a CycloneDX document is of a version that is not read."""
    if not isinstance(version, str):
        return "is a CycloneDX document without a version of the specification"
    return f"is a CycloneDX document of version {version[:_SHOWN]}, which is not read"
