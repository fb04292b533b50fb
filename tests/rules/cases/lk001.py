"""LK001: digests that nobody but uplock vouches for."""

from __future__ import annotations

from support.rule_cases import Case
from support.subjects import make_lock, make_missing, make_package, make_subject
from uplock.model.value import changed

WHEEL = make_package("shop-1.0-py3-none-any.whl")

SPEAKS: dict[str, Case] = {
    "a file that was hashed here": Case(
        make_subject(lock=make_lock(packages=[changed(WHEEL, hashed_here=True)])),
        says="the index names no SHA-256 of shop-1.0-py3-none-any.whl: it was downloaded and hashed",
        findings=1,
    ),
}

SILENT: dict[str, Case] = {
    "a digest of the index": Case(make_subject(lock=make_lock(packages=[WHEEL]))),
    "no lock": Case(make_subject(missing=make_missing("shop"))),
}
