"""Who brings what the wheels of a lock need."""

from __future__ import annotations

import pytest

from support.linked import library, linked, locked, on, only, wheel
from support.native import native_member
from support.subjects import digest_for
from uplock.errors import InputError
from uplock.linkage.providers import Linkage
from uplock.model.need import Need
from uplock.model.platform import GlibcLinux, MacOS, Windows
from uplock.model.value import changed

NEEDING = native_member("consumer/_x.so", needed=("libdep.so.1",))
CONSUMER = wheel("consumer", NEEDING)
PROVIDER = wheel("provider", library("provider/lib/libdep.so.1"))
MACOS, WINDOWS = on(MacOS(arch="arm64")), on(Windows(arch="x86_64"))


def test_a_dependency_brings_it_under_its_soname() -> None:
    provider = wheel("provider", library("provider/lib/libdep-0123abcd.so.1.2.3", "libdep.so.1"))
    path = "provider/lib/libdep-0123abcd.so.1.2.3"
    assert only(linked(CONSUMER, provider, edges={"consumer": ["provider"]})) == Need(
        package="consumer",
        soname="libdep.so.1",
        members=("consumer/_x.so",),
        kind="package",
        provider="provider",
        path=path,
        sha256=digest_for(path),
        by="name",
        linked=True,
    )


def test_a_dependency_brings_it_under_the_name_of_its_file() -> None:
    provider = wheel("provider", library("provider/lib/libdep.so.1", "libdep.so.1.2.3"))
    assert only(linked(CONSUMER, provider, edges={"consumer": ["provider"]})).provider == "provider"


def test_a_dependency_of_a_dependency_brings_it() -> None:
    linkage = linked(CONSUMER, wheel("between"), PROVIDER, edges={"consumer": ["between"], "between": ["provider"]})
    assert only(linkage).provider == "provider"


def test_a_package_brings_nothing_to_those_that_do_not_depend_on_it() -> None:
    assert only(linked(CONSUMER, PROVIDER, edges={"provider": ["consumer"]})).kind == "nobody"


def test_an_extension_module_can_be_needed_as_a_library_and_a_program_cannot() -> None:
    module = native_member("provider/libdep.so.1")
    edges = {"consumer": ["provider"]}
    assert only(linked(CONSUMER, wheel("provider", module), edges=edges)).provider == "provider"
    program = changed(module, role="executable")
    assert only(linked(CONSUMER, wheel("provider", program), edges=edges)).kind == "nobody"


@pytest.mark.parametrize("fields", [{"arch": "aarch64"}, {"format": "pe"}, {"libc": "musl"}])
def test_a_file_for_another_platform_brings_nothing(fields: dict[str, str]) -> None:
    provider = wheel("provider", library("provider/libdep.so.1", **fields))
    assert only(linked(CONSUMER, provider, edges={"consumer": ["provider"]})).kind == "nobody"


def test_of_several_dependencies_the_first_by_name_is_told() -> None:
    others = [wheel(name, library(f"{name}/libdep.so.1")) for name in ("b", "a", "c")]
    linkage = linked(CONSUMER, *others, edges={"consumer": ["b", "c", "a"]})
    assert only(linkage).provider == "a"


def test_the_one_to_which_the_search_path_leads_comes_first() -> None:
    consumer = wheel("consumer", changed(NEEDING, runpath=("/opt/lib", "$ORIGIN/../c/lib")))
    others = [wheel(name, library(f"{name}/lib/libdep.so.1")) for name in ("a", "c")]
    need = only(linked(consumer, *others, edges={"consumer": ["a", "c"]}))
    assert (need.provider, need.path, need.by) == ("c", "c/lib/libdep.so.1", "runpath")


def test_a_search_path_into_a_package_that_is_no_dependency_is_no_evidence() -> None:
    consumer = wheel("consumer", changed(NEEDING, runpath=("$ORIGIN/../provider/lib",)))
    assert only(linked(consumer, PROVIDER)).kind == "nobody"


