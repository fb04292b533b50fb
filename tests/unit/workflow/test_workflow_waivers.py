"""The waivers of a project's folder: what is read, what is refused, and what is written."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from support.shop import PYPROJECT, project, snapshot
from support.waivers import make_file, make_finding, make_text, make_waiver, put
from uplock.errors import UsageError
from uplock.lockfile.waivers import MAX_BYTES
from uplock.model.value import changed, encode
from uplock.model.waiver import Waiver, WaiverFile, WaiverScope
from uplock.workflow.excuse import Excuse
from uplock.workflow.project import Project
from uplock.workflow.waiver_files import MAX_FILES, read_waivers
from uplock.workflow.waivers import waive, waivers

NOW = datetime(2026, 11, 23, 23, 59, tzinfo=UTC)


def defects_of(root: Path) -> dict[str, tuple[str, ...]]:
    """Return the defects of every waiver file of a project by path."""
    return {each.path: each.defects for each in read_waivers(root)}


def load(folder: Path, text: str = PYPROJECT) -> Project:
    """Return a project as it is read today."""
    return Project(project(folder, text), NOW.date())


def refused(here: Project, waiver: Waiver) -> str:
    """Return why a waiver is not written, and see that nothing was."""
    before = snapshot(here.root)
    with pytest.raises(UsageError) as caught:
        waive(here, waiver, NOW)
    assert snapshot(here.root) == before
    assert caught.value.remedy
    return caught.value.message


def test_a_project_without_the_folder_has_no_waivers(tmp_path: Path) -> None:
    assert read_waivers(tmp_path) == ()


def test_files_are_read_in_the_order_of_their_names_and_others_are_none(tmp_path: Path) -> None:
    put(tmp_path, make_waiver(id="bbb"))
    put(tmp_path, make_waiver(id="aaa"))
    for name in ("README.md", ".hidden.toml", "aaa.toml.bak", "toml"):
        (tmp_path / "waivers" / name).write_text("no waiver")
    assert read_waivers(tmp_path) == (make_file(id="aaa"), make_file(id="bbb"))


def test_what_cannot_be_read_is_a_file_with_the_reason(tmp_path: Path) -> None:
    folder = tmp_path / "waivers"
    put(tmp_path, make_waiver())
    (folder / "folder.toml").mkdir()
    (folder / "large.toml").write_bytes(b"#" * (MAX_BYTES + 1))
    (folder / "link.toml").symlink_to("py39-until-uplift.toml")
    (folder / "loop.toml").symlink_to("loop.toml")
    (folder / "nowhere.toml").symlink_to("missing.txt")
    os.mkfifo(folder / "pipe.toml")
    link = ("is a link: what is reviewed must be the file itself",)
    assert defects_of(tmp_path) == {
        "waivers/folder.toml": ("cannot be read: not a regular file",),
        "waivers/large.toml": ("cannot be read: larger than 65536 bytes",),
        "waivers/link.toml": link,
        "waivers/loop.toml": link,
        "waivers/nowhere.toml": link,
        "waivers/pipe.toml": ("cannot be read: not a regular file",),
        "waivers/py39-until-uplift.toml": (),
    }


def test_what_was_taken_for_a_waiver_and_is_none_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "waivers"
    (folder / "team" / "deep").mkdir(parents=True)
    (folder / "team" / "deep" / "py39-until-uplift.toml").write_bytes(make_text())
    (folder / "py39-until-uplift.TOML").write_bytes(make_text())
    (folder / "linked").symlink_to("team")
    (folder / "pictures").mkdir()
    (folder / "pictures" / "risk.svg").touch()
    (folder / ".git").mkdir()
    (folder / ".git" / "config.toml").touch()
    (folder / "notes").symlink_to("missing")
    assert defects_of(tmp_path) == {
        "waivers/linked": ("is a link: what is reviewed must be the file itself",),
        "waivers/py39-until-uplift.TOML": ("is not read: the ending of a waiver is .toml, in lower-case letters",),
        "waivers/team": ("is a folder that may hold waivers, which are read from waivers/ itself only",),
    }


def test_a_folder_with_more_files_than_are_looked_at_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "waivers" / "pictures"
    folder.mkdir(parents=True)
    for number in range(MAX_FILES):
        (folder / f"{number}.svg").touch()
    assert defects_of(tmp_path) == {}
    (folder / "one-more.svg").touch()
    assert list(defects_of(tmp_path)) == ["waivers/pictures"]


def test_a_folder_below_in_which_waivers_stand_is_judged_and_fails_the_project(tmp_path: Path) -> None:
    here = load(tmp_path)
    put(here.root / "waivers" / "team", make_waiver())
    (standing,) = waivers(here, NOW).waivers
    assert (standing.state, [rule for rule, _ in standing.misuse]) == ("refused", ["WV006"])


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may read everything")
def test_a_folder_below_without_permission_is_told(tmp_path: Path) -> None:
    closed = tmp_path / "waivers" / "team"
    closed.mkdir(parents=True)
    closed.chmod(0)
    try:
        assert list(defects_of(tmp_path)) == ["waivers/team"]
    finally:
        closed.chmod(0o700)


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may read everything")
def test_a_file_and_a_folder_without_permission_are_told(tmp_path: Path) -> None:
    put(tmp_path, make_waiver()).chmod(0)
    assert defects_of(tmp_path) == {"waivers/py39-until-uplift.toml": ("cannot be read: permission denied",)}
    (tmp_path / "waivers").chmod(0)
    try:
        assert defects_of(tmp_path) == {"waivers": ("cannot be read: permission denied",)}
    finally:
        (tmp_path / "waivers").chmod(0o700)


def test_a_folder_that_is_a_link_or_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "linked").mkdir()
    (tmp_path / "linked" / "waivers").symlink_to(tmp_path / "elsewhere")
    assert defects_of(tmp_path / "linked") == {"waivers": ("is a link: what is reviewed must be the file itself",)}
    (tmp_path / "filed").mkdir()
    (tmp_path / "filed" / "waivers").write_text("")
    assert defects_of(tmp_path / "filed") == {"waivers": ("cannot be read: not a directory",)}


def test_more_files_than_anybody_reviews_are_told_and_none_of_them_counts(tmp_path: Path) -> None:
    (tmp_path / "waivers").mkdir()
    for number in range(MAX_FILES + 1):
        (tmp_path / "waivers" / f"w-{number}.toml").touch()
    assert defects_of(tmp_path) == {"waivers": ("holds 1001 waivers, and 1000 are the most that are read",)}


def test_a_name_in_no_encoding_is_told_in_text_that_can_be_written(tmp_path: Path) -> None:
    (tmp_path / "waivers").mkdir()
    for name in (b"\xff.toml", b"a\nb.toml", "\u202etxt.toml".encode(), b"\x1b[2J.toml"):
        Path(os.fsdecode(os.fsencode(tmp_path / "waivers") + b"/" + name)).write_bytes(make_text())
    files = read_waivers(tmp_path)
    assert len(files) == 4
    assert all(each.waiver is None and each.path.isprintable() for each in files)
    assert encode(files)


def test_writing_gives_a_file_that_is_read_as_the_same_waiver(tmp_path: Path) -> None:
    here = load(tmp_path)
    result = waive(here, make_waiver(), NOW)
    assert result.path == "waivers/py39-until-uplift.toml"
    assert (tmp_path / result.path).read_text() == result.text
    assert result.notes == ()
    assert read_waivers(tmp_path) == (make_file(),)
    (standing,) = waivers(load(tmp_path), NOW).waivers
    assert standing.state == "in-force"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"reason": "TBD"}, "reason: says nothing"),
        ({"reason": "line\nbreak in the reason of this waiver"}, "reason: must be a string on one line"),
        ({"reason": "\udcff in the reason of this waiver here"}, "not every argument is text in UTF-8"),
        ({"requested_by": "security-review"}, "asked for the waiver and is among those who approved it"),
        ({"rule": "EV001"}, "EV001 cannot be waived"),
        ({"rule": "ZZ999"}, "there is no rule ZZ999"),
        ({"expires_at": date(2027, 6, 1)}, "the policy allows 180"),
        ({"expires_at": date(2026, 11, 22)}, "the waiver ended on 2026-11-22, 1 day ago"),
        ({"scope": WaiverScope(service="shop")}, "must name an interpreter"),
        ({"id": "../../escaped"}, "id: must be"),
        ({"id": "/escaped"}, "id: must be"),
        ({"id": ""}, "id: must be"),
        ({"id": "a/b"}, "id: must be"),
        ({"approved_by": ()}, "approved_by: is empty"),
        ({"scope": WaiverScope(service="other", interpreter="3.9"), "approved_by": ("service-owner",)}, "asked for"),
    ],
)
def test_what_would_cover_nothing_is_refused_and_nothing_is_written(
    tmp_path: Path, changes: dict[str, object], words: str
) -> None:
    assert words in refused(load(tmp_path), make_waiver(**changes))


def test_a_file_that_is_there_is_not_replaced(tmp_path: Path) -> None:
    put(tmp_path, make_waiver())
    assert refused(load(tmp_path), make_waiver(ticket="SEC-9999")) == "there is such a file"


def test_what_another_waiver_takes_the_place_of_is_refused(tmp_path: Path) -> None:
    put(tmp_path, make_waiver(id="newer", supersedes=("py39-until-uplift",)))
    here = load(tmp_path)
    assert refused(here, make_waiver()) == "it would be superseded at once"
    assert "take the place of one another" in refused(here, make_waiver(supersedes=("newer",)))


def test_taking_the_place_of_a_waiver_of_another_rule_is_refused(tmp_path: Path) -> None:
    put(tmp_path, make_waiver())
    other = make_waiver(id="other", rule="NA003", supersedes=("py39-until-uplift",))
    assert "cannot take the place of py39-until-uplift, which is one of PY001" in refused(load(tmp_path), other)


@pytest.mark.parametrize("target", ["elsewhere", "missing", "waivers"])
def test_nothing_is_written_through_a_link(tmp_path: Path, target: str) -> None:
    outside = tmp_path / "elsewhere"
    outside.mkdir()
    here = load(tmp_path / "shop")
    (here.root / "waivers").symlink_to(tmp_path / target if target != "waivers" else target)
    assert refused(here, make_waiver()) == "is a link: what is reviewed must be the file itself"
    assert list(outside.iterdir()) == []


def test_nothing_is_written_where_a_file_is_a_link_to_nowhere(tmp_path: Path) -> None:
    here = load(tmp_path / "shop")
    (here.root / "waivers").mkdir()
    (here.root / "waivers" / "py39-until-uplift.toml").symlink_to(tmp_path / "planted")
    with pytest.raises(UsageError, match="there is such a file"):
        waive(here, make_waiver(), NOW)
    assert not (tmp_path / "planted").exists()


def test_a_file_in_the_place_of_the_folder_is_told(tmp_path: Path) -> None:
    here = load(tmp_path)
    (tmp_path / "waivers").write_text("")
    assert refused(here, make_waiver()) == "cannot be read: not a directory"


def test_a_waiver_that_would_make_all_others_unread_is_refused(tmp_path: Path) -> None:
    here = load(tmp_path)
    (tmp_path / "waivers").mkdir()
    for number in range(MAX_FILES):
        (tmp_path / "waivers" / f"w-{number}.toml").touch()
    assert "as many waivers as are read" in refused(here, make_waiver())


def test_what_may_surprise_is_noted(tmp_path: Path) -> None:
    here = load(tmp_path)
    waiver = make_waiver(
        id="future",
        scope=WaiverScope(service="warehouse", interpreter="3.9"),
        supersedes=("unknown",),
    )
    assert waive(here, waiver, NOW).notes == (
        "it is for the service warehouse, which is not this project",
        "there is no waiver unknown to supersede",
    )
    later = make_waiver(approved_at=date(2026, 12, 1))
    assert waive(here, later, NOW).notes == ("it is not in force before 2026-12-01",)
    short = make_waiver(id="short", expires_at=date(2026, 12, 7))
    assert waive(here, short, NOW).notes == ("the waiver ends on 2026-12-07, in 14 days",)
    assert waive(here, make_waiver(id="longer", expires_at=date(2026, 12, 8)), NOW).notes == ()


def test_the_day_is_that_of_utc(tmp_path: Path) -> None:
    put(tmp_path, make_waiver(expires_at=date(2026, 11, 23)))
    here = load(tmp_path)
    assert waivers(here, NOW).waivers[0].state == "in-force"
    west = datetime.fromisoformat("2026-11-23T20:00:00-05:00")
    assert waivers(here, west).waivers[0].state == "expired"


def test_findings_about_locks_are_covered_for_the_targets_of_the_project(tmp_path: Path) -> None:
    put(tmp_path, make_waiver())
    here = load(tmp_path)
    assert here.baseline is not None
    excuse = Excuse(here, NOW)
    assert excuse(changed(make_finding(), target="another")).waived is None
    waived = excuse(changed(make_finding(), target=here.baseline.target.name)).waived
    assert waived is not None
    assert waived.waiver == "py39-until-uplift"


def test_a_file_without_a_waiver_is_listed_first(tmp_path: Path) -> None:
    put(tmp_path, make_waiver())
    (tmp_path / "waivers" / "broken.toml").write_text("x")
    result = waivers(load(tmp_path), NOW)
    assert [each.file.path for each in result.waivers] == ["waivers/broken.toml", "waivers/py39-until-uplift.toml"]
    assert isinstance(result.waivers[0].file, WaiverFile)
    assert result.project == "shop"
