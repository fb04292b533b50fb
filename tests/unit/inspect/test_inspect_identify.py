import struct

import pytest

from support.elf import build_elf
from support.pe import build_pe
from support.version_functions import FORMATS, Format, Header, built, returns_number, returns_text
from uplock.inspect.constants import MAX_LONE
from uplock.inspect.elf import read_elf
from uplock.inspect.identify import identify, unmangled
from uplock.inspect.sighting import Sighting

OPENSSL = b"\0OpenSSL 3.5.8 25 Aug 2026\0"
ZLIB = b" deflate 1.3.1 Copyright 1995-2024 Jean-loup Gailly and Mark Adler \0"


def found(
    *texts: bytes,
    path: str = "demo/_demo.abi3.so",
    soname: str | None = None,
    needed: tuple[str, ...] = (),
    library: bool = False,
    grafted: bool = False,
) -> tuple[Sighting, ...]:
    data = build_elf(soname=soname, needed=needed, rodata=b"\0" + b"\0".join(texts) + b"\0")
    return identify(path, data, read_elf(data), library=library, grafted=grafted)


def file(path: str, *texts: bytes, needed: tuple[str, ...] = ()) -> tuple[Sighting, ...]:
    """Identify a grafted library whose SONAME is its file name."""
    return found(*texts, path=path, soname=path.rpartition("/")[2], needed=needed, library=True, grafted=True)


def told(libraries: tuple[Sighting, ...]) -> list[tuple[str, str | None]]:
    return [(library.project, library.version) for library in libraries]


@pytest.mark.parametrize(
    ("filename", "expected"),
    [
        ("libz-1a2b3c4d.so.1", "libz.so.1"),
        ("libgfortran-040039e1-0352e75f.so.5.0.0", "libgfortran.so.5.0.0"),
        ("libopenblasp-r0-59ffcd50.3.15.so", "libopenblasp-r0.3.15.so"),
        ("libpcre2-8.so.0", "libpcre2-8.so.0"),
        ("libfoo-deadbeef", "libfoo"),
        ("libabc-12345678x.so", "libabc-12345678x.so"),
    ],
)
def test_what_repair_tools_add_is_removed(filename: str, expected: str) -> None:
    assert unmangled(filename) == expected


