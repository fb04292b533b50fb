"""requirements.<target>.txt: pins and hashes; pip itself is asked in test_lockfile_installers.py."""

from __future__ import annotations

import pytest

from support.subjects import digest_for, make_lock, make_package
from uplock.errors import InputError
from uplock.lockfile.requirements import read_requirements, write_requirements

LOCK = make_lock(packages=[make_package("b-1.0-py3-none-any.whl"), make_package("a-2.0-py3-none-any.whl")])
TEXT = write_requirements(LOCK)


def test_pins_read_back_sorted_by_name() -> None:
    assert read_requirements(TEXT, "x") == (
        ("a", "==2.0", digest_for("a-2.0-py3-none-any.whl")),
        ("b", "==1.0", digest_for("b-1.0-py3-none-any.whl")),
    )


def test_the_text_says_what_it_answers() -> None:
    assert TEXT.decode().splitlines()[:4] == [
        "# uplock: py313-linux-x86_64, CPython 3.13.18, linux-x86_64",
        "# cut-off 2026-11-23T12:00:00Z, resolver uv 0.13.9",
        f"# inputs sha256:{LOCK.inputs}",
        "# pip install --require-hashes --no-deps --only-binary :all: -r FILE",
    ]


def test_a_lock_of_nothing_is_comments_only() -> None:
    assert read_requirements(write_requirements(make_lock()), "x") == ()


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("# inputs", "--extra-index-url https://index.example/\n# inputs", 3),
        ("# inputs", "# inputs\r--extra-index-url https://index.example/ ", 3),
        ("# inputs", "# inputs\u2028--extra-index-url https://index.example/ ", 3),
        ("# inputs", "# inputs\f--extra-index-url https://index.example/ ", 3),
        ("a==2.0", "a>=2.0", 5),
        ("a==2.0", "A==2.0", 5),
        ("a==2.0", "c==2.0", 7),
        ("a==2.0", "b==2.0", 7),
        (" \\\n    --hash=sha256:", "\n# ", 5),
        ("--hash=sha256:", "--hash=sha512:", 5),
        ("--hash=sha256:", f"--hash=sha256:{'0' * 64} --hash=sha256:", 5),
    ],
)
def test_anything_but_a_comment_or_a_pin_with_one_hash_is_refused_with_its_line(old: str, new: str, line: int) -> None:
    raw = TEXT.decode().replace(old, new, 1).encode()
    with pytest.raises(InputError) as caught:
        read_requirements(raw, "requirements.demo.txt")
    assert caught.value.context == f"requirements.demo.txt:{line}"
    assert caught.value.remedy


@pytest.mark.parametrize("raw", [TEXT[:-1], TEXT + b"\xff", TEXT + b"\n", b"\xef\xbb\xbf" + TEXT])
def test_cut_or_longer_text_is_refused(raw: bytes) -> None:
    with pytest.raises(InputError):
        read_requirements(raw, "x")
