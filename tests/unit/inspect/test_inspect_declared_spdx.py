import pytest

from support.declared import FOLDER, SPDX3_CONTEXT, read, spdx, spdx3, spdx_package
from uplock.model.native_sbom import DeclaredComponent

SPDX2 = "SPDXRef-DOCUMENT"


def package3(ref: str, name: str, **more: object) -> dict[str, object]:
    return {"type": "software_Package", "spdxId": ref, "name": name, **more}


def related3(begin: str, kind: str, *ends: object, scope: str | None = None) -> dict[str, object]:
    made: dict[str, object] = {"type": "Relationship", "relationshipType": kind, "from": begin, "to": ends}
    return made if scope is None else made | {"type": "LifecycleScopedRelationship", "scope": scope}


def test_package_of_spdx_2() -> None:
    package = spdx_package("SPDXRef-1", "openssl", "4.0.3", "pkg:generic/openssl@4.0.3")
    package["primaryPackagePurpose"] = "LIBRARY"
    package["checksums"] = [{"algorithm": "SHA256", "checksumValue": "AB"}]
    found = read(spdx([package]))
    assert (found.format, found.version, found.subject, found.reason) == ("SPDX", "2.3", None, None)
    assert found.components == (
        DeclaredComponent(
            name="openssl",
            version="4.0.3",
            purl="pkg:generic/openssl@4.0.3",
            type="library",
            scope="required",
            source=f"{FOLDER}/a.json",
            refs=("SPDXRef-1",),
            hashes=(("SHA256", "ab"),),
        ),
    )


@pytest.mark.parametrize(
    ("fields", "licenses", "supplier"),
    [
        (
            {"licenseDeclared": "MIT", "licenseConcluded": "ISC", "supplier": "Organization: Demo Ltd"},
            ("MIT",),
            "Demo Ltd",
        ),
        ({"licenseDeclared": "NOASSERTION", "licenseConcluded": "ISC"}, ("ISC",), None),
        ({"licenseDeclared": "NONE", "supplier": "NOASSERTION"}, (), None),
        ({"supplier": "NOASSERTION", "originator": "Person: Jane Doe (jane@demo.example)"}, (), "Jane Doe"),
        ({"supplier": "Organization: ()", "originator": "Tool: demo"}, (), None),
        ({"supplier": "Organization: Demo (Europe) Ltd"}, (), "Demo (Europe) Ltd"),
    ],
)
def test_license_and_supplier_of_a_package_of_spdx_2(
    fields: dict[str, object], licenses: tuple[str, ...], supplier: str | None
) -> None:
    (component,) = read(spdx([spdx_package("SPDXRef-1", "a") | fields])).components
    assert (component.licenses, component.supplier) == (licenses, supplier)


LICENSES3 = (
    {"type": "simplelicensing_LicenseExpression", "spdxId": "l1", "simplelicensing_licenseExpression": "MIT OR ISC"},
    {"type": "expandedlicensing_CustomLicense", "spdxId": "l2", "name": "Own"},
    {"type": "Organization", "spdxId": "o1", "name": "Demo Ltd"},
    {"type": "Person", "spdxId": "o2", "name": "Jane Doe"},
)
NOTHING3 = "https://spdx.org/rdf/3.0.1/terms/Licensing/NoAssertion"


@pytest.mark.parametrize(
    ("told", "fields", "licenses", "supplier"),
    [
        (
            [("hasDeclaredLicense", "l1", "l2")],
            {"suppliedBy": "o1", "originatedBy": ["o2"]},
            ("MIT OR ISC", "Own"),
            "Demo Ltd",
        ),
        (
            [("hasDeclaredLicense", NOTHING3), ("hasConcludedLicense", "l2")],
            {"originatedBy": ["o2"]},
            ("Own",),
            "Jane Doe",
        ),
        ([("hasDeclaredLicense", "https://spdx.org/licenses/Zlib")], {"originatedBy": ["o1", "o2"]}, ("Zlib",), None),
        ([("hasConcludedLicense", "missing")], {"suppliedBy": "missing"}, (), None),
    ],
)
def test_license_and_supplier_of_a_package_of_spdx_3(
    told: list[tuple[str, ...]], fields: dict[str, object], licenses: tuple[str, ...], supplier: str | None
) -> None:
    relations = [related3("p", kind, *ends) for kind, *ends in told]
    (component,) = read(spdx3(package3("p", "a", **fields), *LICENSES3, *relations)).components
    assert (component.licenses, component.supplier) == (licenses, supplier)


def test_version_that_nobody_asserts_is_unknown() -> None:
    (component,) = read(spdx([spdx_package("SPDXRef-1", "a", "NOASSERTION")], spdxVersion="SPDX-2.2")).components
    assert component.version is None
    assert component.type == "unspecified"


@pytest.mark.parametrize("how", ["relationship", "list"])
def test_the_one_described_package_is_the_subject(how: str) -> None:
    packages = [spdx_package("SPDXRef-w", "demo"), spdx_package("SPDXRef-1", "openssl")]
    if how == "list":
        found = read(spdx(packages, documentDescribes=["SPDXRef-w"]))
    else:
        found = read(spdx(packages, [(SPDX2, "DESCRIBES", "SPDXRef-w")]))
    assert found.subject is not None
    assert found.subject.name == "demo"
    assert [component.name for component in found.components] == ["openssl"]