@pytest.mark.parametrize(
    ("text", "name", "version"),
    [
        (b"OpenSSL 3.5.8 25 Aug 2026", "openssl", "3.5.8"),
        (b"OpenSSL 1.1.1w  11 Sep 2023", "openssl", "1.1.1w"),
        (b"OpenSSL 1.1.1k  FIPS 25 Mar 2021", "openssl", "1.1.1k"),
        (b"OpenSSL 1.0.2k-fips  26 Jan 2017", "openssl", "1.0.2k"),
        (b"OpenSSL 1.0.2zf 21 Jun 2022", "openssl", "1.0.2zf"),
        (b"OpenSSL 3.2.0-beta1 26 Oct 2023", "openssl", "3.2.0-beta1"),
        (b"LibreSSL 3.8.2", "libressl", "3.8.2"),
        (b" deflate 1.3.1 Copyright 1995-2024 Jean-loup Gailly", "zlib", "1.3.1"),
        (b" inflate 1.3.1.1 Copyright 1995-2024 Mark Adler ", "zlib", "1.3.1.1"),
        (b"zlib-ng 2.0.7 forked from zlib", "zlib-ng", "2.0.7"),
        (b"1.0.8, 13-Jul-2019", "bzip2", "1.0.8"),
        (b"1.0.6, 6-Sept-2010", "bzip2", "1.0.6"),
        (b"libpng version 1.6.58\nCopyright", "libpng", "1.6.58"),
        (b"libjpeg-turbo version 3.1.4.1 (build 20260101)", "libjpeg-turbo", "3.1.4.1"),
        (b"LIBTIFF, Version 4.7.2\nCopyright", "libtiff", "4.7.2"),
        (b"FFmpeg version 8.1.1", "ffmpeg", "8.1.1"),
        (b"WebM Project VP9 Decoder v1.15.2", "libvpx", "1.15.2"),
        (b"AOMedia Project AV1 Encoder 3.14.1", "libaom", "3.14.1"),
        (b"expat_2.8.1", "expat", "2.8.1"),
        (b"HDF5 library version: 2.0.0", "hdf5", "2.0.0"),
        (b"libcurl/8.23.0", "curl", "8.23.0"),
        (b"SSH-2.0-libssh2_1.11.1", "libssh2", "1.11.1"),
        (b"KRB5_BRAND: krb5-1.15.1-final 1.15.1 20170302", "krb5", "1.15.1"),
        (b"OpenBLAS 0.3.34.237.2  USE64BITINT DYNAMIC_ARCH", "openblas", "0.3.34.237.2"),
        (b"OpenBLAS 0.3.31.dev DYNAMIC_ARCH", "openblas", "0.3.31.dev"),
        (b"AWS-LC 5.12.0", "aws-lc", "5.12.0"),
        (b"AWS-LC KEM method", "aws-lc", None),
        (b" zlib-ng 2.3.3", "zlib-ng", "2.3.3"),
        (b"zlib-ng 2.0.7 forked from zlib ", "zlib-ng", "2.0.7"),
        (b"3.14.1-CAPI-1.20.5", "geos", "3.14.1"),
        (b"GnuTLS 3.8.13 logging...\n", "gnutls", "3.8.13"),
        (b"libgit2 1.9.7", "libgit2", "1.9.7"),
        (b"libopus 1.6.1", "opus", "1.6.1"),
        (b"reference libFLAC 1.4.3 20230623", "flac", "1.4.3"),
        (b"freetds v1.5.19", "freetds", "1.5.19"),
        (b"parquet-cpp-arrow version 26.0.1", "arrow", "26.0.1"),
        (b"NCCL version 2.27.7+cuda12.9", "nccl", "2.27.7"),
        (b"rocksdb_build_git_tag:v10.4.2", "rocksdb", "10.4.2"),
        (b"mozjpeg version 5.0.0 (build 20260101)", "mozjpeg", "5.0.0"),
        (b"SSH-2.0-libssh_0.12.0", "libssh", "0.12.0"),
        (b"libcurl/8.23.0-IMPERSONATE", "curl", "8.23.0"),
        (b"Frame requires too much memory for decoding", "zstd", None),
        (b"ERROR_maxBlockSize_invalid", "lz4", None),
        (b"_ERROR_FORMAT_EXUBERANT_NIBBLE", "brotli", None),
        (b"FREETYPE_PROPERTIES", "freetype", None),
        (b"HB_SHAPER_LIST", "harfbuzz", None),
        (b"c-ares library initialization not yet performed", "c-ares", None),
        (b"mimalloc: error: ", "mimalloc", None),
        (b"Stream too short, expected SOT", "openjpeg", None),
        (b"SELECT sqlcipher_export('migrate');", "sqlcipher", None),
        (b"x264 - core %d%s - H.264/MPEG-4 AVC codec - Copy%s 2003-2025", "x264", None),
        (b"cannot parse segment header", "libwebp", None),
        (b"Invalid TIFF directory; tags are not sorted in ascending order", "libtiff", None),
        (b"Can't set both read_data_fn and write_data_fn in the same structure", "libpng", None),
        (b"Couldn't link the profiles", "lcms2", None),
        (b"[libprotobuf %s %s:%d] %s\n", "protobuf", None),
        (b"OpenCV version 3.1.2 (build opencv-5.0.0-libjpeg-turbo)", "libjpeg-turbo", "3.1.2"),
        (b"LibsodiumDRG", "libsodium", None),
        (b"Fortran runtime error: ", "gcc", None),
        (b"upb_DecodeFast_Fixed64_Scalar_Tag1Byte", "upb", None),
    ],
)
def test_versions_are_found_where_the_librarys_code_tells_them(text: bytes, name: str, version: str | None) -> None:
    (library,) = found(text)
    assert (library.project, library.version, library.method, library.linkage == "static") == (
        name,
        version,
        "string",
        True,
    )
    assert library.soname is None
    assert library.evidence.replace(" ", "") in text.decode().replace(" ", "").replace("\n", "")


