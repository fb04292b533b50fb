from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from sigstore._utils import read_embedded  # the oracle is where sigstore itself looks

from support.attestations import DIGEST, WHEEL, attested, private_instance
from uplock.attest.roots import MAX_ROOT, embedded_root, load_root, sigstore_place
from uplock.attest.verify import SigstoreVerifier
from uplock.attest.version import verifier_version
from uplock.errors import InputError, ToolError
from uplock.model.digest import sha256_of
from uplock.model.results import Verified


def test_the_embedded_roots_are_those_that_sigstore_itself_would_start_from() -> None:
    production = read_embedded("trusted_root.json", "https://tuf-repo-cdn.sigstore.dev")
    staging = read_embedded("trusted_root.json", "https://tuf-repo-cdn.sigstage.dev")

    assert embedded_root("production") == production
    assert embedded_root("staging") == staging
    assert production != staging


def test_a_root_given_as_a_file_is_taken_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "root.json"
    path.write_bytes(private_instance().root())

    verifier = SigstoreVerifier(load_root(path))

    assert verifier.identity[1] == sha256_of(path.read_bytes())
    assert isinstance(verifier.verify(WHEEL, DIGEST, json.dumps(attested()).encode(), None), Verified)


@pytest.mark.parametrize("content", [b"", b"{}", b"x" * (MAX_ROOT + 1)], ids=["empty", "other", "huge"])
def test_a_file_that_is_no_trusted_root_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "root.json"
    path.write_bytes(content)

    with pytest.raises(InputError) as caught:
        load_root(path)
    assert str(path) in caught.value.context


def test_a_missing_root_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        load_root(tmp_path / "none.json")


@pytest.mark.parametrize(
    "root",
    [
        b"",
        b"{",
        b"[]",
        b"\xff",
        b"[" * 100_000,
        b'{"mediaType": "application/vnd.dev.sigstore.trustedroot+json;version=0.1"}',
        private_instance().root().replace(b"trustedroot+json", b"other+json"),
        private_instance().root(certificate_logs=False),
    ],
    ids=["empty", "cut", "array", "binary", "deep", "bare", "other type", "no certificate log"],
)
def test_an_unusable_root_is_an_error_and_no_verdict(root: bytes) -> None:
    with pytest.raises(InputError, match="trusted root cannot be used"):
        SigstoreVerifier(root).verify(WHEEL, DIGEST, json.dumps(attested()).encode(), None)


def test_the_version_names_all_code_that_judges() -> None:
    from importlib.metadata import version

    text = verifier_version()

    assert text.startswith("attest/")
    for name in ("cryptography", "packaging", "sigstore"):
        assert f" {name}/{version(name)}" in text
    assert f" sigstore_models/{version('sigstore-models')}" in text


def test_the_identity_is_the_version_and_the_digest_of_the_root() -> None:
    root = embedded_root("production")

    assert SigstoreVerifier(root).identity == (verifier_version(), sha256_of(root))
    assert SigstoreVerifier(root).identity != SigstoreVerifier(embedded_root("staging")).identity


def _fake_sigstore(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "sigstore").mkdir()
    (folder / "sigstore" / "__init__.py").touch()
    monkeypatch.delitem(sys.modules, "sigstore")


def test_versions_are_found_when_packages_lie_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    beside = verifier_version()
    _fake_sigstore(tmp_path, monkeypatch)
    monkeypatch.syspath_prepend(tmp_path)

    assert sigstore_place() == tmp_path / "sigstore"
    assert verifier_version() == beside


def test_a_version_that_nobody_knows_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _fake_sigstore(tmp_path, monkeypatch)
    monkeypatch.setattr(sys, "path", [str(tmp_path)])

    with pytest.raises(ToolError, match="cryptography is not installed"):
        verifier_version()


def test_without_sigstore_there_is_no_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sigstore", None)

    with pytest.raises(ToolError, match="sigstore is not installed"):
        embedded_root("production")


def test_a_sigstore_without_roots_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _fake_sigstore(tmp_path, monkeypatch)
    monkeypatch.syspath_prepend(tmp_path)

    with pytest.raises(InputError, match="no such file"):
        embedded_root("production")


def test_sigstore_is_found_where_it_is_imported_from() -> None:
    import sigstore

    assert sigstore.__file__ is not None
    assert sigstore_place() == Path(sigstore.__file__).parent
