"""Locks are edited, and the digests in the lock set with them: ``--check`` must judge what the locks say."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from support.http_index import HttpIndex
from support.index_simulator import IndexSimulator
from support.shop import project, uplock
from support.wheels import build_wheel
from uplock.model.digest import sha256_of

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

OLD, NEW = "py311-linux-x86_64", "py312-linux-x86_64"
MANYLINUX = "manylinux_2_17_x86_64"


def pyproject(requirement: str, targets: str = '"3.11.7", "3.12.1"') -> str:
    return (
        f'[project]\nname = "demo"\nversion = "1"\ndependencies = ["{requirement}"]\n'
        f"[tool.uplock]\ntargets = [{targets}]\n"
    )


def digest_in(index: IndexSimulator, filename: str) -> str:
    page = index.listing(filename.split("-", maxsplit=1)[0])
    assert page is not None
    return next(file.sha256 or "" for file in page.files if file.filename == filename)


def edit(folder: Path, target: str, change: Callable[[str], str]) -> None:
    """Edit both lock files of a target, and pin what came of it."""
    lockset = folder / "locks" / "lockset.json"
    document = json.loads(lockset.read_text())
    (entry,) = [each for each in document["targets"] if each["target"] == target]
    for key, name in (("pylock", f"pylock.{target}.toml"), ("requirements", f"requirements.{target}.txt")):
        path = folder / "locks" / name
        path.write_text(change(path.read_text()))
        entry[key] = sha256_of(path.read_bytes())
    lockset.write_text(json.dumps(document, indent=2, sort_keys=True) + "\n")


def test_a_wheel_for_another_interpreter_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    index = IndexSimulator(provenance_offered=False)
    for minor in ("311", "312"):
        index.publish(*build_wheel("crypt", "1.0", tag=f"cp{minor}-cp{minor}-{MANYLINUX}"))
    first, other = (digest_in(index, f"crypt-1.0-cp{minor}-cp{minor}-{MANYLINUX}.whl") for minor in ("311", "312"))
    folder = project(tmp_path / "project", pyproject("crypt"))
    with HttpIndex(index) as http:
        monkeypatch.setenv("UPLOCK_INDEX_URL", http.url)
        assert uplock(capfd, "lock", folder).code == 0
    edit(folder, NEW, lambda text: text.replace(other, first).replace("cp312-cp312", "cp311-cp311"))
    assert uplock(capfd, "lock", folder, "--check=offline").code == 1


def test_other_bytes_in_the_place_of_what_is_asked_for_by_hash_are_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    index = IndexSimulator(provenance_offered=False)
    index.publish(*build_wheel("coin", "1.0"))
    digest = digest_in(index, "coin-1.0-py3-none-any.whl")
    with HttpIndex(index) as http:
        monkeypatch.setenv("UPLOCK_INDEX_URL", http.url)
        url = f"{http.origin}/files/{digest}/coin-1.0-py3-none-any.whl"
        folder = project(tmp_path / "project", pyproject(f"coin @ {url}#sha256={digest}", '"3.11.7"'))
        assert uplock(capfd, "lock", folder).code == 0
    edit(folder, OLD, lambda text: re.sub(f'(?<=sha256 = "){digest}|(?<=sha256:){digest}', "0" * 64, text))
    assert uplock(capfd, "lock", folder, "--check=offline").code == 1


def test_a_package_that_says_of_itself_that_the_project_asks_for_it_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    index = IndexSimulator(provenance_offered=False)
    index.publish(*build_wheel("coin", "1.0"))
    folder = project(tmp_path / "project", pyproject("coin", '"3.11.7"'))

    def add(text: str) -> str:
        if "[[packages]]" not in text:
            return text + text[text.index("coin==") :].replace("coin", "evil")
        head, tail = text.index("[[packages]]"), text.index("\n[tool.uplock]")
        return text[:tail] + "\n" + text[head:tail].replace("coin", "evil") + text[tail:]

    with HttpIndex(index) as http:
        monkeypatch.setenv("UPLOCK_INDEX_URL", http.url)
        assert uplock(capfd, "lock", folder).code == 0
    edit(folder, OLD, add)
    assert "evil==1.0" in (folder / "locks" / f"requirements.{OLD}.txt").read_text()
    assert uplock(capfd, "lock", folder, "--check=offline").code == 1


@pytest.mark.parametrize("depth", ["offline", "resolve", "index"])
def test_a_target_that_has_no_lock_is_told_by_every_check(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], depth: str
) -> None:
    index = IndexSimulator(provenance_offered=False)
    index.publish(*build_wheel("crypt", "1.0", tag=f"cp311-cp311-{MANYLINUX}"))
    folder = project(tmp_path / "project", pyproject("crypt"))
    with HttpIndex(index) as http:
        monkeypatch.setenv("UPLOCK_INDEX_URL", http.url)
        assert uplock(capfd, "lock", folder).code == 1
        answer = uplock(capfd, "lock", folder, f"--check={depth}")
    assert answer.code == 1
    assert NEW in answer.out


def test_a_target_that_was_declared_missing_is_noticed_by_resolving(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    index = IndexSimulator(provenance_offered=False)
    index.publish(*build_wheel("coin", "1.0"))
    folder = project(tmp_path / "project", pyproject("coin"))
    with HttpIndex(index) as http:
        monkeypatch.setenv("UPLOCK_INDEX_URL", http.url)
        assert uplock(capfd, "lock", folder).code == 0
    lockset = folder / "locks" / "lockset.json"
    document = json.loads(lockset.read_text())
    (gone,) = [each for each in document["targets"] if each["target"] == NEW]
    document["targets"].remove(gone)
    document["missing"] = [
        {key: gone[key] for key in ("target", "python", "platform", "role")} | {"packages": ["coin"], "detail": "x"}
    ]
    lockset.write_text(json.dumps(document))
    for name in (f"pylock.{NEW}.toml", f"requirements.{NEW}.txt"):
        (folder / "locks" / name).unlink()
    answer = uplock(capfd, "lock", folder, "--check=resolve")
    assert answer.code == 1
    assert NEW in answer.out


def test_resolving_again_to_another_file_is_a_finding_and_no_defect_of_the_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    index = IndexSimulator(provenance_offered=False)
    for version in ("1.0", "1.1"):
        index.publish(*build_wheel("coin", version))
    old, new = (digest_in(index, f"coin-{version}-py3-none-any.whl") for version in ("1.0", "1.1"))
    folder = project(tmp_path / "project", pyproject("coin", '"3.11.7"'))
    with HttpIndex(index) as http:
        monkeypatch.setenv("UPLOCK_INDEX_URL", http.url)
        assert uplock(capfd, "lock", folder).code == 0
    edit(folder, OLD, lambda text: text.replace(new, old).replace("coin-1.1", "coin-1.0").replace('"1.1"', '"1.0"'))
    edit(folder, OLD, lambda text: text.replace("coin==1.1", "coin==1.0"))
    answer = uplock(capfd, "lock", folder, "--check=resolve")
    assert answer.code == 1
    assert "LK014" in answer.out
