"""METADATA asks for something in a form that uplock cannot read and a resolver can."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from support.http_index import HttpIndex
from support.index_simulator import IndexSimulator
from support.shop import project, uplock
from support.wheels import build_wheel

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

VERSION = ".".join(map(str, sys.version_info[:3]))


@pytest.mark.parametrize("setting", ['excludes = ["coin"]', 'overrides = ["coin==0.1"]'])
def test_an_exclusion_or_override_holds_for_what_only_the_resolver_can_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], setting: str
) -> None:
    index = IndexSimulator(provenance_offered=False)
    index.publish(*build_wheel("coin", "1.0"))
    index.publish(*build_wheel("shop", "1.0", requires_dist=("coin (>=0.9.*)",)))  # uv mends this
    folder = project(
        tmp_path / "project",
        f'[project]\nname = "demo"\nversion = "1"\ndependencies = ["shop"]\n'
        f'[tool.uplock]\ntargets = ["{VERSION}"]\n{setting}\n',
    )
    with HttpIndex(index) as http:
        monkeypatch.setenv("UPLOCK_INDEX_URL", http.url)
        uplock(capfd, "lock", folder)
    assert not any("coin==1.0" in path.read_text() for path in folder.glob("locks/requirements.*.txt"))


def test_a_marker_that_is_too_deep_is_no_defect_of_the_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    deep = "coin ; " + "(" * 3000 + "python_version > '2'" + ")" * 3000
    index = IndexSimulator(provenance_offered=False)
    index.publish(*build_wheel("coin", "1.0"))
    index.publish(*build_wheel("shop", "1.0", requires_dist=(deep,)))
    folder = project(
        tmp_path / "project",
        f'[project]\nname = "demo"\nversion = "1"\ndependencies = ["shop"]\n'
        f'[tool.uplock]\ntargets = ["{VERSION}"]\nresolver = "pip-tools"\nexcludes = ["other"]\n',
    )
    with HttpIndex(index) as http:
        monkeypatch.setenv("UPLOCK_INDEX_URL", http.url)
        answer = uplock(capfd, "lock", folder)
    assert "RecursionError" not in answer.err
    assert "shop-1.0" in answer.err
