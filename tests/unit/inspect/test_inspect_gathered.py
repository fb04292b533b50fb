from typing import Any

import pytest

from support.declared import auditwheel, crate, cyclonedx, read
from support.declared import library as component
from support.subjects import digest_for
from uplock.inspect.crate_sightings import crate_sightings
from uplock.inspect.gathered import Seen, libraries_of
from uplock.inspect.header_files import HeaderVersion
from uplock.inspect.sighting import Sighting
from uplock.model.native import NativeLibrary, Occurrence
from uplock.model.native_sbom import Crate


def seen(path: str, project: str, version: str | None = None, **fields: Any) -> Seen:
    proved = {"method": "string", "confidence": "high"} if version else {"method": "soname", "confidence": "medium"}
    stated: dict[str, Any] = {"linkage": "bundled", "evidence": f"{project} {version}", **proved}
    return path, digest_for(path), Sighting(project=project, version=version, **(stated | fields))


def header(project: str, version: str, path: str = "d/include/a.h") -> HeaderVersion:
    return HeaderVersion(project=project, version=version, path=path)


def told(libraries: tuple[NativeLibrary, ...]) -> list[tuple[str, str | None, str]]:
    return [(library.project, library.version, library.method) for library in libraries]


def test_what_several_files_show_alike_is_one_library() -> None:
    libraries = libraries_of(
        [
            seen("b.so", "zlib", "1.3.1", linkage="static"),
            seen("a.so", "zlib", "1.3.1", linkage="static"),
            seen("a.so", "zlib", "1.3.1", linkage="static"),
        ]
    )
    (library,) = libraries
    assert (library.project, library.version, library.linkage, library.method) == ("zlib", "1.3.1", "static", "string")
    assert library.members == (
        Occurrence(path="a.so", sha256=digest_for("a.so"), evidence="zlib 1.3.1"),
        Occurrence(path="b.so", sha256=digest_for("b.so"), evidence="zlib 1.3.1"),
    )


def test_other_versions_linkages_methods_and_ecosystems_are_others() -> None:
    libraries = libraries_of(
        [
            seen("a.so", "zstd", "1.5.7"),
            seen("a.so", "zstd", "1.5.6"),
            seen("a.so", "zstd", "1.5.7", linkage="static"),
            seen("a.so", "zstd", "1.5.7", method="file-name", confidence="medium"),
            seen("a.so", "zstd", "1.5.7", ecosystem="cargo"),
        ]
    )
    assert len(libraries) == 5
    assert [library.purl for library in libraries].count("pkg:cargo/zstd@1.5.7") == 1
    assert [library.cpe for library in libraries].count(None) == 1


@pytest.mark.parametrize(
    ("sonames", "expected"),
    [((None,), None), (("libz.so.1", "libz.so.1"), "libz.so.1"), (("libssl.so.3", "libcrypto.so.3"), None)],
)
def test_soname_is_told_if_there_is_one(sonames: tuple[str | None, ...], expected: str | None) -> None:
    sightings = [seen(f"{index}.so", "x", "1", soname=soname) for index, soname in enumerate(sonames)]
    (library,) = libraries_of(sightings)
    assert library.soname == expected


@pytest.mark.parametrize(
    ("project", "version", "purl", "cpe"),
    [
        ("openssl", "3.5.8", "pkg:generic/openssl@3.5.8", "cpe:2.3:a:openssl:openssl:3.5.8:*:*:*:*:*:*:*"),
        ("openssl", "1.1.1w", "pkg:generic/openssl@1.1.1w", "cpe:2.3:a:openssl:openssl:1.1.1w:*:*:*:*:*:*:*"),
        (
            "openssl",
            "3.2.0-beta1",
            "pkg:generic/openssl@3.2.0-beta1",
            "cpe:2.3:a:openssl:openssl:3.2.0:beta1:*:*:*:*:*:*",
        ),
        ("openssl", None, "pkg:generic/openssl", None),
        ("boringssl", None, "pkg:generic/boringssl", None),
        ("zlib", "1.3+x:y", "pkg:generic/zlib@1.3%2Bx%3Ay", r"cpe:2.3:a:zlib:zlib:1.3\+x\:y:*:*:*:*:*:*:*"),
        ("libmy stery", "1", "pkg:generic/libmy%20stery@1", None),
    ],
)
def test_identifiers(project: str, version: str | None, purl: str, cpe: str | None) -> None:
    (library,) = libraries_of([seen("a.so", project, version)])
    assert (library.purl, library.cpe) == (purl, cpe)


