"""``uplock verify``: all cases of the fixtures through the command line, locks, folders, and one flipped byte."""

import base64
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.attestations import FIXTURES, Case, cases
from support.committed_schema import valid
from support.http_index import HttpIndex
from support.index_simulator import IndexSimulator
from support.shop import AS_OF, UPLOADED, project, snapshot, uplock
from support.wheels import build_wheel
from uplock.model.value import encode

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

Capture = pytest.CaptureFixture[str]

ABI3INFO = "abi3info-2024.10.8-py3-none-any.whl"


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.id)
def test_every_case_of_the_fixtures_through_the_command_line(case: Case, capfd: Capture) -> None:
    arguments: list[str | Path] = [
        "--provenance",
        FIXTURES / case.file,
        "--publisher",
        encode(case.publisher).decode(),
        "--json",
    ]
    if case.instance == "staging":
        arguments.append("--staging")
    answer = uplock(capfd, "verify", "artifact", case.artifact, f"sha256:{case.sha256}", *arguments)
    valid(answer.json, "verify-artifact")
    if case.outcome == "ok":
        assert (answer.code, answer.json["outcome"], answer.json["failure"]) == (0, "verified", None)
        return
    assert (answer.code, answer.json["failure"]) == (1, case.outcome)
    assert answer.json["outcome"] == ("not-attested" if case.outcome == "no-attestation" else "invalid")
    assert answer.json["publisher"] is None


def test_without_any_provenance_nothing_is_checked(capfd: Capture) -> None:
    answer = uplock(capfd, "verify", "artifact", ABI3INFO, "sha256:" + "ab" * 32, "--json")
    assert (answer.code, answer.json["outcome"]) == (3, "unchecked")


def test_a_folder_that_was_asked_and_has_none_is_not_attested(capfd: Capture) -> None:
    arguments: list[str | Path] = ["other-1.0-py3-none-any.whl", "sha256:" + "ab" * 32, "--provenance-dir", FIXTURES]
    answer = uplock(capfd, "verify", "artifact", *arguments)
    assert answer.code == 1
    assert "not-attested" in answer.out


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["nowhere-1.0-py3-none-any.whl"], 2),
        (["a-1.0-py3-none-any.whl", "md5:00"], 2),
        (["a-1.0-py3-none-any.whl", "sha256:xyz"], 3),
        (["a-1.0-py3-none-any.whl", "sha256:" + "ab" * 32, "--publisher", "{"], 2),
        (["a-1.0-py3-none-any.whl", "sha256:" + "ab" * 32, "--staging", "--trusted-root", __file__], 2),
        (["a-1.0-py3-none-any.whl", "sha256:" + "ab" * 32, "--provenance", "/nowhere/at/all"], 3),
        (["a-1.0-py3-none-any.whl", "sha256:" + "ab" * 32, "--provenance-dir", "/nowhere/at/all"], 2),
    ],
)
def test_a_wrong_call_is_refused(arguments: list[str], code: int, capfd: Capture) -> None:
    answer = uplock(capfd, "verify", "artifact", *arguments, "--json")
    assert answer.code == code
    valid(answer.json, "error")


def test_a_file_is_hashed_and_compared_with_the_digest_that_was_given(tmp_path: Path, capfd: Capture) -> None:
    name, data = build_wheel("demo", "1.0")
    (tmp_path / name).write_bytes(data)
    answer = uplock(capfd, "verify", "artifact", tmp_path / name, "sha256:" + "ab" * 32)
    assert answer.code == 4
    assert uplock(capfd, "verify", "artifact", tmp_path / name).code == 3


@pytest.fixture
def http(monkeypatch: pytest.MonkeyPatch) -> Iterator[HttpIndex]:
    index = IndexSimulator(provenance_offered=False)
    index.publish(*build_wheel("demo", "1.0"), upload_time=UPLOADED)
    with HttpIndex(index) as served:
        monkeypatch.setenv("UPLOCK_INDEX_URL", served.url)
        yield served


@pytest.fixture
def locked(http: HttpIndex, tmp_path: Path, capfd: Capture) -> Path:
    folder = project(
        tmp_path / "demo",
        '[project]\nname = "shop"\nversion = "1"\ndependencies = ["demo"]\n[tool.uplock]\ntargets = ["3.12.1"]\n',
    )
    assert uplock(capfd, "lock", folder).code == 0
    return folder


