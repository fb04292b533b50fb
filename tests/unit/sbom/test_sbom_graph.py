from __future__ import annotations

from typing import Any

from support.native import native_library, native_member
from support.sboms import component, edges, make_sbom_subject, read, wheel
from support.subjects import make_artifact_results
from uplock.model.lock import LockedPackage
from uplock.model.native import NativeProfile
from uplock.model.results import ArtifactResults
from uplock.model.value import changed

SSL, CRYPTO = "demo.libs/libssl-1a.so.3", "demo.libs/libcrypto-2b.so.3"
RUNTIME = "runtime-1-py3-none-any.whl"
PATH = "runtime/lib/libgpu-rt.so.2"


def grafted(path: str, name: str, *needed: str, **fields: Any) -> NativeProfile:
    member = native_member(path, role="library", soname=path.rpartition("/")[2], needed=needed, **fields)
    return NativeProfile(members=(member,), libraries=(native_library(name, None, paths=(path,), linkage="bundled"),))


def joined(*profiles: NativeProfile, system: tuple[str, ...] = ()) -> NativeProfile:
    return NativeProfile(
        members=tuple(member for each in profiles for member in each.members),
        libraries=tuple(library for each in profiles for library in each.libraries),
        system=system,
    )


def inner(
    native: NativeProfile, *others: tuple[LockedPackage, ArtifactResults], needs: tuple[str, ...] = ()
) -> set[str]:
    """Return the edges of all parts of ``demo``, by names, and those of itself to parts of others."""
    tree = read(make_sbom_subject((wheel(needs=needs), make_artifact_results(native=native)), *others))
    demo = component(tree, "demo")["bom-ref"]
    return {
        f"{_short(needing, demo)} -> {_short(needed, demo)}"
        for needing, all_needed in edges(tree).items()
        if needing.startswith(demo)
        for needed in all_needed
        if needing != demo or not needed.startswith(demo)
    }


def _short(ref: str, demo: str) -> str:
    return ref.removeprefix(demo) or "demo"


def test_a_library_needs_the_libraries_beside_it() -> None:
    native = joined(grafted(SSL, "libssl", "libcrypto-2b.so.3"), grafted(CRYPTO, "libcrypto"))
    assert inner(native) == {"#libssl -> #libcrypto"}


def test_a_library_needs_what_is_linked_into_it() -> None:
    linked = NativeProfile(libraries=(native_library("zlib", "1.3", paths=(SSL,)),))
    native = joined(grafted(SSL, "libssl"), linked)
    assert inner(native) == {"#libssl -> #zlib@1.3"}


def test_parts_that_are_one_component_do_not_need_themselves() -> None:
    assert inner(joined(grafted(SSL, "openssl", "libcrypto-2b.so.3"), grafted(CRYPTO, "openssl"))) == set()


def test_a_file_of_the_wheel_itself_is_no_part_that_a_library_could_need() -> None:
    own = NativeProfile(members=(native_member("demo/_core.so", role="library"),))
    assert inner(joined(grafted(SSL, "libssl", "_core.so"), own)) == set()


def test_a_library_of_macos_finds_the_one_beside_it_by_its_last_name() -> None:
    native = joined(
        grafted(SSL, "libssl", "@loader_path/libcrypto-2b.so.3", format="mach-o", arch="arm64"),
        grafted(CRYPTO, "libcrypto", format="mach-o", arch="arm64"),
    )
    assert inner(native) == {"#libssl -> #libcrypto"}


def test_whoever_needs_a_library_of_the_system_is_told_with_its_package() -> None:
    native = joined(grafted(SSL, "libssl", "libz.so.1"), system=("libz.so.1",))
    assert inner(native) == {"#libssl -> soname:libz.so.1", "demo -> soname:libz.so.1"}


def _runtime(*, part: bool) -> tuple[LockedPackage, ArtifactResults]:
    member = native_member(PATH, role="library", soname="libgpu-rt.so.2")
    library = native_library("runtime", "2", paths=(PATH,), linkage="bundled")
    native = NativeProfile(members=(member,), libraries=(library,) if part else ())
    return wheel(RUNTIME, direct=False), changed(make_artifact_results(RUNTIME), native=native)


def test_what_another_package_brings_is_an_edge_to_the_part_that_is_the_file() -> None:
    native = joined(grafted(SSL, "libssl", "libgpu-rt.so.2"), system=("libgpu-rt.so.2",))
    part = f"pkg:pypi/runtime@1?file_name={RUNTIME}#runtime@2"
    package = part.partition("#")[0]
    assert inner(native, _runtime(part=True), needs=("runtime",)) == {f"#libssl -> {part}", f"demo -> {package}"}


def test_a_wheel_itself_needs_the_part_of_another_package_that_is_the_file() -> None:
    native = NativeProfile(
        members=(native_member("demo/_x.so", needed=("libgpu-rt.so.2",)),), system=("libgpu-rt.so.2",)
    )
    package = f"pkg:pypi/runtime@1?file_name={RUNTIME}"
    assert inner(native, _runtime(part=True), needs=("runtime",)) == {
        f"demo -> {package}#runtime@2",
        f"demo -> {package}",
    }


def test_edges_between_packages_are_those_of_the_lock_whoever_brings_a_library() -> None:
    own = NativeProfile(members=(native_member("demo/_x.so", needed=("libgpu-rt.so.2",)),))
    native = joined(grafted(SSL, "libssl", "libgpu-rt.so.2"), own, system=("libgpu-rt.so.2",))
    name = "between-1-py3-none-any.whl"
    between = (wheel(name, direct=False, needs=("runtime",)), make_artifact_results(name))
    found = inner(native, _runtime(part=False), between, needs=("between",))
    assert found == {
        f"#libssl -> pkg:pypi/runtime@1?file_name={RUNTIME}",
        "demo -> pkg:pypi/between@1?file_name=between-1-py3-none-any.whl",
    }
