import hashlib
import io
from collections.abc import Mapping

import pytest

from support.elf import build_elf
from support.macho import build_fat, build_macho
from support.wheels import build_wheel
from support.zips import WHEEL_NAME, Entry, deflated, wheel_entries, zip_of
from uplock.errors import InputError
from uplock.inspect.declared import MAX_BYTES
from uplock.inspect.native_files import MAX_NATIVE
from uplock.inspect.profile import WheelContents, find_libraries, inspect_wheel
from uplock.model.native import NativeProfile
from uplock.model.value import decode, encode

LINUX = "cp312-cp312-manylinux_2_17_x86_64.manylinux2014_x86_64"


def native(files: Mapping[str, bytes], tag: str = LINUX) -> NativeProfile:
    filename, data = build_wheel("demo", "1.0", tag=tag, files=files)
    return inspect_wheel(io.BytesIO(data), filename).native


def test_pure_wheel_has_metadata_and_nothing_native() -> None:
    filename, data = build_wheel("demo", "1.0", requires_dist=["attrs>=1"], requires_python=">=3.9")
    contents = inspect_wheel(io.BytesIO(data), filename)
    assert contents.metadata.requires_dist == ("attrs>=1",)
    assert contents.metadata.requires_python == ">=3.9"
    assert contents.native == NativeProfile()


def test_repaired_wheel() -> None:
    extension = build_elf(
        needed=["libcrypto-1a2b3c4d.so.3", "libz.so.1"],
        versions={"libc.so.6": ("GLIBC_2.2.5", "GLIBC_2.14"), "libstdc++.so.6": ("GLIBCXX_3.4.21", "CXXABI_1.3.9")},
        runpath="$ORIGIN/../demo.libs",
    )
    crypto = build_elf(
        soname="libcrypto-1a2b3c4d.so.3",
        versions={"libc.so.6": ("GLIBC_2.17",), "libgcc_s.so.1": ("GCC_3.0",)},
        rodata=b"OpenSSL 3.5.8 25 Aug 2026\0",
    )
    sbom = b'{"bomFormat": "CycloneDX"}'
    found = native(
        {
            "demo/_demo.cpython-312-x86_64-linux-gnu.so": extension,
            "demo.libs/libcrypto-1a2b3c4d.so.3": crypto,
            "demo-1.0.dist-info/sboms/auditwheel.cdx.json": sbom,
        }
    )
    library, module = found.members
    assert (module.path, module.role) == ("demo/_demo.cpython-312-x86_64-linux-gnu.so", "extension")
    assert module.sha256 == hashlib.sha256(extension).hexdigest()
    assert module.size == len(extension)
    assert (module.format, module.arch, module.bits) == ("elf", "x86_64", 64)
    assert module.needed == ("libcrypto-1a2b3c4d.so.3", "libz.so.1", "libc.so.6", "libstdc++.so.6")
    assert module.runpath == ("$ORIGIN/../demo.libs",)
    assert module.symbol_floors == {"GLIBC": "2.14", "GLIBCXX": "3.4.21", "CXXABI": "1.3.9"}
    assert (library.role, library.soname) == ("library", "libcrypto-1a2b3c4d.so.3")
    assert library.symbol_floors == {"GLIBC": "2.17", "GCC": "3.0"}
    assert [(item.project, item.version) for item in found.libraries] == [("openssl", "3.5.8")]
    assert found.system == ("libc.so.6", "libgcc_s.so.1", "libstdc++.so.6", "libz.so.1")
    assert (found.glibc, found.glibc_claimed) == ("2.17", "2.17")
    (document,) = found.declared
    assert document.path == "demo-1.0.dist-info/sboms/auditwheel.cdx.json"
    assert (document.sha256, document.size) == (hashlib.sha256(sbom).hexdigest(), len(sbom))
    assert found.skipped == ()


def test_versions_that_a_library_inside_the_wheel_defines_do_not_count() -> None:
    found = native(
        {
            "demo/a.abi3.so": build_elf(versions={"libgcc_s.so.1": ("GCC_12.0",), "libc.so.6": ("GLIBC_2.5",)}),
            "demo.libs/libgcc_s.so.1": build_elf(soname="libgcc_s.so.1"),
        }
    )
    assert [item.symbol_floors.get("GCC") for item in found.members] == [None, None]
    assert found.system == ("libc.so.6",)


