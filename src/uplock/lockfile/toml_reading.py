"""Reading TOML that may be hostile: bounded in size, and in the one form that makes the parser slow."""

from __future__ import annotations

import re
import tomllib
from typing import Any

from uplock.errors import ConfigError, InputError

MAX_KEY_PARTS = 32
"""Parts of a dotted key. The parser needs time in the square of their number: 20 000 take seconds."""

_LONG_KEY = re.compile(
    r"""(?<![A-Za-z0-9_-])(?:(?:[A-Za-z0-9_-]++|"[^"\n]*+"|'[^'\n]*+')[ \t]*+\.[ \t]*+){%d}""" % MAX_KEY_PARTS
)


def load_toml(
    raw: bytes, filename: str, limit: int, error: type[ConfigError | InputError], remedy: str
) -> dict[str, Any]:
    """Parse TOML 1.0 of at most ``limit`` bytes. Raises ``error`` with the line and column of the first defect."""
    if len(raw) > limit:
        raise error(f"larger than {limit} bytes", context=filename, remedy=remedy)
    try:
        text = raw.decode("utf-8")
        if _LONG_KEY.search(text):
            raise error(f"a key of more than {MAX_KEY_PARTS} parts", context=filename, remedy=remedy)
        return tomllib.loads(text)
    except (ValueError, RecursionError) as defect:
        # ValueError: invalid TOML, invalid UTF-8, and integers of more digits than Python converts.
        raise error(f"not valid TOML: {defect}", context=filename, remedy=remedy) from defect
