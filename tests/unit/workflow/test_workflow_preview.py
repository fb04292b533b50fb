from __future__ import annotations

from pathlib import Path

import pytest

from support.elf import build_elf
from support.index_simulator import IndexSimulator
from support.memory_store import MemoryStore
from support.pe import build_pe
from support.platforms import target_on
from support.previews import TAG, native_wheel
from support.wheels import build_wheel
from uplock.errors import InputError, IntegrityError, NetworkError, UsageError
from uplock.model.digest import sha256_of
from uplock.model.preview import PreviewResult
from uplock.model.value import changed, decode, encode
from uplock.model.view import IndexFile, IndexPage
from uplock.ports import Event
from uplock.workflow.inspect_lock import Shelf, inspect_artifact
from uplock.workflow.preview import Named, artifact_of, choose_target, locate, parse_named, preview

TARGET = target_on("linux-x86_64")
DEMO = Named(name="demo", version="1.0")
LATEST = {"3.9": "3.9.25", "3.12": "3.12.13"}
CUDA = "py3-none-manylinux_2_27_x86_64"
CUDART, CUBLAS = "nvidia/cuda_runtime/lib/libcudart.so.12", "nvidia/cublas/lib/libcublas.so.12"


def shelf(*requires: str) -> IndexSimulator:
    """An index with a wheel that needs CUDA, and wheels that have it."""
    index = IndexSimulator()
    index.publish(*native_wheel(requires_dist=requires))
    index.publish(*build_wheel("nvidia-cuda-runtime", "12.8.90", tag=CUDA, files={CUDART: build_elf()}))
    index.publish(*build_wheel("nvidia-cublas", "12.8.4", tag=CUDA, files={CUBLAS: build_elf()}))
    return index


# --- names --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "name", "version"),
    [("torch==2.8.0", "torch", "2.8.0"), ("Py_YAML == 6.0", "py-yaml", "6.0"), ("a==1.0-RC1", "a", "1.0rc1")],
)
def test_a_name_and_a_version_are_normalized(text: str, name: str, version: str) -> None:
    assert parse_named(text) == Named(name=name, version=version)


def test_extras_may_be_named() -> None:
    named = parse_named("demo[Gpu_Fast]==1.0")
    assert named is not None
    assert named.extras == frozenset({"gpu-fast"})


@pytest.mark.parametrize(
    "text", ["torch", "torch>=2", "torch==2.*", "torch===2", "torch==1,==2", "a==1; os_name == 'nt'", "a @ https://x/a"]
)
def test_what_is_no_single_version_is_no_name(text: str) -> None:
    assert parse_named(text) is None


def test_a_file_is_no_name() -> None:
    assert parse_named("./demo-1.0-py3-none-any.whl") is None
    assert parse_named("(" * 100_000) is None


# --- targets ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "platform", ["linux-x86_64", "linux-aarch64-glibc2.17", "macos-arm64-14.0", "linux-x86_64-musl"]
)
def test_every_target_is_found_by_its_name(platform: str) -> None:
    target = target_on(platform, "3.9.25")
    assert choose_target(target.name, (), LATEST) == target


def test_a_known_target_keeps_its_patch_release() -> None:
    known = target_on("linux-x86_64", "3.9.18")
    assert choose_target("py39-linux-x86_64", [known], LATEST) == known


def test_the_only_target_need_not_be_named() -> None:
    assert choose_target(None, [TARGET], LATEST) == TARGET


@pytest.mark.parametrize("known", [(), (TARGET, target_on("macos-arm64"))])
def test_without_one_target_a_name_is_wanted(known: tuple[()]) -> None:
    with pytest.raises(UsageError, match="none is named") as raised:
        choose_target(None, known, LATEST)
    assert ("macos-arm64" in raised.value.remedy) == bool(known)


@pytest.mark.parametrize("name", ["3.9", "py39", "py27-linux-x86_64", "py39-plan9-x86_64", "py399-linux-x86_64"])
def test_what_is_no_target_is_a_usage_error(name: str) -> None:
    with pytest.raises(UsageError) as raised:
        choose_target(name, (), LATEST)
    assert raised.value.context == "--target"
    assert raised.value.remedy


# --- locating -----------------------------------------------------------------------------------------------------


def test_the_wheel_that_an_installer_would_take_is_located() -> None:
    index = shelf()
    index.publish(*build_wheel("demo", "1.0"))
    assert locate(index, DEMO, TARGET).filename == f"demo-1.0-{TAG}.whl"
    assert locate(index, DEMO, target_on("windows-x86_64")).filename == "demo-1.0-py3-none-any.whl"


