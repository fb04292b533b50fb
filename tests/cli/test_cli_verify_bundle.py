"""``uplock verify bundle``: how it is called, and how calls go wrong. The protocol itself is tested by its suite."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from support.bundles import cases
from support.shop import uplock

Capture = pytest.CaptureFixture[str]

CASE = next(each for each in cases() if each.name == "happy-path-v0.3")
KEYED = next(each for each in cases() if each.name == "managed-key-happy-path")
BUNDLE = ["--bundle", str(CASE.bundle)]
NAME = ["--certificate-identity", CASE.identity]
ISSUER = ["--certificate-oidc-issuer", CASE.issuer]
KEY = ["--key", str(KEYED.key)]
FILE = str(CASE.artifact)


@pytest.mark.parametrize(
    "arguments",
    [
        [*NAME, *ISSUER, FILE],
        [*BUNDLE, *NAME, *ISSUER],
        [*BUNDLE, FILE],
        [*BUNDLE, *NAME, FILE],
        [*BUNDLE, *ISSUER, FILE],
        [*BUNDLE, *NAME, *ISSUER, *KEY, FILE],
        [*BUNDLE, *NAME, *KEY, FILE],
        [*BUNDLE, "--certificate-identity", "", *ISSUER, FILE],
        [*BUNDLE, *NAME, *ISSUER, "--staging", "--trusted-root", str(CASE.bundle), FILE],
    ],
)
def test_a_wrong_call_is_a_usage_error(arguments: list[str], capfd: Capture) -> None:
    answer = uplock(capfd, "verify", "bundle", *arguments)
    assert (answer.code, answer.out) == (2, "")


@pytest.mark.parametrize(
    "arguments",
    [
        ["--bundle", "missing.json", *NAME, *ISSUER, FILE],
        [*BUNDLE, *NAME, *ISSUER, "missing.txt"],
        [*BUNDLE, *NAME, *ISSUER, "sha256:abcd"],
        [*BUNDLE, *NAME, *ISSUER, "sha512:" + "ab" * 32],
        [*BUNDLE, *NAME, *ISSUER, "--trusted-root", "missing.json", FILE],
        [*BUNDLE, *NAME, *ISSUER, "--trusted-root", FILE, FILE],
        [*BUNDLE, "--key", "missing.pub", FILE],
    ],
)
def test_what_cannot_be_read_is_an_error(arguments: list[str], capfd: Capture) -> None:
    answer = uplock(capfd, "verify", "bundle", *arguments, "--json")
    assert (answer.code, answer.json["error"]["kind"]) == (3, "input")
    assert answer.json["error"]["remedy"]


def test_a_digest_in_capitals_is_the_same_digest(capfd: Capture) -> None:
    digest = f"sha256:{CASE.sha256.upper()}"
    answer = uplock(capfd, "verify", "bundle", *BUNDLE, *NAME, *ISSUER, digest, "--json")
    assert (answer.code, answer.json["sha256"]) == (0, CASE.sha256)


def test_a_file_whose_name_looks_like_a_digest_is_a_file(
    tmp_path: Path, capfd: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    name = f"sha256:{CASE.sha256}"
    (tmp_path / name).write_bytes(b"another file")
    assert uplock(capfd, "verify", "bundle", *BUNDLE, *NAME, *ISSUER, name).code == 1
    shutil.copy(CASE.artifact, tmp_path / name)
    assert uplock(capfd, "verify", "bundle", *BUNDLE, *NAME, *ISSUER, name).code == 0


def test_an_invalid_bundle_is_a_finding_with_its_reason(capfd: Capture) -> None:
    answer = uplock(capfd, "verify", "bundle", *BUNDLE, "--certificate-identity", "dev@people.example", *ISSUER, FILE)
    assert (answer.code, answer.err) == (1, "")
    assert answer.out.startswith("invalid  identity-mismatch: signed by ")


def test_the_same_call_prints_the_same_bytes(capfd: Capture) -> None:
    arguments = ["verify", "bundle", "--bundle", str(KEYED.bundle), *KEY, FILE, "--json"]
    assert uplock(capfd, *arguments).out == uplock(capfd, *arguments).out
