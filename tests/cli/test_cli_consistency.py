"""Locks, generation, archive and what is said of them must belong together, or the command says so."""

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from support.http_index import HttpIndex
from support.index_simulator import IndexSimulator
from support.shop import AS_OF, PYPROJECT, UPLOADED, project, snapshot, uplock
from support.wheels import build_wheel

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def shop(http: HttpIndex, tmp_path: Path, capfd: Capture) -> Path:
    """A project that has been run once."""
    folder = project(tmp_path / "shop")
    assert uplock(capfd, "run", folder, "--as-of", AS_OF).code == 0
    return folder


@pytest.mark.parametrize("command", ["check", "sbom"])
def test_locks_that_are_newer_than_the_generation_are_not_judged(shop: Path, capfd: Capture, command: str) -> None:
    project(shop, PYPROJECT.replace('"till", "crypt"', '"till"'))
    assert uplock(capfd, "lock", shop).code == 0
    answer = uplock(capfd, command, shop)
    assert answer.code == 3
    assert "uplock run" in answer.err


@pytest.mark.parametrize("command", ["check", "sbom"])
def test_an_edited_lock_is_not_judged(shop: Path, capfd: Capture, command: str) -> None:
    lock = shop / "locks/requirements.py312-linux-x86_64.txt"
    lock.write_text(lock.read_text() + "evil==1 \\\n    --hash=sha256:" + "ab" * 32 + "\n")
    assert uplock(capfd, command, shop).code == 4


def test_two_projects_that_share_an_archive_are_not_mixed_up(shop: Path, tmp_path: Path, capfd: Capture) -> None:
    shared = tmp_path / "shared"
    other = project(tmp_path / "other", PYPROJECT.replace('"till", "crypt"', '"coin"').replace('"shop"', '"other"'))
    first = uplock(capfd, "run", shop, "--archive", shared, "--json").json
    second = uplock(capfd, "run", other, "--archive", shared, "--json").json
    for folder, ran in ((shop, first), (other, second)):
        checked = uplock(capfd, "check", folder, "--archive", shared, "--json").json
        assert checked["generation"] == ran["generation"]
        assert [target["packages"] for target in checked["targets"]] == [each["packages"] for each in ran["targets"]]


def test_a_committed_generation_id_is_not_believed_unchecked(shop: Path, capfd: Capture) -> None:
    lockset = shop / "locks/lockset.json"
    document = json.loads(lockset.read_text())
    document["generation"]["id"] = "0" * 64
    lockset.write_text(json.dumps(document))
    before = snapshot(shop)
    assert uplock(capfd, "run", shop).code == 4
    assert snapshot(shop) == before


