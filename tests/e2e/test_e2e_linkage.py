"""A real lock of torch and of what builds on it: who brings the libraries of CUDA, known from parts of the wheels."""

from __future__ import annotations

import os

import pytest

from support.linked import library
from support.other_tools import Place
from support.real_locks import Locked, libraries
from support.subjects import check, make_artifact_results, make_subject
from uplock.cli.context import Context
from uplock.inspect.preview import preview_wheel
from uplock.linkage.cuda import traces
from uplock.linkage.providers import Linkage
from uplock.model.lock import Lock, LockedPackage
from uplock.model.native import NativeProfile
from uplock.model.need import Need
from uplock.model.results import ArtifactResults
from uplock.model.value import changed
from uplock.policy.rules.na005 import RULE as NA005
from uplock.policy.rules.na007 import RULE as NA007
from uplock.ports import Index, ignore_events
from uplock.workflow.project import configuration

pytestmark = [pytest.mark.network, pytest.mark.enable_socket]

CUT_OFF = "2026-11-20T00:00:00Z"


@pytest.fixture(scope="module")
def lock(tmp_path_factory: pytest.TempPathFactory) -> Lock:
    place = Place(tmp_path_factory.mktemp("place"))
    project = libraries(place.folder / "project", CUT_OFF, ("torch==2.15.0", "torchvision"), ("3.12",))
    return Locked.by(place, project, CUT_OFF).lock("3.12")


@pytest.fixture(scope="module")
def results(lock: Lock, tmp_path_factory: pytest.TempPathFactory) -> dict[str, ArtifactResults]:
    folder = tmp_path_factory.mktemp("index")
    context = Context(folder, ignore_events, environ={**os.environ, "UPLOCK_CACHE": str(folder / "cache")})
    index = context.index(context.index_settings(configuration(folder)))
    return {each.name: seen(index, each) for each in lock.packages}


def seen(index: Index, package: LockedPackage) -> ArtifactResults:
    """Return what parts of a wheel show: large files are libraries by their names alone, and need nothing."""
    page = index.page(package.name)
    assert page is not None
    (file,) = [each for each in page.files if each.filename == package.artifact.filename]
    remote = index.open(file)
    preview = preview_wheel(remote.stream, file.filename, remote.prefetch)
    by_name = [library(each.path, sha256=each.sha256, size=each.size) for each in preview.not_inspected]
    native = NativeProfile(members=(*preview.members, *by_name), system=preview.system)
    made = make_artifact_results(file.filename, native=native)
    return changed(made, metadata=preview.metadata, sha256=package.artifact.sha256)


@pytest.fixture(scope="module")
def needs(lock: Lock, results: dict[str, ArtifactResults]) -> tuple[Need, ...]:
    return Linkage.of(lock, results).needs


def test_torch_finds_the_libraries_of_cuda_through_the_extras_of_a_metapackage(needs: tuple[Need, ...]) -> None:
    of_torch = {each.soname: each for each in needs if each.package == "torch"}
    runtime = of_torch["libcudart.so.13"]
    assert (runtime.kind, runtime.provider, runtime.by) == ("package", "nvidia-cuda-runtime", "runpath")
    assert runtime.path == "nvidia/cu13/lib/libcudart.so.13"


def test_torchvision_finds_the_libraries_of_torch(needs: tuple[Need, ...]) -> None:
    found = {each.soname: each.provider for each in needs if each.package == "torchvision" and each.kind == "package"}
    assert found["libtorch.so"] == found["libc10.so"] == "torch"


def test_nothing_but_plugins_is_left_without_a_provider(needs: tuple[Need, ...]) -> None:
    left = [each for each in needs if each.kind in {"nobody", "unknown"}]
    assert [each for each in left if each.linked] == []
    of_nvshmem = {each.soname for each in left if each.package == "nvidia-nvshmem-cu13"}
    assert {"libmpi.so.40", "libucp.so.0"} <= of_nvshmem


def test_all_of_it_is_for_one_major_version_of_cuda(results: dict[str, ArtifactResults]) -> None:
    assert {each.major for artifact in results.values() for each in traces(artifact)} == {13}


def test_rules_about_what_is_linked_find_no_error_in_it(lock: Lock, results: dict[str, ArtifactResults]) -> None:
    subject = make_subject(*results.values(), lock=lock, target=lock.target)
    found = {each for rule in (NA005, NA007) for each in check(rule, subject)}
    assert {(each.rule, each.severity) for each in found} == {("NA007", "warning")}
