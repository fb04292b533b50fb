"""``uplock rollback``: the very lock files of a generation, judged for then and today; forward is the same command."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.committed_schema import valid
from support.http_index import HttpIndex
from support.shop import AS_OF, PYPROJECT, project, snapshot, uplock

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

Capture = pytest.CaptureFixture[str]
LATER = PYPROJECT.replace('targets = ["3.12.1"]', 'targets = ["3.12.1", "3.13.0"]').replace("2026-03-01", "2026-07-01")


@pytest.fixture
def moved(http: HttpIndex, tmp_path: Path, capfd: Capture) -> tuple[Path, dict[str, bytes], dict[str, bytes]]:
    """A project with two generations, and what stood in it after each."""
    folder = project(tmp_path / "shop")
    assert uplock(capfd, "run", folder, "--as-of", AS_OF).code == 0
    first = dict(snapshot(folder))
    (folder / "pyproject.toml").write_text(LATER)
    assert uplock(capfd, "run", folder, "--as-of", AS_OF).code == 0
    assert http.url
    return folder, first, dict(snapshot(folder))


def generations(folder: Path, capfd: Capture) -> list[str]:
    return [each["id"] for each in uplock(capfd, "history", folder, "--json").json]


def lock_files(files: dict[str, bytes]) -> dict[str, bytes]:
    return {path: data for path, data in files.items() if path.startswith("locks/")}


def test_it_restores_every_byte_and_goes_forward_again(
    moved: tuple[Path, dict[str, bytes], dict[str, bytes]], capfd: Capture
) -> None:
    folder, first, second = moved
    newer, older = generations(folder, capfd)
    answer = uplock(capfd, "rollback", older[:12], "--project", folder, "--as-of", AS_OF, "--json")
    assert answer.code == 0
    valid(answer.json, "rollback")
    assert answer.json["generation"] == older
    assert answer.json["previous"] == newer
    assert lock_files(dict(snapshot(folder))) == lock_files(first)
    assert {path for path in snapshot(folder) if path != "pyproject.toml"} == set(first) - {"pyproject.toml"}
    assert sorted(answer.json["removed"]) == sorted(set(second) - set(first))

    forward = uplock(capfd, "rollback", newer, "--project", folder, "--as-of", AS_OF, "--json")
    assert forward.code == 0
    assert dict(snapshot(folder)) == second


def test_the_restored_locks_pass_the_check_of_the_restored_inputs(
    moved: tuple[Path, dict[str, bytes], dict[str, bytes]], capfd: Capture
) -> None:
    folder, _, _ = moved
    older = generations(folder, capfd)[1]
    assert uplock(capfd, "rollback", older, "--project", folder, "--as-of", AS_OF).code == 0
    (folder / "pyproject.toml").write_text(PYPROJECT)
    assert uplock(capfd, "lock", folder, "--check").code == 0
    again = uplock(capfd, "run", folder, "--as-of", AS_OF, "--json")
    assert again.json["generation"] == older
    assert not again.json["changed"]


def test_then_and_now_are_judged_and_the_install_line_names_what_is_deployed(
    moved: tuple[Path, dict[str, bytes], dict[str, bytes]], capfd: Capture
) -> None:
    folder, _, _ = moved
    older = generations(folder, capfd)[1]
    text = uplock(capfd, "rollback", older, "--project", folder, "--as-of", "2030-01-01")
    assert text.code == 1
    assert "py312-linux-x86_64  CPython 3.12.1  gates  then pass, now fail" in text.out
    assert "PY001" in text.out
    line = f"uplock install py312-linux-x86_64 --into .venv --project {folder} --offline"
    assert text.out.endswith(f"Install it with:\n  {line}\n")
    chosen = uplock(
        capfd, "rollback", older, "--project", folder, "--target", "py39-linux-x86_64", "--into", "/srv/a b", "--json"
    )
    assert chosen.json["install"] == f"uplock install py39-linux-x86_64 --into '/srv/a b' --project {folder} --offline"


def test_what_is_not_there_changes_nothing(
    moved: tuple[Path, dict[str, bytes], dict[str, bytes]], capfd: Capture
) -> None:
    folder, _, second = moved
    older = generations(folder, capfd)[1]
    assert uplock(capfd, "rollback", "0" * 12, "--project", folder).code == 2
    assert uplock(capfd, "rollback", "0" * 64, "--project", folder).code == 3
    assert uplock(capfd, "rollback", older, "--project", folder, "--target", "py38-linux-x86_64").code == 2
    assert dict(snapshot(folder)) == second


def test_an_archived_lock_that_was_changed_is_never_restored(
    moved: tuple[Path, dict[str, bytes], dict[str, bytes]], capfd: Capture
) -> None:
    import hashlib

    folder, first, second = moved
    older = generations(folder, capfd)[1]
    digest = hashlib.sha256(first["locks/requirements.py312-linux-x86_64.txt"]).hexdigest()
    blob = folder / ".uplock/blobs/sha256" / digest[:2] / digest
    blob.chmod(0o644)
    blob.write_bytes(blob.read_bytes().replace(b"till", b"tilt"))
    answer = uplock(capfd, "rollback", older, "--project", folder)
    assert answer.code == 4
    assert digest in answer.err
    assert dict(snapshot(folder)) == second


@pytest.mark.parametrize("damage", ["", "{", "<<<<<<< HEAD"])
def test_a_lock_set_that_cannot_be_read_is_replaced_and_told(
    moved: tuple[Path, dict[str, bytes], dict[str, bytes]], capfd: Capture, damage: str
) -> None:
    folder, first, _ = moved
    older = generations(folder, capfd)[1]
    (folder / "locks/lockset.json").write_text(damage)
    answer = uplock(capfd, "rollback", older, "--project", folder, "--as-of", AS_OF, "--json")
    assert answer.code == 0, answer.err
    assert "could not be read" in answer.json["notes"][0]
    assert lock_files(dict(snapshot(folder))) == lock_files(first)


def test_without_a_lock_set_the_files_of_other_targets_go_all_the_same(
    moved: tuple[Path, dict[str, bytes], dict[str, bytes]], capfd: Capture
) -> None:
    folder, first, _ = moved
    older = generations(folder, capfd)[1]
    (folder / "locks/lockset.json").unlink()
    assert uplock(capfd, "rollback", older, "--project", folder, "--as-of", AS_OF).code == 0
    assert lock_files(dict(snapshot(folder))) == lock_files(first)
