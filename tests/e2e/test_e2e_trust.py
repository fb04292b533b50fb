"""The trusted roots of the public instances, from their own update repositories."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.shop import uplock
from uplock.attest.verify import SigstoreVerifier

pytestmark = [pytest.mark.network, pytest.mark.enable_socket]


@pytest.mark.parametrize("options", [(), ("--staging",)], ids=["production", "staging"])
def test_a_public_root_is_fetched_verified_shown_and_usable(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], options: tuple[str, ...]
) -> None:
    path = tmp_path / "trusted_root.json"

    first = uplock(capfd, "trust", "refresh", path, *options, "--json")
    second = uplock(capfd, "trust", "refresh", path, *options, "--json")
    shown = uplock(capfd, "trust", "show", "--trusted-root", path, "--json")

    assert (first.code, first.json["state"]) == (0, "new")
    assert (second.code, second.json["state"]) == (0, "unchanged")
    assert (shown.code, shown.json["age_days"]) == (0, 0)
    assert shown.json["root"]["tuf_version"] == first.json["record"]["versions"]["targets"]
    assert SigstoreVerifier(path.read_bytes()).identity[1] == shown.json["root"]["sha256"]
