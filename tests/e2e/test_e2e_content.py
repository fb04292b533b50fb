"""Content digests of real packages: predicted from their wheels, and found again however they are installed."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from support.environments import (
    Way,
    Wheel,
    Workshop,
    pip_target,
    pip_venv_not_compiled,
    uv_compiled,
    uv_relocatable,
    uv_target,
    verified,
)
from support.other_tools import Place

pytestmark = [pytest.mark.network, pytest.mark.enable_socket]

PROJECT = ("flask", "celery", "gunicorn", "uvicorn", "numpy", "cryptography", "pydantic", "sqlalchemy")


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    """Wheels of a web project with all that it depends on; CONTENT_WHEELS names a folder to download nothing."""
    folder = tmp_path_factory.mktemp("content")
    kept = os.environ.get("CONTENT_WHEELS")
    source = folder / "downloads" if kept is None else Path(kept)
    if kept is None:
        place = Place(folder / "place")
        place.folder.mkdir()
        python = place.environment_of(Path(sys.executable), "pip", "pip")
        place.run(python, "-m", "pip", "download", "--only-binary=:all:", "--quiet", f"--dest={source}", *PROJECT)
    return Workshop(folder / "shop", [(path.name, path.read_bytes()) for path in sorted(source.glob("*.whl"))])


@pytest.fixture(scope="module")
def wheels(shop: Workshop) -> list[Wheel]:
    return [(path.name, path.read_bytes()) for path in shop.files]


@pytest.mark.parametrize(
    "way", [pip_target, pip_venv_not_compiled, uv_compiled, uv_relocatable, uv_target], ids=lambda way: way.__name__
)
def test_real_packages_have_the_predicted_digest(shop: Workshop, wheels: list[Wheel], way: Way) -> None:
    way(shop, shop.folder / way.__name__)
    result = verified(shop.folder / way.__name__, wheels)
    assert result.differences == ()
    assert result.digest == result.predicted
    assert len(result.distributions) == len(wheels) >= 12
