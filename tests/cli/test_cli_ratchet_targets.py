"""The ratchet across a change of interpreters, and over files that several targets lock under other names."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from support.attested_shop import COIN, TILL_12, attest, attested_estate, root_file
from support.http_index import HttpIndex
from support.index_simulator import IndexSimulator
from support.shop import AS_OF, PYPROJECT, UPLOADED, Answer, project, uplock
from support.signers import github
from support.wheels import build_wheel

pytestmark = [pytest.mark.allow_hosts(["127.0.0.1"]), pytest.mark.enable_socket]

Capture = pytest.CaptureFixture[str]
CRYPT_313 = "crypt-2.0-cp313-cp313-manylinux_2_17_x86_64.whl"
NEW_TARGET = "py313-linux-x86_64"
DUO = PYPROJECT.replace('"till", "crypt"', '"duo"') + '\n[tool.uplock.policy]\nrequire-attestations = ["*"]\n'


@pytest.fixture
def index() -> IndexSimulator:
    return attested_estate()


def found(answer: Answer) -> set[tuple[str, str]]:
    """Return rule and target of all errors about attestations."""
    findings = answer.json["findings"] + [each for row in answer.json.get("targets", ()) for each in row["findings"]]
    return {
        (each["rule"], each["target"])
        for each in findings
        if each["rule"].startswith("AT") and each["severity"] == "error"
    }


def run(shop: Path, capfd: Capture, *arguments: str) -> Answer:
    root = root_file(shop.parent)
    return uplock(capfd, "run", shop, "--as-of", AS_OF, "--trusted-root", root, "--json", *arguments)


def verify(shop: Path, capfd: Capture, *arguments: str) -> Answer:
    root = root_file(shop.parent)
    return uplock(capfd, "verify", "lock", "--project", shop, "--trusted-root", root, "--json", *arguments)


@pytest.fixture
def shop(tmp_path: Path, http: HttpIndex, capfd: Capture) -> Path:
    """A project that was run once, with everything verified, and is then moved to another interpreter."""
    folder = project(tmp_path / "shop")
    assert run(folder, capfd).code == 0
    (folder / "pyproject.toml").write_text(PYPROJECT.replace("3.12.1", "3.13.0"))
    return folder


def test_moving_to_another_interpreter_passes_while_everything_stays_attested(shop: Path, capfd: Capture) -> None:
    moved = run(shop, capfd)
    assert moved.code == 0, moved.out
    assert found(moved) == set()


def test_moving_to_another_interpreter_loses_no_attestation_without_a_word(
    shop: Path, index: IndexSimulator, capfd: Capture
) -> None:
    index.change_publisher(CRYPT_313, None)
    for _ in range(2):  # not only the first time
        moved = run(shop, capfd, "--refresh")
        assert moved.code == 1, moved.out
        assert found(moved) == {("AT005", NEW_TARGET)}
    assert found(verify(shop, capfd)) == {("AT005", NEW_TARGET)}


def test_a_lock_for_another_interpreter_is_compared_before_any_run(
    shop: Path, index: IndexSimulator, capfd: Capture
) -> None:
    index.change_publisher(CRYPT_313, None)
    assert uplock(capfd, "lock", shop).code == 0
    answer = verify(shop, capfd)
    assert answer.code == 1, answer.out
    assert found(answer) == {("AT005", NEW_TARGET)}


def test_moving_to_another_interpreter_hides_no_withdrawn_provenance(
    shop: Path, index: IndexSimulator, capfd: Capture
) -> None:
    index.change_publisher(TILL_12, None)
    index.change_publisher(COIN, None)
    moved = run(shop, capfd, "--refresh")
    assert moved.code == 1, moved.out
    assert ("AT010", NEW_TARGET) in found(moved)
    assert ("AT010", NEW_TARGET) in found(verify(shop, capfd))


def test_moving_to_another_interpreter_while_nobody_can_be_asked_is_a_warning(
    shop: Path, http: HttpIndex, capfd: Capture
) -> None:
    http.fail(500, part="provenance")
    moved = run(shop, capfd, "--refresh")
    rules = {each["rule"] for row in moved.json["targets"] if row["target"] == NEW_TARGET for each in row["findings"]}
    assert "AT011" in rules


def test_what_was_never_attested_for_one_target_is_not_lost_there(
    tmp_path: Path, index: IndexSimulator, http: HttpIndex, capfd: Capture
) -> None:
    """Wheels of one version may be attested for some platforms and not for others: then nothing becomes less."""
    index.change_publisher("crypt-2.0-cp39-cp39-manylinux_2_17_x86_64.whl", None)
    folder = project(tmp_path / "shop")
    for _ in range(3):
        answer = run(folder, capfd, "--refresh")
        assert (answer.code, found(answer)) == (0, set()), answer.out
    assert found(verify(folder, capfd)) == set()


@pytest.mark.parametrize("name", ["", "Coin"])
def test_a_row_that_was_edited_out_is_missed_where_a_baseline_is_required(
    tmp_path: Path, http: HttpIndex, capfd: Capture, name: str
) -> None:
    folder = project(tmp_path / "shop")
    assert run(folder, capfd).code == 0
    place = folder / "locks" / "lockset.json"
    lockset = json.loads(place.read_text())
    (row,) = [each for each in lockset["publishers"] if each["package"] == "coin"]
    if name:
        row["package"] = name
    else:
        lockset["publishers"].remove(row)
    place.write_text(json.dumps(lockset))

    answer = verify(folder, capfd, "--require-baseline")
    assert answer.code == 1, answer.out
    (finding,) = [each for each in answer.json["findings"] if each["rule"] == "AT014"]
    assert "name who signed coin" in finding["message"]
    assert finding["place"] == "locks/lockset.json"
    assert verify(folder, capfd).code == 0, "nobody asked for a baseline"

    assert run(folder, capfd, "--refresh").code == 0
    assert verify(folder, capfd, "--require-baseline").code == 0


@pytest.mark.parametrize("attested", ["py312", "py39"])
def test_a_file_under_two_names_is_as_good_as_the_worse_of_them(
    tmp_path: Path, index: IndexSimulator, http: HttpIndex, capfd: Capture, attested: str
) -> None:
    """Whoever signed said so of one name: required attestations must not be found under the other one."""
    _, body = build_wheel("duo", "1.0", tag="py39.py312-none-any")
    for minor in ("py312", "py39"):
        index.publish(f"duo-1.0-{minor}-none-any.whl", body, upload_time=UPLOADED)
    attest(index, f"duo-1.0-{attested}-none-any.whl", github("octo/duo"))
    folder = project(tmp_path / "shop", DUO)
    assert uplock(capfd, "lock", folder).code == 0

    answer = verify(folder, capfd)
    assert {each["outcome"] for each in answer.json["artifacts"]} == {"verified", "not-attested"}
    assert answer.code == 1, answer.out
    assert "AT012" in {rule for rule, _ in found(answer)}
    assert json.loads(answer.out)["status"] == "fail"


@pytest.mark.parametrize("attested", ["py312", "py39"])
def test_a_run_takes_a_file_under_two_names_for_as_good_as_the_worse_of_them(
    tmp_path: Path, index: IndexSimulator, http: HttpIndex, capfd: Capture, attested: str
) -> None:
    _, body = build_wheel("duo", "1.0", tag="py39.py312-none-any")
    for minor in ("py312", "py39"):
        index.publish(f"duo-1.0-{minor}-none-any.whl", body, upload_time=UPLOADED)
    attest(index, f"duo-1.0-{attested}-none-any.whl", github("octo/duo"))
    folder = project(tmp_path / "shop", DUO)
    answer = run(folder, capfd)
    assert answer.code == 1, answer.out
    assert "AT012" in {rule for rule, _ in found(answer)}
    attest(index, "duo-1.0-py312-none-any.whl", github("octo/duo"))
    attest(index, "duo-1.0-py39-none-any.whl", github("octo/duo"))
    assert run(folder, capfd, "--refresh").code == 0