@pytest.mark.parametrize(
    ("text", "name", "version"),
    [
        (b"/project/build/openjpeg-2.5.4/src/lib/openjp2/bio.c", "openjpeg", "2.5.4"),
        (b"/project/build/zstd-1.5.7/lib//dictBuilder/divsufsort.c", "zstd", "1.5.7"),
        (b"/build/libaec-v1.1.4/src/vector.c", "libaec", "1.1.4"),
        (b"third_party/boringssl-with-bazel/src/crypto/asn1/a_bool.cc", "boringssl", None),
        (b"x/buildtrees/s2n/src/v1.7.6-df55717cea.clean/crypto/s2n_hash.c", "s2n-tls", "1.7.6"),
        (b"x/buildtrees/re2x/src/2026.1-df55717cea.clean/re2/a.cc", "re2x", "2026.1"),
        (b"third_party\\boringssl-with-bazel\\ssl\\ssl_lib.cc", "boringssl", None),
        (b"/deps/src/boringssl/crypto/fipsmodule/ec/ec_montgomery.cc.inc", "boringssl", None),
        (b"/build/harfbuzz-8.3.0/src/hb-buffer.hh", "harfbuzz", "8.3.0"),
        (b"/build/freetype-2.13.2/src/base/ftobjs.c", "freetype", "2.13.2"),
        (b"third_party/re2/re2/dfa.cc", "re2", None),
        (b"/crt/aws-c-s3/source/s3.c", "aws-c-s3", None),
        (b"x/buildtrees/re2/src/86bb745f55-df55717cea.clean/re2/a.cc", "re2", None),
        (b"x/buildtrees/re2/src/2025-11-05-df55717cea.clean/re2/a.cc", "re2", "2025-11-05"),
        (b"../../../gcc-10.3.0/libgfortran/runtime/error.c", "gcc", "10.3.0"),
        (b"/builddir/gcc-8.5.0-20210514/libgfortran/runtime/error.c", "gcc", "8.5.0"),
        (b"mingw-w64-libraries/winpthreads/src/rwlock.c", "mingw-w64", None),
        (b"/_deps/libyuv-src/source/convert_argb.cc", "libyuv", None),
        (b"x/openldap-2.6.14/libraries/liblber/io.c", "openldap", "2.6.14"),
    ],
)
def test_source_paths_are_believed_less(text: bytes, name: str, version: str | None) -> None:
    (library,) = found(text)
    assert (library.project, library.version) == (name, version)
    assert (library.method, library.linkage, library.confidence) == ("build-path", "static", "medium")


@pytest.mark.parametrize(
    ("text", "name", "version"),
    [
        (b"*N4absl12lts_2026010712log_internal12", "abseil-cpp", "20260107"),
        (b".?AVX@lts_20260107@absl@@", "abseil-cpp", "20260107"),
        (b"N8nlohmann16json_abi_v3_11_36detail9exceptionE", "nlohmann-json", "3.11.3"),
        (b".?AVexception@detail@json_abi_v3_12_0@nlohmann@@", "nlohmann-json", "3.12.0"),
        (b"N6snappy4SinkE", "snappy", None),
        (b"N6apache6thrift10TExceptionE", "thrift", None),
        (b"N3orc10ParseErrorE", "orc", None),
    ],
)
def test_names_of_types_tell_projects_and_versions(text: bytes, name: str, version: str | None) -> None:
    (library,) = found(text)
    assert (library.project, library.version, library.method) == (name, version, "symbol")


