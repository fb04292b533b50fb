"""A link in the reviewed folder leads to a file that anybody may change without that review."""

from __future__ import annotations

from pathlib import Path

from support.waivers import make_waiver, put
from uplock.workflow.waiver_files import read_waivers


def test_a_link_out_of_the_project_is_no_waiver(tmp_path: Path) -> None:
    outside = put(tmp_path / "outside", make_waiver())
    folder = tmp_path / "shop" / "waivers"
    folder.mkdir(parents=True)
    (folder / outside.name).symlink_to(outside)
    (file,) = read_waivers(tmp_path / "shop")
    assert file.waiver is None
    assert file.defects == ("is a link: what is reviewed must be the file itself",)


def test_a_link_to_another_folder_of_the_project_is_no_waiver_either(tmp_path: Path) -> None:
    unreviewed = put(tmp_path / "docs", make_waiver())
    (tmp_path / "waivers").mkdir()
    (tmp_path / "waivers" / unreviewed.name).symlink_to(unreviewed)
    assert [each.waiver for each in read_waivers(tmp_path)] == [None]


def test_a_folder_that_is_a_link_holds_no_waivers(tmp_path: Path) -> None:
    put(tmp_path / "outside", make_waiver())
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "waivers").symlink_to(tmp_path / "outside" / "waivers")
    assert [(each.path, each.waiver) for each in read_waivers(tmp_path / "shop")] == [("waivers", None)]


def test_a_link_to_itself_is_a_defect_and_no_crash(tmp_path: Path) -> None:
    (tmp_path / "waivers").mkdir()
    (tmp_path / "waivers" / "loop.toml").symlink_to("loop.toml")
    assert [each.waiver for each in read_waivers(tmp_path)] == [None]
