import re

import pytest

from uplock.inspect.libraries import (
    Anchor,
    Function,
    HeaderFile,
    Library,
    by_name,
    compiled,
    constant,
    functions,
    license_of,
    ports,
    project_of,
    project_of_dll,
    table,
    version_in_number,
    version_in_text,
)
from uplock.inspect.profile import LIBRARIES_VERSION
from uplock.model.digest import digest_of
from uplock.sbom.licensing import spdx_of

TABLE_DIGEST = "71b22a25639f2806ffccaf1ac85b3cf5ea83d1b5baf1ba8c7867036968c8f29f"
ANCHORS = [(library, anchor) for library in table().libraries for anchor in library.anchors]
FUNCTIONS = {function.symbol: function for library in table().libraries for function in library.functions}
HEADERS = [header for library in table().libraries for header in library.headers]


def test_the_tables_version_is_raised_with_every_change() -> None:
    """If this fails after a change of the table: raise its version, then put both here."""
    assert (table().version, digest_of(table())) == (5, TABLE_DIGEST)
    assert f".{table().version}." in LIBRARIES_VERSION


def test_no_shared_library_belongs_to_two_projects() -> None:
    names = [name for library in table().libraries for name in library.names]
    assert len(names) == len(set(names))
    assert len(names) > 300
    dlls = [name for library in table().libraries for name in library.dlls]
    assert len(dlls) == len(set(dlls))
    assert dlls == [name.lower() for name in dlls]


@pytest.mark.parametrize(("library", "anchor"), ANCHORS, ids=[library.name for library, _ in ANCHORS])
def test_every_anchor_is_well_formed(library: Library, anchor: Anchor) -> None:
    assert anchor.text or anchor.own, f"{library.name}: nothing to search for"
    for text in filter(None, (anchor.text, anchor.unless)):
        assert len(text) >= 6
        assert text.isascii()
        assert text.isprintable()
    assert not (anchor.version and anchor.lone)
    if anchor.version:
        assert compiled(anchor.version).groups <= 1
    elif anchor.lone:
        assert constant(anchor.lone).groups == 1
    else:
        assert len(anchor.text) > 16, "too short to prove anything alone"
        assert not anchor.hint


@pytest.mark.parametrize("function", FUNCTIONS.values(), ids=list(FUNCTIONS))
def test_every_function_is_well_formed(function: Function) -> None:
    forms = [form for form in (function.text, function.decimal, function.hexadecimal) if form]
    assert len(forms) == (0 if function.triple else 1)
    assert all(re.compile(form).groups >= 1 for form in forms)
    if not function.stored:
        assert "ersion" in function.symbol


def test_no_function_belongs_to_two_projects() -> None:
    assert len(FUNCTIONS) == sum(len(library.functions) for library in table().libraries)
    assert set(functions()) == {symbol.encode() for symbol in FUNCTIONS if "ersion" in symbol}


@pytest.mark.parametrize("header", HEADERS, ids=[header.file for header in HEADERS])
def test_every_header_is_well_formed(header: HeaderFile) -> None:
    assert header.file.endswith(".h")
    assert {re.compile(pattern).groups for pattern in header.version} == {1}


def test_vendors_and_products_are_as_cpe_names_write_them() -> None:
    known = [library.cpe for library in table().libraries if library.cpe]
    assert len(known) > 60
    assert all(re.fullmatch(r"[a-z0-9._-]+:[a-z0-9._-]+", cpe) for cpe in known)


@pytest.mark.parametrize(
    ("symbol", "number", "version"),
    [
        ("PQlibVersion", 170011, "17.11"),
        ("PQlibVersion", 90624, "9.6.24"),
        ("PQlibVersion", 7, None),
        ("lzma_version_number", 50080042, "5.8.4"),
        ("lzma_version_number", 50070011, None),
        ("ZSTD_versionNumber", 10507, "1.5.7"),
        ("LZ4_versionNumber", 11000, "1.10.0"),
        ("BrotliDecoderVersion", 0x1002001, "1.2.1"),
        ("BrotliDecoderVersion", 0x1000F00, None),
        ("WebPGetDecoderVersion", 0x10600, "1.6.0"),
        ("png_access_version_number", 10658, "1.6.58"),
        ("sqlite3_libversion_number", 3054001, "3.54.1"),
        ("cmsGetEncodedCMMversion", 2190, "2.19"),
        ("cmsGetEncodedCMMversion", 2131, "2.13.1"),
        ("rd_kafka_version", 0x021000FF, "2.16.0"),
        ("rd_kafka_version", 0x02100001, None),
        ("vpx_codec_version", 0x11100, "1.17.0"),
        ("aom_codec_version", 0x30E01, "3.14.1"),
        ("uv_version", 0x13300, "1.51.0"),
        ("FcGetVersion", 21803, "2.18.3"),
        ("archive_version_number", 3008001, "3.8.1"),
        ("lzo_version", 0x20A0, "2.10"),
        ("_libiconv_version", 0x112, "1.18"),
        ("_libunistring_version", 0x10300, "1.3"),
        ("_libunistring_version", 0x10402, "1.4.2"),
        ("cudnnGetVersion", 91002, "9.10.2"),
        ("cudnnGetVersion", 8907, "8.9.7"),
        ("mi_version", 224, "2.2.4"),
        ("mi_version", 30401, "3.4.1"),
    ],
)
def test_numbers_are_read_as_each_project_writes_them(symbol: str, number: int, version: str | None) -> None:
    assert version_in_number(FUNCTIONS[symbol], number) == version


