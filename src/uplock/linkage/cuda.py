"""Which major version of CUDA a wheel is for: by its name, or by a library of the toolkit that it needs or brings.

The number in a SONAME is that of the library's interface, which is the toolkit's for some libraries only: CUDA 13 has
``libcudart.so.13`` and ``libcusparse.so.12``. Names that more than one major version has tell nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from uplock.model.results import ArtifactResults
from uplock.model.value import Value

_SAME = frozenset(
    {
        *("cublas", "cublasLt", "cudart", "nvJitLink", "nvblas", "nvfatbin", "nvjpeg", "nvrtc"),
        *("nppc", "nppial", "nppicc", "nppidei", "nppif", "nppig", "nppim", "nppist", "nppisu", "nppitc", "npps"),
    }
)
"""Libraries whose number is that of the toolkit, since CUDA 11. CUPTI has it too, but is a tool that programs of any
version load on demand: the wheels of triton bring one of another version than the torch that they are for."""
_OTHERS = {
    ("cufft", "10"): 11,
    ("cufft", "11"): 12,
    ("cufft", "12"): 13,
    ("cufftw", "10"): 11,
    ("cufftw", "11"): 12,
    ("cufftw", "12"): 13,
    ("cusolver", "12"): 13,
    ("cusolverMg", "12"): 13,
    ("cusparse", "11"): 11,
}
"""Libraries with numbers of their own, as far as one toolkit alone has them."""
_ELF = re.compile(r"lib([A-Za-z]+)(?:-[0-9a-f]{8})*\.so\.(\d{1,2})(?:\.\d{1,4}){0,3}\Z")
_DLL = re.compile(r"([A-Za-z]+?)(?:64)?_(\d{1,3})(?:_\d{1,2})?(?:-[0-9a-f]{32})?\.dll\Z", re.IGNORECASE)
_NAME = re.compile(r"nvidia-[a-z0-9-]+-cu(1[1-9])\Z|cupy-cuda(1[1-9])x\Z")
_FIRST, _LAST = 11, 19
_BY_NAME = {name.lower(): name for name in (*_SAME, *(name for name, _ in _OTHERS))}


class CudaTrace(Value, frozen=True, kw_only=True):
    """What shows that a package is for one major version of CUDA."""

    package: str
    major: int
    shown_by: str
    """SONAME or DLL, or the package's name."""


def traces(artifact: ArtifactResults) -> tuple[CudaTrace, ...]:
    """Return what an artifact shows, one for each major version, sorted; the package's name before any library's."""
    name = artifact.metadata.name
    found: dict[int, str] = {}
    if match := _NAME.match(name):
        found[int(match[1] or match[2])] = name
    for soname in sorted(set(_sonames(artifact))):
        major = major_of(soname)
        if major is not None:
            found.setdefault(major, soname)
    return tuple(CudaTrace(package=name, major=major, shown_by=shown) for major, shown in sorted(found.items()))


def major_of(soname: str) -> int | None:
    """Return the major version of CUDA that alone has a library of this SONAME or DLL; ``None`` if none has."""
    if match := _ELF.match(soname):
        name, number = match[1], match[2]
    elif match := _DLL.match(soname):
        name, number = _BY_NAME.get(match[1].lower(), ""), match[2][:2]
    else:
        return None
    if name in _SAME:
        return int(number) if _FIRST <= int(number) <= _LAST else None
    return _OTHERS.get((name, number))


def _sonames(artifact: ArtifactResults) -> Iterator[str]:
    for member in artifact.native.members:
        yield from member.needed
        yield from member.delayed
        yield member.path.rpartition("/")[2] if member.format == "pe" else member.soname or ""
