"""Environments that are made once and copied: making them is what takes time."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from support.environments import Workshop, demo_wheels, pip_target, uv_relocatable, uv_venv


@pytest.fixture(scope="session")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    return Workshop(tmp_path_factory.mktemp("workshop") / "shop", demo_wheels())


@pytest.fixture(scope="session")
def made_venv(workshop: Workshop) -> Path:
    folder = workshop.folder / "kept-venv"
    uv_relocatable(workshop, folder)
    return folder


@pytest.fixture(scope="session")
def made_target(workshop: Workshop) -> Path:
    folder = workshop.folder / "kept-target"
    pip_target(workshop, folder)
    return folder


@pytest.fixture
def venv(made_venv: Path, tmp_path: Path) -> Path:
    """A relocatable virtual environment of uv, with bytecode."""
    return Path(shutil.copytree(made_venv, tmp_path / "venv", symlinks=True))


@pytest.fixture
def target(made_target: Path, tmp_path: Path) -> Path:
    """What pip leaves for ``--target``, with bytecode."""
    return Path(shutil.copytree(made_target, tmp_path / "target", symlinks=True))


@pytest.fixture
def workshop_venv_that_moved(workshop: Workshop, tmp_path: Path) -> Path:
    """A virtual environment that is not relocatable, somewhere else than where it was made."""
    uv_venv(workshop, tmp_path / "made")
    return (tmp_path / "made").rename(tmp_path / "moved")
