from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from support.platforms import target_on
from support.subjects import (
    check,
    make_artifact_results,
    make_library,
    make_lifecycle,
    make_lock,
    make_missing,
    make_package,
    make_subject,
    make_target,
)
from uplock.errors import InputError
from uplock.model.finding import Finding
from uplock.model.policy import Policy
from uplock.model.results import ArtifactResults, NativeLibrary, NativeProfile
from uplock.policy.rules.ar001 import RULE as AR001
from uplock.policy.rules.ar006 import RULE as AR006
from uplock.policy.rules.ar007 import RULE as AR007
from uplock.policy.rules.lk003 import MAX_FILENAME
from uplock.policy.rules.lk003 import RULE as LK003
from uplock.policy.rules.na001 import RULE as NA001

NATIVE_WHEEL = "demo-1.0-cp313-cp313-manylinux_2_28_x86_64.whl"
END_OF_111 = datetime(2023, 9, 11, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)

# --- AR001 --------------------------------------------------------------------------------------------------------


def test_a_locked_target_misses_no_wheel() -> None:
    assert check(AR001, make_subject(make_artifact_results())) == []


def test_every_package_without_a_wheel_is_named() -> None:
    found = check(AR001, make_subject(missing=make_missing("old-native", "older", detail="only an sdist")))
    assert [finding.subject for finding in found] == ["old-native", "older"]
    assert found[0].severity == "error"
    assert found[0].message == "old-native has no wheel for CPython 3.13.18 on linux-x86_64: only an sdist"


def test_a_target_that_is_missing_for_unnamed_packages_is_still_a_finding() -> None:
    (finding,) = check(AR001, make_subject(missing=make_missing(detail="")))
    assert finding.severity == "error"
    assert finding.subject == "py313-linux-x86_64"
    assert finding.message == "some package has no wheel for CPython 3.13.18 on linux-x86_64"


# --- AR006 --------------------------------------------------------------------------------------------------------


def on_glibc(there: tuple[int, int], needs: str | None, claims: str | None = None) -> list[Finding]:
    results = make_artifact_results(NATIVE_WHEEL, native=NativeProfile(glibc=needs, glibc_claimed=claims))
    return check(AR006, make_subject(results, target=make_target(glibc=there)))


@pytest.mark.parametrize("needs", [None, "2.2.5", "2.9", "2.27", "2.28"])
def test_a_wheel_that_needs_what_is_there_or_less_fits(needs: str | None) -> None:
    assert on_glibc((2, 28), needs, needs) == []


@pytest.mark.parametrize("needs", ["2.29", "2.28.1", "2.100", "3.0"])
def test_a_wheel_that_needs_a_newer_glibc_is_an_error(needs: str) -> None:
    (finding,) = on_glibc((2, 28), needs)
    assert finding.severity == "error"
    assert finding.subject == NATIVE_WHEEL
    assert finding.message == f"glibc is 2.28 on linux-x86_64, but {NATIVE_WHEEL} needs {needs}"


def test_a_wheel_that_needs_more_than_its_tag_claims_is_caught() -> None:
    (finding,) = on_glibc((2, 17), "2.28", "2.17")
    assert finding.message == f"glibc is 2.17 on linux-x86_64-glibc2.17, but {NATIVE_WHEEL} needs 2.28"


def test_a_claim_above_the_platform_counts_even_if_the_objects_need_less() -> None:
    (finding,) = on_glibc((2, 28), "2.17", "2.34")
    assert finding.message.endswith("claims to need 2.34")
    (finding,) = on_glibc((2, 28), "2.31", "2.34")
    assert finding.message.endswith("needs 2.31 and claims to need 2.34")


@pytest.mark.parametrize("version", ["", "2.", "2.x", "2.\u0662", "-2.28"])
def test_a_glibc_version_that_is_none_is_an_error_and_no_pass(version: str) -> None:
    with pytest.raises(InputError, match="is not a glibc version") as caught:
        on_glibc((2, 28), version)
    assert caught.value.context == NATIVE_WHEEL


@pytest.mark.parametrize("platform", ["linux-x86_64-musl", "macos-arm64", "windows-x86_64"])
def test_where_there_is_no_glibc_its_version_is_no_question(platform: str) -> None:
    results = make_artifact_results(NATIVE_WHEEL, native=NativeProfile(glibc="2.99", glibc_claimed="2.99"))
    assert check(AR006, make_subject(results, target=target_on(platform))) == []


# --- AR007 --------------------------------------------------------------------------------------------------------