def test_crate_has_a_package_url_of_its_own_and_no_cpe() -> None:
    (library,) = libraries_of([seen("a.so", "openssl", "0.10.81", ecosystem="cargo")])
    assert (library.purl, library.cpe) == ("pkg:cargo/openssl@0.10.81", None)


def test_library_known_by_name_gets_its_version_from_a_document() -> None:
    document = read(auditwheel(("f", "krb5-libs", "1.15.1-55.el7_9")), "auditwheel.cdx.json")
    (library,) = libraries_of([seen("d.libs/libk5crypto.so.3", "krb5")], (document,))
    assert (library.version, library.method, library.confidence) == ("1.15.1", "sbom", "medium")
    assert library.members[0].evidence == "krb5 None; krb5-libs 1.15.1-55.el7_9 in auditwheel.cdx.json"


def test_library_known_by_a_text_without_a_version_gets_it_too() -> None:
    document = read(cyclonedx(component("FreeType", "2.14.3", "pkg:generic/freetype@2.14.3")))
    found = seen("_imagingft.pyd", "freetype", linkage="static", method="string", confidence="high")
    assert told(libraries_of([found], (document,))) == [("freetype", "2.14.3", "sbom")]


def test_library_of_a_name_that_no_table_knows_stays_in_doubt() -> None:
    document = read(auditwheel(("f", "libXyz", "1.2-3.el8")))
    (library,) = libraries_of([seen("d.libs/libXyz.so.1", "libxyz", confidence="low")], (document,))
    assert (library.version, library.method, library.confidence) == ("1.2", "sbom", "low")


@pytest.mark.parametrize(
    ("packages", "why"),
    [
        ([("a", "krb5-libs", "1.15.1-55"), ("b", "libgssapi-krb5-2", "1.20-1")], "two versions are declared"),
        ([("a", "openssl-libs", "3.5.8-1")], "it is another project"),
        ([], "nothing is declared"),
    ],
)
def test_document_that_does_not_tell_one_version_tells_none(packages: list[tuple[str, str, str]], why: str) -> None:
    document = read(auditwheel(*packages))
    assert told(libraries_of([seen("a.so", "krb5")], (document,))) == [("krb5", None, "soname")], why


def test_excluded_components_tell_nothing() -> None:
    document = read(cyclonedx(component("krb5", "1.15.1", "pkg:generic/krb5@1.15.1", scope="excluded")))
    assert told(libraries_of([seen("a.so", "krb5")], (document,))) == [("krb5", None, "soname")]


def test_document_that_the_code_contradicts_is_not_believed() -> None:
    document = read(auditwheel(("a", "openssl-libs", "1.1.1k-1.el8")))
    sightings = [seen("libcrypto.so.3", "openssl", "3.5.8"), seen("libssl.so.3", "openssl")]
    assert told(libraries_of(sightings, (document,))) == [("openssl", None, "soname"), ("openssl", "3.5.8", "string")]


def test_document_that_the_code_confirms_is_believed() -> None:
    document = read(auditwheel(("a", "openssl-libs", "3.5.8-1.el8")))
    sightings = [seen("libcrypto.so.3", "openssl", "3.5.8"), seen("libssl.so.3", "openssl")]
    assert told(libraries_of(sightings, (document,))) == [("openssl", "3.5.8", "string"), ("openssl", "3.5.8", "sbom")]


def test_document_is_not_believed_if_several_files_may_be_meant() -> None:
    document = read(auditwheel(("a", "libgfortran", "8.5.0-28.el8")))
    names = ("libgfortran-83c28eba.so.5.0.0", "libgfortran-040039e1-0352e75f.so.5.0.0")
    sightings = [seen(f"d.libs/{name}", "gcc", soname=name) for name in names]
    assert told(libraries_of(sightings, (document,))) == [("gcc", None, "soname")]
    assert told(libraries_of(sightings[:1], (document,))) == [("gcc", "8.5.0", "sbom")]


def test_name_that_may_be_another_library_of_the_wheel_tells_nothing() -> None:
    document = read(auditwheel(("a", "zlib-ng-compat", "2.3.3-1")))
    sightings = [seen("a.so", "zlib"), seen("b.so", "zlib-ng")]
    assert {version for _, version, _ in told(libraries_of(sightings, (document,)))} == {None}
    assert told(libraries_of(sightings[1:], (document,))) == [("zlib-ng", "2.3.3", "sbom")]


