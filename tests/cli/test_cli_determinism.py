"""The bytes of locks depend on what is asked and on what the index has, and on nothing else."""

import json
import os
import platform
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from uv import find_uv_bin

from support.hosts import NOBODY, Host, hosts, make_hostile
from support.http_index import HttpIndex
from support.index_simulator import IndexSimulator
from support.shop import UPLOADED, estate, native_wheel, project
from support.wheels import build_wheel

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

HERE = platform.python_version()
"""pip-tools can be asked for the interpreter of the test run without anything else."""
MINOR = HERE.rpartition(".")[0]
TARGETS = ("3.9.18", HERE, "3.12.1" if MINOR == "3.13" else "3.13.0")

PYPROJECT = f"""\
[project]
name = "shop"
version = "1.0"
dependencies = ["till[receipts]", "crypt", "Kasse.Zaehler; python_version >= '3.10'"]

[tool.uplock]
targets = {json.dumps(TARGETS)}
exclude-newer = "2026-03-01T00:00:00Z"
"""


@dataclass(frozen=True)
class Shop:
    """Two indexes, the second of which nobody may ask, and the locks that everybody must get."""

    index: HttpIndex
    hostile: HttpIndex
    folder: Path
    locks: Mapping[str, bytes]


def locked(host: Host, home: Path, folder: Path, index: HttpIndex, *options: str) -> dict[str, bytes]:
    """Lock a project and return the bytes of its locks."""
    done = host.run(home, "-m", "uplock", "lock", folder, "--index-url", index.url, "--quiet", *options)
    assert done.returncode == 0, done.stderr
    return {path.name: path.read_bytes() for path in sorted((folder / "locks").iterdir())}


def stocked() -> IndexSimulator:
    """Return an index with extras, markers, and more than one version of most."""
    index = estate()
    minor = MINOR.replace(".", "")
    if minor not in {"39", "312", "313"}:
        index.publish(*native_wheel("2.0", f"cp{minor}-cp{minor}-manylinux_2_17_x86_64"), upload_time=UPLOADED)
    receipts = ("paper>=1; extra == 'receipts'", "coin>=1", "ink; python_version < '3.10'")
    for wheel in (
        build_wheel("till", "2.1", requires_dist=receipts, extra_metadata={"Provides-Extra": "receipts"}),
        build_wheel("kasse_zaehler", "1.0", requires_dist=("paper", "ink")),
        build_wheel("paper", "1.0"),
        build_wheel("paper", "1.1"),
        build_wheel("ink", "0.9"),
    ):
        index.publish(*wheel, upload_time=UPLOADED)
    return index


def poisoned() -> IndexSimulator:
    """Return an index whose versions win wherever it is asked."""
    index = IndexSimulator(provenance_offered=False)
    for name in ("till", "coin", "paper", "ink", "kasse_zaehler", "crypt"):
        index.publish(*build_wheel(name, "99.0"), upload_time=UPLOADED)
    return index


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    folder = tmp_path_factory.mktemp("reference")
    with HttpIndex(stocked()) as index, HttpIndex(poisoned()) as hostile:
        locks = locked(Host(), folder / "home", project(folder / "shop", PYPROJECT), index)
        yield Shop(index=index, hostile=hostile, folder=folder, locks=locks)


def test_the_reference_has_a_lock_of_its_own_for_each_interpreter(shop: Shop) -> None:
    names = [f"py{version.rpartition('.')[0].replace('.', '')}-linux-x86_64" for version in TARGETS]
    assert set(shop.locks) == {
        "lockset.json",
        *(f"pylock.{name}.toml" for name in names),
        *(f"requirements.{name}.txt" for name in names),
    }
    assert len(set(shop.locks.values())) == len(shop.locks)
    assert b"till==2.1" in shop.locks[f"requirements.{names[0]}.txt"]
    assert b"kasse-zaehler==1.0" not in shop.locks[f"requirements.{names[0]}.txt"]
    assert b"kasse-zaehler==1.0" in shop.locks[f"requirements.{names[1]}.txt"]


@pytest.mark.parametrize(
    "host",
    [
        pytest.param(Host(umask=0o077), id="umask 077"),
        pytest.param(Host(environment={"PYTHONHASHSEED": "0", "LC_ALL": "C", "TZ": "Asia/Kathmandu"}), id="C"),
        pytest.param(
            Host(environment={"PYTHONHASHSEED": "7", "LC_ALL": "C.UTF-8", "TZ": "Pacific/Apia"}), id="C.UTF-8"
        ),
        pytest.param(
            Host(environment={"PYTHONHASHSEED": "4294967295", "LC_ALL": "de_DE.UTF-8", "LANG": "tr_TR.UTF-8"}),
            id="de_DE",
        ),
        pytest.param(Host(environment={"PYTHONOPTIMIZE": "2", "COLUMNS": "20", "FORCE_COLOR": "1"}), id="optimized"),
    ],
)
def test_another_directory_umask_locale_time_zone_or_hash_seed_changes_no_byte(
    shop: Shop, tmp_path: Path, host: Host
) -> None:
    elsewhere = project(tmp_path / "ein anderer Ordner" / "läden", PYPROJECT)
    assert locked(host, tmp_path / "home", elsewhere, shop.index) == shop.locks


