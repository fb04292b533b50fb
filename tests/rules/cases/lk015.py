"""LK015: contradictions between a lock and the metadata of its wheels (found by ``workflow.contradictions``)."""

from __future__ import annotations

from support.rule_cases import Case
from support.subjects import make_artifact_results, make_subject
from uplock.model.value import changed

LOCKED = make_subject(make_artifact_results("shop-1.0-py3-none-any.whl"))

SPEAKS: dict[str, Case] = {
    "a requirement that nothing answers": Case(
        changed(LOCKED, contradictions=(("shop", "shop 1.0 needs coin>=1, and the lock has no coin"),)),
        says="shop 1.0 needs coin>=1, and the lock has no coin",
        findings=1,
    ),
}

SILENT: dict[str, Case] = {"a lock and its wheels agree": Case(LOCKED)}
