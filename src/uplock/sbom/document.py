"""The document as CycloneDX: the only door to cyclonedx-python-lib and to what it bundles.

The library's model checks and spells what it knows. What it cannot hold (``versionRange``, ``compositions``) is added
to its JSON; order is ours, so that no set of the library shows in the bytes.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from uplock.model.digest import digest_of
from uplock.model.value import decode_json, encode, encode_pretty
from uplock.sbom.parts import (
    Component,
    Contact,
    Document,
    Hash,
    Identity,
    License,
    NamedLicense,
    Occurrence,
    Organization,
    Property,
    Reference,
    SpdxExpression,
    SpdxId,
)

if TYPE_CHECKING:
    from cyclonedx import model
    from cyclonedx.model import bom, component, component_evidence, contact, dependency, license

SPEC_VERSION = "1.7"

_SERIALS = uuid.UUID("6f0a3d1e-7f0b-5c55-9a43-1d6b3c6a5b0e")
"""Namespace (RFC 9562, UUIDv5) of our serial numbers; their names are digests of documents."""


def render(document: Document) -> bytes:
    """Return CycloneDX 1.7 JSON, sorted throughout, with a serial number that is made from the content."""
    from cyclonedx.output import make_outputter
    from cyclonedx.schema import OutputFormat, SchemaVersion

    spelled = make_outputter(_bom(document), OutputFormat.JSON, SchemaVersion.V1_7).output_as_string()
    tree = decode_json(spelled)
    _add_ranges(tree["components"], {each.ref: each.version_range for each in document.components})
    tree["compositions"] = [
        *({"aggregate": "complete", "dependencies": [ref]} for ref in document.complete),
        *({"aggregate": "incomplete", "assemblies": [ref]} for ref in document.incomplete),
    ]
    del tree["serialNumber"]
    tree = _sorted(tree)
    tree["serialNumber"] = uuid.uuid5(_SERIALS, digest_of(tree)).urn
    return encode_pretty(tree)


def is_spdx_id(text: str) -> bool:
    """Whether ``text`` is an identifier of the SPDX license list."""
    from cyclonedx.spdx import is_supported_id

    return is_supported_id(text)


def is_spdx_expression(text: str) -> bool:
    """Whether ``text`` is a license expression over identifiers of the SPDX license list."""
    from cyclonedx.spdx import is_expression

    return is_expression(text)


def official_schemas() -> tuple[Path, ...]:
    """Return the files of the official JSON schema of our version: the schema itself, then what it refers to."""
    from cyclonedx.schema import SchemaVersion, _res

    bom_schema = _res.BOM_JSON[SchemaVersion.V1_7]
    return tuple(Path(each) for each in (bom_schema, _res.SPDX_JSON, _res.JSF, _res.CRYPTOGRAPHY_DEFS) if each)
