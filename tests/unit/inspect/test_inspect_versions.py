import pytest

from uplock.inspect.versions import claimed_glibc, highest, system_floors

SYSTEM = frozenset({"libc.so.6", "libm.so.6", "libstdc++.so.6", "libgcc_s.so.1"})


def test_highest_version_per_family_by_number() -> None:
    versions = [
        ("libc.so.6", ("GLIBC_2.2.5", "GLIBC_2.17", "GLIBC_2.9")),
        ("libm.so.6", ("GLIBC_2.14",)),
        ("libstdc++.so.6", ("GLIBCXX_3.4.9", "GLIBCXX_3.4.21", "CXXABI_1.3.9", "CXXABI_1.3")),
        ("libgcc_s.so.1", ("GCC_3.0", "GCC_4.8.0")),
    ]
    assert system_floors(versions, SYSTEM) == {
        "GLIBC": "2.17",
        "GLIBCXX": "3.4.21",
        "CXXABI": "1.3.9",
        "GCC": "4.8.0",
    }


def test_libraries_inside_the_wheel_say_nothing_about_the_system() -> None:
    versions = [("libgcc_s-1a2b3c4d.so.1", ("GCC_12.0.0",)), ("libc.so.6", ("GLIBC_2.17",))]
    assert system_floors(versions, SYSTEM) == {"GLIBC": "2.17"}


def test_versions_without_a_number_are_left_out() -> None:
    names = ("GLIBC_PRIVATE", "CXXABI_FLOAT128", "CXXABI_TM_1", "GLIBC_2.", "OPENSSL_3.0.0", "GLIBC_99999.1")
    assert system_floors([("libc.so.6", names)], SYSTEM) == {}


def test_relative_relocations_need_the_glibc_that_brought_them() -> None:
    assert system_floors([("libc.so.6", ("GLIBC_ABI_DT_RELR", "GLIBC_2.4"))], SYSTEM) == {"GLIBC": "2.36"}


def test_highest_of_none_is_none() -> None:
    assert highest([]) is None
    assert highest(["2.9", "2.17"]) == "2.17"


@pytest.mark.parametrize(
    ("platforms", "expected"),
    [
        (("manylinux_2_28_x86_64",), "2.28"),
        (("manylinux_2_17_x86_64", "manylinux_2_28_x86_64"), "2.17"),
        (("manylinux_2_9_x86_64", "manylinux_2_17_x86_64"), "2.9"),
        (("manylinux1_x86_64",), "2.5"),
        (("manylinux2010_i686",), "2.12"),
        (("manylinux2014_aarch64", "manylinux_2_28_aarch64"), "2.17"),
        (("musllinux_1_2_x86_64",), None),
        (("linux_x86_64",), None),
        (("any",), None),
        ((), None),
    ],
)
def test_claim_of_the_tags(platforms: tuple[str, ...], expected: str | None) -> None:
    assert claimed_glibc(platforms) == expected
