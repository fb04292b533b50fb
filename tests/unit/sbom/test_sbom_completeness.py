from __future__ import annotations

from support.native import native_member
from support.sboms import make_sbom_subject, wheel
from support.subjects import make_artifact_results
from uplock.model.lock import LockedPackage
from uplock.model.native import NativeProfile
from uplock.model.native_sbom import DeclaredDocument
from uplock.model.results import ArtifactResults
from uplock.model.value import changed
from uplock.sbom.completeness import compositions
from uplock.sbom.parts import Component

NATIVE = NativeProfile(members=(native_member("a/_x.so"),))
SKIPPED = NativeProfile(skipped=("a/_x.so: cut off",))
UNREAD = NativeProfile(declared=(DeclaredDocument(path="s.json", size=1, sha256=None, reason="is XML"),))


def package(name: str, needs: tuple[str, ...] = (), ending: str = "-1-py3-none-any.whl") -> LockedPackage:
    return wheel(f"{name}{ending}", needs=needs)


def results(name: str, native: NativeProfile | None = None) -> ArtifactResults:
    return make_artifact_results(f"{name}-1-py3-none-any.whl", native=native)


def said(*pairs: tuple[LockedPackage, ArtifactResults | None]) -> dict[tuple[str, str], tuple[str, ...]]:
    lock = make_sbom_subject(*pairs).lock
    packages = {each.name: Component(ref=each.name, type="library", name=each.name) for each in lock.packages}
    known = {each.name: found for each, found in pairs if found is not None}
    return {
        (each.aggregate, "needs" if each.dependencies else "contents"): each.dependencies or each.assemblies
        for each in compositions(lock, "root", packages, known)
    }


def test_nothing_is_called_complete_but_the_needs_of_what_was_seen_as_a_whole() -> None:
    sdist = changed(package("source", ending="-1.tar.gz"), name="source", version="1")
    found = said(
        (package("pure"), results("pure")),
        (package("fast"), results("fast", NATIVE)),
        (package("odd"), results("odd", SKIPPED)),
        (package("told"), results("told", UNREAD)),
        (package("unseen"), None),
        (sdist, results("source")),
    )
    assert found == {
        ("complete", "needs"): ("root", "pure"),
        ("unknown", "needs"): ("fast", "odd", "source", "told", "unseen"),
        ("incomplete", "contents"): ("fast", "odd", "told"),
        ("unknown", "contents"): ("pure", "source", "unseen"),
    }


def test_a_dependency_that_the_lock_does_not_hold_makes_the_project_incomplete_as_well() -> None:
    found = said((package("pure", needs=("gone",)), results("pure")), (package("other"), results("other")))
    assert found["incomplete", "needs"] == ("root", "pure")
    assert found["complete", "needs"] == ("other",)


def test_a_project_without_packages_needs_nothing() -> None:
    assert said() == {("complete", "needs"): ("root",)}