def test_library_is_inside_by_file_name_as_well() -> None:
    found = native({"a.so": build_elf(needed=["libx.so.1"]), "lib/libx.so.1": build_elf()})
    assert found.system == ()


def test_data_file_does_not_pass_for_a_library() -> None:
    found = native({"a.so": build_elf(needed=["libc.so.6"]), "demo/x/libc.so.6.txt": b"", "libz": b""})
    assert found.system == ("libc.so.6",)


@pytest.mark.parametrize(
    ("path", "elf", "role"),
    [
        ("demo/_a.cpython-312-x86_64-linux-gnu.so", build_elf(), "extension"),
        ("demo/_a.pypy310-pp73-x86_64-linux-gnu.so", build_elf(), "extension"),
        ("demo/_a.abi3.so", build_elf(), "extension"),
        ("demo/_a.abi3t.so", build_elf(exports=["PyModExport__a"]), "extension"),
        ("demo/_a.so", build_elf(exports=["PyInit__a"]), "extension"),
        ("demo/_a.so", build_elf(exports=["PyModExport__a"]), "extension"),
        ("demo/_a.so", build_elf(), "library"),
        ("demo.libs/libpython3.12.so", build_elf(soname="libpython3.12.so", exports=["PyInit__abc"]), "library"),
        ("demo.libs/libx.so.1.2.3", build_elf(soname="libx.so.1"), "library"),
        ("demo/libc.so.6", build_elf(soname="libc.so.6", interpreter="/lib/ld.so"), "library"),
        ("demo-1.0.data/scripts/tool", build_elf(interpreter="/lib/ld.so"), "executable"),
        ("demo-1.0.data/scripts/tool", build_elf(pie=True), "executable"),
    ],
)
def test_role(path: str, elf: bytes, role: str) -> None:
    (item,) = native({path: elf}).members
    assert item.role == role


def test_executables_in_packages_are_found_by_their_mode() -> None:
    elf = build_elf(interpreter="/lib/ld.so")
    entries = wheel_entries(
        Entry("demo/bin/tool", elf, mode=0o100755),
        Entry("demo/bin/data", elf),
        Entry("demo/bin/run.sh", b"#!/bin/sh\n", mode=0o100755),
        Entry("demo/bin/run", b"#!/bin/sh\n", mode=0o100755),
        Entry("demo/Main.class", b"\xca\xfe\xba\xbe\0\0\0\x41" + bytes(30), mode=0o100755),
    )
    found = inspect_wheel(io.BytesIO(zip_of(entries)), WHEEL_NAME).native
    assert [(item.path, item.role) for item in found.members] == [("demo/bin/tool", "executable")]
    assert found.skipped == ()


def test_scripts_that_are_text_are_no_native_files() -> None:
    assert native({"demo-1.0.data/scripts/tool": b"#!python\n"}) == native({})


def test_what_looks_native_and_is_not_read_is_told() -> None:
    found = native(
        {
            "demo/a.pyd": b"MZ" + bytes(100),
            "demo/a.dylib": b"\xcf\xfa\xed\xfe" + bytes(100),
            "demo/b.dylib": b"\xca\xfe\xba\xbe" + bytes(100),
            "demo/b.so": b"\xca\xfe\xba\xbe\0\0\0\x41" + bytes(100),
            "demo/c.so": b"INPUT(-lc)\n",
            "demo/d.so": b"",
            "demo/e.so": build_elf()[:40],
        }
    )
    assert found.members == ()
    assert found.skipped == (
        "demo/a.dylib: is a Mach-O file, but no executable, library or bundle",
        "demo/a.pyd: is not a PE file",
        "demo/b.dylib: is a damaged Mach-O file: its number of slices is not between 1 and 16",
        "demo/b.so: is no ELF, Mach-O or PE file",
        "demo/c.so: is no ELF, Mach-O or PE file",
        "demo/d.so: is no ELF, Mach-O or PE file",
        "demo/e.so: is a damaged ELF file: a table lies outside the file",
    )


def test_copies_are_read_once_and_told_with_every_path() -> None:
    elf = build_elf(soname="libcrypto.so.3", rodata=b"OpenSSL 3.5.8 25 Aug 2026\0")
    found = native({"a.libs/libcrypto.so": elf, "a.libs/libcrypto.so.3": elf, "b.so": b"same", "c.so": b"same"})
    assert [item.path for item in found.members] == ["a.libs/libcrypto.so", "a.libs/libcrypto.so.3"]
    assert len({item.sha256 for item in found.members}) == 1
    (library,) = found.libraries
    assert (library.project, library.version) == ("openssl", "3.5.8")
    assert [member.path for member in library.members] == ["a.libs/libcrypto.so", "a.libs/libcrypto.so.3"]
    assert found.skipped == ("b.so: is no ELF, Mach-O or PE file", "c.so: is no ELF, Mach-O or PE file")


