"""JSON Schema of ``waivers/<id>.toml``, for editors: what :mod:`~uplock.lockfile.waivers` reads, nearly."""

from __future__ import annotations

from typing import Any

from uplock.lockfile.waivers import ID, INTERPRETER, PURL, ROLE
from uplock.model.waiver import LEVELS

_DAY = {"type": "string", "format": "date"}
_ROLE = {"type": "string", "pattern": f"^{ROLE}$"}
_LEVEL = {"enum": list(LEVELS)}


def waiver_schema() -> dict[str, Any]:
    """Return the schema; TOML's local dates appear as strings in JSON."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "waivers/ID.toml",
        "type": "object",
        "additionalProperties": False,
        "required": [each for each in _PROPERTIES if each != "supersedes"],
        "properties": _PROPERTIES,
    }


_PROPERTIES: dict[str, Any] = {
    "format": {"const": 1},
    "id": {"type": "string", "pattern": f"^{ID}$", "description": "The name of the file without .toml."},
    "rule": {"type": "string", "pattern": "^[A-Z]{2}[0-9]{3}$", "description": "The one rule that is waived."},
    "reason": {"type": "string", "minLength": 20, "description": "Why the risk is taken; no placeholders."},
    "ticket": {"type": "string", "minLength": 2, "maxLength": 200, "description": "Where it was discussed."},
    "compensating_controls": {
        "type": "array",
        "minItems": 1,
        "items": {"type": "string", "minLength": 10},
        "description": "What is done instead.",
    },
    "requested_by": {**_ROLE, "description": "Role, team or handle that asks."},
    "approved_by": {
        "oneOf": [_ROLE, {"type": "array", "minItems": 1, "items": _ROLE}],
        "description": "Who approves: not the one who asks.",
    },
    "approved_at": {**_DAY, "description": "First day in force."},
    "expires_at": {**_DAY, "description": "Last day in force."},
    "supersedes": {
        "type": "array",
        "items": {"type": "string", "pattern": f"^{ID}$"},
        "description": "Waivers that it takes the place of.",
    },
    "risk": {
        "type": "object",
        "additionalProperties": False,
        "required": ["likelihood", "impact"],
        "properties": {"likelihood": _LEVEL, "impact": _LEVEL},
    },
    "scope": {
        "type": "object",
        "additionalProperties": False,
        "minProperties": 1,
        "description": "What it covers: everything that is given must fit. The page of each rule says what is needed.",
        "properties": {
            "service": {"type": "string"},
            "interpreter": {"type": "string", "pattern": f"^{INTERPRETER}$"},
            "platform": {"type": "string"},
            "purl": {
                "type": "string",
                "pattern": f"^{PURL.pattern.replace('?P<name>', '').replace('?P<version>', '')}$",
            },
            "sha256": {"type": "string", "pattern": "^[0-9A-Fa-f]{64}$"},
        },
    },
}
