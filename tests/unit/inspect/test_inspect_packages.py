import pytest

from uplock.inspect.libraries import table
from uplock.inspect.packages import (
    Purl,
    can_be_seen,
    family_of,
    meaning,
    package_table,
    project_of_soname,
    purl_of,
    versions_agree,
)
from uplock.model.native_sbom import DeclaredComponent


def component(
    name: str, version: str | None = None, purl: str | None = None, kind: str = "library"
) -> DeclaredComponent:
    return DeclaredComponent(name=name, version=version, purl=purl, type=kind, scope="required", source="a.json")


def rpm(name: str, version: str = "1") -> DeclaredComponent:
    return component(name, version, f"pkg:rpm/almalinux/{name}@{version}")


def projects(declared: DeclaredComponent) -> set[str]:
    found = meaning(declared)
    return set() if found is None else set(found.projects)


def version(declared: DeclaredComponent) -> str | None:
    found = meaning(declared)
    assert found is not None
    return found.version


@pytest.mark.parametrize("library", table().libraries, ids=lambda library: library.name)
def test_a_project_is_known_by_its_own_name(library: object) -> None:
    name = getattr(library, "name", "")
    assert name in projects(component(name))


@pytest.mark.parametrize(
    ("name", "project"),
    [
        ("krb5-libs", "krb5"),
        ("keyutils-libs", "keyutils"),
        ("pcre", "pcre"),
        ("cyrus-sasl-lib", "cyrus-sasl"),
        ("libXau", "libxau"),
        ("openssl-libs", "openssl"),
        ("libselinux", "libselinux"),
        ("libcom_err", "e2fsprogs"),
        ("libdrm", "libdrm"),
        ("libgfortran", "gcc"),
        ("libquadmath", "gcc"),
        ("openblas-threads", "openblas"),
        ("bzip2-libs", "bzip2"),
        ("libX11-xcb", "libx11"),
        ("libpng-devel", "libpng"),
        ("postgresql-libs", "postgresql"),
        ("libtool-ltdl", "libtool"),
    ],
)
def test_rpm_packages(name: str, project: str) -> None:
    assert projects(rpm(name)) == {project}


@pytest.mark.parametrize(
    ("name", "project"),
    [
        ("libpq5", "postgresql"),
        ("libpng16-16t64", "libpng"),
        ("zlib1g", "zlib"),
        ("libkrb5-3", "krb5"),
        ("libavcodec61", "ffmpeg"),
        ("libxml2-16", "libxml2"),
        ("libpcre2-8-0", "pcre2"),
        ("libwebpmux3", "libwebp"),
    ],
)
def test_debian_packages(name: str, project: str) -> None:
    assert projects(component(name, "1:2.3-4+b1", f"pkg:deb/debian/{name}@1%3A2.3-4%2Bb1")) == {project}


@pytest.mark.parametrize(
    ("name", "purl", "project"),
    [
        ("openssl", "pkg:generic/openssl@4.0.3?download_url=https://a.example/b@c", "openssl"),
        ("FreeType", "pkg:generic/freetype2", "freetype"),
        ("Little CMS 2", None, "lcms2"),
        ("raqm", None, "libraqm"),
        ("raqm", "pkg:github/HOST-Oman/libraqm@0.11.0", "libraqm"),
        ("FFmpeg", "pkg:github/FFmpeg/FFmpeg@n8.1.1", "ffmpeg"),
        ("postgres", "pkg:github/postgres/postgres@REL_17_11", "postgresql"),
    ],
)
def test_what_makers_write(name: str, purl: str | None, project: str) -> None:
    assert projects(component(name, None, purl)) == {project}


def test_alternatives_in_one_name() -> None:
    assert projects(component("libjpeg / libjpeg-turbo")) == {"libjpeg", "libjpeg-turbo"}


def test_name_that_is_in_no_table_may_be_the_shared_library_s() -> None:
    assert projects(component("imagequant")) == {"imagequant", "libimagequant"}


@pytest.mark.parametrize(
    ("name", "purl", "kind"),
    [
        ("lz4", "pkg:pypi/lz4@4.4.4", "library"),
        ("PIL._webp", "pkg:pypi/pillow@13.0.0#c-ext/PIL._webp", "library"),
        ("libc", "pkg:cargo/libc@0.2.189", "library"),
        ("openssl-sys", "pkg:cargo/openssl-sys@0.9.117", "library"),
        ("zlib", None, "file"),
        ("zlib", "pkg:npm/zlib@1", "library"),
    ],
)
def test_components_that_are_no_native_library(name: str, purl: str | None, kind: str) -> None:
    assert meaning(component(name, "1", purl, kind)) is None