def test_a_lock_of_which_nothing_can_be_verified_is_undetermined(locked: Path, capfd: Capture) -> None:
    answer = uplock(capfd, "verify", "lock", "--project", locked, "--json")
    assert answer.code == 3
    valid(answer.json, "verify")
    assert answer.json["counts"]["unchecked"] == 1
    assert "unchecked" in uplock(capfd, "verify", "lock", "py312-linux-x86_64", "--project", locked).out


def test_a_target_that_is_not_locked_is_a_wrong_call(locked: Path, tmp_path: Path, capfd: Capture) -> None:
    assert uplock(capfd, "verify", "lock", "py39-linux-x86_64", "--project", locked).code == 2
    empty = project(tmp_path / "empty", '[project]\nname = "e"\nversion = "1"\ndependencies = []\n')
    assert uplock(capfd, "verify", "lock", "--project", empty).code == 2


def test_an_attestation_for_other_bytes_fails_run_lock_and_folder(locked: Path, tmp_path: Path, capfd: Capture) -> None:
    """A genuine document of another file, under this file's name: the classic replay."""
    documents = tmp_path / "documents"
    documents.mkdir()
    shutil.copy(FIXTURES / f"{ABI3INFO}.provenance", documents / "demo-1.0-py3-none-any.whl.provenance")
    answer = uplock(capfd, "verify", "lock", "--project", locked, "--provenance-dir", documents, "--json")
    assert answer.code == 1
    assert answer.json["artifacts"][0]["failure"].startswith("subject-")
    answer = uplock(capfd, "run", locked, "--as-of", AS_OF, "--provenance-dir", documents)
    assert answer.code == 1
    for word in ("AT002", "demo-1.0-py3-none-any.whl.provenance", "remedy:"):
        assert word in answer.out


def test_a_changed_provenance_folder_is_noticed(locked: Path, tmp_path: Path, http: HttpIndex, capfd: Capture) -> None:
    documents = tmp_path / "documents"
    documents.mkdir()
    assert uplock(capfd, "run", locked, "--as-of", AS_OF, "--provenance-dir", documents).code == 0
    asked = len(http.requests)
    shutil.copy(FIXTURES / f"{ABI3INFO}.provenance", documents / "demo-1.0-py3-none-any.whl.provenance")
    assert uplock(capfd, "run", locked, "--as-of", AS_OF, "--provenance-dir", documents).code == 1
    assert len(http.requests) == asked


def test_verify_dir_looks_beside_the_files(tmp_path: Path, capfd: Capture) -> None:
    name, data = build_wheel("demo", "1.0")
    (tmp_path / name).write_bytes(data)
    answer = uplock(capfd, "verify", "dir", tmp_path, "--json")
    assert answer.code == 3
    valid(answer.json, "verify")
    shutil.copy(FIXTURES / f"{ABI3INFO}.provenance", tmp_path / f"{name}.provenance")
    assert uplock(capfd, "verify", "dir", tmp_path).code == 1


def test_verify_dir_needs_a_folder_with_artifacts(tmp_path: Path, capfd: Capture) -> None:
    assert uplock(capfd, "verify", "dir", tmp_path).code == 2
    assert uplock(capfd, "verify", "dir", tmp_path / "nowhere").code == 2


def test_a_flipped_bit_in_a_signature_is_a_bad_signature(tmp_path: Path, capfd: Capture) -> None:
    original = json.loads((FIXTURES / f"{ABI3INFO}.provenance").read_bytes())
    envelope = original["attestation_bundles"][0]["attestations"][0]["envelope"]
    signature = bytearray(base64.b64decode(envelope["signature"]))
    signature[-1] ^= 1
    envelope["signature"] = base64.b64encode(signature).decode()
    flipped = tmp_path / "flipped.provenance"
    flipped.write_text(json.dumps(original))
    digest = next(case.sha256 for case in cases() if case.artifact == ABI3INFO)
    answer = uplock(capfd, "verify", "artifact", ABI3INFO, f"sha256:{digest}", "--provenance", flipped, "--json")
    assert (answer.code, answer.json["outcome"]) == (1, "invalid")
    assert answer.json["failure"] in {"bad-signature", "bad-log-entry"}


def test_the_archive_is_left_alone(locked: Path, capfd: Capture) -> None:
    before = snapshot(locked)
    uplock(capfd, "verify", "lock", "--project", locked)
    assert snapshot(locked) == before
