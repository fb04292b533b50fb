"""Every case of the Sigstore client conformance suite, by file and by digest, as its protocol asks for."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import jsonschema_rs
import pytest

from support.bundles import Case, cases, sigstore_accepts
from support.shop import uplock
from uplock.attest.roots import embedded_root
from uplock.errors import InputError

SCHEMA = Path(__file__).resolve().parents[2] / "schemas" / "verify-bundle.schema.json"

UNMET: dict[str, str] = {}
"""Cases whose expectation uplock does not meet, with the reason; docs/bundles.md must name each."""

UNUSABLE = frozenset({"managed-key-wrong-key_fail", "trust-root-tlog-missing-validity-start_fail"})
"""Cases that are refused because key or trusted root cannot be used at all: errors, not findings."""

Capture = pytest.CaptureFixture[str]

every_case = pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)


def test_the_suite_is_whole() -> None:
    names = {case.name for case in cases()}
    assert len(names) == 70
    assert {case.good for case in cases()} == {True, False}
    assert set(UNMET) | UNUSABLE <= names


@every_case
def test_a_case_comes_out_as_its_name_says(case: Case) -> None:
    if case.name in UNUSABLE:
        with pytest.raises(InputError):
            case.verified()
        return
    answer = case.verified()
    expected = case.good != (case.name in UNMET)
    assert answer.outcome == ("verified" if expected else "invalid"), answer.reason
    assert (answer.failure is None, answer.reason is None) == (expected, expected)


@pytest.mark.parametrize("by", ["file", "digest"])
@every_case
def test_the_command_line_keeps_the_protocol(case: Case, by: str, capfd: Capture) -> None:
    given = str(case.artifact) if by == "file" else f"sha256:{case.sha256}"
    answer = uplock(capfd, "verify", "bundle", *case.arguments(), "--json", given)
    if case.name in UNUSABLE:
        assert (answer.code, answer.json["error"]["kind"]) == (3, "input")
        return
    jsonschema_rs.validator_for(json.loads(SCHEMA.read_bytes())).validate(answer.json)
    assert answer.code == (0 if case.good else 1)
    assert answer.json["outcome"] == ("verified" if case.good else "invalid")
    assert answer.json["sha256"] == case.sha256


@every_case
def test_whatever_sigstore_accepts_is_accepted(case: Case) -> None:
    """And what it accepts is all that the suite wants it to accept."""
    if case.name in UNUSABLE:
        return
    accepted = sigstore_accepts(case.bundle.read_bytes(), case.sha256, case.signer(), case.root())
    assert not accepted or case.verified().outcome == "verified"
    assert not accepted or case.good


def test_most_good_cases_are_accepted_by_sigstore_itself() -> None:
    """Otherwise the comparison above would compare nothing."""
    good = [case for case in cases() if case.good]
    accepted = [
        case.name
        for case in good
        if sigstore_accepts(case.bundle.read_bytes(), case.sha256, case.signer(), case.root())
    ]
    assert {case.name for case in good} - set(accepted) == {
        "intoto-with-custom-trust-root",
        "managed-key-and-trusted-root",
        "managed-key-happy-path",
        "trust-root-tsa-validity-end-inclusive",
    }


@pytest.mark.parametrize("name", ["happy-path-v0.3", "signature-mismatch_fail"])
def test_the_command_works_as_a_program_of_its_own(name: str, tmp_path: Path) -> None:
    case = next(each for each in cases() if each.name == name)
    done = subprocess.run(
        [sys.executable, "-m", "uplock", "verify", "bundle", *case.arguments(), str(case.artifact)],
        cwd=tmp_path,
        capture_output=True,
        check=False,
        env={"HOME": str(tmp_path / "none"), "PATH": ""},
    )
    assert (done.returncode, done.stderr) == (0 if case.good else 1, b"")
    assert list(tmp_path.iterdir()) == []


def test_staging_is_the_root_of_the_staging_instance(capfd: Capture) -> None:
    case = next(each for each in cases() if each.name == "rekor2-happy-path")
    who = ["--certificate-identity", case.identity, "--certificate-oidc-issuer", case.issuer]
    arguments = ["verify", "bundle", "--bundle", str(case.bundle), *who, str(case.artifact)]
    assert uplock(capfd, *arguments).code == 1
    answer = uplock(capfd, *arguments, "--staging")
    assert answer.code == 0
    assert answer.out.startswith(f"verified  signed by {case.identity}\n")
    assert embedded_root("staging") != embedded_root("production")