def test_the_search_path_counts_from_where_members_are_installed() -> None:
    member = native_member(
        "consumer-1.0.data/purelib/consumer/_x.so", needed=("libdep.so.1",), runpath=("$ORIGIN/../provider/lib",)
    )
    assert only(linked(wheel("consumer", member), PROVIDER, edges={"consumer": ["provider"]})).by == "runpath"


def test_the_system_brings_it_by_the_policy_of_the_platform() -> None:
    consumer = wheel("consumer", native_member("consumer/_x.so", needed=("libz.so.1",)))
    assert only(linked(consumer)).kind == "system"
    assert only(linked(consumer)).policy == "manylinux_2_28_x86_64"
    old = on(GlibcLinux(arch="x86_64", glibc=(2, 17)))
    assert only(linked(consumer, target=old)).policy == "manylinux_2_17_x86_64"


def test_a_copy_in_a_dependency_replaces_that_of_the_system_only_if_a_search_path_leads_to_it() -> None:
    member = native_member("consumer/_x.so", needed=("libz.so.1",))
    provider = wheel("provider", library("provider/lib/libz.so.1"))
    edges = {"consumer": ["provider"]}
    assert only(linked(wheel("consumer", member), provider, edges=edges)).kind == "system"
    led = changed(member, runpath=("$ORIGIN/../provider/lib",))
    assert only(linked(wheel("consumer", led), provider, edges=edges)).kind == "package"


def test_nothing_replaces_the_c_library_of_a_process() -> None:
    member = native_member("consumer/_x.so", needed=("libc.so.6",), runpath=("$ORIGIN/../provider/lib",))
    provider = wheel("provider", library("provider/lib/libc.so.6"))
    assert only(linked(wheel("consumer", member), provider, edges={"consumer": ["provider"]})).kind == "system"


def test_a_driver_brings_what_no_wheel_can_unless_a_wheel_does() -> None:
    consumer = wheel("consumer", native_member("consumer/_x.so", needed=("libcuda.so.1",)))
    assert only(linked(consumer)).kind == "driver"


def test_macos_tells_libraries_by_their_install_names() -> None:
    member = native_member(
        "consumer/_x.so", format="mach-o", arch="arm64", needed=("@rpath/libdep.dylib", "/usr/lib/libz.1.dylib")
    )
    provider = wheel(
        "provider", library("provider/lib/libdep.dylib", "@rpath/libdep.dylib", format="mach-o", arch="arm64")
    )
    linkage = linked(wheel("consumer", member), provider, edges={"consumer": ["provider"]}, target=MACOS)
    assert [(each.soname, each.kind) for each in linkage.of_package("consumer")] == [
        ("/usr/lib/libz.1.dylib", "system"),
        ("@rpath/libdep.dylib", "package"),
    ]


def test_windows_tells_dlls_by_the_names_of_their_files_in_any_case_of_letters() -> None:
    member = native_member("consumer/_x.pyd", format="pe", needed=("Dep.DLL", "KERNEL32.dll", "python312.dll"))
    consumer = wheel("consumer", member, outside=("dep.dll", "kernel32.dll", "python312.dll"))
    provider = wheel("provider", library("provider/DEP.dll", "another.dll", format="pe"))
    linkage = linked(consumer, provider, edges={"consumer": ["provider"]}, target=WINDOWS)
    assert [(each.soname, each.kind, each.path) for each in linkage.of_package("consumer")] == [
        ("dep.dll", "package", "provider/DEP.dll"),
        ("kernel32.dll", "system", None),
        ("python312.dll", "interpreter", None),
    ]


def test_the_name_that_a_dll_gives_itself_counts_for_nothing() -> None:
    consumer = wheel("consumer", native_member("consumer/_x.pyd", format="pe", needed=("another.dll",)))
    provider = wheel("provider", library("provider/dep.dll", "another.dll", format="pe"))
    linkage = linked(consumer, provider, edges={"consumer": ["provider"]}, target=WINDOWS)
    assert only(linkage).kind == "nobody"


