"""Somebody changes what lies in the user's cache between two runs: nothing of it may be believed."""

from pathlib import Path

import pytest

from support.http_index import HttpIndex
from support.shop import estate, project, snapshot, uplock

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])


@pytest.mark.parametrize("place", ["cache", "archive"])
def test_a_changed_wheel_in_the_cache_is_an_integrity_error(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    monkeypatch.setenv("UPLOCK_CACHE", str(tmp_path / "cache"))
    first, second = project(tmp_path / "first"), project(tmp_path / "second")
    with HttpIndex(estate()) as http:
        monkeypatch.setenv("UPLOCK_INDEX_URL", http.url)
        assert uplock(capfd, "run", first).code == 0
        for blob in (tmp_path / "cache" / "blobs").rglob("*"):
            if blob.is_file():
                blob.chmod(0o644)
                blob.write_bytes(blob.read_bytes() + b"#")
        if place == "archive":
            (first / ".uplock" / "receipt.json").unlink()
            for record in (first / ".uplock" / "results").rglob("*"):
                if record.is_file():
                    record.unlink()
        victim = first if place == "archive" else second
        before = snapshot(victim)
        answer = uplock(capfd, "run", victim)
    assert answer.code == 4
    assert "not those that were fetched" in answer.err
    assert snapshot(victim) == before
