"""``uplock prove`` and ``rehearse`` for real: two interpreters, uv and pip, and no network."""

from __future__ import annotations

import platform
import subprocess
import sys
from pathlib import Path

import pytest

from support.committed_schema import valid
from support.http_index import HttpIndex
from support.index_simulator import IndexSimulator
from support.interpreters import find_python
from support.own_interpreter import own_target
from support.shop import UPLOADED, Answer, project, uplock
from support.wheels import build_wheel
from uplock.errors import UnaskableError
from uplock.host.isolation import find_isolation

pytestmark = [
    pytest.mark.allow_hosts(["127.0.0.1"]),
    pytest.mark.skipif(sys.platform != "linux", reason="only Linux can cut the network off"),
]

Capture = pytest.CaptureFixture[str]
AS_OF = "2025-09-01"
"""A day on which all interpreters that may be found here are supported."""
OWN = own_target()
MINORS = ("3.9", "3.10", "3.12", "3.13")


def other_version() -> str | None:
    """Return the full version of another interpreter of this machine."""
    for minor in MINORS:
        python = find_python(minor)
        if python is not None and minor != OWN.interpreter.minor:
            code = "import platform; print(platform.python_version())"
            return subprocess.run([python, "-c", code], capture_output=True, text=True, check=True).stdout.strip()
    return None


@pytest.fixture(scope="module")
def other() -> str:
    found = other_version()
    if found is None:
        pytest.skip("there is one interpreter here only")
    try:
        find_isolation()
    except UnaskableError as error:
        pytest.skip(str(error))
    return found


@pytest.fixture
def index() -> IndexSimulator:
    index = IndexSimulator(provenance_offered=False)
    files = {"till/__init__.py": b"import coin\n", "till/words.txt": b"words\n"}
    index.publish(*build_wheel("till", "2.0", requires_dist=("coin>=1",), files=files), upload_time=UPLOADED)
    index.publish(*build_wheel("coin", "1.1"), upload_time=UPLOADED)
    index.publish(*build_wheel("torn", "1.0", files={"torn/__init__.py": b"import libtorn\n"}), upload_time=UPLOADED)
    return index


@pytest.fixture
def shop(http: HttpIndex, other: str, tmp_path: Path, capfd: Capture) -> Path:
    folder = project(tmp_path / "shop", text(other, "till"))
    assert uplock(capfd, "run", folder, "--as-of", AS_OF).code == 0
    assert uplock(capfd, "vault", "add", "--project", folder).code == 0
    assert http.url
    return folder


def text(other: str, *packages: str) -> str:
    named = ", ".join(f'"{each}"' for each in packages)
    return f"""\
[project]
name = "shop"
version = "1.0"
dependencies = [{named}]

[tool.uplock]
from = "{other}"
targets = ["{platform.python_version()}"]
platforms = ["{OWN.platform.name}"]
exclude-newer = "2026-03-01T00:00:00Z"
"""


def rehearse(capfd: Capture, shop: Path, *options: str) -> Answer:
    return uplock(capfd, "rehearse", "--project", shop, "--as-of", AS_OF, "--json", *options)


def holding(answer: Answer) -> dict[int, bool | None]:
    return {each["number"]: each["holds"] for each in answer.json["statements"]}


def test_ten_of_ten_and_nothing_of_the_project_is_touched(shop: Path, capfd: Capture) -> None:
    before = {path: path.read_bytes() for path in shop.glob("*/*") if path.is_file() and ".uplock" not in path.parts}
    answer = rehearse(capfd, shop)
    assert holding(answer) == dict.fromkeys(range(1, 11), True), answer.json["statements"]
    assert answer.code == 0
    valid(answer.json, "rehearse")
    assert answer.json["ready"] is True
    proofs = answer.json["rehearsal"]["proofs"]
    assert len(proofs) == 2
    for proof in proofs:
        assert [each["installer"].split()[0] for each in proof["installs"]] == ["uv", "pip"]
        assert {each["digest"] for each in proof["installs"]} == {proof["predicted"]} == {proof["recorded"]}
        assert proof["imports"]["modules"] == 2
    assert {path: path.read_bytes() for path in before} == before
    text_answer = uplock(capfd, "check", shop, "--as-of", AS_OF)
    assert "RB002" not in text_answer.out


def test_a_broken_import_is_named_by_prove_and_rehearse_and_may_be_excluded(
    shop: Path, other: str, capfd: Capture
) -> None:
    (shop / "pyproject.toml").write_text(text(other, "till", "torn"))
    assert uplock(capfd, "run", shop, "--as-of", AS_OF).code == 0
    assert uplock(capfd, "vault", "add", "--project", shop).code == 0
    answer = rehearse(capfd, shop)
    assert answer.code == 1
    assert holding(answer) == dict.fromkeys(range(1, 11), True) | {6: False, 10: None}
    proof = uplock(capfd, "prove", OWN.name, "--project", shop)
    assert proof.code == 1
    assert "torn of torn cannot be imported: ModuleNotFoundError: No module named 'libtorn'" in proof.out
    with (shop / "pyproject.toml").open("a") as file:
        file.write('\n[tool.uplock.import-exclusions]\ntorn = "needs libtorn of the till itself"\n')
    excluded = uplock(capfd, "prove", OWN.name, "--project", shop, "--json")
    assert excluded.code == 0
    valid(excluded.json, "prove")
    (row,) = excluded.json["proof"]["imports"]["excluded"]
    assert row == {"package": "torn", "reason": "needs libtorn of the till itself"}


def flip(shop: Path) -> None:
    blob = wheel_of(shop)
    data = blob.read_bytes()
    blob.chmod(0o644)
    blob.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))


def wheel_of(shop: Path) -> Path:
    """Return where the bytes of one locked wheel are."""
    lines = (shop / f"locks/requirements.{OWN.name}.txt").read_text().splitlines()
    digest = next(line.rpartition("sha256:")[2] for line in lines if "--hash=sha256:" in line)
    return shop / ".uplock/blobs/sha256" / digest[:2] / digest


def test_bytes_that_rotted_are_named_and_nothing_is_installed_of_them(shop: Path, capfd: Capture) -> None:
    flip(shop)
    answer = rehearse(capfd, shop)
    assert answer.code == 1
    assert holding(answer) == dict.fromkeys(range(1, 11), True) | {2: False} | dict.fromkeys((5, 6, 7, 8, 10))
    assert uplock(capfd, "prove", OWN.name, "--project", shop).code == 4


def test_what_there_is_not_is_a_usage_error(shop: Path, capfd: Capture) -> None:
    assert uplock(capfd, "prove", "py38-linux-x86_64", "--project", shop).code == 2
    assert rehearse(capfd, shop, "0" * 12).code == 2
