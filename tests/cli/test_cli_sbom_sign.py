"""``uplock sbom sign`` and ``uplock sbom verify-signature``: how they are called, and how calls go wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from support.committed_schema import valid
from support.shop import uplock
from support.signed_sboms import (
    LOCK,
    LOCK_NAME,
    ed25519,
    lay_out,
    make_document,
    make_statement,
    private_pem,
    public_pem,
    signed_statement,
    signing_key,
)
from uplock.model.digest import sha256_of
from uplock.workflow.sbom_sign import MAX_ENVELOPE

Capture = pytest.CaptureFixture[str]
KEYID = signing_key().public.keyid


@pytest.fixture
def document(tmp_path: Path) -> Path:
    """A document beside its lock, and both halves of a key."""
    _key(tmp_path / "sbom.key", private_pem(ed25519()))
    (tmp_path / "sbom.pub").write_bytes(public_pem(ed25519()))
    return lay_out(tmp_path)


def _key(path: Path, pem: bytes, mode: int = 0o600) -> Path:
    path.write_bytes(pem)
    path.chmod(mode)
    return path


def _pair(document: Path) -> tuple[str, str]:
    folder = document.parent.parent
    return str(folder / "sbom.key"), str(folder / "sbom.pub")


def test_what_is_signed_verifies(document: Path, capfd: Capture) -> None:
    private, public = _pair(document)

    signed = uplock(capfd, "sbom", "sign", "--key", private, str(document), "--json")
    first = Path(f"{document}.intoto.json").read_bytes()
    verified = uplock(capfd, "sbom", "verify-signature", "--key", public, str(document), "--json")

    valid(signed.json, "sbom-sign")
    valid(verified.json, "sbom-verify-signature")
    lock = {"name": LOCK_NAME, "sha256": sha256_of(LOCK), "compared": True}
    assert (signed.code, signed.json["locks"], signed.json["keyid"]) == (0, [lock], KEYID)
    assert signed.json["notes"] == []
    assert (verified.code, verified.json["outcome"], verified.json["bound"]) == (0, "verified", "bytes")
    assert verified.json["locks"] == [lock]
    uplock(capfd, "sbom", "sign", "--key", private, str(document))
    assert Path(f"{document}.intoto.json").read_bytes() == first


def test_people_read_what_was_signed_and_what_was_compared(document: Path, capfd: Capture) -> None:
    private, public = _pair(document)
    Path(private).chmod(0o644)
    (document.parent.parent / "locks" / LOCK_NAME).unlink()

    signed = uplock(capfd, "sbom", "sign", "--key", private, str(document))
    verified = uplock(capfd, "sbom", "verify-signature", "--key", public, str(document))

    assert "others than its owner may read" in signed.out
    assert (verified.code, verified.out.splitlines()[0]) == (0, f"verified  {document}")
    for answer in (signed, verified):
        assert f"lock {LOCK_NAME} sha256 {sha256_of(LOCK)}: not compared, name it with --lock" in answer.out
        assert f"key sha256 {KEYID} (ed25519)" in answer.out


def test_a_lock_at_another_place_is_compared_where_it_is_named(document: Path, capfd: Capture) -> None:
    private, public = _pair(document)
    lock = (document.parent.parent / "locks" / LOCK_NAME).rename(document.parent / "moved.toml")

    uplock(capfd, "sbom", "sign", "--key", private, str(document))
    answer = uplock(capfd, "sbom", "verify-signature", "--key", public, "--lock", str(lock), str(document), "--json")

    assert (answer.code, answer.json["locks"][0]["compared"]) == (0, True)


def test_a_document_that_was_changed_is_a_finding(document: Path, capfd: Capture) -> None:
    private, public = _pair(document)
    uplock(capfd, "sbom", "sign", "--key", private, str(document))
    document.write_bytes(document.read_bytes().replace(b"1.7", b"1.6"))

    answer = uplock(capfd, "sbom", "verify-signature", "--key", public, str(document))

    assert answer.code == 1
    assert "another document was signed" in answer.out
    assert "remedy: " in answer.out


def test_a_lock_that_was_changed_is_an_integrity_error(document: Path, capfd: Capture) -> None:
    private, public = _pair(document)
    uplock(capfd, "sbom", "sign", "--key", private, str(document))
    (document.parent.parent / "locks" / LOCK_NAME).write_bytes(b"another")

    for call in (("sign", "--key", private), ("verify-signature", "--key", public)):
        answer = uplock(capfd, "sbom", *call, str(document), "--json")
        assert (answer.code, answer.json["error"]["kind"]) == (4, "integrity")


def test_an_envelope_goes_to_standard_output_or_any_file(document: Path, capfd: Capture, tmp_path: Path) -> None:
    private, public = _pair(document)

    printed = uplock(capfd, "sbom", "sign", "--key", private, "--output", "-", str(document))
    uplock(capfd, "sbom", "sign", "--key", private, "--output", str(tmp_path / "x.json"), str(document))

    assert printed.out.encode() == (tmp_path / "x.json").read_bytes()
    assert not Path(f"{document}.intoto.json").exists()
    signature = str(tmp_path / "x.json")
    answer = uplock(capfd, "sbom", "verify-signature", "--key", public, "--signature", signature, str(document))
    assert answer.code == 0


def test_an_envelope_of_another_tool_may_leave_the_bytes_open(document: Path, capfd: Capture) -> None:
    subject = [{"name": LOCK_NAME, "digest": {"sha256": sha256_of(LOCK)}}]
    envelope = signed_statement(make_statement(make_document(), subject=subject), signing_key(), signing_key(2))
    Path(f"{document}.intoto.json").write_bytes(envelope)

    answer = uplock(capfd, "sbom", "verify-signature", "--key", _pair(document)[1], str(document))

    assert answer.code == 0
    assert "perhaps in another spelling" in answer.out
    assert "1 more in the envelope" in answer.out


def test_the_passphrase_comes_from_a_file_or_the_environment(
    document: Path, capfd: Capture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = _key(tmp_path / "locked.key", private_pem(ed25519(), b"open sesame"))
    passphrase = _key(tmp_path / "passphrase", b"open sesame\n")
    call = ("sbom", "sign", "--key", str(key), str(document))

    assert uplock(capfd, *call).code == 3
    assert uplock(capfd, *call, "--password-file", str(passphrase)).code == 0
    monkeypatch.setenv("UPLOCK_KEY_PASSWORD", "open sesame")
    assert uplock(capfd, *call).code == 0
    monkeypatch.setenv("UPLOCK_KEY_PASSWORD", "wrong")
    answer = uplock(capfd, *call, "--json")
    assert (answer.code, answer.json["error"]["context"]) == (3, str(key))


def test_a_document_that_names_no_lock_is_signed_for_the_one_that_is_given(
    document: Path, capfd: Capture, tmp_path: Path
) -> None:
    private, public = _pair(document)
    document.write_text(json.dumps({"bomFormat": "CycloneDX"}))
    lock = str(tmp_path / "locks" / LOCK_NAME)

    assert uplock(capfd, "sbom", "sign", "--key", private, str(document)).code == 2
    assert uplock(capfd, "sbom", "sign", "--key", private, "--lock", lock, str(document)).code == 0
    answer = uplock(capfd, "sbom", "verify-signature", "--key", public, "--lock", lock, str(document), "--json")
    assert (answer.code, answer.json["locks"][0]["compared"]) == (0, True)


def test_nothing_that_is_needed_is_overwritten(document: Path, capfd: Capture, tmp_path: Path) -> None:
    private, _ = _pair(document)
    linked = tmp_path / "linked.json"
    linked.hardlink_to(document)
    before = document.read_bytes()

    for output in (document, linked, document.parent / ".." / "sboms" / document.name, Path(private), tmp_path):
        answer = uplock(capfd, "sbom", "sign", "--key", private, "--output", str(output), str(document))
        assert (answer.code, answer.out) == (2, "")
    assert document.read_bytes() == before


def test_wrong_calls_are_usage_errors(document: Path, capfd: Capture, tmp_path: Path) -> None:
    private, public = _pair(document)
    xml = tmp_path / "a.cdx.xml"
    xml.write_text("<?xml version='1.0'?><bom/>")

    for call in (
        ("sign", str(document)),
        ("sign", "--key", private, "--output", "-", "--json", str(document)),
        ("sign", "--key", private, str(xml)),
        ("verify-signature", str(document)),
    ):
        assert uplock(capfd, "sbom", *call).code == 2
    Path(f"{xml}.intoto.json").write_text("{}")
    assert uplock(capfd, "sbom", "verify-signature", "--key", public, str(xml)).code == 2


def test_what_cannot_be_read_is_an_error(document: Path, capfd: Capture, tmp_path: Path) -> None:
    private, public = _pair(document)
    none = str(tmp_path / "none")

    for call in (
        ("sign", "--key", none, str(document)),
        ("sign", "--key", public, str(document)),
        ("sign", "--key", private, none),
        ("sign", "--key", private, "--lock", none, str(document)),
        ("sign", "--key", private, "--password-file", none, str(document)),
        ("verify-signature", "--key", public, str(document)),
        ("verify-signature", "--key", private, str(document)),
        ("verify-signature", "--key", public, "--signature", str(document), str(document)),
    ):
        answer = uplock(capfd, "sbom", *call, "--json")
        assert (answer.code, answer.json["error"]["kind"]) == (3, "input")
        assert answer.json["error"]["context"]


def test_a_giant_envelope_is_not_parsed(document: Path, capfd: Capture, tmp_path: Path) -> None:
    giant = tmp_path / "giant.json"
    with giant.open("wb") as stream:
        stream.truncate(MAX_ENVELOPE + 1)

    call = ("--key", _pair(document)[1], "--signature", str(giant))
    answer = uplock(capfd, "sbom", "verify-signature", *call, str(document), "--json")

    assert (answer.code, answer.json["error"]["message"]) == (3, f"larger than {MAX_ENVELOPE} bytes")
