"""``import-exclusions``: packages whose modules proofs do not import, each with the reason."""

from __future__ import annotations

from typing import Any

from uplock.lockfile.fields import Fields
from uplock.lockfile.names import normalized

EXCLUSIONS_SCHEMA: dict[str, Any] = {
    "type": "object",
    "additionalProperties": {"type": "string"},
    "examples": [{"pygame": "opens a display when it is imported"}],
}


def read_exclusions(fields: Fields) -> dict[str, str]:
    """Return packages with the reason why they are not imported; a reason is a sentence, not a word."""
    inner = Fields(fields.raw.get("import-exclusions", {}), fields.at("import-exclusions"), fields.defects)
    found = {}
    for key in inner.raw:
        name, reason = normalized(key), inner.optional_text(key)
        if name is None:
            inner.defect(key[:80], "is not the name of a package")
        elif reason is not None and " " in reason.strip():
            found[name] = reason.strip()
        else:
            inner.defect(key[:80], "must be a reason in some words")
    return found
