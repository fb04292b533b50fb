"""Credentials of an index must reach the index and nothing else: no file, no stream, no archive."""

from pathlib import Path

import pytest

from support.http_index import HttpIndex
from support.shop import PYPROJECT, estate, project, uplock

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

PLANTED = "s3cr3t-t0ken"


@pytest.mark.parametrize("requirement", ['"till", "crypt"', '"no-such-thing"'], ids=["a good run", "a failing run"])
def test_credentials_are_in_nothing_that_a_run_leaves(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, requirement: str
) -> None:
    monkeypatch.setenv("UPLOCK_CACHE", str(tmp_path / "cache"))
    shop = project(tmp_path / "shop", PYPROJECT.replace('"till", "crypt"', requirement))
    with HttpIndex(estate(), auth=("robot", PLANTED)) as http:
        monkeypatch.setenv("UPLOCK_INDEX_URL", http.url.replace("://", f"://robot:{PLANTED}@"))
        answers = [uplock(capfd, "run", shop, *options) for options in ((), ("--json",))]
        answers.append(uplock(capfd, "verify", "lock", "--project", shop))
    assert answers[0].code == (0 if "till" in requirement else 3)
    for answer in answers:
        assert PLANTED not in answer.out + answer.err
    left = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert left
    assert [path for path in left if PLANTED.encode() in path.read_bytes()] == []
