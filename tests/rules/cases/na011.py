"""NA011: modules that do not keep to the stable ABI."""

from __future__ import annotations

from support.rule_cases import Case
from support.subjects import make_artifact_results, make_subject
from uplock.model.native import FalseClaim, NativeProfile
from uplock.policy.subject import Subject

WHEEL = "demo-1.0-cp39-abi3-manylinux_2_17_x86_64.whl"
MEMBER = "demo/_native.abi3.so"
DETAIL = "it uses PyUnicode_AsUTF8AndSize, in the stable ABI since 3.10"


def claiming(*claims: FalseClaim) -> Subject:
    return make_subject(make_artifact_results(WHEEL, native=NativeProfile(claims=claims)))


def broken(member: str = MEMBER, detail: str = DETAIL) -> FalseClaim:
    return FalseClaim(kind="abi3", member=member, claimed="3.9", found="3.10", detail=detail)


SPEAKS: dict[str, Case] = {
    "one member": Case(claiming(broken()), says=f"{MEMBER}: {DETAIL}", findings=1),
    "two members are one finding": Case(claiming(broken("b.so"), broken("a.so")), says=": a.so: it uses", findings=1),
    "one other member is told": Case(claiming(broken("b.so"), broken("a.so")), says="(and so does 1 other member)"),
    "very many are counted": Case(
        claiming(*(broken(f"{number:03}.so") for number in range(200))),
        says="(and so do 199 other members)",
        findings=1,
    ),
    "several broken in one member count once": Case(
        claiming(broken(detail="it is broken"), broken(detail="it is so, too")), says="it is broken", findings=1
    ),
    "hostile text is shown harmlessly": Case(claiming(broken("a\x1b[2J.so", "b\nc")), says="a\\x1b[2J.so: b\\nc"),
}

SILENT: dict[str, Case] = {
    "claims that hold": Case(claiming()),
    "other claims": Case(
        claiming(FalseClaim(kind="glibc", member=MEMBER, claimed="1", found="2", detail="it is another thing"))
    ),
    "no native code": Case(make_subject(make_artifact_results())),
}