@pytest.mark.parametrize(
    ("symbol", "text", "version"),
    [
        ("zlibVersion", "1.3.1", "1.3.1"),
        ("zlibVersion", "1.3.1.zlib-ng", None),
        ("zlibVersion", "1.3.0-zlib-rs-0.5.2", None),
        ("BZ2_bzlibVersion", "1.0.8, 13-Jul-2019", "1.0.8"),
        ("av_version_info", "n9.0.2-17-g2a571b6068-20260930", "9.0.2"),
        ("av_version_info", "N-118000-g1234567", None),
        ("dav1d_version", "1.5.3-0-gb546257", "1.5.3"),
        ("dav1d_version", "9711965", None),
        ("opus_get_version_string", "libopus 1.6.1", "1.6.1"),
        ("opus_get_version_string", "libopus unknown", None),
        ("blosc2_get_version_string", "2.23.1.dev0", "2.23.1.dev0"),
        ("hb_version_string", "14.5.0\n", None),
    ],
)
def test_texts_must_be_of_the_known_form_from_end_to_end(symbol: str, text: str, version: str | None) -> None:
    assert version_in_text(FUNCTIONS[symbol], text) == version


@pytest.mark.parametrize(
    ("stem", "project"),
    [
        ("libcrypto-3-x64", "openssl"),
        ("libssl-1_1-x64", "openssl"),
        ("libeay32", "openssl"),
        ("zlib1", "zlib"),
        ("z", "zlib"),
        ("jpeg62", "libjpeg"),
        ("libpng16", "libpng"),
        ("tiff", "libtiff"),
        ("avcodec-63", "ffmpeg"),
        ("msvcp140", "microsoft-visual-c++-runtime"),
        ("vcruntime140_1", "microsoft-visual-c++-runtime"),
        ("vcomp140", "microsoft-visual-c++-runtime"),
        ("libiomp5md", "intel-openmp"),
        ("mkl_rt.2", "mkl"),
        ("cudart64_12", "cuda-runtime"),
        ("cublaslt64_12", "cublas"),
        ("icuuc78", "icu"),
        ("proj_9", "proj"),
        ("geos_c", "geos"),
        ("libgcc_s_seh-1", "gcc"),
        ("libwinpthread-1", "mingw-w64"),
        ("libopus-0", "opus"),
        ("iconv-2", "libiconv"),
        ("git2", "libgit2"),
        ("abc", None),
        ("mine", None),
        ("", None),
    ],
)
def test_projects_are_found_by_the_names_of_dlls(stem: str, project: str | None) -> None:
    found = project_of_dll(stem)
    assert (found.name if found else None) == project


def test_every_file_pattern_has_one_group() -> None:
    assert {re.compile(library.file).groups for library in table().libraries if library.file} == {1}


def test_every_fork_is_in_the_table() -> None:
    known = {library.name for library in table().libraries}
    assert {fork for library in table().libraries for fork in library.forks} <= known


def test_ports_map_to_projects() -> None:
    assert ports()["tiff"] == "libtiff"


@pytest.mark.parametrize(
    ("stem", "project"),
    [
        ("libssl", "openssl"),
        ("libscipy_openblas64_", "openblas"),
        ("libopenblasp-r0.3.15", "openblas"),
        ("libngtcp2_crypto_ossl", "ngtcp2"),
        ("libssl_of_my_own", None),
        ("", None),
    ],
)
def test_projects_are_found_by_the_name_of_their_library(stem: str, project: str | None) -> None:
    found = project_of(stem)
    assert (found.name if found else None) == project


def test_every_license_is_spdx_and_every_homepage_a_plain_https_url() -> None:
    for library in table().libraries:
        for text in filter(None, (library.license, *library.license_of.values(), *library.license_before.values())):
            assert spdx_of(text) == text, library.name
        assert re.fullmatch(r"https://[a-z0-9.-]+/[\w./~-]*|", library.homepage), library.name
        assert library.license or not (library.license_of or library.license_before)


@pytest.mark.parametrize(
    ("project", "version", "names", "license_"),
    [
        ("openssl", "1.1.1w", ["libssl"], "OpenSSL"),
        ("openssl", "3.0.0-beta1", ["libssl"], "Apache-2.0"),
        ("openssl", "3", ["libssl"], "Apache-2.0"),
        ("openssl", "10.0", [], "Apache-2.0"),
        ("openssl", None, ["libssl"], None),
        ("openssl", "next", ["libssl"], None),
        ("xz", "5.4.7", ["liblzma"], None),
        ("zlib", None, ["libz"], "Zlib"),
        ("gcc", None, ["libquadmath-0"], "LGPL-2.0-or-later"),
        ("gcc", None, ["libgomp"], "GPL-3.0-or-later WITH GCC-exception-3.1"),
        ("gcc", None, [], "GPL-3.0-or-later WITH GCC-exception-3.1"),
        ("gcc", None, ["libgomp", "libquadmath"], None),
        ("ffmpeg", "7.1", ["libavutil"], None),
    ],
)
def test_the_license_of_a_library_is_that_of_its_version_and_part(
    project: str, version: str | None, names: list[str], license_: str | None
) -> None:
    assert license_of(by_name()[project], version, names) == license_
