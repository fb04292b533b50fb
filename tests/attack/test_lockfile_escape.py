"""Names in files of the project try to reach files outside it."""

from __future__ import annotations

import json

import pytest

from uplock.errors import ConfigError, InputError
from uplock.lockfile.config import read_config
from uplock.lockfile.inputs import read_requirements_of
from uplock.lockfile.lockset import read_lockset


@pytest.mark.parametrize(
    "path", ["../x.in", "/etc/hosts", "a/../../x.in", "..", "a/./../../x", "//etc/hosts", "x\tz/../../y", "./../x"]
)
@pytest.mark.parametrize("option", ["-r ", "-c ", "-r", "-c", "--requirement=", "--constraint "])
def test_an_include_never_looks_outside_the_project(option: str, path: str) -> None:
    asked: list[str] = []

    def read(name: str) -> bytes | None:
        asked.append(name)
        return f"{option}{path}".encode() if name == "requirements.in" else None

    with pytest.raises(ConfigError, match="outside the project"):
        read_requirements_of(read_config(read), read)
    assert set(asked) == {"pyproject.toml", "uplock.toml", "requirements.in"}


@pytest.mark.parametrize("target", ["../../x", "/x", "a/../../../x", "", ".", "py312-linux-x86_64/../y", "\0"])
def test_a_lock_set_never_names_files_outside_its_folder(target: str) -> None:
    digest = "0" * 64
    entry = {"target": target, "python": "3.12.1", "platform": "linux-x86_64", "role": "target"}
    document = {
        "format": 1,
        "exclude_newer": "2026-11-23T12:00:00Z",
        "inputs": digest,
        "view": digest,
        "resolver": "uv 0.13.9",
        "targets": [entry | {"pylock": digest, "requirements": digest}],
    }
    with pytest.raises(InputError, match=r"targets\[0\]\.target: must be 'py312-linux-x86_64'"):
        read_lockset(json.dumps(document).encode(), "locks/lockset.json")
