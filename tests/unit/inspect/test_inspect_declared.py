import io

import pytest

from support.declared import FOLDER, auditwheel, crate, cyclonedx, encoded, library, read
from support.wheels import build_wheel
from uplock.inspect import declared
from uplock.inspect.declared import read_document, read_documents
from uplock.inspect.wheel import open_wheel
from uplock.model.digest import sha256_of
from uplock.model.native_sbom import DeclaredComponent, DeclaredDocument
from uplock.model.value import decode, encode


def documents(files: dict[str, bytes]) -> tuple[DeclaredDocument, ...]:
    filename, data = build_wheel("demo", "1.0", files=files)
    return read_documents(open_wheel(io.BytesIO(data), filename))


def test_every_file_of_the_folder_is_a_document_whatever_its_name() -> None:
    openssl = encoded(cyclonedx(library("openssl", "4.0.3", "pkg:generic/openssl@4.0.3")))
    found = documents(
        {
            f"{FOLDER}/sbom.json": openssl,
            f"{FOLDER}/deep/er/README": b"Nothing here.",
            f"{FOLDER}/a": b"<?xml version='1.0'?><bom/>",
            "demo/sboms/other.json": openssl,
        }
    )
    assert [(each.path, each.reason) for each in found] == [
        (f"{FOLDER}/a", "is XML, which is not read"),
        (f"{FOLDER}/deep/er/README", "is not valid JSON in UTF-8"),
        (f"{FOLDER}/sbom.json", None),
    ]
    assert (found[2].sha256, found[2].size) == (sha256_of(openssl), len(openssl))
    assert (found[2].format, found[2].version) == ("CycloneDX", "1.5")
    assert decode(encode(found[2]), DeclaredDocument) == found[2]


def test_wheel_without_documents() -> None:
    assert documents({}) == ()


def test_component_with_everything() -> None:
    raw = library(
        "openssl",
        "4.0.3",
        "pkg:generic/openssl@4.0.3?download_url=https://openssl.example/openssl-4.0.3.tar.gz",
        scope="optional",
        hashes=[{"alg": "SHA-256", "content": "AB01"}, {"alg": "MD5", "content": "cd"}],
        **{"bom-ref": "one"},
    )
    (component,) = read(cyclonedx(raw)).components
    assert component == DeclaredComponent(
        name="openssl",
        version="4.0.3",
        purl="pkg:generic/openssl@4.0.3?download_url=https://openssl.example/openssl-4.0.3.tar.gz",
        type="library",
        scope="optional",
        source=f"{FOLDER}/a.json",
        refs=("one",),
        hashes=(("MD5", "cd"), ("SHA-256", "ab01")),
    )


@pytest.mark.parametrize(
    ("fields", "licenses", "supplier"),
    [
        ({"licenses": [{"expression": "MIT OR Apache-2.0"}], "author": "A Team"}, ("MIT OR Apache-2.0",), "A Team"),
        ({"licenses": [{"license": {"id": "MIT"}}, {"license": {"name": "Own"}}]}, ("MIT", "Own"), None),
        ({"licenses": [{"license": {"id": "MIT"}}, {"license": {"id": "MIT"}}]}, ("MIT",), None),
        ({"licenses": [{"license": {}}, {}]}, (), None),
        ({"licenses": [{"expression": "MIT OR " * 200}]}, (), None),
        ({"licenses": [{"license": {"name": f"L{number}"}} for number in range(40)]}, 32, None),
        ({"supplier": {"name": "One"}, "manufacturer": {"name": "Two"}, "author": "Three"}, (), "One"),
        ({"supplier": {"url": ["https://a.example"]}, "manufacturer": {"name": "Two"}}, (), "Two"),
    ],
)
def test_licenses_and_supplier_of_a_component(
    fields: dict[str, object], licenses: tuple[str, ...] | int, supplier: str | None
) -> None:
    (component,) = read(cyclonedx(library("a", "1", None, **fields))).components
    assert component.licenses == licenses or len(component.licenses) == licenses
    assert component.supplier == supplier


@pytest.mark.parametrize(
    "fields",
    [{"licenses": "MIT"}, {"licenses": ["MIT"]}, {"licenses": [{"license": "MIT"}]}, {"supplier": "A Team"}],
)
def test_licenses_and_suppliers_of_another_form_are_damage(fields: dict[str, object]) -> None:
    assert read(cyclonedx(library("a", "1", None, **fields))).reason is not None


def test_components_that_differ_in_licenses_and_supplier_only_are_one() -> None:
    parts = [
        library("a", "1", None, licenses=[{"license": {"id": "MIT"}}], supplier={"name": "One"}),
        library("a", "1", None, licenses=[{"license": {"id": "ISC"}}]),
        library("b", "1", None, supplier={"name": "One"}),
        library("b", "1", None, supplier={"name": "Two"}),
    ]
    first, second = read(cyclonedx(*parts)).components
    assert (first.licenses, first.supplier) == (("MIT", "ISC"), "One")
    assert (second.name, second.supplier) == ("b", None)


def test_component_with_its_name_only() -> None:
    (component,) = read(cyclonedx({"name": "openssl", "version": ""})).components
    assert (component.version, component.purl, component.type) == (None, None, "unspecified")
    assert (component.scope, component.refs, component.hashes) == ("required", (), ())


