"""``uplock vault index`` killed in the middle: every page that stands names files that are there, and it goes on."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from urllib.parse import unquote

import pytest

from support.kept_generations import File, keep
from support.killing import Observed, trace, untraceable
from support.wheels import build_wheel
from uplock.archive.archive import DirectoryArchive
from uplock.index.simple import parse_page
from uplock.model.digest import sha256_of
from uplock.model.view import IndexPage

pytestmark = pytest.mark.skipif(bool(untraceable()), reason=untraceable())

EVERY = int(os.environ.get("UPLOCK_KILL_EVERY", "23"))
"""Every how many calls are tried; 1 tries them all."""
DOCUMENT = b"{}"
URL = "https://index.example/"
TYPES = {"index.html": "text/html; charset=utf-8", "index.json": "application/vnd.pypi.simple.v1+json"}


def wheel(name: str, version: str, provenance: bytes | None = None) -> File:
    filename, data = build_wheel(name, version)
    return File(filename=filename, data=data, provenance=provenance)


class Scene:
    """An index of one generation that is to become that of another, as often as one likes."""

    def __init__(self, folder: Path) -> None:
        self.shop, self.place = folder / "shop", folder / "index"
        archive = DirectoryArchive(self.shop / ".uplock")
        self.older = keep(archive, [wheel("coin", "1.0"), wheel("gone", "1.0", DOCUMENT), wheel("till", "1.0")])
        self.newer = keep(
            archive, [wheel("coin", "1.0", DOCUMENT), wheel("new", "1.0", DOCUMENT), wheel("till", "2.0")], day=1
        )

    def write(self, generation: str, at: int = 0, *, torn: bool = False) -> Observed:
        command: list[str | Path] = [
            sys.executable,
            "-m",
            "uplock",
            "vault",
            "index",
            self.place,
            generation,
            "--project",
            self.shop,
        ]
        return trace(command, [self.place], at=at, torn=torn)

    def pages(self) -> list[tuple[Path, IndexPage]]:
        """Return the pages of projects as our own reader reads them."""
        return [
            (
                path,
                parse_page(path.read_bytes(), TYPES[path.name], f"{URL}simple/{path.parent.name}/", path.parent.name),
            )
            for path in sorted(self.place.glob("simple/*/index.*"))
        ]

    def at(self, url: str) -> bytes:
        """Return what stands at an address of a page."""
        return (self.place / unquote(url.removeprefix(URL))).read_bytes()

    def tree(self) -> dict[str, bytes]:
        return {
            str(path.relative_to(self.place)): path.read_bytes() for path in self.place.rglob("*") if path.is_file()
        }


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    return Scene(tmp_path.resolve())


def unusable(scene: Scene) -> list[str]:
    """Return every file that a page names and that is not there as the page says."""
    wrong = []
    for path, page in scene.pages():
        for file in page.files:
            try:
                if sha256_of(scene.at(file.url)) != file.sha256:
                    wrong.append(f"{path}: other bytes at {file.url}")
                if sha256_of(scene.at(f"{file.url}.metadata")) != file.core_metadata:
                    wrong.append(f"{path}: other metadata at {file.url}")
                if file.provenance is not None and scene.at(file.provenance) != DOCUMENT:
                    wrong.append(f"{path}: another document at {file.provenance}")
            except OSError as error:
                wrong.append(f"{path}: {error}")
    return wrong


def test_a_killed_update_leaves_an_index_that_installs_and_is_completed_the_next_time(scene: Scene) -> None:
    assert scene.write(scene.older).code == 0
    shutil.copytree(scene.place, scene.place.with_name("before"))
    whole = scene.write(scene.newer)
    assert whole.code == 0
    after = scene.tree()
    assert not [path for path in after if "gone" in path or "till-1.0" in path]
    calls = len(whole.points)
    assert calls > 40
    for at in range(1, calls + 1, EVERY):
        shutil.rmtree(scene.place)
        shutil.copytree(scene.place.with_name("before"), scene.place)
        assert scene.write(scene.newer, at, torn=at % 2 == 1).killed
        assert {path.parent.name for path, _ in scene.pages()} >= {"coin", "till"}
        assert unusable(scene) == [], f"killed at {at}: {whole.points[at - 1]}"
        assert scene.write(scene.newer).code == 0
        assert scene.tree() == after, f"killed at {at}: {whole.points[at - 1]}"


def test_a_killed_first_index_is_completed_the_next_time(scene: Scene) -> None:
    whole = scene.write(scene.newer)
    assert whole.code == 0
    after = scene.tree()
    for at in range(1, len(whole.points) + 1, EVERY):
        shutil.rmtree(scene.place)
        assert scene.write(scene.newer, at, torn=at % 2 == 1).killed
        assert unusable(scene) == [], f"killed at {at}: {whole.points[at - 1]}"
        assert scene.write(scene.newer).code == 0
        assert scene.tree() == after, f"killed at {at}: {whole.points[at - 1]}"
