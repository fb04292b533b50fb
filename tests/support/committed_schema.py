"""What commands print, held against the schemas that users have."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema_rs

SCHEMAS = Path(__file__).resolve().parents[2] / "schemas"


def valid(document: Any, name: str) -> None:
    """Raise unless a document fits the committed schema of this name."""
    schema = json.loads((SCHEMAS / f"{name}.schema.json").read_bytes())
    jsonschema_rs.validator_for(schema).validate(document)