def test_files_over_the_limit_are_told_and_not_read() -> None:
    payload = deflated(build_elf()) + bytes(6_000_000)
    entry = Entry("demo/libhuge.so.1", payload=payload, size=MAX_NATIVE + 1)
    user = Entry("demo/a.abi3.so", build_elf(needed=["libhuge.so.1"]))
    found = inspect_wheel(io.BytesIO(zip_of(wheel_entries(entry, user))), WHEEL_NAME).native
    assert found.skipped == (f"demo/libhuge.so.1: its {MAX_NATIVE + 1} bytes are more than {MAX_NATIVE}",)
    assert found.system == ()


def test_documents_over_the_limit_are_told_and_not_read() -> None:
    path = "demo-1.0.dist-info/sboms/huge.json"
    entry = Entry(path, payload=bytes(100_000), size=MAX_BYTES + 1)
    found = inspect_wheel(io.BytesIO(zip_of(wheel_entries(entry))), WHEEL_NAME).native
    (document,) = found.declared
    assert (document.path, document.sha256) == (path, None)
    assert document.reason is not None
    assert str(MAX_BYTES + 1) in document.reason


def test_native_files_that_need_more_than_any_wheel_does_are_refused() -> None:
    greedy = build_elf(needed=["x" * 4000] * 1000)
    with pytest.raises(InputError, match="need too much"):
        native({f"{name}.so": greedy for name in "abcde"})


def test_other_wheel_formats_are_refused() -> None:
    filename, data = build_wheel("demo", "1.0", files={"demo-1.0.dist-info/WHEEL": b"Wheel-Version: 2.0\n"})
    with pytest.raises(InputError, match="not of wheel format 1"):
        inspect_wheel(io.BytesIO(data), filename)


def test_same_bytes_give_the_same_result_and_it_survives_its_wire_form() -> None:
    filename, data = build_wheel("demo", "1.0", tag=LINUX, files={"a.so": build_elf(needed=["libc.so.6"])})
    first, second = (encode(inspect_wheel(io.BytesIO(data), filename)) for _ in range(2))
    assert first == second
    assert encode(decode(first, WheelContents)) == first


def test_libraries_are_found_again_with_the_headers_as_they_are_known() -> None:
    openssl = b"OpenSSL 3.5.8 25 Aug 2026\0"
    crypto = build_elf(soname="libcrypto.so.3", rodata=openssl)
    universal = build_fat(
        {
            "x86_64": build_macho(machine="x86_64", sections={"__const": openssl.replace(b"3.5.8", b"3.0.1")}),
            "arm64": build_macho(sections={"__const": openssl}),
        }
    )
    files = {
        "demo.libs/libcrypto-1a2b3c4d.so.3": crypto,
        "demo/copy/libcrypto.so.3": crypto,
        "demo/_a.abi3.so": universal,
        "demo/_b.abi3.so": build_elf(needed=["libz.so.1"], rodata=b"inflate 1.2.11 Copyright 1995-"),
    }
    filename, data = build_wheel("demo", "1.0", tag=LINUX, files=files)
    contents = inspect_wheel(io.BytesIO(data), filename)
    assert len(contents.libraries.libraries) == 3
    assert find_libraries(io.BytesIO(data), filename, contents.headers) == contents.libraries


def test_documents_are_held_against_the_binaries() -> None:
    sbom = b"""{"bomFormat": "CycloneDX", "specVersion": "1.4", "components": [
        {"type": "library", "name": "zlib", "version": "1.3.1", "purl": "pkg:generic/zlib@1.3.1"}]}"""
    files = {
        "demo.libs/libcrypto-1a2b3c4d.so.3": build_elf(soname="libcrypto.so.3", rodata=b"OpenSSL 3.5.8 25 Aug 2026\0"),
        "demo-1.0.dist-info/sboms/auditwheel.cdx.json": sbom,
    }
    found = native(files)
    assert [each.name for document in found.declared for each in document.components] == ["zlib"]
    assert [(each.kind, each.name) for each in found.differences] == [("missing", "openssl")]
