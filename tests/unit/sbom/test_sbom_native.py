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
    references,
    shop_subject,
    wheel,
)
from support.subjects import digest_for, make_artifact_results
from uplock.model.native import Method, NativeLibrary, NativeProfile
from uplock.model.native_sbom import Difference
from uplock.model.value import changed
from uplock.sbom.native import MAX_DIFFERENCES, NO_FILE

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


def test_a_grafted_file_that_was_not_read_still_has_its_place() -> None:
    tree = document(libraries=(library("zlib", None, paths=(GRAFTED,), linkage="bundled", method="soname"),))
    (occurrence,) = component(tree, "zlib")["evidence"]["occurrences"]
    assert occurrence == {"location": GRAFTED, "additionalContext": "grafted"}


def test_a_library_is_nested_in_its_wheel_and_needed_by_it() -> None:
    tree = document(libraries=(library(),))
    demo = component(tree, "demo")
    (openssl,) = demo["components"]
    assert "scope" not in openssl
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


def test_the_number_of_native_files_is_that_of_the_occurrences_that_are_files() -> None:
    tree = document(
        members=(native_member("demo/_x.so"), native_member(GRAFTED, role="library")),
        libraries=(
            library("zlib", None, paths=(GRAFTED,), linkage="bundled", method="soname"),
            library("minizip", None, paths=(GRAFTED,), linkage="bundled", method="symbol"),
            library(),
        ),
    )
    demo = component(tree, "demo")
    told = [each for part in (demo, *demo["components"]) for each in part.get("evidence", {}).get("occurrences", [])]
    files = [each["location"] for each in told if each["additionalContext"] not in NO_FILE]
    assert sorted(files) == [GRAFTED, "demo/_x.so"]
    assert properties(demo, "uplock:native:files") == ["2"]
    assert {each["additionalContext"] for each in told} >= {"linked statically", "part of this file"}


def test_a_wheel_without_native_code_has_no_number_of_files() -> None:
    assert properties(component(document(), "demo"), "uplock:native:files") == []


def test_files_whose_paths_look_alike_stay_two() -> None:
    paths = ("a\x01.so", "a\x02.so", "a\ufffd.so~2", "a\x03.so")
    demo = component(document(members=tuple(native_member(path) for path in paths)), "demo")
    assert locations(demo) == ["a\ufffd.so", "a\ufffd.so~2", "a\ufffd.so~2~2", "a\ufffd.so~3"]
    assert properties(demo, "uplock:native:files") == ["4"]


def test_what_the_table_of_libraries_knows_is_concluded() -> None:
    known = library(
        paths=(GRAFTED,),
        linkage="bundled",
        license="Apache-2.0",
        homepage="https://lib.example/",
        supplier="The Project",
    )
    openssl = component(document(members=(native_member(GRAFTED),), libraries=(known,)), "openssl")
    assert openssl["licenses"] == [{"license": {"id": "Apache-2.0", "acknowledgement": "concluded"}}]
    assert openssl["supplier"] == {"name": "The Project", "url": ["https://lib.example/"]}
    assert [each["url"] for each in references(openssl, "website")] == ["https://lib.example/"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [("MIT OR Zlib", [{"expression": "MIT OR Zlib", "acknowledgement": "concluded"}]), ("free, as we think", None)],
)
def test_only_a_license_of_the_spdx_list_is_concluded(text: str, expected: object) -> None:
    assert component(document(libraries=(library(license=text),)), "openssl").get("licenses") == expected


def test_a_library_that_is_one_file_says_what_kind_of_file_it_is() -> None:
    graft = library("zlib", None, paths=(GRAFTED,), linkage="bundled", method="soname")
    tree = document(members=(native_member(GRAFTED),), libraries=(graft, library(paths=(GRAFTED,))))
    assert properties(component(tree, "zlib"), "bsi:component:filename") == ["libz-1a2b.so.1"]
    assert properties(component(tree, "openssl"), "bsi:component:filename") == []


def test_evidence_names_no_place_of_the_machine_that_built_it() -> None:
    tree = document(libraries=(library(evidence="/home/ci/build/libssl.3.dylib"),))
    (identity,) = component(tree, "openssl")["evidence"]["identity"]
    assert identity["methods"][0]["value"] == "home/ci/build/libssl.3.dylib"


def test_contradictions_are_told_with_kind_and_name() -> None:
    found = (
        Difference(kind="missing", name="openssl", detail="openssl is in a.so, and no document names it"),
        Difference(kind="over-claimed", name="heck", ecosystem="cargo", detail="crate heck only ran in its build"),
    )
    assert properties(component(document(differences=found), "demo"), "uplock:native:difference") == [
        "missing openssl: openssl is in a.so, and no document names it",
        "over-claimed cargo:heck: crate heck only ran in its build",
    ]


def test_contradictions_are_bounded() -> None:
    found = tuple(Difference(kind="missing", name=f"n{number}", detail="x") for number in range(MAX_DIFFERENCES + 1))
    demo = component(document(differences=found), "demo")
    assert len(properties(demo, "uplock:native:difference")) == MAX_DIFFERENCES
    assert "uplock:omitted" in {each["name"] for each in demo["properties"]}
