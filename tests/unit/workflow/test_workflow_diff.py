"""Differences between generations: packages, files, native libraries, publishers, targets, waivers and roots."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path

import pytest

from support.generations import RECORDED
from support.subjects import (
    NOTHING,
    VERIFIED,
    digest_for,
    make_artifact_results,
    make_library,
    make_lock,
    make_missing,
    make_package,
    make_target,
)
from uplock.archive.archive import DirectoryArchive
from uplock.errors import IntegrityError
from uplock.lockfile.pylock import write_pylock
from uplock.lockfile.requirements import write_requirements
from uplock.model.diff_outcome import DiffResult, LibraryChange, PackageChange, TargetSide, WaiverChange
from uplock.model.digest import Sha256, sha256_of
from uplock.model.generation import GenerationArtifact, GenerationContent, GenerationLock
from uplock.model.identity import TrustedRoot
from uplock.model.lock import Artifact, Lock, LockedPackage, MissingLock
from uplock.model.native import NativeProfile
from uplock.model.results import ArtifactResults, GitHub
from uplock.model.value import changed
from uplock.model.waiver import WaiverFile
from uplock.workflow.diff import difference, paired
from uplock.workflow.diff_sides import Side

WHEEL = "{}-{}-py3-none-any.whl"


class Made:
    """An archive, and sides made of locks."""

    def __init__(self, archive: DirectoryArchive) -> None:
        self.archive = archive
        self.contents: dict[Sha256, GenerationContent] = {}

    def lock(self, lock: Lock, role: str = "target", content: Sha256 | None = None) -> GenerationLock:
        return GenerationLock(
            target=lock.target.name,
            role=role,
            pylock=self.archive.put(write_pylock(lock)),
            requirements=self.archive.put(write_requirements(lock)),
            content=content,
        )

    def content(
        self,
        locks: Iterable[tuple[Lock, str]] = (),
        results: Iterable[ArtifactResults] = (),
        missing: tuple[MissingLock, ...] = (),
    ) -> GenerationContent:
        locks = tuple(locks)
        known = {each.sha256: each for each in results}
        for lock, _ in locks:
            for package in lock.packages:
                found = make_artifact_results(package.artifact.filename)
                known.setdefault(package.artifact.sha256, changed(found, sha256=package.artifact.sha256))
        return GenerationContent(
            project="shop",
            inputs=NOTHING,
            lifecycle=NOTHING,
            view=NOTHING,
            locks=tuple(self.lock(*each) for each in locks),
            missing=missing,
            artifacts=tuple(
                GenerationArtifact(filename=each.filename, sha256=each.sha256, results=self.archive.put_results(each))
                for each in known.values()
            ),
        )

    def side(self, content: GenerationContent) -> Side:
        identity = self.archive.record(content, None, RECORDED)
        return Side(identity, self.archive.generation(identity), self.archive)

    def compare(self, before: GenerationContent, after: GenerationContent) -> DiffResult:
        return difference(self.side(before), self.side(after))


@pytest.fixture
def made(tmp_path: Path) -> Made:
    return Made(DirectoryArchive(tmp_path / "archive"))


def package(name: str, version: str = "1.0") -> LockedPackage:
    return make_package(WHEEL.format(name, version))


def lock_of(*packages: LockedPackage, python: str = "3.12.1") -> Lock:
    return make_lock(make_target(python), packages)


def only(result: DiffResult) -> dict[str, PackageChange]:
    (target,) = result.targets
    return {each.name: each for each in target.packages}


def test_equal_generations_differ_in_nothing(made: Made) -> None:
    content = made.content([(lock_of(package("a")), "target")])
    result = made.compare(content, content)
    assert result.equal
    assert [each.packages for each in result.targets] == [()]
    assert result.waivers == ()
    assert [result.inputs_changed, result.view_changed, result.lifecycle_changed] == [False] * 3


def test_packages_come_go_and_move(made: Made) -> None:
    before = lock_of(package("down", "2.0"), package("gone"), package("same"), package("up", "1.9"))
    after = lock_of(package("down", "1.0"), package("new"), package("same"), package("up", "1.10"))
    changes = only(made.compare(made.content([(before, "target")]), made.content([(after, "target")])))
    assert {name: (each.kind, each.major) for name, each in changes.items()} == {
        "down": ("downgraded", True),
        "gone": ("removed", False),
        "new": ("added", False),
        "up": ("upgraded", False),
    }
    up = changes["up"]
    assert up.before is not None
    assert up.after is not None
    assert (up.before.version, up.after.version) == ("1.9", "1.10")
    assert up.after.sha256 == digest_for("up-1.10-py3-none-any.whl")
    assert changes["new"].before is None
    assert changes["gone"].after is None


def test_an_epoch_is_a_major_change(made: Made) -> None:
    before, after = lock_of(package("a", "1.0")), lock_of(package("a", "1!1.0"))
    change = only(made.compare(made.content([(before, "target")]), made.content([(after, "target")])))["a"]
    assert (change.kind, change.major) == ("upgraded", True)


def test_one_version_written_in_two_ways_is_neither_higher_nor_lower(made: Made) -> None:
    before, after = lock_of(package("a", "1.0")), lock_of(package("a", "1.0.0"))
    change = only(made.compare(made.content([(before, "target")]), made.content([(after, "target")])))["a"]
    assert (change.kind, change.major) == ("replaced", False)


def test_another_file_of_one_version_is_told_from_another_outcome_of_one_file(made: Made) -> None:
    one = package("a")
    other = changed(one, artifact=changed(one.artifact, sha256=sha256_of(b"rebuilt")))
    base = made.content([(lock_of(one), "target")])
    replaced = only(made.compare(base, made.content([(lock_of(other), "target")])))["a"]
    assert replaced.kind == "replaced"
    found = make_artifact_results(one.artifact.filename)
    moved = changed(found, verification=changed(VERIFIED, publisher=GitHub(repository="x/y", workflow="w.yml")))
    assessed = only(made.compare(base, made.content([(lock_of(one), "target")], [moved])))["a"]
    assert assessed.kind == "assessed"
    assert assessed.before is not None
    assert assessed.after is not None
    assert assessed.before.sha256 == assessed.after.sha256
    assert assessed.before.publisher == VERIFIED.publisher
    assert assessed.after.publisher == GitHub(repository="x/y", workflow="w.yml")


def test_native_libraries_are_compared_by_package(made: Made) -> None:
    old, new = package("a", "1.0"), package("a", "2.0")
    crate = changed(make_library("ring", "0.17"), purl="pkg:cargo/ring@0.17")
    ones = NativeProfile(libraries=(make_library("openssl", "1.1.1w"), make_library("zlib", "1.3"), crate))
    others = NativeProfile(
        libraries=(make_library("openssl", "3.5.4"), make_library("zlib", "1.3"), make_library("zstd", None))
    )
    result = made.compare(
        made.content([(lock_of(old), "target")], [make_artifact_results(old.artifact.filename, native=ones)]),
        made.content([(lock_of(new), "target")], [make_artifact_results(new.artifact.filename, native=others)]),
    )
    assert only(result)["a"].libraries == (
        LibraryChange(project="openssl", before=("1.1.1w",), after=("3.5.4",)),
        LibraryChange(project="zstd", before=(), after=("?",)),
    )


def test_a_direct_reference_has_the_version_of_its_metadata(made: Made) -> None:
    filename = WHEEL.format("a", "1.0")
    referenced = LockedPackage(
        name="a",
        version="1.0",
        artifact=Artifact(
            filename=filename, sha256=digest_for(filename), url=f"https://index.example/files/{filename}"
        ),
        index=None,
    )
    change = only(made.compare(made.content([(lock_of(), "target")]), made.content([(lock_of(referenced), "target")])))
    assert change["a"].after is not None
    assert change["a"].after.version == "1.0"


def test_only_what_differs_is_read(made: Made) -> None:
    before = made.content([(lock_of(package("a", "1.0"), package("b")), "target")])
    after = made.content([(lock_of(package("a", "2.0"), package("b")), "target")])
    for each in before.artifacts:
        if each.filename.startswith("b-"):
            made.archive.path(each.results).unlink()
    assert set(only(made.compare(before, after))) == {"a"}


def test_a_pin_that_the_generation_does_not_know_is_an_integrity_error(made: Made) -> None:
    content = made.content([(lock_of(package("a")), "target")])
    with pytest.raises(IntegrityError, match="knows nothing"):
        made.compare(changed(content, artifacts=()), content)


def test_facts_of_a_lock_that_is_written_otherwise_are_read_from_all_of_it(made: Made) -> None:
    lock = lock_of(package("a"))
    content = made.content([(lock, "target")])
    text = write_pylock(lock).replace(b"[tool.uplock]\n", b"[tool.uplock] # ours\n")
    other = changed(content, locks=(changed(content.locks[0], pylock=made.archive.put(text)),))
    broken = write_pylock(lock).replace(b'python = "3.12.1"\n', b"")
    assert made.side(other).target(lock.target.name) == made.side(content).target(lock.target.name)
    bad = changed(content, locks=(changed(content.locks[0], pylock=made.archive.put(broken)),))
    with pytest.raises(Exception, match=r"tool\.uplock\.python"):
        made.side(bad).target(lock.target.name)


def test_everything_else_is_told_before_and_after(made: Made) -> None:
    root = TrustedRoot(sha256=NOTHING, origin="embedded", dated=date(2026, 1, 1))
    one = made.content([(lock_of(package("a")), "target")])
    other = changed(
        one,
        version="2",
        inputs=sha256_of(b"i"),
        view=sha256_of(b"v"),
        lifecycle=sha256_of(b"l"),
        trusted_root=root,
        waivers=(WaiverFile(path="waivers/a.toml", sha256=NOTHING), WaiverFile(path="waivers/b.toml", sha256=NOTHING)),
    )
    result = made.compare(one, other)
    assert not result.equal
    assert (result.version, result.trusted_root) == ((None, "2"), (None, root))
    assert result.inputs_changed
    assert result.view_changed
    assert result.lifecycle_changed
    assert [each.path for each in result.waivers] == ["waivers/a.toml", "waivers/b.toml"]
    later = changed(other, waivers=(WaiverFile(path="waivers/a.toml", sha256=sha256_of(b"w")),))
    assert made.compare(other, later).waivers == (
        WaiverChange(path="waivers/a.toml", before=NOTHING, after=sha256_of(b"w")),
        WaiverChange(path="waivers/b.toml", before=NOTHING, after=None),
    )


def test_a_target_that_lost_its_lock_is_told_without_packages(made: Made) -> None:
    lock = lock_of(package("a"))
    result = made.compare(
        made.content([(lock, "target")]), made.content(missing=(make_missing("a", target=lock.target),))
    )
    (target,) = result.targets
    assert target.before is not None
    assert target.after is not None
    assert (target.before.locked, target.after.locked) == (True, False)
    assert target.packages == ()


def side(python: str, role: str = "target", platform: str = "linux-x86_64") -> TargetSide:
    name = f"py{python.replace('.', '')}-{platform}"
    return TargetSide(target=name, python=f"{python}.1", platform=platform, role=role, locked=True, packages=1)


def pairs(before: list[TargetSide], after: list[TargetSide]) -> list[tuple[str | None, str | None]]:
    return [(_short(one), _short(other)) for one, other in paired(before, after)]


def _short(target: TargetSide | None) -> str | None:
    return None if target is None else target.target.partition("-")[0]


def test_targets_of_one_name_belong_together() -> None:
    assert pairs([side("3.12"), side("3.9", "baseline")], [side("3.9", "baseline"), side("3.12")]) == [
        ("py312", "py312"),
        ("py39", "py39"),
    ]


def test_the_only_target_of_a_platform_moves_to_another_interpreter() -> None:
    assert pairs([side("3.9", "baseline")], [side("3.12")]) == [("py39", "py312")]


def test_of_several_targets_the_only_ones_that_are_left_belong_together() -> None:
    before = [side("3.9", "baseline"), side("3.12")]
    assert pairs(before, [side("3.9", "baseline"), side("3.13")]) == [("py39", "py39"), ("py312", "py313")]
    assert pairs(before, [side("3.12", "baseline"), side("3.13")]) == [("py39", "py313"), ("py312", "py312")]


def test_platforms_are_paired_each_for_itself() -> None:
    macos = "macos-arm64"
    assert pairs(
        [side("3.9"), side("3.9", platform=macos), side("3.10", platform=macos)],
        [side("3.12"), side("3.12", platform=macos)],
    ) == [("py39", "py312"), ("py39", None), ("py310", None), (None, "py312")]


def test_targets_of_different_platforms_do_not_move() -> None:
    assert pairs([side("3.9")], [side("3.12", platform="macos-arm64")]) == [("py39", None), (None, "py312")]


def test_nothing_is_guessed_where_several_are_left() -> None:
    assert pairs([side("3.9")], [side("3.12"), side("3.13")]) == [("py39", None), (None, "py312"), (None, "py313")]
    assert pairs([side("3.8"), side("3.9")], [side("3.12")]) == [("py38", None), ("py39", None), (None, "py312")]
