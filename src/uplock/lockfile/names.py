"""Names of packages, extras and groups: normalized (PEP 503, 685, 735), ASCII only."""

from __future__ import annotations

import re
from collections.abc import Mapping

from uplock.lockfile.toml_text import quoted

_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?")


def normalized(text: str) -> str | None:
    """Return a name in normal form, or ``None`` if it is none: look-alikes beyond ASCII must not fold into ASCII."""
    from packaging.utils import canonicalize_name

    return canonicalize_name(text) if _NAME.fullmatch(text) else None


def by_name(raw: object, place: str, defects: list[str]) -> dict[str, tuple[str, object]]:
    """Return a table's keys and values by normalized key; note names that are none or stand twice."""
    if not isinstance(raw, Mapping):
        defects.append(f"{place}: must be a table")
        return {}
    found: dict[str, tuple[str, object]] = {}
    for key, value in raw.items():
        name = normalized(key)
        if name is None:
            defects.append(f"{place}: {quoted(key[:80])} is not a name")
        elif name in found:
            defects.append(f"{place}.{key}: the same name as {found[name][0]}")
        else:
            found[name] = (key, value)
    return found
