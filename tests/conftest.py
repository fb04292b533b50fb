"""What holds for every test: no inherited environment, fresh folders, repeatable examples."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("uplock", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("uplock")

_PREFIXES = ("XDG_", "UPLOCK_", "PIP_", "UV_")
_KEPT = "UPLOCK_REGENERATE"
"""How golden files and schemas are written anew: a wish of the person, no setting of a program."""


@pytest.fixture(autouse=True)
def _own_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give every test a home and a cache of its own, and nothing that a developer or a CI service has set."""
    for name in os.environ:
        foreign = name.startswith(_PREFIXES) or name.upper().endswith("_PROXY") or name == "SOURCE_DATE_EPOCH"
        if foreign and not name.startswith(_KEPT):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("UPLOCK_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
