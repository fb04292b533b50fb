"""The SPDX license list that cyclonedx-python-lib bundles."""

from __future__ import annotations

import re

_LICENSE = re.compile(r"[^\s()]+")
_EXCEPTION = re.compile(r"\sWITH\s+[^\s()]+", re.IGNORECASE)


def is_spdx_id(text: str) -> bool:
    """Whether ``text`` is an identifier of the SPDX license list."""
    from cyclonedx.spdx import is_supported_id

    return is_supported_id(text)


def listed_id(text: str) -> str | None:
    """Return the identifier of the SPDX license list that ``text`` is in whatever case (SPDX 2.3, annex D.2)."""
    from cyclonedx.spdx import fixup_id

    return fixup_id(text)


def is_spdx_expression(text: str) -> bool:
    """Whether ``text`` is a license expression over identifiers of the SPDX license list."""
    from cyclonedx.spdx import is_expression

    names = _LICENSE.findall(_EXCEPTION.sub(" ", text))
    # The library also takes an empty text, and other names of licenses: "GPL", say.
    return (
        bool(names) and all(name.upper() in {"AND", "OR"} or listed_id(name) for name in names) and is_expression(text)
    )
