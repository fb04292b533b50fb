"""Finding the interpreter of a target: the order of places, what counts, and what is said if it is not there."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from support.own_interpreter import own_target
from uplock.errors import UnaskableError
from uplock.host.interpreters import Interpreters, probe
from uplock.model.host import HostPython
from uplock.model.platform_name import parse_platform
from uplock.model.target import Interpreter, Target
from uplock.model.value import changed

OWN = own_target()
HERE = probe(Path(sys.executable), {})
assert HERE is not None
HERE_MACHINE = HERE.machine


def target(version: str, platform: str | None = None) -> Target:
    return Target(
        interpreter=Interpreter(version=version),
        platform=OWN.platform if platform is None else parse_platform(platform),
    )


def fake(path: Path, version: str, **facts: object) -> Path:
    """Write a program that answers as an interpreter of ``version`` on this machine, and notes that it was asked."""
    path.parent.mkdir(parents=True, exist_ok=True)
    assert HERE is not None
    answer = {name: getattr(HERE, name) for name in HERE.__struct_fields__}
    text = json.dumps({**answer, "path": str(path), "version": version, **facts})
    path.write_text(f"#!/bin/sh\necho asked >> '{path}.asked'\ncat <<'END'\n{text}\nEND\n")
    path.chmod(0o755)
    return path


def asked(path: Path) -> int:
    note = Path(f"{path}.asked")
    return len(note.read_text().splitlines()) if note.exists() else 0


def search(folder: Path, explicit: Mapping[str, Path] | None = None, **environ: str) -> Interpreters:
    """Return a search that sees nothing of this machine but ``folder`` and the running interpreter."""
    uv = folder / "uv"
    if not uv.exists():
        uv.parent.mkdir(parents=True, exist_ok=True)
        uv.write_text("#!/bin/sh\nexit 2\n")
        uv.chmod(0o755)
    return Interpreters(explicit or {}, {"PATH": f"{folder}/bin:/usr/bin:/bin", **environ}, folder / "home", uv)


def test_the_running_interpreter_is_found_as_itself(tmp_path: Path) -> None:
    found = search(tmp_path).find(OWN)
    assert found.version == OWN.interpreter.version
    assert Path(found.path) == Path(sys.executable)
    assert found.is_cpython
    assert found.platform.startswith(f"{sys.platform} ")


@pytest.mark.parametrize("name", ["python3.14", "python3", "python"])
def test_programs_on_the_path_are_asked(tmp_path: Path, name: str) -> None:
    there = fake(tmp_path / "bin" / name, "3.14.91")
    assert search(tmp_path).find(target("3.14.91")).path == str(there)


@pytest.mark.parametrize("version", ["3.14.91", "3.14-dev"])
def test_what_pyenv_keeps_is_asked(tmp_path: Path, version: str) -> None:
    there = fake(tmp_path / "home/.pyenv/versions" / version / "bin/python", "3.14.91")
    assert search(tmp_path).find(target("3.14.91")).path == str(there)


def test_the_root_of_pyenv_can_be_elsewhere(tmp_path: Path) -> None:
    there = fake(tmp_path / "elsewhere/versions/3.14.91/bin/python", "3.14.91")
    assert search(tmp_path, PYENV_ROOT=str(tmp_path / "elsewhere")).find(target("3.14.91")).path == str(there)


def test_what_uv_keeps_is_asked_last(tmp_path: Path) -> None:
    there = fake(tmp_path / "managed/python", "3.14.91")
    uv = tmp_path / "uv"
    uv.write_text(f'#!/bin/sh\ncase "$*" in *3.14.91*--managed-python*--offline*) echo "{there}";; *) exit 2;; esac\n')
    uv.chmod(0o755)
    assert search(tmp_path).find(target("3.14.91")).path == str(there)


def test_an_explicit_program_comes_first_by_full_version_before_minor(tmp_path: Path) -> None:
    minor, full = fake(tmp_path / "a", "3.14.91"), fake(tmp_path / "b", "3.14.91")
    fake(tmp_path / "bin/python3.14", "3.14.91")
    assert search(tmp_path, {"3.14": minor}).find(target("3.14.91")).path == str(minor)
    assert search(tmp_path, {"3.14": minor, "3.14.91": full}).find(target("3.14.91")).path == str(full)


def test_an_explicit_program_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnaskableError, match="no CPython") as raised:
        search(tmp_path, {"3.14": tmp_path / "nowhere"}).find(target("3.14.91"))
    assert raised.value.context == f"--python 3.14={tmp_path / 'nowhere'}"


def test_an_explicit_program_of_another_patch_is_said_to_be_found(tmp_path: Path) -> None:
    other = fake(tmp_path / "a", "3.14.90")
    with pytest.raises(UnaskableError, match=r"is CPython 3\.14\.90, and 3\.14\.91 is locked"):
        search(tmp_path, {"3.14": other}).find(target("3.14.91"))


def test_other_patches_are_named_in_order_and_never_taken(tmp_path: Path) -> None:
    for patch in ("9", "18", "2"):
        fake(tmp_path / f"home/.pyenv/versions/3.14.{patch}/bin/python", f"3.14.{patch}")
    with pytest.raises(UnaskableError) as raised:
        search(tmp_path).find(target("3.14.25"))
    assert raised.value.message == "pip-tools cannot be asked here: 3.14.2, 3.14.9, 3.14.18 found, 3.14.25 locked"
    assert raised.value.context == "py314-" + OWN.platform.slug
    assert "--python 3.14=PATH" in raised.value.remedy


def test_none_at_all_is_said_too(tmp_path: Path) -> None:
    fake(tmp_path / "bin/python3.13", "3.13.1")
    with pytest.raises(UnaskableError, match=r"no CPython 3\.14 found, 3\.14\.25 locked"):
        search(tmp_path).find(target("3.14.25"))


@pytest.mark.parametrize(
    "facts",
    [
        {"gil": False},
        {"wide": False},
        {"implementation": "pypy"},
        {"machine": "riscv64"},
        {"libc": "musl", "libc_version": "1.2"},
        {"libc": "", "libc_version": ""},
        {"version": "3.14.91+"},
        {"version": "3.14.91rc1"},
        {"unknown": 1},
        {"version": 3},
    ],
)
def test_an_interpreter_of_another_kind_is_passed_over(tmp_path: Path, facts: dict[str, object]) -> None:
    fake(tmp_path / "bin/python3.14", "3.14.91")
    fake(tmp_path / "bin/python3.14", **{"version": "3.14.91", **facts})  # type: ignore[arg-type]  # any JSON
    with pytest.raises(UnaskableError):
        search(tmp_path).find(target("3.14.91"))


@pytest.mark.parametrize("body", ["exit 1", "echo no json", "printf '\\377'", "", "cat /dev/zero | head -c 1000"])
def test_a_program_that_is_no_interpreter_is_passed_over(tmp_path: Path, body: str) -> None:
    program = fake(tmp_path / "bin/python3.14", "3.14.91")
    program.write_text(f"#!/bin/sh\n{body}\n")
    right = fake(tmp_path / "home/.pyenv/versions/3.14.91/bin/python", "3.14.91")
    assert search(tmp_path).find(target("3.14.91")).path == str(right)


def test_each_program_is_asked_once(tmp_path: Path) -> None:
    there, other = fake(tmp_path / "bin/python3.14", "3.14.91"), fake(tmp_path / "bin/python3", "3.14.90")
    interpreters = search(tmp_path)
    for version in ("3.14.91", "3.14.91", "3.14.90"):
        assert interpreters.find(target(version)).version == version
    assert (asked(there), asked(other)) == (1, 1)


def test_a_platform_that_this_machine_is_not_is_refused_before_anything_is_searched(tmp_path: Path) -> None:
    there = fake(tmp_path / "bin/python3.14", "3.14.91")
    machine = "aarch64" if HERE_MACHINE == "x86_64" else "x86_64"
    with pytest.raises(UnaskableError, match=f"this machine is .*, not linux-{machine}") as raised:
        search(tmp_path).find(target("3.14.91", f"linux-{machine}"))
    assert raised.value.context.startswith("py314-linux-")
    assert not asked(there)


def test_a_libc_must_be_of_the_kind_of_the_target_and_no_older() -> None:
    python = HERE
    assert python is not None
    wanted = target("3.14.91", f"linux-{HERE_MACHINE}-glibc2.31")
    for libc, version, runs in [
        ("glibc", "2.31", True),
        ("glibc", "2.36", True),
        ("glibc", "3.0", True),
        ("glibc", "2.30", False),
        ("glibc", "2.4", False),
        ("glibc", "", False),
        ("musl", "2.36", False),
        ("macos", "14.0", False),
    ]:
        assert changed(python, libc=libc, libc_version=version).runs(wanted) is runs
    assert not changed(python, system="darwin").runs(wanted)


def test_words_for_a_platform_leave_out_what_is_not_known() -> None:
    python = HostPython(
        path="python.exe",
        version="3.12.1",
        implementation="cpython",
        gil=True,
        wide=True,
        system="win32",
        machine="AMD64",
        libc="",
        libc_version="",
    )
    assert python.platform == "win32 AMD64"
    assert python.minor == "3.12"


def test_settings_of_the_host_do_not_reach_a_program_that_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "json.py").write_text("raise SystemExit(1)")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    assert probe(Path(sys.executable), os.environ) == HERE


def test_a_platform_without_a_libc_to_compare_is_told_by_system_and_machine() -> None:
    assert HERE is not None
    windows = target("3.14.91", "windows-x86_64")
    assert changed(HERE, system="win32", machine="AMD64", libc="", libc_version="").runs(windows)
    assert not changed(HERE, system="win32", machine="ARM64", libc="", libc_version="").runs(windows)
    mac = target("3.14.91", "macos-arm64")
    for version, runs in [("13.0", True), ("15.1.2", True), ("12.7", False)]:
        there = changed(HERE, system="darwin", machine="arm64", libc="macos", libc_version=version)
        assert there.runs(mac) is runs


def test_a_musl_libc_is_compared_with_musl_only() -> None:
    assert HERE is not None
    musl = target("3.14.91", f"linux-{HERE_MACHINE}-musl1.2")
    for libc, version, runs in [("musl", "1.2.5", True), ("musl", "1.1.24", False), ("glibc", "2.36", False)]:
        assert changed(HERE, libc=libc, libc_version=version).runs(musl) is runs


def test_a_uv_that_cannot_be_run_has_no_interpreters(tmp_path: Path) -> None:
    search(tmp_path)
    (tmp_path / "uv").chmod(0o644)
    with pytest.raises(UnaskableError, match="no CPython"):
        search(tmp_path).find(target("3.14.91"))