@pytest.mark.parametrize(
    ("name", "told", "project", "expected"),
    [
        ("zstd-sys", "2.1.0+zstd.1.5.7", "zstd", "1.5.7"),
        ("openssl-src", "300.5.4+3.5.4", "openssl", "3.5.4"),
        ("tikv-jemalloc-sys", "0.6.1+5.3.0-1-ge13ca993e8ccb9ba", "jemalloc", "5.3.0"),
        ("curl-sys", "0.4.83+curl-8.15.0", "curl", "8.15.0"),
        ("aws-lc-sys", "0.44.0", "aws-lc", None),
    ],
)
def test_crates_that_bring_a_library_s_source(name: str, told: str, project: str, expected: str | None) -> None:
    found = meaning(component(name, told, f"pkg:cargo/{name}@{told}"))
    assert found is not None
    assert (set(found.projects), found.version, found.kind) == ({project}, expected, "crate")


@pytest.mark.parametrize(
    ("told", "kind", "expected"),
    [
        ("1.15.1-55.el7_9", "rpm", "1.15.1"),
        ("1:1.1.1k-15.el8_6", "rpm", "1.1.1k"),
        ("0.5", "rpm", "0.5"),
        ("1:1.3.dfsg+really1.3.1-1+b1", "deb", "1.3"),
        ("2.8.4+dfsg-1", "deb", "2.8.4"),
        ("3.5.4-r0", "apk", "3.5.4"),
        ("v1.6.58", "generic", "1.6.58"),
        ("openssl-3.5.8", "github", "3.5.8"),
        ("n8.1.1", "github", "8.1.1"),
        ("main", "github", None),
        ("1.1.1w", "generic", "1.1.1w"),
    ],
)
def test_version_of_the_project_in_a_package_s(told: str, kind: str, expected: str | None) -> None:
    assert version(component("openssl", told, f"pkg:{kind}/openssl")) == expected


def test_version_may_stand_in_the_package_url_only() -> None:
    assert version(component("openssl", None, "pkg:generic/openssl@4.0.3")) == "4.0.3"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("pkg:generic/a@1?x=y#z", Purl(type="generic", name="a", version="1", subpath=True)),
        ("PKG:Deb/debian/a%2Bb@1%3A2", Purl(type="deb", name="a+b", version="1:2", subpath=False)),
        ("pkg:npm/@scope/a", Purl(type="npm", name="a", version=None, subpath=False)),
        ("pkg:generic/a@", Purl(type="generic", name="a", version=None, subpath=False)),
        ("pkg:generic/", None),
        ("https://a.example/b", None),
        ("", None),
    ],
)
def test_package_urls(text: str, expected: Purl | None) -> None:
    assert purl_of(component("a", None, text)) == expected


@pytest.mark.parametrize(
    ("soname", "project"),
    [
        ("libz.so.1", "zlib"),
        ("/usr/lib/libz.1.dylib", "zlib"),
        ("libssl.dll", "openssl"),
        ("z.dll", "zlib"),
        ("libc.so.6", None),
        ("kernel32.dll", None),
    ],
)
def test_libraries_of_the_system(soname: str, project: str | None) -> None:
    assert project_of_soname(soname) == project


@pytest.mark.parametrize(
    ("one", "other", "agree"),
    [
        ("3.5.8", "3.5.8", True),
        ("3.5", "3.5.8", True),
        ("0.3.31.dev", "0.3.31", True),
        ("1.1.1k", "1.1.1K", True),
        ("20260526", "20260526.0", True),
        ("1.1.1k", "1.1.1w", False),
        ("1.6.05", "1.6.5", True),
        ("3.5.8", "3.5.9", False),
        ("1.10", "1.1", False),
    ],
)
def test_versions_that_agree(one: str, other: str, agree: bool) -> None:
    assert versions_agree(one, other) is agree
    assert versions_agree(other, one) is agree


def test_forks_are_of_one_family() -> None:
    assert family_of("zlib-ng") == family_of("zlib") == "zlib"
    assert family_of("openblas") == "openblas"


def test_what_is_certain_has_a_text_to_find_it_by() -> None:
    texts = {library.name for library in table().libraries for each in library.anchors if each.text and not each.own}
    certain = {one.project for one in package_table().packages if one.certain}
    assert certain
    assert certain <= texts
    assert all(map(can_be_seen, certain))


def test_names_of_the_table_are_as_they_are_looked_up() -> None:
    for one in package_table().packages:
        assert [name for name in one.names if name != name.casefold() or " " in name] == []
    listed = [one.project for one in package_table().packages]
    assert len(listed) == len(set(listed))
