"""An id that is a path makes the tool write somewhere else, or makes a waiver pass under another name."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from support.shop import project
from support.waivers import make_text, make_waiver
from uplock.errors import UsageError
from uplock.lockfile.waivers import read_waiver
from uplock.workflow.project import Project
from uplock.workflow.waivers import waive

IDS = ("../escaped", "../../etc/escaped", "/escaped", "a/../../escaped", "a\\b", "..", "esc\0aped", "escaped\n", "nul")


@pytest.mark.parametrize("name", IDS)
def test_nothing_is_written_for_an_id_that_is_a_path(tmp_path: Path, name: str) -> None:
    here = Project(project(tmp_path / "a" / "b" / "shop"), datetime(2026, 11, 23, tzinfo=UTC).date())
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(UsageError, match="id: must be"):
        waive(here, make_waiver(id=name), datetime(2026, 11, 23, tzinfo=UTC))
    assert sorted(tmp_path.rglob("*")) == before


def test_a_file_under_another_name_than_its_id_is_refused() -> None:
    file = read_waiver("waivers/approved-by-all.toml", make_text())
    assert file.defects == (
        "id: is py39-until-uplift, and the file is called approved-by-all.toml: they must be the same",
    )
