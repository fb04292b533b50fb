"""The recipe that refreshes the trusted root: what it says of its command, and the change that it opens."""

from __future__ import annotations

import os
import shlex
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from support.connect_proxy import in_place_of_the_public_one
from support.job_runner import programs, shell
from support.private_sigstore import PrivateSigstore
from support.release_recipes import REFRESH, claims_of, jobs_of
from support.released_shop import ROOT
from support.shop import snapshot, uplock
from support.tuf_repository import TufRepository, TufServer
from uplock.attest.roots import record_place
from uplock.cli.main import run

GIT = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "GITHUB_RUN_ID": "4711"}
GH = '#!/bin/sh\nprintf "%s\\n" "$@" > ../asked\n'
Capture = pytest.CaptureFixture[str]


# --- what the recipe says of its command --------------------------------------------------------------------------


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TufServer]:
    """A repository in the place of the public one, and a project as the current folder."""
    served = TufRepository(PrivateSigstore().root())
    (tmp_path / "shop").mkdir()
    monkeypatch.chdir(tmp_path / "shop")
    shipped = PrivateSigstore().root()
    with in_place_of_the_public_one(served, served.repository().keys, shipped, tmp_path, monkeypatch) as server:
        yield server


def nothing(repository: TufServer) -> None:
    """Let the repository be as it was."""


def a_root_of_somebody_else(repository: TufServer) -> None:
    Path(ROOT).write_bytes(PrivateSigstore().root())
    record_place(Path(ROOT)).unlink(missing_ok=True)


def not_reached(repository: TufServer) -> None:
    repository.fail(403)


def expired(repository: TufServer) -> None:
    repository.served.expires["timestamp"] = datetime(2026, 1, 1, tzinfo=UTC)
    repository.served.update(PrivateSigstore().root())


def set_back(repository: TufServer) -> None:
    old = dict(repository.served.files)
    repository.served.update(PrivateSigstore().root())
    assert run(["trust", "refresh", ROOT, "--quiet"]) == 0
    repository.served.files = old


def tampered(repository: TufServer) -> None:
    repository.served.update(PrivateSigstore().root())
    repository.served.files[repository.served.target_path] = PrivateSigstore().root()


CASES: dict[int, tuple[Callable[[TufServer], None], ...]] = {
    0: (nothing,),
    2: (a_root_of_somebody_else,),
    3: (not_reached, expired),
    4: (set_back, tampered),
}


@pytest.mark.allow_hosts(["127.0.0.1"])
@pytest.mark.parametrize(
    ("code", "situation"),
    [pytest.param(code, each, id=f"{code}-{each.__name__}") for code, cases in CASES.items() for each in cases],
)
def test_the_command_exits_as_the_recipe_says_and_a_failure_leaves_the_root_whole(
    code: int, situation: Callable[[TufServer], None], repository: TufServer, capfd: Capture
) -> None:
    (command,) = {claim.command for claim in claims_of(REFRESH)}
    arguments = shlex.split(command)[1:]
    assert uplock(capfd, *arguments).code == 0
    situation(repository)
    before = snapshot(Path())

    answer = uplock(capfd, *arguments)

    assert answer.code == code, answer.err
    if code:
        assert snapshot(Path()) == before


def test_everything_that_the_recipe_says_of_the_command_is_tried() -> None:
    assert [claim.code for claim in claims_of(REFRESH)] == list(CASES)


# --- the change that it opens -------------------------------------------------------------------------------------


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A clone of a repository on this disk, with a root and its record that are committed."""
    folder = tmp_path / "checkout"
    folder.mkdir()
    (folder / ROOT).write_text("root")
    (folder / f"{ROOT}.tuf.json").write_text("record")
    script = """
        git init --quiet --bare --initial-branch main ../origin.git
        git init --quiet --initial-branch main
        git remote add origin ../origin.git
        git add .
        git -c user.name=owner -c user.email=owner@example.org commit --quiet --message first
        git push --quiet origin main
    """
    code, log = shell(script, folder, programs(tmp_path / "bin", gh=GH), GIT)
    assert code == 0, log
    return folder


def propose(checkout: Path) -> list[str]:
    """Run the last step of the job that proposes; return what it asks ``gh`` for."""
    *_, last = jobs_of(REFRESH)["propose"].steps
    code, log = shell(last.script, checkout, f"{checkout.parent / 'bin'}:{os.environ['PATH']}", GIT)
    assert code == 0, log
    asked = checkout.parent / "asked"
    return asked.read_text().split() if asked.exists() else []


def test_a_newer_root_is_proposed_on_a_branch_of_its_own(checkout: Path) -> None:
    (checkout / ROOT).write_text("newer root")
    (checkout / f"{ROOT}.tuf.json").write_text("newer record")
    (checkout / "other").write_text("not of this change")

    assert propose(checkout) == ["pr", "create", "--fill", "--head", "trusted-root-4711"]

    origin, path = checkout.parent / "origin.git", os.environ["PATH"]
    assert shell("git diff --name-only main trusted-root-4711", origin, path, GIT)[1].split() == [
        ROOT,
        f"{ROOT}.tuf.json",
    ]


def test_nothing_is_proposed_if_nothing_changed(checkout: Path) -> None:
    assert propose(checkout) == []
    branches = shell("git branch --list", checkout.parent / "origin.git", os.environ["PATH"], GIT)[1]
    assert branches.split() == ["*", "main"]
