import io
from collections.abc import Mapping

import pytest

from support.elf import build_elf
from support.macho import build_fat, build_macho, exported
from support.pe import build_pe
from support.wheels import build_wheel
from uplock.inspect.identify import unmangled
from uplock.inspect.native import format_of
from uplock.inspect.profile import inspect_wheel
from uplock.model.native import NativeProfile

MANGLE = "-0123456789abcdef0123456789abcdef"
OPENSSL = b"OpenSSL 3.5.8 25 Aug 2026\0"


def native(files: Mapping[str, bytes]) -> NativeProfile:
    filename, data = build_wheel("demo", "1.0", tag="cp312-cp312-win_amd64", files=files)
    return inspect_wheel(io.BytesIO(data), filename).native


@pytest.mark.parametrize(
    ("head", "form"),
    [
        (b"\x7fELF\2\1\1\0", "elf"),
        (b"MZ\x90\0\3\0\0\0", "pe"),
        (b"\xcf\xfa\xed\xfe\x0c\0\0\1", "mach-o"),
        (b"\xfe\xed\xfa\xce\0\0\0\x12", "mach-o"),
        (b"\xca\xfe\xba\xbe\0\0\0\2", "mach-o"),
        (b"\xca\xfe\xba\xbf\0\0\0\2", "mach-o"),
        (b"\xca\xfe\xba\xbe\0\0\0\x34", None),
        (b"#!python", None),
        (b"", None),
    ],
)
def test_first_bytes_tell_the_format(head: bytes, form: str | None) -> None:
    assert format_of(head) == form


def test_wheel_that_delocate_repaired() -> None:
    extension = build_macho(
        kind="bundle",
        dylibs=[("@loader_path/.dylibs/libcrypto.3.dylib", "load"), ("/usr/lib/libz.1.dylib", "load")],
        rpaths=["@loader_path/.."],
        symbols=[exported("PyInit__demo")],
    )
    crypto = build_macho(
        install_id="/DLC/demo/.dylibs/libcrypto.3.dylib",
        dylibs=[("/usr/lib/libSystem.B.dylib", "load"), ("@rpath/liblazy.dylib", "lazy")],
        minimum=[],
        old_minimum=[("macos", "10.13")],
        sections={"__const": OPENSSL},
    )
    found = native({"demo/_demo.cpython-312-darwin.so": extension, "demo/.dylibs/libcrypto.3.dylib": crypto})
    library, module = found.members
    assert (module.format, module.role, module.arch, module.bits) == ("mach-o", "extension", "arm64", 64)
    assert (module.minimum_os, module.modules, module.runpath) == (
        "macos 11.0",
        ("PyInit__demo",),
        ("@loader_path/..",),
    )
    assert module.needed == ("@loader_path/.dylibs/libcrypto.3.dylib", "/usr/lib/libz.1.dylib")
    assert (library.role, library.soname) == ("library", "/DLC/demo/.dylibs/libcrypto.3.dylib")
    assert (library.minimum_os, library.delayed) == ("macos 10.13", ("@rpath/liblazy.dylib",))
    assert [(each.project, each.version, each.linkage) for each in found.libraries] == [("openssl", "3.5.8", "bundled")]
    assert found.system == ("/usr/lib/libSystem.B.dylib", "/usr/lib/libz.1.dylib", "@rpath/liblazy.dylib")
    assert (found.glibc, found.skipped) == (None, ())


def test_absolute_path_is_outside_even_if_the_wheel_has_a_file_of_that_name() -> None:
    user = build_macho(dylibs=[("/usr/lib/libz.1.dylib", "load"), ("@rpath/libz.1.dylib", "weak")])
    found = native({"a/.dylibs/liba.dylib": user, "a/.dylibs/libz.1.dylib": build_macho()})
    assert found.system == ("/usr/lib/libz.1.dylib",)


def test_dylib_is_inside_by_its_install_id_as_well() -> None:
    library = build_macho(install_id="@rpath/libb.2.dylib")
    found = native({"a/liba.dylib": build_macho(dylibs=[("@rpath/libb.2.dylib", "load")]), "a/libb.dylib": library})
    assert found.system == ()


