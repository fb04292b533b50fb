"""NA001: copies of OpenSSL inside wheels."""

from __future__ import annotations

from datetime import UTC, date, datetime

from support.native import native_library
from support.rule_cases import Case
from support.subjects import make_artifact_results, make_library, make_lifecycle, make_subject
from uplock.model.native import NativeLibrary, NativeProfile
from uplock.model.policy import Policy
from uplock.model.value import changed
from uplock.policy.subject import Subject

WHEEL = "opencv_python_headless-4.5.5.64-cp36-abi3-manylinux_2_17_x86_64.whl"
LAST = native_library("OpenSSL", "1.1.1w", evidence="OpenSSL 1.1.1w  11 Sep 2023", linkage="bundled")
ON_THE_LAST_DAY = datetime(2023, 9, 11, 23, 59, tzinfo=UTC)
ON_THE_DAY_AFTER = datetime(2023, 9, 12, tzinfo=UTC)


def bundling(*libraries: NativeLibrary) -> Subject:
    return make_subject(make_artifact_results(WHEEL, native=NativeProfile(libraries=libraries)))


def with_rows(*ends: date) -> Subject:
    rows = tuple(make_lifecycle("openssl", "1.1.1", end, verified=False) for end in ends)
    return changed(bundling(LAST), lifecycles=(make_lifecycle("cpython", "3.13", date(2029, 10, 31)), *rows))


SPEAKS: dict[str, Case] = {
    "the last release before 3.0": Case(
        bundling(LAST),
        says="bundles OpenSSL 1.1.1w (string: OpenSSL 1.1.1w  11 Sep 2023): support for 1.1.1 ended on 2023-09-11",
        findings=1,
    ),
    "the day after the last one": Case(bundling(LAST), as_of=ON_THE_DAY_AFTER, says="ended on 2023-09-11"),
    "a SONAME without a version": Case(
        bundling(make_library("openssl", None, soname="libssl.so.10")),
        says="bundles OpenSSL with SONAME libssl.so.10 (soname: libssl.so.10): support for 1.0.2 ended",
    ),
    **{
        f"the old version {version}": Case(
            bundling(make_library("openssl", version)), says=f"bundles OpenSSL {version} (string: openssl {version})"
        )
        for version in ("0.9.8zh", "1.0.0t", "1.0.1e-fips", "1.0.2zk", "1.0.2", "1.1.0l", "1.1.1w")
    },
    **{
        f"the SONAME {soname} without a version": Case(
            bundling(make_library("openssl", None, soname=soname)), says=f"support for {line} ended on "
        )
        for soname, line in (
            ("libssl.so.1.1", "1.1.1"),
            ("libcrypto-3a1b2c3d.so.1.1", "1.1.1"),
            ("libssl.so.1.0.0", "1.0.2"),
            ("libcrypto.so.10", "1.0.2"),
        )
    },
    "a SONAME beside a later version": Case(
        bundling(make_library("openssl", "3.5.7"), make_library("openssl", None, soname="libssl.so.1.1")),
        says="with SONAME libssl.so.1.1",
        findings=1,
    ),
    "two versions are two findings, two files of one are one": Case(
        bundling(
            make_library("openssl", "1.1.1w", path="a/libcrypto.so"),
            make_library("openssl", "1.1.1w", path="a/libssl.so"),
            make_library("openssl", None, soname="libssl.so.1.1"),
            make_library("openssl", "1.0.2u", path="b/libcrypto.so"),
            make_library("openssl", "3.5.7", path="c/libcrypto.so"),
        ),
        says="bundles OpenSSL 1.0.2u",
        findings=2,
    ),
    "a line without a row warns at most": Case(
        with_rows(), Policy(severities={"NA001": "error"}), severity="warning", says="is not in the lifecycle table"
    ),
    "an unverified end warns at most": Case(
        with_rows(date(2023, 9, 11)), severity="warning", says="ended on 2023-09-11, which is not verified"
    ),
}

SILENT: dict[str, Case] = {
    "the crate that binds it": Case(
        bundling(native_library("openssl", "0.10.81", method="build-path", purl="pkg:cargo/openssl@0.10.81"))
    ),
    "the last day of support": Case(bundling(LAST), as_of=ON_THE_LAST_DAY),
    **{
        f"OpenSSL {version}": Case(bundling(make_library("OpenSSL", version)))
        for version in ("3.0.21", "3.5.7", "4.0.1", "10.1.1", "1.1", "1.1.1.2", "1.1.1www", "unknown")
    },
    "another library": Case(bundling(make_library("libwebp", "1.1.1"))),
    **{
        f"the SONAME {soname} proves nothing old": Case(bundling(make_library("openssl", None, soname=soname)))
        for soname in (None, "libssl.so.3", "libssl.so.1.1.1", "libssl.so")
    },
    "no native code": Case(bundling()),
}
