"""NA010: a newer macOS than the tag says."""

from __future__ import annotations

from support.claim_cases import ClaimCases

_CASES = ClaimCases(
    "cryptography-48.0.1-cp311-abi3-macosx_10_9_universal2.whl",
    kind="macos",
    other="abi3",
    member="cryptography/hazmat/bindings/_rust.abi3.so",
    claimed="10.9",
    found="10.13",
    detail="its code for x86_64 needs macOS 10.13, and the wheel's tag promises 10.9",
)

SPEAKS = _CASES.speaks()
SILENT = _CASES.silent()