def test_another_user_gets_the_same_bytes(shop: Shop, tmp_path_factory: pytest.TempPathFactory) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can be another user")
    folder = tmp_path_factory.mktemp("other-user")
    for path in (folder, *folder.parents[: len(folder.relative_to(tempfile.gettempdir()).parts) - 1]):
        path.chmod(0o755)
    home = folder / "home"
    home.mkdir()
    shop_of_nobody = project(folder / "shop", PYPROJECT)
    for path in (home, shop_of_nobody):
        os.chown(path, NOBODY, NOBODY)
    candidates = (replace(host, user=NOBODY, umask=0o027) for host in hosts())
    host = next((each for each in candidates if each.can_run_uplock(home)), None)
    if host is None:
        pytest.skip("another user can run no interpreter that uplock works in")
    assert locked(host, home, shop_of_nobody, shop.index) == shop.locks
    assert {path.stat().st_uid for path in (shop_of_nobody / "locks").iterdir()} == {NOBODY}


def test_another_patch_of_the_running_interpreter_gives_the_same_bytes(shop: Shop, tmp_path: Path) -> None:
    usable = [host for host in hosts()[1:] if host.can_run_uplock(tmp_path / "home")]
    if not usable:
        pytest.skip("no other interpreter of this minor is here")
    for host in usable:
        assert locked(host, tmp_path / "home", project(tmp_path / "shop", PYPROJECT), shop.index) == shop.locks


def test_a_warm_cache_and_parallel_resolving_change_no_byte(shop: Shop, tmp_path: Path) -> None:
    for number, options in enumerate((("--jobs", "4"), ("--jobs", "4"), ("--jobs", "1"))):
        folder = project(tmp_path / f"shop{number}", PYPROJECT)
        assert locked(Host(), tmp_path / "home", folder, shop.index, *options) == shop.locks


def test_resolving_anew_over_the_same_files_changes_no_byte(shop: Shop, tmp_path: Path) -> None:
    folder = project(tmp_path / "shop", PYPROJECT)
    for options in ((), (), ("--fresh",), ("--fresh", "--jobs", "4")):
        assert locked(Host(), tmp_path / "home", folder, shop.index, *options) == shop.locks


def test_hostile_configuration_of_pip_and_uv_changes_no_byte_and_its_index_is_not_asked(
    shop: Shop, tmp_path: Path
) -> None:
    folder = project(tmp_path / "shop", PYPROJECT)
    environment = make_hostile(tmp_path / "home", folder, shop.hostile.url)
    assert locked(Host(environment=environment), tmp_path / "home", folder, shop.index, "--jobs", "2") == shop.locks
    assert shop.hostile.requests == []


def test_the_second_resolver_is_as_deaf_to_hostile_configuration(shop: Shop, tmp_path: Path) -> None:
    text = PYPROJECT.replace(json.dumps(TARGETS), json.dumps([HERE])).replace(
        "[tool.uplock]", '[tool.uplock]\nresolver = "pip-tools"'
    )
    calm, beset = project(tmp_path / "calm", text), project(tmp_path / "beset", text)
    environment = make_hostile(tmp_path / "home", beset, shop.hostile.url)
    expected = locked(Host(), tmp_path / "calm home", calm, shop.index, "--cross-check")
    assert locked(Host(environment=environment), tmp_path / "home", beset, shop.index, "--cross-check") == expected
    assert b'"outcome":"agrees"' in expected["lockset.json"].replace(b" ", b"")
    assert shop.hostile.requests == []


def test_the_hostile_configuration_would_change_what_uv_and_pip_say(shop: Shop, tmp_path: Path) -> None:
    """Else the tests above would show nothing."""
    folder = project(tmp_path / "shop", PYPROJECT)
    environment = make_hostile(tmp_path / "home", folder, shop.hostile.url)
    compile_it = ("pip", "compile", folder / "pyproject.toml", "--project", folder, "--python", sys.executable)
    done = Host(python=Path(find_uv_bin())).run(tmp_path / "home", *compile_it)
    assert done.returncode == 1
    assert "v99.0" in done.stderr
    assert "2020-01-01" in done.stderr
    shop.hostile.requests.clear()
    asked = Host(environment={**environment, "PIP_REQUIRE_HASHES": "0", "PIP_RETRIES": "0"}).run(
        tmp_path / "home", "-m", "pip", "download", "coin", "--dest", tmp_path / "files"
    )
    assert "coin<1" in asked.stdout
    assert shop.hostile.paths("/simple/coin") != []
    shop.hostile.requests.clear()
