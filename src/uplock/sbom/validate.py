"""Validating a document: against the official CycloneDX schema, then against what no schema can say.

The schema is the one that ships inside cyclonedx-python-lib; nothing is fetched. This module is the only door to
jsonschema_rs.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Any, Literal, NoReturn

from uplock.errors import InputError
from uplock.model.value import Value, decode_json
from uplock.sbom.checking.schema import schema_defects
from uplock.sbom.lint import lint_document
from uplock.sbom.official import official_schemas, xml_defects
from uplock.sbom.reading.read import VERSIONS, ReadBom, decoded, read_bom

if TYPE_CHECKING:
    from jsonschema_rs import Draft7Validator

MAX_DEFECTS = 100
"""No more defects of one document are listed."""
MAX_COUNTED = 10_000
"""Nor are more than these counted."""


class Defects(Value, frozen=True, kw_only=True):
    """What is wrong with a document, each as ``place: what is wrong``."""

    listed: tuple[str, ...]
    """At most :data:`MAX_DEFECTS`."""
    count: int
    """At most :data:`MAX_COUNTED`."""
    objector: Literal["schema", "linter"] | None
    """Whose they are."""


def validate_sbom(document: bytes) -> tuple[str, ...]:
    """Return the defects of a CycloneDX document of ours, each as ``place: what is wrong``; empty if it is valid.

    JSON is read fast: a document of ours repeats no key. Whatever the bytes are, nothing is raised for them.
    Raises :class:`ToolError` for XML without an XML validator.
    """
    try:
        return defects_of(_own(document), document).listed
    except InputError as error:
        return (str(error),)


def _own(document: bytes) -> ReadBom:
    tree = decode_json(document) if document[:1] == b"{" else None
    version = tree.get("specVersion") if isinstance(tree, dict) else None
    if tree is None or version not in VERSIONS:
        return read_bom(document, "document")
    return ReadBom(format="json", spec_version=version, tree=tree)


def defects_of(bom: ReadBom, data: bytes, *, schema_only: bool = False) -> Defects:
    """Return what the official schema of its version objects to in a document that was read from ``data``.

    If it objects to nothing, and unless ``schema_only``, what the linter objects to: references are followed only in
    documents that the schema accepts. Raises :class:`ToolError` for XML without an XML validator.
    """
    found = _xml(data, bom.spec_version) if bom.format == "xml" else _json(bom.tree, bom.spec_version)
    if found.count or schema_only:
        return found
    return _counted(lint_document(bom.tree), "linter")


def _xml(data: bytes, version: str) -> Defects:
    return _counted(xml_defects(decoded(data), version, MAX_COUNTED + 1), "schema")


def _json(tree: dict[str, Any], version: str) -> Defects:
    validator = _validator(version)
    if validator.is_valid(tree):
        return Defects(listed=(), count=0, objector=None)
    return _counted(schema_defects(tree, validator), "schema")


def _counted(defects: Iterable[str], objector: Literal["schema", "linter"]) -> Defects:
    """Return the first of the defects, and how many there are."""
    found = iter(defects)
    listed = tuple(islice(found, MAX_DEFECTS))
    count = len(listed) + sum(1 for _ in islice(found, MAX_COUNTED - MAX_DEFECTS))
    return Defects(listed=listed, count=count, objector=objector if count else None)


@cache
def _validator(version: str) -> Draft7Validator:
    """Return the compiled schema of a version; format checks (addresses, URLs, times) are on."""
    from jsonschema_rs import Draft7Validator, Registry

    schema_file, *others = official_schemas(version)
    schema = decode_json(schema_file.read_bytes())
    base = schema["$id"].rpartition("/")[0]
    registry = Registry([(f"{base}/{each.name}", decode_json(each.read_bytes())) for each in others])
    return Draft7Validator(schema, registry=registry, validate_formats=True, retriever=_refuse)


def _refuse(uri: str) -> NoReturn:
    """Keep a schema that refers to something unknown from being looked for on the network."""
    raise LookupError(uri)
