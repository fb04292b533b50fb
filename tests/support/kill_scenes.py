"""A folder in which whole commands are killed: a project, its archive, the user's cache, and an environment.

Every try begins from the same saved state at the same path, since environments name their place.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from support.shop import AS_OF, PYPROJECT, project, snapshot
from uplock.archive.archive import DirectoryArchive
from uplock.model.digest import Sha256

LATER = PYPROJECT.replace('targets = ["3.12.1"]', 'targets = ["3.12.1", "3.13.0"]').replace("2026-03-01", "2026-07-01")
"""Another cut-off, which changes the locks, and one target more."""


@dataclass(frozen=True)
class Ended:
    """What a command left: code and streams."""

    code: int
    out: str
    err: str


class Stage:
    """The folder, and the index that its commands ask."""

    def __init__(self, folder: Path, index_url: str) -> None:
        self.saved = folder / "saved"
        self.live = folder / "live"
        self.shop = self.live / "shop"
        self.archive_place = self.shop / ".uplock"
        self.into = self.live / "env"
        for place in (self.saved, self.live / "home", self.live / "tmp", self.shop):
            place.mkdir(parents=True)
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("UPLOCK_", "UV_", "PIP_"))}
        self.environ: Mapping[str, str] = {
            **kept,
            "HOME": str(self.live / "home"),
            "TMPDIR": str(self.live / "tmp"),
            "UPLOCK_CACHE": str(self.live / "cache"),
            "UPLOCK_INDEX_URL": index_url,
            "PIP_CONFIG_FILE": os.devnull,
        }

    @property
    def archive(self) -> DirectoryArchive:
        """The project's archive, opened anew."""
        return DirectoryArchive(self.archive_place)

    @property
    def places(self) -> tuple[Path, ...]:
        """What counts: everything of the project, the cache and the environments, and no other temporary file."""
        return (self.shop, self.live / "cache", self.into, self.live / ".env.uplock")

    def configure(self, text: str) -> None:
        """Write the project's configuration."""
        project(self.shop, text)

    def command(self, *arguments: str | Path) -> list[str]:
        """Return the command line of uplock."""
        return [sys.executable, "-m", "uplock", *map(str, arguments)]

    def run(self, *arguments: str | Path) -> Ended:
        """Run uplock to its end."""
        ran = subprocess.run(
            self.command(*arguments),
            env=self.environ,
            cwd=self.shop,
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
            timeout=120,
        )
        return Ended(code=ran.returncode, out=ran.stdout, err=ran.stderr)

    def done(self, *arguments: str | Path) -> Ended:
        """Run uplock, which must come to an answer."""
        ended = self.run(*arguments)
        assert ended.code in {0, 1}, (arguments, ended)
        return ended

    def lock_run(self) -> Ended:
        """Run ``uplock run`` to an answer."""
        return self.done("run", "--as-of", AS_OF, "--quiet")

    def save(self, name: str) -> None:
        """Keep everything as it is now, with its hard links."""
        subprocess.run(["cp", "-a", self.live, self.saved / name], check=True)

    def restore(self, name: str) -> None:
        """Have everything as it was when it was saved."""
        shutil.rmtree(self.live)
        subprocess.run(["cp", "-a", self.saved / name, self.live], check=True)

    def files(self) -> Mapping[str, bytes]:
        """Return the project's files without the archive."""
        return snapshot(self.shop)

    def ids(self) -> tuple[Sha256, ...]:
        """Return all generations that were recorded, sorted."""
        return self.archive.beginning("")
