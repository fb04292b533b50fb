"""JSON objects that are signed: read strictly, and written in the one form that says whether two are equal."""

from __future__ import annotations

import json
from typing import Any

from uplock.errors import InputError, located
from uplock.sbom.reading.json_form import read_json

_REMEDY = "Check that the file is whole and was not edited by hand."


def strict_object(raw: bytes, what: str) -> dict[str, Any]:
    """Parse a JSON object in UTF-8; ``what`` names it in complaints. Raises :class:`InputError`."""
    with located(what):
        try:
            tree = read_json(raw.decode())
        except UnicodeDecodeError as error:
            raise InputError("is not valid Unicode", remedy=_REMEDY) from error
        if not isinstance(tree, dict):
            raise InputError("is not an object", remedy=_REMEDY)
        return tree


def canonical(tree: object) -> bytes:
    """Return a tree as JSON with sorted keys and no white space: equal trees, and they alone, give equal bytes."""
    return json.dumps(tree, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")).encode()