@pytest.mark.parametrize("form", FORMATS)
def test_symbols_that_only_one_project_defines_prove_it(form: Format) -> None:
    data, header = built(form, b"", symbol="ffi_prep_cif")
    (library,) = identify("demo/_demo.so", data, header, library=False, grafted=False)
    assert (library.project, library.version, library.linkage) == ("libffi", None, "static")
    assert (library.method, library.confidence, library.evidence) == ("symbol", "high", "ffi_prep_cif")
    data, header = built(form, b"", symbol="ffi_prep_cif", defined=False)
    assert identify("demo/_demo.so", data, header, library=False, grafted=False) == ()


CARGO = b"/home/x/.cargo/registry/src/index.example-1949cf8c6b5b557f/"


def test_crates_are_found_by_their_source_paths_and_without_the_host_of_their_registry() -> None:
    libraries = found(CARGO + b"pyo3-0.26.0/src/panic.rs", CARGO + b"pyo3-0.26.0/src/types/dict.rs", CARGO + b"x")
    assert libraries == (
        Sighting(
            project="pyo3",
            version="0.26.0",
            linkage="static",
            method="build-path",
            confidence="medium",
            evidence="pyo3-0.26.0/src/panic.rs",
            ecosystem="cargo",
        ),
    )


def test_crates_are_found_by_paths_of_windows_too() -> None:
    path = rb"C:\Users\x\.cargo\registry\src\index.example-1949cf8c6b5b557f\asn1-0.24.1\src\writer.rs"
    assert [(each.project, each.version, each.evidence) for each in found(path)] == [
        ("asn1", "0.24.1", "asn1-0.24.1/src/writer.rs")
    ]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (b"zstd-sys-2.1.0+zstd.1.5.7/zstd/lib/a.c", [("zstd-sys", "2.1.0+zstd.1.5.7")]),
        (b"base64ct-1.8.0-rc.1/src/lib.rs", [("base64ct", "1.8.0-rc.1")]),
        (b"serde_json-1.0.1/src/de.rs", [("serde_json", "1.0.1")]),
        (b"nothing/src/lib.rs", []),
        (b"short-1.0/src/lib.rs", []),
    ],
)
def test_names_and_versions_of_crates_are_told_apart(path: bytes, expected: list[tuple[str, str]]) -> None:
    assert told(found(CARGO + path)) == expected


def test_crate_of_the_name_of_a_needed_library_is_still_there() -> None:
    assert told(found(CARGO + b"openssl-0.10.81/src/lib.rs", needed=("libopenssl.so.3",))) == [("openssl", "0.10.81")]


@pytest.mark.parametrize(
    ("texts", "name", "version"),
    [
        ((b"EntityRef: expecting ';'", b"21406"), "libxml2", "2.14.6"),
        ((b"xsltNewSecurityPrefs : malloc failed\n", b"10143"), "libxslt", "1.1.43"),
        ((b"!parser->read_handler", b"0.2.5", b"api.c"), "libyaml", "0.2.5"),
        ((b"Overrun in OBU bit buffer", b"1.5.3-0-gb546257"), "dav1d", "1.5.3"),
        (
            (b"%s at line %d of [%.10s]", b"3.54.1", b"", b"2026-10-16 14:45:20 " + b"ab" * 32),
            "sqlite",
            "3.54.1",
        ),
    ],
)
def test_separate_versions_count_beside_a_text_of_the_library(
    texts: tuple[bytes, ...], name: str, version: str
) -> None:
    assert told(found(*texts)) == [(name, version)]
    assert told(found(*texts[1:])) == []
    assert told(found(texts[0])) == [(name, None)]


def test_separate_version_that_is_ambiguous_does_not_count() -> None:
    evidence = b"EntityRef: expecting ';'"
    assert told(found(evidence, b"21406", b"21406")) == [("libxml2", "2.14.6")]
    assert told(found(evidence, b"21406", b"21407")) == [("libxml2", None)]


