"""An index that lists no digests: what was locked from it can be resolved again from the archive."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from support.http_index import HttpIndex
from support.index_simulator import IndexSimulator
from support.shop import project, uplock
from support.wheels import build_wheel
from uplock.model.view import IndexPage

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

VERSION = ".".join(map(str, sys.version_info[:3]))


class WithoutDigests(HttpIndex):
    """Serves HTML whose links have no fragments."""

    def _html(self, page: IndexPage) -> bytes:
        return super()._html(page).replace(b"#sha256=", b"#")


def test_what_an_index_without_hashes_gave_can_be_resolved_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    index = IndexSimulator(provenance_offered=False)
    index.publish(*build_wheel("coin", "1.0"))
    folder = project(
        tmp_path / "project",
        f'[project]\nname = "demo"\nversion = "1"\ndependencies = ["coin"]\n[tool.uplock]\ntargets = ["{VERSION}"]\n',
    )
    with WithoutDigests(index, as_html=True) as http:
        monkeypatch.setenv("UPLOCK_INDEX_URL", http.url)
        assert uplock(capfd, "lock", folder).code == 0
    assert uplock(capfd, "lock", folder, "--check=resolve").code == 0
