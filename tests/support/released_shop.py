"""The attested shop as a release job finds it: a fresh clone of what is committed, and what can have happened since."""

from __future__ import annotations

import copy
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from support.attested_shop import COIN, attest, attested_estate, root_file, usual
from support.http_index import Answer, HttpIndex
from support.index_simulator import IndexSimulator
from support.shop import AS_OF, PYPROJECT, project
from support.signers import github
from support.wheels import build_wheel
from uplock.attest.roots import record_place
from uplock.cli.main import run
from uplock.model.digest import sha256_of
from uplock.model.trust_outcome import RootRecord, TufVersions
from uplock.model.value import encode_pretty

ROOT = "trusted_root.json"
CONFIGURATION = f'{PYPROJECT}trusted-root = "{ROOT}"\n'


@dataclass(frozen=True)
class Released:
    """The shop after its first run, with everything verified, and the index that it came from."""

    folder: Path
    http: HttpIndex
    honest: IndexSimulator

    def clone(self, folder: Path, environment: pytest.MonkeyPatch) -> Clone:
        """Check out what is committed, and go there; the index has what it had on the day of the run."""
        shutil.copytree(self.folder, folder, ignore=shutil.ignore_patterns(".uplock"))
        self.http.index = copy.deepcopy(self.honest)
        self.http.sabotage.clear()
        configure(self.http, environment)
        environment.chdir(folder)
        return Clone(folder, self.http)


@dataclass(frozen=True)
class Clone:
    """A fresh clone: files that are committed, and no archive."""

    folder: Path
    http: HttpIndex

    @property
    def index(self) -> IndexSimulator:
        """The index as it is today."""
        return self.http.index

    def configure(self, more: str) -> None:
        """Add to the configuration."""
        with (self.folder / "pyproject.toml").open("a") as file:
            file.write(more)

    def replace(self, old: str, new: str) -> None:
        """Change the configuration."""
        path = self.folder / "pyproject.toml"
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))

    def run(self) -> int:
        """Run the whole job here, as somebody would who commits what it writes."""
        return run(["run", str(self.folder), "--as-of", AS_OF, "--quiet"])


@contextmanager
def released(folder: Path, auth: tuple[str, str] | None = None) -> Iterator[Released]:
    """Serve the estate on loopback and run the shop once."""
    honest = attested_estate()
    with HttpIndex(copy.deepcopy(honest), auth=auth) as http:
        made = project(folder / "shop", CONFIGURATION)
        root_file(made)
        with pytest.MonkeyPatch.context() as environment:
            environment.setenv("HOME", str(folder / "home"))
            environment.setenv("UPLOCK_CACHE", str(folder / "cache"))
            configure(http, environment)
            assert Clone(made, http).run() == 0
        yield Released(made, http, honest)


def configure(http: HttpIndex, environment: pytest.MonkeyPatch) -> None:
    """Name the index as a job does, with its credentials if it wants some."""
    environment.setenv("UPLOCK_INDEX_URL", http.url)
    if http.auth is not None:
        environment.setenv("UPLOCK_INDEX_USERNAME", http.auth[0])
        environment.setenv("UPLOCK_INDEX_PASSWORD", http.auth[1])


# --- what can have happened -------------------------------------------------------------------------------------------


def nothing(clone: Clone) -> None:
    """Leave everything as it was."""


def other_requirements(clone: Clone) -> None:
    clone.replace('"crypt"', '"crypt", "coin<9"')


def no_locks(clone: Clone) -> None:
    shutil.rmtree(clone.folder / "locks")


def edited_lock(clone: Clone) -> None:
    with (clone.folder / "locks" / "pylock.py312-linux-x86_64.toml").open("a") as lock:
        lock.write("# by hand\n")


def made_anew(clone: Clone) -> None:
    lockset = clone.folder / "locks" / "lockset.json"
    lockset.write_text(json.dumps({**json.loads(lockset.read_text()), "publishers": []}))


def signed_by_somebody_else(clone: Clone) -> None:
    attest(clone.index, COIN, github("evil/coin", repository_id="1", owner_id="2"))


