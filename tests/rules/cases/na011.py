"""NA011: modules that do not keep to the stable ABI."""

from __future__ import annotations

from support.claim_cases import ClaimCases

_CASES = ClaimCases(
    "demo-1.0-cp39-abi3-manylinux_2_17_x86_64.whl",
    kind="abi3",
    other="glibc",
    member="demo/_native.abi3.so",
    claimed="3.9",
    found="3.10",
    detail="it uses PyUnicode_AsUTF8AndSize, in the stable ABI since 3.10",
)

SPEAKS = _CASES.speaks()
SILENT = _CASES.silent()
