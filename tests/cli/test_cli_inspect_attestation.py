"""``uplock inspect attestation``: what it prints, that it says so of nothing verified, and its exit codes."""

from __future__ import annotations

import base64
import json
import os
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from click.shell_completion import shell_complete

from support.attestations import FIXTURES, attested
from support.bundles import FOLDER as BUNDLES
from support.private_sigstore import custom, provenance
from support.shop import native_wheel, uplock
from uplock.cli.main import cli

Capture = pytest.CaptureFixture[str]

SCHEMA = Path(__file__).resolve().parents[2] / "schemas" / "inspect-attestation.schema.json"
FILES = sorted(
    path
    for path in (*FIXTURES.rglob("*"), *BUNDLES.glob("*/bundle.sigstore.json"))
    if path.is_file() and path.suffix not in {".toml", ".md"}
)
NO_JSON = {"gh-truncated.json", "gl-truncated.json"}
SAMPLE = FIXTURES / "sampleproject-4.0.0.tar.gz.provenance"

SHOWN = """\
UNVERIFIED: this is what the file says of itself; no signature, certificate, log entry or time was checked
provenance sampleproject-4.0.0.tar.gz.provenance · 9980 bytes · sha256 \
ad335c3af8772c0f9dcb7033dca7031172a628d1fcefa8a1bf470a473f7c3c19
  version: 1
publisher as the index states it: nobody signed this
  kind: GitHub
  repository: pypa/sampleproject
  workflow: release.yml
attestation 1 of 1 · UNVERIFIED
  statement (UNVERIFIED)
    about sampleproject-4.0.0.tar.gz
      sha256: 0ace7980f82c5815ede4cd7bf9f6693684cec2ae47b9b7ade9add533b8627c6b
    type: https://in-toto.io/Statement/v1
"""


def valid(document: Any) -> None:
    jsonschema_rs.validator_for(json.loads(SCHEMA.read_bytes())).validate(document)


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_real_document_is_shown_as_text_and_as_json(path: Path, capfd: Capture) -> None:
    text = uplock(capfd, "inspect", "attestation", path)
    answer = uplock(capfd, "inspect", "attestation", "--json", path)
    if path.name in NO_JSON or path.parent.name == "bundle-malformed-json_fail":
        assert (text.code, text.out, answer.code) == (3, "", 3)
        assert answer.json["error"]["message"] == "the document is not valid JSON"
        return
    assert (text.code, answer.code) == (0, 0)
    valid(answer.json)
    lines = text.out.splitlines()
    assert lines[0].startswith("UNVERIFIED: ")
    assert lines[-1].startswith("UNVERIFIED: ")
    defects = [*answer.json["defects"]]
    for attestation in (each for group in answer.json["groups"] for each in group["attestations"]):
        assert attestation["state"] == "unverified"
        defects += attestation["defects"]
    assert [line.removeprefix("  wrong: ") for line in lines if line.startswith("  wrong: ")] == defects


def test_a_genuine_provenance_is_shown_in_full(capfd: Capture) -> None:
    text = uplock(capfd, "inspect", "attestation", SAMPLE).out
    for line in SHOWN.splitlines():
        assert line in text.splitlines()
    for line in (
        "    identity: https://github.com/pypa/sampleproject/.github/workflows/release.yml@refs/heads/main",
        "    publisher: GitHub pypa/sampleproject (release.yml)",
        "    repository-id: 14899596",
        "    trigger: push",
        "    runner-environment: github-hosted",
        "    valid: 2024-11-06T22:37:07Z to 2024-11-06T22:47:07Z",
        "    serial: 15a8be3c329a935c40d472ead26b24aa10d5e7",
        "    signs with: EC secp256r1",
        "    1 promise of certificate logs (SCT)",
        "  signature of 71 bytes (UNVERIFIED)",
        "  log entry 1 of 1 (UNVERIFIED)",
        "    time: 2024-11-06T22:37:07Z",
        "    with a signed entry timestamp (SET)",
        "      checkpoint from: rekor.sigstore.dev - 1193050959916656506",
        "  no timestamp (RFC 3161)",
    ):
        assert line in text.splitlines()