def needing_glibc(filename: str, platform: str, needs: str | None = "2.17") -> list[Finding]:
    results = make_artifact_results(filename, native=NativeProfile(glibc=needs))
    return check(AR007, make_subject(results, target=target_on(platform)))


@pytest.mark.parametrize("tag", ["cp312-cp312-linux_x86_64", "py3-none-any", "cp312-cp312-musllinux_1_2_x86_64"])
def test_a_wheel_that_needs_glibc_is_an_error_on_musl(tag: str) -> None:
    (finding,) = needing_glibc(f"demo-1.0-{tag}.whl", "linux-x86_64-musl")
    assert (finding.severity, finding.subject) == ("error", f"demo-1.0-{tag}.whl")
    assert finding.message == f"linux-x86_64-musl has musl and no glibc, but demo-1.0-{tag}.whl needs glibc 2.17"


def test_a_wheel_that_needs_no_glibc_fits_musl() -> None:
    assert needing_glibc("demo-1.0-cp312-cp312-musllinux_1_2_x86_64.whl", "linux-x86_64-musl", None) == []


@pytest.mark.parametrize("platform", ["linux-x86_64", "macos-arm64", "windows-x86_64"])
def test_glibc_is_missed_on_musl_only(platform: str) -> None:
    assert needing_glibc("demo-1.0-py3-none-any.whl", platform) == []


# --- NA001 --------------------------------------------------------------------------------------------------------


def bundling(*libraries: NativeLibrary) -> ArtifactResults:
    return make_artifact_results(NATIVE_WHEEL, native=NativeProfile(libraries=libraries))


@pytest.mark.parametrize("version", ["0.9.8zh", "1.0.0t", "1.0.1e-fips", "1.0.2zk", "1.0.2", "1.1.0l", "1.1.1w"])
def test_an_old_openssl_is_an_error(version: str) -> None:
    (finding,) = check(NA001, make_subject(bundling(make_library("openssl", version))))
    assert finding.severity == "error"
    assert finding.place == "demo.libs/lib.so"
    assert f"bundles OpenSSL {version} (string: openssl {version})" in finding.message


@pytest.mark.parametrize("version", ["3.0.21", "3.5.7", "4.0.1", "10.1.1", "1.1", "1.1.1.2", "1.1.1www", "unknown"])
def test_a_later_openssl_and_what_is_no_old_version_is_none(version: str) -> None:
    assert check(NA001, make_subject(bundling(make_library("OpenSSL", version)))) == []


def test_another_library_with_such_a_version_is_none() -> None:
    assert check(NA001, make_subject(bundling(make_library("libwebp", "1.1.1")))) == []


def test_an_openssl_line_counts_from_the_day_after_its_end() -> None:
    subject = make_subject(bundling(make_library("OpenSSL", "1.1.1w")))
    assert check(NA001, subject, as_of=END_OF_111 - DAY) == []
    assert check(NA001, subject, as_of=END_OF_111) == []
    (finding,) = check(NA001, subject, as_of=END_OF_111 + DAY)
    assert finding.message.endswith("support for 1.1.1 ended on 2023-09-11")


@pytest.mark.parametrize(
    ("soname", "line"),
    [
        ("libssl.so.1.1", "1.1.1"),
        ("libcrypto-3a1b2c3d.so.1.1", "1.1.1"),
        ("libssl.so.1.0.0", "1.0.2"),
        ("libcrypto.so.10", "1.0.2"),
    ],
)
def test_a_soname_proves_an_old_openssl_without_a_version(soname: str, line: str) -> None:
    (finding,) = check(NA001, make_subject(bundling(make_library("openssl", None, soname=soname))))
    assert f"bundles OpenSSL with SONAME {soname}" in finding.message
    assert f"support for {line} ended" in finding.message


@pytest.mark.parametrize("soname", [None, "libssl.so.3", "libssl.so.1.1.1", "libssl.so"])
def test_a_soname_that_proves_nothing_old_is_none(soname: str | None) -> None:
    assert check(NA001, make_subject(bundling(make_library("openssl", None, soname=soname)))) == []


def test_libssl_and_libcrypto_of_one_version_are_one_finding_and_two_versions_are_two() -> None:
    found = check(
        NA001,
        make_subject(
            bundling(
                make_library("openssl", "1.1.1w", path="a/libcrypto.so"),
                make_library("openssl", "1.1.1w", path="a/libssl.so"),
                make_library("openssl", None, soname="libssl.so.1.1"),
                make_library("openssl", "1.0.2u", path="b/libcrypto.so"),
                make_library("openssl", "3.5.7", path="c/libcrypto.so"),
            )
        ),
    )
    assert [finding.place for finding in found] == ["a/libcrypto.so", "b/libcrypto.so"]


