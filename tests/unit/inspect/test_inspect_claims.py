import pytest

from uplock.inspect.claims import false_claims, judged
from uplock.model.digest import Sha256
from uplock.model.native import FalseClaim, Format, NativeMember, Role
from uplock.model.value import changed

DIGEST = Sha256("0" * 64)
MODULE = NativeMember(
    path="demo/_a.abi3.so",
    sha256=DIGEST,
    size=1,
    format="elf",
    role="extension",
    arch="x86_64",
    bits=64,
    needed=("libc.so.6",),
    libc="glibc",
    modules=("PyInit__a",),
    abi="abi3",
    python_symbols=("PyObject_Call", "PyType_GetModuleState"),
)


def claims(filename: str, *members: NativeMember) -> tuple[FalseClaim, ...]:
    return false_claims(judged(members, filename), filename)


def told(filename: str, *members: NativeMember) -> list[tuple[str, str, str, str]]:
    return [(each.kind, each.claimed, each.found, each.detail) for each in claims(filename, *members)]


def mac(arch: str, minimum: str | None, role: Role = "library") -> NativeMember:
    return NativeMember(
        path="demo/a.dylib",
        sha256=DIGEST,
        size=1,
        format="mach-o",
        role=role,
        arch=arch,
        bits=64,
        minimum_os=minimum,
    )


def linux(tag: str) -> str:
    return f"demo-1.0-cp312-cp312-{tag}.whl"


def floors(glibc: str, arch: str = "x86_64") -> NativeMember:
    return changed(MODULE, path="demo/_a.so", abi="cpython-312", symbol_floors={"GLIBC": glibc}, arch=arch)


@pytest.mark.parametrize(
    ("tag", "claimed"),
    [
        ("manylinux2014_x86_64.manylinux_2_17_x86_64", "2.17"),
        ("manylinux_2_17_x86_64.manylinux_2_28_x86_64", "2.17"),
        ("manylinux1_x86_64", "2.5"),
    ],
)
def test_module_that_needs_a_newer_glibc_than_the_tag(tag: str, claimed: str) -> None:
    detail = f"it needs symbols of glibc 2.28, and the wheel's tag promises {claimed}"
    assert told(linux(tag), floors("2.28")) == [("glibc", claimed, "2.28", detail)]
    assert told(linux(tag), floors(claimed)) == []


def test_glibc_is_compared_with_the_tags_of_the_members_machine() -> None:
    tag = "manylinux_2_17_x86_64.manylinux_2_31_riscv64"
    assert told(linux(tag), floors("2.31", "riscv")) == []
    assert told(linux(tag), floors("2.32", "riscv"))[0][1:3] == ("2.31", "2.32")
    assert told(linux(tag), floors("2.99", "aarch64")) == []


@pytest.mark.parametrize("tag", ["linux_x86_64", "any", "musllinux_1_2_x86_64.manylinux_2_28_x86_64"])
def test_tags_that_promise_no_glibc_or_keep_it(tag: str) -> None:
    assert told(linux(tag), floors("2.28")) == []


def test_c_library_that_the_tag_does_not_promise() -> None:
    musl = changed(MODULE, abi="cpython-312", libc="musl")
    detail = "it needs musl, and the wheel's tag promises glibc"
    assert told(linux("manylinux_2_28_x86_64"), musl) == [("glibc", "glibc", "musl", detail)]
    glibc = changed(MODULE, abi="cpython-312")
    assert [each[1:3] for each in told(linux("musllinux_1_2_x86_64"), glibc)] == [("musl", "glibc")]
    assert told(linux("musllinux_1_2_x86_64"), musl) == []
    assert told(linux("musllinux_1_2_x86_64"), changed(glibc, libc=None)) == []
    assert told(linux("musllinux_1_2_x86_64.manylinux_2_28_x86_64"), glibc, musl) == []
    assert told(linux("musllinux_1_2_x86_64"), changed(glibc, role="executable")) == []


def test_slice_that_needs_a_newer_macos_than_the_tag() -> None:
    filename = "cryptography-48.0.1-cp311-abi3-macosx_10_9_universal2.whl"
    members = (mac("x86_64", "macos 10.13"), mac("arm64", "macos 11.0"))
    detail = "its code for x86_64 needs macOS 10.13, and the wheel's tag promises 10.9"
    assert told(filename, *members) == [("macos", "10.9", "10.13", detail)]
    assert claims(filename, *members)[0].member == "demo/a.dylib"


