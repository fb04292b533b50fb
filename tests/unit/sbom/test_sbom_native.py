from __future__ import annotations

from typing import Any

import pytest

from support.native import native_library as library
from support.native import native_member
from support.sboms import (
    Tree,
    component,
    components,
    edges,
    make_sbom_subject,
    properties,
    read,
    shop_subject,
    wheel,
)
from support.subjects import digest_for, make_artifact_results
from uplock.model.native import Method, NativeLibrary, NativeProfile
from uplock.model.value import changed

GRAFTED = "demo.libs/libz-1a2b.so.1"


def document(**fields: Any) -> Tree:
    return read(make_sbom_subject((wheel(), make_artifact_results(native=NativeProfile(**fields)))))


def needing(soname: str) -> NativeProfile:
    return NativeProfile(members=(native_member("demo/_x.so", needed=(soname,)),), system=(soname,))


def locations(part: Tree) -> list[str]:
    return [each["location"] for each in part.get("evidence", {}).get("occurrences", [])]


def test_every_native_file_occurs_once_with_the_library_that_it_is_or_with_the_wheel() -> None:
    tree = document(
        members=(native_member("demo/_x.so"), native_member("demo/_y.so"), native_member(GRAFTED, role="library")),
        libraries=(library("zlib", None, paths=(GRAFTED,), linkage="bundled", method="soname"),),
    )
    found = [place for each in components(tree["components"]) for place in locations(each)]
    assert sorted(found) == [GRAFTED, "demo/_x.so", "demo/_y.so"]
    assert locations(component(tree, "zlib")) == [GRAFTED]


def test_a_static_library_occurs_in_the_file_that_it_is_linked_into() -> None:
    tree = document(members=(native_member("demo/_x.so"),), libraries=(library(),))
    (occurrence,) = component(tree, "openssl")["evidence"]["occurrences"]
    assert occurrence == {"location": "demo/_x.so", "additionalContext": "linked statically"}
    assert locations(component(tree, "demo")) == ["demo/_x.so"]


def test_an_occurrence_tells_what_the_file_is_and_needs() -> None:
    tree = document(
        members=(
            native_member(
                "demo/_x.abi3.so",
                soname="_x.so",
                symbol_floors={"GLIBC": "2.17", "GLIBCXX": "3.4.21", "CXXABI": "1.3.9"},
                abi="abi3",
            ),
        )
    )
    (occurrence,) = component(tree, "demo")["evidence"]["occurrences"]
    assert occurrence["additionalContext"] == (
        f"extension; x86_64 64-bit; sha256:{digest_for('demo/_x.abi3.so')}; 7 bytes; SONAME _x.so; CXXABI 1.3.9; "
        "GLIBC 2.17; GLIBCXX 3.4.21; ABI abi3"
    )


@pytest.mark.parametrize(
    ("form", "soname", "name"),
    [("mach-o", "@rpath/liba.dylib", "install name @rpath/liba.dylib"), ("pe", "liba.dll", "DLL name liba.dll")],
)
def test_an_occurrence_calls_a_name_what_its_format_calls_it(form: str, soname: str, name: str) -> None:
    tree = document(members=(native_member("demo/_x", format=form, soname=soname),))
    (occurrence,) = component(tree, "demo")["evidence"]["occurrences"]
    assert occurrence["additionalContext"].endswith(f"; {name}")


def test_a_universal_file_occurs_once_with_all_its_processors() -> None:
    slices = (
        native_member("demo/_x.so", format="mach-o", arch="x86_64", minimum_os="macos 10.13"),
        native_member("demo/_x.so", format="mach-o", arch="arm64", minimum_os="macos 11.0"),
    )
    (occurrence,) = component(document(members=slices), "demo")["evidence"]["occurrences"]
    assert occurrence["location"] == "demo/_x.so"
    assert "; x86_64 64-bit, arm64 64-bit; " in occurrence["additionalContext"]
    assert occurrence["additionalContext"].endswith("; minimum macos 10.13; minimum macos 11.0")


@pytest.mark.parametrize("name", ["/usr/lib/libSystem.B.dylib", "@rpath/libb.dylib", "kernel32.dll"])
def test_a_library_of_macos_or_windows_goes_by_the_name_that_is_needed(name: str) -> None:
    found = component(document(system=(name,)), name.rpartition("/")[2])
    assert found["isExternal"]
    assert properties(found, "uplock:soname") == [name]


def test_a_grafted_file_that_was_not_read_still_has_its_place() -> None:
    tree = document(libraries=(library("zlib", None, paths=(GRAFTED,), linkage="bundled", method="soname"),))
    (occurrence,) = component(tree, "zlib")["evidence"]["occurrences"]
    assert occurrence == {"location": GRAFTED, "additionalContext": "grafted"}