def test_a_build_a_timestamp_and_a_bare_key_are_shown(capfd: Capture) -> None:
    slsa = uplock(capfd, "inspect", "attestation", FIXTURES / "pypi_attestations-0.0.19.tar.gz.slsa.attestation").out
    assert "    build, as the build itself wrote it (UNVERIFIED)\n" in slsa
    assert "      commit: 08802efe1f8e5fec4ad842d6b8ce97656092ee72\n" in slsa
    stamped = uplock(capfd, "inspect", "attestation", BUNDLES / "rekor2-dsse-happy-path/bundle.sigstore.json").out
    assert "  timestamp 1 of 1 (UNVERIFIED)\n    time: 2026-05-13T19:23:33Z\n" in stamped
    assert "    from an authority certified by: CN=sigstore-tsa-selfsigned,O=sigstore.dev\n" in stamped
    assert "    without a signed entry timestamp (SET)\n" in stamped
    bare = uplock(capfd, "inspect", "attestation", BUNDLES / "managed-key-happy-path/bundle.sigstore.json").out
    assert "  signed by a key without a certificate, hint: TLMs" in bare
    assert "  signed file (UNVERIFIED)\n    SHA2_256: a0cfc712" in bare


def test_what_is_not_there_is_said(capfd: Capture) -> None:
    nothing = uplock(capfd, "inspect", "attestation", FIXTURES / "variants" / "gh-no-bundles.json").out
    assert "no attestation in it\n" in nothing
    unlogged = uplock(capfd, "inspect", "attestation", FIXTURES / "variants" / "gh-no-log-entry.json").out
    assert "  no log entry\n" in unlogged
    unproven = uplock(capfd, "inspect", "attestation", FIXTURES / "variants" / "gh-no-proof.json").out
    assert "    without an inclusion proof\n" in unproven
    chained = uplock(capfd, "inspect", "attestation", BUNDLES / "bundle-with-root-cert_fail/bundle.sigstore.json").out
    assert "further certificate" in chained


def hostile_words(text: str) -> dict[str, Any]:
    """Return a provenance whose every text that anybody may choose is ``text``."""
    document = attested(custom("https://ci.example/job", "https://ci.example", _12=text, _14=text))
    content = {
        "_type": text,
        "predicateType": text,
        "subject": [{"name": text, "digest": {text: text}}],
    }
    document["envelope"]["statement"] = base64.b64encode(json.dumps(content).encode()).decode()
    entry = document["verification_material"]["transparency_entries"][0]
    entry["kindVersion"] = {"kind": text, "version": text}
    entry["inclusionProof"]["checkpoint"]["envelope"] = f"{text}\n1\nroot\n\n"
    made: dict[str, Any] = json.loads(provenance([document]))
    made["version"] = text
    made["attestation_bundles"][0]["publisher"] = {"kind": text, text: [text]}
    return made


@pytest.mark.parametrize(
    "text",
    [
        "\x1b[2J\x1b[32mVERIFIED",
        "a\nVERIFIED: all is well\n",
        "a\r\x08\x08VERIFIED",
        "a\u202eDEIFIREV",
        "::set-output name=x::y",
        "##vso[task.setvariable]x",
        "\u2028VERIFIED",
    ],
    ids=ascii,
)
def test_no_text_of_a_document_steers_whoever_reads_it(text: str, tmp_path: Path, capfd: Capture) -> None:
    name = "x\x1b[2J\n.provenance"
    (tmp_path / name).write_text(json.dumps(hostile_words(text)))

    answer = uplock(capfd, "inspect", "attestation", tmp_path / name)

    assert answer.code == 0
    lines = answer.out.split("\n")
    assert all(line.isprintable() for line in lines)
    assert not any(line.lstrip().startswith(("VERIFIED", "::")) for line in lines)
    assert "##vso[" not in answer.out
    assert len(lines) == len(uplock(capfd, "inspect", "attestation", _plain(tmp_path)).out.split("\n"))


def _plain(folder: Path) -> Path:
    """Return the same document with words that mean nothing."""
    path = folder / "plain.provenance"
    path.write_text(json.dumps(hostile_words("words")))
    return path


@pytest.mark.parametrize(
    "arguments", [["nowhere.provenance"], [str(FIXTURES)], ["--json", str(FIXTURES / "INDEX.toml")]]
)
def test_what_cannot_be_read_is_an_input_error(arguments: list[str], capfd: Capture) -> None:
    answer = uplock(capfd, "inspect", "attestation", *arguments)
    assert answer.code == 3
    assert "Traceback" not in answer.err + answer.out


