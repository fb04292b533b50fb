"""Which trusted root holds: option, configuration, or the one inside sigstore."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.attestations import private_instance
from support.private_sigstore import PrivateSigstore
from uplock.attest.roots import embedded_root, record_place
from uplock.cli.root_choice import RootChoice
from uplock.errors import InputError, IntegrityError, UsageError
from uplock.files import digest_file
from uplock.lockfile.config import Config
from uplock.lockfile.trusted_root import TrustedRootFile
from uplock.model.digest import Sha256, sha256_of

OWN, OTHER = private_instance().root(), PrivateSigstore().root()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project with a root of its own, and another one beside the project."""
    project = tmp_path / "project"
    (project / "sigstore").mkdir(parents=True)
    (project / "sigstore" / "root.json").write_bytes(OWN)
    (tmp_path / "other.json").write_bytes(OTHER)
    return project


def configured(sha256: str | None = None, path: str = "sigstore/root.json") -> Config:
    """Return a configuration that names a root."""
    pinned = None if sha256 is None else Sha256(sha256)
    return Config(file="pyproject.toml", trusted_root=TrustedRootFile(path=path, sha256=pinned))


def test_without_option_or_configuration_the_embedded_root_holds(folder: Path) -> None:
    choice = RootChoice(folder, None, staging=False)
    choice.configure(Config(file="pyproject.toml"))

    assert choice.content == embedded_root("production")
    assert choice.description.origin == "embedded"
    assert choice.probes() == {}


@pytest.mark.parametrize("digest", [None, sha256_of(OWN)], ids=["by its path", "by its digest too"])
def test_the_configured_root_lies_in_the_project(folder: Path, digest: str | None) -> None:
    choice = RootChoice(folder, None, staging=False)
    choice.configure(configured(digest))

    assert choice.content == OWN
    assert choice.description.origin == "file"
    path = folder / "sigstore" / "root.json"
    assert choice.probes() == {str(path): digest_file(path), str(record_place(path)): None}


def test_another_digest_than_the_configured_one_is_an_integrity_error(folder: Path) -> None:
    choice = RootChoice(folder, None, staging=False)
    choice.configure(configured("ab" * 32))

    for _ in range(2):
        with pytest.raises(IntegrityError, match=f"has sha256 {sha256_of(OWN)}, and the configuration names abab"):
            _ = choice.content


def test_a_configured_root_that_is_missing_is_an_error_and_never_replaced_by_another(folder: Path) -> None:
    choice = RootChoice(folder, None, staging=False)
    choice.configure(configured(path="none.json"))

    with pytest.raises(InputError, match="no such file"):
        _ = choice.content
    with pytest.raises(InputError, match="no such file"):
        _ = choice.description


def test_a_file_option_wins_over_the_configuration_and_its_digest(folder: Path) -> None:
    choice = RootChoice(folder, folder.parent / "other.json", staging=False)
    choice.configure(configured("ab" * 32))

    assert choice.content == OTHER


def test_the_staging_option_wins_over_the_configuration(folder: Path) -> None:
    choice = RootChoice(folder, None, staging=True)
    choice.configure(configured("ab" * 32))

    assert choice.content == embedded_root("staging")
    assert choice.instance == "staging"


def test_two_options_exclude_each_other(folder: Path) -> None:
    with pytest.raises(UsageError, match="exclude each other"):
        RootChoice(folder, folder / "root.json", staging=True)


def test_a_root_that_was_read_is_not_replaced_by_the_configuration(folder: Path) -> None:
    choice = RootChoice(folder, None, staging=False)
    assert choice.content

    with pytest.raises(AssertionError, match="before the configuration"):
        choice.configure(configured())
