"""NA002: copies of OpenSSL 3.x and later, around the end of their lines."""

from __future__ import annotations

from datetime import UTC, date, datetime

from support.native import native_library
from support.rule_cases import Case
from support.subjects import make_artifact_results, make_library, make_lifecycle, make_subject
from uplock.model.native import NativeLibrary, NativeProfile
from uplock.model.policy import Policy
from uplock.model.value import changed
from uplock.policy.subject import Subject

WHEEL = "cryptography-44.0.0-cp39-abi3-manylinux_2_28_x86_64.whl"
ENDED = native_library("OpenSSL", "3.4.0", evidence="OpenSSL 3.4.0 22 Oct 2024", linkage="bundled")
AGAIN = native_library("OpenSSL", "3.4.0", paths=("demo.libs/libcrypto.so.3",))
ON_THE_LAST_DAY = datetime(2026, 10, 22, 23, 59, tzinfo=UTC)
ON_THE_DAY_AFTER = datetime(2026, 10, 23, tzinfo=UTC)


def bundling(*libraries: NativeLibrary) -> Subject:
    return make_subject(make_artifact_results(WHEEL, native=NativeProfile(libraries=libraries)))


UNVERIFIED = changed(
    bundling(ENDED),
    lifecycles=(
        make_lifecycle("cpython", "3.13", date(2029, 10, 31)),
        make_lifecycle("openssl", "3.4", date(2026, 1, 1), verified=False),
    ),
)

SPEAKS: dict[str, Case] = {
    "a line that has ended": Case(
        bundling(ENDED), says="bundles OpenSSL 3.4.0 (string: OpenSSL 3.4.0 22 Oct 2024)", findings=1
    ),
    "the day after the last one": Case(
        bundling(ENDED), as_of=ON_THE_DAY_AFTER, says="support for 3.4 ended on 2026-10-22"
    ),
    "the first long-term line": Case(bundling(make_library("openssl", "3.0.15")), says="support for 3.0 ended on"),
    "one finding for each version": Case(
        bundling(
            ENDED,
            native_library("OpenSSL", "3.4.0", paths=("demo.libs/libcrypto.so.3",)),
            make_library("openssl", "3.3.2"),
        ),
        says="support for 3.3 ended",
        findings=2,
    ),
    "a line that the table does not know warns": Case(
        bundling(make_library("openssl", "9.0.1")),
        says="line 9.0 is not in the lifecycle table",
        severity="warning",
    ),
    "an unverified end warns at most": Case(
        UNVERIFIED, Policy(severities={"NA002": "error"}), says="which is not verified", severity="warning"
    ),
}

SILENT: dict[str, Case] = {
    "the last day of support": Case(bundling(ENDED), as_of=ON_THE_LAST_DAY),
    "a supported line": Case(bundling(make_library("openssl", "3.5.8"), make_library("openssl", "4.0.3"))),
    "a line before 3.0, which is NA001's": Case(bundling(make_library("openssl", "1.1.1w"))),
    "a SONAME alone": Case(bundling(make_library("openssl", None, soname="libssl.so.3"))),
    "another library in that version": Case(bundling(make_library("zlib", "3.4.0"))),
    "what is no version": Case(bundling(*(make_library("openssl", each) for each in ("3.4", "3.x.1", "3.4.0.1")))),
}
