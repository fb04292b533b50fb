"""Reading a CycloneDX document of anybody: JSON or XML, 1.4 to 1.7, strictly and within bounds.

The answer is one tree in the shape of the JSON form, whichever form the document has. Whether the document is valid is
another question: see :mod:`uplock.sbom.validate`.
"""

from __future__ import annotations

import re
from typing import Any, Literal

from uplock.errors import located
from uplock.model.value import Value
from uplock.sbom.reading.bounds import MAX_DOCUMENT, refuse_whole
from uplock.sbom.reading.foreign import foreign_bytes, foreign_json, foreign_text, refuse_foreign
from uplock.sbom.reading.json_form import read_json
from uplock.sbom.reading.xml_form import read_xml

VERSIONS = ("1.4", "1.5", "1.6", "1.7")
"""Of the CycloneDX specification."""

_FIRST = re.compile(r"[ \t\r\n]*([{\[<]?)")


class ReadBom(Value, frozen=True, kw_only=True):
    """A document as the JSON form says it; of XML, what the JSON form of its version has a member for."""

    format: Literal["json", "xml"]
    spec_version: str
    tree: dict[str, Any]


def read_bom(data: bytes, context: str) -> ReadBom:
    """Read a document; ``context`` names it in errors.

    Raises :class:`InputError` for what is no CycloneDX, of a version that we do not read, malformed, or over a bound.
    """
    with located(context):
        if len(data) > MAX_DOCUMENT:
            refuse_whole(f"is larger than {MAX_DOCUMENT} bytes")
        text = decoded(data)
        first = _first(text)
        if not first:
            refuse_foreign(foreign_text(text))
        if first == "<":
            version, tree = read_xml(text, VERSIONS)
            return ReadBom(format="xml", spec_version=version, tree=tree)
        return _json(read_json(text))


def decoded(data: bytes) -> str:
    """Return the text, without the mark that some programs put before UTF-8. Raises :class:`InputError`."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        refuse_foreign(foreign_bytes(data))


def _first(text: str) -> str:
    found = _FIRST.match(text)
    return "" if found is None else found[1]


def _json(tree: Any) -> ReadBom:
    version = tree.get("specVersion") if isinstance(tree, dict) else None
    if version not in VERSIONS:
        refuse_foreign(foreign_json(tree))
    return ReadBom(format="json", spec_version=version, tree=tree)