def test_a_library_is_nested_in_its_wheel_and_needed_by_it() -> None:
    tree = document(libraries=(library(),))
    demo = component(tree, "demo")
    (openssl,) = demo["components"]
    assert openssl["purl"] == "pkg:generic/openssl@3.5.8"
    assert openssl["bom-ref"] == f"{demo['bom-ref']}#openssl@3.5.8"
    assert edges(tree)[demo["bom-ref"]] == [openssl["bom-ref"]]
    assert edges(tree)[openssl["bom-ref"]] == []


@pytest.mark.parametrize(
    ("method", "technique", "confidence"),
    [
        ("crates", "manifest-analysis", 0.9),
        ("string", "binary-analysis", 0.9),
        ("build-path", "binary-analysis", 0.7),
        ("sbom", "manifest-analysis", 0.7),
        ("header", "source-code-analysis", 0.7),
        ("file-name", "filename", 0.7),
        ("soname", "filename", 0.5),
    ],
)
def test_how_a_library_was_identified_is_told_with_a_fixed_confidence(
    method: Method, technique: str, confidence: float
) -> None:
    tree = document(libraries=(library(method=method, evidence="the evidence"),))
    assert component(tree, "openssl")["evidence"]["identity"] == [
        {
            "field": "version",
            "concludedValue": "3.5.8",
            "confidence": confidence,
            "methods": [{"technique": technique, "confidence": confidence, "value": "the evidence"}],
        }
    ]


def test_a_crate_is_told_apart_from_a_library_of_the_same_name() -> None:
    crate = library("zstd", "0.13.3", purl="pkg:cargo/zstd@0.13.3", method="crates")
    found = component(document(libraries=(crate, library("zstd", "0.13.3"))), "demo")["components"]
    assert {each["purl"] for each in found} == {"pkg:generic/zstd@0.13.3", "pkg:cargo/zstd@0.13.3"}
    assert len({each["bom-ref"] for each in found}) == 2


def test_a_library_has_the_cpe_that_the_table_knows() -> None:
    cpe = "cpe:2.3:a:openssl:openssl:3.5.8:*:*:*:*:*:*:*"
    assert component(document(libraries=(library(cpe=cpe),)), "openssl")["cpe"] == cpe


def test_a_library_that_is_one_file_has_its_digest() -> None:
    graft = library("zlib", None, paths=(GRAFTED,), linkage="bundled", method="soname")
    tree = document(members=(native_member(GRAFTED, role="library"),), libraries=(graft,))
    assert component(tree, "zlib")["hashes"] == [{"alg": "SHA-256", "content": digest_for(GRAFTED)}]


@pytest.mark.parametrize(
    "libraries",
    [
        (library(paths=(GRAFTED,), linkage="static"),),
        (library(paths=(GRAFTED,), linkage="bundled"), library(paths=("demo.libs/other.so",), linkage="bundled")),
        (library(paths=("demo.libs/unread.so",), linkage="bundled"),),
    ],
)
def test_a_library_that_is_not_one_file_has_no_digest(libraries: tuple[NativeLibrary, ...]) -> None:
    tree = document(members=(native_member(GRAFTED, role="library"),), libraries=libraries)
    assert "hashes" not in component(tree, "openssl")


def test_a_library_without_version_is_identified_by_name_alone() -> None:
    zlib = component(document(libraries=(library("zlib", None, method="soname"),)), "zlib")
    (identity,) = zlib["evidence"]["identity"]
    assert (identity["field"], identity["concludedValue"]) == ("name", "zlib")
    assert "version" not in zlib
    assert zlib["purl"] == "pkg:generic/zlib"


def test_evidence_that_is_empty_names_the_method() -> None:
    (identity,) = component(document(libraries=(library(evidence=""),)), "openssl")["evidence"]["identity"]
    assert identity["methods"][0]["value"] == "string"


def test_the_same_library_in_two_files_is_one_component_with_the_confidence_of_the_best_method() -> None:
    tree = document(
        libraries=(
            library(paths=("demo/a.so",), method="file-name", linkage="bundled"),
            library(paths=("demo/b.so",)),
            library(paths=("demo/b.so",), evidence="another anchor"),
        )
    )
    openssl = component(tree, "openssl")
    assert locations(openssl) == ["demo/a.so", "demo/b.so"]
    (identity,) = openssl["evidence"]["identity"]
    assert identity["confidence"] == 0.9
    assert len(identity["methods"]) == 3


def test_two_versions_of_a_library_are_two_components() -> None:
    (demo,) = [
        each
        for each in document(libraries=(library(), library(version="1.1.1w"), library(version=None)))["components"]
        if each["name"] == "demo"
    ]
    assert [each.get("version") for each in demo["components"]] == [None, "1.1.1w", "3.5.8"]


def test_floors_skipped_members_and_embedded_documents_are_properties() -> None:
    tree = read(shop_subject())
    crypto = component(tree, "crypto")
    assert properties(crypto, "uplock:native:glibc") == ["2.17"]
    assert properties(crypto, "uplock:native:glibc-claimed") == ["2.17"]
    assert properties(crypto, "uplock:embedded-sbom") == [
        f"crypto-50.0.2.dist-info/sboms/sbom.json sha256:{shop_subject().lock.view}"
    ]
    assert properties(component(tree, "gpu"), "uplock:native:skipped") == ["gpu/_odd.so: cut off"]


