from __future__ import annotations

from pathlib import Path

import pytest

from support.wheels import build_wheel
from uplock.errors import InputError, IntegrityError, UsageError
from uplock.model.digest import Sha256, sha256_of
from uplock.ports import Event
from uplock.workflow.artifacts import agreed, artifacts_in, locked_artifact, project_of
from uplock.workflow.verify import Named

ONE, OTHER = Sha256("ab" * 32), Sha256("cd" * 32)


@pytest.mark.parametrize(
    ("filename", "expected"),
    [
        ("Shop_Core-1.0-py3-none-any.whl", "shop-core"),
        ("shop-1.0.tar.gz", "shop"),
        ("shop-1.0.zip", "shop"),
        ("shop-1.0-py3-none-any.whl.provenance", None),
        ("shop.whl", None),
        ("README", None),
        ("a-1-" + ".".join(["py3"] * 600) + "-none-any.whl", None),
    ],
)
def test_wheels_and_sdists_tell_their_project(filename: str, expected: str | None) -> None:
    assert project_of(filename) == expected


def test_a_folder_gives_its_wheels_and_sdists_hashed(tmp_path: Path) -> None:
    name, data = build_wheel("demo", "1.0")
    (tmp_path / name).write_bytes(data)
    (tmp_path / "shop-1.0.tar.gz").write_bytes(b"x")
    (tmp_path / "notes.txt").write_bytes(b"x")
    events: list[Event] = []
    found = artifacts_in(tmp_path, events.append)
    assert list(found) == [
        Named("demo", name, sha256_of(data)),
        Named("shop", "shop-1.0.tar.gz", sha256_of(b"x")),
    ]
    assert [event.message for event in events] == [name, "shop-1.0.tar.gz"]


def test_an_artifact_that_cannot_be_read_is_not_left_out(tmp_path: Path) -> None:
    (tmp_path / "demo-1.0-py3-none-any.whl").mkdir()
    with pytest.raises(InputError, match="cannot be read"):
        artifacts_in(tmp_path, lambda _: None)


def test_a_folder_without_artifacts_is_a_wrong_call(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(UsageError):
            artifacts_in(folder, lambda _: None)


def test_all_that_tell_a_digest_must_agree() -> None:
    assert agreed("x", []) is None
    assert agreed("x", [("a", None), ("b", ONE), ("c", None), ("d", ONE)]) == ONE
    with pytest.raises(IntegrityError, match=f"b sha256 {ONE}, d {OTHER}"):
        agreed("x", [("a", None), ("b", ONE), ("d", OTHER)])


def test_without_locks_nothing_is_known(tmp_path: Path) -> None:
    assert locked_artifact(tmp_path, "demo-1.0-py3-none-any.whl") is None