def test_metadata_that_the_wheel_does_not_carry_is_found_out_and_does_not_stay(
    shop: Path, http: HttpIndex, index: IndexSimulator, tmp_path: Path, capfd: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also for a wheel that was inspected before; and an honest index is believed again."""
    monkeypatch.setenv("UPLOCK_CACHE", str(tmp_path / "another cache"))
    (shop / ".uplock/receipt.json").unlink()
    index.publish(*build_wheel("extra", "1.0"), upload_time=UPLOADED)
    index.lies["coin-1.1-py3-none-any.whl"] = b"Metadata-Version: 2.1\nName: coin\nVersion: 1.1\nRequires-Dist: extra\n"
    http.core_metadata = True
    answer = uplock(capfd, "run", shop, "--refresh")
    assert answer.code == 4
    assert "other metadata" in answer.err
    index.lies.clear()
    assert uplock(capfd, "run", shop, "--refresh").code == 0


def test_a_damaged_artifact_in_the_archive_is_noticed_by_the_next_real_run(shop: Path, capfd: Capture) -> None:
    for blob in (shop / ".uplock/blobs").rglob("*"):
        if blob.is_file() and blob.read_bytes()[:2] == b"PK":
            data = bytearray(blob.read_bytes())
            data[len(data) // 2] ^= 1
            blob.unlink()
            blob.write_bytes(data)
            break
    assert uplock(capfd, "run", shop, "--as-of", "2026-11-21").code == 4


def test_the_sbom_is_that_of_the_generation_whatever_the_project_says_today(shop: Path, capfd: Capture) -> None:
    before = {name: data for name, data in snapshot(shop).items() if name.startswith("sboms")}
    project(shop, PYPROJECT.replace('from = "3.9.18"\n', "").replace('version = "1.0"', 'version = "2.0"'))
    assert uplock(capfd, "sbom", shop).code == 0
    assert before.items() <= snapshot(shop).items()


def test_the_history_goes_on_when_somebody_removes_the_locks(shop: Path, capfd: Capture) -> None:
    (first,) = uplock(capfd, "history", shop, "--json").json
    for lock in (shop / "locks").iterdir():
        lock.unlink()
    assert not uplock(capfd, "run", shop, "--json").json["changed"]
    for lock in (shop / "locks").iterdir():
        lock.unlink()
    project(shop, PYPROJECT.replace('"till", "crypt"', '"till"'))
    assert uplock(capfd, "run", shop, "--json").json["parent"] == first["id"]
    assert len(uplock(capfd, "history", shop, "--json").json) == 2


def test_another_version_of_the_project_is_another_generation(shop: Path, capfd: Capture) -> None:
    project(shop, PYPROJECT.replace('version = "1.0"', 'version = "2.0"'))
    assert uplock(capfd, "run", shop, "--json").json["changed"]


@pytest.mark.usefixtures("http")
def test_a_package_that_refuses_the_interpreter_is_no_missing_wheel(tmp_path: Path, capfd: Capture) -> None:
    folder = project(tmp_path / "shop", PYPROJECT.replace('"till", "crypt"', '"till>=2"'))
    answer = uplock(capfd, "run", folder)
    assert answer.code == 3
    assert "till" in answer.err


@pytest.mark.usefixtures("http")
def test_a_target_that_the_project_itself_refuses_is_a_configuration_error(tmp_path: Path, capfd: Capture) -> None:
    text = PYPROJECT.replace('version = "1.0"', 'version = "1.0"\nrequires-python = ">=3.13"')
    answer = uplock(capfd, "run", project(tmp_path / "shop", text))
    assert answer.code == 2
    assert "requires-python" in answer.err


def test_a_yanked_pin_is_told_and_stays_told(
    http: HttpIndex, index: IndexSimulator, tmp_path: Path, capfd: Capture
) -> None:
    index.yank("coin-1.1-py3-none-any.whl", "broken\x1b[2J")
    folder = project(tmp_path / "shop", PYPROJECT.replace('"till", "crypt"', '"coin==1.1"'))
    for _ in range(2):
        answer = uplock(capfd, "run", folder)
        assert answer.code == 0
        assert "coin-1.1-py3-none-any.whl is yanked" in answer.out
        assert "\x1b" not in answer.out
        (folder / ".uplock/receipt.json").unlink()


def test_defaults_do_not_drift_with_the_calendar(http: HttpIndex, tmp_path: Path, capfd: Capture) -> None:
    """A lock set that was made with other defaults keeps its targets until --upgrade."""
    folder = tmp_path / "plain"
    folder.mkdir()
    (folder / "requirements.in").write_text("coin\n")
    (folder / "uplock.toml").write_text('targets = ["3.11.9"]\n')
    assert uplock(capfd, "lock", folder).code == 0
    (folder / "uplock.toml").unlink()
    assert [each["python"] for each in uplock(capfd, "lock", folder, "--json").json["targets"]] == ["3.11.9"]
    renewed = uplock(capfd, "lock", folder, "--upgrade", "--json").json["targets"]
    assert "3.11.9" not in [each["python"] for each in renewed]


@pytest.mark.usefixtures("http")
@pytest.mark.parametrize("between", [True, False], ids=["with lock between", "at once"])
def test_nothing_is_left_of_a_dropped_target(tmp_path: Path, capfd: Capture, between: bool) -> None:
    folder = project(tmp_path / "shop", PYPROJECT.replace('["3.12.1"]', '["3.12.1", "3.13.0", "3.14.0"]'))
    uplock(capfd, "run", folder)
    assert [name for name in snapshot(folder) if "py314" in name] == ["verdicts/py314-linux-x86_64.json"]
    project(folder)
    if between:
        uplock(capfd, "lock", folder)
    uplock(capfd, "run", folder)
    assert not [name for name in snapshot(folder) if "py313" in name or "py314" in name]


@pytest.mark.parametrize("command", ["check", "sbom", "history"])
def test_reading_never_makes_an_archive(tmp_path: Path, capfd: Capture, command: str) -> None:
    folder = project(tmp_path / "shop")
    uplock(capfd, command, folder)
    assert not (folder / ".uplock").exists()


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_an_answer_that_cannot_be_written_is_no_defect(shop: Path, unbuffered: str) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "uplock", "history", str(shop)],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            env=os.environ | {"PYTHONUNBUFFERED": unbuffered},
            check=False,
        )
    assert done.returncode == 3
    assert "cannot write the answer" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("arguments", [(), ("verify",)])
def test_no_command_shows_the_help(capfd: Capture, arguments: tuple[str, ...]) -> None:
    answer = uplock(capfd, *arguments)
    assert answer.code == 2
    assert answer.err.startswith("Usage:")


@pytest.mark.parametrize("version", ['3.9"x', "2.7", "3.9\nfoo = 1"])
def test_init_never_writes_what_it_could_not_read(tmp_path: Path, capfd: Capture, version: str) -> None:
    folder = project(tmp_path / "shop", '[project]\nname = "shop"\nversion = "1"\ndependencies = []\n')
    before = snapshot(folder)
    assert uplock(capfd, "init", folder, "--from", version).code == 2
    assert snapshot(folder) == before


def test_init_keeps_mode_and_link(tmp_path: Path, capfd: Capture) -> None:
    folder = project(tmp_path / "shop", '[project]\nname = "shop"\nversion = "1"\ndependencies = []\n')
    (folder / "pyproject.toml").rename(tmp_path / "shop" / "real.toml")
    (folder / "real.toml").chmod(0o600)
    (folder / "pyproject.toml").symlink_to("real.toml")
    assert uplock(capfd, "init", folder).code == 0
    assert (folder / "pyproject.toml").is_symlink()
    assert stat.S_IMODE((folder / "real.toml").stat().st_mode) == 0o600
    (folder / "uplock.toml").write_bytes(b"\xff")
    assert uplock(capfd, "init", folder).code == 0


def test_a_wheel_cannot_steer_the_terminal(tmp_path: Path, capfd: Capture) -> None:
    name, data = build_wheel("demo", "1.0", extra_metadata={"Summary": "\x1b]0;owned\x07"})
    (tmp_path / name).write_bytes(data)
    answer = uplock(capfd, "inspect", tmp_path / name)
    assert answer.code == 0
    assert "\x1b" not in answer.out
    assert "owned" in answer.out
