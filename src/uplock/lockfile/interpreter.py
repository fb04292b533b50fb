"""Full CPython versions as text, and the target that a file names by version and platform."""

from __future__ import annotations

import re

from uplock.errors import InputError
from uplock.model.target import Interpreter, Target, parse_platform

_FULL = re.compile(r"3\.(?:0|[1-9][0-9]?)\.(?:0|[1-9][0-9]{0,2})")


def is_full_version(text: str) -> bool:
    """Whether this is a final CPython 3 release in its one spelling: ``3.12.1``, never ``3.12.01`` or ``3.12``."""
    return _FULL.fullmatch(text) is not None


def target_of(python: str, platform: str) -> Target:
    """Return the target of a full version and a platform's name.

    Raises :class:`InputError` or :class:`~uplock.errors.ConfigError` if there is none, or if it has another spelling:
    the name of a target becomes part of file names.
    """
    if not is_full_version(python):
        raise InputError(f"python {python[:40]!r} is not a full CPython version")
    found = parse_platform(platform)
    if found.name != platform:
        raise InputError(f"platform {platform[:40]!r} is written {found.name}")
    return Target(interpreter=Interpreter(version=python), platform=found)