@pytest.mark.parametrize(
    "text",
    [
        b"OpenSSL 1.1.1 (compatible; AWS-LC 1.30.0)",
        b"OpenSSL 1.1.1 (compatible; BoringSSL)",
        b"requires OpenSSL 3.0.0 or later",
        b"AWS-LC",
        b"PostgreSQL 9.0",
        b"FFmpeg version %d",
        b"Update your FFmpeg version to the newest one",
        b"see https://curl.example/libcurl/c/curl_easy_perform.html",
        b"requires libcurl/7.20.0 or newer",
        b"HDF5 library version: %d.%d.%d%s%s",
        b"If using HDF5 library version 1.10 or later",
        b"1.3.1.zlib-ng",
        b"SSH-2.0-libssh2_1.11.1_DEV",
        b"/home/build/openssl-0.10.81/src/lib.rs",
        b"third_party/boringssl-with-bazel/src/include/openssl/base.h",
        b"22001",
        b"x264 - core %d",
        b"- zlib-ng 2.3.3",
        b"this needs libgit2 1.9.7",
        b"uses libopus 1.6.1",
        b"GEOS_VERSION=3.14.1-CAPI-1.20.5",
        b"parquet-cpp-arrow version 26.0.1 or newer",
        b"see AWS-LC 5.12.0",
        b"github/harfbuzz-8.3.0",
        b"/boringssl/ssl/README.md",
        b"PROJ_USER_WRITABLE_DIRECTORY",
        b"Thomas G. Lane, Guido Vollbeding",
        b"2.14.6",
        b"x/buildtrees/README.md",
    ],
)
def test_a_name_in_a_text_is_not_the_library(text: bytes) -> None:
    assert found(text) == ()


def test_anchors_outside_of_constants_do_not_count() -> None:
    data = build_elf(needed=["OpenSSL 3.5.8 25 Aug 2026"], rodata=b"x")
    assert identify("x.so", data, read_elf(data), library=False, grafted=False) == ()


def test_version_of_a_needed_library_is_its_headers_and_does_not_count() -> None:
    assert told(found(OPENSSL, ZLIB, needed=("libcrypto-fb8d5b21.so.3",))) == [("zlib", "1.3.1")]
    assert told(found(ZLIB, needed=("libz.so.1",))) == []
    assert told(found(b"libjpeg-turbo version 3.2.0 (build 2)", needed=("libjpeg.so.62",))) == []


def test_zlib_ng_is_not_taken_for_the_zlib_that_it_imitates() -> None:
    assert told(found(b" deflate 1.2.11 Copyright 1995-2022 x", b"zlib-ng 2.0.7 forked from zlib")) == [
        ("zlib-ng", "2.0.7")
    ]
    assert told(found(ZLIB, b"1.3.1.zlib-ng")) == []


def test_two_copies_of_a_library_are_two() -> None:
    assert told(found(b"inflate 1.2.11 Copyright 1995-", ZLIB)) == [("zlib", "1.2.11"), ("zlib", "1.3.1")]


def test_one_library_is_told_once_with_its_most_exact_version() -> None:
    texts = (b"N4absl12lts_20260107x", b"/buildtrees/abseil/src/20260107.1-b1a4a53e9a.clean/", ZLIB, ZLIB)
    assert told(found(*texts)) == [("abseil-cpp", "20260107.1"), ("zlib", "1.3.1")]


def test_grafted_library_with_an_anchor() -> None:
    (library,) = file("demo.libs/libcrypto-fb8d5b21.so.3", OPENSSL)
    assert library == Sighting(
        project="openssl",
        version="3.5.8",
        linkage="bundled",
        method="string",
        confidence="high",
        evidence="OpenSSL 3.5.8 25 Aug 2026",
        soname="libcrypto-fb8d5b21.so.3",
    )


