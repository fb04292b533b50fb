"""Another process of this machine asks the served view for a page: that is no part of what the locks rest on."""

from __future__ import annotations

import http.client
import json
import sys
from pathlib import Path

import pytest

from support.http_index import Answer, HttpIndex, Request
from support.index_simulator import IndexSimulator
from support.shop import project, uplock
from support.wheels import build_wheel
from uplock.index.serve import stable_ports

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

VERSION = ".".join(map(str, sys.version_info[:3]))


def test_a_stranger_neither_changes_a_lock_nor_reaches_the_index(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def ask(_: Request) -> Answer | None:
        for port in stable_ports(str(tmp_path / "cache")):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            try:
                connection.request("GET", "/simple/stranger/")
                connection.getresponse().read()
            except OSError:
                continue
            finally:
                connection.close()
        return None

    index = IndexSimulator(provenance_offered=False)
    index.publish(*build_wheel("coin", "1.0"))
    views = []
    for name in ("alone", "asked"):
        folder = project(
            tmp_path / name,
            f'[project]\nname = "demo"\nversion = "1"\ndependencies = ["coin"]\n'
            f'[tool.uplock]\ntargets = ["{VERSION}"]\nexclude-newer = "2026-05-01T00:00:00Z"\n',
        )
        with HttpIndex(index) as served:
            if name == "asked":
                served.sabotage["/simple/coin/"] = ask
            monkeypatch.setenv("UPLOCK_INDEX_URL", served.url)
            assert uplock(capfd, "lock", folder).code == 0
            assert not served.paths("stranger")
        views.append(json.loads((folder / "locks" / "lockset.json").read_text())["view"])
    assert views[0] == views[1]
