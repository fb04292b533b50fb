"""Whatever a document holds: it is read or has a reason, and what is told of it can be kept and compared."""

from __future__ import annotations

from contextlib import suppress

from hypothesis import given, settings
from hypothesis import strategies as st

from support.declared import audit_data, auditwheel, crate, cyclonedx, encoded, library, spdx, spdx3, spdx_package
from support.native import native_library
from uplock.errors import InputError
from uplock.inspect.crates import read_crates
from uplock.inspect.declared import read_document
from uplock.inspect.difference import differences
from uplock.inspect.packages import meaning, versions_agree
from uplock.model.native_sbom import DeclaredComponent, DeclaredDocument
from uplock.model.value import decode, encode

DOCUMENTS = (
    encoded(cyclonedx(library("zlib", "1.3"), crate("a", "1+b.1.2"), about=library("demo", components=[library("b")]))),
    encoded(auditwheel(("a", "krb5-libs", "1.15.1-55.el7_9"), ("b", "openssl-libs", "1:1.1.1k-15.el8_6"))),
    encoded(spdx([spdx_package("SPDXRef-1", "zlib", "1", "pkg:generic/zlib@1")], [("SPDXRef-1", "TEST_OF", "x")])),
    encoded(spdx3({"type": "software_Package", "spdxId": "urn:1", "name": "zlib", "externalIdentifier": []})),
)
KEYS = ("bomFormat", "specVersion", "metadata", "component", "components", "name", "version", "purl", "scope", "hashes")
MORE_KEYS = ("spdxVersion", "packages", "relationships", "SPDXID", "externalRefs", "@context", "@graph", "type", "to")
TEXTS = ("CycloneDX", "1.5", "SPDX-2.3", "required", "pkg:rpm/x/zlib@1", "software_Package", "Relationship", "")

keys = st.sampled_from(KEYS + MORE_KEYS)
leaves = st.one_of(st.none(), st.booleans(), st.integers(), st.sampled_from(TEXTS), st.text(max_size=8))
trees = st.recursive(leaves, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=6))
roots = st.sampled_from([{"bomFormat": "CycloneDX", "specVersion": "1.5"}, {"spdxVersion": "SPDX-2.3"}, {}])
mutations = st.lists(st.tuples(st.integers(0, 2**12), st.integers(0, 255)), min_size=1, max_size=4)
texts = st.one_of(st.text(max_size=30), st.text(alphabet="0123456789.-_+~:abv", max_size=30))
observed = (native_library("zlib", "1.2", paths=("a.so",)),)


def check(data: bytes) -> None:
    document = read_document("a.json", data)
    assert decode(encode(document), DeclaredDocument) == document
    assert document.reason is None or document.components == ()
    for each in differences((document,), observed, ("libssl.so.3",)):
        assert each.detail.isprintable()


@given(document=st.sampled_from(DOCUMENTS), changes=mutations)
@settings(max_examples=300)
def test_changed_bytes(document: bytes, changes: list[tuple[int, int]]) -> None:
    data = bytearray(document)
    for position, value in changes:
        data[position % len(data)] = value
    check(bytes(data))


@given(root=roots, tree=st.dictionaries(keys, trees, max_size=6))
@settings(max_examples=300)
def test_any_tree_of_the_formats_own_words(root: dict[str, object], tree: dict[str, object]) -> None:
    check(encoded(tree | root))


@given(data=st.binary(max_size=64))
def test_any_bytes(data: bytes) -> None:
    check(data)
    with suppress(InputError):
        read_crates(data, (0, len(data)))


@given(changes=mutations)
def test_changed_list_of_crates(changes: list[tuple[int, int]]) -> None:
    data = bytearray(audit_data([{"name": "a", "version": "1", "kind": "build"}, {"name": "b", "version": "2"}]))
    for position, value in changes:
        data[position % len(data)] = value
    with suppress(InputError):
        encode(read_crates(data, (0, len(data))))


@given(name=texts, version=texts, purl=st.one_of(texts, texts.map("pkg:rpm/a/b@{}".format)))
def test_any_name_version_and_package_url(name: str, version: str, purl: str) -> None:
    component = DeclaredComponent(
        name=name, version=version, purl=purl, type="library", scope="required", source="a.json"
    )
    found = meaning(component)
    assert found is None or found.projects
    assert versions_agree(version, version)