@pytest.mark.parametrize(
    ("named", "platform", "reason"),
    [
        (Named(name="nobody", version="1"), "linux-x86_64", "no such project"),
        (Named(name="demo", version="7"), "linux-x86_64", "no such version"),
        (DEMO, "windows-x86_64", "no wheel for py312-windows-x86_64"),
    ],
)
def test_what_the_index_does_not_have_is_an_input_error(named: Named, platform: str, reason: str) -> None:
    with pytest.raises(InputError, match=reason) as raised:
        locate(shelf(), named, target_on(platform))
    assert raised.value.context == f"{named.name}=={named.version}"
    assert raised.value.remedy


def test_a_wheel_is_fetched_whole_and_kept_by_its_digest(tmp_path: Path) -> None:
    index, cache = shelf(), MemoryStore(tmp_path)
    file = locate(index, DEMO, TARGET)
    first = inspect_artifact(artifact_of(file), Shelf(None, cache, index))
    assert first.sha256 == file.sha256
    assert inspect_artifact(artifact_of(file), Shelf(None, cache, index)) == first
    assert index.calls.count(f"fetch {file.filename}") == 1


def test_a_wheel_with_another_digest_is_refused(tmp_path: Path) -> None:
    index = shelf()
    file = locate(index, DEMO, TARGET)
    index.tamper(file.filename)
    with pytest.raises(IntegrityError):
        inspect_artifact(artifact_of(file), Shelf(None, MemoryStore(tmp_path), index))


def test_a_wheel_without_a_digest_is_not_fetched() -> None:
    index = shelf()
    index.hashes = False
    with pytest.raises(InputError, match="no SHA-256") as raised:
        artifact_of(locate(index, DEMO, TARGET))
    assert "--preview" in raised.value.remedy


# --- previews -----------------------------------------------------------------------------------------------------


def test_a_preview_says_that_it_is_unverified_and_what_it_cost() -> None:
    index = shelf()
    result = preview(index, DEMO, TARGET)
    body = index.body(f"demo-1.0-{TAG}.whl")
    assert body is not None
    assert result.preview.verified is False
    assert (result.preview.size, result.preview.requests) == (len(body), 2)
    assert result.preview.bytes < len(body) / 2
    assert (result.filename, result.claimed_sha256, result.target) == (
        f"demo-1.0-{TAG}.whl",
        sha256_of(body),
        "py312-linux-x86_64",
    )
    assert decode(encode(result), PreviewResult) == result
    assert not any(call.startswith(("fetch", "download")) for call in index.calls)


def test_wheels_among_the_requirements_provide_what_is_needed() -> None:
    result = preview(shelf("nvidia-cuda-runtime==12.8.90", "nvidia-cublas"), DEMO, TARGET)
    needs = {need.soname: need for need in result.needs}
    assert needs["libcudart.so.12"].provider == "nvidia-cuda-runtime"
    assert needs["libcudart.so.12"].needed_by == ("demo/_x.cpython-312-x86_64-linux-gnu.so",)
    assert needs["libc.so.6"].provider is None
    cublas, runtime = result.providers
    assert (runtime.name, runtime.version, runtime.provides) == ("nvidia-cuda-runtime", "12.8.90", ("libcudart.so.12",))
    assert (runtime.required_by, runtime.requirement) == (("demo",), "nvidia-cuda-runtime==12.8.90")
    assert (cublas.provides, cublas.on_runpath, cublas.libraries) == ((), (CUBLAS,), (CUBLAS,))
    assert runtime.on_runpath == ()
    assert runtime.preview.requests == 1
    assert result.notes == ()


def test_extras_of_metapackages_are_followed() -> None:
    index = shelf("cuda-toolkit[cudart,unknown]==12.8")
    extras = [
        f'nvidia-{name}; extra == "{extra}"' for name, extra in (("cuda-runtime", "cudart"), ("cublas", "cublas"))
    ]
    index.publish(*build_wheel("cuda-toolkit", "12.8", requires_dist=extras))
    (provider,) = preview(index, DEMO, TARGET).providers
    assert (provider.name, provider.required_by) == ("nvidia-cuda-runtime", ("demo", "cuda-toolkit"))


def test_extras_that_are_asked_for_are_followed() -> None:
    index = shelf('nvidia-cublas; extra == "gpu"')
    assert preview(index, DEMO, TARGET).providers == ()
    named = changed(DEMO, extras=frozenset({"gpu"}))
    assert [each.name for each in preview(index, named, TARGET).providers] == ["nvidia-cublas"]


