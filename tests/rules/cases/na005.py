"""NA005: several major versions of CUDA."""

from __future__ import annotations

from support.native import native_member
from support.rule_cases import Case
from support.subjects import make_artifact_results, make_subject
from uplock.model.native import NativeMember, NativeProfile
from uplock.model.results import ArtifactResults
from uplock.policy.subject import Subject


def wheel(name: str, *members: NativeMember) -> ArtifactResults:
    filename = f"{name.replace('-', '_')}-1.0-py3-none-manylinux_2_17_x86_64.whl"
    return make_artifact_results(filename, native=NativeProfile(members=members))


def needing(name: str, *sonames: str) -> ArtifactResults:
    return wheel(name, native_member(f"{name}/lib.so", needed=sonames))


def bringing(name: str, soname: str) -> ArtifactResults:
    return wheel(name, native_member(f"nvidia/lib/{soname}", role="library", soname=soname))


def lock(*artifacts: ArtifactResults) -> Subject:
    return make_subject(*artifacts)


TORCH = needing("torch", "libcudart.so.13", "libcusparse.so.12", "libcudnn.so.9", "libnvshmem_host.so.3")

SPEAKS: dict[str, Case] = {
    "names of wheels, and a library": Case(
        lock(TORCH, wheel("nvidia-cuda-runtime-cu12"), wheel("cupy-cuda12x")),
        says="12 in cupy-cuda12x, nvidia-cuda-runtime-cu12; 13 in torch (libcudart.so.13)",
        findings=1,
    ),
    "two libraries in one package": Case(
        lock(needing("demo", "libcublas.so.12", "libcudart.so.13")),
        says="12 in demo (libcublas.so.12); 13 in demo (libcudart.so.13)",
        findings=1,
    ),
    "a library with a number of its own": Case(
        lock(bringing("cufft", "libcufft.so.11"), needing("torch", "libcusolver.so.12")),
        says="12 in cufft (libcufft.so.11); 13 in torch (libcusolver.so.12)",
    ),
    "a library with a longer number": Case(lock(TORCH, needing("old", "libnvrtc.so.11.2")), says="11 in old (libnvrtc"),
    "DLLs": Case(
        lock(
            wheel("a", native_member("a/_a.pyd", format="pe", needed=("CUDART64_12.dll",))),
            wheel("b", native_member("b/cublas64_13.dll", format="pe", role="library")),
        ),
        says="12 in a (CUDART64_12.dll); 13 in b (cublas64_13.dll)",
    ),
    "three": Case(lock(*(wheel(f"nvidia-nvtx-cu{each}") for each in (11, 12, 13))), says="mixes 3 major versions"),
    "very many packages": Case(
        lock(TORCH, *(wheel(f"nvidia-lib{number}-cu12") for number in range(30))), says="and 27 more; 13 in torch"
    ),
}

SILENT: dict[str, Case] = {
    "the libraries of one toolkit, whose numbers differ": Case(
        lock(TORCH, needing("b", "libcublasLt.so.13", "libcufft.so.12", "libcusolver.so.12", "libcurand.so.10"))
    ),
    "a library that two toolkits have": Case(lock(wheel("nvidia-nvtx-cu12"), needing("a", "libcusparse.so.12"))),
    "libraries beside the toolkit": Case(
        lock(TORCH, needing("a", "libcudnn.so.8", "libnccl.so.2", "libcufile.so.0", "libcuda.so.1"))
    ),
    "a number that no toolkit has": Case(lock(TORCH, needing("a", "libcudart.so.1", "libcublas.so.99"))),
    "a name that only looks alike": Case(lock(TORCH, wheel("demo-cu12"), wheel("nvidia-cu12-demo"))),
    "no native code": Case(make_subject(make_artifact_results())),
}
