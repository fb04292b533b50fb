"""Whatever native files say, linkage is told without an error, in the same order, and by dependencies alone."""

from __future__ import annotations

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from support.linked import locked, on, wheel
from support.native import native_member
from support.strategies import platforms
from support.subjects import check, make_subject
from uplock.linkage.cuda import major_of
from uplock.linkage.dependencies import Dependencies
from uplock.linkage.providers import Linkage
from uplock.model.digest import sha256_of
from uplock.model.native import FalseClaim, NativeMember
from uplock.model.native_sbom import Difference
from uplock.model.platform import Platform
from uplock.model.results import ArtifactResults
from uplock.model.value import changed
from uplock.policy.registry import rules

PACKAGES = ("a", "b", "c", "d")
LINES = ("a", "b[x]", "c; extra == 'x'", "d[x,y]; sys_platform == 'linux'", "gone", "c; extra == 'y'")
NAMES = st.sampled_from(
    [
        *("liba.so", "libb.so.1", "libz.so.1", "libc.so.6", "libcuda.so.1", "libcudart.so.12", "libcudart.so.13"),
        *("@rpath/liba.dylib", "/usr/lib/libz.dylib", "a.dll", "kernel32.dll", "python312.dll", "../liba.so"),
    ]
) | st.text(max_size=20)
RUNPATHS = st.sampled_from(["$ORIGIN", "$ORIGIN/../b", "@loader_path/../b", "/opt", "$ORIGIN/../../.."]) | st.text(
    max_size=20
)
FORMS = [("elf", "x86_64"), ("elf", "aarch64"), ("mach-o", "arm64"), ("mach-o", "x86_64"), ("pe", "x86_64")]
CLAIMS = st.builds(
    FalseClaim,
    kind=st.sampled_from(["glibc", "macos", "abi3"]),
    member=st.text(max_size=20),
    claimed=st.text(max_size=5),
    found=st.text(max_size=5),
    detail=st.text(max_size=900),
)
DIFFERENCES = st.builds(
    Difference,
    kind=st.sampled_from(["missing", "over-claimed", "version", "wrong-platform"]),
    name=st.text(max_size=20),
    ecosystem=st.sampled_from(["native", "cargo"]),
    declared=st.tuples(st.text(max_size=9)) | st.just(()),
    observed=st.tuples(st.text(max_size=9)) | st.just(()),
    detail=st.text(max_size=9),
)
RULES = [rule for rule in rules() if rule.id.startswith("NA")]


@st.composite
def members(draw: st.DrawFn) -> NativeMember:
    path = f"{draw(st.sampled_from(PACKAGES))}/{draw(NAMES)}"
    form, arch = draw(
        st.sampled_from(
            [("elf", "x86_64"), ("elf", "aarch64"), ("mach-o", "arm64"), ("mach-o", "x86_64"), ("pe", "x86_64")]
        )
    )
    return native_member(
        path,
        sha256=sha256_of(path.encode("utf-8", "replace")),
        format=form,
        arch=arch,
        role=draw(st.sampled_from(["extension", "library", "executable"])),
        soname=draw(st.none() | NAMES),
        needed=tuple(draw(st.lists(NAMES, max_size=4))),
        delayed=tuple(draw(st.lists(NAMES, max_size=2))),
        runpath=tuple(draw(st.lists(RUNPATHS, max_size=2))),
        libc=draw(st.sampled_from([None, "glibc", "musl"])),
    )


@st.composite
def wheels(draw: st.DrawFn, name: str) -> ArtifactResults:
    requires = draw(st.lists(st.sampled_from(LINES), max_size=4))
    return wheel(name, *draw(st.lists(members(), max_size=4)), requires=requires)


@st.composite
def contents(draw: st.DrawFn) -> tuple[ArtifactResults, ...]:
    return tuple(draw(wheels(name)) for name in PACKAGES)


