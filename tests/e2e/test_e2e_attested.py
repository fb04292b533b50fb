"""The webshop with every wheel attested: a private Sigstore instance signs what an index on loopback serves."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import pytest

from support.attested_shop import root_file
from support.attested_webshop import (
    DEFINITION_ID,
    OTHER_KINDS,
    WITH_BUILD,
    WITH_TIMESTAMP,
    Webshop,
    attest,
    attested_copy,
    change_publisher,
    ids_of,
    lose_attestation,
    projects,
    rename,
    take_over,
    usual,
    withdraw,
)
from support.http_index import HttpIndex
from support.index_simulator import IndexSimulator, project_of
from support.real_locks import copied
from support.shop import Answer
from support.signers import circleci, gitlab, google
from support.statements import publish_predicate_type, slsa_predicate_type
from uplock.archive.archive import DirectoryArchive
from uplock.model.digest import sha256_of

pytestmark = [pytest.mark.network, pytest.mark.enable_socket]

WEBSHOP = Path(__file__).resolve().parents[2] / "fixtures" / "projects" / "webshop"
EXPECTED = json.loads((WEBSHOP / "expected.json").read_text())
AS_OF = EXPECTED["as_of"]

Change = Callable[[IndexSimulator, str], None]
"""Lets something happen to a package on the index."""
Row = tuple[str, str, str | None, str]
"""Rule, severity, package and target of a finding."""


def found(answer: Answer) -> set[Row]:
    """Return the findings about attestations: rule, severity, package and target."""
    findings = answer.json["findings"] + [each for row in answer.json.get("targets", ()) for each in row["findings"]]
    ours = [each for each in findings if each["rule"].startswith("AT")]
    assert all(each["package"] in {None, project_of(each["subject"])} for each in ours)
    return {(each["rule"], each["severity"], each["package"], each["target"]) for each in ours}


def in_all_targets(rule: str, severity: str, package: str | None) -> set[Row]:
    """Return a finding about a package of every target."""
    return {(rule, severity, package, target) for target in EXPECTED["rules"]}


ALWAYS = in_all_targets("AT007", "warning", None)
"""Nobody knows how old the root of the private instance is."""


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Webshop:
    """The webshop as it is with the real index, real files and nothing of ours."""
    place = tmp_path_factory.mktemp("original")
    project = copied(WEBSHOP, place / "webshop")
    command = [sys.executable, "-m", "uplock", "run", project, "--archive", project / ".uplock", "--as-of", AS_OF]
    done = subprocess.run([*command, "--quiet"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return Webshop(folder=project, home=place / "home", root=root_file(place), index_url="", as_of=AS_OF)


@pytest.fixture(scope="module")
def estate(original: Webshop) -> IndexSimulator:
    """An index with the files that the webshop locks, all of them attested."""
    return attested_copy(DirectoryArchive(original.folder / ".uplock"), original.locks.values())


class Ran(NamedTuple):
    """The webshop after a run with nothing known from before, and what the run answered."""

    shop: Webshop
    answer: Answer


def fresh(place: Path, root: Path, server: HttpIndex, *options: str, **circumstances: str) -> Ran:
    """Run a fresh copy of the webshop with an empty cache."""
    folder = copied(WEBSHOP, place / "webshop")
    shop = Webshop(folder=folder, home=place / "home", root=root, index_url=server.url, as_of=AS_OF)
    return Ran(shop, shop.run(*options, **circumstances))


@pytest.fixture(scope="module")
def stopped(estate: IndexSimulator, original: Webshop, tmp_path_factory: pytest.TempPathFactory) -> tuple[Ran, Ran]:
    """Two fresh runs in other places and circumstances, of an index that is not there any more."""
    place = tmp_path_factory.mktemp("stopped")
    with HttpIndex(estate, core_metadata=True) as server:
        one = fresh(place / "one", original.root, server)
        circumstances = {"LC_ALL": "C", "TZ": "Asia/Kathmandu", "PYTHONHASHSEED": "7"}
        other = fresh(place / "ein anderer Ordner", original.root, server, "--jobs", "4", **circumstances)
    assert (one.answer.code, other.answer.code) == (0, 0), one.answer.out + other.answer.out
    return one, other


@pytest.fixture(scope="module")
def shop(stopped: tuple[Ran, Ran]) -> Webshop:
    """The webshop after the first run."""
    return stopped[0].shop


def test_the_attested_index_gives_the_locks_of_the_real_one(original: Webshop, shop: Webshop) -> None:
    assert set(original.locks) == set(EXPECTED["rules"])
    assert _pins(shop) == _pins(original)


def _pins(shop: Webshop) -> dict[str, set[tuple[str, str]]]:
    return {
        target: {(package.artifact.filename, package.artifact.sha256) for package in lock.packages}
        for target, lock in shop.locks.items()
    }


def test_every_artifact_of_every_target_is_verified(stopped: tuple[Ran, Ran], estate: IndexSimulator) -> None:
    (shop, answer), _ = stopped
    assert answer.json["status"] == "pass"
    for row in answer.json["targets"]:
        assert row["attestations"] == {"verified": row["packages"], "not_attested": 0, "invalid": 0, "unchecked": 0}
        assert row["packages"] == len(shop.locks[row["target"]].packages) > 0
        rules = {each["rule"] for each in row["findings"]}
        assert rules == set(EXPECTED["rules"][row["target"]]) - {"AT001"} | {"AT007"}
    assert found(answer) == ALWAYS
    assert answer.json["baseline"] == {"state": "none", "known": 0, "gained": projects(estate)}


def test_the_lock_set_has_the_evidence_of_every_file(shop: Webshop, estate: IndexSimulator) -> None:
    assert WITH_BUILD | WITH_TIMESTAMP | set(OTHER_KINDS) <= set(projects(estate)), "these prove nothing any more"
    lockset = json.loads((shop.folder / "locks/lockset.json").read_text())
    assert lockset["trusted_root"]["sha256"] == sha256_of(shop.root.read_bytes())
    assert sorted(row["filename"] for row in lockset["evidence"]) == list(estate.filenames())
    for row in lockset["evidence"]:
        assert row["outcome"] == "verified"
        assert row["document"] == sha256_of(estate.document(row["filename"]) or b"")
        kinds = [each["predicate_type"] for each in row["attestations"]]
        expected = [publish_predicate_type(), slsa_predicate_type()]
        assert kinds == (expected if row["package"] in WITH_BUILD else expected[:1])
        times = {each["time_source"] for each in row["attestations"]}
        assert times == ({"timestamp"} if row["package"] in WITH_TIMESTAMP else {"log"})
    ids = {each["package"]: dict(each["ids"]) for each in lockset["publishers"]}
    assert ids["numpy"] == dict(zip(("repository-id", "owner-id"), ids_of("numpy"), strict=True))
    assert ids["kombu"] == {"repository-id": "83", "owner-id": "84"}


def test_every_lock_has_the_identity_of_every_package(shop: Webshop) -> None:
    for target in EXPECTED["rules"]:
        lock = tomllib.loads((shop.folder / f"locks/pylock.{target}.toml").read_text())
        identities = {each["name"]: each["attestation-identities"] for each in lock["packages"]}
        assert identities == {name: [usual(name).identity] for name in identities}


def test_the_sboms_name_the_publisher_of_every_package(shop: Webshop) -> None:
    for target, lock in shop.locks.items():
        sbom = json.loads((shop.folder / f"sboms/{target}.cdx.json").read_text())
        named = {
            component["name"]: [each["value"] for each in properties if each["name"] == "uplock:attestation:publisher"]
            for component in sbom["components"]
            if (properties := component.get("properties", []))
            and {"name": "uplock:attestation", "value": "verified"} in properties
        }
        assert named == {package.name: [usual(package.name).line] for package in lock.packages}


def test_two_fresh_runs_give_the_same_bytes(stopped: tuple[Ran, Ran]) -> None:
    one, other = (ran.shop.outputs() for ran in stopped)
    assert list(one) == list(other)
    assert [name for name in one if one[name] != other[name]] == []


def test_the_archive_verifies_everything_when_the_index_is_gone(shop: Webshop, estate: IndexSimulator) -> None:
    index = urlsplit(shop.index_url)
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((index.hostname, index.port))
    answer = shop.verify("--from-archive", "--require-baseline")
    assert answer.code == 0, answer.out
    assert answer.json["counts"]["verified"] == len(answer.json["artifacts"]) == len(estate.filenames())
    assert found(answer) == ALWAYS


# --- what happens to publishers -------------------------------------------------------------------------------------


class Live(NamedTuple):
    """The webshop after its first run, and the server of its index."""

    shop: Webshop
    server: HttpIndex


@pytest.fixture(scope="module")
def running(estate: IndexSimulator, original: Webshop, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """The webshop after a run, of an index that is still there."""
    with HttpIndex(estate, core_metadata=True, etags=True) as server:
        ran = fresh(tmp_path_factory.mktemp("running"), original.root, server)
        assert ran.answer.code == 0, ran.answer.out
        yield Live(ran.shop, server)


@pytest.fixture
def live(running: Live, estate: IndexSimulator) -> Iterator[Live]:
    """The same with an index that the test may change."""
    running.server.index = deepcopy(estate)
    yield running
    running.server.index = estate


def test_a_fresh_clone_passes_against_what_is_known(live: Live, estate: IndexSimulator, tmp_path: Path) -> None:
    answer = live.shop.clone(tmp_path).verify("--require-baseline")
    assert answer.code == 0, answer.out
    assert answer.json["counts"]["verified"] == len(answer.json["artifacts"]) == len(estate.filenames())
    assert answer.json["baseline"]["state"] == "held"
    assert found(answer) == ALWAYS


@pytest.mark.parametrize(
    ("change", "package", "rule", "severity", "unattested"),
    [
        pytest.param(change_publisher, "typer", "AT003", "error", False, id="publisher-changed"),
        pytest.param(lose_attestation, "tenacity", "AT005", "error", True, id="attestation-lost"),
        pytest.param(take_over, "structlog", "AT008", "error", False, id="repository-taken-over"),
        pytest.param(withdraw, "passlib", "AT010", "error", True, id="provenance-withdrawn"),
        pytest.param(rename, "gunicorn", "AT009", "warning", False, id="repository-renamed"),
    ],
)
def test_what_happens_to_one_package_has_its_own_finding(
    live: Live, tmp_path: Path, change: Change, package: str, rule: str, severity: str, *, unattested: bool
) -> None:
    change(live.server.index, package)
    outcome = {"error": (1, "fail"), "warning": (0, "pass")}[severity]
    expected = ALWAYS | in_all_targets(rule, severity, package)
    told = in_all_targets("AT001", "info", package) if unattested else set()

    shop = live.shop.copy(tmp_path / "again")
    ran = shop.run("--refresh")
    assert (ran.code, ran.json["status"]) == outcome, ran.out
    assert found(ran) == expected | told

    verified = shop.clone(tmp_path / "clone").verify()
    assert (verified.code, verified.json["status"]) == outcome, verified.out
    assert found(verified) == expected


def test_every_kind_of_publisher_is_held_to_what_is_known_without_a_run(live: Live, tmp_path: Path) -> None:
    index = live.server.index
    change_publisher(index, "typer")
    take_over(index, "structlog")
    withdraw(index, "passlib")
    rename(index, "gunicorn")
    attest(index, "python-dateutil", google("release@other.example"))
    attest(index, "redis", circleci("99999999-2222-3333-4444-555555555555", DEFINITION_ID, origin=None, ref=None))
    attest(index, "click-didyoumean", gitlab("group/click/didyoumean", repository_id="1", environment="release"))
    attest(index, "kombu", gitlab("celery/kombu", repository_id="83", owner_id="84"))

    answer = live.shop.clone(tmp_path).verify()
    assert answer.code == 1
    errors = {
        "typer": "AT003",
        "structlog": "AT008",
        "passlib": "AT010",
        "python-dateutil": "AT003",
        "redis": "AT003",
        "click-didyoumean": "AT008",
        "kombu": "AT003",
    }
    findings = [in_all_targets(rule, "error", package) for package, rule in errors.items()]
    assert found(answer) == ALWAYS.union(in_all_targets("AT009", "warning", "gunicorn"), *findings)
