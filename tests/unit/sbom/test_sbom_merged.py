from __future__ import annotations

from typing import Any

import pytest

from support.native import native_library, native_member
from support.subjects import NOTHING
from uplock.model.native import NativeLibrary, NativeProfile
from uplock.model.native_sbom import DeclaredComponent, DeclaredDocument
from uplock.model.value import changed
from uplock.sbom.clean import Cleaner
from uplock.sbom.native import with_native
from uplock.sbom.parts import Component, NamedLicense, Occurrence, SpdxExpression, SpdxId

WHEEL = Component(ref="pkg:pypi/demo@1.0?file_name=demo.whl", type="library", name="demo", version="1.0")
FIRST, SECOND = "demo-1.0.dist-info/sboms/auditwheel.cdx.json", "demo-1.0.dist-info/sboms/sbom.json"
DIGEST = "ab" * 32


def named(name: str, version: str | None = None, purl: str | None = None, **fields: Any) -> DeclaredComponent:
    stated: dict[str, Any] = {"type": "library", "scope": "required", "source": FIRST}
    return DeclaredComponent(name=name, version=version, purl=purl, **(stated | fields))


def crate(name: str, version: str, **fields: Any) -> DeclaredComponent:
    return named(name, version, f"pkg:cargo/{name}@{version}", **fields)


def document(
    *components: DeclaredComponent, path: str = FIRST, subject: DeclaredComponent | None = None
) -> DeclaredDocument:
    within = tuple(changed(each, source=path) for each in components)
    about = None if subject is None else changed(subject, source=path)
    return DeclaredDocument(path=path, size=2, sha256=NOTHING, subject=about, components=within)


def merged(*documents: DeclaredDocument, libraries: tuple[NativeLibrary, ...] = (), **fields: Any) -> Component:
    clean = Cleaner()
    profile = NativeProfile(declared=documents, libraries=libraries, **fields)
    wheel = with_native(WHEEL, profile, (), clean)
    return changed(wheel, properties=(*wheel.properties, *clean.notes))


def stated(component: Component, name: str) -> list[str]:
    return [each.value for each in component.properties if each.name == name]


def only(wheel: Component) -> Component:
    (component,) = wheel.components
    return component


def sources(component: Component) -> list[str]:
    assert component.identity is not None
    return [each.value for each in component.identity.methods if each.technique == "manifest-analysis"]


def test_a_declared_crate_that_was_found_adds_the_document_to_its_evidence() -> None:
    found = native_library("heck", "0.5.0", purl="pkg:cargo/heck@0.5.0")
    heck = only(merged(document(crate("heck", "0.5.0")), libraries=(found,)))
    assert sources(heck) == [FIRST]
    assert heck.identity is not None
    assert (heck.identity.confidence, len(heck.identity.methods)) == ("0.9", 2)
    assert [each.context for each in heck.occurrences] == ["linked statically"]


def test_what_is_only_declared_is_a_part_of_its_own_that_occurs_in_the_document() -> None:
    heck = only(merged(document(crate("heck", "0.5.0", hashes=(("SHA-256", DIGEST),)))))
    assert heck.ref == f"{WHEEL.ref}#cargo:heck@0.5.0"
    assert (heck.name, heck.version, heck.purl, heck.scope) == ("heck", "0.5.0", "pkg:cargo/heck@0.5.0", "required")
    assert heck.occurrences == (Occurrence(location=FIRST, context="declared"),)
    assert heck.identity is not None
    assert (heck.identity.field, heck.identity.concluded, heck.identity.confidence) == ("version", "0.5.0", "0.7")
    assert [each.content for each in heck.hashes] == [DIGEST]


def test_a_package_of_a_distribution_is_the_library_that_was_found_and_keeps_its_name() -> None:
    purl = "pkg:rpm/almalinux/openssl-libs@1.1.1k-15.el8"
    found = native_library("openssl", "1.1.1k", linkage="bundled")
    openssl = only(merged(document(named("openssl-libs", "1.1.1k-15.el8", purl)), libraries=(found,)))
    assert (openssl.name, openssl.version, sources(openssl)) == ("openssl", "1.1.1k", [FIRST])
    assert stated(openssl, "uplock:declared-as") == [purl]


def test_a_name_that_says_no_more_is_not_repeated() -> None:
    openssl = only(merged(document(named("openssl", "3.5.8")), libraries=(native_library(),)))
    assert stated(openssl, "uplock:declared-as") == []


def test_another_version_is_another_component() -> None:
    wheel = merged(document(named("openssl", "1.1.1w")), libraries=(native_library(), native_library(version=None)))
    assert [(each.version, sources(each)) for each in wheel.components] == [
        (None, []),
        ("3.5.8", []),
        ("1.1.1w", [FIRST]),
    ]


@pytest.mark.parametrize(("versions", "expected"), [(("3.5.8",), 1), (("3.5.8", "1.1.1w"), 3)])
def test_without_a_version_it_is_the_only_candidate_there_is(versions: tuple[str, ...], expected: int) -> None:
    found = tuple(native_library(version=version) for version in versions)
    assert len(merged(document(named("openssl")), libraries=found).components) == expected


def test_of_versions_that_agree_the_same_one_is_meant() -> None:
    found = (native_library(version="1.1"), native_library(version="1.1.1"))
    wheel = merged(document(named("openssl", "1.1.1")), libraries=found)
    assert [(each.version, sources(each)) for each in wheel.components] == [("1.1", []), ("1.1.1", [FIRST])]