def test_several_described_packages_are_components() -> None:
    packages = [spdx_package("SPDXRef-1", "openssl"), spdx_package("SPDXRef-2", "zlib")]
    found = read(spdx(packages, documentDescribes=["SPDXRef-1", "SPDXRef-2"]))
    assert (found.subject, len(found.components)) == (None, 2)


@pytest.mark.parametrize(
    ("relationships", "scope"),
    [
        ([], "required"),
        ([("SPDXRef-w", "CONTAINS", "SPDXRef-1")], "required"),
        ([("SPDXRef-1", "BUILD_TOOL_OF", "SPDXRef-w")], "excluded"),
        ([("SPDXRef-1", "OPTIONAL_COMPONENT_OF", "SPDXRef-w")], "optional"),
        ([("SPDXRef-1", "PROVIDED_DEPENDENCY_OF", "SPDXRef-w")], "excluded"),
        ([("SPDXRef-1", "ANCESTOR_OF", "SPDXRef-w")], "excluded"),
        ([("SPDXRef-w", "DESCENDANT_OF", "SPDXRef-1")], "excluded"),
        ([("SPDXRef-1", "BUILD_TOOL_OF", "SPDXRef-w"), ("SPDXRef-w", "DEPENDS_ON", "SPDXRef-1")], "required"),
        ([("SPDXRef-1", "AMENDS", "SPDXRef-w")], "required"),
    ],
)
def test_relationships_of_spdx_2_tell_the_scope(relationships: list[tuple[str, str, str]], scope: str) -> None:
    (component,) = read(spdx([spdx_package("SPDXRef-1", "a")], relationships)).components
    assert component.scope == scope


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        (spdx([], spdxVersion="SPDX-1.2"), "is 'SPDX-1.2', and SPDX-2.2 and SPDX-2.3 are read"),
        (spdx([{"name": "a"}]), "has a package without a name or SPDXID"),
        (spdx([]) | {"relationships": [{"relationshipType": "CONTAINS"}]}, "has an incomplete relationship"),
        (spdx3(package3("", "a")), "has a package without a name or spdxId"),
        (spdx3({"type": "Relationship", "from": "a"}), "has an incomplete relationship"),
    ],
)
def test_damaged_documents(document: object, reason: str) -> None:
    assert read(document).reason == reason


def test_package_of_spdx_3() -> None:
    package = package3(
        "urn:1",
        "openssl",
        software_packageVersion="4.0.3",
        software_primaryPurpose="library",
        verifiedUsing=[{"type": "Hash", "algorithm": "sha256", "hashValue": "AB"}],
        externalIdentifier=[
            {"externalIdentifierType": "cpe23", "identifier": "cpe:2.3:a:x"},
            {"externalIdentifierType": "packageUrl", "identifier": "pkg:generic/openssl@4.0.3"},
        ],
    )
    found = read(spdx3(package))
    assert (found.format, found.version) == ("SPDX", "3.0.1")
    (component,) = found.components
    assert (component.name, component.version, component.purl) == ("openssl", "4.0.3", "pkg:generic/openssl@4.0.3")
    assert (component.type, component.refs, component.hashes) == ("library", ("urn:1",), (("sha256", "ab"),))


def test_own_field_for_the_package_url_wins() -> None:
    (component,) = read(spdx3(package3("urn:1", "a", software_packageUrl="pkg:generic/a@1"))).components
    assert component.purl == "pkg:generic/a@1"


def test_root_element_of_spdx_3_is_the_subject() -> None:
    sbom = {"type": "software_Sbom", "spdxId": "urn:s", "rootElement": ["urn:w"]}
    found = read(spdx3(sbom, package3("urn:w", "demo"), package3("urn:1", "openssl")))
    assert found.subject is not None
    assert found.subject.name == "demo"
    assert [component.name for component in found.components] == ["openssl"]


@pytest.mark.parametrize(
    ("relationship", "scope"),
    [
        (related3("urn:w", "contains", "urn:1"), "required"),
        (related3("urn:w", "contains", {"type": "software_Package", "spdxId": "urn:1", "name": "a"}), "required"),
        (related3("urn:w", "dependsOn", "urn:1", scope="runtime"), "required"),
        (related3("urn:w", "dependsOn", "urn:1", scope="build"), "excluded"),
        (related3("urn:w", "usesTool", "urn:1"), "excluded"),
        (related3("urn:w", "hasOptionalComponent", "urn:1"), "optional"),
        (related3("urn:1", "ancestorOf", "urn:w"), "excluded"),
        (related3("urn:w", "amendedBy", "urn:1"), "required"),
        (related3("urn:w", "usesTool", 7), "required"),
    ],
)
def test_relationships_of_spdx_3_tell_the_scope(relationship: dict[str, object], scope: str) -> None:
    (component,) = read(spdx3(relationship, package3("urn:1", "a"))).components
    assert component.scope == scope


def test_single_element_of_spdx_3_without_a_graph() -> None:
    found = read({"@context": [SPDX3_CONTEXT], **package3("urn:1", "a")})
    assert [component.name for component in found.components] == ["a"]


def test_other_linked_data_is_no_spdx() -> None:
    assert read({"@context": "https://schema.example", "@graph": []}).reason == "is neither CycloneDX nor SPDX"
