"""``uplock archive export`` and ``import`` between two clones of a project, up to going back to what came over."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from support.committed_schema import valid
from support.http_index import HttpIndex
from support.shop import AS_OF, PYPROJECT, project, snapshot, uplock
from uplock.files import exclusive

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def shop(http: HttpIndex, tmp_path: Path, capfd: Capture) -> Path:
    """A project with two generations."""
    folder = project(tmp_path / "shop")
    assert http.url
    for text in (PYPROJECT, PYPROJECT.replace("2026-03-01", "2026-07-01")):
        project(folder, text)
        assert uplock(capfd, "run", folder, "--as-of", AS_OF).code in {0, 1}
    return folder


def generations(folder: Path, capfd: Capture) -> list[str]:
    return [each["id"] for each in uplock(capfd, "history", folder, "--all", "--json").json]


def test_a_fresh_clone_takes_in_the_generation_that_its_locks_name(shop: Path, tmp_path: Path, capfd: Capture) -> None:
    newer, _ = generations(shop, capfd)
    bundle = tmp_path / "shop.uplock.tar"
    written = uplock(capfd, "archive", "export", "-o", bundle, "--project", shop, "--json")
    assert written.code == 0
    valid(written.json, "archive-export")
    assert (written.json["generation"], written.json["absent"]) == (newer, 0)
    clone = tmp_path / "clone"
    shutil.copytree(shop, clone, ignore=shutil.ignore_patterns(".uplock"))
    assert uplock(capfd, "check", clone, "--as-of", AS_OF).code == 3
    taken = uplock(capfd, "archive", "import", bundle, "--project", clone, "--json")
    assert taken.code == 0
    valid(taken.json, "archive-import")
    assert (taken.json["generation"], taken.json["head"], taken.json["recorded"]) == (newer, True, True)
    assert uplock(capfd, "archive", "fsck", "--project", clone).code == 0
    assert uplock(capfd, "check", clone, "--as-of", AS_OF).code in {0, 1}
    (entry,) = uplock(capfd, "history", clone, "--json").json
    assert (entry["id"], entry["kept"]) == (newer, True)
    again = uplock(capfd, "archive", "export", "-o", tmp_path / "again.tar", "--project", clone)
    assert again.code == 0
    assert (tmp_path / "again.tar").read_bytes() == bundle.read_bytes()


def test_an_older_generation_comes_over_and_one_can_go_back_to_it(shop: Path, tmp_path: Path, capfd: Capture) -> None:
    newer, older = generations(shop, capfd)
    clone = tmp_path / "clone"
    shutil.copytree(shop, clone, ignore=shutil.ignore_patterns(".uplock"))
    for identity in (newer, older):
        bundle = tmp_path / f"{identity}.tar"
        said = uplock(capfd, "archive", "export", identity[:12], "-o", bundle, "--project", shop)
        assert (said.code, str(bundle) in said.out) == (0, True)
        taken = uplock(capfd, "archive", "import", bundle, "--project", clone)
        assert taken.code == 0
    assert "recorded now and kept;" in taken.out
    assert (clone / ".uplock" / "head").read_text().strip() == newer
    assert uplock(capfd, "rollback", older, "--project", clone, "--as-of", AS_OF).code in {0, 1}
    assert uplock(capfd, "rollback", older, "--project", shop, "--as-of", AS_OF).code in {0, 1}
    locks = [
        {path: data for path, data in snapshot(each).items() if path.startswith("locks/")} for each in (shop, clone)
    ]
    assert locks[0] == locks[1]
    assert uplock(capfd, "archive", "gc", "--project", clone).code == 0
    assert uplock(capfd, "archive", "fsck", "--project", clone).code == 0


def test_what_is_no_bundle_is_refused_with_place_and_remedy(shop: Path, tmp_path: Path, capfd: Capture) -> None:
    before = generations(shop, capfd)
    (tmp_path / "x.tar").write_bytes(b"no bundle" * 200)
    answer = uplock(capfd, "archive", "import", tmp_path / "x.tar", "--project", shop)
    assert answer.code == 3
    assert f"{tmp_path / 'x.tar'}: it does not begin with a manifest" in answer.err
    assert "uplock archive export" in answer.err
    bundle = tmp_path / "shop.tar"
    assert uplock(capfd, "archive", "export", "-o", bundle, "--project", shop).code == 0
    raw = bytearray(bundle.read_bytes())
    raw[raw.index(b"PK\x03\x04") + 5] ^= 1
    bundle.write_bytes(raw)
    answer = uplock(capfd, "archive", "import", bundle, "--project", shop, "--json")
    assert answer.code == 4
    valid(answer.json, "error")
    assert generations(shop, capfd) == before


def test_a_generation_that_is_not_whole_is_not_exported(shop: Path, tmp_path: Path, capfd: Capture) -> None:
    _, older = generations(shop, capfd)
    shutil.rmtree(shop / ".uplock" / "blobs" / "sha256" / older[:2])
    answer = uplock(capfd, "archive", "export", older, "-o", tmp_path / "x.tar", "--project", shop)
    assert answer.code == 3
    assert older in answer.err
    assert not (tmp_path / "x.tar").exists()


def test_without_an_archive_nothing_is_exported_and_none_is_made(tmp_path: Path, capfd: Capture) -> None:
    answer = uplock(capfd, "archive", "export", "-o", tmp_path / "x.tar", "--project", tmp_path)
    assert answer.code == 3
    assert "uplock run" in answer.err
    assert list(tmp_path.iterdir()) == []


def test_while_another_command_holds_the_archive_nothing_is_taken_in(
    shop: Path, tmp_path: Path, capfd: Capture
) -> None:
    assert uplock(capfd, "archive", "export", "-o", tmp_path / "x.tar", "--project", shop).code == 0
    with exclusive(shop / ".uplock" / "lock", ""):
        answer = uplock(capfd, "archive", "import", tmp_path / "x.tar", "--project", shop)
    assert answer.code == 3
    assert "another uplock is at work" in answer.err