def test_a_soname_speaks_beside_a_later_version() -> None:
    later, old = make_library("openssl", "3.5.7"), make_library("openssl", None, soname="libssl.so.1.1")
    assert len(check(NA001, make_subject(bundling(later, old)))) == 1


def test_a_line_without_a_row_or_with_an_unverified_one_warns_at_most() -> None:
    error = Policy(severities={"NA001": "error"})
    unverified = (make_lifecycle("openssl", "1.1.1", END_OF_111.date(), verified=False),)
    for rows, words in (((), "not in the lifecycle table"), (unverified, "which is not verified")):
        subject = make_subject(bundling(make_library("openssl", "1.1.1w")), lifecycles=rows)
        (finding,) = check(NA001, subject, error)
        assert finding.severity == "warning"
        assert words in finding.message


# --- LK003 --------------------------------------------------------------------------------------------------------


def locked(filename: str, *, name: str | None = None, version: str | None = None) -> list[Finding]:
    lock = make_lock(packages=[make_package(filename, name=name, version=version)])
    return check(LK003, make_subject(lock=lock))


@pytest.mark.parametrize(
    "filename",
    [
        "demo-1.0-py3-none-any.whl",
        "demo-1.0-py2.py3-none-any.whl",
        "demo-1.0-cp38-abi3-manylinux2014_x86_64.manylinux_2_17_x86_64.whl",
        "demo-1.0-1-cp313-cp313-manylinux_2_28_x86_64.whl",
        "demo-1.0+cpu-cp313-cp313-manylinux_2_28_x86_64.whl",
        "demo-1.0-cp313-none-linux_x86_64.whl",
    ],
)
def test_a_wheel_whose_tags_fit_is_fine(filename: str) -> None:
    assert locked(filename) == []


@pytest.mark.parametrize(
    "filename",
    [
        "demo-1.0-cp312-cp312-manylinux_2_28_x86_64.whl",
        "demo-1.0-cp314-abi3-manylinux_2_28_x86_64.whl",
        "demo-1.0-cp313-cp313t-manylinux_2_28_x86_64.whl",
        "demo-1.0-cp313-cp313-manylinux_2_28_aarch64.whl",
        "demo-1.0-cp313-cp313-manylinux_2_31_x86_64.whl",
        "demo-1.0-cp313-cp313-musllinux_1_2_x86_64.whl",
        "demo-1.0-cp313-cp313-win_amd64.whl",
    ],
)
def test_a_wheel_of_another_interpreter_or_platform_is_an_error(filename: str) -> None:
    (finding,) = locked(filename)
    assert finding.severity == "error"
    assert finding.subject == filename
    assert finding.message.endswith("none of its tags fits this interpreter and platform")


@pytest.mark.parametrize(
    ("filename", "name", "version", "words"),
    [
        ("demo-1.0.exe", "demo", "1.0", "it is neither the name of a wheel nor of an sdist"),
        ("evil-1.0.tar.gz", "demo", "1.0", "it is an sdist of evil, not of demo"),
        ("demo-1.1.tar.gz", "demo", "1.0", "it is an sdist of version 1.1, not of 1.0"),
        ("demo-1.0-any.whl", "demo", "1.0", "it is neither the name of a wheel nor of an sdist"),
        ("demo-one-py3-none-any.whl", "demo", "1.0", "it is neither the name of a wheel nor of an sdist"),
        ("evil-1.0-py3-none-any.whl", "demo", "1.0", "it is a wheel of evil, not of demo"),
        ("demo-1.1-py3-none-any.whl", "demo", "1.0", "it is a wheel of version 1.1, not of 1.0"),
        ("demo-1.0-py3-none-any.whl", "demo", "nonsense", "it is a wheel of version 1.0, not of nonsense"),
        ("d" * MAX_FILENAME + "-1.0-py3-none-any.whl", "demo", "1.0", "its name is too long for a file"),
    ],
)
def test_a_file_that_is_not_the_package_s_is_an_error(filename: str, name: str, version: str, words: str) -> None:
    (finding,) = locked(filename, name=name, version=version)
    assert finding.message.endswith(words)


def test_an_sdist_of_the_package_fits_every_target() -> None:
    assert locked("demo-1.0.tar.gz", name="demo", version="1.0") == []


def test_names_and_versions_are_compared_as_normalized() -> None:
    assert locked("Demo_Pkg-1.0.0-py3-none-any.whl", name="demo-pkg", version="1.0") == []


def test_a_target_without_a_lock_has_no_locked_artifact() -> None:
    assert check(LK003, make_subject(missing=make_missing("demo"))) == []
