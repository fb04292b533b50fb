"""``trusted-root`` in the configuration: a file of the project, with the digest that it must have if one is given."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from uplock.lockfile.fields import Fields
from uplock.model.digest import Sha256
from uplock.model.value import Value

KEY = "trusted-root"

TRUSTED_ROOT_SCHEMA: dict[str, Any] = {
    "oneOf": [
        {"type": "string"},
        {
            "type": "object",
            "required": ["path"],
            "additionalProperties": False,
            "properties": {"path": {"type": "string"}, "sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$"}},
        },
    ],
    "examples": ["trusted_root.json", {"path": "trusted_root.json", "sha256": "64 hexadecimal digits"}],
}


class TrustedRootFile(Value, frozen=True, kw_only=True):
    """A trusted root that a project names. ``path`` is relative to the project's folder."""

    path: str
    sha256: Sha256 | None = None
    """What it must hash to; ``None`` if any content is accepted."""


def read_trusted_root(fields: Fields) -> TrustedRootFile | None:
    """Read a path, or a table of ``path`` and ``sha256``; ``None`` if the key is not there. Notes defects."""
    match fields.raw.get(KEY):
        case None:
            return None
        case Mapping():
            table = fields.child(KEY)
            table.only({"path", "sha256"})
            return TrustedRootFile(
                path=table.text("path"), sha256=table.sha256("sha256") if "sha256" in table.raw else None
            )
        case str():
            return TrustedRootFile(path=fields.text(KEY))
        case _:
            fields.defect(KEY, "must be a path, or a table with path and sha256")
            return None
