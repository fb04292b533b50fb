"""``uplock vault index``: kept generations as a static index that pip, uv and uplock itself install from."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from support.attested_shop import attested_estate, root_file
from support.committed_schema import valid
from support.http_index import HttpIndex
from support.index_simulator import IndexSimulator
from support.shop import AS_OF, PYPROJECT, project, uplock
from uplock.model.digest import sha256_of
from uplock.resolve.uv import find_uv

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

Capture = pytest.CaptureFixture[str]
JSON = "application/vnd.pypi.simple.v1+json"


@pytest.fixture
def index() -> IndexSimulator:
    """The estate, every wheel of it attested."""
    return attested_estate()


@pytest.fixture
def shop(http: HttpIndex, tmp_path: Path, capfd: Capture) -> Path:
    """A project whose only generation is kept."""
    assert http.url
    folder = project(tmp_path / "shop")
    root = root_file(tmp_path)
    assert uplock(capfd, "run", folder, "--as-of", AS_OF, "--trusted-root", root).code == 0
    assert uplock(capfd, "vault", "add", "--project", folder).code == 0
    return folder


class _Html(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
        """Stay silent."""


class _Json(_Html):
    """As docs/vault.md says how to configure a server."""

    extensions_map = {".json": JSON}  # noqa: RUF012 - the base class declares it so

    def do_GET(self) -> None:
        if self.path.endswith("/") and JSON in self.headers.get("Accept", ""):
            self.path += "index.json"
        super().do_GET()


@pytest.fixture
def handler() -> type[SimpleHTTPRequestHandler]:
    """What serves the folder: as any web server does."""
    return _Html


@pytest.fixture
def served(handler: type[SimpleHTTPRequestHandler], tmp_path: Path) -> Iterator[str]:
    """The folder ``index``, served."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(handler, directory=str(tmp_path / "index"))) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def written(shop: Path, capfd: Capture) -> Path:
    place = shop.parent / "index"
    assert uplock(capfd, "vault", "index", place, "--project", shop).code == 0
    return place


def tree(place: Path) -> dict[str, bytes]:
    return {str(path.relative_to(place)): path.read_bytes() for path in place.rglob("*") if path.is_file()}


PLATFORM = ("--only-binary", ":all:", "--python-version", "3.12", "--platform", "manylinux_2_17_x86_64")


def installed(program: str, address: str, shop: Path, into: Path) -> set[str]:
    """Install the lock of 3.12 from an index, by its requirements file with hashes; return the names of what came."""
    requirements = shop / "locks/requirements.py312-linux-x86_64.txt"
    command: list[str | Path]
    if program == "pip":
        command = [sys.executable, "-I", "-m", "pip", "--isolated", "--disable-pip-version-check", "--no-cache-dir"]
        command += ["install", "--no-deps", "--require-hashes", "--target", into, "--index-url", f"{address}/simple"]
        command += [*PLATFORM, "-r", requirements]
    else:
        command = [find_uv(), "--no-config", "--no-cache", "pip", "install", "--no-deps", "--require-hashes"]
        command += ["--target", into, "--default-index", f"{address}/simple", "--python", sys.executable]
        command += ["--python-version", "3.12", "--python-platform", "x86_64-manylinux_2_17", "-r", requirements]
    environment = {"PATH": os.environ["PATH"], "HOME": str(into.parent)}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment, timeout=120)
    assert done.returncode == 0, done.stderr
    return {path.name for path in into.glob("*.dist-info")}


WANTED = {"till-2.0.dist-info", "coin-1.1.dist-info", "crypt-2.0.dist-info"}


@pytest.mark.parametrize("program", ["pip", "uv"])
def test_installers_install_from_files(program: str, shop: Path, tmp_path: Path, capfd: Capture) -> None:
    place = written(shop, capfd)
    assert installed(program, place.as_uri(), shop, tmp_path / "env") == WANTED


@pytest.mark.parametrize("program", ["pip", "uv"])
def test_installers_install_from_any_web_server(
    program: str, shop: Path, served: str, tmp_path: Path, capfd: Capture
) -> None:
    written(shop, capfd)
    assert installed(program, served, shop, tmp_path / "env") == WANTED


