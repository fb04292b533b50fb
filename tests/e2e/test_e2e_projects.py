"""The fixture projects against the real index: what the README promises, run as a user would."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from support.interpreters import find_python

pytestmark = [pytest.mark.network, pytest.mark.enable_socket]

PROJECTS = Path(__file__).resolve().parents[2] / "fixtures" / "projects"
ATTESTATIONS = PROJECTS.parent / "attestations"
INSTALLED = {"py39": "3.9", "py312": "3.12", "py313": "3.13"}


def copied(name: str, folder: Path) -> Path:
    ignored = shutil.ignore_patterns("locks", "sboms", "verdicts", ".uplock")
    return Path(shutil.copytree(PROJECTS / name, folder / name, ignore=ignored))


def run(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "uplock", *(str(argument) for argument in arguments)],
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
        check=False,
    )


@pytest.fixture(scope="module")
def webshop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The webshop after one run with an empty cache."""
    folder = tmp_path_factory.mktemp("webshop")
    project = copied("webshop", folder)
    done = run("run", project, "--as-of", "2026-11-22", "--json", UPLOCK_CACHE=str(folder / "cache"))
    (folder / "run.json").write_text(done.stdout)
    (folder / "code").write_text(str(done.returncode))
    return project


def test_the_webshop_has_the_expected_exit_code_and_findings(webshop: Path) -> None:
    expected = json.loads((webshop / "expected.json").read_text())
    result = json.loads((webshop.parent / "run.json").read_text())
    rules = {target["target"]: sorted({each["rule"] for each in target["findings"]}) for target in result["targets"]}
    assert rules == expected["rules"]
    assert int((webshop.parent / "code").read_text()) == expected["exit_code"]


@pytest.mark.parametrize("target", sorted(INSTALLED))
def test_pip_accepts_the_locks_under_the_real_interpreter(webshop: Path, target: str, tmp_path: Path) -> None:
    python = find_python(INSTALLED[target])
    if python is None:
        pytest.skip(f"CPython {INSTALLED[target]} is not installed here")
    subprocess.run([python, "-m", "venv", tmp_path / "venv"], check=True)
    command = [
        "-m",
        "pip",
        "install",
        "--quiet",
        "--require-hashes",
        "--no-deps",
        "--only-binary",
        ":all:",
        "--dry-run",
    ]
    lock = webshop / "locks" / f"requirements.{target}-linux-x86_64.txt"
    done = subprocess.run(
        [tmp_path / "venv/bin/python", *command, "-r", lock], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("target", sorted(INSTALLED))
def test_uv_accepts_the_locks(webshop: Path, target: str, tmp_path: Path) -> None:
    from uv import find_uv_bin

    python = find_python(INSTALLED[target])
    if python is None:
        pytest.skip(f"CPython {INSTALLED[target]} is not installed here")
    subprocess.run([python, "-m", "venv", tmp_path / "venv"], check=True)
    lock = webshop / "locks" / f"pylock.{target}-linux-x86_64.toml"
    command: list[str | Path] = [
        find_uv_bin(),
        "pip",
        "sync",
        "--dry-run",
        "--python",
        tmp_path / "venv/bin/python",
        lock,
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_two_places_with_other_umask_locale_time_zone_and_hash_seed_give_the_same_bytes(
    webshop: Path, tmp_path: Path
) -> None:
    other = copied("webshop", tmp_path / "elsewhere")
    os.umask(0o077)
    done = run(
        "run",
        other,
        "--as-of",
        "2026-11-22",
        UPLOCK_CACHE=str(tmp_path / "cache"),
        LC_ALL="C",
        TZ="Asia/Kathmandu",
        PYTHONHASHSEED="7",
    )
    os.umask(0o022)
    assert done.returncode == 0, done.stderr
    for folder in ("locks", "sboms", "verdicts"):
        files = sorted(path.name for path in (webshop / folder).iterdir())
        assert files == sorted(path.name for path in (other / folder).iterdir())
        for name in files:
            assert (webshop / folder / name).read_bytes() == (other / folder / name).read_bytes(), name


def test_the_attested_project_reports_the_publisher_of_the_certificate(tmp_path: Path) -> None:
    project = copied("attested", tmp_path)
    done = run("run", project, "--as-of", "2026-11-22", "--provenance-dir", ATTESTATIONS, "--json")
    assert done.returncode == 0, done.stderr
    (target,) = json.loads(done.stdout)["targets"]
    outcomes = {each["package"]: each["outcome"] for each in target["attested"]}
    assert outcomes.pop("abi3info") == "verified"
    assert set(outcomes.values()) == {"not-attested"}
    publisher = next(each["publisher"] for each in target["attested"] if each["package"] == "abi3info")
    assert (publisher["kind"], publisher["repository"]) == ("GitHub", "woodruffw/abi3info")


def test_a_plain_requirements_file_is_locked_for_recent_interpreters(tmp_path: Path) -> None:
    done = run("run", copied("minimal", tmp_path), "--json")
    assert done.returncode == 0, done.stderr
    assert len(json.loads(done.stdout)["targets"]) == 2
