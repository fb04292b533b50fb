"""What a wheel installs, under paths that mean the same place everywhere."""

from __future__ import annotations

import hashlib

import pytest

from support.environments import DATA, DEMO, content_of_bytes, demo_wheels
from support.wheels import build_wheel
from uplock.content.scheme import layout_of, neutral_path, settled_path
from uplock.errors import InputError
from uplock.model.content import ContentFile, WheelContent
from uplock.model.digest import sha256_of


def content(**files: bytes) -> WheelContent:
    return content_of_bytes(build_wheel("demo", "1.0", files={key.replace("@", DATA): files[key] for key in files}))


def file_of(found: WheelContent, path: str) -> ContentFile:
    return next(file for file in found.files if file.path == path)


def test_every_scheme_has_a_neutral_path() -> None:
    paths = {file.path for file in content_of_bytes(demo_wheels()[0]).files}
    assert {
        "site/demo/cli.py",
        "site/pure_module.py",
        "site/platform_module.py",
        "site/demo-1.0.dist-info/METADATA",
        "scripts/demo-tool",
        "headers/demo/inner/part.h",
        "data/share/demo/words.txt",
        "data/bin/demo-data-tool",
    } <= paths
    assert not any(path.endswith("RECORD") for path in paths)
    assert len(paths) == len(DEMO) + 3


def test_the_first_line_of_a_script_counts_only_if_it_is_not_the_installers() -> None:
    found = content(
        **{
            "@/scripts/a": b"#!python\nx\n",
            "@/scripts/b": b"#!pythonw -E\r\nx\n",
            "@/scripts/c": b"#!/bin/sh\nx\n",
            "@/scripts/d": b"#!python",
            "@/purelib/e": b"#!pythonw\nx\n",
        }
    )
    assert file_of(found, "scripts/a").sha256 == file_of(found, "scripts/b").sha256 == sha256_of(b"#!python\nx\n")
    assert (file_of(found, "scripts/b").size, file_of(found, "scripts/b").rewritten) == (11, True)
    assert file_of(found, "scripts/c").sha256 == sha256_of(b"#!/bin/sh\nx\n")
    assert (file_of(found, "scripts/d").sha256, file_of(found, "scripts/d").rewritten) == (
        sha256_of(b"#!python\n"),
        True,
    )
    assert file_of(found, "site/e").sha256 == sha256_of(b"#!pythonw\nx\n")


def test_a_first_line_without_end_is_refused() -> None:
    with pytest.raises(InputError, match="first line that is too long"):
        content(**{"@/scripts/a": b"#!python" + b" " * 3_000_000})


def test_a_large_script_is_digested_in_pieces() -> None:
    body = bytes(range(256)) * 4000
    found = content(**{"@/scripts/a": b"#!python\n" + body, "big.bin": body})
    assert file_of(found, "scripts/a").sha256 == sha256_of(b"#!python\n" + body)
    assert file_of(found, "site/big.bin").sha256 == hashlib.sha256(body).hexdigest()


@pytest.mark.parametrize(
    "member", ["other-1.0.data/scripts/x", "demo-1.0.DATA/scripts/x", "@/nonsense/x", "@/x", "@/scripts"]
)
def test_a_place_that_installers_disagree_about_is_refused(member: str) -> None:
    with pytest.raises(InputError, match=r"\.data directory|scheme that does not exist"):
        content(**{member: b""})


def test_notes_of_installers_in_a_wheel_are_no_content() -> None:
    info = "demo-1.0.dist-info"
    plain = content()
    noted = content(**{f"{info}/{name}": b"x" for name in ("INSTALLER", "REQUESTED", "direct_url.json")})
    assert plain.files == noted.files


def test_cached_bytecode_is_kept_apart_and_other_bytecode_is_content() -> None:
    found = content(**{"demo/__pycache__/a.cpython-312.pyc": b"1", "demo/b.pyc": b"2", "__pycache__/c.txt": b"3"})
    assert [file.path for file in found.bytecode] == ["site/demo/__pycache__/a.cpython-312.pyc"]
    assert {"site/demo/b.pyc", "site/__pycache__/c.txt"} <= {file.path for file in found.files}


def test_a_path_that_one_wheel_fills_twice_is_told() -> None:
    found = content(**{"a.py": b"1", "@/purelib/a.py": b"2", "b.py": b"1", "@/platlib/b.py": b"1"})
    assert found.clashes == ("site/a.py",)


def test_scripts_come_from_entry_points() -> None:
    demo, other = demo_wheels()
    assert [(script.name, script.attribute, script.kind) for script in content_of_bytes(demo).scripts] == [
        ("demo", "main", "console"),
        ("demo-app", "App.run", "console"),
        ("demo-extra", "main", "console"),
        ("demo-gui", "main", "gui"),
    ]
    assert content_of_bytes(other).scripts == ()


def test_an_error_names_wheel_and_member_once() -> None:
    with pytest.raises(InputError) as caught:
        content(**{"other-1.0.data/scripts/x": b""})
    assert caught.value.context.startswith("demo-1.0-py3-none-any.whl: other-1.0.data/scripts/x")


@pytest.mark.parametrize(
    ("path", "os_name", "settled"),
    [
        ("data/bin/x", "posix", "scripts/x"),
        ("data/bin/x", "nt", "data/bin/x"),
        ("data/Scripts/x", "nt", "scripts/x"),
        ("data/scripts/x", "nt", "scripts/x"),
        ("data/Scripts/x", "posix", "data/Scripts/x"),
        ("data/lib/python3.12/site-packages/a/b.py", "posix", "site/a/b.py"),
        ("data/lib64/python3.12/site-packages/a.py", "posix", "site/a.py"),
        ("data/lib/python3.11/site-packages/a.py", "posix", "data/lib/python3.11/site-packages/a.py"),
        ("data/lib/python3x12/site-packages/a.py", "posix", "data/lib/python3x12/site-packages/a.py"),
        ("data/Lib/site-packages/a.py", "nt", "site/a.py"),
        ("data/binary", "posix", "data/binary"),
        ("site/bin/x", "posix", "site/bin/x"),
        ("scripts/bin/x", "posix", "scripts/bin/x"),
    ],
)
def test_what_data_puts_into_another_scheme_is_settled(path: str, os_name: str, settled: str) -> None:
    assert settled_path(path, "3.12", os_name) == settled


def test_layouts_place_every_scheme() -> None:
    places = {
        kind: [layout_of(kind, "3.12").place(path) for path in ("site/a.py", "scripts/b", "headers/demo/c.h", "data/d")]
        for kind in ("venv", "prefix", "target")
    }
    assert places["venv"] == places["prefix"]
    assert places["venv"] == [
        "lib/python3.12/site-packages/a.py",
        "bin/b",
        "include/site/python3.12/demo/c.h",
        "d",
    ]
    assert places["target"] == ["a.py", "bin/b", "include/python/demo/c.h", "d"]


def test_headers_are_found_below_any_name_of_the_distribution() -> None:
    layout = layout_of("target", "3.12")
    assert layout.header_place("include/De_Mo/c.h") == "include/python/de-mo/c.h"
    assert layout.header_place("include/python/demo/x/c.h") == "include/python/demo/x/c.h"
    assert layout.header_place("include/c.h") is None
    assert layout.header_place("share/c.h") is None
    assert neutral_path(f"{DATA}/headers/c.h", "demo-1.0.dist-info", "demo") == "headers/demo/c.h"
