"""NA004: several kinds of BLAS."""

from __future__ import annotations

from support.native import native_library
from support.rule_cases import Case
from support.subjects import make_artifact_results, make_subject
from uplock.model.native import NativeLibrary, NativeProfile
from uplock.policy.subject import Subject

ILP64 = native_library(
    "openblas",
    "0.3.34.237.2",
    evidence="OpenBLAS 0.3.34.237.2  USE64BITINT DYNAMIC_ARCH NO_AFFINITY",
    linkage="bundled",
    soname="libscipy_openblas64_-4b78795a.so",
    paths=("numpy.libs/libscipy_openblas64_-4b78795a.so",),
)
LP64 = native_library(
    "openblas",
    "0.3.31.dev",
    evidence="OpenBLAS 0.3.31.dev DYNAMIC_ARCH NO_AFFINITY",
    linkage="bundled",
    soname="libscipy_openblas-5f890258.so",
    paths=("scipy.libs/libscipy_openblas-5f890258.so",),
)
MKL = native_library("mkl", None, paths=("mkl-2026.0.data/data/lib/libmkl_core.so.2",), method="soname")


def by_name(project: str, name: str) -> NativeLibrary:
    """Return a library of which nothing is known but the name of its file."""
    return native_library(project, None, paths=(f"demo.libs/{name}",), evidence=name, method="soname", soname=name)


def bringing(**libraries: NativeLibrary) -> Subject:
    """Return a lock of which every package brings one library."""
    return make_subject(
        *(
            make_artifact_results(f"{name}-1.0-cp313-cp313-win_amd64.whl", native=NativeProfile(libraries=(library,)))
            for name, library in libraries.items()
        )
    )


SPEAKS: dict[str, Case] = {
    "integers of 64 bits and of 32 bits": Case(
        bringing(scipy=LP64, numpy=ILP64),
        says="OpenBLAS 0.3 (ILP64) in numpy, OpenBLAS 0.3 (LP64) in scipy",
        findings=1,
    ),
    "two projects": Case(
        bringing(scipy=LP64, mkl=MKL), says="2 kinds of BLAS: MKL in mkl, OpenBLAS 0.3 (LP64) in scipy"
    ),
    "two lines": Case(
        bringing(a=native_library("OpenBLAS", "0.2.20"), b=LP64),
        says="OpenBLAS 0.2 (LP64) in a, OpenBLAS 0.3 (LP64) in b",
    ),
    "the name of the file shows the interface": Case(
        bringing(
            numpy=by_name("openblas", "libscipy_openblas64_.dll"), scipy=by_name("openblas", "libscipy_openblas.dll")
        ),
        says="OpenBLAS (ILP64) in numpy, OpenBLAS (LP64) in scipy",
    ),
    "very many packages": Case(
        bringing(mkl=MKL, **{f"p{number}": LP64 for number in range(40)}), says="in p0, p1, p10 and 37 more"
    ),
}

SILENT: dict[str, Case] = {
    "one kind in several packages": Case(bringing(a=LP64, b=native_library("OpenBLAS", "0.3.27"))),
    "one copy": Case(bringing(numpy=ILP64)),
    "other libraries": Case(bringing(a=native_library("libwebp", "1.6.0"), b=LP64)),
    "no native code": Case(make_subject(make_artifact_results())),
}
