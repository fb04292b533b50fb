"""Attack: files that nobody vouches for stand in a folder beside one that somebody does, and hide there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from support.attestations import private_instance, private_verifier
from support.shop import Answer, uplock
from support.signers import github
from support.wheels import build_wheel
from uplock.errors import InputError
from uplock.index.directory import ProvenanceDirectory
from uplock.model.digest import sha256_of
from uplock.ports import Event
from uplock.workflow.artifacts import artifacts_in
from uplock.workflow.verify import check_all

Capture = pytest.CaptureFixture[str]
BESIDE = "till-1.0-py3-none-any.whl"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with one wheel that is verified."""
    place = tmp_path / "dist"
    place.mkdir()
    name, data = build_wheel("shop", "1.0")
    document = private_instance().attest_all([(name, sha256_of(data))], lambda _: github())[name]
    (place / name).write_bytes(data)
    (place / f"{name}.provenance").write_bytes(document)
    (tmp_path / "root.json").write_bytes(private_instance().root())
    return place


def verified(folder: Path, capfd: Capture, *arguments: str) -> Answer:
    return uplock(capfd, "verify", "dir", folder, "--trusted-root", folder.parent / "root.json", *arguments)


@pytest.mark.parametrize(
    "name",
    [
        "evil-1.0.whl",
        "evil-1.0-py3-none-any.WHL",
        "evil-1.0-py3-none-any-any-any.whl",
        "evil.tar.gz",
        "evil-1.0.tar.bz2",
        "evil-1.0.tgz",
        "evil-1.0-py3.11.egg",
        "evil.zip",
        f"evil-1.0-{'.'.join('abcdefghij')}-{'.'.join('abcdefghij')}-{'.'.join('abcdefghij')}.whl",
    ],
)
def test_an_archive_whose_name_cannot_be_read_is_not_passed_over(folder: Path, capfd: Capture, name: str) -> None:
    (folder / name).write_bytes(b"anything")
    rows = {each["filename"]: each for each in verified(folder, capfd, "--json").json["artifacts"]}
    assert rows[name]["outcome"] == "unchecked"
    assert rows[name]["unchecked"] == "not-asked"
    assert name in verified(folder, capfd).out


def test_what_is_no_archive_is_no_artifact(folder: Path, capfd: Capture) -> None:
    (folder / "SHA256SUMS").write_text("x")
    (folder / "shop-1.0-py3-none-any.whl.publish.attestation").write_text("x")
    assert len(verified(folder, capfd, "--json").json["artifacts"]) == 1


def _dangling(place: Path) -> None:
    place.symlink_to("/nonexistent/document")


def _in_a_circle(place: Path) -> None:
    place.symlink_to(place)


def _pipe(place: Path) -> None:
    os.mkfifo(place)


@pytest.mark.parametrize("make", [_dangling, _in_a_circle, _pipe, Path.mkdir])
@pytest.mark.parametrize("suffix", ["provenance", "publish.attestation"])
def test_a_document_that_cannot_be_read_is_not_taken_for_none(
    folder: Path, capfd: Capture, make: object, suffix: str
) -> None:
    assert callable(make)
    (folder / BESIDE).write_bytes(b"anything")
    make(folder / f"{BESIDE}.{suffix}")
    with pytest.raises(InputError):
        ProvenanceDirectory(folder).provenance(BESIDE, "till")
    answer = verified(folder, capfd, "--json")
    assert answer.code == 3
    assert answer.json["error"]["kind"] == "input"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may search any folder")
def test_a_folder_that_may_not_be_searched_has_no_answers(folder: Path) -> None:
    source = ProvenanceDirectory(folder)
    folder.chmod(0o600)
    try:
        with pytest.raises(InputError, match="permission denied"):
            source.provenance(BESIDE, "till")
    finally:
        folder.chmod(0o700)


def test_a_name_that_no_file_can_have_is_an_absence(folder: Path) -> None:
    name = f"till-1.0-{'1' * 230}-py3-none-any.whl"
    assert "has no provenance" in repr(ProvenanceDirectory(folder).provenance(name, "till").said)  # type: ignore[union-attr]


def test_names_that_are_not_unicode_are_shown_as_they_can_be(folder: Path, capfd: Capture) -> None:
    (Path(os.fsdecode(os.fsencode(folder) + b"/evil-1.0-1\xff-py3-none-any.whl"))).write_bytes(b"anything")
    answer = verified(folder, capfd, "--json")
    assert answer.code == 0, answer.out
    assert r"evil-1.0-1\udcff-py3-none-any.whl" in {each["filename"] for each in answer.json["artifacts"]}
    assert r"evil-1.0-1\udcff-py3-none-any.whl" in verified(folder, capfd).out


def test_no_file_name_steers_the_terminal_by_the_progress_line(folder: Path) -> None:
    name = "evil-1.0-1\x1b[31m-py3-none-any.whl"
    (folder / name).write_bytes(b"anything")
    told: list[Event] = []
    artifacts = artifacts_in(folder, told.append)
    check_all(artifacts, ProvenanceDirectory(folder), private_verifier(), told.append)
    assert name in {each.filename for each in artifacts}
    assert {each.stage for each in told} == {"hash", "verify"}
    assert "\x1b" not in "".join(each.message for each in told)
