"""``uplock verify env``: environments held against committed locks, as a user does it."""

from __future__ import annotations

import json
import os
import shutil
import stat
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from support.committed_schema import valid
from support.environments import DEMO, OTHER, Workshop, demo_wheels, pip_target, uv_relocatable
from support.http_index import HttpIndex
from support.index_simulator import IndexSimulator
from support.own_interpreter import own_target
from support.sdists import build_sdist
from support.shop import AS_OF, UPLOADED, project, uplock
from support.wheels import build_wheel
from uplock.cli.main import run

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

Capture = pytest.CaptureFixture[str]

VERSION = own_target().interpreter.version
MINOR = own_target().interpreter.minor
TARGET = f"py{MINOR.replace('.', '')}-linux-x86_64"
SITE = f"lib/python{MINOR}/site-packages"
TAG = "cpython-" + MINOR.replace(".", "")
INFO = f"{SITE}/demo-1.0.dist-info"
PYPROJECT = f"""\
[project]
name = "shop"
version = "1.0"
dependencies = ["demo", "other"]

[tool.uplock]
targets = ["{VERSION}"]
exclude-newer = "2026-03-01T00:00:00Z"
"""


class Estate(NamedTuple):
    """A project that has been run once, with the cache of its user, and two environments of its lock."""

    project: Path
    cache: Path
    venv: Path
    flat: Path


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Estate:
    folder = tmp_path_factory.mktemp("estate")
    index = IndexSimulator(provenance_offered=False)
    for wheel in demo_wheels():
        index.publish(*wheel, upload_time=UPLOADED)
    shop, cache = project(folder / "shop", PYPROJECT), folder / "cache"
    with HttpIndex(index) as served, pytest.MonkeyPatch.context() as patch:
        patch.setenv("UPLOCK_CACHE", str(cache))
        patch.setenv("HOME", str(folder / "home"))
        assert run(["run", str(shop), "--as-of", AS_OF, "--index-url", served.url, "--quiet"]) == 0
    workshop = Workshop(folder / "workshop", demo_wheels())
    uv_relocatable(workshop, folder / "venv")
    pip_target(workshop, folder / "flat")
    return Estate(shop, cache, folder / "venv", folder / "flat")


@pytest.fixture
def estate(made: Estate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Estate]:
    """A copy of everything, with an index that is not there: nothing needs it."""
    copies = [
        Path(shutil.copytree(path, tmp_path / path.name, symlinks=True))
        for path in (made.project, made.cache, made.venv, made.flat)
    ]
    monkeypatch.setenv("UPLOCK_CACHE", str(copies[1]))
    monkeypatch.setenv("UPLOCK_INDEX_URL", "http://127.0.0.1:9/simple")
    yield Estate(*copies)
    for path in (copies[0] / ".uplock").rglob("*"):
        if path.is_file():
            path.chmod(stat.S_IRUSR | stat.S_IWUSR)