def test_library_keeps_its_own_version_though_it_needs_a_sister() -> None:
    libraries = file("d.libs/libssl-1a2b3c4d.so.1.1", OPENSSL, needed=("libcrypto-1a2b3c4d.so.1.1",))
    assert told(libraries) == [("openssl", "3.5.8")]


def test_sonames_tail_is_no_version() -> None:
    (library,) = file("demo.libs/libtiff-20b7e810.so.6.3.0")
    assert (library.project, library.version, library.method) == ("libtiff", None, "soname")
    assert library.evidence == "libtiff-20b7e810.so.6.3.0"
    assert library.linkage == "bundled"


@pytest.mark.parametrize(
    ("filename", "name", "version"),
    [
        ("liblzma-de26b416.so.5.8.4", "xz", "5.8.4"),
        ("libzstd-40ad5e7e.so.1.5.7", "zstd", "1.5.7"),
        ("libopenjp2-e530e1bf.so.2.5.4", "openjpeg", "2.5.4"),
        ("libbrotlidec-7e5462ba.so.1.2.0", "brotli", "1.2.0"),
        ("libgeos-d1e818bb.so.3.14.1", "geos", "3.14.1"),
        ("libaom-a0d22147.so.3.14.1", "libaom", "3.14.1"),
        ("libopenblasp-r0-59ffcd50.3.15.so", "openblas", "0.3.15"),
        ("libgdal-253d08a6.so.38.3.12.4", "gdal", "3.12.4"),
        ("libz-1a2b3c4d.so.1.3.1", "zlib", "1.3.1"),
    ],
)
def test_some_projects_put_their_version_into_the_file_name(filename: str, name: str, version: str) -> None:
    (library,) = file(f"demo.libs/{filename}")
    assert (library.project, library.version, library.method) == (name, version, "file-name")
    assert library.evidence == filename


@pytest.mark.parametrize(
    ("filename", "name"),
    [
        ("libgeos_c-ac38a227.so.1.20.5", "geos"),
        ("libxml2-1a2b3c4d.so.16.0.5", "libxml2"),
        ("liblzma.so.5", "xz"),
        ("libharfbuzz-fb49c9fc.so.0.61450.0", "harfbuzz"),
        ("libz-1a2b3c4d.so.1.3.1.zlib-ng", "zlib"),
    ],
)
def test_where_they_do_not_there_is_none(filename: str, name: str) -> None:
    assert told(file(f"demo.libs/{filename}")) == [(name, None)]


@pytest.mark.parametrize(
    ("filename", "text", "version"),
    [
        ("libharfbuzz-fb49c9fc.so.0.61450.0", b"14.5.0", "14.5.0"),
        ("libpcre-9513aab5.so.1.2.0", b"8.32 2012-11-30", "8.32"),
        ("libsasl2-84219a89.so.3.0.0", b"2.1.26", "2.1.26"),
        ("libsodium-6c8f8377.so.26.4.0", b"1.0.22", "1.0.22"),
        ("libpsl-cd0eeb45.so.5.3.5", b"0.21.5 (+libidn2/2.3.7)", "0.21.5"),
    ],
)
def test_bare_versions_count_in_the_library_itself_only(filename: str, text: bytes, version: str) -> None:
    assert [version for _, version in told(file(f"demo.libs/{filename}", text))] == [version]
    assert found(text) == ()
    assert [version for _, version in told(file(f"demo.libs/{filename}", b"x" + text))] == [None]


@pytest.mark.parametrize(
    ("soname", "project"),
    [
        ("libcom_err-2abe824b.so.2.1", "e2fsprogs"),
        ("libcom_err-04a6d4a9.so.3.0", "krb5"),
        ("libcrypt-1a2b3c4d.so.2.0.0", "libxcrypt"),
        ("libcrypt-1a2b3c4d.so.1", "libcrypt"),
    ],
)
def test_number_behind_a_name_decides_where_two_projects_share_it(soname: str, project: str) -> None:
    assert told(file(f"d.libs/{soname}")) == [(project, None)]


