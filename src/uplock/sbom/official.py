"""What cyclonedx-python-lib bundles of the official specification: JSON schemas, and the validator over its XSDs.

Nothing is fetched. Every version of the specification that we read is here; others have no schema.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from uplock.errors import InputError, ToolError

if TYPE_CHECKING:
    from cyclonedx.validation.xml import XmlValidator

_REMEDY = "Install uplock with all its dependencies, or give the document as JSON."
_NAMESPACE = re.compile(r"\{http://[^}]*\}")
_SET = re.compile(r"is not an element of the set \{.*", re.DOTALL)
_SHOWN = 300


def official_schemas(spec: str) -> tuple[Path, ...]:
    """Return the files of the official JSON schema of a version: the schema itself, then what it may refer to."""
    from cyclonedx.schema import SchemaVersion, _res

    bom_schema = _res.BOM_JSON[SchemaVersion.from_version(spec)]
    return tuple(Path(each) for each in (bom_schema, _res.SPDX_JSON, _res.JSF, _res.CRYPTOGRAPHY_DEFS) if each)


def xml_defects(text: str, spec: str, limit: int) -> tuple[str, ...]:
    """Return what the official XSD of a version objects to, each as ``line N: what is wrong``, at most ``limit``.

    ``text`` must have passed the reader of XML, which refuses whatever could reach outside the document.
    Raises :class:`ToolError` if lxml is missing, :class:`InputError` if the validator cannot read it.
    """
    from cyclonedx.exception import MissingOptionalDependencyException

    try:
        found = _validator(spec).validate_str(text, all_errors=True)
    except MissingOptionalDependencyException as error:
        raise ToolError("lxml, which checks XML against the official schema, is missing", remedy=_REMEDY) from error
    except SyntaxError as error:  # of lxml: a bound of its own
        raise InputError(f"is XML that the validator does not read: {error.msg}", remedy="Give it as JSON.") from error
    return tuple(islice((_line(each.data) for each in found or ()), limit))


@cache
def _validator(spec: str) -> XmlValidator:
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.xml import XmlValidator

    return XmlValidator(SchemaVersion.from_version(spec))


def _line(entry: Any) -> str:
    message = _SET.sub("is none of those that may stand here", _NAMESPACE.sub("", entry.message))
    return f"line {entry.line}: {message[:_SHOWN]}"
