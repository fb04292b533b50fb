"""NA003: libraries that several wheels bring."""

from __future__ import annotations

from support.native import native_library
from support.rule_cases import Case
from support.subjects import make_artifact_results, make_library, make_subject
from uplock.model.native import NativeProfile
from uplock.policy.subject import Subject


def bundling(**versions: str | None) -> Subject:
    """Return a lock of which every package brings ``openblas`` in a version."""
    return make_subject(
        *(
            make_artifact_results(
                f"{name}-1.0-cp313-cp313-manylinux_2_17_x86_64.whl",
                native=NativeProfile(libraries=(make_library("OpenBLAS", version),)),
            )
            for name, version in versions.items()
        )
    )


SPEAKS: dict[str, Case] = {
    "two versions": Case(
        bundling(numpy="0.3.34", scipy="0.3.27"),
        says="openblas is in the lock in 2 versions: 0.3.27 in scipy, 0.3.34 in numpy",
        findings=1,
    ),
    "packages with the same version stand together": Case(
        bundling(a="1.0", b="1.0", c="2.0"), says="1.0 in a, b, 2.0 in c"
    ),
    "very many": Case(bundling(**{f"p{number}": f"1.{number}" for number in range(40)}), says="and 30 more"),
}

SILENT: dict[str, Case] = {
    "the same version everywhere": Case(bundling(numpy="0.3.34", scipy="0.3.34")),
    "a version that is not known": Case(bundling(numpy="0.3.34", scipy=None)),
    "one copy": Case(bundling(numpy="0.3.34")),
    "Rust crates": Case(
        make_subject(
            make_artifact_results(
                native=NativeProfile(
                    libraries=tuple(
                        native_library("syn", version, method="crates", purl=f"pkg:cargo/syn@{version}")
                        for version in ("1.0.109", "2.0.87")
                    )
                )
            )
        )
    ),
    "no native code": Case(make_subject(make_artifact_results())),
}
