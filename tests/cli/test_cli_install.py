"""``uplock install``: checked before, installed aside, compared, and switched in; a failure leaves what was there."""

from __future__ import annotations

import platform
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from support.committed_schema import valid
from support.http_index import HttpIndex
from support.index_simulator import IndexSimulator
from support.own_interpreter import own_target
from support.shop import UPLOADED, Answer, project, uplock
from support.wheels import build_wheel
from uplock.environment.environments import DirectoryEnvironments
from uplock.environment.switch import switch

pytestmark = [
    pytest.mark.allow_hosts(["127.0.0.1"]),
    pytest.mark.skipif(sys.platform != "linux", reason="the estate is locked for Linux"),
]

Capture = pytest.CaptureFixture[str]
TARGET = own_target().name
AS_OF = "2026-11-22"
PYPROJECT = f"""\
[project]
name = "shop"
version = "1.0"
dependencies = ["till"]

[tool.uplock]
targets = ["{platform.python_version()}"]
platforms = ["{own_target().platform.name}"]
exclude-newer = "2026-03-01T00:00:00Z"
"""
TILL = {
    "till/__init__.py": b"import coin\nVALUE = 1\n",
    "till-2.0.dist-info/entry_points.txt": b"[console_scripts]\ntill = till:main\n",
}


@pytest.fixture
def index() -> IndexSimulator:
    """An index with pure wheels for any interpreter."""
    index = IndexSimulator(provenance_offered=False)
    index.publish(*build_wheel("till", "2.0", requires_dist=("coin>=1",), files=TILL), upload_time=UPLOADED)
    index.publish(*build_wheel("coin", "1.1"), upload_time=UPLOADED)
    return index


@pytest.fixture
def shop(http: HttpIndex, tmp_path: Path, capfd: Capture) -> Path:
    folder = project(tmp_path / "shop", PYPROJECT)
    assert uplock(capfd, "run", folder, "--as-of", AS_OF).code == 0
    assert http.url
    return folder


def install(capfd: Capture, shop: Path, into: Path, *options: str) -> Answer:
    return uplock(capfd, "install", TARGET, "--project", shop, "--into", into, "--as-of", AS_OF, *options)


@pytest.mark.parametrize("installer", ["uv", "pip"])
def test_it_installs_what_is_locked_and_switches_to_it(
    shop: Path, tmp_path: Path, capfd: Capture, installer: str
) -> None:
    into = tmp_path / "env"
    answer = install(capfd, shop, into, "--offline", "--installer", installer, "--json")
    assert answer.code == 0, answer.err
    valid(answer.json, "install")
    assert answer.json["installed"]
    assert answer.json["evidence"] == "recorded"
    assert answer.json["installer"].startswith(f"{installer} ")
    assert into.readlink() == Path(f".env.uplock/{TARGET}-1")
    said = subprocess.run(
        [into / "bin/python", "-c", "import till; print(till.VALUE)"], capture_output=True, check=True
    )
    assert said.stdout == b"1\n"
    assert uplock(capfd, "verify", "env", into, "--project", shop).code == 0


def test_a_second_installation_keeps_the_one_before_and_removes_older_ones(
    shop: Path, tmp_path: Path, capfd: Capture
) -> None:
    into = tmp_path / "env"
    for _ in range(3):
        answer = install(capfd, shop, into, "--offline", "--json")
        assert answer.code == 0
    assert answer.json["previous"].endswith(f"{TARGET}-2")
    assert [Path(each).name for each in answer.json["removed"]] == [f"{TARGET}-1"]
    names = {path.name for path in (tmp_path / ".env.uplock").iterdir()}
    assert names == {"lock", f"{TARGET}-2", f"{TARGET}-3"}


def test_a_failing_verdict_installs_nothing(shop: Path, tmp_path: Path, capfd: Capture) -> None:
    into = tmp_path / "env"
    answer = uplock(capfd, "install", TARGET, "--project", shop, "--into", into, "--as-of", "2040-01-01", "--offline")
    assert answer.code == 1
    assert "PY001" in answer.out
    assert "Nothing was installed." in answer.out
    assert not into.is_symlink()
    assert not (tmp_path / ".env.uplock").exists()


