"""The only door to cyclonedx-python-lib: the SPDX license list and the official schemas that it bundles."""

from __future__ import annotations

from pathlib import Path


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
