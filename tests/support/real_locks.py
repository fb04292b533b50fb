"""Projects with many real dependencies, locked with uplock for every interpreter of this machine."""

from __future__ import annotations

import json
import re
import shutil
import tomllib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from support.other_tools import Files, Place, fetched, installed
from uplock.archive.archive import DirectoryArchive
from uplock.model.lock import Lock
from uplock.model.view import ViewFile
from uplock.workflow.choose import file_version
from uplock.workflow.heads import existing_lockset
from uplock.workflow.locks import committed
from uplock.workflow.view_index import ViewIndex

WEBSHOP = Path(__file__).resolve().parents[2] / "fixtures" / "projects" / "webshop" / "pyproject.toml"

LIBRARIES = ("fastapi[all]", "celery[redis]", "pandas", "cryptography", "psycopg2-binary", "scikit-learn")

PYPROJECT = """\
[project]
name = "libraries"
version = "1.0"
dependencies = {dependencies}

[tool.uplock]
targets = {targets}
exclude-newer = "{cut_off}"
"""


def libraries(
    folder: Path, cut_off: str, dependencies: tuple[str, ...] = LIBRARIES, targets: tuple[str, ...] = ()
) -> Path:
    """Write a project that depends on ``dependencies``, for all interpreters of this machine or ``targets``."""
    versions = list(targets) or [version for version, _ in installed().values()]
    text = PYPROJECT.format(dependencies=json.dumps(dependencies), targets=json.dumps(versions), cut_off=cut_off)
    folder.mkdir(parents=True)
    (folder / "pyproject.toml").write_text(text)
    return folder


def webshop(folder: Path, cut_off: str) -> Path:
    """Copy the webshop, for the interpreters of this machine and with another cut-off."""
    versions = [version for version, _ in installed().values()]
    text = re.sub(r"^from = .*\n", "", WEBSHOP.read_text(), flags=re.MULTILINE)
    text = re.sub(r"^targets = .*$", f"targets = {json.dumps(versions)}", text, flags=re.MULTILINE)
    text = re.sub(r"^exclude-newer = .*$", f'exclude-newer = "{cut_off}"', text, flags=re.MULTILINE)
    folder.mkdir(parents=True)
    (folder / "pyproject.toml").write_text(text)
    return folder


@dataclass(frozen=True)
class Locked:
    """A project, what the command answered, and what stands in the locks and in the archived view."""

    project: Path
    place: Place
    cut_off: str
    answer: Any
    code: int

    @classmethod
    def by(cls, place: Place, project: Path, cut_off: str, *options: str) -> Locked:
        """Lock a project; whether that went well is for the caller to see."""
        done = place.uplock("lock", project, "--quiet", "--json", *options)
        assert done.stdout, done.stderr
        return cls(project=project, place=place, cut_off=cut_off, answer=json.loads(done.stdout), code=done.returncode)

    def lock(self, minor: str) -> Lock:
        """Return the lock of an interpreter."""
        return next(lock for lock in self._locks if lock.target.interpreter.minor == minor)

    def file(self, minor: str, form: str) -> Path:
        """Return a lock file: ``pylock`` or ``requirements``."""
        ending = {"pylock": "toml", "requirements": "txt"}[form]
        return self.project / "locks" / f"{form}.{self.lock(minor).target.name}.{ending}"

    def chosen(self, minor: str) -> Files:
        """Return the one file of every pin, as the PEP 751 lock has it, read without any code of uplock."""
        packages = tomllib.loads(self.file(minor, "pylock").read_text())["packages"]
        wheels = [package["wheels"] for package in packages]
        assert {len(each) for each in wheels} == {1}
        return frozenset((each[0]["url"].rpartition("/")[2], each[0]["hashes"]["sha256"]) for each in wheels)

    def files(self, name: str, version: str) -> dict[str, ViewFile]:
        """Return every file of a version that the archived view has, by SHA-256."""
        return {
            str(file.sha256): file
            for file in self._view.view_page(name).files
            if file_version(file.filename) == version
        }

    def later_files(self, name: str, version: str) -> set[str]:
        """Return the files of a version that the index has now and the view has not."""
        base = self.answer["index"].rstrip("/")
        page = json.loads(fetched(f"{base}/{name}/", "application/vnd.pypi.simple.v1+json"))
        listed = {file["filename"] for file in page["files"]}
        seen = {file.filename for file in self.files(name, version).values()}
        return {filename for filename in listed if file_version(filename) == version} - seen

    @cached_property
    def _locks(self) -> tuple[Lock, ...]:
        return committed(self.project, ())

    @cached_property
    def _view(self) -> ViewIndex:
        lockset = existing_lockset(self.project)
        assert lockset is not None
        return ViewIndex(DirectoryArchive(self.project / ".uplock"), lockset.view, ())


def copied(project: Path, folder: Path) -> Path:
    """Copy what a person wrote of a project, and nothing that uplock did."""
    return Path(
        shutil.copytree(project, folder, ignore=shutil.ignore_patterns("locks", "sboms", "verdicts", ".uplock"))
    )
