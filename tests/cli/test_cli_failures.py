"""Bad input and bad luck: a clear error, its exit code, no traceback, and everything as it was before."""

import os
import resource
import signal
import subprocess
import sys
import time
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from support.http_index import HttpIndex
from support.index_simulator import IndexSimulator
from support.shop import PYPROJECT, UPLOADED, project, snapshot, uplock
from support.wheels import build_wheel

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def shop(http: HttpIndex, tmp_path: Path, capfd: Capture) -> Path:
    """A project that has been run once, about to be run with other requirements."""
    folder = project(tmp_path / "shop", PYPROJECT.replace('"till", "crypt"', '"till"'))
    assert uplock(capfd, "run", folder).code == 0
    project(folder)
    return folder


def refused(capfd: Capture, folder: Path, code: int, *words: str, arguments: tuple[str, ...] = ()) -> None:
    """Run, and hold that it fails with ``code`` and ``words``, and leaves files and history whole."""
    before, history = snapshot(folder), uplock(capfd, "history", folder, "--json").out
    answer = uplock(capfd, "run", folder, *arguments)
    assert answer.code == code, answer.err
    for word in (*words, "Remedy:"):
        assert word in answer.err
    assert snapshot(folder) == before
    assert uplock(capfd, "history", folder, "--json").out == history


def republish(
    index: IndexSimulator, data: bytes, name: str = "crypt-2.0-cp312-cp312-manylinux_2_17_x86_64.whl"
) -> None:
    index.publish(name, data, upload_time=UPLOADED)


def test_no_network(shop: Path, capfd: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UPLOCK_INDEX_URL", "http://127.0.0.1:9/simple")
    refused(capfd, shop, 3, "127.0.0.1:9")


def test_an_index_that_does_not_know_the_project(shop: Path, capfd: Capture) -> None:
    project(shop, PYPROJECT.replace('"crypt"', '"no-such-thing"'))
    refused(capfd, shop, 3, "no-such-thing")


def test_an_index_that_answers_500(shop: Path, http: HttpIndex, capfd: Capture) -> None:
    http.fail(500, times=100)
    refused(capfd, shop, 3, "500")


def test_a_hash_that_does_not_match(shop: Path, index: IndexSimulator, capfd: Capture) -> None:
    index.tamper("crypt-2.0-cp312-cp312-manylinux_2_17_x86_64.whl")
    refused(capfd, shop, 4, "crypt-2.0")


def test_a_broken_zip(shop: Path, index: IndexSimulator, capfd: Capture) -> None:
    republish(index, b"PK\x03\x04 this is no wheel" * 50)
    refused(capfd, shop, 3, "crypt-2.0")


def test_a_zip_bomb(shop: Path, index: IndexSimulator, capfd: Capture) -> None:
    _, wheel = build_wheel("crypt", "2.0", tag="cp312-cp312-manylinux_2_17_x86_64")
    stream = BytesIO(wheel)
    with zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("crypt/_bomb.so", bytes(256 * 1024 * 1024), compresslevel=9)
    republish(index, stream.getvalue())
    refused(capfd, shop, 3, "crypt-2.0")


def test_path_traversal_in_a_wheel(shop: Path, index: IndexSimulator, capfd: Capture) -> None:
    _, wheel = build_wheel("crypt", "2.0", tag="cp312-cp312-manylinux_2_17_x86_64")
    stream = BytesIO(wheel)
    with zipfile.ZipFile(stream, "a") as archive:
        archive.writestr("../../outside.py", b"")
    republish(index, stream.getvalue())
    refused(capfd, shop, 3, "outside.py")
    assert not list(shop.parent.rglob("outside.py"))


def test_a_wheel_that_is_another_package(shop: Path, index: IndexSimulator, capfd: Capture) -> None:
    republish(index, build_wheel("other", "2.0", tag="cp312-cp312-manylinux_2_17_x86_64")[1])
    refused(capfd, shop, 3, "crypt-2.0")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (PYPROJECT.replace("]", "", 1), ("pyproject.toml",)),
        (PYPROJECT + "tragets = []\n", ("tragets", "targets")),
        (PYPROJECT.replace("3.12.1", "2.7"), ("2.7", "targets")),
        (PYPROJECT.replace('"crypt"', '"crypt @ file:///x"'), ("dependencies[1]",)),
        (PYPROJECT.replace('"3.12.1"', '"3.9.25"'), ("3.9",)),
    ],
    ids=["invalid TOML", "unknown key", "unsupported version", "direct reference", "two patches of one minor"],
)
def test_a_wrong_configuration(shop: Path, capfd: Capture, text: str, words: tuple[str, ...]) -> None:
    project(shop, text)
    refused(capfd, shop, 2, *words)


def test_a_link_out_of_the_project(shop: Path, capfd: Capture) -> None:
    (shop.parent / "outside.in").write_text("till\n")
    (shop / "pyproject.toml").unlink()
    (shop / "requirements.in").symlink_to(shop.parent / "outside.in")
    refused(capfd, shop, 2, "requirements.in")


def test_a_folder_that_is_not_there(tmp_path: Path, capfd: Capture) -> None:
    answer = uplock(capfd, "run", tmp_path / "nowhere", "--json")
    assert answer.code == 2
    assert answer.json["error"]["exit_code"] == 2
    assert not (tmp_path / "nowhere").exists()


def test_two_runs_at_once_on_one_archive(shop: Path, capfd: Capture) -> None:
    from uplock.files import exclusive

    with exclusive(shop / ".uplock/lock", "unused"):
        answer = uplock(capfd, "run", shop)
    assert answer.code == 3
    assert "another uplock" in answer.err


def program(folder: Path, *arguments: str, limit: int | None = None) -> subprocess.Popen[str]:
    """Start uplock as a program, with a limit on the size of every file that it writes."""

    environment = dict(os.environ)
    if limit is not None:  # measuring coverage writes files as well, and would fail by itself
        environment = {key: value for key, value in environment.items() if not key.startswith("COV")}

    def restrict() -> None:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # a job in the background inherits it as ignored
        if limit is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)

    return subprocess.Popen(
        [sys.executable, "-m", "uplock", "run", str(folder), *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
        preexec_fn=restrict,  # noqa: PLW1509 - the child only sets a limit before it becomes uplock
    )


def test_a_full_disk(shop: Path, capfd: Capture) -> None:
    before, history = snapshot(shop), uplock(capfd, "history", shop, "--json").out
    run = program(shop, limit=2000)
    _, err = run.communicate(timeout=60)
    assert run.returncode == 3, err
    assert "Traceback" not in err
    assert "Remedy:" in err
    assert snapshot(shop) == before
    assert uplock(capfd, "history", shop, "--json").out == history


def test_a_place_that_cannot_be_written(shop: Path, capfd: Capture) -> None:
    place = shop.parent / "a-file"
    place.write_text("")
    refused(capfd, shop, 3, "a-file", arguments=("--archive", str(place)))


def test_ctrl_c_in_the_middle(shop: Path, http: HttpIndex, capfd: Capture) -> None:
    before, history = snapshot(shop), uplock(capfd, "history", shop, "--json").out
    http.slow(5)
    asked = len(http.requests)
    run = program(shop)
    deadline = time.monotonic() + 30
    while len(http.requests) == asked and time.monotonic() < deadline:
        time.sleep(0.05)
    run.send_signal(signal.SIGINT)
    _, err = run.communicate(timeout=30)
    assert run.returncode == 130, err
    assert "Interrupted" in err
    assert "Traceback" not in err
    assert snapshot(shop) == before
    assert uplock(capfd, "history", shop, "--json").out == history