def test_version_comes_from_a_header_if_no_document_tells_it() -> None:
    (library,) = libraries_of([seen("libarrow.so.2600", "arrow")], (), (header("arrow", "26.0.1"),))
    assert (library.version, library.method, library.confidence) == ("26.0.1", "header", "medium")
    assert library.members[0].evidence == "arrow None; d/include/a.h"
    document = read(cyclonedx(component("arrow", "26.0.0", "pkg:generic/arrow@26.0.0")))
    assert told(libraries_of([seen("libarrow.so.2600", "arrow")], (document,), (header("arrow", "26.0.1"),))) == [
        ("arrow", "26.0.0", "sbom")
    ]


def test_headers_alone_are_no_library_and_headers_that_differ_tell_nothing() -> None:
    assert libraries_of([], (), (header("zlib", "1.3.1"),)) == ()
    headers = (header("arrow", "26.0.1"), header("arrow", "26.0.2", "e/a.h"))
    assert told(libraries_of([seen("a.so", "arrow")], (), headers)) == [("arrow", None, "soname")]


def test_crate_in_the_same_file_tells_the_version_of_the_source_that_it_brings() -> None:
    crates = [("x.so", digest_for("x.so"), each) for each in crate_sightings([runtime("zstd-sys", "2.1.0+zstd.1.5.7")])]
    text = seen("x.so", "zstd", linkage="static", method="string", confidence="high")
    assert told(libraries_of([text, *crates])) == [
        ("zstd", "1.5.7", "crates"),
        ("zstd-sys", "2.1.0+zstd.1.5.7", "crates"),
    ]
    elsewhere = seen("y.so", "zstd", linkage="static", method="string", confidence="high")
    assert told(libraries_of([elsewhere, *crates]))[0] == ("zstd", None, "string")


def test_crate_that_a_document_names_tells_it_for_any_file() -> None:
    document = read(cyclonedx(crate("zstd-sys", "2.1.0+zstd.1.5.7")))
    text = seen("x.so", "zstd", linkage="static", method="string", confidence="high")
    assert told(libraries_of([text], (document,))) == [("zstd", "1.5.7", "sbom")]


def runtime(name: str, version: str) -> Crate:
    return Crate(name=name, version=version, kind="runtime")


def test_crates_of_a_list_are_those_that_are_compiled_in() -> None:
    crates = [runtime("b", "2.0.0"), runtime("a", "1.0.0"), runtime("a", "1.0.0")]
    crates.append(Crate(name="c", version="3.0.0", kind="build"))
    first, second = crate_sightings(crates)
    assert first == Sighting(
        project="a",
        version="1.0.0",
        linkage="static",
        method="crates",
        confidence="high",
        evidence=".dep-v0: a 1.0.0",
        ecosystem="cargo",
    )
    assert (second.project, second.version) == ("b", "2.0.0")


def test_order_of_what_is_seen_does_not_matter() -> None:
    sightings = [seen("a.so", "zlib", "1.3.1"), seen("b.so", "openssl"), seen("c.so", "openssl", "3.5.8")]
    assert libraries_of(sightings) == libraries_of(reversed(sightings))
    assert [each.project for each in libraries_of(sightings)] == ["openssl", "openssl", "zlib"]


def test_what_the_table_knows_of_a_project_stands_with_the_library() -> None:
    libraries = libraries_of(
        [
            seen("d.libs/libssl-0a1b2c3d.so.1.1", "openssl", "1.1.1w", soname="libssl-0a1b2c3d.so.1.1"),
            seen("d.libs/libquadmath-0a1b2c3d.so.0.0.0", "gcc", soname="libquadmath-0a1b2c3d.so.0.0.0"),
            seen("a.so", "openssl", "3.5.1", linkage="static", ecosystem="cargo"),
            seen("a.so", "libfoo", method="soname"),
        ]
    )
    known = {(each.project, each.is_crate): (each.license, each.homepage, each.supplier) for each in libraries}
    assert known == {
        ("openssl", False): ("OpenSSL", "https://www.openssl.org/", "OpenSSL Project"),
        ("gcc", False): ("LGPL-2.0-or-later", "https://gcc.gnu.org/", "GNU Project"),
        ("openssl", True): (None, None, None),
        ("libfoo", False): (None, None, None),
    }
