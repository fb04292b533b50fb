"""Documents inside a wheel (PEP 770) that lie about, or overload, the SBOM that they are merged into."""

from __future__ import annotations

import json
from typing import Any

import pytest

from support.native import native_library, native_member
from support.sboms import component, components, make_sbom_subject, properties, wheel
from support.subjects import NOTHING, make_artifact_results
from uplock.model.native import NativeLibrary, NativeProfile
from uplock.model.native_sbom import DeclaredComponent, DeclaredDocument
from uplock.model.value import changed
from uplock.sbom.build import build_sbom
from uplock.sbom.merged import MAX_MERGED, MAX_SOURCES

PATH = "demo-1.0.dist-info/sboms/sbom.json"


def named(name: str, version: str | None = "1.0", purl: str | None = None, **fields: Any) -> DeclaredComponent:
    stated: dict[str, Any] = {"type": "library", "scope": "required", "source": PATH}
    return DeclaredComponent(name=name, version=version, purl=purl, **(stated | fields))


def built(
    *declared: DeclaredComponent,
    libraries: tuple[NativeLibrary, ...] = (),
    paths: tuple[str, ...] = (PATH,),
) -> tuple[str, dict[str, Any]]:
    """Return the document as text and as tree, after a look at what must hold whatever a wheel says."""
    documents = tuple(
        DeclaredDocument(
            path=path, size=2, sha256=NOTHING, components=tuple(changed(each, source=path) for each in declared)
        )
        for path in paths
    )
    native = NativeProfile(declared=documents, libraries=libraries)
    text = build_sbom(make_sbom_subject((wheel(), make_artifact_results(native=native)))).decode()
    tree = json.loads(text)
    refs = [each["bom-ref"] for each in components(tree["components"])]
    assert len(set(refs)) == len(refs)
    assert {each["ref"] for each in tree["dependencies"]} >= set(refs)
    return text, tree


@pytest.mark.parametrize(
    "purl",
    [
        "pkg:cargo/heck@1.0?download_url=file:///home/ci/heck",
        "pkg:cargo/heck@1.0?vcs_url=git%2Bhttps://user:secret@host.example/heck",
        "pkg:cargo/heck@1.0?download_url=https://user:secret@host.example/heck",
        "pkg:cargo/heck@1.0?download_url=https://host.example/heck?token=secret",
        "pkg:cargo/heck@1.0?arch=/home/ci&repository_url=file:///home/ci",
        "pkg:cargo//home/ci/heck@1.0#/home/ci",
    ],
)
def test_a_package_url_carries_no_place_of_a_machine_and_no_credential_along(purl: str) -> None:
    text, tree = built(named("heck", purl=purl))
    for leak in ("file:", "secret", "vcs_url", "repository_url", "?arch"):
        assert leak not in text
    assert properties(component(tree, "demo"), "uplock:omitted") != []


def test_a_package_url_that_names_something_else_does_not_lend_its_identity() -> None:
    _, tree = built(named("harmless", "9.9", "pkg:pypi/requests@2.0"))
    assert component(tree, "harmless")["purl"] == "pkg:generic/harmless@9.9"


def test_names_that_are_made_to_meet_stay_apart() -> None:
    crate = native_library("zstd", "1.0", purl="pkg:cargo/zstd@1.0")
    twin = native_library("cargo:zstd", "1.0")
    _, tree = built(named("declared:x"), named("x"), libraries=(crate, twin))
    inside = component(tree, "demo")["components"]
    assert sorted(each["name"] for each in inside) == ["cargo:zstd", "declared:x", "x", "zstd"]


def test_a_wheel_that_declares_without_end_is_cut_and_says_so() -> None:
    _, tree = built(*(named("many", str(number)) for number in range(MAX_MERGED + 5)))
    demo = component(tree, "demo")
    assert len(demo["components"]) == MAX_MERGED
    assert properties(demo, "uplock:embedded-sbom:components") == [f"{PATH} {MAX_MERGED}"]
    assert any("only the first 4096" in note for note in properties(demo, "uplock:omitted"))


def test_documents_names_and_digests_of_one_component_are_bounded() -> None:
    paths = tuple(f"demo-1.0.dist-info/sboms/{number:03}.json" for number in range(MAX_SOURCES + 5))
    one = named("heck", hashes=tuple(("SHA-256", f"{number:064x}") for number in range(MAX_SOURCES + 5)))
    _, tree = built(one, paths=paths)
    heck = component(tree, "heck")
    assert len(heck["evidence"]["occurrences"]) == MAX_SOURCES
    assert "hashes" not in heck
    assert sum("only the first" in note for note in properties(component(tree, "demo"), "uplock:omitted")) == 2


@pytest.mark.parametrize("name", ["\x1b[31mred", "\u202egnp.exe", "a/../../b", "", "x" * 5000])
def test_a_name_is_clean_wherever_it_stands(name: str) -> None:
    text, tree = built(named(name, name, f"pkg:generic/{name}"))
    assert not {"\x1b", "\u202e"} & set(text)
    (inside,) = component(tree, "demo")["components"]
    assert 0 < len(inside["name"]) <= 256
    assert "/" not in inside["name"]


def test_a_document_does_not_speak_of_the_wheel_that_holds_it() -> None:
    _, tree = built(named("Demo", "1.0", "pkg:pypi/Demo@1.0", supplier="Somebody else", licenses=("MIT",)))
    demo = component(tree, "demo")
    assert not {"components", "licenses", "supplier"} & demo.keys()


def test_a_declared_digest_does_not_replace_that_of_the_file() -> None:
    graft = native_library("zlib", "1.3", paths=("demo.libs/libz.so",), linkage="bundled")
    lie = named("zlib", "1.3", hashes=(("SHA-256", "ab" * 32),))
    native = NativeProfile(
        members=(native_member("demo.libs/libz.so"),),
        libraries=(graft,),
        declared=(DeclaredDocument(path=PATH, size=2, sha256=NOTHING, components=(lie,)),),
    )
    tree = json.loads(build_sbom(make_sbom_subject((wheel(), make_artifact_results(native=native)))))
    assert [each["content"] for each in component(tree, "zlib")["hashes"]] == [graft.members[0].sha256]
