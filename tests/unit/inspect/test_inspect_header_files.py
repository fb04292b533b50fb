import io
from collections.abc import Mapping

import pytest

from support.wheels import build_wheel
from uplock.inspect.header_files import MAX_HEADER, MAX_HEADERS, HeaderVersion, header_versions
from uplock.inspect.wheel import open_wheel

XML = b'#define LIBXML_DOTTED_VERSION "2.14.6"\n'


def versions(files: Mapping[str, bytes]) -> tuple[HeaderVersion, ...]:
    name, data = build_wheel("demo", "1", files=files)
    return header_versions(open_wheel(io.BytesIO(data), name))


@pytest.mark.parametrize(
    ("path", "content", "project", "version"),
    [
        ("demo/includes/libxml/xmlversion.h", XML, "libxml2", "2.14.6"),
        ("libxml/xmlversion.h", XML, "libxml2", "2.14.6"),
        ("d/libxslt/xsltconfig.h", b'#define LIBXSLT_DOTTED_VERSION "1.1.43"', "libxslt", "1.1.43"),
        ("d/iconv.h", b"#define _LIBICONV_VERSION 0x0112    /* version */", "libiconv", "1.18"),
        ("d/zlib.h", b'# define ZLIB_VERSION "1.3.2"', "zlib", "1.3.2"),
        ("d/arrow/util/config.h", b'#define ARROW_VERSION_STRING "26.0.1"', "arrow", "26.0.1"),
        (
            "d/openssl/opensslv.h",
            b"#define OPENSSL_VERSION_MAJOR 3\n#define OPENSSL_VERSION_MINOR 5\n# define OPENSSL_VERSION_PATCH  8\n",
            "openssl",
            "3.5.8",
        ),
        ("d/cuda_runtime_api.h", b"#define CUDART_VERSION  12090\n", "cuda-runtime", "12.9"),
        ("d/ffi.h", b"/* -----*-C-*-\n   libffi 3.4.6\n", "libffi", "3.4.6"),
    ],
)
def test_headers_tell_the_versions_of_their_libraries(path: str, content: bytes, project: str, version: str) -> None:
    assert versions({path: content}) == (HeaderVersion(project=project, version=version, path=path),)


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("d/myxmlversion.h", XML),
        ("d/otherlibxml/xmlversion.h", XML),
        ("d/libxml/xmlversion.h.in", XML),
        ("d/libxml/xmlversion.h", b'#define LIBXML_DOTTED_VERSION "@VERSION@"'),
        ("d/libxml/xmlversion.h", XML + XML.replace(b"14", b"15")),
        ("d/libxml/xmlversion.h", XML.ljust(MAX_HEADER + 1)),
        ("d/openssl/opensslv.h", b"# define OPENSSL_VERSION_MAJOR  3\n"),
        ("d/libxml/xmlversion.h", b"\xff\xfe\x00"),
        ("d/other.h", XML),
    ],
)
def test_other_files_tell_nothing(path: str, content: bytes) -> None:
    assert versions({path: content}) == ()


def test_headers_are_told_by_path_up_to_a_number() -> None:
    found = versions({f"d{index:03}/libxml/xmlversion.h": XML for index in range(MAX_HEADERS + 1)})
    assert [each.path for each in found] == [f"d{index:03}/libxml/xmlversion.h" for index in range(MAX_HEADERS)]
