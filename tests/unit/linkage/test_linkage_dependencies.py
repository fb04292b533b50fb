"""What a package of a lock depends on: by the lock's edges, and by metadata with extras and markers."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from support.linked import locked, on, wheel
from uplock.linkage.dependencies import Dependencies
from uplock.model.platform import Windows
from uplock.model.results import ArtifactResults
from uplock.model.target import Target

TORCH = wheel("torch", requires=["cuda-toolkit[cublas,cudart]==13.2.2; platform_system == 'Linux'"])
TOOLKIT = wheel(
    "cuda-toolkit",
    requires=[
        "nvidia-cublas==13.2.*; extra == 'cublas'",
        "nvidia_cuda_runtime==13.2.*; sys_platform == 'linux' and extra == 'cudart'",
        "nvidia-cufft==12.0.*; extra == 'cufft'",
        "cuda-toolkit[cufft]; extra == 'all'",
    ],
)
LIBRARIES = tuple(wheel(f"nvidia-{each}") for each in ("cublas", "cuda-runtime", "cufft"))


def dependencies(
    *artifacts: ArtifactResults, target: Target | None = None, edges: Mapping[str, list[str]] | None = None
) -> Dependencies:
    return Dependencies(
        locked(*artifacts, edges=edges, target=target), {each.metadata.name: each for each in artifacts}
    )


def test_edges_of_the_lock_are_followed_to_the_end() -> None:
    found = dependencies(wheel("a"), wheel("b"), wheel("c"), wheel("d"), edges={"a": ["b"], "b": ["c"]})
    assert found.near("a") == found.all("a") == {"b", "c"}
    assert found.near("c") == frozenset()


def test_extras_of_a_metapackage_lead_to_what_was_asked_for_and_no_further() -> None:
    found = dependencies(TORCH, TOOLKIT, *LIBRARIES, edges={"torch": ["cuda-toolkit"]})
    assert found.near("torch") == {"cuda-toolkit"}
    assert found.all("torch") == {"cuda-toolkit", "nvidia-cublas", "nvidia-cuda-runtime"}


def test_the_metapackage_alone_needs_nothing() -> None:
    assert dependencies(TORCH, TOOLKIT, *LIBRARIES).all("cuda-toolkit") == frozenset()


def test_an_extra_that_leads_to_another_of_the_same_package_is_followed() -> None:
    asking = wheel("asking", requires=["CUDA.Toolkit[All]"])
    assert dependencies(asking, TOOLKIT, *LIBRARIES).all("asking") == {"cuda-toolkit", "nvidia-cufft"}


def test_markers_hold_for_the_target_and_not_for_this_machine() -> None:
    windows = on(Windows(arch="x86_64"))
    assert dependencies(TORCH, TOOLKIT, *LIBRARIES, target=windows).all("torch") == frozenset()


def test_what_is_not_in_the_lock_is_nobodys_dependency() -> None:
    found = dependencies(wheel("a", requires=["gone", "b"]), wheel("b"), edges={"a": ["lost"]})
    assert found.near("a") == frozenset()
    assert found.all("a") == {"b"}


@pytest.mark.parametrize("edges", [{"a": ["b"], "b": ["a"]}, {"a": ["a", "b"]}])
def test_a_cycle_ends(edges: dict[str, list[str]]) -> None:
    found = dependencies(
        wheel("a", requires=["b[x]"]), wheel("b", requires=["a[y]", "b[x]; extra == 'x'"]), edges=edges
    )
    assert found.near("a") == found.all("a") == {"b"}
