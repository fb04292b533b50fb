"""AR006: the glibc that objects need and tags claim, beside the one of the platform."""

from __future__ import annotations

from support.platforms import target_on
from support.rule_cases import Case
from support.subjects import make_artifact_results, make_subject
from uplock.model.native import NativeProfile
from uplock.policy.subject import Subject

WHEEL = "demo-1.0-cp312-cp312-manylinux_2_17_x86_64.whl"


def needing(glibc: str | None, claimed: str | None = None, *, on: str = "linux-x86_64") -> Subject:
    native = NativeProfile(glibc=glibc, glibc_claimed=claimed)
    return make_subject(make_artifact_results(WHEEL, native=native), target=target_on(on))


SPEAKS: dict[str, Case] = {
    "objects that need more than the tag claims": Case(
        needing("2.28", "2.17", on="linux-x86_64-glibc2.17"),
        says=f"glibc is 2.17 on linux-x86_64-glibc2.17, but {WHEEL} needs 2.28",
        findings=1,
    ),
    "a tag that claims more than there is": Case(needing("2.17", "2.34"), says=f"{WHEEL} claims to need 2.34"),
    "both": Case(needing("2.31", "2.34"), says="needs 2.31 and claims to need 2.34", findings=1),
    "a fix release of the one that is there": Case(needing("2.28.1"), says="needs 2.28.1"),
    "versions are numbers": Case(needing("2.100"), says="needs 2.100"),
    "another major version": Case(needing("3.0"), says="needs 3.0"),
}

SILENT: dict[str, Case] = {
    "exactly what is there": Case(needing("2.28", "2.28")),
    **{f"objects that need {each}": Case(needing(each)) for each in ("2.2.5", "2.9", "2.27")},
    "no native code": Case(needing(None)),
    "a platform with musl": Case(needing("2.99", "2.99", on="linux-x86_64-musl")),
    "macOS": Case(needing("2.99", "2.99", on="macos-arm64")),
    "Windows": Case(needing("2.99", "2.99", on="windows-x86_64")),
}
