"""NA010: a newer macOS than the tag says."""

from __future__ import annotations

from support.rule_cases import Case
from support.subjects import make_artifact_results, make_subject
from uplock.model.native import FalseClaim, NativeProfile
from uplock.policy.subject import Subject

WHEEL = "cryptography-48.0.1-cp311-abi3-macosx_10_9_universal2.whl"
MEMBER = "cryptography/hazmat/bindings/_rust.abi3.so"
DETAIL = "its code for x86_64 needs macOS 10.13, and the wheel's tag promises 10.9"


def claiming(*claims: FalseClaim) -> Subject:
    return make_subject(make_artifact_results(WHEEL, native=NativeProfile(claims=claims)))


def broken(member: str = MEMBER, detail: str = DETAIL) -> FalseClaim:
    return FalseClaim(kind="macos", member=member, claimed="10.9", found="10.13", detail=detail)


SPEAKS: dict[str, Case] = {
    "one member": Case(claiming(broken()), says=f"{MEMBER}: {DETAIL}", findings=1),
    "two members are one finding": Case(
        claiming(broken("b.so"), broken("a.so")), says=": a.so: its code for", findings=1
    ),
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
        claiming(FalseClaim(kind="abi3", member=MEMBER, claimed="1", found="2", detail="it is another thing"))
    ),
    "no native code": Case(make_subject(make_artifact_results())),
}