@pytest.mark.parametrize(
    ("tag", "arch", "minimum", "found"),
    [
        ("macosx_10_13_x86_64", "x86_64", "macos 10.13", None),
        ("macosx_10_13_x86_64", "x86_64", "macos 10.13.4", None),
        ("macosx_10_9_x86_64", "x86_64", "macos 10.9, macos 10.12", "10.12"),
        ("macosx_10_9_x86_64", "x86_64h", "macos 10.12", "10.12"),
        ("macosx_11_0_arm64", "arm64", "macos 11.3", None),
        ("macosx_11_0_arm64", "arm64e", "macos 12.0", "12.0"),
        ("macosx_11_0_arm64", "x86_64", "macos 15.0", None),
        ("macosx_10_9_universal2", "arm64", "macos 12.0", "12.0"),
        ("macosx_10_9_intel", "i386", "macos 10.13", "10.13"),
        ("macosx_10_6_fat", "x86_64", "macos 10.13", None),
        ("macosx_10_15_x86_64.macosx_11_0_arm64.macosx_10_15_universal2", "x86_64", "macos 10.15", None),
        ("macosx_10_15_x86_64.macosx_12_0_arm64.macosx_10_15_universal2", "arm64", "macos 11.0", None),
        ("macosx_10_16_x86_64", "x86_64", "macos 11.0", None),
        ("macosx_11_0_x86_64", "x86_64", "macos 10.16", None),
        ("macosx_10_15_x86_64", "x86_64", "macos 10.16", "10.16"),
        ("macosx_10_9_x86_64", "x86_64", "ios 15.0", None),
        ("macosx_10_9_x86_64", "x86_64", None, None),
    ],
)
def test_minimum_of_a_slice_and_the_lowest_tag_of_its_machine(
    tag: str, arch: str, minimum: str | None, found: str | None
) -> None:
    expected = [] if found is None else [found]
    assert [each[2] for each in told(linux(tag), mac(arch, minimum))] == expected


def test_floor_of_the_stable_abi_is_told_with_the_module() -> None:
    (member,) = judged((MODULE,), "demo-1.0-cp310-abi3-linux_x86_64.whl")
    assert (member.abi_floor, member.abi_foreign) == ("3.10", ())
    plain = changed(MODULE, path="demo/_a.cpython-312-x86_64-linux-gnu.so", abi="cpython-312")
    assert judged((plain,), "demo-1.0-cp312-cp312-linux_x86_64.whl") == (plain,)


def test_module_that_uses_what_came_after_the_tags_python() -> None:
    filename = "demo-1.0-cp39.cp310-abi3-linux_x86_64.whl"
    detail = "it uses PyType_GetModuleState, in the stable ABI since 3.10"
    assert told(filename, MODULE) == [("abi3", "3.9", "3.10", detail)]
    assert told("demo-1.0-cp310-abi3-linux_x86_64.whl", MODULE) == []
    assert told("demo-1.0-py3-none-linux_x86_64.whl", MODULE) == []
    more = changed(MODULE, python_symbols=("PyType_GetModuleState", "PyType_GetModule", "PyModule_AddType"))
    assert told(filename, more)[0][3] == "it uses PyModule_AddType and 2 more, in the stable ABI since 3.10"


FOREIGN = changed(MODULE, python_symbols=("PyObject_Call", "PyRun_String"))
ABI3 = "demo-1.0-cp310-abi3-linux_x86_64.whl"


def test_module_that_uses_what_is_not_in_the_stable_abi() -> None:
    assert judged((FOREIGN,), ABI3)[0].abi_foreign == ("PyRun_String",)
    detail = "it uses PyRun_String, not in the stable ABI"
    assert told(ABI3, FOREIGN) == [("abi3", "abi3", "PyRun_String", detail)]
    assert told("demo-1.0-cp312-cp312-linux_x86_64.whl", FOREIGN)[0][2] == "PyRun_String"


def library(path: str, python_symbols: tuple[str, ...] = (), soname: str | None = None) -> NativeMember:
    return changed(
        MODULE, path=path, role="library", abi=None, modules=(), python_symbols=python_symbols, soname=soname
    )


@pytest.mark.parametrize(
    ("needed", "foreign"),
    [
        (("libc.so.6", "libstdc++.so.6", "ld-linux-x86-64.so.2"), True),
        (("libc.musl-x86_64.so.1",), True),
        (("libpython3.so",), False),
        (("libshiboken6.abi3.so.6.12",), False),
        (("libplain.so.1",), True),
        (("libother.so.1",), False),
        (("/usr/lib/libSystem.B.dylib", "/System/Library/Frameworks/Security.framework/Versions/A/Security"), True),
    ],
)
def test_what_another_library_may_have_is_not_foreign(needed: tuple[str, ...], foreign: bool) -> None:
    members = (
        changed(FOREIGN, needed=needed),
        library("demo.libs/libplain.so.1"),
        library("demo.libs/x.so", ("PyObject_Call",), "libother.so.1"),
    )
    assert bool(judged(members, ABI3)[0].abi_foreign) == foreign
    assert bool(claims(ABI3, *members)) == foreign


