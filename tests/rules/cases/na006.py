"""NA006: bundled libraries that no table knows."""

from __future__ import annotations

from support.native import native_library
from support.rule_cases import Case
from support.subjects import make_artifact_results, make_subject
from uplock.model.native import NativeLibrary, NativeProfile
from uplock.policy.subject import Subject

WHEEL = "pycurl-7.49.0-cp312-cp312-manylinux_2_28_x86_64.whl"


def unknown(name: str) -> NativeLibrary:
    return native_library(
        name, None, paths=(f"pycurl.libs/{name}.so.1",), linkage="bundled", method="soname", confidence="low"
    )


def bundling(*libraries: NativeLibrary) -> Subject:
    return make_subject(make_artifact_results(WHEEL, native=NativeProfile(libraries=libraries)))


SPEAKS: dict[str, Case] = {
    "one": Case(bundling(unknown("libsfparse")), says="bundles a library that no table knows: libsfparse", findings=1),
    "very many are one finding": Case(
        bundling(*(unknown(f"lib{number:02}") for number in range(40))),
        says="bundles 40 libraries that no table knows: lib00, lib01, lib02, lib03, lib04 and 35 more",
        findings=1,
    ),
    "hostile names are shown harmlessly": Case(bundling(unknown("lib\x1b[2J")), says="lib\\x1b[2J"),
}

SILENT: dict[str, Case] = {
    "a library that the table knows": Case(bundling(native_library("zlib", None, confidence="medium"))),
    "part of another file": Case(bundling(native_library("demo", "1.0", confidence="low", linkage="static"))),
    "no native code": Case(bundling()),
}
