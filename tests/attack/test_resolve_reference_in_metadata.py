"""A package that asks for another by URL must not make a resolver fetch, let alone build, what stands there."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from support.http_index import HttpIndex
from support.index_simulator import IndexSimulator
from support.sdists import sdist_that_acts
from support.shop import project, uplock
from support.wheels import build_wheel

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

VERSION = ".".join(map(str, sys.version_info[:3]))


@pytest.mark.parametrize("resolver", ["uv", "pip-tools"])
def test_a_reference_in_metadata_is_neither_fetched_nor_built(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], resolver: str
) -> None:
    marker = tmp_path / "built"
    index = IndexSimulator(provenance_offered=False)
    index.publish("coin-1.0.tar.gz", sdist_that_acts(marker))
    index.publish(*build_wheel("coin", "0.9"))
    with HttpIndex(index) as http:
        page = index.listing("coin")
        assert page is not None
        place = f"{http.origin}/files/{page.files[-1].sha256}/coin-1.0.tar.gz"
        index.publish(*build_wheel("shop", "1.0", requires_dist=(f"coin @ {place}",)))
        monkeypatch.setenv("UPLOCK_INDEX_URL", http.url)
        folder = project(
            tmp_path / "project",
            f'[project]\nname = "demo"\nversion = "1"\ndependencies = ["shop"]\n'
            f'[tool.uplock]\ntargets = ["{VERSION}"]\nresolver = "{resolver}"\n',
        )
        answer = uplock(capfd, "lock", folder)
        fetched = [request.path for request in http.requests if request.path.endswith("coin-1.0.tar.gz")]
    assert answer.code == 3
    assert "by URL" in answer.err
    assert not fetched
    assert not marker.exists()
    assert not (folder / "locks").exists()