def test_import_table_of_windows_tells_whose_a_symbol_is() -> None:
    module = changed(FOREIGN, format="pe", path="demo/a.pyd", needed=("python3.dll", "shiboken6.dll"))
    assert judged((module,), ABI3)[0].abi_foreign == ("PyRun_String",)


def test_symbols_of_windows_are_in_the_stable_abi_there() -> None:
    symbols = ("PyErr_SetFromWindowsErr",)
    pe = changed(MODULE, format="pe", path="demo/a.pyd", needed=("python3.dll",), python_symbols=symbols)
    assert told("demo-1.0-cp310-abi3-win_amd64.whl", pe) == []
    assert told(ABI3, changed(MODULE, python_symbols=symbols))[0][2] == "PyErr_SetFromWindowsErr"


def test_module_with_a_plain_name_claims_what_the_tags_say() -> None:
    plain = changed(FOREIGN, path="demo/_a.so", abi=None)
    assert told(ABI3, plain)[0][2] == "PyRun_String"
    assert told("demo-1.0-cp312-cp312-linux_x86_64.whl", plain) == []
    assert told("demo-1.0-cp310-abi3.cp312-linux_x86_64.whl", plain) == []
    assert judged((plain,), "demo-1.0-cp315-abi3t-linux_x86_64.whl")[0].abi_floor == "3.15"


def test_libraries_claim_nothing_about_python() -> None:
    openblas = library("demo.libs/libopenblas.so.0", ("PyRun_String",))
    assert told(ABI3, openblas) == []
    assert judged((openblas,), ABI3) == (openblas,)


@pytest.mark.parametrize(
    ("form", "name"),
    [
        ("elf", "libpython3.12.so.1.0"),
        ("mach-o", "/Library/Frameworks/Python.framework/Versions/3.12/Python"),
        ("mach-o", "@rpath/libpython3.12.dylib"),
        ("pe", "python312.dll"),
        ("pe", "Python313t.dll"),
    ],
)
def test_module_for_the_stable_abi_that_needs_the_library_of_one_python(form: Format, name: str) -> None:
    module = changed(MODULE, format=form, needed=(name,), abi=None if form == "pe" else "abi3")
    found = [each for each in told(ABI3, module) if each[2] == name]
    assert found == [("abi3", "abi3", name, f"it needs {name}, which is of one version of Python")]


def test_module_of_one_version_in_a_wheel_for_the_stable_abi() -> None:
    pinned = changed(MODULE, path="demo/_a.cpython-312-x86_64-linux-gnu.so", abi="cpython-312")
    detail = "by its name it is for cpython-312, and the wheel's tag promises abi3"
    assert told(ABI3, pinned) == [("abi3", "abi3", "cpython-312", detail)]
    assert told(ABI3, pinned, MODULE) == []
    assert told(ABI3, pinned, changed(MODULE, path="other/_a.abi3.so")) != []
    assert told("demo-1.0-cp312-cp312-linux_x86_64.whl", pinned) == []


def test_free_threaded_python_does_not_load_modules_for_abi3() -> None:
    filename = "demo-1.0-cp315-abi3.abi3t-linux_x86_64.whl"
    assert [each[1:3] for each in told(filename, MODULE)] == [("abi3t", "abi3")]
    free = changed(MODULE, path="demo/_a.abi3t.so", abi="abi3t", modules=("PyModExport__a",))
    assert told(filename, free) == []
    assert told(filename, free, MODULE) == []
    assert told("demo-1.0-cp315-abi3-linux_x86_64.whl", free) == []
    old = told("demo-1.0-cp314-abi3-linux_x86_64.whl", free)
    assert old == [("abi3", "3.14", "3.15", "there is no abi3t before 3.15")]


def test_claims_are_told_once_and_in_order() -> None:
    filename = "demo-1.0-cp39-abi3-manylinux_2_17_x86_64.whl"
    member = changed(MODULE, symbol_floors={"GLIBC": "2.28"})
    found = claims(filename, changed(member, path="z.abi3.so"), member, member)
    assert [(each.member, each.kind) for each in found] == [
        ("demo/_a.abi3.so", "abi3"),
        ("demo/_a.abi3.so", "glibc"),
        ("z.abi3.so", "abi3"),
        ("z.abi3.so", "glibc"),
    ]
