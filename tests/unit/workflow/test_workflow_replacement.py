"""Replacing files together: what a crash leaves is brought to its end or undone, never mixed."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from uplock.errors import ArchiveError, IntegrityError
from uplock.model.digest import sha256_of
from uplock.workflow.replacement import JOURNAL, MAX_JOURNAL, replace_together, settle

OLD = {"locks/a.toml": b"old a", "locks/b.toml": b"old b", "sboms/gone.json": b"old gone"}
NEW = {"locks/a.toml": b"new a", "locks/b.toml": b"new b", "verdicts/c.json": b"new c"}


def write(root: Path, files: Mapping[str, bytes]) -> None:
    for path, data in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(data)


def standing(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def interrupted(root: Path, replaced: tuple[str, ...]) -> None:
    """Leave what a kill leaves after some of the files were replaced."""
    write(root, OLD)
    changes = []
    for number, path in enumerate(sorted({*OLD, *NEW})):
        before, after = OLD.get(path), NEW.get(path)
        changes.append(
            {"path": path, "before": before and sha256_of(before), "after": after and sha256_of(after)},
        )
        if path in replaced:
            if after is None:
                (root / path).unlink()
            else:
                write(root, {path: after})
        elif after is not None:
            write(root, {str(Path(path).with_name(f".uplock-{number}.tmp")): after})
    write(root, {JOURNAL: json.dumps({"format": 1, "changes": changes}).encode()})


def test_files_are_replaced_and_deleted_and_nothing_else_is_left(tmp_path: Path) -> None:
    write(tmp_path, OLD)
    replace_together(tmp_path, NEW, remove=["sboms/gone.json", "sboms/never.json", "locks/a.toml"])
    assert standing(tmp_path) == NEW
    assert (tmp_path / "locks/a.toml").stat().st_mode & 0o777 == 0o644


def test_equal_files_are_not_touched(tmp_path: Path) -> None:
    write(tmp_path, OLD)
    before = (tmp_path / "locks/a.toml").stat()
    replace_together(tmp_path, {"locks/a.toml": b"old a"})
    assert (tmp_path / "locks/a.toml").stat() == before
    assert standing(tmp_path) == OLD


@pytest.mark.parametrize(
    "replaced", [("locks/a.toml",), ("locks/a.toml", "locks/b.toml", "verdicts/c.json"), tuple(sorted({*OLD, *NEW}))]
)
def test_what_was_begun_is_finished(tmp_path: Path, replaced: tuple[str, ...]) -> None:
    interrupted(tmp_path, replaced)
    assert settle(tmp_path) == "finished"
    assert standing(tmp_path) == NEW
    assert settle(tmp_path) == "nothing"


def test_if_nothing_was_replaced_yet_the_old_files_stay(tmp_path: Path) -> None:
    interrupted(tmp_path, ())
    (tmp_path / "locks/.uplock-0.tmp").write_bytes(b"new")
    assert settle(tmp_path) == "undone"
    assert standing(tmp_path) == OLD


def test_what_somebody_has_taken_in_hand_is_left_as_it_is(tmp_path: Path) -> None:
    interrupted(tmp_path, ("locks/a.toml",))
    (tmp_path / "locks/b.toml").write_bytes(b"by hand")
    assert settle(tmp_path) == "left"
    assert standing(tmp_path) == {**OLD, "locks/a.toml": b"new a", "locks/b.toml": b"by hand"}


@pytest.mark.parametrize("torn", [b"new", None])
def test_a_new_file_that_is_not_whole_is_never_put_in_place(tmp_path: Path, torn: bytes | None) -> None:
    interrupted(tmp_path, ("locks/a.toml",))
    (tmp_path / "locks/.uplock-1.tmp").unlink()
    if torn is not None:
        (tmp_path / "locks/.uplock-1.tmp").write_bytes(torn)
    assert settle(tmp_path) == "left"
    assert standing(tmp_path) == {**OLD, "locks/a.toml": b"new a"}


def test_the_next_replacement_settles_the_last(tmp_path: Path) -> None:
    interrupted(tmp_path, ("locks/a.toml",))
    replace_together(tmp_path, {"locks/d.toml": b"d"})
    assert standing(tmp_path) == {**NEW, "locks/d.toml": b"d"}


def test_a_journal_that_was_not_even_begun_is_swept_away(tmp_path: Path) -> None:
    write(tmp_path, {**OLD, "locks/.uplock-journal.tmp": b"{"})
    assert settle(tmp_path) == "nothing"
    assert standing(tmp_path) == OLD


def test_if_one_file_cannot_be_written_all_is_as_it_was(tmp_path: Path) -> None:
    write(tmp_path, {**OLD, "verdicts": b"in the way"})
    with pytest.raises(ArchiveError, match="cannot write"):
        replace_together(tmp_path, NEW, remove=["sboms/gone.json"])
    assert standing(tmp_path) == {**OLD, "verdicts": b"in the way"}


def test_a_rename_that_fails_is_made_up_for_when_it_can_be(tmp_path: Path) -> None:
    write(tmp_path, {**OLD, "verdicts/c.json/inside": b"a folder in the way"})
    with pytest.raises(ArchiveError, match="cannot write"):
        replace_together(tmp_path, NEW)
    (tmp_path / "verdicts/c.json/inside").unlink()
    (tmp_path / "verdicts/c.json").rmdir()
    assert settle(tmp_path) == "finished"
    assert standing(tmp_path) == {**NEW, "sboms/gone.json": b"old gone"}


def test_a_link_is_replaced_and_not_written_through(tmp_path: Path) -> None:
    write(tmp_path, {"precious": b"old", "locks/b.toml": b"old b"})
    (tmp_path / "locks/a.toml").symlink_to(tmp_path / "precious")
    (tmp_path / "locks/.uplock-0.tmp").symlink_to(tmp_path / "precious")
    replace_together(tmp_path, {"locks/a.toml": b"new a"})
    assert (tmp_path / "precious").read_bytes() == b"old"
    assert not (tmp_path / "locks/a.toml").is_symlink()


@pytest.mark.parametrize("name", [".uplock-journal.tmp", ".uplock-journal.json"])
def test_a_folder_in_the_way_of_the_journal_is_an_error_with_its_place(tmp_path: Path, name: str) -> None:
    write(tmp_path, {**OLD, f"locks/{name}/inside": b""})
    with pytest.raises(ArchiveError, match="cannot write") as caught:
        replace_together(tmp_path, NEW)
    assert caught.value.context == str(tmp_path / "locks" / name)
    assert {path: data for path, data in standing(tmp_path).items() if path in OLD} == OLD


def test_what_cannot_be_swept_away_is_an_error(tmp_path: Path) -> None:
    interrupted(tmp_path, ())
    (tmp_path / "locks/.uplock-0.tmp").unlink()
    (tmp_path / "locks/.uplock-0.tmp").mkdir()
    with pytest.raises(ArchiveError, match="cannot write"):
        settle(tmp_path)
    assert (tmp_path / JOURNAL).exists()


# --- hostile journals -------------------------------------------------------------------------------------------------


def journal(*changes: Mapping[str, object], form: int = 1) -> bytes:
    return json.dumps({"format": form, "changes": changes}).encode()


@pytest.mark.parametrize(
    "path",
    ["../precious", "/etc/passwd", "locks/../../precious", "pyproject.toml", "locks/a/b", "locks/.hidden", "locks/a\n"],
)
def test_a_journal_that_names_other_files_is_refused(tmp_path: Path, path: str) -> None:
    root = tmp_path / "project"
    write(root, {JOURNAL: journal({"path": path, "before": None, "after": None})})
    with pytest.raises(IntegrityError, match="is no file that uplock writes"):
        settle(root)


@pytest.mark.parametrize("text", [b"", b"{}", journal(form=2), b"[" * 1000, journal() + b" " * MAX_JOURNAL])
def test_a_journal_that_is_none_is_refused(tmp_path: Path, text: bytes) -> None:
    write(tmp_path, {JOURNAL: text})
    with pytest.raises(IntegrityError, match="the journal of an interrupted uplock cannot be read") as caught:
        settle(tmp_path)
    assert caught.value.remedy


def test_a_journal_behind_a_link_is_not_followed(tmp_path: Path) -> None:
    write(tmp_path, {"elsewhere": journal()})
    (tmp_path / "locks").mkdir()
    (tmp_path / JOURNAL).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ArchiveError):
        settle(tmp_path)


def test_a_planted_journal_deletes_nothing_whose_bytes_it_does_not_know(tmp_path: Path) -> None:
    root = tmp_path / "project"
    write(tmp_path, {"victim/precious": b"secret"})
    write(root, {"locks/a.toml": b"new a"})
    (root / "sboms").symlink_to(tmp_path / "victim")
    planted = (
        {"path": "locks/a.toml", "before": None, "after": sha256_of(b"new a")},
        {"path": "sboms/precious", "before": sha256_of(b"guess"), "after": None},
    )
    write(root, {JOURNAL: journal(*planted)})
    assert settle(root) == "left"
    assert (tmp_path / "victim/precious").read_bytes() == b"secret"


def test_a_project_that_is_not_there_has_nothing_to_settle(tmp_path: Path) -> None:
    assert settle(tmp_path / "absent") == "nothing"
    (tmp_path / "locks").write_bytes(b"a file")
    assert settle(tmp_path) == "nothing"
    assert os.listdir(tmp_path) == ["locks"]
