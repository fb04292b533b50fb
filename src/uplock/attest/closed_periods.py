"""Trusted roots as sigstore must be shown them, so that periods end where the specification says."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

_RESOLUTION = timedelta(microseconds=1)
"""The least difference between two moments that sigstore compares."""


def closed_periods(root: bytes) -> bytes:
    """Return a trusted root whose timestamp authorities end where sigstore takes that for included.

    ``TimeRange`` is a closed interval (``sigstore_common.proto``); sigstore excludes the end of a timestamp authority.
    What is not as expected is left to sigstore, which refuses it.
    """
    try:
        whole = json.loads(root)
    except (ValueError, RecursionError):
        return root
    authorities = whole.get("timestampAuthorities") if isinstance(whole, dict) else None
    for authority in authorities if isinstance(authorities, list) else ():
        _close(authority)
    return json.dumps(whole).encode()


def _close(authority: Any) -> None:
    period = authority.get("validFor") if isinstance(authority, dict) else None
    end = period.get("end") if isinstance(period, dict) else None
    if period is None or not isinstance(end, str):
        return
    try:
        period["end"] = (datetime.fromisoformat(end) + _RESOLUTION).isoformat()
    except (ValueError, OverflowError):
        return
