"""A lone carriage return ends a line for pip's parser of METADATA: what follows must not be a way to run code."""

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
METADATA = "Metadata-Version: 2.1\nName: shop\nVersion: 1.0\n"


def wheel(text: str) -> bytes:
    """Return a wheel of ``shop`` with this METADATA."""
    return build_wheel("shop", "1.0", files={"shop-1.0.dist-info/METADATA": text.encode()})[1]


@pytest.mark.parametrize(
    ("options", "resolver", "innocent"),
    [((), "pip-tools", None), (("--cross-check",), "uv", "Shop-1.0-py3-none-any.whl")],
    ids=["pip-tools", "cross-check"],
)
def test_a_reference_behind_a_carriage_return_is_neither_fetched_nor_built(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    options: tuple[str, ...],
    resolver: str,
    innocent: str | None,
) -> None:
    marker = tmp_path / "built"
    index = IndexSimulator(provenance_offered=False)
    index.publish("coin-1.0.tar.gz", sdist_that_acts(marker))
    if innocent is not None:  # uv reads this one, pip the other one
        index.publish(innocent, wheel(METADATA + "\n"))
    with HttpIndex(index) as http:
        page = index.listing("coin")
        assert page is not None
        place = f"{http.origin}/files/{page.files[0].sha256}/coin-1.0.tar.gz"
        index.publish("shop-1.0-py3-none-any.whl", wheel(f"{METADATA}Summary: x\rRequires-Dist: coin @ {place}\n\n"))
        monkeypatch.setenv("UPLOCK_INDEX_URL", http.url)
        folder = project(
            tmp_path / "project",
            f'[project]\nname = "demo"\nversion = "1"\ndependencies = ["shop"]\n'
            f'[tool.uplock]\ntargets = ["{VERSION}"]\nresolver = "{resolver}"\n',
        )
        uplock(capfd, "lock", folder, *options)
        fetched = http.paths("coin-1.0.tar.gz")
    assert not marker.exists()
    assert not fetched
