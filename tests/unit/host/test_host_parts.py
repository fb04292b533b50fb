"""Asking interpreters for their native parts: this one, and programs that answer as no interpreter does."""

from __future__ import annotations

import json
import ssl
import sys
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from uplock.errors import InputError, ToolError
from uplock.host.parts import MAX_ANSWER, parts_of
from uplock.host.parts_probe import MODULES
from uplock.model.interpreter_parts import InterpreterPart, InterpreterParts

HEAD: dict[str, Any] = {
    "version": "3.12.1",
    "implementation": "cpython",
    "abi": "cpython-312-x86_64-linux-gnu",
    "platform": "linux-x86_64",
    "compiler": "GCC 12.2.0",
}


def _program(tmp_path: Path, script: str) -> Path:
    path = tmp_path / "python"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


def _answering(tmp_path: Path, **parts: Mapping[str, object]) -> Path:
    """Return a program that gives this answer, whatever it is asked."""
    (tmp_path / "answer").write_text(json.dumps(HEAD | {"parts": parts}))
    return _program(tmp_path, f"cat '{tmp_path}/answer'")


def _named(parts: InterpreterParts, name: str) -> InterpreterPart:
    (found,) = [each for each in parts.parts if each.name == name]
    return found


def test_this_interpreter_says_what_it_is_and_which_libraries_it_uses() -> None:
    parts = parts_of(Path(sys.executable), {})

    assert parts.version == ".".join(map(str, sys.version_info[:3]))
    assert parts.implementation == "cpython"
    assert {each.module for each in parts.parts} == set(MODULES.values())
    found = _named(parts, "zlib")
    assert (found.state, found.version) == ("present", zlib.ZLIB_RUNTIME_VERSION)
    assert _named(parts, "openssl").said == ssl.OPENSSL_VERSION
    assert [each.name for each in parts.parts] == sorted(each.name for each in parts.parts)


def test_no_machine_path_is_in_what_an_interpreter_says() -> None:
    parts = parts_of(Path(sys.executable), {})

    files = [text for each in parts.parts for text in (each.file, each.library) if text is not None]
    assert files
    assert not [each for each in files if each.startswith("/") or ".." in each]
    assert sys.base_prefix not in repr(parts) or sys.base_prefix == "/usr"


def test_the_environment_cannot_make_the_interpreter_import_something_else(tmp_path: Path) -> None:
    (tmp_path / "zlib.py").write_text("ZLIB_RUNTIME_VERSION = '6.6.6'")

    parts = parts_of(Path(sys.executable), {"PYTHONPATH": str(tmp_path), "LD_PRELOAD": str(tmp_path / "none.so")})

    assert _named(parts, "zlib").version == zlib.ZLIB_RUNTIME_VERSION


def test_a_module_that_ends_the_process_does_not_lose_the_others(tmp_path: Path) -> None:
    python = _program(tmp_path, f'for last; do :; done; [ "$last" = tk ] && kill -SEGV $$; exec {sys.executable} "$@"')

    parts = parts_of(python, {})

    assert _named(parts, "tk").state == "failed"
    assert _named(parts, "zlib").version == zlib.ZLIB_RUNTIME_VERSION


def test_a_module_that_never_comes_back_is_given_up(tmp_path: Path) -> None:
    answer = json.dumps(HEAD | {"parts": {"zlib": {"state": "present", "said": "1.3"}}})
    script = f"for last; do :; done; [ \"$last\" = tk ] && exec sleep 60; echo '{answer}'"

    parts = parts_of(_program(tmp_path, script), {"PATH": "/bin:/usr/bin"}, limit=0.5)

    assert (_named(parts, "tk").state, _named(parts, "zlib").version) == ("failed", "1.3")


@pytest.mark.parametrize(
    ("key", "said", "name", "version"),
    [
        ("openssl", "OpenSSL 1.1.1w  11 Sep 2023", "openssl", "1.1.1w"),
        ("openssl", "OpenSSL 3.2.0-alpha1 7 Sep 2023", "openssl", "3.2.0-alpha1"),
        ("openssl", "LibreSSL 3.3.6", "libressl", "3.3.6"),
        ("openssl", "AWS-LC 1.2.0", "aws-lc", None),
        ("expat", "expat_2.6.3", "expat", "2.6.3"),
        ("bzip2", "1.0.8, 13-Jul-2019", "bzip2", "1.0.8"),
        ("gdbm", "GDBM version 1.23. 04/02/2022", "gdbm", "1.23"),
        ("zlib", "1.3.1.zlib-ng", "zlib-ng", None),
        ("readline", "libedit EditLine wrapper", "libedit", None),
        ("tk", "8.6", "tk", None),
        ("sqlite", "unknown", "sqlite", None),
        ("sqlite", "3", "sqlite", None),
    ],
)
def test_a_version_is_what_looks_like_one(key: str, said: str, name: str, version: str | None, tmp_path: Path) -> None:
    python = _answering(tmp_path, **{key: {"state": "present", "said": said, "source": "somewhere"}})

    part = _named(parts_of(python, {"PATH": "/bin:/usr/bin"}), name)

    assert (part.version, part.said, part.source) == (version, said, "somewhere")


@pytest.mark.parametrize("file", ["/etc/passwd", "../x.so", "lib/../../x.so", "lib/\x1b[31m.so", "a" * 5000, ".", ""])
def test_a_file_outside_the_interpreter_is_not_told(file: str, tmp_path: Path) -> None:
    python = _answering(tmp_path, zlib={"state": "present", "file": file, "library": file})

    part = _named(parts_of(python, {"PATH": "/bin:/usr/bin"}), "zlib")

    assert (part.state, part.file, part.library) == ("present", None, None)


def test_words_that_could_steer_a_terminal_are_not_told(tmp_path: Path) -> None:
    python = _answering(tmp_path, zlib={"state": "present", "said": "1.2.13\x1b[2J", "source": "x"})

    part = _named(parts_of(python, {"PATH": "/bin:/usr/bin"}), "zlib")

    assert (part.version, part.said, part.source) == (None, None, None)


def test_parts_that_nobody_asked_for_are_passed_over_and_those_not_told_are_unknown(tmp_path: Path) -> None:
    parts = parts_of(_answering(tmp_path, other={"state": "present"}), {"PATH": "/bin:/usr/bin"})

    assert {each.state for each in parts.parts} == {"failed"}


@pytest.mark.parametrize(
    ("script", "kind"),
    [
        ("exit 3", ToolError),
        ("echo '{}'", InputError),
        ("echo", InputError),
        (f"head -c {MAX_ANSWER + 1} /dev/zero", InputError),
        (f"echo '{json.dumps(HEAD | {'version': 'three', 'parts': {}})}'", InputError),
        (f"echo '{json.dumps(HEAD | {'platform': '', 'parts': {}})}'", InputError),
    ],
)
def test_what_is_no_interpreter_is_an_error_with_its_place(script: str, kind: type[Exception], tmp_path: Path) -> None:
    python = _program(tmp_path, script)

    with pytest.raises(kind) as caught:
        parts_of(python, {"PATH": "/bin:/usr/bin"})

    assert str(python) in str(caught.value)


def test_a_program_that_cannot_be_run_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ToolError):
        parts_of(tmp_path / "python", {})
