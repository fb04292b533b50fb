"""``uplock run`` with a source distribution in the lock: read, judged and described, and never built."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from support.http_index import HttpIndex
from support.index_simulator import IndexSimulator
from support.sdists import build_sdist
from support.shop import AS_OF, project, snapshot, uplock
from support.wheels import build_wheel
from uplock.model.digest import sha256_of
from uplock.sbom.validate import validate_sbom

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

Capture = pytest.CaptureFixture[str]

UPLOADED = datetime(2024, 1, 1, tzinfo=UTC)
PYPROJECT = """\
[project]
name = "shop"
version = "1.0"
dependencies = ["raw"]

[tool.uplock]
targets = ["3.12.1"]
exclude-newer = "2024-03-01T00:00:00Z"
allow-sdist = ["raw"]
"""


@pytest.fixture
def sdist(tmp_path: Path) -> tuple[str, bytes]:
    """An sdist whose build would leave a file."""
    acting = f"open({str(tmp_path / 'built')!r}, 'w').close()\n".encode()
    return build_sdist("raw", "1.0", requires_txt="coin\n", files={"setup.py": acting})


@pytest.fixture
def index(sdist: tuple[str, bytes]) -> IndexSimulator:
    shelf = IndexSimulator(provenance_offered=False)
    shelf.publish(*sdist, upload_time=UPLOADED)
    shelf.publish(*build_wheel("coin", "1.0"), upload_time=UPLOADED)
    return shelf


@pytest.fixture
def shop(http: HttpIndex, tmp_path: Path) -> Path:
    return project(tmp_path / "shop", PYPROJECT)


def component(shop: Path, name: str) -> dict[str, Any]:
    raw = (shop / "sboms/py312-linux-x86_64.cdx.json").read_bytes()
    assert validate_sbom(raw) == ()
    found: dict[str, Any] = next(each for each in json.loads(raw)["components"] if each["name"] == name)
    return found


def test_a_run_warns_of_the_sdist_and_of_nothing_else_about_it(
    shop: Path, sdist: tuple[str, bytes], tmp_path: Path, capfd: Capture
) -> None:
    answer = uplock(capfd, "run", shop, "--as-of", AS_OF, "--json")
    assert answer.code == 0, answer.err
    (target,) = answer.json["targets"]
    assert target["status"] == "pass"
    about = [(each["rule"], each["severity"]) for each in target["findings"] if each["subject"] == sdist[0]]
    assert about == [("AR012", "warning")]
    assert not (tmp_path / "built").exists()


def test_the_sbom_names_the_sdist_and_its_digest(shop: Path, sdist: tuple[str, bytes], capfd: Capture) -> None:
    assert uplock(capfd, "run", shop).code == 0
    found = component(shop, "raw")
    assert found["purl"] == "pkg:pypi/raw@1.0?file_name=raw-1.0.tar.gz"
    assert found["hashes"][0]["content"] == sha256_of(sdist[1])
    (distribution,) = (each for each in found["externalReferences"] if each["type"] == "distribution")
    assert distribution["url"].endswith("/raw-1.0.tar.gz")
    assert not [each for each in found["properties"] if each["name"].startswith("uplock:wheel:")]


def test_a_second_run_changes_nothing_with_and_without_receipt(shop: Path, http: HttpIndex, capfd: Capture) -> None:
    first = uplock(capfd, "run", shop, "--json").json
    asked, before = len(http.requests), snapshot(shop)
    for _ in range(2):
        assert uplock(capfd, "run", shop, "--json").json == {**first, "changed": False}
        assert snapshot(shop) == before
        (shop / ".uplock/receipt.json").unlink()
    assert len(http.requests) == asked


def test_check_sbom_and_verify_read_it_too(shop: Path, capfd: Capture) -> None:
    assert uplock(capfd, "run", shop).code == 0
    assert uplock(capfd, "check", shop, "--as-of", AS_OF).code == 0
    assert uplock(capfd, "sbom", shop).code == 0
    answer = uplock(capfd, "verify", "lock", "--project", shop, "--json")
    assert {each["filename"] for each in answer.json["artifacts"]} == {"raw-1.0.tar.gz", "coin-1.0-py3-none-any.whl"}
    assert answer.json["counts"]["unchecked"] == 2


def test_other_bytes_of_the_sdist_are_an_integrity_error(
    shop: Path, index: IndexSimulator, tmp_path: Path, capfd: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert uplock(capfd, "lock", shop).code == 0
    index.tamper("raw-1.0.tar.gz")
    monkeypatch.setenv("UPLOCK_CACHE", str(tmp_path / "another cache"))
    answer = uplock(capfd, "run", shop)
    assert answer.code == 4
    assert "raw-1.0.tar.gz" in answer.err


@pytest.mark.parametrize("command", ["lock", "run"])
def test_an_sdist_of_another_project_is_not_locked(
    shop: Path, index: IndexSimulator, capfd: Capture, command: str
) -> None:
    _, data = build_sdist("other", "1.0")
    index.publish("raw-1.0.tar.gz", data, upload_time=UPLOADED)
    before = snapshot(shop)
    answer = uplock(capfd, command, shop)
    assert answer.code == 3
    assert "names the project 'other'" in answer.err
    assert snapshot(shop) == before


def test_an_sdist_by_url_is_run_with(http: HttpIndex, tmp_path: Path, sdist: tuple[str, bytes], capfd: Capture) -> None:
    line = f"raw @ {http.reference(sdist[0])}#sha256={sha256_of(sdist[1])}"
    shop = project(tmp_path / "shop", PYPROJECT.replace('"raw"]\n\n', f'"{line}"]\n\n'))
    answer = uplock(capfd, "run", shop)
    assert answer.code == 0, answer.err
    assert component(shop, "raw")["version"] == "1.0"