def test_a_fork_under_the_same_file_names_is_meant() -> None:
    zlib = only(merged(document(named("zlib", "2.3.3")), libraries=(native_library("zlib-ng", "2.3.3"),)))
    assert (zlib.name, sources(zlib)) == ("zlib-ng", [FIRST])


def test_what_was_used_to_build_only_is_kept_with_that_scope_and_is_no_library_that_was_found() -> None:
    wheel = merged(
        document(crate("cc", "1.0", scope="excluded"), named("openssl", "3.5.8", scope="excluded")),
        libraries=(native_library(),),
    )
    assert [(each.name, each.scope, sources(each)) for each in wheel.components] == [
        ("openssl", None, []),
        ("cc", "excluded", [FIRST]),
        ("openssl", "excluded", [FIRST]),
    ]


def test_one_crate_of_two_documents_is_one_component_with_both_and_the_stronger_scope() -> None:
    wheel = merged(
        document(crate("heck", "0.5.0", scope="excluded", licenses=("MIT",), supplier="People")),
        document(crate("heck", "0.5.0", scope="optional"), path=SECOND),
    )
    heck = only(wheel)
    assert (sources(heck), heck.scope) == ([FIRST, SECOND], "optional")
    assert [each.location for each in heck.occurrences] == [FIRST, SECOND]
    assert heck.supplier is not None
    assert heck.supplier.name == "People"
    assert len(heck.licenses) == 1
    assert stated(wheel, "uplock:embedded-sbom:components") == [f"{FIRST} 1", f"{SECOND} 1"]


def test_what_declarations_contradict_each_other_about_is_left_out() -> None:
    heck = only(
        wheel := merged(
            document(crate("heck", "0.5.0", hashes=(("SHA-256", DIGEST),), supplier="One")),
            document(crate("heck", "0.5.0", hashes=(("SHA-256", "cd" * 32),), supplier="Two"), path=SECOND),
        )
    )
    assert (heck.hashes, heck.supplier) == ((), None)
    assert stated(wheel, "uplock:omitted") == [
        "digests in embedded SBOMs: contradict each other, left out",
        "suppliers in embedded SBOMs: contradict each other, left out",
    ]


def test_the_wheel_itself_is_not_in_itself() -> None:
    wheel = merged(
        document(
            named("Demo", "1.0", "pkg:pypi/Demo@1.0"),
            subject=named("demo", "1.0", "pkg:pypi/demo@1.0?file_name=demo.whl"),
        ),
        document(path=SECOND, subject=named("Demo")),
    )
    assert wheel.components == ()
    assert stated(wheel, "uplock:omitted") == []


def test_a_crate_that_a_document_is_about_is_in_the_wheel_once_with_its_targets() -> None:
    core = named("demo-core", "0.1", "pkg:cargo/demo-core@0.1?download_url=file://.")
    target = named("demo_core", "0.1", "pkg:cargo/demo-core@0.1?download_url=file://.#src/lib.rs")
    part = only(merged(document(target, subject=core)))
    assert (part.name, part.purl) == ("demo-core", "pkg:cargo/demo-core@0.1")


def test_a_library_of_the_name_of_the_wheel_is_in_it() -> None:
    assert only(merged(document(named("demo", "7.1")))).purl == "pkg:generic/demo@7.1"


def test_a_part_of_the_wheel_goes_by_its_own_name() -> None:
    part = only(merged(document(named("PIL._avif", "13.0.0", "pkg:pypi/pillow@13.0.0#c-ext/PIL._avif"))))
    assert (part.ref, part.purl) == (f"{WHEEL.ref}#declared:PIL._avif@13.0.0", "pkg:generic/PIL._avif@13.0.0")


def test_every_declared_component_is_counted_behind_its_document() -> None:
    wheel = merged(
        document(crate("a", "1"), crate("b", "1"), named("openssl", "3.5.8")),
        changed(document(path=SECOND), reason="is XML, which is not read"),
        libraries=(native_library(),),
        members=(native_member("demo/_x.so"),),
    )
    assert stated(wheel, "uplock:embedded-sbom:components") == [f"{FIRST} 3"]
    assert stated(wheel, "uplock:embedded-sbom:unread") == [f"{SECOND} is XML, which is not read"]
    assert [FIRST in sources(each) for each in wheel.components] == [True] * 3


def test_a_declared_license_stands_beside_the_concluded_one() -> None:
    found = native_library(license="Apache-2.0")
    openssl = only(merged(document(named("openssl", "3.5.8", licenses=("MIT",))), libraries=(found,)))
    assert [each.acknowledgement for each in openssl.licenses] == ["declared", "concluded"]


def test_a_second_expression_goes_by_its_text_for_a_list_holds_one() -> None:
    told = crate("heck", "0.5.0", licenses=("MIT OR Apache-2.0", "MIT AND Zlib", "Zlib"))
    assert only(merged(document(told))).licenses == (
        SpdxExpression(expression="MIT OR Apache-2.0"),
        NamedLicense(name="MIT AND Zlib"),
        SpdxId(id="Zlib"),
    )


def test_an_expression_that_is_declared_is_not_concluded_once_more() -> None:
    found = native_library(license="MIT OR Zlib")
    openssl = only(merged(document(named("openssl", "3.5.8", licenses=("MIT OR Zlib",))), libraries=(found,)))
    assert openssl.licenses == (SpdxExpression(expression="MIT OR Zlib"),)
