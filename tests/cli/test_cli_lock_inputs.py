"""What a project may ask for beyond names and versions: overrides, exclusions, URLs, and what an index leaves out."""

from __future__ import annotations

import json
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from packaging.pylock import Pylock

from support.http_index import HttpIndex
from support.index_simulator import IndexSimulator
from support.sdists import build_sdist
from support.shop import project, snapshot, uplock
from support.wheels import build_wheel
from uplock.model.digest import sha256_of

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

Capture = pytest.CaptureFixture[str]

UPLOADED = datetime(2024, 1, 1, tzinfo=UTC)
TARGET = "py312-linux-x86_64"
COIN = "coin-1.0-py3-none-any.whl"


@pytest.fixture
def index() -> IndexSimulator:
    shelf = IndexSimulator(provenance_offered=False)
    for name, version, needs in (
        ("coin", "1.0", ("paper",)),
        ("coin", "2.0", ("paper",)),
        ("till", "1.0", ("coin>=2", "ink[red]<3; python_version >= '3.8'")),
        ("ink", "2.0", ()),
        ("ink", "3.0", ()),
        ("paper", "1.0", ()),
    ):
        extra = {"Provides-Extra": "red"} if name == "ink" else {}
        shelf.publish(*build_wheel(name, version, requires_dist=needs, extra_metadata=extra), upload_time=UPLOADED)
    return shelf


def configured(*dependencies: str, more: str = "") -> str:
    listed = json.dumps(dependencies)
    return (
        f'[project]\nname = "shop"\nversion = "1.0"\ndependencies = {listed}\n[tool.uplock]\n'
        f'targets = ["3.12.1"]\nexclude-newer = "2024-03-01T00:00:00Z"\n{more}'
    )


def lock_of(folder: Path) -> dict[str, dict[str, Any]]:
    """Return the packages of the lock by name; the standard's own reader must accept it."""
    document = tomllib.loads((folder / f"locks/pylock.{TARGET}.toml").read_text())
    Pylock.from_dict(document).validate()
    return {package["name"]: package for package in document["packages"]}


def versions(folder: Path) -> dict[str, str]:
    return {name: package["version"] for name, package in lock_of(folder).items()}


def test_an_override_replaces_what_anybody_asks_for_and_keeps_its_edges(
    http: HttpIndex, tmp_path: Path, capfd: Capture
) -> None:
    folder = project(tmp_path / "shop", configured("till", "coin>=2", more='overrides = ["coin<2", "Ink==3.0"]\n'))
    assert uplock(capfd, "lock", folder).code == 0
    assert versions(folder) == {"coin": "1.0", "ink": "3.0", "paper": "1.0", "till": "1.0"}
    assert [each["name"] for each in lock_of(folder)["till"]["dependencies"]] == ["coin", "ink"]
    assert uplock(capfd, "lock", folder, "--check").code == 0


def test_an_exclusion_leaves_a_package_out_with_all_that_only_it_needs(
    http: HttpIndex, tmp_path: Path, capfd: Capture
) -> None:
    folder = project(tmp_path / "shop", configured("till", more='excludes = ["Coin"]\n'))
    assert uplock(capfd, "lock", folder).code == 0
    assert versions(folder) == {"ink": "2.0", "till": "1.0"}
    assert uplock(capfd, "lock", folder, "--check").code == 0
    assert not [path for path in http.paths() if "/coin/" in path]


def test_another_override_is_another_question(http: HttpIndex, tmp_path: Path, capfd: Capture) -> None:
    folder = project(tmp_path / "shop", configured("till"))
    assert uplock(capfd, "lock", folder).code == 0
    project(folder, configured("till", more='overrides = ["ink==3.0"]\n'))
    assert uplock(capfd, "lock", folder, "--check").code == 1
    assert uplock(capfd, "lock", folder, "--json").json["resolved"] is True
    assert versions(folder)["ink"] == "3.0"


