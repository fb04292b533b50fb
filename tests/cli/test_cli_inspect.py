"""``uplock inspect`` of wheels, folders and locks: what is told, by which exit code, and what the network is asked."""

import os
from pathlib import Path

import pytest

from support.committed_schema import valid
from support.elf import build_elf
from support.http_index import HttpIndex
from support.shop import AS_OF, native_wheel, project, snapshot, uplock
from support.wheels import build_wheel

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

Capture = pytest.CaptureFixture[str]

NATIVE = native_wheel("2.0", "cp312-cp312-manylinux_2_17_x86_64", openssl="1.1.1w  11 Sep 2023")


def put(folder: Path, *wheels: tuple[str, bytes]) -> None:
    folder.mkdir(exist_ok=True)
    for name, data in wheels:
        (folder / name).write_bytes(data)


def test_a_wheel_is_told_with_members_libraries_and_evidence(tmp_path: Path, capfd: Capture) -> None:
    put(tmp_path, NATIVE)
    answer = uplock(capfd, "inspect", tmp_path / NATIVE[0], "--json")
    assert answer.code == 0
    valid(answer.json, "inspect")
    (member,) = answer.json["members"]
    assert (member["format"], member["arch"], member["needed"]) == ("elf", "x86_64", ["libc.so.6"])
    assert member["symbol_floors"] == {"GLIBC": "2.17"}
    (library,) = answer.json["libraries"]
    assert (library["project"], library["version"], library["linkage"]) == ("openssl", "1.1.1w", "static")
    assert (library["method"], library["confidence"]) == ("string", "high")
    (place,) = library["members"]
    assert (place["path"], place["sha256"]) == (member["path"], member["sha256"])
    assert "1.1.1w" in place["evidence"]


def test_members_that_cannot_be_read_change_no_exit_code(tmp_path: Path, capfd: Capture) -> None:
    broken = build_wheel("demo", "1.0", tag=NATIVE[0][:-4].split("-", 2)[2], files={"demo/a.so": build_elf()[:40]})
    put(tmp_path, broken)
    answer = uplock(capfd, "inspect", tmp_path / broken[0], "--json")
    assert answer.code == 0
    assert len(answer.json["skipped"]) == 1
    text = uplock(capfd, "inspect", tmp_path / broken[0]).out
    assert "no native code that could be read" in text
    assert "not read: 1" in text


def test_a_folder_is_told_wheel_by_wheel(tmp_path: Path, capfd: Capture) -> None:
    put(tmp_path, NATIVE, build_wheel("pure", "1.0"))
    (tmp_path / "notes.txt").write_text("no wheel")
    answer = uplock(capfd, "inspect", tmp_path, "--json")
    assert answer.code == 0
    valid(answer.json, "inspect-folder")
    assert [each["filename"] for each in answer.json["wheels"]] == sorted([NATIVE[0], "pure-1.0-py3-none-any.whl"])
    text = uplock(capfd, "inspect", tmp_path).out
    assert text.index("openssl 1.1.1w") < text.index("pure-1.0-py3-none-any.whl") < text.index("no native code")


def test_a_folder_with_a_file_that_is_no_wheel_tells_the_others_and_that(tmp_path: Path, capfd: Capture) -> None:
    put(tmp_path, NATIVE, ("demo-1.0-py3-none-any.whl", b"no zip"))
    answer = uplock(capfd, "inspect", tmp_path, "--json")
    assert answer.code == 3
    assert [each["filename"] for each in answer.json["wheels"]] == [NATIVE[0]]
    assert [each["filename"] for each in answer.json["unread"]] == ["demo-1.0-py3-none-any.whl"]
    assert "demo-1.0-py3-none-any.whl: not read: " in uplock(capfd, "inspect", tmp_path).out


def test_a_folder_without_wheels_says_so(tmp_path: Path, capfd: Capture) -> None:
    assert uplock(capfd, "inspect", tmp_path).out == "no wheels\n"


def test_a_pipe_that_is_called_a_wheel_is_not_waited_for(tmp_path: Path, capfd: Capture) -> None:
    os.mkfifo(tmp_path / NATIVE[0])
    assert uplock(capfd, "inspect", tmp_path / NATIVE[0]).code == 3