def test_universal_file_is_told_once_for_each_processor_and_its_libraries_once() -> None:
    intel = build_macho(machine="x86_64", minimum=[("macos", "10.13")], sections={"__const": OPENSSL})
    arm = build_macho(sections={"__cstring": OPENSSL})
    found = native({"demo/_a.abi3.so": build_fat({"x86_64": intel, "arm64": arm})})
    assert [(each.path, each.arch, each.minimum_os) for each in found.members] == [
        ("demo/_a.abi3.so", "x86_64", "macos 10.13"),
        ("demo/_a.abi3.so", "arm64", "macos 11.0"),
    ]
    assert len({(each.sha256, each.size) for each in found.members}) == 1
    assert [(each.project, each.version, each.linkage) for each in found.libraries] == [("openssl", "3.5.8", "static")]


def test_slices_with_different_libraries_tell_both() -> None:
    intel = build_macho(machine="x86_64", sections={"__const": OPENSSL.replace(b"3.5.8", b"3.0.1")})
    found = native({"demo/_a.so": build_fat({"x86_64": intel, "arm64": build_macho(sections={"__const": OPENSSL})})})
    assert [(each.project, each.version) for each in found.libraries] == [("openssl", "3.0.1"), ("openssl", "3.5.8")]


def test_contradictory_minimum_is_told_whole() -> None:
    (found,) = native({"a.dylib": build_macho(old_minimum=[("macos", "10.9")])}).members
    assert found.minimum_os == "macos 10.9, macos 11.0"


def test_wheel_that_delvewheel_repaired() -> None:
    extension = build_pe(
        imports={f"libcrypto-3-x64{MANGLE}.dll": (1,), "python312.dll": ("PyErr_Print",), "KERNEL32.dll": ("Sleep",)},
        delayed={"Missing.dll": (1,)},
        exports=("PyInit__demo",),
        name="_demo.pyd",
    )
    crypto = build_pe(name="libcrypto-3-x64.dll", imports={"api-ms-win-crt-heap-l1-1-0.dll": (1,)}, rdata=OPENSSL)
    path = f"demo.libs/libcrypto-3-x64{MANGLE}.dll"
    found = native({"demo/_demo.cp312-win_amd64.pyd": extension, path: crypto})
    library, module = found.members
    assert (module.format, module.role, module.arch) == ("pe", "extension", "x86_64")
    assert (module.modules, module.delayed) == (("PyInit__demo",), ("Missing.dll",))
    assert (library.role, library.soname) == ("library", "libcrypto-3-x64.dll")
    assert [(each.project, each.version, each.linkage) for each in found.libraries] == [("openssl", "3.5.8", "bundled")]
    assert found.system == ("api-ms-win-crt-heap-l1-1-0.dll", "kernel32.dll", "missing.dll", "python312.dll")


def test_windows_does_not_tell_upper_from_lower_case() -> None:
    found = native(
        {"a.pyd": build_pe(imports={"LibFoo.DLL": (1,)}), "a.libs/libfoo.dll": build_pe(name="x", rdata=b"x")}
    )
    assert found.system == ()


def test_windows_takes_its_own_libraries_from_itself() -> None:
    imports = {"KERNEL32.dll": (1,), "api-ms-win-crt-heap-l1-1-0.dll": (1,), "msvcp140.dll": (1,)}
    shipped = {f"a/{name}": build_pe(rdata=b"x") for name in imports}
    found = native({"a/a.pyd": build_pe(imports=imports), **shipped})
    assert found.system == ("api-ms-win-crt-heap-l1-1-0.dll", "kernel32.dll")


