"""Source trees of sdists: what is in them for a build, and what is refused."""

from __future__ import annotations

import gzip
import io
import tarfile
from collections.abc import Iterable

import pytest

from support.sdists import build_sdist, regular, tar_gz
from uplock.errors import InputError
from uplock.inspect import sdist_tree
from uplock.inspect.sdist_tree import SourceFile, pyproject_of, source_files

NAME = "demo-1.0.tar.gz"
Members = Iterable[tuple[tarfile.TarInfo, bytes]]


def link(name: str, target: str, *, hard: bool = False) -> tuple[tarfile.TarInfo, bytes]:
    member = tarfile.TarInfo(name)
    member.type = tarfile.LNKTYPE if hard else tarfile.SYMTYPE
    member.linkname = target
    return member, b""


def special(name: str, kind: bytes) -> tuple[tarfile.TarInfo, bytes]:
    member = tarfile.TarInfo(name)
    member.type = kind
    return member, b""


def tree(members: Members) -> list[SourceFile]:
    return list(source_files(io.BytesIO(tar_gz(members)), NAME))


FILE = regular("demo-1.0/demo.py", b"x = 1\n")


def test_files_come_with_content_and_execute_bit() -> None:
    script = regular("demo-1.0/bin/run", b"#!/bin/sh\n")
    script[0].mode = 0o755
    assert tree([special("demo-1.0", tarfile.DIRTYPE), FILE, script, special("demo-1.0/bin", tarfile.DIRTYPE)]) == [
        SourceFile(path="demo.py", data=b"x = 1\n"),
        SourceFile(path="bin/run", executable=True, data=b"#!/bin/sh\n"),
    ]


def test_links_are_copies_of_what_they_lead_to() -> None:
    long = "demo-1.0/" + "deep/" * 30 + "file.py"
    members = [
        link("demo-1.0/sub/also.py", "../demo.py"),
        link("demo-1.0/hard.py", "demo-1.0/demo.py", hard=True),
        link("demo-1.0/far.py", long.removeprefix("demo-1.0/")),
        FILE,
        regular(long, b""),
    ]
    copies = {file.path: file.copy_of for file in tree(members) if file.data is None}
    assert copies == {"sub/also.py": "demo.py", "hard.py": "demo.py", "far.py": long.removeprefix("demo-1.0/")}


@pytest.mark.parametrize(
    ("members", "words"),
    [
        ([], "has no files"),
        ([regular("demo-1.0/../evil", b"")], "not that of a file in it"),
        ([regular("/etc/evil", b"")], "not that of a file in it"),
        ([regular("demo-1.0/./evil", b"")], "not that of a file in it"),
        ([regular("demo-1.0/a\\b", b"")], "not that of a file in it"),
        ([regular("demo-1.0/a\nb", b"")], "not that of a file in it"),
        ([regular("demo-1.0/" + "x/" * 600 + "y", b"")], "not that of a file in it"),
        ([FILE, regular("other/demo.py", b"")], "more than one top folder"),
        ([regular("demo-1.0", b"")], "in the place of its top folder"),
        ([FILE, FILE], "two members of one name"),
        ([FILE, regular("demo-1.0/Demo.py", b"")], "two members of one name"),
        ([FILE, link("demo-1.0/demo.py", "other.py")], "two members of one name"),
        ([FILE, regular("demo-1.0/demo.py/inner", b"")], "a file where there is a folder"),
        ([FILE, link("demo-1.0/out", "/etc/passwd")], "leads out of it"),
        ([FILE, link("demo-1.0/out", "../../etc/passwd")], "leads out of it"),
        ([FILE, link("demo-1.0/out", "../../demo-1.0/demo.py")], "leads out of it"),
        ([FILE, link("demo-1.0/out", "etc/passwd", hard=True)], "leads out of it"),
        ([FILE, link("demo-1.0/out", "../etc/passwd", hard=True)], "not that of a file in it"),
        ([FILE, link("demo-1.0/out", ".")], "leads out of it"),
        ([FILE, link("demo-1.0/loop", "loop")], "leads to no file of it"),
        ([FILE, link("demo-1.0/a", "demo.py"), link("demo-1.0/b", "a")], "leads to no file of it"),
        ([FILE, special("demo-1.0/pipe", tarfile.FIFOTYPE)], "a device or pipe"),
        ([FILE, special("demo-1.0/disk", tarfile.BLKTYPE)], "a device or pipe"),
    ],
)
def test_what_a_tree_must_not_have(members: Members, words: str) -> None:
    with pytest.raises(InputError) as caught:
        tree(members)
    assert words in str(caught.value)
    assert caught.value.context == NAME
    assert caught.value.remedy


@pytest.mark.parametrize(
    "data", [b"no archive", gzip.compress(b"x" * 600), tar_gz([FILE])[:-20]], ids=["text", "gzip", "cut"]
)
def test_what_is_no_archive_is_refused(data: bytes) -> None:
    with pytest.raises(InputError, match="readable"):
        list(source_files(io.BytesIO(data), NAME))


def test_a_file_that_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sdist_tree, "MAX_FILE", 5)
    with pytest.raises(InputError, match="a file of 6 bytes"):
        tree([FILE])


def test_too_many_files_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sdist_tree, "MAX_FILES", 1)
    with pytest.raises(InputError, match="more than 1 files"):
        tree([FILE, regular("demo-1.0/second", b"")])


def test_pyproject_is_that_of_the_top_folder() -> None:
    inner = {"pyproject.toml": b"top", "tests/pyproject.toml": b"inner"}
    assert pyproject_of(io.BytesIO(build_sdist("demo", "1.0", files=inner)[1]), NAME) == b"top"
    assert pyproject_of(io.BytesIO(tar_gz([FILE])), NAME) is None
    twice = [regular("demo-1.0/pyproject.toml", b""), regular("demo-1.0/pyproject.toml", b"")]
    with pytest.raises(InputError, match="two pyproject"):
        pyproject_of(io.BytesIO(tar_gz(twice)), NAME)