def test_what_all_members_load_at_first_use_is_delayed() -> None:
    late = native_member("consumer/a.pyd", format="pe", delayed=("dep.dll",))
    early = native_member("consumer/b.pyd", format="pe", needed=("dep.dll",))
    assert only(linked(wheel("consumer", late), target=WINDOWS)).delayed
    both = only(linked(wheel("consumer", late, early), target=WINDOWS))
    assert (both.delayed, both.members) == (False, ("consumer/a.pyd", "consumer/b.pyd"))


def test_what_the_wheel_brings_itself_is_no_need() -> None:
    consumer = wheel("consumer", changed(NEEDING, needed=("libdep.so.1", "libown.so")), outside=("libdep.so.1",))
    assert only(linked(consumer)).soname == "libdep.so.1"


def test_files_for_other_platforms_need_nothing() -> None:
    launcher = native_member("consumer/cli.exe", format="pe", role="executable", needed=("kernel32.dll",))
    assert linked(wheel("consumer", launcher)).needs == ()


def test_the_slice_for_the_target_alone_counts() -> None:
    members = (
        native_member("consumer/_x.so", format="mach-o", arch=arch, needed=(f"/opt/{arch}.dylib",))
        for arch in ("x86_64", "arm64")
    )
    assert only(linked(wheel("consumer", *members), target=MACOS)).soname == "/opt/arm64.dylib"


def test_a_dependency_that_is_not_read_may_bring_it() -> None:
    linkage = Linkage.of(
        locked(CONSUMER, PROVIDER, edges={"consumer": ["provider"]}), {"consumer": CONSUMER, "stranger": PROVIDER}
    )
    assert only(linkage).kind == "unknown"
    assert linkage.of_package("provider") == ()


def test_a_source_distribution_may_bring_it() -> None:
    lock = locked(CONSUMER, wheel("provider"), edges={"consumer": ["provider"]})
    consumer, provider = lock.packages
    built = changed(provider, artifact=changed(provider.artifact, filename="provider-1.0.tar.gz"))
    linkage = Linkage.of(
        changed(lock, packages=(consumer, built)), {"consumer": CONSUMER, "provider": wheel("provider")}
    )
    assert only(linkage).kind == "unknown"


def test_what_is_not_read_elsewhere_changes_nothing() -> None:
    assert only(Linkage.of(locked(CONSUMER, PROVIDER), {"consumer": CONSUMER})).kind == "nobody"


@pytest.mark.parametrize(
    ("skipped", "kind"), [("provider/libdep.so.1: is damaged", "unknown"), ("provider/other.so: is damaged", "nobody")]
)
def test_a_file_that_could_not_be_read_may_be_it(skipped: str, kind: str) -> None:
    provider = wheel("provider", skipped=[skipped])
    assert only(linked(CONSUMER, provider, edges={"consumer": ["provider"]})).kind == kind


def test_needs_come_by_package_and_name_whatever_the_order_of_the_lock() -> None:
    members = [native_member(f"x/{each}.so", needed=("libb.so", "liba.so")) for each in "qp"]
    linkage = linked(wheel("z", *members), wheel("consumer", *members))
    assert [(each.package, each.soname, each.members) for each in linkage.needs] == [
        ("consumer", "liba.so", ("x/p.so", "x/q.so")),
        ("consumer", "libb.so", ("x/p.so", "x/q.so")),
        ("z", "liba.so", ("x/p.so", "x/q.so")),
        ("z", "libb.so", ("x/p.so", "x/q.so")),
    ]


def test_a_package_that_is_not_there_needs_nothing() -> None:
    assert linked(CONSUMER).of_package("stranger") == ()


@pytest.mark.parametrize("line", ["not a requirement!", "provider; python_full_version ~= 'x'"])
def test_metadata_that_cannot_be_read_are_an_error_only_where_they_decide(line: str) -> None:
    consumer = wheel("consumer", NEEDING, requires=[line])
    assert only(linked(consumer)).kind == "nobody"
    assert only(linked(consumer, PROVIDER, edges={"consumer": ["provider"]})).kind == "package"
    with pytest.raises(InputError):
        only(linked(consumer, PROVIDER))
