"""``verify env`` notices a changed byte in any kind of file, and a planted file of each kind."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from support.environments import PYTHON, content_of_bytes, demo_wheels, problems, verified
from support.own_interpreter import own_target
from uplock.content.digest import predict
from uplock.environment.verify import verify_environment
from uplock.errors import InputError, ToolError
from uplock.model.target import Interpreter
from uplock.model.value import changed

MINOR = own_target().interpreter.minor
SITE = f"lib/python{MINOR}/site-packages"
TAG = "cpython-" + MINOR.replace(".", "")
INFO = f"{SITE}/demo-1.0.dist-info"
INCLUDE = f"include/site/python{MINOR}/demo"


def flip(path: Path, position: int) -> None:
    """Change one bit of one byte, and nothing that the file system says of the file."""
    status = path.stat()
    data = bytearray(path.read_bytes())
    data[position] ^= 1
    path.write_bytes(data)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


CHANGED = [
    (f"{SITE}/demo/cli.py", -1, "changed"),
    (f"{SITE}/demo/table.txt", 0, "changed"),
    (f"{SITE}/demo/_native.so", 20, "changed"),
    (f"{SITE}/demo-paths.pth", 2, "changed"),
    (f"{SITE}/spaces/second/two.py", 3, "changed"),
    (f"{SITE}/platform_module.py", 3, "changed"),
    (f"{INFO}/METADATA", 30, "changed"),
    (f"{INFO}/WHEEL", 3, "changed"),
    (f"{INFO}/entry_points.txt", 20, "changed"),
    (f"{INFO}/licenses/LICENSE", 0, "changed"),
    (f"{INFO}/RECORD", 3, "record"),
    (f"{INFO}/RECORD", 30, "record"),
    (f"{INFO}/INSTALLER", 1, "record"),
    (f"{INFO}/uv_cache.json", 1, "record"),
    (f"{INCLUDE}/demo.h", 0, "changed"),
    (f"{INCLUDE}/inner/part.h", 0, "changed"),
    ("share/demo/words.txt", 0, "changed"),
    ("etc/demo.conf", 0, "changed"),
    ("bin/demo-data-tool", 5, "changed"),
    ("bin/demo-shell", -3, "changed"),
    ("bin/demo-tool", -3, "changed"),
    ("bin/demo-tool", 4, "script"),
    ("bin/demo-module.py", -5, "changed"),
    ("bin/demo", 30, "script"),
    ("bin/demo", -4, "script"),
    ("bin/demo-gui", -20, "script"),
    (f"{SITE}/demo/__pycache__/cli.{TAG}.pyc", 0, "bytecode"),
    (f"{SITE}/demo/__pycache__/cli.{TAG}.pyc", 4, "bytecode"),
    (f"{SITE}/demo/__pycache__/cli.{TAG}.pyc", 9, "bytecode"),
    (f"{SITE}/demo/__pycache__/cli.{TAG}.pyc", 13, "bytecode"),
    (f"{SITE}/demo/__pycache__/cli.{TAG}.pyc", 60, "bytecode"),
    (f"{SITE}/demo/__pycache__/cli.{TAG}.pyc", -1, "bytecode"),
    ("pyvenv.cfg", 0, "configuration"),
    ("bin/activate", 100, "configuration"),
    ("bin/activate_this.py", 100, "configuration"),
    (".gitignore", 0, "configuration"),
]


@pytest.mark.parametrize(("path", "position", "kind"), CHANGED, ids=lambda value: str(value).rpartition("/")[2])
def test_a_changed_byte_is_noticed(venv: Path, path: str, position: int, kind: str) -> None:
    flip(venv / path, position)
    result = verified(venv)
    assert result.status == "different"
    assert (kind, path) in [(each.kind, each.path) for each in result.differences]
    assert (result.digest == result.predicted) == (kind != "changed" and path != "bin/demo-tool")


def test_every_byte_of_bytecode_matters(target: Path) -> None:
    pyc = target / "other" / "deep" / "__pycache__" / f"inner.{TAG}.pyc"
    for position in range(0, pyc.stat().st_size, 3):
        flip(pyc, position)
        assert ("bytecode", str(pyc.relative_to(target))) in problems(target), position
        flip(pyc, position)


PLANTED = [
    f"{SITE}/evil.pth",
    f"{SITE}/evil.py",
    f"{SITE}/evil/__init__.py",
    f"{SITE}/demo/extra.py",
    f"{SITE}/spaces/third.py",
    f"{SITE}/sitecustomize.py",
    f"{SITE}/usercustomize.py",
    f"{SITE}/sitecustomize/__init__.py",
    f"{SITE}/__editable__.demo-1.0.pth",
    f"{SITE}/__editable___demo_1_0_finder.py",
    f"{SITE}/evil-1.0.dist-info/METADATA",
    f"{SITE}/demo-0.9.dist-info/METADATA",
    f"{SITE}/demo.egg-link",
    f"{INFO}/extra.txt",
    f"{INFO}/RECORD.jws",
    f"{SITE}/demo/_native.cpython-{MINOR.replace('.', '')}-x86_64-linux-gnu.so",
    f"{SITE}/evil.pyc",
    f"{SITE}/__pycache__/evil.{TAG}.pyc",
    f"{SITE}/demo/__pycache__/table.{TAG}.pyc",
    f"{SITE}/demo/__pycache__/cli.{TAG}.opt-3.pyc",
    f"{SITE}/demo/__pycache__/note.txt",
    f"{SITE}/demo/data.bin",
    "bin/evil",
    "bin/pip",
    "bin/python3.9",
    f"bin/__pycache__/demo.{TAG}.pyc",
    "include/evil.h",
    f"{INCLUDE}/evil.h",
    "share/demo/evil.txt",
    "etc/evil.conf",
    "lib/evil.so",
    "lib/python2.7/site-packages/evil.py",
    ".hidden",
    "evil.cfg",
]


@pytest.mark.parametrize("path", PLANTED)
def test_a_planted_file_is_noticed(venv: Path, path: str) -> None:
    place = venv / path
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(b"x = 1\n")
    result = verified(venv)
    assert [(each.kind, each.path) for each in result.differences] == [("not-owned", path)]
    assert result.status == "different"
    assert result.digest != result.predicted


@pytest.mark.parametrize("path", ["evil.pth", "sitecustomize.py", "bin/evil", "demo/extra.py", "share/evil", ".hidden"])
def test_a_planted_file_is_noticed_in_a_flat_directory(target: Path, path: str) -> None:
    (target / path).write_bytes(b"")
    assert problems(target) == [("not-owned", path)]


def test_planted_bytecode_beside_a_source_is_noticed(venv: Path) -> None:
    place = venv / SITE / "demo" / "__pycache__"
    shutil.copy(place / f"cli.{TAG}.pyc", place / f"__init__.{TAG}.pyc")
    shutil.copy(place / f"cli.{TAG}.pyc", place / f"cli.{TAG}.opt-1.pyc")
    shutil.copy(place / f"cli.{TAG}.pyc", place / "cli.cpython-27.pyc")
    shutil.copy(place / f"cli.{TAG}.pyc", place / f"py2only.{TAG}.pyc")
    found = {each.path.rpartition("/")[2]: each.detail for each in verified(venv).differences}
    assert set(found) == {f"__init__.{TAG}.pyc", "cli.cpython-27.pyc", f"py2only.{TAG}.pyc"}  # level 1 is equal here
    assert "size of another source" in found[f"__init__.{TAG}.pyc"]
    assert "another interpreter" in found["cli.cpython-27.pyc"]
    assert "cannot be compiled" in found[f"py2only.{TAG}.pyc"]


@pytest.mark.parametrize(
    "path", [f"{SITE}/demo/cli.py", f"{INFO}/METADATA", f"{INFO}/RECORD", "bin/demo", "bin/demo-tool"]
)
def test_a_missing_file_is_noticed(venv: Path, path: str) -> None:
    (venv / path).unlink()
    assert ("missing", path) in problems(venv)


@pytest.mark.parametrize("name", ["INSTALLER", "REQUESTED", "uv_cache.json"])
def test_notes_that_nobody_needs_may_be_missing(venv: Path, name: str) -> None:
    (venv / INFO / name).unlink()
    assert problems(venv) == []


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("REQUESTED", b"x"),
        ("INSTALLER", b"x" * 201),
        ("INSTALLER", b"\x00\x01"),
        ("direct_url.json", b"[]"),
        ("direct_url.json", b'{"url": "file:///evil", "dir_info": {"editable": true}}'),
        ("direct_url.json", b'{"url": "https://evil.example/x", "vcs_info": {}, "archive_info": null}'),
        ("uv_cache.json", b"{"),
        ("RECORD", b"\xff,,\n"),
    ],
)
def test_notes_that_are_not_what_they_should_be_are_noticed(venv: Path, name: str, data: bytes) -> None:
    (venv / INFO / name).write_bytes(data)
    assert {("record", f"{INFO}/{name}")} <= set(problems(venv))


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("../../../../outside.txt,,\n", "lists ../../../../outside.txt"),
        ("/outside.txt,,\n", "lists /outside.txt"),
        ("other/__init__.py,,\n", "lists other/__init__.py"),
        ("evil.py,,\n", "lists evil.py"),
    ],
)
def test_rows_of_record_for_files_of_others_are_noticed(venv: Path, row: str, words: str) -> None:
    record = venv / INFO / "RECORD"
    record.write_text(record.read_text() + row)
    (difference,) = verified(venv).differences
    assert (difference.kind, difference.package) == ("record", "demo")
    assert words in difference.detail


def test_a_file_that_has_become_a_link_is_noticed_and_not_followed(venv: Path, tmp_path: Path) -> None:
    module = venv / SITE / "demo" / "cli.py"
    module.rename(tmp_path / "cli.py")
    module.symlink_to(tmp_path / "cli.py")
    assert ("changed", f"{SITE}/demo/cli.py") in problems(venv)


def test_a_folder_that_has_become_a_link_is_noticed_and_not_followed(venv: Path, tmp_path: Path) -> None:
    folder = venv / SITE / "other"
    folder.rename(tmp_path / "other")
    folder.symlink_to(tmp_path / "other")
    found = problems(venv)
    assert ("not-owned", f"{SITE}/other") in found
    assert ("missing", f"{SITE}/other/__init__.py") in found


def test_a_pipe_and_a_link_to_nowhere_are_noticed(venv: Path) -> None:
    os.mkfifo(venv / "pipe")
    (venv / "link").symlink_to("nowhere")
    assert problems(venv) == [("not-owned", "link"), ("not-owned", "pipe")]


def test_an_empty_folder_is_noticed_where_python_would_import_it(venv: Path) -> None:
    shutil.rmtree(venv / SITE / "demo" / "__pycache__")
    for folder in ("share/empty", "include/empty", f"{SITE}/__pycache__", f"{SITE}/demo/__pycache__"):
        (venv / folder).mkdir(parents=True, exist_ok=True)
    assert problems(venv) == []
    (venv / SITE / "orjson" / "__pycache__").mkdir(parents=True)
    (venv / SITE / "yaml").mkdir()
    assert problems(venv) == [("not-owned", f"{SITE}/orjson/__pycache__"), ("not-owned", f"{SITE}/yaml")]


def test_a_name_that_is_no_text_is_shown_escaped(venv: Path) -> None:
    with open(os.fsencode(venv / "x") + b"\xff\x1b[31m.py", "wb"):
        pass
    assert problems(venv) == [("not-owned", "x\\xff\\x1b[31m.py")]


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("include-system-site-packages = true", "configuration"),
        ("home = /nowhere/bin", "interpreter"),
        ("executable = /nowhere/bin/python", "interpreter"),
        ("version_info = 3.1.4", "interpreter"),
        ("evil = yes", "configuration"),
        ("no sign", "configuration"),
    ],
)
def test_a_configuration_that_leads_elsewhere_is_noticed(venv: Path, line: str, kind: str) -> None:
    place = venv / "pyvenv.cfg"
    key = line.partition(" ")[0]
    kept = [each for each in place.read_text().splitlines() if not each.startswith(f"{key} ")]
    place.write_text("\n".join([*kept, line]) + "\n")
    assert (kind, "pyvenv.cfg") in problems(venv)


def test_an_interpreter_that_is_not_the_locked_one_is_noticed(venv: Path, tmp_path: Path) -> None:
    evil = tmp_path / "evil"
    evil.write_text("#!/bin/sh\n")
    evil.chmod(0o755)
    (venv / "bin" / "python").unlink()
    (venv / "bin" / "python").symlink_to(evil)
    found = problems(venv)
    assert ("interpreter", "bin/python") in found
    assert ("script", "bin/demo") in found
    (venv / "bin" / "python").unlink()
    shutil.copy(evil, venv / "bin" / "python")
    assert ("interpreter", "bin/python") in problems(venv)
    (venv / "bin" / "python").unlink()
    assert ("interpreter", "bin/python") in problems(venv)


def test_lib64_that_leads_elsewhere_is_noticed(venv: Path, tmp_path: Path) -> None:
    (venv / "lib64").unlink()
    (venv / "lib64").symlink_to(tmp_path)
    assert problems(venv) == [("configuration", "lib64")]


@pytest.mark.parametrize(
    "head",
    [
        b"#!/bin/sh\n",
        b"#!/nowhere/python\n",
        b"#!{python} -i\n",
        b"#!/bin/sh\n'''exec' /nowhere/python \"$0\" \"$@\"\n' '''\n",
        b"#!/bin/sh\n'''exec' {python}; evil \"$0\" \"$@\"\n' '''\n",
        b"#!/bin/sh\n'''exec' \"$(evil)\"/'python' \"$0\" \"$@\"\n' '''\n",
        b"\xef\xbb\xbf#!{python}\n",
        b"",
    ],
)
def test_a_script_that_starts_something_else_is_noticed(target: Path, head: bytes) -> None:
    script = target / "bin" / "demo"
    first, _, body = script.read_bytes().partition(b"\n")
    script.write_bytes(head.replace(b"{python}", first[2:]) + body)
    assert ("script", "bin/demo") in problems(target)


def test_scripts_of_a_moved_environment_are_noticed(workshop_venv_that_moved: Path) -> None:
    found = verified(workshop_venv_that_moved)
    assert {each.path for each in found.differences if each.kind == "script"} >= {"bin/demo", "bin/demo-tool"}
    assert {each.path for each in found.differences if each.kind == "configuration"} >= {"bin/activate"}
    assert found.digest == found.predicted


def test_another_lock_is_noticed(target: Path) -> None:
    demo, other = demo_wheels()
    assert verified(target, [demo]).status == "different"
    assert {kind for kind, _ in problems(target, [demo])} == {"not-owned"}
    assert verified(target, [demo, other]).status == "equal"


def test_an_environment_of_another_interpreter_is_noticed(venv: Path) -> None:
    minor = "3.13" if MINOR != "3.13" else "3.12"
    result = verified(venv, target=changed(own_target(), interpreter=Interpreter(version=f"{minor}.0")))
    assert ("missing", f"lib/python{minor}/site-packages/demo/cli.py") in [
        (each.kind, each.path) for each in result.differences
    ]


def test_differences_beyond_the_listed_are_counted(target: Path) -> None:
    for number in range(2100):
        (target / "demo" / f"extra{number}.txt").write_bytes(b"")
    result = verified(target)
    assert (len(result.differences), result.omitted) == (2000, 100)


def test_what_is_no_directory_cannot_be_verified(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(InputError, match="is not a directory"):
        verified(tmp_path / "file")


def test_an_interpreter_that_cannot_compile_is_an_error_and_no_verdict(target: Path) -> None:
    contents = [content_of_bytes(wheel) for wheel in demo_wheels()]
    with pytest.raises(ToolError, match="cannot be run"):
        verify_environment(target, contents, own_target(), target / "nowhere")
    with pytest.raises(ToolError, match="gave no answer"):
        verify_environment(target, contents, own_target(), Path("/bin/true"))


def test_an_empty_directory_lacks_everything(tmp_path: Path) -> None:
    result = verified(tmp_path)
    assert {each.kind for each in result.differences} == {"missing"}
    assert result.predicted == predict([content_of_bytes(wheel) for wheel in demo_wheels()], own_target()).digest


def test_a_script_that_is_too_large_is_not_read(target: Path) -> None:
    (target / "bin" / "demo").write_bytes(bytes(100_000))
    (difference,) = [each for each in verified(target).differences if each.path == "bin/demo"]
    assert (difference.kind, difference.detail) == ("script", "is larger than such a script can be, or cannot be read")


def test_a_directory_that_is_too_deep_cannot_be_verified(target: Path) -> None:
    (target / Path(*["d"] * 70)).mkdir(parents=True)
    with pytest.raises(InputError, match="64 levels"):
        verified(target)


def test_an_interpreter_that_makes_no_environment_is_an_error_and_no_verdict(venv: Path) -> None:
    contents = [content_of_bytes(wheel) for wheel in demo_wheels()]
    for python, words in ((venv / "nowhere", "cannot make an environment"), (Path("/bin/false"), "cannot make")):
        with pytest.raises(ToolError, match=words):
            verify_environment(venv, contents, own_target(), python)


def test_what_uv_made_differs_where_there_is_no_uv_to_compare_with(venv: Path) -> None:
    contents = [content_of_bytes(wheel) for wheel in demo_wheels()]
    result = verify_environment(venv, contents, own_target(), PYTHON)
    (difference,) = [each for each in result.differences if each.path == "bin/activate"]
    assert difference.detail.startswith("is not what venv writes; uv ")


def test_a_configuration_that_is_no_text_is_noticed(venv: Path) -> None:
    (venv / "pyvenv.cfg").write_bytes(b"\xff")
    assert ("configuration", "pyvenv.cfg") in problems(venv)