@pytest.mark.parametrize("version", ["1.2", "1.3", "1.4", "1.5", "1.6", "1.7"])
def test_versions_of_cyclonedx(version: str) -> None:
    found = read(cyclonedx(library("a"), version=version))
    assert (found.version, found.reason, len(found.components)) == (version, None, 1)


def test_components_that_auditwheel_repeats_per_file_are_one_and_the_wheel_itself_is_none() -> None:
    found = read(auditwheel(("libkrb5", "krb5-libs", "1.15.1-55.el7_9"), ("libcrypto", "krb5-libs", "1.15.1-55.el7_9")))
    assert found.subject is not None
    assert found.subject.name == "demo"
    (component,) = found.components
    assert (component.name, len(component.refs)) == ("krb5-libs", 2)


def test_parts_of_components_and_of_the_subject_are_read_and_ancestors_are_not() -> None:
    openjpeg = library("openjpeg", pedigree={"ancestors": [library("libtiff", "2.5.4")]})
    inner = library("inner", components=[library("innermost")])
    about = library("demo", components=[library("part")])
    found = read(cyclonedx(library("outer", components=[inner]), openjpeg, about=about))
    assert [component.name for component in found.components] == ["part", "outer", "inner", "innermost", "openjpeg"]


def test_same_name_as_the_subject_under_another_reference_is_a_component() -> None:
    about = library("zstd", **{"bom-ref": "wheel"})
    found = read(cyclonedx(library("zstd", **{"bom-ref": "library"}), about=about))
    assert [component.refs for component in found.components] == [("library",)]


def test_scopes() -> None:
    found = read(cyclonedx(crate("libc", "0.2.189"), crate("autocfg", "1.5.0", "excluded"), library("c")))
    assert [component.scope for component in found.components] == ["required", "excluded", "required"]


def test_byte_order_mark_and_white_space_in_front_are_allowed() -> None:
    data = b"\xef\xbb\xbf \r\n" + encoded(cyclonedx(library("a")))
    assert read_document("a", data).reason is None


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "is not valid JSON in UTF-8"),
        (b"[]", "its content is not an object"),
        (b"{}", "is neither CycloneDX nor SPDX"),
        (b'{"bomFormat": "other"}', "is neither CycloneDX nor SPDX"),
        (b"SPDXVersion: SPDX-2.3\n", "is SPDX in tag-value form, which is not read"),
        (b'{"bomFormat": "CycloneDX"}', "is CycloneDX None, and 1.2 to 1.7 are read"),
        (encoded(cyclonedx(version="2.0")), "is CycloneDX '2.0', and 1.2 to 1.7 are read"),
        (encoded(cyclonedx({"version": "1"})), "names a component without a name"),
        (encoded(cyclonedx(library("a", scope="some"))), "has a component of unknown scope"),
        (encoded(cyclonedx(library("a", hashes={}))), "its hashes is not a list"),
        (encoded(cyclonedx({"name": 7})), "its name is not a text"),
        (encoded(cyclonedx() | {"components": ["a"]}), "its element of components is not an object"),
        (encoded(cyclonedx() | {"metadata": []}), None),
        (encoded(cyclonedx() | {"metadata": [1]}), "its metadata is not an object"),
        (encoded(cyclonedx() | {"metadata": {"component": "a"}}), "its metadata.component is not an object"),
    ],
)
def test_what_is_wrong_with_a_document_is_its_reason(content: bytes, reason: str | None) -> None:
    found = read_document("a.json", content)
    assert found.reason == reason
    assert found.components == ()
    assert found.sha256 == sha256_of(content)


def test_documents_over_the_bounds_are_not_inflated(monkeypatch: pytest.MonkeyPatch) -> None:
    data = encoded(cyclonedx(library("a")))
    monkeypatch.setattr(declared, "MAX_BYTES", 2 * len(data))
    monkeypatch.setattr(declared, "MAX_DOCUMENTS", 3)
    found = documents({f"{FOLDER}/{name}": data for name in "abcd"})
    assert [each.reason for each in found] == [
        None,
        None,
        f"has {len(data)} bytes, and {2 * len(data)} are read of all documents together",
        "is behind 3 other documents",
    ]
    assert (found[2].sha256, found[2].size) == (None, len(data))


def test_damaged_member_is_a_reason_on_its_document() -> None:
    damaged, sound = encoded(cyclonedx(library("damaged"))), encoded(cyclonedx(library("sound")))
    filename, data = build_wheel("demo", "1.0", files={f"{FOLDER}/a": damaged, f"{FOLDER}/b": sound})
    with_wrong_checksum = bytearray(data)
    place = data.rindex(f"{FOLDER}/a".encode())  # in the central directory
    with_wrong_checksum[place - 30] ^= 1
    local = data.index(f"{FOLDER}/a".encode())
    with_wrong_checksum[local - 16] ^= 1
    first, second = read_documents(open_wheel(io.BytesIO(bytes(with_wrong_checksum)), filename))
    assert first.reason is not None
    assert (first.sha256, first.components) == (None, ())
    assert [component.name for component in second.components] == ["sound"]
