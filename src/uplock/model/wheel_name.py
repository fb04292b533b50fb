"""A bound for wheel file names: compressed tag sets (PEP 425) multiply, and hostile ones explode when expanded."""

from __future__ import annotations

import math

MAX_TAGS = 512
"""Most tags that the name of one wheel may stand for; the largest seen in real wheels is below 100."""


def is_bounded(filename: str) -> bool:
    """Whether expanding the tags of this file name is cheap. Ask this before any parser is given the name."""
    parts = filename.removesuffix(".whl").split("-")[-3:]
    return math.prod(part.count(".") + 1 for part in parts) <= MAX_TAGS