def test_markers_are_answered_for_the_target() -> None:
    index = shelf('nvidia-cublas; sys_platform == "win32"', 'nvidia-cuda-runtime; python_version == "3.12"')
    assert [each.name for each in preview(index, DEMO, TARGET).providers] == ["nvidia-cuda-runtime"]


def test_the_newest_version_that_fits_is_listed_and_a_yanked_one_last() -> None:
    index = shelf("nvidia-cublas<13")
    for version in ("12.9", "12.10", "13.0"):
        index.publish(*build_wheel("nvidia-cublas", version, tag=CUDA, files={CUBLAS: build_elf()}))
    index.publish(*build_wheel("nvidia-cublas", "12.11", tag=CUDA), yanked="")
    (provider,) = preview(index, DEMO, TARGET).providers
    assert provider.version == "12.10"


def test_a_version_that_is_yanked_is_taken_where_there_is_no_other() -> None:
    index = shelf("nvidia-cublas==12.8.4")
    index.yank(f"nvidia_cublas-12.8.4-{CUDA}.whl")
    assert [each.version for each in preview(index, DEMO, TARGET).providers] == ["12.8.4"]


def test_requirements_in_a_circle_are_followed_once() -> None:
    index = shelf("other", "demo")
    index.publish(*build_wheel("other", "1", requires_dist=["demo", "other", "nvidia-cublas"]))
    assert [each.required_by for each in preview(index, DEMO, TARGET).providers] == [("demo", "other")]
    assert index.calls.count("page other") == 1


@pytest.mark.parametrize(
    ("requirement", "reason"),
    [
        ("nobody", "the index has no project nobody"),
        ("nvidia-cublas>99", "no wheel of nvidia-cublas fits py312-linux-x86_64"),
        ("far @ https://index.example/far-1-py3-none-any.whl", "by URL"),
    ],
)
def test_what_cannot_be_followed_is_told(requirement: str, reason: str) -> None:
    result = preview(shelf(requirement, "nvidia-cuda-runtime"), DEMO, TARGET)
    (note,) = result.notes
    assert reason in note
    assert [each.name for each in result.providers] == ["nvidia-cuda-runtime"]


def test_names_of_dlls_are_compared_without_case() -> None:
    index = IndexSimulator()
    files = {"demo/_x.pyd": build_pe(imports={"CUDART64.dll": ["cudaMalloc"]})}
    index.publish(*build_wheel("demo", "1.0", tag="cp312-cp312-win_amd64", requires_dist=["cuda"], files=files))
    index.publish(*build_wheel("cuda", "1", tag="py3-none-win_amd64", files={"bin/Cudart64.DLL": b"MZ"}))
    result = preview(index, DEMO, target_on("windows-x86_64"))
    assert [(need.soname, need.provider, need.needed_by) for need in result.needs] == [
        ("cudart64.dll", "cuda", ("demo/_x.pyd",))
    ]


def test_progress_is_told() -> None:
    events: list[Event] = []
    preview(shelf("nvidia-cublas"), DEMO, TARGET, events.append)
    assert [each.message for each in events] == ["nvidia-cublas"]


def test_an_index_without_ranges_is_never_asked_for_the_whole() -> None:
    index = shelf()
    index.ranges = False
    with pytest.raises(NetworkError, match="does not send parts of files") as raised:
        preview(index, DEMO, TARGET)
    assert "without --preview" in raised.value.remedy
    assert index.calls == ["page demo", f"open demo-1.0-{TAG}.whl"]


class Listing(IndexSimulator):
    """Lists a digest of METADATA for every wheel (PEP 658)."""

    digest = sha256_of(b"other")

    def page(self, name: str) -> IndexPage | None:
        page = super().page(name)
        return page and changed(page, files=tuple(self._with(file) for file in page.files))

    def _with(self, file: IndexFile) -> IndexFile:
        return changed(file, core_metadata=self.digest)


def test_metadata_that_the_index_does_not_list_is_an_integrity_error() -> None:
    index = Listing()
    index.publish(*native_wheel())
    with pytest.raises(IntegrityError, match="other metadata than the index lists"):
        preview(index, DEMO, TARGET)
    index.digest = sha256_of(index.shown_metadata(f"demo-1.0-{TAG}.whl"))
    assert preview(index, DEMO, TARGET).members