def not_as_expected(clone: Clone) -> None:
    clone.configure(
        '\n[tool.uplock.policy.publishers.coin]\nkind = "GitHub"\nrepository = "octo/coin"\nworkflow = "release.yml"\n'
        'claims = { ref = "refs/tags/v9*" }\n'
    )


def lost(clone: Clone) -> None:
    """Commit a version that nobody attests, of a package that was attested."""
    clone.index.publish(*build_wheel("coin", "1.2"), upload_time=None)
    clone.replace('"crypt"', '"crypt", "coin>=1.2,<9"')
    clone.run()
    shutil.rmtree(clone.folder / ".uplock")


def other_workflow(clone: Clone) -> None:
    attest(clone.index, COIN, github("octo/coin", "test.yml", **_ids()))


def renamed(clone: Clone) -> None:
    attest(clone.index, COIN, github("bigcorp/coin", **_ids()))


def taken_over(clone: Clone) -> None:
    attest(clone.index, COIN, github("octo/coin", repository_id="666", owner_id="667"))


def _ids() -> dict[str, str]:
    claims = usual("coin").claims
    return {"repository_id": claims[15], "owner_id": claims[17]}


def withdrawn(clone: Clone) -> None:
    clone.index.change_publisher(COIN, None)


def required(clone: Clone) -> None:
    clone.configure('\n[tool.uplock.policy]\nrequire-attestations = ["*"]\n')
    withdrawn(clone)


def denied(clone: Clone) -> None:
    clone.configure('\n[tool.uplock.policy]\ndenied-publishers = [{ repository = "https://github.com/octo/coin" }]\n')


def invalid(clone: Clone) -> None:
    """Replay the document of another file."""
    crypt = next(name for name in clone.index.filenames() if name.startswith("crypt") and "cp312" in name)
    clone.index.change_publisher(COIN, clone.index.document(crypt))


def one_refused(clone: Clone) -> None:
    clone.http.fail(403, part=f"{COIN}.provenance")


def one_refused_is_an_error(clone: Clone) -> None:
    clone.configure('\n[tool.uplock.policy]\nseverities = { AT011 = "error" }\n')
    one_refused(clone)


def refused(clone: Clone) -> None:
    clone.http.fail(403, part="provenance")


def index_refused(clone: Clone) -> None:
    clone.http.fail(403)


def offered_no_more(clone: Clone) -> None:
    clone.index.provenance_offered = False


def old_root(clone: Clone) -> None:
    """Let the record say that the root was confirmed long before the day."""
    path = clone.folder / ROOT
    record = RootRecord(
        sha256=sha256_of(path.read_bytes()),
        instance="production",
        versions=TufVersions(root=1, timestamp=1, snapshot=1, targets=1),
        confirmed=date(2026, 1, 1),
        expires=datetime(2026, 1, 8, tzinfo=UTC),
    )
    record_place(path).write_bytes(encode_pretty(record))


def too_old_root(clone: Clone) -> None:
    clone.configure("\n[tool.uplock.policy]\ntrusted-root-max-days = 90\n")
    old_root(clone)


def no_root(clone: Clone) -> None:
    (clone.folder / ROOT).unlink()


def other_root(clone: Clone) -> None:
    clone.replace(f'"{ROOT}"', f'{{ path = "{ROOT}", sha256 = "{"0" * 64}" }}')


def malformed_configuration(clone: Clone) -> None:
    clone.replace("exclude-newer", "exclude-later")


def malformed_publishers(clone: Clone) -> None:
    (clone.folder / "publishers.toml").write_text("format = 2\n")


def past_its_end(clone: Clone) -> None:
    """Let the interpreter that is being left gate as well."""
    clone.replace('from = "3.9.18"\n', 'from = "3.9.18"\ndeploy = ["3.9", "3.12"]\n')


def gone(clone: Clone) -> None:
    """Let the index list and serve a locked file no more."""
    clone.index.withdraw(COIN)


def tampered(clone: Clone) -> None:
    """Let the index send other bytes than its page names."""
    clone.http.answer(f"/{COIN}", Answer(body=b"other bytes"))
