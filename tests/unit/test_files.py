"""Files: atomic writes on disks that are full or cannot be written, bounded reads, locks between processes."""

from __future__ import annotations

import errno
import io
import os
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from uplock.errors import ArchiveError, InputError
from uplock.files import (
    create,
    digest_file,
    digest_folder,
    exclusive,
    is_content,
    put_in_place,
    read_bytes,
    reason,
    replace_all,
    wait_for_turn,
    write_atomically,
    write_error,
)
from uplock.model.digest import sha256_of


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@contextmanager
def _umask(mask: int) -> Iterator[None]:
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


# --- reading ----------------------------------------------------------------------------------------------------------


def test_a_file_is_read_whole_up_to_the_limit(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"12345")
    assert read_bytes(tmp_path / "file", 5) == b"12345"
    with pytest.raises(InputError, match="larger than 4 bytes") as caught:
        read_bytes(tmp_path / "file", 4)
    assert caught.value.context == str(tmp_path / "file")


def test_what_is_no_file_is_an_input_error_that_names_it(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    for name in ("pipe", "folder", "absent"):
        with pytest.raises(InputError) as caught:
            read_bytes(tmp_path / name)
        assert caught.value.context == str(tmp_path / name)
        assert caught.value.remedy


def test_an_endless_file_is_not_read_to_its_end(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    os.truncate(tmp_path / "file", 1 << 40)  # a sparse terabyte
    with pytest.raises(InputError, match="larger than"):
        read_bytes(tmp_path / "file", 1000)
    assert not is_content(tmp_path / "file", b"")


def test_the_digest_of_a_file_is_that_of_its_bytes(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"bytes")
    os.mkfifo(tmp_path / "pipe")
    assert digest_file(tmp_path / "file") == sha256_of(b"bytes")
    assert [digest_file(tmp_path / name) for name in ("pipe", "absent", ".")] == [None, None, None]


def test_the_digest_of_a_folder_covers_names_and_contents_of_files_with_these_endings(tmp_path: Path) -> None:
    def digest(folder: str, *files: tuple[str, bytes]) -> str | None:
        (tmp_path / folder).mkdir()
        for name, content in files:
            (tmp_path / folder / name).write_bytes(content)
        return digest_folder(tmp_path / folder, (".x", ".y"))

    base = digest("base", ("a.x", b"1"), ("b.y", b"2"))
    assert base is not None
    assert digest("other order", ("b.y", b"2"), ("a.x", b"1")) == base
    assert digest("other ending", ("a.x", b"1"), ("b.y", b"2"), ("c.z", b"3")) == base
    assert digest("other content", ("a.x", b"1"), ("b.y", b"3")) != base
    assert digest("other name", ("a.x", b"1"), ("c.y", b"2")) != base
    assert digest("swapped", ("a.x", b"2"), ("b.y", b"1")) != base
    (tmp_path / "base" / "deeper.x").mkdir()
    (tmp_path / "base" / "deeper.x" / "c.x").touch()
    assert digest_folder(tmp_path / "base", (".x", ".y")) == base
    assert digest_folder(tmp_path / "absent", (".x",)) is None


def test_a_folder_with_a_name_that_is_no_text_has_a_digest(tmp_path: Path) -> None:
    empty = digest_folder(tmp_path, (".x",))
    try:
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.x")).touch()
    except OSError:
        pytest.skip("this file system takes only text as names")
    assert digest_folder(tmp_path, (".x",)) not in {None, empty}


# --- writing ----------------------------------------------------------------------------------------------------------


def test_a_file_is_written_with_the_folders_that_it_needs(tmp_path: Path) -> None:
    write_atomically(tmp_path / "a" / "b" / "file", b"new")
    assert (tmp_path / "a" / "b" / "file").read_bytes() == b"new"
    assert _names(tmp_path / "a" / "b") == ["file"]


@pytest.mark.parametrize("mask", [0o000, 0o022, 0o077, 0o777])
def test_the_mode_does_not_depend_on_the_umask(tmp_path: Path, mask: int) -> None:
    with _umask(mask):
        write_atomically(tmp_path / "written", b"new")
        put_in_place(tmp_path / "placed", b"new", 0o444)
    assert [_mode(tmp_path / "written"), _mode(tmp_path / "placed")] == [0o644, 0o444]


def test_equal_content_is_left_untouched(tmp_path: Path) -> None:
    path = tmp_path / "file"
    write_atomically(path, b"same")
    os.utime(path, ns=(1, 1))
    before = path.stat()
    write_atomically(path, b"same")
    assert (path.stat().st_mtime_ns, path.stat().st_ino) == (1, before.st_ino)
    write_atomically(path, b"else")
    assert path.stat().st_mtime_ns != 1


def test_whether_a_file_has_this_content(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"abc")
    answers = [is_content(tmp_path / "file", data) for data in (b"abc", b"abd", b"ab", b"abcd")]
    assert answers == [True, False, False, False]
    assert not is_content(tmp_path / "absent", b"")


def test_a_link_is_replaced_and_not_written_through(tmp_path: Path) -> None:
    (tmp_path / "precious").write_bytes(b"old")
    for name in ("written", "placed"):
        (tmp_path / name).symlink_to(tmp_path / "precious")
    write_atomically(tmp_path / "written", b"new")
    put_in_place(tmp_path / "placed", io.BytesIO(b"old"), 0o644)
    assert (tmp_path / "precious").read_bytes() == b"old"
    assert not (tmp_path / "written").is_symlink()
    assert not (tmp_path / "placed").is_symlink()
    assert (tmp_path / "placed").read_bytes() == b"old"


def test_several_files_are_replaced_and_others_removed(tmp_path: Path) -> None:
    for name in ("changed", "stale", "same"):
        (tmp_path / name).write_bytes(b"old")
    replace_all(
        {tmp_path / "changed": b"new", tmp_path / "same": b"old", tmp_path / "added": b"new"},
        remove=[tmp_path / "stale", tmp_path / "never there"],
    )
    assert {name: (tmp_path / name).read_bytes() for name in _names(tmp_path)} == {
        "added": b"new",
        "changed": b"new",
        "same": b"old",
    }


# --- when it fails ----------------------------------------------------------------------------------------------------


def test_if_one_file_cannot_be_written_none_is_replaced_or_removed(tmp_path: Path) -> None:
    for name in ("first", "in the way", "stale"):
        (tmp_path / name).write_bytes(b"old")
    below = tmp_path / "in the way" / "file"
    with pytest.raises(ArchiveError, match="cannot write") as caught:
        replace_all({tmp_path / "first": b"new", below: b"new"}, remove=[tmp_path / "stale"])
    assert caught.value.context == str(below)
    assert caught.value.remedy
    assert {name: (tmp_path / name).read_bytes() for name in _names(tmp_path)} == {
        "first": b"old",
        "in the way": b"old",
        "stale": b"old",
    }


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere; the test above fails for root as well")
def test_a_read_only_folder_is_an_error_that_says_so(tmp_path: Path) -> None:
    tmp_path.chmod(0o555)
    with pytest.raises(ArchiveError, match="cannot write: permission denied") as caught:
        write_atomically(tmp_path / "file", b"new")
    tmp_path.chmod(0o755)
    assert caught.value.remedy == "Give write permission or choose another place."


def test_a_folder_in_the_way_is_an_error_and_leaves_no_temporary_file(tmp_path: Path) -> None:
    (tmp_path / "file" / "inside").mkdir(parents=True)
    writes: list[Callable[[], None]] = [
        lambda: write_atomically(tmp_path / "file", b"new"),
        lambda: put_in_place(tmp_path / "file", b"new", 0o644),
        lambda: replace_all({}, remove=[tmp_path / "file"]),
    ]
    for write in writes:
        with pytest.raises(ArchiveError, match="cannot write") as caught:
            write()
        assert caught.value.context == str(tmp_path / "file")
    assert _names(tmp_path) == ["file"]


FULL = """
import io, resource, sys
from pathlib import Path
from uplock.errors import ArchiveError
from uplock.files import put_in_place, replace_all, write_atomically

folder = Path(sys.argv[1])
big = bytes(200_000)
soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
for write in (
    lambda: write_atomically(folder / "old", big),
    lambda: write_atomically(folder / "new", big),
    lambda: put_in_place(folder / "old", big, 0o444),
    lambda: put_in_place(folder / "old", io.BytesIO(big), 0o444),
    lambda: replace_all({folder / "small": b"new", folder / "old": big}, remove=[folder / "stale"]),
):
    try:
        write()
    except ArchiveError as error:
        print(error.message)
resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
"""


def test_a_disk_that_takes_no_more_leaves_the_old_files_whole(tmp_path: Path) -> None:
    for name in ("old", "small", "stale"):
        (tmp_path / name).write_bytes(b"old")
    done = subprocess.run([sys.executable, "-c", FULL, tmp_path], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["cannot write: file too large"] * 5
    assert {name: (tmp_path / name).read_bytes() for name in _names(tmp_path)} == {
        "old": b"old",
        "small": b"old",
        "stale": b"old",
    }


class Interrupted(Mapping[Path, bytes]):
    """Contents of which only the first come, then Ctrl-C."""

    def __init__(self, contents: Mapping[Path, bytes]) -> None:
        self._contents = contents

    def __getitem__(self, path: Path) -> bytes:
        return self._contents[path]

    def __len__(self) -> int:
        return len(self._contents)

    def __iter__(self) -> Iterator[Path]:
        yield from self._contents
        raise KeyboardInterrupt


class Breaking(io.BytesIO):
    """A source that gives one piece, then Ctrl-C."""

    def read(self, size: int | None = -1, /) -> bytes:
        if self.tell():
            raise KeyboardInterrupt
        return super().read(min(size or 4, 4))


def test_an_interrupt_between_two_files_leaves_the_old_ones_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"old")
    with pytest.raises(KeyboardInterrupt):
        replace_all(Interrupted({tmp_path / "file": b"new"}))
    assert _names(tmp_path) == ["file"]
    assert (tmp_path / "file").read_bytes() == b"old"


def test_an_interrupt_within_a_file_leaves_the_old_one_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"old")
    with pytest.raises(KeyboardInterrupt):
        put_in_place(tmp_path / "file", Breaking(b"new content"), 0o644)
    assert _names(tmp_path) == ["file"]
    assert (tmp_path / "file").read_bytes() == b"old"


@pytest.mark.parametrize(
    ("number", "remedy"),
    [
        (errno.ENOSPC, "Free disk space and run again; the old files are untouched."),
        (errno.EDQUOT, "Free disk space and run again; the old files are untouched."),
        (errno.EROFS, "Choose a place that can be written."),
        (errno.EACCES, "Give write permission or choose another place."),
        (errno.EPERM, "Give write permission or choose another place."),
        (errno.EIO, "Check the disk and run again."),
    ],
)
def test_each_cause_has_its_remedy(number: int, remedy: str) -> None:
    error = write_error(Path("locks/lock"), OSError(number, os.strerror(number), "/secret/place"))
    assert isinstance(error, ArchiveError)
    assert (error.context, error.remedy) == ("locks/lock", remedy)
    assert error.message == f"cannot write: {os.strerror(number).lower()}"


def test_an_error_without_words_is_named_by_its_class() -> None:
    assert reason(TimeoutError()) == "timeouterror"
    assert write_error(Path("file"), OSError()).remedy == "Check the disk and run again."


# --- locks ------------------------------------------------------------------------------------------------------------

HOLD = """
import sys
from pathlib import Path
from uplock.errors import ArchiveError
from uplock.files import exclusive

try:
    with exclusive(Path(sys.argv[1]), "Wait for it."):
        print("held", flush=True)
        sys.stdin.read()
except ArchiveError as error:
    print(error.message, "|", error.context, "|", error.remedy)
"""


@contextmanager
def _holder(lock: Path) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", HOLD, str(lock)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        try:
            yield process
        finally:
            process.kill()


def test_a_second_process_is_refused_at_once(tmp_path: Path) -> None:
    lock = tmp_path / "archive" / "lock"
    with exclusive(lock, "unused"):
        done = subprocess.run([sys.executable, "-c", HOLD, lock], capture_output=True, text=True, check=True, input="")
    assert done.stdout == f"another uplock is at work here | {lock} | Wait for it.\n"
    assert lock.read_bytes() == b""


def test_a_lock_ends_with_its_process_even_if_that_is_killed(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    with _holder(lock) as process:
        with pytest.raises(ArchiveError, match="another uplock"), exclusive(lock, "unused"):
            pytest.fail("both hold the lock")
        process.kill()
        process.wait()
        with exclusive(lock, "unused"):
            assert lock.exists()


def test_a_lock_is_free_again_after_an_error(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    with pytest.raises(ZeroDivisionError), exclusive(lock, "unused"):
        _ = 1 // 0
    with exclusive(lock, "unused"):
        assert lock.exists()


def test_a_lock_is_not_made_through_a_link_nor_below_a_file(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "file").touch()
    for lock in (tmp_path / "link", tmp_path / "file" / "lock"):
        with pytest.raises(ArchiveError, match="cannot write") as caught, exclusive(lock, "unused"):
            pytest.fail("held")
        assert caught.value.context == str(lock)
    assert not (tmp_path / "elsewhere").exists()


def test_whoever_waits_for_its_turn_gets_it_when_the_other_ends(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    with _holder(lock) as process:
        assert process.stdin is not None
        process.stdin.close()
        with lock.open("rb") as stream:
            wait_for_turn(stream)
            with pytest.raises(ArchiveError), exclusive(lock, "unused"):
                pytest.fail("both hold the lock")


def test_a_file_is_created_once_whoever_tries_at_the_same_time(tmp_path: Path) -> None:
    place = tmp_path / "new" / "file"
    with ThreadPoolExecutor(8) as pool:
        won = list(pool.map(lambda number: create(place, f"{number}".encode()), range(8)))
    assert won.count(True) == 1
    assert place.read_text() == str(won.index(True))
    assert os.listdir(place.parent) == ["file"]


def test_nothing_is_created_over_what_is_there_even_a_dangling_link(tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to("missing")
    assert not create(link, b"data")
    assert not (tmp_path / "missing").exists()
    assert os.listdir(tmp_path) == ["link"]


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(ArchiveError):
        create(tmp_path / "file" / "below", b"data")