EDGES = st.dictionaries(st.sampled_from(PACKAGES), st.lists(st.sampled_from(PACKAGES), max_size=3, unique=True))


def linkage_of(artifacts: tuple[ArtifactResults, ...], edges: dict[str, list[str]], platform: Platform) -> Linkage:
    lock = locked(*artifacts, edges=edges, target=on(platform))
    return Linkage.of(lock, {each.metadata.name: each for each in artifacts})


@given(contents(), EDGES, platforms, st.randoms(use_true_random=False))
@settings(deadline=None)
def test_the_order_of_packages_and_members_changes_nothing(
    artifacts: tuple[ArtifactResults, ...], edges: dict[str, list[str]], platform: Platform, random: Random
) -> None:
    shuffled = [
        changed(
            each,
            native=changed(each.native, members=tuple(random.sample(each.native.members, k=len(each.native.members)))),
        )
        for each in artifacts
    ]
    random.shuffle(shuffled)
    assert linkage_of(artifacts, edges, platform).needs == linkage_of(tuple(shuffled), edges, platform).needs


@given(contents(), EDGES, platforms)
@settings(deadline=None)
def test_only_dependencies_are_providers_and_every_need_says_who_brings_it(
    artifacts: tuple[ArtifactResults, ...], edges: dict[str, list[str]], platform: Platform
) -> None:
    linkage = linkage_of(artifacts, edges, platform)
    results = {each.metadata.name: each for each in artifacts}
    dependencies = Dependencies(locked(*artifacts, edges=edges, target=on(platform)), results)
    for need in linkage.needs:
        assert (
            (need.kind == "package") == (need.provider is not None) == (need.path is not None) == (need.by is not None)
        )
        assert (need.kind == "system") == (need.policy is not None)
        assert need.soname in results[need.package].native.system
        assert list(need.members) == sorted(set(need.members))
        if need.provider is not None:
            assert need.provider in dependencies.all(need.package)
            assert (need.path, need.sha256) in {
                (each.path, each.sha256) for each in results[need.provider].native.members
            }
    assert [need for name in PACKAGES for need in linkage.of_package(name)] == list(linkage.needs)


@given(contents(), EDGES, platforms)
@settings(deadline=None)
def test_packages_that_are_added_and_that_nobody_depends_on_change_nothing(
    artifacts: tuple[ArtifactResults, ...], edges: dict[str, list[str]], platform: Platform
) -> None:
    planted = wheel("z", *(member for each in artifacts for member in each.native.members), requires=["a", "b"])
    before = linkage_of(artifacts, edges, platform)
    after = linkage_of((*artifacts, planted), edges, platform)
    told = [changed(need, linked=False) for name in PACKAGES for need in after.of_package(name)]
    assert told == [changed(need, linked=False) for need in before.needs]


@given(contents(), EDGES, platforms, st.lists(CLAIMS, max_size=3), st.lists(DIFFERENCES, max_size=3))
@settings(deadline=None)
def test_no_rule_about_native_code_raises_and_all_that_they_say_is_safe_to_show(
    artifacts: tuple[ArtifactResults, ...],
    edges: dict[str, list[str]],
    platform: Platform,
    claims: list[FalseClaim],
    differences: list[Difference],
) -> None:
    first = artifacts[0]
    native = changed(first.native, claims=tuple(claims), differences=tuple(differences))
    artifacts = (changed(first, native=native), *artifacts[1:])
    target = on(platform)
    subject = make_subject(*artifacts, lock=locked(*artifacts, edges=edges, target=target), target=target)
    for rule in RULES:
        found = check(rule, subject)
        assert len(found) <= 2 * len(artifacts)
        assert all(
            text.isprintable() for each in found for text in (each.message, each.remedy, each.subject, each.place)
        )


@given(st.text())
def test_no_name_of_a_library_breaks_the_table_of_cuda(name: str) -> None:
    assert major_of(name) in {None, 11, 12, 13}
