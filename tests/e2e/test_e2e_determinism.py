"""Locks of real dependencies have the same bytes whoever makes them, wherever and with whatever else around."""

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from uv import find_uv_bin

from support.hosts import NOBODY, SOURCES, Host, hosts, make_hostile
from support.http_index import HttpIndex
from support.index_simulator import IndexSimulator
from support.other_tools import Place, installed
from support.real_locks import copied, libraries
from support.shop import UPLOADED
from support.wheels import build_wheel

pytestmark = [pytest.mark.network, pytest.mark.enable_socket]

OWN_LOCKS = Path(__file__).resolve().parents[2] / "locks"
CUT_OFF = "2025-10-01T00:00:00Z"
OTHER_MINOR = "3.13" if sys.version_info[:2] != (3, 13) else "3.11"
ROAD = {name: value for name, value in os.environ.items() if name.upper().endswith("_PROXY")}
"""How this machine reaches an index."""


@dataclass(frozen=True)
class Reference:
    """A project, the index that its locks are of, and their bytes."""

    project: Path
    index: str
    locks: Mapping[str, bytes]


def locked(host: Host, home: Path, project: Path, *options: str) -> Mapping[str, bytes]:
    """Lock a project and return the bytes of its locks."""
    done = host.run(home, "-m", "uplock", "lock", project, "--quiet", "--json", *options)
    assert done.returncode == 0, done.stdout + done.stderr
    return {path.name: path.read_bytes() for path in sorted((project / "locks").iterdir())}


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Reference:
    """Locks that were made with an empty cache, one interpreter after the other."""
    folder = tmp_path_factory.mktemp("reference")
    project = libraries(folder / "libraries", CUT_OFF)
    locks = locked(Host(environment=ROAD), folder / "home", project)
    answer = Host(environment=ROAD).run(folder / "home", "-m", "uplock", "lock", project, "--quiet", "--json")
    return Reference(project=project, index=json.loads(answer.stdout)["index"], locks=locks)


def test_another_minor_of_python_gives_the_same_bytes(reference: Reference, tmp_path: Path) -> None:
    """It runs what uplock's own lock for it pins, with an empty cache, and everything else differs too."""
    if OTHER_MINOR not in installed():
        pytest.skip(f"CPython {OTHER_MINOR} is not installed here")
    place = Place(tmp_path)
    python = place.environment_of(installed()[OTHER_MINOR][1], "venv")
    lock = OWN_LOCKS / f"requirements.py{OTHER_MINOR.replace('.', '')}-linux-x86_64.txt"
    install = ("install", "--quiet", "--require-hashes", "--no-deps", "--no-build")
    place.output(find_uv_bin(), "pip", *install, "--python", python, "-r", lock)
    circumstances = {"LC_ALL": "C", "PYTHONHASHSEED": "11", "TZ": "Asia/Kathmandu", **ROAD}
    host = Host(python=python, path=str(SOURCES), environment=circumstances, umask=0o077)
    assert host.can_run_uplock(tmp_path / "home")
    project = copied(reference.project, tmp_path / "ein anderer Ordner" / "läden")
    assert locked(host, tmp_path / "home", project, "--jobs", "4") == reference.locks


def test_another_user_gets_the_same_bytes(reference: Reference, tmp_path_factory: pytest.TempPathFactory) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can be another user")
    folder = tmp_path_factory.mktemp("other-user")
    for path in (folder, *folder.parents[:2]):
        path.chmod(0o755)
    home, project = folder / "home", copied(reference.project, folder / "project")
    home.mkdir()
    for path in (home, project):
        os.chown(path, NOBODY, NOBODY)
    candidates = (replace(host, user=NOBODY, environment=ROAD) for host in hosts())
    host = next((each for each in candidates if each.can_run_uplock(home)), None)
    if host is None:
        pytest.skip("another user can run no interpreter that uplock works in")
    assert locked(host, home, project) == reference.locks


def test_a_warm_cache_parallel_resolving_and_resolving_anew_change_no_byte(
    reference: Reference, tmp_path: Path
) -> None:
    for number, options in enumerate((("--jobs", "4"), ("--jobs", "1"))):
        project = copied(reference.project, tmp_path / str(number))
        host = Host(environment={"PYTHONHASHSEED": str(number), "LC_ALL": "C.UTF-8", **ROAD})
        assert locked(host, tmp_path / "home", project, *options) == reference.locks
        assert locked(host, tmp_path / "home", project, *options, "--fresh") == reference.locks


def test_hostile_configuration_changes_no_byte_and_its_index_is_not_asked(reference: Reference, tmp_path: Path) -> None:
    index = IndexSimulator(provenance_offered=False)
    for name in ("coin", "fastapi", "pandas", "pydantic"):
        index.publish(*build_wheel(name, "999.0"), upload_time=UPLOADED)
    project = copied(reference.project, tmp_path / "project")
    with HttpIndex(index) as hostile:
        environment = make_hostile(tmp_path / "home", project, hostile.url)
        host = Host(environment={**environment, **ROAD})
        assert locked(host, tmp_path / "home", project, "--index-url", reference.index) == reference.locks
        assert hostile.requests == []