@pytest.mark.parametrize("handler", [_Html, _Json])
def test_uplock_locks_and_verifies_from_it(
    handler: type[SimpleHTTPRequestHandler],
    shop: Path,
    served: str,
    tmp_path: Path,
    capfd: Capture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    written(shop, capfd)
    monkeypatch.setenv("UPLOCK_CACHE", str(tmp_path / "another cache"))
    again = project(tmp_path / "again")
    root = tmp_path / "trusted_root.json"
    address = ("--index-url", f"{served}/simple")
    answer = uplock(capfd, "run", again, "--as-of", AS_OF, "--trusted-root", root, *address, "--json")
    assert answer.code == 0, answer.err
    for target in answer.json["targets"]:
        assert target["attestations"]["verified"] == target["packages"] == 3
    before = uplock(capfd, "show", "--project", shop, "--json").json
    after = uplock(capfd, "show", "--project", again, "--json").json
    pins = [[(each["sha256"], each["provenance"]) for each in target["packages"]] for target in before["targets"]]
    assert [
        [(each["sha256"], each["provenance"]) for each in target["packages"]] for target in after["targets"]
    ] == pins
    lock = (again / "locks/pylock.py312-linux-x86_64.toml").read_text()
    assert ("upload-time" in lock) == (handler is _Json)


def test_the_answer_lists_every_file_and_fits_its_schema(shop: Path, tmp_path: Path, capfd: Capture) -> None:
    place = tmp_path / "index"
    answer = uplock(capfd, "vault", "index", place, "--project", shop, "--json")
    assert answer.code == 0
    valid(answer.json, "vault-index")
    valid(json.loads((place / "uplock-index.json").read_text()), "static-index")
    assert answer.json["projects"] == 3
    for each in answer.json["files"]:
        assert sha256_of((place / each["path"]).read_bytes()) == each["sha256"]
        assert sha256_of((place / f"{each['path']}.metadata").read_bytes()) == each["metadata"]
        assert sha256_of((place / f"{each['path']}.provenance").read_bytes()) == each["provenance"]
    assert answer.json["written"] == len(tree(place)) - 1  # the empty file that concurrent calls hold
    assert answer.json["removed"] == 0


def test_the_text_names_the_files_and_says_when_nothing_changed(shop: Path, tmp_path: Path, capfd: Capture) -> None:
    place = tmp_path / "index"
    head = uplock(capfd, "history", shop, "--json").json[0]["id"]
    first = uplock(capfd, "vault", "index", place, "--project", shop)
    lines = first.out.splitlines()
    assert lines[:2] == [f"uplock vault index · {place}", f"generation {head}"]
    assert lines[2].startswith("  coin-1.1-py3-none-any.whl  sha256 ")
    assert lines[-1].endswith("5 provenance documents; 24 written, 0 removed")
    before = tree(place)
    again = uplock(capfd, "vault", "index", place, "head", head[:8], "--project", shop)
    assert again.out.splitlines()[-1].endswith("5 provenance documents; unchanged")
    assert tree(place) == before


def test_two_directories_are_equal_byte_for_byte(shop: Path, tmp_path: Path, capfd: Capture) -> None:
    one = written(shop, capfd)
    old = os.umask(0o077)
    try:
        assert uplock(capfd, "vault", "index", tmp_path / "deep/other", "--project", shop).code == 0
    finally:
        os.umask(old)
    assert tree(tmp_path / "deep/other") == tree(one)


def test_artifacts_are_copies_so_that_the_archive_keeps_files_of_its_own(shop: Path, capfd: Capture) -> None:
    place = written(shop, capfd)
    for path in place.rglob("*"):
        assert path.is_dir() or path.stat().st_nlink == 1
        assert path.is_dir() or path.stat().st_mode & 0o777 == 0o644 or path.name.endswith(".lock")


def test_what_is_no_longer_named_goes_away_and_other_files_stay(
    shop: Path, index: IndexSimulator, tmp_path: Path, capfd: Capture
) -> None:
    place = written(shop, capfd)
    (place / "robots.txt").write_text("mine")
    first = uplock(capfd, "history", shop, "--json").json[0]["id"]
    project(shop, PYPROJECT.replace('"till", "crypt"', '"till"'))
    root = tmp_path / "trusted_root.json"
    assert uplock(capfd, "run", shop, "--as-of", AS_OF, "--trusted-root", root).code == 0
    assert index.filenames()
    assert uplock(capfd, "vault", "add", "--project", shop).code == 0
    both = uplock(capfd, "vault", "index", place, "--project", shop, "--json").json
    assert (len(both["generations"]), both["written"], both["removed"]) == (2, 0, 0)
    newest = uplock(capfd, "vault", "index", place, "head", "--project", shop, "--json").json
    assert newest["removed"] == 2 * 3 + 2
    assert not (place / "simple/crypt").exists()
    assert not [path for path in tree(place) if "crypt" in path]
    assert (place / "robots.txt").read_text() == "mine"
    back = uplock(capfd, "vault", "index", place, first, "--project", shop, "--json").json
    assert back["written"] == 2 * 3 + 4
    assert (place / "simple/crypt/index.html").is_file()


def test_only_kept_generations_are_written(http: HttpIndex, tmp_path: Path, capfd: Capture) -> None:
    assert http.url
    folder = project(tmp_path / "shop")
    assert uplock(capfd, "vault", "index", tmp_path / "index", "--project", folder).code == 3
    uplock(capfd, "run", folder, "--as-of", AS_OF, "--trusted-root", root_file(tmp_path))
    nothing = uplock(capfd, "vault", "index", tmp_path / "index", "--project", folder)
    assert nothing.code == 3
    assert "no generation is kept here" in nothing.err
    named = uplock(capfd, "vault", "index", tmp_path / "index", "head", "--project", folder)
    assert named.code == 3
    assert "is not kept" in named.err
    assert "Run uplock vault add" in named.err
    assert not (tmp_path / "index").exists()


@pytest.mark.parametrize("link", [False, True])
def test_a_directory_inside_the_archive_is_refused(shop: Path, tmp_path: Path, capfd: Capture, link: bool) -> None:
    archive = shop / ".uplock"
    if link:
        (tmp_path / "link").symlink_to(archive)
    before = sorted(archive.rglob("*"))
    place = (tmp_path / "link" if link else archive) / "index"
    answer = uplock(capfd, "vault", "index", place, "--project", shop)
    assert answer.code == 2
    assert "is inside the archive" in answer.err
    assert sorted(archive.rglob("*")) == before


def test_changed_bytes_are_never_written(shop: Path, tmp_path: Path, capfd: Capture) -> None:
    files = uplock(capfd, "vault", "add", "--project", shop, "--json").json["files"]
    digest = files[-1]["sha256"]
    blob = shop / ".uplock/blobs/sha256" / digest[:2] / digest
    blob.chmod(0o644)
    blob.write_bytes(blob.read_bytes()[:-1] + b"x")
    answer = uplock(capfd, "vault", "index", tmp_path / "index", "--project", shop)
    assert answer.code == 4
    assert digest in answer.err
    assert not (tmp_path / "index/simple").exists()
    assert not list((tmp_path / "index").rglob(files[-1]["filename"]))
    assert not list((tmp_path / "index").rglob("*.tmp"))


def test_an_update_that_fails_leaves_the_index_that_was_there(shop: Path, tmp_path: Path, capfd: Capture) -> None:
    place = written(shop, capfd)
    project(shop, PYPROJECT.replace("2026-03-01", "2026-07-01"))
    root = tmp_path / "trusted_root.json"
    assert uplock(capfd, "run", shop, "--upgrade", "--as-of", AS_OF, "--trusted-root", root).code == 0
    files = uplock(capfd, "vault", "add", "--project", shop, "--json").json["files"]
    before = tree(place)
    new = next(each for each in files if each["filename"].startswith("coin-9.9"))
    blob = shop / ".uplock/blobs/sha256" / new["sha256"][:2] / new["sha256"]
    blob.chmod(0o644)
    blob.write_bytes(b"")
    assert uplock(capfd, "vault", "index", place, "head", "--project", shop).code == 4
    assert tree(place) == before
    blob.unlink()
    gone = uplock(capfd, "vault", "index", place, "head", "--project", shop)
    assert gone.code == 3
    assert "coin-9.9" in gone.err
    assert tree(place) == before


def test_a_wheel_that_lies_in_the_index_already_is_hashed_again(shop: Path, capfd: Capture) -> None:
    place = written(shop, capfd)
    before = tree(place)
    wheel = next(path for path in before if path.endswith("till-2.0-py3-none-any.whl"))
    (place / wheel).write_bytes(b"other")
    answer = uplock(capfd, "vault", "index", place, "--project", shop, "--json")
    assert answer.json["written"] == 1
    assert tree(place) == before
