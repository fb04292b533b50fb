"""NA013: documents that name what is not in the wheel, or other versions."""

from __future__ import annotations

from typing import Literal

from support.rule_cases import Case
from support.subjects import make_artifact_results, make_subject
from uplock.model.native import NativeProfile
from uplock.model.native_sbom import Difference
from uplock.policy.subject import Subject

WHEEL = "pillow-13.0.0-cp312-cp312-manylinux_2_27_x86_64.whl"


def contradicting(*differences: Difference) -> Subject:
    return make_subject(make_artifact_results(WHEEL, native=NativeProfile(differences=differences)))


def false(
    kind: Literal["over-claimed", "version", "wrong-platform"],
    name: str,
    declared: tuple[str, ...] = (),
    observed: tuple[str, ...] = (),
    ecosystem: Literal["native", "cargo"] = "native",
) -> Difference:
    return Difference(
        kind=kind,
        name=name,
        declared=declared,
        observed=observed,
        ecosystem=ecosystem,
        documents=("pillow-13.0.0.dist-info/sboms/pillow.cdx.json",),
        detail="x",
    )


SPEAKS: dict[str, Case] = {
    "another version, and what is the system's": Case(
        contradicting(
            false("version", "libtiff", ("4.7.1",), ("4.7.2",)), false("wrong-platform", "zlib-ng", ("2.3.3",))
        ),
        says="from the system: zlib-ng 2.3.3; they name other versions: libtiff 4.7.1 (found: 4.7.2)",
        findings=1,
    ),
    "what is not there": Case(
        contradicting(false("over-claimed", "zlib", ("1.3",))), says="name what is not there: zlib 1.3", findings=1
    ),
    "crates that only ran in the build": Case(
        contradicting(*(false("over-claimed", f"crate{each}", ecosystem="cargo") for each in range(24))),
        says="name what is not there: 24 Rust crates",
        findings=1,
    ),
    "very many": Case(
        contradicting(*(false("over-claimed", f"lib{number:02}") for number in range(40))),
        says="and 35 more",
        findings=1,
    ),
    "hostile versions are shown harmlessly": Case(
        contradicting(false("over-claimed", "zlib", ("\x1b[2J",))), says="zlib \\x1b[2J"
    ),
}

SILENT: dict[str, Case] = {
    "no differences": Case(contradicting()),
    "what is left out, which is NA012's": Case(
        contradicting(Difference(kind="missing", name="zlib", observed=("1.3",), detail="x"))
    ),
    "no native code": Case(make_subject(make_artifact_results())),
}
