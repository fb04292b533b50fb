"""Attack: a server in the place of Sigstore's update repository, behind a proxy, with a certificate that is accepted.

TLS proves nothing about a root here: only the keys that came with the installed sigstore do.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from support.attestations import private_instance
from support.connect_proxy import in_place_of_the_public_one
from support.private_sigstore import PrivateSigstore
from support.shop import uplock
from support.tuf_repository import TufRepository, TufServer

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

Capture = pytest.CaptureFixture[str]


MINE, SHIPPED = PrivateSigstore().root(), private_instance().root()


@pytest.fixture
def stranger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TufServer]:
    """A complete repository of somebody's own, that this machine takes for the public one."""
    keys = TufRepository(SHIPPED).repository().keys
    served = TufRepository(MINE, version=10_000)
    with in_place_of_the_public_one(served, keys, SHIPPED, tmp_path, monkeypatch) as server:
        yield server


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A root as it was copied from the package."""
    path = tmp_path / "shop" / "trusted_root.json"
    path.parent.mkdir()
    path.write_bytes(SHIPPED)
    return path


def _refused(capfd: Capture, file: Path) -> None:
    answer = uplock(capfd, "trust", "refresh", file, "--json")
    assert (answer.code, answer.json["error"]["kind"]) == (4, "integrity")
    assert "not signed by its keys" in answer.json["error"]["message"]
    assert file.read_bytes() == SHIPPED
    assert list(file.parent.iterdir()) == [file]


def test_metadata_of_a_stranger_is_refused(stranger: TufServer, file: Path, capfd: Capture) -> None:
    _refused(capfd, file)
    assert stranger.paths("timestamp.json")


def test_keys_of_a_stranger_are_refused(stranger: TufServer, file: Path, capfd: Capture) -> None:
    """Offered as the next version of the real ones."""
    made = stranger.served
    for version in (2, 3):
        made.root_version = version
        made.publish()

    _refused(capfd, file)
    assert not stranger.paths("timestamp.json")