@pytest.fixture
def touched(made: Estate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Estate:
    """The same with a copy of nothing but the virtual environment."""
    monkeypatch.setenv("UPLOCK_CACHE", str(made.cache))
    return made._replace(venv=Path(shutil.copytree(made.venv, tmp_path / made.venv.name, symlinks=True)))


def test_an_environment_of_the_lock_is_equal(estate: Estate, capfd: Capture) -> None:
    answer = uplock(capfd, "verify", "env", estate.venv, "--project", estate.project, "--json")
    assert (answer.code, answer.err) == (0, "")
    valid(answer.json, "verify-env")
    assert answer.json["status"] == "equal"
    assert (answer.json["target"], answer.json["layout"]) == (TARGET, "venv")
    lockset = json.loads((estate.project / "locks" / "lockset.json").read_text())
    assert answer.json["digest"] == answer.json["predicted"] == lockset["targets"][0]["content"]
    text = uplock(capfd, "verify", "env", estate.venv, "--project", estate.project).out
    assert text.startswith(f"EQUAL  {TARGET} · virtual environment · compared: 2 distributions, 2")
    assert f"content {answer.json['digest']}, as predicted\n" in text


def test_a_switched_environment_is_verified_through_its_link(estate: Estate, tmp_path: Path, capfd: Capture) -> None:
    (tmp_path / "current").symlink_to(estate.venv.name)
    assert uplock(capfd, "verify", "env", tmp_path / "current", "--project", estate.project).code == 0


def test_a_flat_directory_is_equal_too(estate: Estate, capfd: Capture) -> None:
    answer = uplock(capfd, "verify", "env", estate.flat, "--project", estate.project, "--json")
    assert (answer.code, answer.json["layout"]) == (0, "target")


def flip(path: Path) -> None:
    """Change one bit near the end, and nothing that the file system says of the file."""
    status = path.stat()
    data = bytearray(path.read_bytes())
    data[0 if path.name == "pyvenv.cfg" else -3] ^= 1
    path.write_bytes(data)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


CHANGED = {
    "module": (f"{SITE}/demo/cli.py", "changed"),
    "extension module": (f"{SITE}/demo/_native.so", "changed"),
    "module in a namespace package": (f"{SITE}/spaces/second/two.py", "changed"),
    "data in a package": (f"{SITE}/demo/table.txt", "changed"),
    "data in the prefix": ("share/demo/words.txt", "changed"),
    "header": (f"include/site/python{MINOR}/demo/demo.h", "changed"),
    "path file": (f"{SITE}/demo-paths.pth", "changed"),
    "script": ("bin/demo-shell", "changed"),
    "rewritten script": ("bin/demo-tool", "changed"),
    "generated script": ("bin/demo", "script"),
    "bytecode": (f"{SITE}/demo/__pycache__/cli.{TAG}.pyc", "bytecode"),
    "metadata": (f"{INFO}/METADATA", "changed"),
    "entry points": (f"{INFO}/entry_points.txt", "changed"),
    "record": (f"{INFO}/RECORD", "record"),
    "license": (f"{INFO}/licenses/LICENSE", "changed"),
    "configuration": ("pyvenv.cfg", None),
    "activation": ("bin/activate", "configuration"),
}


@pytest.mark.parametrize(("path", "kind"), CHANGED.values(), ids=CHANGED)
def test_a_changed_byte_in_any_kind_of_file_is_noticed(
    touched: Estate, capfd: Capture, path: str, kind: str | None
) -> None:
    flip(touched.venv / path)
    answer = uplock(capfd, "verify", "env", touched.venv, "--project", touched.project, "--target", TARGET, "--json")
    assert (answer.code, answer.json["status"]) == (1, "different")
    found = {each["path"]: each["kind"] for each in answer.json["differences"]}
    assert path in found
    assert kind in {None, found[path]}


Plant = Callable[[Path], None]


def write(text: bytes = b"x = 1\n", size: int | None = None) -> Plant:
    """Plant a file; one that is larger than its text has a hole."""

    def plant(path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text)
        os.truncate(path, len(text) if size is None else size)

    return plant


def copy_of(name: str) -> Plant:
    """Plant a copy of the bytecode in the same folder."""

    def plant(path: Path) -> None:
        shutil.copy(path.parent / name, path)

    return plant


def link(target: str) -> Plant:
    return lambda path: path.symlink_to(target)


def hard_link(name: str) -> Plant:
    return lambda path: path.hardlink_to(path.parent / name)


def empty_folder(path: Path) -> None:
    path.mkdir(parents=True)


PLANTED: dict[str, tuple[str, Plant]] = {
    "path file": (f"{SITE}/evil.pth", write(b"import evil\n")),
    "path file of easy_install": (f"{SITE}/easy-install.pth", write(b"/evil\n")),
    "module": (f"{SITE}/evil.py", write()),
    "module in a package of the lock": (f"{SITE}/demo/extra.py", write()),
    "module in a namespace package": (f"{SITE}/spaces/third.py", write()),
    "module that differs in case": (f"{SITE}/demo/CLI.py", write()),
    "module in another normal form of Unicode": (f"{SITE}/demo/cli\u0301.py", write()),
    "package beside a module": (f"{SITE}/pure_module/__init__.py", write()),
    "empty folder that can be imported": (f"{SITE}/orjson", empty_folder),
    "empty folder for bytecode of nothing": (f"{SITE}/orjson/__pycache__", empty_folder),
    "sitecustomize": (f"{SITE}/sitecustomize.py", write()),
    "usercustomize": (f"{SITE}/usercustomize.py", write()),
    "sitecustomize as a package": (f"{SITE}/sitecustomize/__init__.py", write()),
    "sitecustomize as bytecode": (f"{SITE}/sitecustomize.pyc", write()),
    "script": ("bin/evil", write(b"#!/bin/sh\n")),
    "script that shadows a tool": ("bin/ls", write(b"#!/bin/sh\n")),
    "interpreter of another name": ("bin/python3.99", write(b"#!/bin/sh\n")),
    "configuration beside the interpreter": ("bin/pyvenv.cfg", write(b"home = /evil\n")),
    "file of a build beside the interpreter": ("bin/pybuilddir.txt", write(b"../evil\n")),
    "data file in a package": (f"{SITE}/demo/table.csv", write()),
    "data file in the prefix": ("share/demo/evil.txt", write()),
    "extension module": (f"{SITE}/demo/cli.cpython-{MINOR.replace('.', '')}-x86_64-linux-gnu.so", write(b"\x7fELF")),
    "shared library": ("lib/libevil.so", write(b"\x7fELF")),
    "dist-info": (f"{SITE}/evil-1.0.dist-info/METADATA", write(b"Name: evil\n")),
    "dist-info of another version": (f"{SITE}/demo-0.9.dist-info/METADATA", write(b"Name: demo\n")),
    "dist-info without anything": (f"{SITE}/evil-1.0.dist-info", empty_folder),
    "entry points for a package of the lock": (f"{SITE}/other-2.0.dist-info/entry_points.txt", write(b"[x]\n")),
    "egg-info": (f"{SITE}/demo.egg-info/PKG-INFO", write()),
    "egg-link": (f"{SITE}/demo.egg-link", write()),
    "egg": (f"{SITE}/demo-1.0-py{MINOR}.egg", write(b"PK\5\6")),
    "editable install": (f"{SITE}/__editable___demo_1_0_finder.py", write()),
    "conda's notes": ("conda-meta/history", write()),
    "link to a module": (f"{SITE}/evil.py", link("demo/cli.py")),
    "link to a folder elsewhere": (f"{SITE}/evil", link("/")),
    "link to nowhere": (f"{SITE}/demo/evil.py", link("nowhere")),
    "hard link to a module": (f"{SITE}/demo/again.py", hard_link("cli.py")),
    "pipe": (f"{SITE}/demo/pipe", os.mkfifo),
    "bytecode without a source": (f"{SITE}/__pycache__/evil.{TAG}.pyc", write()),
    "bytecode in the old place": (f"{SITE}/demo/table.pyc", write()),
    "bytecode of another source": (f"{SITE}/demo/__pycache__/__init__.{TAG}.pyc", copy_of(f"cli.{TAG}.pyc")),
    "bytecode for another interpreter": (f"{SITE}/demo/__pycache__/cli.cpython-27.pyc", copy_of(f"cli.{TAG}.pyc")),
    "bytecode of an unknown level": (f"{SITE}/demo/__pycache__/cli.{TAG}.opt-3.pyc", copy_of(f"cli.{TAG}.pyc")),
    "library of another version of Python": ("lib/python2.7/site-packages/demo/cli.py", write()),
    "module of the standard library": (f"lib/python{MINOR}/os.py", write()),
    "module in place of lib64": ("lib32/evil.py", write()),
    "sparse file": (f"{SITE}/demo/sparse.bin", write(b"", 1 << 34)),
    "hidden file": (".hidden", write()),
}


@pytest.mark.parametrize(("path", "plant"), PLANTED.values(), ids=PLANTED)
def test_a_planted_file_of_any_kind_is_noticed(touched: Estate, capfd: Capture, path: str, plant: Plant) -> None:
    place = touched.venv / path
    existed = place.exists()
    if existed:
        place.unlink()
    plant(place)
    answer = uplock(capfd, "verify", "env", touched.venv, "--project", touched.project, "--target", TARGET, "--json")
    assert (answer.code, answer.json["status"]) == (1, "different")
    assert [each["path"] for each in answer.json["differences"]] == [path]
    assert (answer.json["digest"] != answer.json["predicted"]) == (answer.json["differences"][0]["kind"] == "not-owned")


CONFIGURED = {
    "packages of the system": "include-system-site-packages = true",
    "packages of the system, shouted": "INCLUDE-SYSTEM-SITE-PACKAGES = TRUE",
    "another home": "home = /nowhere/bin",
    "another program": "executable = /nowhere/bin/python",
    "another version": "version_info = 3.99.1",
    "a key twice": "home = /nowhere\nhome = /nowhere",
    "a key behind a carriage return": "prompt = a\rhome = /nowhere",
    "a key of nobody": "evil = yes",
}


@pytest.mark.parametrize("line", CONFIGURED.values(), ids=CONFIGURED)
def test_a_configuration_that_was_edited_is_noticed(touched: Estate, capfd: Capture, line: str) -> None:
    place = touched.venv / "pyvenv.cfg"
    key = line.partition(" ")[0].lower()
    kept = [each for each in place.read_text().splitlines() if not each.startswith(f"{key} ")]
    place.write_bytes("\n".join([*kept, line, ""]).encode())
    answer = uplock(capfd, "verify", "env", touched.venv, "--project", touched.project, "--target", TARGET, "--json")
    assert answer.code == 1
    assert "pyvenv.cfg" in {each["path"] for each in answer.json["differences"]}


def test_a_package_of_the_lock_that_says_it_is_editable_is_noticed(estate: Estate, capfd: Capture) -> None:
    note = estate.venv / INFO / "direct_url.json"
    note.write_text('{"dir_info": {"editable": true}, "url": "file:///evil"}')
    answer = uplock(capfd, "verify", "env", estate.venv, "--project", estate.project)
    assert answer.code == 1
    assert "direct_url.json: says that it was not installed from a wheel" in answer.out


def test_differences_are_listed_by_package_and_bounded(estate: Estate, capfd: Capture) -> None:
    flip(estate.venv / SITE / "demo" / "cli.py")
    (estate.venv / SITE / "other" / "__init__.py").unlink()
    for number in range(60):
        (estate.venv / SITE / f"evil{number:02}.py").write_text("\x1b")
    answer = uplock(capfd, "verify", "env", estate.venv, "--project", estate.project)
    assert answer.code == 1
    lines = answer.out.splitlines()
    assert lines[0].startswith(f"DIFFERENT  {TARGET} · virtual environment · 6")
    assert lines[1].startswith("content   ")
    assert lines[2].startswith("predicted ")
    assert "of no package" in lines
    assert f"  not owned: {SITE}/evil49.py: no wheel of the lock brings it" in lines
    assert "  and 11 more; --json lists them" in lines
    assert lines.index("demo") < lines.index("other")
    assert f"  missing: {SITE}/other/__init__.py" in lines


# --- which lock ----------------------------------------------------------------------------------------------------


def test_the_lock_is_chosen_by_the_line_of_python_where_only_one_fits(estate: Estate, capfd: Capture) -> None:
    (estate.venv / "pyvenv.cfg").write_text("home = /nowhere\nversion_info = 3.1.4\n")
    answer = uplock(capfd, "verify", "env", estate.venv, "--project", estate.project)
    assert answer.code == 2
    assert "no locks are for CPython 3.1 on this machine" in answer.err
    assert f"--target: {TARGET}" in answer.err
    (estate.venv / "pyvenv.cfg").write_text("home = /nowhere\n")
    assert uplock(capfd, "verify", "env", estate.venv, "--project", estate.project).code == 1


def test_a_target_must_be_named_where_several_locks_fit(
    estate: Estate, capfd: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = IndexSimulator(provenance_offered=False)
    for wheel in demo_wheels():
        index.publish(*wheel, upload_time=UPLOADED)
    other = "3.13.0" if MINOR != "3.13" else "3.12.1"
    project(estate.project, PYPROJECT.replace(f'"{VERSION}"', f'"{VERSION}", "{other}"'))
    with HttpIndex(index) as served:
        assert uplock(capfd, "lock", estate.project, "--index-url", served.url).code == 0
        assert uplock(capfd, "verify", "env", estate.venv, "--project", estate.project).code == 0
        answer = uplock(capfd, "verify", "env", estate.flat, "--project", estate.project)
    assert answer.code == 2
    assert "2 locks are for any version of Python on this machine" in answer.err
    assert TARGET in answer.err


@pytest.mark.parametrize("arguments", [["--target", "py27-linux-x86_64"], ["--python", "/nowhere/python"]])
def test_a_wrong_call_is_refused(estate: Estate, capfd: Capture, arguments: list[str]) -> None:
    answer = uplock(capfd, "verify", "env", estate.venv, "--project", estate.project, *arguments, "--json")
    assert answer.code == (2 if "--target" in arguments else 3)
    valid(answer.json, "error")


def test_what_is_no_directory_and_a_project_without_locks_are_refused(
    estate: Estate, tmp_path: Path, capfd: Capture
) -> None:
    assert uplock(capfd, "verify", "env", tmp_path / "nowhere", "--project", estate.project).code == 3
    empty = project(tmp_path / "empty", '[project]\nname = "e"\nversion = "1"\ndependencies = []\n')
    assert uplock(capfd, "verify", "env", estate.venv, "--project", empty).code == 2


# --- what the comparison rests on ----------------------------------------------------------------------------------


def test_a_lock_set_that_records_another_content_is_an_integrity_error(estate: Estate, capfd: Capture) -> None:
    place = estate.project / "locks" / "lockset.json"
    lockset = json.loads(place.read_text())
    lockset["targets"][0]["content"] = "0" * 64
    place.write_text(json.dumps(lockset))
    answer = uplock(capfd, "verify", "env", estate.venv, "--project", estate.project)
    assert answer.code == 4
    assert "the recorded content digest is 000" in answer.err


def test_a_wheel_that_was_changed_in_the_archive_is_an_integrity_error(estate: Estate, capfd: Capture) -> None:
    for place in (estate.project / ".uplock", estate.cache):
        for path in place.glob("blobs/sha256/*/*"):
            path.chmod(0o644)
            data = path.read_bytes()
            if data.startswith(b"PK"):
                path.write_bytes(data + b"\0")
    answer = uplock(capfd, "verify", "env", estate.venv, "--project", estate.project)
    assert answer.code == 4


def without_wheels(estate: Estate) -> None:
    for place in (estate.project / ".uplock", estate.cache):
        for path in place.glob("blobs/sha256/*/*"):
            if path.read_bytes().startswith(b"PK"):
                path.unlink()


def test_kept_records_will_do_without_the_wheels_if_the_lock_set_vouches_for_them(
    estate: Estate, capfd: Capture
) -> None:
    without_wheels(estate)
    assert uplock(capfd, "verify", "env", estate.venv, "--project", estate.project).code == 0
    place = estate.project / "locks" / "lockset.json"
    lockset = json.loads(place.read_text())
    lockset["targets"][0]["content"] = None
    place.write_text(json.dumps(lockset))
    answer = uplock(capfd, "verify", "env", estate.venv, "--project", estate.project)
    assert answer.code == 3, "the wheels are fetched, and there is no index"


def test_wheels_that_are_nowhere_are_fetched_by_their_digests(
    estate: Estate, capfd: Capture, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    index = IndexSimulator(provenance_offered=False)
    for wheel in demo_wheels():
        index.publish(*wheel, upload_time=UPLOADED)
    with HttpIndex(index) as served:
        folder = project(tmp_path / "fresh", PYPROJECT)
        assert uplock(capfd, "lock", folder, "--index-url", served.url).code == 0
        monkeypatch.setenv("UPLOCK_CACHE", str(tmp_path / "empty"))
        answer = uplock(capfd, "verify", "env", estate.venv, "--project", folder, "--index-url", served.url)
    assert (answer.code, answer.err) == (0, "")


def test_a_lock_with_an_sdist_cannot_be_compared(estate: Estate, capfd: Capture, tmp_path: Path) -> None:
    index = IndexSimulator(provenance_offered=False)
    index.publish(*build_sdist("demo", "1.0"), upload_time=UPLOADED)
    folder = project(tmp_path / "source", PYPROJECT.replace(', "other"', ""))
    with HttpIndex(index) as served:
        assert uplock(capfd, "run", folder, "--allow-sdist", "--as-of", AS_OF, "--index-url", served.url).code in {0, 1}
        lockset = json.loads((folder / "locks" / "lockset.json").read_text())
        assert lockset["targets"][0]["content"] is None
        answer = uplock(capfd, "verify", "env", estate.venv, "--project", folder, "--index-url", served.url)
    assert answer.code == 3
    assert "is a source distribution" in answer.err
    assert "uplock build" in answer.err


# --- what is trusted -----------------------------------------------------------------------------------------------


def evil_python(folder: Path, proof: Path) -> Path:
    """Write a program that leaves a proof that it was run."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"python{MINOR}"
    path.unlink(missing_ok=True)  # a link to the real one
    path.write_text(f"#!/bin/sh\ntouch '{proof}'\n")
    path.chmod(0o755)
    return path


def test_an_interpreter_of_the_environment_is_not_even_asked_when_it_is_active(
    estate: Estate, tmp_path: Path, capfd: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    proof = tmp_path / "proof"
    evil = evil_python(estate.venv / "bin", proof)
    shims = tmp_path / "shims"
    shims.mkdir()
    (shims / f"python{MINOR}").symlink_to(evil)
    monkeypatch.setenv("PATH", os.pathsep.join((str(estate.venv / "bin"), str(shims), os.environ["PATH"])))
    place = estate.project / "locks" / "lockset.json"
    assert place.exists()
    answer = uplock(capfd, "verify", "env", estate.venv, "--project", estate.project)
    assert answer.code == 1
    assert not proof.exists()


def test_an_interpreter_of_the_environment_cannot_be_named(estate: Estate, tmp_path: Path, capfd: Capture) -> None:
    proof = tmp_path / "proof"
    evil = evil_python(estate.venv / "bin", proof)
    (tmp_path / "python").symlink_to(evil)
    for python in (evil, tmp_path / "python", estate.venv / "bin" / ".." / "bin" / evil.name):
        answer = uplock(capfd, "verify", "env", estate.venv, "--project", estate.project, "--python", python)
        assert answer.code == 2
        assert "is of the environment that is verified" in answer.err
    assert not proof.exists()


def test_uplock_does_not_verify_the_environment_that_it_runs_from(estate: Estate, capfd: Capture) -> None:
    answer = uplock(capfd, "verify", "env", sys.prefix, "--project", estate.project)
    assert answer.code == 2
    assert "uplock itself runs from there" in answer.err


# --- what a run says of wheels --------------------------------------------------------------------------------------


def test_a_run_finds_lies_of_record_contested_paths_and_wheels_that_nobody_can_install(
    tmp_path: Path, capfd: Capture
) -> None:
    record = b"demo/__init__.py,sha256=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU,0\ndemo-1.0.dist-info/RECORD,,\n"
    many = {f"demo/{number}.txt": b"" for number in range(120)}
    index = IndexSimulator(provenance_offered=False)
    for wheel in (
        build_wheel("demo", "1.0", files={**DEMO, **many, "demo-1.0.dist-info/RECORD": record}),
        build_wheel("other", "2.0", files={**OTHER, "pure_module.py": b"OTHER = True\n"}),
    ):
        index.publish(*wheel, upload_time=UPLOADED)
    folder = project(tmp_path / "shop", PYPROJECT)
    with HttpIndex(index) as served:
        answer = uplock(capfd, "run", folder, "--as-of", AS_OF, "--index-url", served.url, "--json")
        assert answer.code == 1
        (target,) = answer.json["targets"]
        found = {each["rule"]: each for each in target["findings"]}
        assert found["AR008"]["package"] == "demo"
        assert "RECORD contradicts the wheel in 144 places: demo-1.0.data" in found["AR008"]["message"]
        assert "demo, other bring different bytes for 1 path: site/pure_module.py" in found["LK016"]["message"]
        lockset = json.loads((folder / "locks" / "lockset.json").read_text())
        assert lockset["targets"][0]["content"] is None
        assert lockset["contested"][0]["packages"] == ["demo", "other"]
        checked = uplock(capfd, "check", folder, "--as-of", AS_OF, "--json").json["targets"][0]["findings"]
        assert [each["rule"] for each in checked] == [each["rule"] for each in target["findings"]]
        again = uplock(capfd, "lock", folder, "--fresh", "--index-url", served.url)
        assert again.code in {0, 1}
        assert json.loads((folder / "locks" / "lockset.json").read_text())["contested"] == lockset["contested"]


def test_a_run_goes_on_where_it_cannot_be_told_what_a_wheel_installs(tmp_path: Path, capfd: Capture) -> None:
    index = IndexSimulator(provenance_offered=False)
    index.publish(*build_wheel("demo", "1.0", files={"demo-1.0.data/extra/x": b""}), upload_time=UPLOADED)
    folder = project(tmp_path / "shop", PYPROJECT.replace(', "other"', ""))
    with HttpIndex(index) as served:
        answer = uplock(capfd, "run", folder, "--as-of", AS_OF, "--index-url", served.url, "--json")
    assert answer.code == 1
    (finding,) = [each for each in answer.json["targets"][0]["findings"] if each["rule"] == "AR017"]
    assert "is in a scheme that does not exist: 'extra'" in finding["message"]
    assert json.loads((folder / "locks" / "lockset.json").read_text())["targets"][0]["content"] is None


def test_locking_again_keeps_the_content_of_what_is_unchanged(
    estate: Estate, capfd: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = estate.project / "locks" / "lockset.json"
    before = json.loads(place.read_text())["targets"][0]
    index = IndexSimulator(provenance_offered=False)
    for wheel in demo_wheels():
        index.publish(*wheel, upload_time=UPLOADED)
    with HttpIndex(index) as served:
        assert uplock(capfd, "lock", estate.project, "--fresh", "--index-url", served.url).code == 0
        after = json.loads(place.read_text())["targets"][0]
        assert after["content"] == before["content"] is not None
        project(estate.project, PYPROJECT.replace(', "other"', ""))
        assert uplock(capfd, "lock", estate.project, "--index-url", served.url).code == 0
    assert json.loads(place.read_text())["targets"][0]["content"] is None