def test_contents_of_native_wheels_are_not_called_complete() -> None:
    tree = read(shop_subject())
    native = [
        {"aggregate": "incomplete", "assemblies": [component(tree, name)["bom-ref"]]} for name in ("crypto", "gpu")
    ]
    assert all(each in tree["compositions"] for each in native)
    pure = component(tree, "pure")["bom-ref"]
    assert not any(pure in each.get("assemblies", []) for each in tree["compositions"])


def test_glibc_is_one_external_component_with_the_highest_floor_of_all() -> None:
    tree = read(shop_subject())
    glibc = component(tree, "glibc")
    assert (glibc["isExternal"], glibc["versionRange"]) == (True, "vers:generic/>=2.28")
    assert properties(glibc, "uplock:soname") == ["ld-linux-x86-64.so.2", "libc.so.6"]
    assert "version" not in glibc
    needs = edges(tree)
    assert all(glibc["bom-ref"] in needs[component(tree, name)["bom-ref"]] for name in ("crypto", "gpu"))


def test_floors_are_compared_as_numbers() -> None:
    first, second = "a-1-py3-none-any.whl", "b-1-py3-none-any.whl"
    results = [
        changed(make_artifact_results(name), native=NativeProfile(system=("libc.so.6",), glibc=floor))
        for name, floor in ((first, "2.9"), (second, "2.17"))
    ]
    tree = read(make_sbom_subject((wheel(first), results[0]), (wheel(second), results[1])))
    assert component(tree, "glibc")["versionRange"] == "vers:generic/>=2.17"


@pytest.mark.parametrize("floor", [None, "PRIVATE", "2.17|<1"])
def test_glibc_without_a_known_floor_has_no_range(floor: str | None) -> None:
    assert "versionRange" not in component(document(system=("libc.so.6",), glibc=floor), "glibc")


def test_another_library_of_the_system_goes_by_its_soname() -> None:
    tree = document(system=("libgcc_s.so.1",))
    found = component(tree, "libgcc_s.so.1")
    assert (found["isExternal"], found["bom-ref"]) == (True, "soname:libgcc_s.so.1")
    assert found["purl"] == "pkg:generic/libgcc_s.so.1"
    assert properties(component(tree, "demo"), "uplock:native:system-library") == ["libgcc_s.so.1"]


def test_a_soname_that_calls_itself_glibc_is_not_taken_for_it() -> None:
    tree = document(system=("glibc", "libc.so.6"), glibc="2.17")
    found = {each["bom-ref"]: each for each in tree["components"] if each["name"] == "glibc"}
    assert properties(found["system:glibc"], "uplock:soname") == ["libc.so.6"]
    assert found["system:glibc"]["versionRange"] == "vers:generic/>=2.17"
    assert properties(found["soname:glibc"], "uplock:soname") == ["glibc"]


def test_a_soname_that_a_needed_package_brings_is_not_of_the_system() -> None:
    tree = read(shop_subject())
    gpu = component(tree, "gpu")
    assert properties(gpu, "uplock:native:provided-by") == ["librt-gpu.so.1 gpu-runtime"]
    assert properties(gpu, "uplock:native:system-library") == ["libc.so.6"]
    assert "librt-gpu.so.1" not in {each["name"] for each in tree["components"]}


def test_a_package_that_is_not_needed_provides_nothing() -> None:
    subject = shop_subject()
    packages = tuple(changed(each, dependencies=()) for each in subject.lock.packages)
    tree = read(changed(subject, lock=changed(subject.lock, packages=packages)))
    assert properties(component(tree, "gpu"), "uplock:native:provided-by") == []
    assert component(tree, "librt-gpu.so.1")["isExternal"] is True


def test_no_wheel_provides_glibc() -> None:
    subject = make_sbom_subject(
        (
            wheel(needs=("evil",)),
            make_artifact_results(native=NativeProfile(system=("libc.so.6",))),
        ),
        (
            wheel("evil-1-py3-none-any.whl", direct=False),
            changed(
                make_artifact_results("evil-1-py3-none-any.whl"),
                native=NativeProfile(members=(native_member("evil/libc.so.6", role="library", soname="libc.so.6"),)),
            ),
        ),
    )
    assert properties(component(read(subject), "demo"), "uplock:native:provided-by") == []


def test_a_library_without_soname_is_brought_under_its_file_name() -> None:
    name = "runtime-1-py3-none-any.whl"
    brought = NativeProfile(members=(native_member("runtime/lib/libr.so.2", role="library"),))
    tree = read(
        make_sbom_subject(
            (wheel(needs=("runtime",)), make_artifact_results(native=needing("libr.so.2"))),
            (wheel(name, direct=False), changed(make_artifact_results(name), native=brought)),
        )
    )
    assert properties(component(tree, "demo"), "uplock:native:provided-by") == ["libr.so.2 runtime"]