def test_a_changed_lock_installs_nothing(shop: Path, tmp_path: Path, capfd: Capture) -> None:
    path = shop / f"locks/requirements.{TARGET}.txt"
    path.write_text(path.read_text().replace("till", "tilt"))
    assert install(capfd, shop, tmp_path / "env", "--offline").code == 4
    assert not (tmp_path / "env").is_symlink()


@pytest.mark.parametrize("installer", ["uv", "pip"])
def test_changed_bytes_install_nothing_and_what_was_there_stays(
    shop: Path, tmp_path: Path, capfd: Capture, installer: str
) -> None:
    into = tmp_path / "env"
    assert install(capfd, shop, into, "--offline").code == 0
    for blob in (shop / ".uplock/blobs/sha256").rglob("*"):
        if blob.is_file() and blob.read_bytes()[:4] == b"PK\x03\x04":
            data = blob.read_bytes()
            blob.unlink()
            blob.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    answer = install(capfd, shop, into, "--offline", "--installer", installer)
    assert answer.code == 4
    assert into.readlink().name == f"{TARGET}-1"
    assert uplock(capfd, "verify", "env", into, "--project", shop).code in {0, 4}


def test_offline_takes_from_the_cache_and_asks_nobody(
    shop: Path, tmp_path: Path, capfd: Capture, http: HttpIndex
) -> None:
    asked = len(http.requests)
    assert install(capfd, shop, tmp_path / "env", "--offline").code == 0
    assert len(http.requests) == asked
    shutil.rmtree(shop / ".uplock")
    answer = install(capfd, shop, tmp_path / "env", "--offline")
    assert answer.code == 3
    assert "uplock run" in answer.err


def test_a_fresh_clone_without_an_archive_gathers_and_judges_first(
    shop: Path, tmp_path: Path, capfd: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.rmtree(shop / ".uplock")
    monkeypatch.setenv("UPLOCK_CACHE", str(tmp_path / "empty"))
    answer = install(capfd, shop, tmp_path / "env", "--json")
    assert answer.code == 0, answer.err
    assert answer.json["evidence"] == "gathered"
    assert answer.json["generation"] is None
    assert not (shop / ".uplock").exists()


@pytest.mark.parametrize("there", ["folder", "file", "link"])
def test_what_is_not_ours_is_never_replaced(shop: Path, tmp_path: Path, capfd: Capture, there: str) -> None:
    into = tmp_path / "env"
    match there:
        case "folder":
            into.mkdir()
        case "file":
            into.write_text("mine")
        case _:
            into.symlink_to(tmp_path)
    assert install(capfd, shop, into, "--offline").code == 2
    assert not (tmp_path / ".env.uplock").exists()


def test_another_patch_is_taken_only_when_it_is_asked_for(shop: Path, tmp_path: Path, capfd: Capture) -> None:
    major, minor, patch = platform.python_version_tuple()
    other = f"{major}.{minor}.{int(patch) + 1}"
    (shop / "pyproject.toml").write_text(PYPROJECT.replace(platform.python_version(), other))
    assert uplock(capfd, "run", shop, "--as-of", AS_OF).code == 0
    refused = install(capfd, shop, tmp_path / "env", "--offline")
    assert refused.code == 3
    assert "--any-patch" in refused.err
    answer = install(capfd, shop, tmp_path / "env", "--offline", "--any-patch", "--json")
    assert answer.code == 0, answer.err
    assert answer.json["other_patch"]
    assert answer.json["python"].startswith(f"{major}.{minor}.")


def test_a_target_without_a_lock_and_a_place_without_a_name_are_refused(
    shop: Path, tmp_path: Path, capfd: Capture
) -> None:
    answer = uplock(capfd, "install", "py38-linux-x86_64", "--project", shop, "--into", tmp_path / "env")
    assert answer.code == 2
    assert TARGET in answer.err


def test_an_interruption_right_after_the_switch_leaves_the_new_environment_whole(
    shop: Path, tmp_path: Path, capfd: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    into = tmp_path / "env"
    assert install(capfd, shop, into, "--offline").code == 0

    def switched(self: DirectoryEnvironments, link: Path, place: Path) -> None:
        switch(link, place)
        raise KeyboardInterrupt

    monkeypatch.setattr(DirectoryEnvironments, "switch", switched)
    assert install(capfd, shop, into, "--offline").code == 130
    assert into.readlink().name == f"{TARGET}-2"
    assert uplock(capfd, "verify", "env", into, "--project", shop).code == 0
