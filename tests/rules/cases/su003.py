"""SU003: the C library of a base beside that of the platform."""

from __future__ import annotations

from datetime import date

from support.platforms import target_on
from support.rule_cases import Case
from support.subjects import make_lifecycle, make_subject
from uplock.model.value import changed
from uplock.policy.subject import Subject

ROW = make_lifecycle("amazon-linux", "2", date(2030, 6, 30))


def on(libc: str | None, platform: str = "linux-x86_64") -> Subject:
    return make_subject(target=target_on(platform), runs_on=(changed(ROW, libc=libc),))


SPEAKS: dict[str, Case] = {
    "an older one": Case(
        on("glibc 2.26"), says="amazon-linux 2 has glibc 2.26, and the lock is for glibc 2.28", findings=1
    ),
    "versions are numbers": Case(on("glibc 2.9", "linux-aarch64-glibc2.17"), says="has glibc 2.9"),
}

SPEAKS["a base whose row is not verified warns at most"] = Case(
    make_subject(
        target=target_on("linux-x86_64"),
        runs_on=(changed(make_lifecycle("amazon-linux", "2", date(2030, 6, 30), verified=False), libc="glibc 2.26"),),
    ),
    says="has glibc 2.26",
    severity="warning",
)

SILENT: dict[str, Case] = {
    "the same": Case(on("glibc 2.28")),
    "a newer one": Case(on("glibc 2.100")),
    "a lock for an older one": Case(on("glibc 2.26", "linux-x86_64-glibc2.17")),
    "one that is not known": Case(on(None)),
    "one that cannot be read": Case(on("glibc two")),
    "one that can be read only in part": Case(on("glibc 2.26-backport")),
    "a platform with musl": Case(on("glibc 2.26", "linux-x86_64-musl")),
    "Windows": Case(on("glibc 2.26", "windows-x86_64")),
    "nothing is said about where it runs": Case(make_subject()),
}
