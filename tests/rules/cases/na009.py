"""NA009: a newer C library than the tag says."""

from __future__ import annotations

from support.claim_cases import ClaimCases

_CASES = ClaimCases(
    "demo-1.0-cp312-cp312-manylinux_2_17_x86_64.whl",
    kind="glibc",
    other="macos",
    member="demo/_native.so",
    claimed="2.17",
    found="2.28",
    detail="it needs symbols of glibc 2.28, and the wheel's tag promises 2.17",
)

SPEAKS = _CASES.speaks()
SILENT = _CASES.silent()
