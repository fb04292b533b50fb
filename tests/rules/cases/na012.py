"""NA012: documents that leave out what is in the wheel."""

from __future__ import annotations

from support.rule_cases import Case
from support.subjects import make_artifact_results, make_subject
from uplock.model.native import NativeProfile
from uplock.model.native_sbom import Difference
from uplock.policy.subject import Subject

WHEEL = "psycopg2_binary-2.9.13-cp312-cp312-manylinux_2_17_x86_64.whl"


def contradicting(*differences: Difference) -> Subject:
    return make_subject(make_artifact_results(WHEEL, native=NativeProfile(differences=differences)))


def missing(name: str, *versions: str) -> Difference:
    return Difference(kind="missing", name=name, observed=versions, members=(f"demo.libs/{name}.so",), detail="x")


def missing_crate(name: str) -> Difference:
    return Difference(kind="missing", name=name, ecosystem="cargo", observed=("1.0.0",), detail="x")


SPEAKS: dict[str, Case] = {
    "two libraries are one finding": Case(
        contradicting(missing("openssl", "3.5.8"), missing("libpq", "17.11")),
        says="leave out libpq 17.11, openssl 3.5.8",
        findings=1,
    ),
    "a library whose version is not known": Case(contradicting(missing("openldap")), says="leave out openldap"),
    "a library in two versions": Case(contradicting(missing("zlib", "1.2.13", "1.3.1")), says="zlib 1.2.13, 1.3.1"),
    "very many": Case(
        contradicting(*(missing(f"lib{number:02}") for number in range(40))), says="and 35 more", findings=1
    ),
    "crates are counted": Case(
        contradicting(missing("openssl", "3.5.8"), *(missing_crate(f"crate{number}") for number in range(200))),
        says="leave out openssl 3.5.8 and 200 Rust crates",
        findings=1,
    ),
    "nothing but one crate": Case(contradicting(missing_crate("syn")), says="leave out 1 Rust crate"),
    "hostile names are shown harmlessly": Case(contradicting(missing("a\x1b[2J")), says="a\\x1b[2J"),
}

SILENT: dict[str, Case] = {
    "no differences": Case(contradicting()),
    "differences of other kinds": Case(
        contradicting(
            Difference(kind="over-claimed", name="zlib", detail="x"),
            Difference(kind="version", name="zlib", detail="x"),
        )
    ),
    "no native code": Case(make_subject(make_artifact_results())),
}
