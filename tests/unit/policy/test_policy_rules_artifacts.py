"""What the cases below ``tests/rules`` cannot say of the rules about artifacts: gaps in what they are given, places."""

from __future__ import annotations

import pytest

from support.subjects import check, make_artifact_results, make_library, make_missing, make_subject
from uplock.errors import InputError
from uplock.model.native import NativeProfile
from uplock.policy.rules.ar001 import RULE as AR001
from uplock.policy.rules.ar006 import RULE as AR006
from uplock.policy.rules.na001 import RULE as NA001

NATIVE_WHEEL = "demo-1.0-cp313-cp313-manylinux_2_28_x86_64.whl"


def test_a_target_that_is_missing_for_unnamed_packages_is_still_a_finding() -> None:
    (finding,) = check(AR001, make_subject(missing=make_missing(detail="")))
    assert finding.severity == "error"
    assert (finding.subject, finding.package) == ("py313-linux-x86_64", None)
    assert finding.message == "some package has no wheel for CPython 3.13.18 on linux-x86_64"


@pytest.mark.parametrize("version", ["", "2.", "2.x", "2.\u0662", "-2.28"])
def test_a_glibc_version_that_is_none_is_an_error_and_no_pass(version: str) -> None:
    results = make_artifact_results(NATIVE_WHEEL, native=NativeProfile(glibc=version))
    with pytest.raises(InputError, match="is not a glibc version") as caught:
        check(AR006, make_subject(results))
    assert caught.value.context == NATIVE_WHEEL


def test_each_version_of_openssl_is_shown_at_the_first_file_that_has_it() -> None:
    libraries = (
        make_library("openssl", "1.1.1w", path="a/libcrypto.so"),
        make_library("openssl", "1.1.1w", path="a/libssl.so"),
        make_library("openssl", "1.0.2u", path="b/libcrypto.so"),
    )
    found = check(NA001, make_subject(make_artifact_results(NATIVE_WHEEL, native=NativeProfile(libraries=libraries))))
    assert [finding.place for finding in found] == ["a/libcrypto.so", "b/libcrypto.so"]