def test_wheels_own_name_behind_a_library_is_taken_off() -> None:
    libraries = file("demo.libs/libcrypto-demo-2769ca46.so.1.1", b"OpenSSL 1.1.1w  11 Sep 2023")
    assert [(each.project, each.version, each.linkage) for each in libraries] == [("openssl", "1.1.1w", "bundled")]
    assert told(file("other.libs/libcrypto-demo-2769ca46.so.1.1")) == [("libcrypto-demo", None)]


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize(("soname", "linkage"), [("libpq.so.5", "bundled"), (None, "static")])
def test_version_function_tells_version_and_project(form: Format, soname: str | None, linkage: str) -> None:
    data, header = built(form, returns_number(170011), symbol="PQlibVersion", soname=soname)
    (library,) = identify("demo/_demo.so", data, header, library=soname is not None, grafted=False)
    assert (library.project, library.version, library.linkage) == ("postgresql", "17.11", linkage)
    assert (library.method, library.confidence, library.evidence) == ("constant", "high", "PQlibVersion: 170011")


def test_version_function_may_return_a_text() -> None:
    data, header = built("elf", returns_text(), symbol="zlibVersion", text=b"1.3.2")
    (library,) = identify("demo/_demo.so", data, header, library=False, grafted=False)
    assert (library.project, library.version, library.method) == ("zlib", "1.3.2", "string")
    assert library.evidence == "zlibVersion: 1.3.2"


@pytest.mark.parametrize(
    ("symbol", "code", "text"),
    [
        ("PQlibVersion", returns_number(3), b""),
        ("PQlibVersion", returns_text(), b"17.11"),
        ("zlibVersion", returns_text(), b"1.3.1.zlib-ng"),
        ("zlibVersion", returns_text(), b"1.3.1 or newer"),
        ("zlibVersion", returns_number(131), b""),
        ("zmq_version", returns_number(435), b""),
        ("PQlibVersionOfMine", returns_number(170011), b""),
        ("openblas_get_config", returns_number(1), b""),
    ],
)
def test_version_function_that_returns_anything_else_proves_nothing(symbol: str, code: bytes, text: bytes) -> None:
    data, header = built("elf", code, symbol=symbol, text=text)
    assert identify("demo/_demo.so", data, header, library=False, grafted=False) == ()


def test_version_function_may_store_three_numbers() -> None:
    code = b"\xc7\x07\4\0\0\0\xc7\x06\3\0\0\0\xc7\x02\5\0\0\0\xc3"
    data, header = built("elf", code, symbol="zmq_version")
    (library,) = identify("demo/_demo.so", data, header, library=False, grafted=False)
    assert (library.project, library.version, library.evidence) == ("zeromq", "4.3.5", "zmq_version: 4.3.5")


def test_variable_that_is_the_version() -> None:
    data, header = built("elf", b"\x12\x01\0\0", symbol="_libiconv_version")
    (library,) = identify("demo/_demo.so", data, header, library=False, grafted=False)
    assert (library.project, library.version, library.method) == ("libiconv", "1.18", "constant")


def test_configuration_that_the_code_of_a_blas_puts_together() -> None:
    text = (b"OpenBLAS", b" 0.3.31.", b"dev DYNA")
    code = b""
    for index, piece in enumerate(text):
        code += b"\x48\xb8" + piece + b"\x48\x89\x05" + struct.pack("<i", 0x1000 + index * 8 - len(code) - 17)
    for soname, expected in (("libscipy_openblas-1a.dll", [("openblas", "0.3.31.dev")]), (None, [])):
        data, header = built("pe", code, symbol="scipy_openblas_get_config", soname=soname)
        assert told(identify("d/x.pyd", data, header, library=soname is not None, grafted=False)) == expected


