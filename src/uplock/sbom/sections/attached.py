"""Values as the texts that evidence has attached: canonical JSON, with every foreign text in it cleaned and bounded."""

from __future__ import annotations

from typing import Any

from uplock.model.value import Value, encode, to_builtins
from uplock.sbom.clean import Cleaner
from uplock.sbom.sections.values import EvidenceData

MAX_ITEMS = 64
"""No more items of one array are given."""


def attached(name: str, value: Value, clean: Cleaner) -> EvidenceData:
    """Return a value of ours as attached JSON. Its member names are ours, its texts may be anybody's."""
    content = encode(_clean(name, to_builtins(value), clean)).decode()
    return EvidenceData(name=name, content_type="application/json", content=content)


def _clean(field: str, tree: Any, clean: Cleaner) -> Any:
    match tree:
        case dict():
            return {name: _clean(field, each, clean) for name, each in tree.items()}
        case list() | tuple():
            if len(tree) > MAX_ITEMS:
                clean.note(field, f"only the first {MAX_ITEMS} items of an array")
            return [_clean(field, each, clean) for each in tree[:MAX_ITEMS]]
        case str():
            return clean.line(field, tree) or ""
        case _:
            return tree
