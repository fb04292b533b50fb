"""AR007: symbols of glibc where there is musl."""

from __future__ import annotations

from support.platforms import target_on
from support.rule_cases import Case
from support.subjects import make_artifact_results, make_subject
from uplock.model.native import NativeProfile
from uplock.policy.subject import Subject


def needing(glibc: str | None, tag: str = "cp312-cp312-linux_x86_64", *, on: str = "linux-x86_64-musl") -> Subject:
    results = make_artifact_results(f"demo-1.0-{tag}.whl", native=NativeProfile(glibc=glibc))
    return make_subject(results, target=target_on(on))


SPEAKS: dict[str, Case] = {
    "a tag that says nothing of the C library": Case(
        needing("2.17"),
        says="linux-x86_64-musl has musl and no glibc, but demo-1.0-cp312-cp312-linux_x86_64.whl needs glibc 2.17",
        findings=1,
    ),
    "a wheel for every platform": Case(needing("2.17", "py3-none-any"), says="demo-1.0-py3-none-any.whl needs glibc"),
    "a musllinux tag that lies": Case(needing("2.17", "cp312-cp312-musllinux_1_2_x86_64"), says="needs glibc 2.17"),
}

SILENT: dict[str, Case] = {
    "a wheel that needs no glibc": Case(needing(None, "cp312-cp312-musllinux_1_2_x86_64")),
    "a platform with glibc": Case(needing("2.17", on="linux-x86_64")),
    "a platform that is not Linux": Case(needing("2.17", "py3-none-any", on="windows-x86_64")),
}