@pytest.mark.parametrize(
    ("path", "data", "role"),
    [
        ("demo/a.pyd", build_pe(exports=("PyInit_a",)), "extension"),
        ("demo/A.PYD", build_pe(rdata=b"x"), "extension"),
        ("demo/python312.dll", build_pe(exports=("PyInit_zlib",)), "library"),
        ("demo/a.dll", build_pe(rdata=b"x"), "library"),
        ("demo/t64.exe", build_pe(kind="executable", rdata=b"x"), "executable"),
        ("demo-1.0.data/scripts/tool", build_macho(kind="executable"), "executable"),
        ("demo/a.so", build_macho(kind="bundle", symbols=[exported("PyInit_a")]), "extension"),
        ("demo/a.so", build_macho(), "library"),
        ("demo/a.cpython-312-darwin.so", build_macho(kind="bundle"), "extension"),
        ("demo/liba.so", build_macho(install_id="@rpath/liba.so", symbols=[exported("PyInit_a")]), "library"),
        ("demo/liba.dylib", build_macho(symbols=[exported("PyInit_a")]), "library"),
    ],
)
def test_role(path: str, data: bytes, role: str) -> None:
    (found,) = native({path: data}).members
    assert found.role == role


def test_modules_of_elf_files_are_told() -> None:
    (found,) = native({"demo/a.abi3.so": build_elf(exports=["PyInit_a", "PyModExport_b", "PyInit_", "PyMain"])}).members
    assert (found.format, found.modules) == ("elf", ("PyInit_a", "PyModExport_b"))


@pytest.mark.parametrize(
    ("filename", "data", "name", "version"),
    [
        ("libgeos.3.14.1.dylib", build_macho(), "geos", "3.14.1"),
        ("liblzma.5.dylib", build_macho(), "xz", None),
        ("libz.1.3.1.zlib-ng.dylib", build_macho(), "zlib", None),
        ("libnobody.1.dylib", build_macho(), "libnobody", None),
        (f"libpq{MANGLE}.dll", build_pe(name="libpq.dll"), "postgresql", None),
        (f"geos_c{MANGLE}.dll", build_pe(rdata=b"x"), "geos", None),
        (f"libssl-3-arm64{MANGLE}.dll", build_pe(rdata=b"x"), "openssl", None),
        (f"MSVCP140{MANGLE}.dll", build_pe(rdata=b"x"), "microsoft-visual-c++-runtime", None),
        (f"z{MANGLE}.dll", build_pe(rdata=b"x"), "zlib", None),
    ],
)
def test_name_of_a_grafted_library(filename: str, data: bytes, name: str, version: str | None) -> None:
    folder = "demo/.dylibs" if filename.endswith(".dylib") else "demo.libs"
    (found,) = native({f"{folder}/{filename}": data}).libraries
    assert (found.project, found.version, found.linkage) == (name, version, "bundled")


def test_libraries_that_nobody_grafted_are_told_only_if_they_are_known() -> None:
    assert native({"demo/libnobody.dylib": build_macho(), "demo/other.dll": build_pe(rdata=b"x")}).libraries == ()


def test_version_in_the_texts_of_a_file_that_needs_the_library_is_the_headers() -> None:
    user = build_macho(dylibs=[("/usr/lib/libcrypto.44.dylib", "load")], sections={"__const": OPENSSL})
    assert native({"demo/a.cpython-312-darwin.so": user}).libraries == ()
    other = build_pe(imports={f"libssl-3-x64{MANGLE}.dll": (1,)}, rdata=OPENSSL)
    assert native({"demo/a.pyd": other}).libraries == ()


@pytest.mark.parametrize(
    ("mangled", "plain"),
    [
        (f"libpq{MANGLE}.dll", "libpq.dll"),
        (f"geos_c{MANGLE}.dll", "geos_c.dll"),
        ("libz-1a2b3c4d.so.1", "libz.so.1"),
        ("libgfortran-1a2b3c4d-5e6f7a8b.so.5", "libgfortran.so.5"),
        ("a-0123456789abcdef.dll", "a-0123456789abcdef.dll"),
    ],
)
def test_names_are_unmangled(mangled: str, plain: str) -> None:
    assert unmangled(mangled) == plain


def test_damaged_file_is_told_and_the_rest_is_read() -> None:
    found = native({"a.dylib": build_macho()[:40], "b.pyd": build_pe(rdata=b"x")[:600], "c.dylib": build_macho()})
    assert [each.path for each in found.members] == ["c.dylib"]
    assert [each.partition(": ")[0] for each in found.skipped] == ["a.dylib", "b.pyd"]
