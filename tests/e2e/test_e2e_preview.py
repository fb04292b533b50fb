"""Previews of the largest real wheels: what they cost, and whether they find what brings the CUDA libraries."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from uplock.cli.context import Context
from uplock.model.preview import PreviewResult
from uplock.policy.lifecycle import load_latest_patches
from uplock.ports import ignore_events
from uplock.workflow.preview import choose_target, parse_named, preview
from uplock.workflow.project import configuration

pytestmark = [pytest.mark.network, pytest.mark.enable_socket]

LATEST = {row.line: row.version for row in load_latest_patches()}


def look(folder: Path, wheel: str, target: str) -> PreviewResult:
    context = Context(folder, ignore_events, environ={**os.environ, "UPLOCK_CACHE": str(folder / "cache")})
    index = context.index(context.index_settings(configuration(folder)))
    named = parse_named(wheel)
    assert named is not None
    return preview(index, named, choose_target(target, (), LATEST))


def brings(result: PreviewResult, package: str) -> set[str]:
    """Return the names of the libraries of a required wheel that the wheel can load by its RUNPATH."""
    (provider,) = [each for each in result.providers if each.name == package]
    return {path.rpartition("/")[2] for path in provider.on_runpath}


def test_torch_for_an_old_interpreter_is_previewed_with_less_than_a_hundredth_of_its_bytes(tmp_path: Path) -> None:
    result = look(tmp_path, "torch==2.8.0", "py39-linux-x86_64")
    assert result.filename == "torch-2.8.0-cp39-cp39-manylinux_2_28_x86_64.whl"
    assert result.size == 888_024_302
    besides = sum(each.preview.bytes for each in result.providers)
    assert result.preview.bytes < result.size / 100
    assert result.preview.bytes + besides < result.size / 100
    assert result.preview.requests <= 10
    left = {each.path: each for each in result.not_inspected}
    assert left["torch/lib/libtorch_cuda.so"].size == 1_015_364_433
    assert left["torch/lib/libtorch_cuda.so"].sha256
    needs = {each.soname: each.provider for each in result.needs}
    assert needs["libcudart.so.12"] == "nvidia-cuda-runtime-cu12"
    assert needs["libnvrtc.so.12"] == "nvidia-cuda-nvrtc-cu12"
    assert needs["libcuda.so.1"] is None  # the driver's
    assert "libcublas.so.12" in brings(result, "nvidia-cublas-cu12")
    assert "libcudnn.so.9" in brings(result, "nvidia-cudnn-cu12")
    assert "libnccl.so.2" in brings(result, "nvidia-nccl-cu12")
    assert "libcusparseLt.so.0" in brings(result, "nvidia-cusparselt-cu12")
    assert not result.notes


def test_cuda_libraries_are_found_through_the_extras_of_a_metapackage(tmp_path: Path) -> None:
    result = look(tmp_path, "torch==2.15.0", "py312-linux-x86_64")
    assert result.preview.bytes < result.size / 100
    needs = {each.soname: each.provider for each in result.needs}
    assert needs["libcudart.so.13"] == "nvidia-cuda-runtime"
    (runtime,) = [each for each in result.providers if each.name == "nvidia-cuda-runtime"]
    assert runtime.required_by == ("torch", "cuda-toolkit")
    assert "libcublas.so.13" in brings(result, "nvidia-cublas")