def test_locks_are_told_by_target_from_the_archive_without_the_network(
    http: HttpIndex, tmp_path: Path, capfd: Capture
) -> None:
    shop = project(tmp_path / "shop")
    assert uplock(capfd, "run", shop, "--as-of", AS_OF).code == 0
    files, asked = snapshot(shop), len(http.requests)
    answer = uplock(capfd, "inspect", "lock", "--project", shop, "--json")
    assert answer.code == 0
    valid(answer.json, "inspect-lock")
    assert [each["target"] for each in answer.json["targets"]] == ["py39-linux-x86_64", "py312-linux-x86_64"]
    for target in answer.json["targets"]:
        found = {each["metadata"]["name"]: each["libraries"] for each in target["wheels"]}
        assert [each["project"] for each in found.pop("crypt")] == ["openssl"]
        assert not any(found.values())
    assert len(http.requests) == asked
    assert snapshot(shop) == files
    text = uplock(capfd, "inspect", "lock", "py39-linux-x86_64", "--project", shop).out
    assert text.startswith("py39-linux-x86_64: 3 wheels, 1 with native code\n")
    assert "py312" not in text


def test_locks_without_an_archive_are_fetched_by_digest_once(http: HttpIndex, tmp_path: Path, capfd: Capture) -> None:
    shop = project(tmp_path / "shop")
    assert uplock(capfd, "lock", shop).code == 0
    assert uplock(capfd, "inspect", "lock", "--project", shop, "--archive", tmp_path / "none").code == 0
    asked = len(http.requests)
    assert uplock(capfd, "inspect", "lock", "--project", shop, "--archive", tmp_path / "none").code == 0
    assert len(http.requests) == asked
    assert not (tmp_path / "none").exists()


def test_locks_that_are_not_there_say_what_to_do(tmp_path: Path, capfd: Capture) -> None:
    answer = uplock(capfd, "inspect", "lock", "--project", project(tmp_path / "shop"))
    assert answer.code == 2
    assert "uplock lock" in answer.err


def test_a_version_is_fetched_from_the_index_once_and_told_like_a_file(
    http: HttpIndex, tmp_path: Path, capfd: Capture
) -> None:
    called = ("inspect", "crypt==2.0", "--target", "py312-linux-x86_64", "--project", tmp_path)
    answer = uplock(capfd, *called, "--json")
    assert answer.code == 0
    valid(answer.json, "inspect")
    assert answer.json["filename"].startswith("crypt-2.0-cp312-cp312-")
    assert [each["project"] for each in answer.json["libraries"]] == ["openssl"]
    fetched = [each for each in http.requests if str(each).find(".whl") >= 0]
    assert uplock(capfd, *called).code == 0
    assert [each for each in http.requests if str(each).find(".whl") >= 0] == fetched


@pytest.mark.usefixtures("http")
def test_a_preview_says_that_it_is_none_of_what_it_looks_like(tmp_path: Path, capfd: Capture) -> None:
    called = ("inspect", "--preview", "crypt==2.0", "--target", "py312-linux-x86_64", "--project", tmp_path)
    answer = uplock(capfd, *called, "--json")
    assert answer.code == 0
    valid(answer.json, "inspect-preview")
    assert answer.json["preview"]["verified"] is False
    assert "sha256" not in answer.json
    assert "unverified" in uplock(capfd, *called).out


@pytest.mark.usefixtures("http")
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("crypt==2.0",), "none is named"),
        (("crypt==2.0", "--target", "py312-amiga"), "amiga"),
        (("here.whl", "--preview"), "are for wheels of an index"),
        (("here.whl", "--target", "py312-linux-x86_64"), "are for wheels of an index"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    arguments: tuple[str, ...], words: str, tmp_path: Path, capfd: Capture
) -> None:
    answer = uplock(capfd, "inspect", *arguments, "--project", tmp_path)
    assert answer.code == 2
    assert words in answer.err


@pytest.mark.usefixtures("http")
@pytest.mark.parametrize("named", ["nobody==1.0", "crypt==9.9"])
def test_what_the_index_does_not_have_is_an_error_with_a_remedy(named: str, tmp_path: Path, capfd: Capture) -> None:
    answer = uplock(capfd, "inspect", named, "--target", "py312-linux-x86_64", "--project", tmp_path)
    assert answer.code == 3
    assert named in answer.err
