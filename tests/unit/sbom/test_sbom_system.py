from __future__ import annotations

import pytest

from support.native import native_member
from support.subjects import make_artifact_results
from uplock.model.native import NativeProfile
from uplock.model.need import Need, NeedKind
from uplock.model.results import ArtifactResults
from uplock.model.value import changed
from uplock.sbom.parts import Component
from uplock.sbom.system import external_libraries, system_ref

FILE = "demo/_x.so"


def need(soname: str, package: str = "demo", kind: NeedKind = "system") -> Need:
    return Need(package=package, soname=soname, members=(FILE,), kind=kind)


def results(glibc: str | None = None, **floors: str) -> ArtifactResults:
    member = native_member(FILE, symbol_floors=floors)
    return changed(make_artifact_results(), native=NativeProfile(members=(member,), glibc=glibc))


def found(*needs: Need, **by_package: ArtifactResults) -> dict[str, Component]:
    grouped: dict[str, list[Need]] = {}
    for each in needs:
        grouped.setdefault(each.package, []).append(each)
    return {each.ref: each for each in external_libraries(grouped, by_package)}


def stated(component: Component, name: str) -> list[str]:
    return [each.value for each in component.properties if each.name == name]


def test_glibc_is_one_external_component_with_the_highest_floor_of_all() -> None:
    glibc = found(
        need("libc.so.6", "a"),
        need("ld-linux-x86-64.so.2", "a"),
        need("libc.so.6", "b"),
        a=results("2.9"),
        b=results("2.17"),
    )["system:glibc"]
    assert (glibc.name, glibc.version_range, glibc.external) == ("glibc", "vers:generic/>=2.17", True)
    assert stated(glibc, "uplock:soname") == ["ld-linux-x86-64.so.2", "libc.so.6"]
    assert glibc.version is None


@pytest.mark.parametrize("floor", [None, "PRIVATE", "2.17|<1"])
def test_a_library_without_a_known_floor_may_have_any_version(floor: str | None) -> None:
    assert found(need("libc.so.6"), demo=results(floor))["system:glibc"].version_range == "vers:generic/*"


@pytest.mark.parametrize(
    ("soname", "name", "floors", "expected"),
    [
        ("libstdc++.so.6", "libstdc++", {"GLIBCXX": "3.4.21", "CXXABI": "1.3.9"}, ">=6.0.21"),
        ("libstdc++.so.6", "libstdc++", {"GLIBCXX": "3.4"}, ">=6.0.0"),
        ("libstdc++.so.6", "libstdc++", {"GLIBCXX": "5.0"}, "*"),
        ("libgcc_s.so.1", "libgcc", {"GCC": "4.2.0"}, ">=4.2.0"),
        ("ld-musl-x86_64.so.1", "musl", {}, "*"),
        ("libc.musl-aarch64.so.1", "musl", {}, "*"),
    ],
)
def test_a_floor_of_symbols_becomes_the_version_that_first_has_them(
    soname: str, name: str, floors: dict[str, str], expected: str
) -> None:
    library = found(need(soname), demo=results(**floors))[system_ref(soname)]
    assert (library.name, library.version_range) == (name, f"vers:generic/{expected}")
    assert stated(library, "uplock:native:symbol-floor") == [f"{key}_{floors[key]}" for key in sorted(floors)]


def test_floors_count_of_the_files_that_need_the_library_only() -> None:
    other = native_member("demo/_y.so", symbol_floors={"GCC": "12.0"})
    both = changed(results(GCC="4.2"), native=NativeProfile(members=(*results(GCC="4.2").native.members, other)))
    assert found(need("libgcc_s.so.1"), demo=both)["system:libgcc"].version_range == "vers:generic/>=4.2"


@pytest.mark.parametrize("name", ["/usr/lib/libSystem.B.dylib", "@rpath/libb.dylib", "kernel32.dll", "libz.so.1"])
def test_another_library_goes_by_the_name_that_is_needed(name: str) -> None:
    (library,) = found(need(name)).values()
    assert (library.name, library.external, library.version_range) == (name.rpartition("/")[2], True, "vers:generic/*")
    assert stated(library, "uplock:soname") == [name]


def test_what_a_driver_brings_is_optional_and_nothing_else_is() -> None:
    libraries = found(need("libcuda.so.1", kind="driver"), need("libz.so.1"), need("libgone.so", kind="nobody"))
    assert [libraries[system_ref(name)].scope for name in ("libcuda.so.1", "libz.so.1", "libgone.so")] == [
        "optional",
        "required",
        "required",
    ]


def test_a_soname_that_calls_itself_glibc_is_not_taken_for_it() -> None:
    libraries = found(need("glibc"), need("libc.so.6"), demo=results("2.17"))
    assert stated(libraries["system:glibc"], "uplock:soname") == ["libc.so.6"]
    assert stated(libraries["soname:glibc"], "uplock:soname") == ["glibc"]


def test_what_a_package_brings_is_not_of_the_system() -> None:
    assert found(changed(need("libr.so"), kind="package", provider="other")) == {}
