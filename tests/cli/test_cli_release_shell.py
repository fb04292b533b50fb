"""The shell lines of the recipes for release jobs, taken from the files and run: publishing is reached or it is not."""

from __future__ import annotations

import base64
import json
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import support.released_shop as since
from support.attested_shop import COIN
from support.job_runner import Done, programs, run_job, run_pipeline, shell
from support.release_recipes import GITHUB, GITLAB, RELEASE, jobs_of
from support.released_shop import Clone, Released, released
from support.wheels import build_wheel
from uplock.model.digest import sha256_of

pytestmark = [pytest.mark.allow_hosts(["127.0.0.1"]), pytest.mark.enable_socket]

INSTALL = RELEASE.parent / "install-uplock"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Released]:
    """The shop, run once, with the two scripts that the recipes call."""
    with released(tmp_path_factory.mktemp("released")) as made:
        scripts = made.folder / ".ci"
        scripts.mkdir()
        (scripts / "install-uplock").write_text("echo installed\n")
        (scripts / "publish").write_text("echo published > published\n")
        yield made


@pytest.fixture
def clone(shop: Released, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Clone:
    """What is tagged, to be checked out by each job."""
    return shop.clone(tmp_path / "tagged", monkeypatch)


def pipeline(recipe: Path, clone: Clone) -> dict[str, Done]:
    """Run all jobs of a recipe."""

    def checkout(name: str) -> Path:
        return shutil.copytree(clone.folder, clone.folder.parent / name, ignore=shutil.ignore_patterns(".uplock"))

    return run_pipeline(jobs_of(recipe), checkout, programs(clone.folder.parent / "bin"))


def report(done: Done, name: str) -> dict[str, object]:
    """Return a report that a job left."""
    document = json.loads((done.folder / name).read_bytes())
    assert isinstance(document, dict)
    return document


@pytest.mark.parametrize("recipe", [GITHUB, GITLAB], ids=lambda path: path.name)
def test_what_is_verified_is_published(recipe: Path, clone: Clone) -> None:
    done = pipeline(recipe, clone)
    assert {name: each.code for name, each in done.items()} == {"verify": 0, "judge": 0, "publish": 0}, done
    assert (done["publish"].folder / "published").exists()
    answer = report(done["verify"], "verify.json")
    assert answer["status"] == "pass"
    assert answer["counts"] == {"invalid": 0, "not_attested": 0, "unchecked": 0, "verified": 5}


@pytest.mark.parametrize(
    ("recipe", "situation", "codes"),
    [
        pytest.param(recipe, situation, codes, id=f"{recipe.stem}-{situation.__name__}")
        for recipe, situation, codes in (
            (GITHUB, since.refused, (3, 0)),
            (GITLAB, since.refused, (3, 0)),
            (GITHUB, since.edited_lock, (4, 4)),
            (GITHUB, since.other_requirements, (1, 0)),
            (GITHUB, since.past_its_end, (0, 1)),
        )
    ],
)
def test_what_is_not_verified_is_not_published(
    recipe: Path, situation: Callable[[Clone], None], codes: tuple[int, int], clone: Clone
) -> None:
    situation(clone)
    done = pipeline(recipe, clone)
    assert (done["verify"].code, done["judge"].code) == codes, done["verify"].log + done["judge"].log
    assert "publish" not in done
    assert list(clone.folder.parent.rglob("published")) == []


@pytest.mark.parametrize("recipe", [GITHUB, GITLAB], ids=lambda path: path.name)
def test_a_changed_publisher_blocks_and_every_report_of_it_is_kept(recipe: Path, clone: Clone) -> None:
    since.signed_by_somebody_else(clone)

    done = pipeline(recipe, clone)

    assert {name: each.code for name, each in done.items()} == {"verify": 1, "judge": 1}
    assert list(clone.folder.parent.rglob("published")) == []
    jobs = jobs_of(recipe)
    kept = {path: done[name].folder / path for name in done for path in kept_by(jobs[name].node, recipe)}
    assert {"verify.json", "run.json", "sboms/", "verdicts/"} < set(kept)
    assert [path for path, place in kept.items() if not place.exists()] == []
    for path in ("verify.json", "run.json", *({"uplock.sarif", "gl-code-quality-report.json"} & set(kept))):
        assert "AT003" in kept[path].read_text(), path
        assert "evil/coin" in kept[path].read_text(), path
    assert (report(done["verify"], "verify.json")["status"], report(done["judge"], "run.json")["status"]) == (
        "fail",
    ) * 2


def kept_by(node: object, recipe: Path) -> list[str]:
    """Return every path that a job uploads."""
    keys = ("path", "sarif_file") if recipe == GITHUB else ("codequality", "paths")
    found: list[str] = []
    if isinstance(node, dict):
        for key, value in node.items():
            if key in keys:
                found += value if isinstance(value, list) else str(value).splitlines()
            else:
                found += kept_by(value, recipe)
    elif isinstance(node, list):
        for each in node:
            found += kept_by(each, recipe)
    return found


@pytest.mark.parametrize("password", ["right-and-secret", "wrong-and-secret"])
def test_credentials_of_a_private_index_stand_in_no_log_and_no_report(
    password: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with released(tmp_path, ("robot", "right-and-secret")) as private:
        clone = private.clone(tmp_path / "tagged", monkeypatch)
        (clone.folder / ".ci").mkdir()
        (clone.folder / ".ci" / "install-uplock").write_text("")
        monkeypatch.setenv("UPLOCK_INDEX_PASSWORD", password)
        job = jobs_of(GITHUB)["verify"]
        done = run_job(job, clone.folder, programs(tmp_path / "bin"))
    assert done.code == (0 if password.startswith("right") else 3), done.log
    (clone.folder / "log").write_text(done.log)
    hidden = [b"and-secret", base64.b64encode(f"robot:{password}".encode())]
    files = {path.name: path.read_bytes() for path in clone.folder.rglob("*") if path.is_file()}
    assert "verify.json" in files
    assert [name for name, body in files.items() if any(each in body for each in hidden)] == []


# --- installing -------------------------------------------------------------------------------------------------------


def installed(clone: Clone, body: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[int, str, set[str]]:
    """Run ``install-uplock`` for a requirement that is pinned by the hash of ``body``; return what it installed."""
    scripts = clone.folder / ".ci"
    shutil.copy(INSTALL, scripts / "install-uplock")
    target = f"py{sys.version_info[0]}{sys.version_info[1]}-linux-x86_64"
    (scripts / f"requirements.{target}.txt").write_text(f"coin==1.1 --hash=sha256:{sha256_of(body)}\n")
    name, wheel = build_wheel("uplock", "0.0", requires_dist=("till",))
    (scripts / name).write_bytes(wheel)
    monkeypatch.setenv("PIP_INDEX_URL", clone.http.url)
    monkeypatch.setenv("PIP_TARGET", str(tmp_path / "site"))
    monkeypatch.setenv("PIP_DISABLE_PIP_VERSION_CHECK", "1")
    code, log = shell("sh .ci/install-uplock", clone.folder, programs(tmp_path / "bin"))
    return code, log, {path.name for path in (tmp_path / "site").glob("*.dist-info")}


def test_uplock_is_installed_from_wheels_by_hash_and_nothing_else_is(
    clone: Clone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = clone.index.body(COIN)
    assert body is not None
    code, log, there = installed(clone, body, tmp_path, monkeypatch)
    assert (code, there) == (0, {"coin-1.1.dist-info", "uplock-0.0.dist-info"}), log


def test_other_bytes_than_those_that_are_pinned_are_not_installed(
    clone: Clone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, log, there = installed(clone, b"what was reviewed", tmp_path, monkeypatch)
    assert code != 0
    assert "HASHES" in log
    assert there == set()