@pytest.mark.parametrize(
    ("value", "version"),
    [
        ("14.40.33810.0", "14.40.33810.0"),
        ("14.40.33810", "14.40.33810"),
        ("1.2", None),
        ("1.2.3.4.5", None),
        ("", None),
    ],
)
def test_version_information_of_a_dll_tells_it_where_it_is_the_projects_own(value: str, version: str | None) -> None:
    resource = f"x\0FileVersion\0\0{value}\0y".encode("utf-16-le")
    data = build_pe(rdata=b"x") + resource
    header = Header(constants=((0, 4),), soname="MSVCP140.dll")
    (library,) = identify("d.libs/msvcp140.dll", data, header, library=True, grafted=True)
    assert (library.project, library.version) == ("microsoft-visual-c++-runtime", version)
    assert library.method == ("string" if version else "soname")
    other = Header(constants=((0, 4),), soname="tiff.dll")
    assert told(identify("d.libs/tiff.dll", data, other, library=True, grafted=True)) == [("libtiff", None)]


def test_version_function_counts_though_the_library_is_needed_as_well() -> None:
    data, header = built("elf", returns_number(170011), symbol="PQlibVersion", needed=("libpq.so.5",))
    assert told(identify("demo/_demo.so", data, header, library=False, grafted=False)) == [("postgresql", "17.11")]


def test_the_method_that_is_believed_first_tells_a_version() -> None:
    data, header = built(
        "elf",
        returns_number(10507),
        symbol="ZSTD_versionNumber",
        text=b"/build/zstd-1.5.7/lib/a.c\0",
        soname="libzstd.so.1",
    )
    (library,) = identify("d.libs/libzstd.so.1", data, header, library=True, grafted=True)
    assert (library.version, library.method) == ("1.5.7", "constant")


def test_fork_under_the_same_name_is_told_by_its_own_words() -> None:
    (library,) = file("demo.libs/libjpeg-6dc8d115.so.62.4.0", b"libjpeg-turbo version 3.2.0 (build 20261016)")
    assert (library.project, library.version, library.linkage == "static") == ("libjpeg-turbo", "3.2.0", False)
    (library,) = file("libcrypto.so", b"third_party/boringssl-with-bazel/src/crypto/a.cc\0")
    assert (library.project, library.version, library.method) == ("boringssl", None, "soname")


def test_grafted_library_that_the_table_does_not_know_is_told_by_its_name() -> None:
    (library,) = file("demo.libs/libmystery-1a2b3c4d.so.7")
    assert (library.project, library.version, library.method) == ("libmystery", None, "soname")


def test_libraries_of_the_project_itself_are_not_third_party() -> None:
    assert found(path="demo/libdemo.so.1", soname="libdemo.so.1", library=True) == ()


def test_known_library_is_told_wherever_it_lies() -> None:
    (library,) = found(path="torch/lib/libgomp.so.1", library=True)
    assert (library.project, library.soname, library.evidence) == ("gcc", None, "libgomp.so.1")


def test_extension_module_is_no_library_whatever_its_name() -> None:
    assert found(path="demo/libssl.abi3.so") == ()


def test_library_that_holds_another_statically() -> None:
    libraries = file("d.libs/libavif-c6062d5f.so.16.4.2", b"AOMedia Project AV1 Encoder 3.14.1")
    assert [(library.project, library.version, library.linkage == "static") for library in libraries] == [
        ("libaom", "3.14.1", True),
        ("libavif", None, False),
    ]


def test_separate_versions_are_not_searched_in_huge_files() -> None:
    texts = (b"xsltNewSecurityPrefs : malloc failed\n", b"10143", bytes(MAX_LONE))
    assert told(found(*texts)) == [("libxslt", None)]


def test_evidence_is_printable() -> None:
    (library,) = found(b"libpng version 1.6.58\n")
    assert library.evidence.isprintable()
