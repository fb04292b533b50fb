"""Which major version of CUDA a wheel is for."""

from __future__ import annotations

import pytest

from support.linked import library, wheel
from support.native import native_member
from uplock.linkage.cuda import CudaTrace, major_of, traces


@pytest.mark.parametrize(
    ("soname", "major"),
    [
        ("libcudart.so.13", 13),
        ("libcudart.so.11.0", 11),
        ("libcudart-0123abcd.so.12.9.79", 12),
        ("libcublasLt.so.12", 12),
        ("libnvrtc.so.11.2", 11),
        ("libnvJitLink.so.13", 13),
        ("libnppc.so.12", 12),
        ("libcufft.so.10", 11),
        ("libcufft.so.11", 12),
        ("libcufft.so.12", 13),
        ("libcusparse.so.11", 11),
        ("libcusolver.so.12", 13),
        ("cudart64_12.dll", 12),
        ("CUDART64_110.DLL", 11),
        ("cublasLt64_13.dll", 13),
        ("cufft64_11.dll", 12),
        ("nvJitLink_120_0.dll", 12),
        ("nvrtc64_120_0.dll", 12),
        ("cudart64_12-4e39871015dc1470c682dc512497ee22.dll", 12),
    ],
)
def test_names_that_one_toolkit_alone_has(soname: str, major: int) -> None:
    assert major_of(soname) == major


@pytest.mark.parametrize(
    "soname",
    [
        *("libcusparse.so.12", "libcusolver.so.11", "libcurand.so.10", "libcufile.so.0", "libnccl.so.2"),
        *("libcudnn.so.9", "libcuda.so.1", "libnvshmem_host.so.3", "libnvToolsExt.so.1", "libcupti.so.12"),
        *("libcudart.so", "libcudart.so.10.2", "libcublas.so.99", "libcufft.so.9", "libcudart.so.12\n"),
        *("libfoo.so.12", "kernel32.dll", "foo64_12.dll", "cudnn64_9.dll", "", "/opt/libcudart.so.13"),
    ],
)
def test_names_that_prove_nothing(soname: str) -> None:
    assert major_of(soname) is None


@pytest.mark.parametrize(
    ("name", "major"), [("nvidia-cublas-cu12", 12), ("nvidia-cudnn-cu13", 13), ("cupy-cuda11x", 11)]
)
def test_names_of_wheels(name: str, major: int) -> None:
    assert traces(wheel(name)) == (CudaTrace(package=name, major=major, shown_by=name),)


def test_a_wheel_shows_what_it_needs_and_what_it_brings() -> None:
    artifact = wheel(
        "demo", native_member("demo/_x.so", needed=("libcudart.so.13", "libz.so.1")), library("demo/libcublas.so.12")
    )
    assert [(each.major, each.shown_by) for each in traces(artifact)] == [
        (12, "libcublas.so.12"),
        (13, "libcudart.so.13"),
    ]


def test_the_name_of_the_wheel_is_told_before_its_libraries() -> None:
    artifact = wheel("nvidia-cuda-runtime-cu12", library("nvidia/cuda_runtime/lib/libcudart.so.12"))
    assert [each.shown_by for each in traces(artifact)] == ["nvidia-cuda-runtime-cu12"]


def test_a_dll_is_known_by_its_file_and_a_delayed_one_counts() -> None:
    artifact = wheel("demo", library("demo/cublas64_13.dll", "x.dll", format="pe"))
    assert [each.major for each in traces(artifact)] == [13]
    late = wheel("demo", native_member("demo/_x.pyd", format="pe", delayed=("cudart64_12.dll",)))
    assert [each.major for each in traces(late)] == [12]