@pytest.mark.parametrize("name", [b"\xff.provenance", b"\xff-nowhere.provenance"])
def test_a_file_name_that_is_not_utf_8_is_escaped(name: bytes, tmp_path: Path, capfd: Capture) -> None:
    path = tmp_path / os.fsdecode(name)
    if b"nowhere" not in name:
        path.write_bytes(SAMPLE.read_bytes())
    text = uplock(capfd, "inspect", "attestation", path)
    answer = uplock(capfd, "inspect", "attestation", "--json", path)
    shown = name.decode(errors="surrogateescape").replace("\udcff", r"\udcff")
    if path.exists():
        assert (text.code, answer.code, answer.json["filename"]) == (0, 0, shown)
        assert shown in text.out
    else:
        assert (text.code, answer.code) == (3, 3)
        assert answer.json["error"]["context"].endswith(shown)
        assert shown in text.err


def test_a_name_that_breaks_a_rule_of_certificates_puts_nothing_on_standard_error(
    tmp_path: Path, capfd: Capture
) -> None:
    document = attested()
    der = base64.b64decode(document["verification_material"]["certificate"])
    common_name = bytes.fromhex("550403")
    assert common_name in der
    country = der.replace(common_name, bytes.fromhex("550406"))
    document["verification_material"]["certificate"] = base64.b64encode(country).decode()
    (tmp_path / "x").write_text(json.dumps(document))
    answer = uplock(capfd, "inspect", "attestation", tmp_path / "x")
    assert (answer.code, answer.err) == (0, "")
    assert "    from authority: C=" in answer.out


# --- beside the inspection of wheels ----------------------------------------------------------------------------------


@pytest.mark.parametrize("before", [[], ["--json"], ["wheel"], ["wheel", "--json"]], ids=" ".join)
def test_a_wheel_is_inspected_with_and_without_its_command(before: list[str], tmp_path: Path, capfd: Capture) -> None:
    name, data = native_wheel("2.0", "cp312-cp312-manylinux_2_17_x86_64", openssl="1.1.1w  11 Sep 2023")
    (tmp_path / name).write_bytes(data)
    answer = uplock(capfd, "inspect", *before, tmp_path / name)
    assert answer.code == 0
    assert ("openssl" in answer.out, answer.out.startswith("{")) == (True, "--json" in before)


def test_a_wheel_called_like_a_command_is_named_by_a_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: Capture
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("attestation").write_bytes(b"no zip")
    assert "attestation" in uplock(capfd, "inspect", "./attestation").err
    assert uplock(capfd, "inspect", "./attestation").code == 3
    assert uplock(capfd, "inspect", "attestation").code == 2


@pytest.mark.parametrize(("arguments", "code"), [([], 2), (["--nonsense"], 2), (["--help"], 0), (["-h"], 0)])
def test_a_call_without_a_file_names_both_commands(arguments: list[str], code: int, capfd: Capture) -> None:
    answer = uplock(capfd, "inspect", *arguments)
    assert answer.code == code
    if "--nonsense" not in arguments:
        assert all(word in answer.out + answer.err for word in ("attestation", "wheel"))


@pytest.mark.parametrize("command", ["wheel", "attestation"])
def test_each_command_has_help_with_examples(command: str, capfd: Capture) -> None:
    answer = uplock(capfd, "inspect", command, "--help")
    assert (answer.code, "Examples:" in answer.out) == (0, True)


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("uplock inspect ", ["file,", "plain,attestation", "plain,lock", "plain,wheel"]),
        ("uplock inspect att", ["file,att", "plain,attestation"]),
        (
            "uplock inspect --",
            [f"plain,--{each}" for each in ("help", "target", "preview", "project", "index-url", "json", "quiet")],
        ),
        ("uplock inspect --json ", ["file,"]),
        ("uplock inspect attestation ", ["file,"]),
        ("uplock inspect attestation --j", ["plain,--json"]),
    ],
)
def test_the_shell_completes_files_beside_commands(
    words: str, offered: list[str], monkeypatch: pytest.MonkeyPatch, capfd: Capture
) -> None:
    monkeypatch.setenv("COMP_WORDS", words)
    monkeypatch.setenv("COMP_CWORD", str(words.count(" ")))
    assert shell_complete(cli, {}, "uplock", "_UPLOCK_COMPLETE", "bash_complete") == 0
    assert capfd.readouterr().out.splitlines() == offered