def test_the_index_s_metadata_are_not_changed_by_overrides_and_a_run_accepts_them(
    http: HttpIndex, tmp_path: Path, capfd: Capture
) -> None:
    folder = project(tmp_path / "shop", configured("till", more='overrides = ["coin<2"]\nexcludes = ["ink"]\n'))
    answer = uplock(capfd, "run", folder, "--json")
    assert answer.code == 0, answer.err
    assert versions(folder) == {"coin": "1.0", "paper": "1.0", "till": "1.0"}


def by_url(http: HttpIndex, filename: str, sha256: str | None = None) -> str:
    body = http.index.body(filename)
    assert body is not None
    return f"{filename.partition('-')[0]} @ {http.reference(filename)}#sha256={sha256 or sha256_of(body)}"


def test_a_requirement_by_url_and_hash_is_locked_as_an_archive(http: HttpIndex, tmp_path: Path, capfd: Capture) -> None:
    folder = project(tmp_path / "shop", configured("ink", by_url(http, COIN)))
    answer = uplock(capfd, "lock", folder)
    assert answer.code == 0, answer.err
    coin = lock_of(folder)["coin"]
    assert coin["version"] == "1.0"
    assert "index" not in coin
    assert "wheels" not in coin
    assert coin["archive"]["url"] == http.reference(COIN)
    assert coin["archive"]["hashes"] == {"sha256": http.reference(COIN).split("/")[-2]}
    text = (folder / f"locks/requirements.{TARGET}.txt").read_text()
    assert f"coin @ {http.reference(COIN)} \\\n    --hash=sha256:" in text
    assert "paper" in versions(folder)
    assert not [path for path in http.paths() if path == "/simple/coin/"]
    assert uplock(capfd, "lock", folder, "--check").code == 0
    assert uplock(capfd, "lock", folder, "--check=resolve").code == 0
    assert uplock(capfd, "lock", folder, "--check=index").code == 0
    assert uplock(capfd, "run", folder).code == 0


def test_a_requirement_by_url_holds_for_whoever_asks_for_the_name(
    http: HttpIndex, tmp_path: Path, capfd: Capture
) -> None:
    folder = project(tmp_path / "shop", configured("till", by_url(http, "coin-2.0-py3-none-any.whl")))
    assert uplock(capfd, "lock", folder).code == 0
    assert lock_of(folder)["coin"]["archive"]["url"].endswith("coin-2.0-py3-none-any.whl")
    conflicting = project(tmp_path / "other", configured("till", by_url(http, COIN)))
    answer = uplock(capfd, "lock", conflicting)
    assert answer.code == 3
    assert "coin" in answer.err


def test_an_sdist_by_url_is_locked_where_sdists_are_allowed(http: HttpIndex, tmp_path: Path, capfd: Capture) -> None:
    http.index.publish(*build_sdist("raw", "1.0", metadata_version="2.2", requires_dist=("paper",)))
    folder = project(tmp_path / "shop", configured(by_url(http, "raw-1.0.tar.gz")))
    answer = uplock(capfd, "lock", folder)
    assert answer.code == 1, answer.err
    project(folder, configured(by_url(http, "raw-1.0.tar.gz"), more='allow-sdist = ["raw"]\n'))
    assert uplock(capfd, "lock", folder).code == 0
    assert versions(folder) == {"paper": "1.0", "raw": "1.0"}
    assert "archive" in lock_of(folder)["raw"]
    assert uplock(capfd, "lock", folder, "--check=resolve").code == 0


