"""The webshop on an index where everything is attested, by every kind of publisher; and what can happen to those."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from support.attestations import private_instance
from support.hosts import Host
from support.index_simulator import IndexSimulator, project_of
from support.private_sigstore import bundle, provenance, slsa_statement, statement
from support.shop import Answer
from support.signers import Signer, circleci, github, gitlab, google
from support.signing_options import Options
from support.statements import publish_predicate_type
from support.wheels import build_wheel
from uplock.archive.archive import DirectoryArchive
from uplock.lockfile.pylock import read_pylock
from uplock.model.digest import sha256_of
from uplock.model.lock import Lock

FORGE = "gitlab.shop.example"
PROJECT_ID, DEFINITION_ID = "11111111-2222-3333-4444-555555555555", "66666666-7777-8888-9999-000000000000"


class Known(NamedTuple):
    """A publisher, and how locks (PEP 751) and SBOMs must name it."""

    signer: Signer
    identity: Mapping[str, str]
    line: str


OTHER_KINDS = {
    "click-didyoumean": Known(
        gitlab("group/click/didyoumean", environment="release", repository_id="81", owner_id="82"),
        {
            "kind": "GitLab",
            "repository": "group/click/didyoumean",
            "workflow_filepath": ".gitlab-ci.yml",
            "environment": "release",
        },
        "GitLab group/click/didyoumean .gitlab-ci.yml environment release",
    ),
    "kombu": Known(
        gitlab("celery/kombu", host=FORGE, repository_id="83", owner_id="84"),
        {"kind": "GitLab", "repository": "celery/kombu", "workflow_filepath": ".gitlab-ci.yml", "host": FORGE},
        f"GitLab celery/kombu .gitlab-ci.yml at {FORGE}",
    ),
    "python-dateutil": Known(
        google("release@dateutil.example"),
        {"kind": "Google", "email": "release@dateutil.example"},
        "Google release@dateutil.example",
    ),
    "redis": Known(
        circleci(PROJECT_ID, DEFINITION_ID, origin=None, ref=None),
        {"kind": "CircleCI", "project_id": PROJECT_ID, "pipeline_definition_id": DEFINITION_ID},
        f"CircleCI {PROJECT_ID} {DEFINITION_ID}",
    ),
}
"""Publishers beside GitHub, by project."""
WITH_BUILD = frozenset({"fastapi", "lxml", "numpy", "uvicorn"})
"""Projects that attest beside their publishing how they build (SLSA)."""
WITH_TIMESTAMP = frozenset({"httpx", "pandas", "python-dateutil", "uvicorn"})
"""Projects whose attestations are in a log of Rekor v2, with timestamps of an authority."""


def usual(project: str) -> Known:
    """Return who publishes a project; on GitHub each has a repository and numbers of its own."""
    repository, (repository_id, owner_id) = f"{project}-team/{project}", ids_of(project)
    return OTHER_KINDS.get(project) or Known(
        github(repository, repository_id=repository_id, owner_id=owner_id),
        {"kind": "GitHub", "repository": repository, "workflow": "release.yml"},
        f"GitHub {repository} release.yml",
    )


def ids_of(project: str) -> tuple[str, str]:
    """Return the numbers of a project's repository and of its owner."""
    digest = sha256_of(project.encode())
    return str(int(digest[:8], 16)), str(int(digest[8:16], 16))


def attest(index: IndexSimulator, project: str, signer: Signer) -> None:
    """Let the index offer provenance of all files of a project that ``signer`` made."""
    options: Options = {"log": "v2"} if project in WITH_TIMESTAMP else {}
    for filename in files_of(index, project):
        digest = sha256_of(index.body(filename) or b"")
        contents = [statement((filename, digest), predicate=publish_predicate_type())]
        if project in WITH_BUILD:
            contents.append(slsa_statement(filename, digest, signer))
        attestations = [private_instance().attest(content, signer, **options) for content in contents]
        index.change_publisher(filename, provenance(bundle(signer, *attestations)))


def files_of(index: IndexSimulator, project: str) -> list[str]:
    """Return the names of a project's files."""
    return [filename for filename in index.filenames() if project_of(filename) == project]


