"""LK007: names that several indexes have."""

from __future__ import annotations

from support.rule_cases import Case
from support.subjects import make_lock, make_missing, make_package, make_subject
from uplock.model.lock import Shadowed
from uplock.model.value import changed
from uplock.policy.subject import Subject

LOCKED = make_subject(lock=make_lock(packages=[make_package("acme_tools-1.0-py3-none-any.whl")]))


def also_in(*others: str) -> Subject:
    return changed(LOCKED, shadowed=(Shadowed(name="acme-tools", index="internal", others=others),))


SPEAKS: dict[str, Case] = {
    "one other index": Case(
        also_in("default"), says="acme-tools comes from the index internal, and default has it too", findings=1
    ),
    "two other indexes": Case(also_in("mirror", "default"), says="and mirror and default have it too", findings=1),
}

SILENT: dict[str, Case] = {
    "names that one index has": Case(LOCKED),
    "no lock": Case(make_subject(missing=make_missing("acme-tools"))),
}