@pytest.mark.parametrize("command", ["lock", "run"])
def test_a_wrong_hash_of_a_url_is_an_integrity_error_and_nothing_is_written(
    http: HttpIndex, tmp_path: Path, capfd: Capture, command: str
) -> None:
    folder = project(tmp_path / "shop", configured("ink", by_url(http, COIN, "ab" * 32)))
    before = snapshot(folder)
    answer = uplock(capfd, command, folder)
    assert answer.code == 4, answer.out
    assert COIN in answer.err
    assert snapshot(folder) == before


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("coin @ https://index.example/coin-1.0-py3-none-any.whl", "add #sha256=DIGEST"),
        ("coin @ git+https://index.example/coin@main", "from version control"),
        ("coin @ file:///srv/coin-1.0-py3-none-any.whl#sha256=" + "ab" * 32, "is a local path"),
        ("coin @ https://me:secret@index.example/coin-1.0-py3-none-any.whl#sha256=" + "ab" * 32, "credentials"),
        ("coin @ https://index.example/till-1.0-py3-none-any.whl#sha256=" + "ab" * 32, "another project's file"),
    ],
)
def test_what_no_hash_can_pin_is_refused_with_its_place(tmp_path: Path, capfd: Capture, line: str, words: str) -> None:
    folder = project(tmp_path / "shop", configured("ink", line))
    answer = uplock(capfd, "lock", folder)
    assert answer.code == 2
    assert "project.dependencies[1]" in answer.err
    assert words in " ".join(answer.err.split())
    assert "secret" not in answer.err


@pytest.mark.parametrize(
    "line", ["-e .", "-e git+https://index.example/coin", "./coin", "../coin-1.0-py3-none-any.whl"]
)
def test_editable_and_local_requirements_are_refused_with_their_line(tmp_path: Path, capfd: Capture, line: str) -> None:
    folder = tmp_path / "plain"
    folder.mkdir()
    (folder / "requirements.in").write_text(f"ink\n{line}\n")
    answer = uplock(capfd, "lock", folder)
    assert answer.code == 2
    assert "requirements.in:2" in answer.err


@pytest.mark.parametrize("as_html", [False, True], ids=["JSON", "HTML"])
def test_a_file_without_a_listed_digest_is_downloaded_hashed_and_said_so(
    http: HttpIndex, tmp_path: Path, capfd: Capture, as_html: bool
) -> None:
    http.index.hashes, http.as_html = False, as_html
    folder = project(tmp_path / "shop", configured("till"))
    answer = uplock(capfd, "lock", folder, "--json")
    assert answer.code == 0, answer.err
    found = {finding["subject"]: finding for finding in answer.json["findings"]}
    assert {finding["rule"] for finding in found.values()} == {"LK001"}
    assert set(found) == {f"{name}-{version}-py3-none-any.whl" for name, version in versions(folder).items()}
    for package in lock_of(folder).values():
        (wheel,) = package["wheels"]
        body = http.index.body(wheel["name"])
        assert body is not None
        assert wheel["hashes"] == {"sha256": sha256_of(body)}
        assert package["tool"]["uplock"]["hashed-here"] is True
    for depth in ("offline", "resolve", "index"):
        assert uplock(capfd, "lock", folder, f"--check={depth}").code == 0, depth
    assert uplock(capfd, "run", folder).code == 0
    told = uplock(capfd, "lock", folder, "--explain", "paper", "--json").json[0]
    assert [each["requirement"] for each in told["required_by"]] == ["paper"]


def test_an_sdist_without_a_listed_digest_is_refused(http: HttpIndex, tmp_path: Path, capfd: Capture) -> None:
    http.index.hashes = False
    http.index.publish(*build_sdist("raw", "1.0"), upload_time=UPLOADED)
    folder = project(tmp_path / "shop", configured("raw", more="allow-sdist = true\n"))
    answer = uplock(capfd, "lock", folder)
    assert answer.code == 3
    assert "names no SHA-256" in answer.err


def test_an_index_with_digests_can_be_required(http: HttpIndex, tmp_path: Path, capfd: Capture) -> None:
    http.index.hashes = False
    more = '[tool.uplock.policy]\nseverities = { LK001 = "error" }\n'
    answer = uplock(capfd, "lock", project(tmp_path / "shop", configured("ink", more=more)))
    assert answer.code == 1
    assert "error LK001" in answer.out
