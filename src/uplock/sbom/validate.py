"""Validating a document: against the official CycloneDX schema, then against what no schema can say.

The schema is the one that ships inside cyclonedx-python-lib; nothing is fetched. This module is the only door to
jsonschema_rs.
"""

from __future__ import annotations

from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, NoReturn

from uplock.errors import InputError
from uplock.model.value import decode_json
from uplock.sbom.document import official_schemas
from uplock.sbom.lint import lint_document

if TYPE_CHECKING:
    from jsonschema_rs import Draft7Validator, ValidationError

MAX_DEFECTS = 100
"""No more defects of one document are listed."""


def validate_sbom(document: bytes) -> tuple[str, ...]:
    """Return the defects of a CycloneDX 1.7 JSON document, each as ``place: what is wrong``; empty if it is valid.

    References are followed only in documents that the schema accepts. Whatever the bytes are, nothing is raised.
    """
    try:
        tree = decode_json(document)
    except InputError as error:
        return (error.message,)
    try:
        defects = tuple(islice(map(_wording, _validator().iter_errors(tree)), MAX_DEFECTS))
    except ValueError as error:  # nested deeper than the validator goes
        return (f"document: {error}",)
    return defects or tuple(islice(lint_document(tree), MAX_DEFECTS))


@cache
def _validator() -> Draft7Validator:
    """Return the compiled schema; format checks (addresses, URLs, times) are on."""
    from jsonschema_rs import Draft7Validator, Registry

    schema_file, *others = official_schemas()
    schema = decode_json(schema_file.read_bytes())
    base = schema["$id"].rpartition("/")[0]
    registry = Registry([(f"{base}/{each.name}", decode_json(each.read_bytes())) for each in others])
    return Draft7Validator(schema, registry=registry, validate_formats=True, retriever=_refuse)


def _refuse(uri: str) -> NoReturn:
    """Keep a schema that refers to something unknown from being looked for on the network."""
    raise LookupError(uri)


def _wording(error: ValidationError) -> str:
    place = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in error.instance_path)
    return f"{place.removeprefix('.') or 'document'}: {error.message[:300]}"