def attested_copy(archive: DirectoryArchive, locks: Iterable[Lock]) -> IndexSimulator:
    """Return an index with exactly the files that locks pin, their bytes from the archive, all attested."""
    index = IndexSimulator()
    for package in (package for lock in locks for package in lock.packages):
        file = package.artifact
        body = archive.path(file.sha256).read_bytes()
        listed = index.publish(
            file.filename, body, upload_time=file.upload_time, requires_python=package.requires_python
        )
        assert listed.sha256 == file.sha256
    for project in projects(index):
        attest(index, project, usual(project).signer)
    return index


def projects(index: IndexSimulator) -> list[str]:
    """Return the names of all projects, sorted."""
    return sorted({project_of(filename) for filename in index.filenames()})


# --- the project ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Webshop:
    """One copy of the project, run with a home and a cache of its own under the root of the private instance."""

    folder: Path
    home: Path
    root: Path
    index_url: str
    as_of: str

    def run(self, *arguments: str, **circumstances: str) -> Answer:
        """Run the whole job."""
        return self._uplock(("run", self.folder, *arguments), circumstances)

    def verify(self, *arguments: str) -> Answer:
        """Verify the locks that are there."""
        return self._uplock(("verify", "lock", "--project", self.folder, *arguments), {})

    def _uplock(self, command: Sequence[str | Path], circumstances: Mapping[str, str]) -> Answer:
        host = Host(environment={"UPLOCK_INDEX_URL": self.index_url, **circumstances})
        options = ("--as-of", self.as_of, "--trusted-root", self.root, "--json", "--quiet")
        done = host.run(self.home, "-m", "uplock", *command, *options)
        assert "Traceback" not in done.stderr, done.stderr
        return Answer(code=done.returncode, out=done.stdout, err=done.stderr)

    def clone(self, place: Path) -> Webshop:
        """Return what a fresh clone has: everything that is committed, no archive and no cache."""
        shutil.copytree(self.folder, place / "webshop", ignore=shutil.ignore_patterns(".uplock"))
        return replace(self, folder=place / "webshop", home=place / "home")

    def copy(self, place: Path) -> Webshop:
        """Return the same with its archive, for a test that goes on from here."""
        shutil.copytree(self.folder, place / "webshop", copy_function=_linked)
        return replace(self, folder=place / "webshop", home=place / "home")

    @cached_property
    def locks(self) -> Mapping[str, Lock]:
        """The locks by target, as they were when this was first asked."""
        found = (read_pylock(path.read_bytes(), path.name) for path in (self.folder / "locks").glob("pylock.*.toml"))
        return {lock.target.name: lock for lock in found}

    def outputs(self) -> dict[str, bytes]:
        """Return the bytes of everything that the job wrote for people to commit."""
        written = [path for name in ("locks", "sboms", "verdicts") for path in sorted((self.folder / name).iterdir())]
        return {str(path.relative_to(self.folder)): path.read_bytes() for path in written}


def _linked(source: str, target: str) -> str:
    """Copy a file; the archive's blobs are read-only and need no second copy of their bytes."""
    if Path(source).stat().st_mode & stat.S_IWUSR:
        return str(shutil.copy2(source, target))
    os.link(source, target)
    return target


# --- what can happen ------------------------------------------------------------------------------------------------


def change_publisher(index: IndexSimulator, package: str) -> None:
    """Let another repository publish a package."""
    attest(index, package, github(f"{package}-mirror/{package}", repository_id="1", owner_id="2"))


def lose_attestation(index: IndexSimulator, package: str) -> None:
    """Upload a newer version of a package, without provenance."""
    index.publish(*build_wheel(package, "99.0"))


def take_over(index: IndexSimulator, package: str) -> None:
    """Let a repository of the same name, which is another one, publish a package."""
    attest(index, package, github(f"{package}-team/{package}", repository_id="1", owner_id="2"))


def withdraw(index: IndexSimulator, package: str) -> None:
    """Take the provenance of a package away."""
    for filename in files_of(index, package):
        index.change_publisher(filename, None)


def rename(index: IndexSimulator, package: str) -> None:
    """Give the repository of a package, and its owner's, another name."""
    repository_id, owner_id = ids_of(package)
    attest(index, package, github(f"big-team/{package}", repository_id=repository_id, owner_id=owner_id))
